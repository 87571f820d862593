"""The preview's builds, by Pelican, each into a new folder.

The folder is never the site's output folder, so no draft can be deployed from there. A failed build
leaves the last one in place.
"""

from __future__ import annotations

from collections.abc import Iterator
import logging
from pathlib import Path
import shutil
import tempfile
from typing import Any

from pelican import Pelican
from pelican.log import init as init_logging

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.plugin.build_state import Shown, Site
from pelican_buttercms.plugin.registry import site_of
from pelican_buttercms.plugin.settings_file import read_file, settings_file
from pelican_buttercms.settings.defaults import EMULATOR
from pelican_buttercms.settings.durations import FOR_EVER
from pelican_buttercms.sync.progress import Progress
from pelican_buttercms.sync.pull import PullResult


class PreviewSite:
    """A site that is built with its drafts.

    Args:
        path: the settings file; None means `pelicanconf.py` in this folder.
        address: the address of the preview, which replaces SITEURL.
    """

    def __init__(self, path: str | None, address: str) -> None:
        init_logging(level=logging.WARNING)
        self._path = path
        self._address = address
        self._folder = Path(tempfile.mkdtemp(prefix="buttercms-preview-"))
        self._builds = 0
        self._pelican: Any = None
        self._site: Site | None = None

    @property
    def source(self) -> Any:
        """The account and its store; None before the settings were read."""
        return self._site.source if self._site else None

    @property
    def cost(self) -> int:
        """The API calls that a check costs, as far as known."""
        return self._site.cost if self._site else 0

    def open(self) -> None:
        """Read the settings; may be called again.

        The first build pulls if that is due; later ones use the stored content.

        Raises:
            SettingsError: the settings are wrong, or this is production.
        """
        overrides = {
            "SITEURL": self._address,
            "BUTTERCMS_PREVIEW": True,
            "BUTTERCMS_STRICT": False,  # older content is better than none to look at
            "DELETE_OUTPUT_DIRECTORY": False,
            "OUTPUT_PATH": str(self._folder / "0"),
            "BIND": "127.0.0.1",
        }
        settings = read_file(self._path, overrides)
        for subsite in (settings.get("I18N_SUBSITES") or {}).values():
            for name in ("SITEURL", "OUTPUT_PATH"):  # derived from the preview's own
                subsite.pop(name, None)
        pelican = Pelican(settings)
        site = site_of(pelican)
        if site is None:
            raise SettingsError(
                "The settings do not load the plugin, so there is nothing to preview. Add"
                ' PLUGINS = ["pelican_buttercms"] to the settings file.'
            )
        if self._site:
            site.shown = self._site.shown
            _use_stored_content(site)
        site.outputs.records = self._folder / "records"  # of no use to other builds
        self._pelican, self._site = pelican, site

    def build(self) -> Path:
        """Build, and return the folder of the build; the one before is kept until the next.

        Raises:
            Exception: Pelican, a plugin or a template failed; the last build is unchanged.
        """
        self._builds += 1
        folder = self._folder / str(self._builds)
        self._pelican.output_path = self._pelican.settings["OUTPUT_PATH"] = str(folder)
        if self._site:
            self._site.outputs.folder = folder
        try:
            self._pelican.run()
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        if self._site:
            _use_stored_content(self._site)
        shutil.rmtree(self._folder / str(self._builds - 2), ignore_errors=True)
        return folder

    def pull(self) -> PullResult:
        """Pull the drafts from the CMS.

        Raises:
            ButterCMSError: the pull failed; the stored content is unchanged.
        """
        result: PullResult = self.source.refresh(Progress())
        return result

    def watched_paths(self) -> Iterator[Path]:
        """Yield the files and folders whose changes need a build."""
        settings = self._pelican.settings
        yield settings_file(self._path).absolute()
        yield Path(settings["PATH"]).absolute()
        yield Path(settings["THEME"]).absolute()
        for folder in settings["THEME_TEMPLATES_OVERRIDES"]:
            yield Path(folder).absolute()
        if (account := self.account_folder()) is not None:
            yield account

    def account_folder(self) -> Path | None:
        """Return the folder of an emulated account, None for another account."""
        if self._site is None or not self._site.options.emulated:
            return None
        return Path(self._site.options.api_url.removeprefix(EMULATOR))

    def is_settings(self, path: Path) -> bool:
        """Return whether a file is the settings file."""
        return path == settings_file(self._path).absolute()

    def find(self, parts: list[str], locale: str) -> str | None:
        """Return the URL of the page whose slug is the last part of a path, None without one.

        Of several pages with one slug, the one of the page type and language in the path wins.
        """
        if self._site is None or not parts:
            return None
        *before, slug = parts
        pages = [shown for shown in self._site.shown if shown.key.id == slug]
        if not pages:
            return None
        options = self._site.options
        wanted = locale or next(
            (known.name for known in options.locales if {known.lang, known.name} & set(before)),
            options.main_locale.name,
        )

        def rank(shown: Shown) -> tuple[bool, bool, bool]:
            return (shown.key.group in before, shown.locale == wanted, shown.key.kind == "post")

        return max(pages, key=rank).url

    def close(self) -> None:
        """Remove what was built."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _use_stored_content(site: Site) -> None:
    """Make builds use stored content of any age: the preview decides when to pull."""
    site.source = site.source.with_options(max_age=FOR_EVER)
