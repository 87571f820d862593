"""The preview's incremental builds by Pelican, into a folder of its own.

It is never the site's output folder, so no draft can be deployed from there. What is shown are
copies of the files of the last whole build; a failed build leaves them in place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time
import json
import logging
from pathlib import Path
import shutil
import tempfile
from typing import Any
from urllib.parse import urlencode

from pelican import Pelican
from pelican.log import init as init_logging
from pelican.plugins import signals

from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.errors import SettingsError
from pelican_buttercms.incremental.static_files import copies
from pelican_buttercms.plugin.build_state import Shown, Site
from pelican_buttercms.plugin.explain import explain
from pelican_buttercms.plugin.registry import site_of
from pelican_buttercms.plugin.settings_file import read_file, settings_file
from pelican_buttercms.preview.frozen_files import Files, FrozenFiles
from pelican_buttercms.preview.problems import BuildProblem, ErrorLog
from pelican_buttercms.settings.defaults import EMULATOR
from pelican_buttercms.settings.durations import FOR_EVER
from pelican_buttercms.store import Store
from pelican_buttercms.sync.build_trigger import STORED_ONLY, Trigger
from pelican_buttercms.sync.progress import Progress
from pelican_buttercms.sync.pull import PullResult
from pelican_buttercms.sync.refresh.apply_events import find_pending, record_pending
from pelican_buttercms.wording import count_noun

_MOST_FIELDS = 3
_MOST_EXPLAINED = 3
_LONGEST = 1000


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
        self._output = self._folder / "output"
        self._frozen = FrozenFiles(self._folder / "shown")
        self.as_of: datetime | None = None
        self._styles: dict[Path, list[str]] = {}
        self.problems: list[BuildProblem] = []
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
            "OUTPUT_PATH": str(self._output),
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

    def build(self, trigger: Trigger | None = STORED_ONLY, *, asks_media: bool = True) -> Files:
        """Build, and return the files of the site; `problems` has what was logged as an error.

        Args:
            trigger: the events that are asked for; None means those that are pending.
            asks_media: whether missing media files are asked for.

        Raises:
            Exception: Pelican, a plugin or a template failed; what was returned before stays.
        """
        site, settings = self._site, self._pelican.settings
        if site:
            site.trigger, site.as_of = trigger, self.as_of
            if site.options.media == "download":
                site.source = site.source.with_options(media="download" if asks_media else "stored")
        signals.all_generators_finalized.connect(self._find_styles)
        try:
            with ErrorLog(Path(settings["PATH"])) as log:
                self._pelican.run()
        finally:
            signals.all_generators_finalized.disconnect(self._find_styles)
        self.problems = log.problems
        if site:
            _use_stored_content(site)
        return self._frozen.take(self._output)

    def _find_styles(self, generators: list[Any]) -> None:
        """Note which stylesheets are copied as they are."""
        self._styles = {}
        for source, name in copies(generators):
            if source.suffix == ".css":
                self._styles.setdefault(source.absolute(), []).append(Path(name).as_posix())

    def replace_styles(self, changed: Collection[Path]) -> Files | None:
        """Return the files with stylesheets that were edited, without a build.

        None if something else was changed as well, or a build makes something of them.
        """
        if not changed or not all(path in self._styles and path.is_file() for path in changed):
            return None
        for path in changed:
            for name in self._styles[path]:
                self._frozen.replace(name, path)
        return self._frozen.files

    def pull(self) -> PullResult:
        """Pull the drafts from the CMS.

        Raises:
            ButterCMSError: the pull failed; the stored content is unchanged.
        """
        result: PullResult = self.source.refresh(Progress())
        return result

    def note_webhook(self, body: bytes) -> None:
        """Note the events of a webhook as pending in the store, where they outlast this process.

        Raises:
            StoreError: the disk fails.
        """
        source, trigger = self.source, Trigger.parse(body, "a webhook")
        with self._store() as store, source.webhook_state() as state:
            record_pending(state, source, store, trigger)

    def pending_events(self) -> Trigger | None:
        """Return the events that no build has applied yet, None if there are none."""
        with self._store() as store:
            return find_pending(self.source, store)

    def _store(self) -> Store:
        return Store(self.source.options.cache_path, self.source.now)

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

    def describe(self, name: str) -> dict[str, Any]:
        """Return what the bar shows of a page: state, facts and links, by the name of its file."""
        as_of = f"{self.as_of:%Y-%m-%d}" if self.as_of else ""
        site = self._site
        shown = next((one for one in site.shown if one.save_as == name), None) if site else None
        if shown is None:
            return {"asOf": as_of, "state": "preview", "facts": []}
        facts = [shown.lang]
        if shown.fields:
            most = ", ".join(shown.fields[:_MOST_FIELDS])
            facts.append(f"{count_noun(len(shown.fields), 'field')} changed: {most}")
        query = urlencode({"key": str(shown.key), "locale": shown.locale})
        links = [["Drafts", "/drafts/"], ["Record", f"/_buttercms/record?{query}"]]
        return {"asOf": as_of, "state": shown.state, "facts": facts, "links": links}

    def explain(self, path: str) -> list[str]:
        """Return why there is no page at a path, as far as the stored content tells it."""
        if self._site is None:
            return []
        found = explain(path, self._site.source, self._pelican.settings)[:_MOST_EXPLAINED]
        lines = [clean_line(f"{one.name}: {' '.join(one.reasons)}", _LONGEST) for one in found]
        if found and self.as_of:
            lines.append(f"Shown is what is published on {self.as_of:%Y-%m-%d}, without drafts.")
        return lines or ["Nothing that is stored has this address or name."]

    def record(self, locale: str, key: str) -> str | None:
        """Return a stored record as JSON, None if there is none.

        Args:
            locale: the locale whose part of the site shows it; it may stand in for another.
            key: as it is written, such as `posts/hello`.
        """
        source = self.source
        with self._store() as store:
            found = {
                generation.scope.locale: raw.data
                for generation in store.latest_together(source.scopes(store)) or ()
                for raw in store.records(generation)
                if str(raw.key) == key
            }
        data = found.get(locale, next(iter(found.values()), None))
        return json.dumps(data, indent=2, ensure_ascii=False) if data is not None else None

    def show_as_of(self, day: date | None) -> None:
        """Show the site at the end of a day (UTC) from the next build on; None for all drafts."""
        moment = datetime.combine(day, time(23, 59, 59), UTC) if day else None
        if moment != self.as_of:
            self.as_of = moment
            # records are compared by version, which does not depend on this time
            shutil.rmtree(self._output, ignore_errors=True)
            shutil.rmtree(self._folder / "records", ignore_errors=True)

    def close(self) -> None:
        """Remove what was built."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _use_stored_content(site: Site) -> None:
    """Make builds use stored content of any age: the preview decides when to pull."""
    site.source = site.source.with_options(max_age=FOR_EVER)
