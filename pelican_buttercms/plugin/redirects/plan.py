"""The redirects of one build: the history with what it shows, and the files that follow from it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
import logging
from pathlib import Path
import posixpath
from typing import Any
from urllib.parse import urlsplit

from pelican.generators import StaticGenerator

from pelican_buttercms.filesystem import explained, read_regular
from pelican_buttercms.incremental.generator_contents import contents_of
from pelican_buttercms.plugin.redirects import formats, history, moves
from pelican_buttercms.plugin.redirects.history import AddressOwner, canonical
from pelican_buttercms.plugin.redirects.moves import Redirects, ShownRecord
from pelican_buttercms.settings import Settings

logger = logging.getLogger(__name__)

RULES = "_redirects"
MAP = "redirects.map"
_SHOWN = 5
_HEADING = b"# pelican-buttercms: addresses that have changed\n"


class RedirectPlan:
    """The redirects of one build of a site or a sub-site.

    Args:
        options: the site's settings.
        generators: Pelican's, when all have collected their content.
        contents: the CMS's contents with the locale that shows each.
        folder: the output folder in that of the main site, "" for its own.
        taken: the files that the build writes.

    Raises:
        SettingsError: the history is damaged.

    Attributes:
        files: what makes each file, by its path in this output folder.
    """

    def __init__(
        self,
        options: Settings,
        generators: list[Any],
        contents: Iterable[tuple[str, Any]],
        folder: str,
        taken: Collection[str],
    ) -> None:
        self._path, self._generators = Path(options.redirects_file), generators
        self._settings: Mapping[str, Any] = generators[0].settings
        self._root = f"/{folder}/" if folder else "/"
        self._taken = {posixpath.normpath(path) for path in taken}
        self._in_any_case = {path.casefold() for path in self._taken}
        self._shown = list(self._records(contents))
        whole = moves.follow(history.read(self._path), self._shown)
        mine = {address: owner for address, owner in whole.items() if self._is_mine(address)}
        self._leads = moves.resolve(mine, self._shown, self._is_real)
        _warn("Addresses in {} lead in a circle, and so nowhere: {}", self._path, self._leads.loops)
        self.files: dict[str, Callable[[], bytes]] = {}
        for name in options.redirects:
            getattr(self, f"_plan_{name}")()

    def _records(self, contents: Iterable[tuple[str, Any]]) -> Iterator[ShownRecord]:
        """Yield the posts and pages of the CMS that anybody may see."""
        locales = {id(content): locale for locale, content in contents}
        for content in contents_of(self._generators):
            is_shown = id(content) in locales and content.status == "published"
            if is_shown and content.save_as and not str(content.url).startswith(("..", "http")):
                record = content.butter
                born = record.created if record.key.kind == "post" else record.published
                created = born.isoformat() if isinstance(born, datetime) else ""
                owner = AddressOwner(record.key.stored, locales[id(content)], created)
                yield ShownRecord(owner, canonical(f"{self._root}{content.url}"))

    def _is_mine(self, address: str) -> bool:
        """Return whether an address is of this part of the site, and not of a sub-site."""
        active = any(name.endswith("i18n_subsites") for name in self._settings["PLUGINS"])
        others = self._settings.get("I18N_SUBSITES") if active and self._root == "/" else None
        return address.startswith(self._root) and not any(
            address.startswith(f"/{lang}/") for lang in others or ()
        )

    def _local(self, address: str) -> str:
        """Return an address below this part of the site."""
        return f"/{address.removeprefix(self._root)}"

    def _is_real(self, address: str) -> bool:
        return any(name in self._taken for name in formats.candidates(self._local(address)))

    def _url(self, address: str) -> str:
        """Return the whole URL of an address."""
        siteurl = str(self._settings["SITEURL"]).rstrip("/")
        if not address.startswith("/"):
            return address
        if address.startswith(self._root):
            return f"{siteurl}{self._local(address)}"
        return f"{siteurl.removesuffix(self._root[:-1])}{address}"

    def _host_path(self, address: str) -> str:
        """Return an address as the host sees it, below the path of SITEURL."""
        siteurl = str(self._settings["SITEURL"])
        url = self._url(address)
        return url.removeprefix("://".join(urlsplit(siteurl)[:2])) if address[:1] == "/" else url

    def _on_host(self) -> Redirects:
        spell = self._host_path
        moved = {spell(old): spell(new) for old, new in self._leads.moved.items()}
        return Redirects(moved, list(map(spell, self._leads.gone)), [])

    def save(self) -> None:
        """Keep the history, when the site is built; somebody may have changed it meanwhile.

        Raises:
            SettingsError: it is damaged by now.
            FileSystemError: it cannot be written.
        """
        history.write(self._path, moves.follow(history.read(self._path), self._shown))

    # the formats

    def _plan_netlify(self) -> None:
        leads, missing = self._on_host(), self._host_path(f"{self._root}404.html")
        self._add_rules(list(formats.netlify(leads.moved, leads.gone, missing)))

    def _plan_cloudflare(self) -> None:
        base = urlsplit(str(self._settings["SITEURL"])).path.rstrip("/")
        lines = list(
            formats.cloudflare(
                self._on_host().moved,
                lambda shown: self._is_real(f"{self._root[:-1]}{shown.removeprefix(base)}"),
            )
        )
        if len(lines) > formats.MOST_OF_CLOUDFLARE:
            logger.warning(
                "%s has %d lines, and Cloudflare reads %d. Take old lines out of %s.",
                *(RULES, len(lines), formats.MOST_OF_CLOUDFLARE, self._path),
            )
        self._add_rules(lines)

    def _add_rules(self, lines: list[str]) -> None:
        """Plan `_redirects`, below the user's own; a host reads it at the root only."""
        if self._root != "/":
            self._plan_html()
            return
        own = b""
        for generator in self._generators:
            if isinstance(generator, StaticGenerator):
                for file in [one for one in generator.staticfiles if one.save_as == RULES]:
                    with explained("Your own redirects cannot be read", file.source_path):
                        own = read_regular(Path(generator.path) / file.source_path)
                    generator.staticfiles.remove(file)
        parts = [own.rstrip(b"\n") + b"\n\n"] if own else []
        data = b"".join([*parts, _HEADING, *(f"{line}\n".encode() for line in lines)])
        self.files[RULES] = lambda: data

    def _plan_nginx(self) -> None:
        leads = self._on_host()
        data = "".join(f"{line}\n" for line in formats.nginx(leads.moved, leads.gone)).encode()
        self.files[MAP] = lambda: data

    def _plan_html(self) -> None:
        impossible = []
        for old, new in self._leads.moved.items():
            page = formats.page_of(self._local(old))
            if page is None:
                impossible.append(old)
            elif not self._is_in_the_way(page):
                self.files[page] = partial(formats.html, self._url(new))
        _warn("An HTML page cannot answer these addresses of {}: {}", self._path, impossible)

    def _is_in_the_way(self, page: str) -> bool:
        """Return whether a page has a file of the site in its place, or one for a folder."""
        parents = page.casefold().split("/")
        return any(
            "/".join(parents[:end]) in self._in_any_case for end in range(1, len(parents) + 1)
        )


def _warn(text: str, path: Path, addresses: list[str]) -> None:
    if addresses:
        more = f" and {len(addresses) - _SHOWN} more" if len(addresses) > _SHOWN else ""
        logger.warning("%s", f"{text.format(path, ', '.join(addresses[:_SHOWN]))}{more}")
