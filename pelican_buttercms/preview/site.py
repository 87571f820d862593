"""How is the preview built? By Pelican itself, into a folder of its own, each time a new one.

The folder is never the site's output folder, so that no draft waits there to be deployed; and a
build that fails leaves the last one on show.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
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
from pelican_buttercms.sync.progress import SilentProgress
from pelican_buttercms.sync.pull import PullResult


class PreviewSite:
    """One settings file, built with drafts as often as asked.

    Args:
        path: the settings file; None for `pelicanconf.py` in this folder.
        address: where the preview is shown; it takes the place of SITEURL.

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
        """The API calls that a look costs, as far as is known."""
        return self._site.cost if self._site else 0

    def open(self) -> None:
        """Read the settings, anew if they were read before.

        The first build may ask the CMS, if its content is due; later ones read what is stored.

        Raises:
            SettingsError: the settings are wrong, or this is production.
        """
        overrides = {
            "SITEURL": self._address,
            "BUTTERCMS_PREVIEW": True,
            "DELETE_OUTPUT_DIRECTORY": False,
            "OUTPUT_PATH": str(self._folder / "0"),
            "BIND": "127.0.0.1",
        }
        settings = read_file(self._path, overrides)
        for subsite in (settings.get("I18N_SUBSITES") or {}).values():
            for name in ("SITEURL", "OUTPUT_PATH"):  # they follow from the preview's own
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
            _hold(site)
        self._pelican, self._site = pelican, site

    def build(self) -> Path:
        """Build, and give the folder of the new build; the one before stays until the next.

        Raises:
            Exception: whatever Pelican, a plugin or a template raises; the last build is as it was.
        """
        self._builds += 1
        folder = self._folder / str(self._builds)
        self._pelican.output_path = self._pelican.settings["OUTPUT_PATH"] = str(folder)
        if self._site:
            self._site.output = folder
        try:
            self._pelican.run()
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        if self._site:
            _hold(self._site)
        shutil.rmtree(self._folder / str(self._builds - 2), ignore_errors=True)
        return folder

    def look(self) -> PullResult:
        """Ask the CMS for its drafts now.

        Raises:
            ButterCMSError: the pull failed; what is stored is as it was.
        """
        result: PullResult = self.source.refresh(SilentProgress())
        return result

    def watched(self) -> Iterator[Path]:
        """Give the files and folders whose changes show on the site."""
        settings = self._pelican.settings
        yield settings_file(self._path).absolute()
        yield Path(settings["PATH"]).absolute()
        yield Path(settings["THEME"]).absolute()
        for folder in settings["THEME_TEMPLATES_OVERRIDES"]:
            yield Path(folder).absolute()
        if (account := self.account_folder()) is not None:
            yield account

    def account_folder(self) -> Path | None:
        """Give the folder that the emulator plays, if this account is one."""
        if self._site is None or not self._site.options.emulated:
            return None
        return Path(self._site.options.api_url.removeprefix(EMULATOR))

    def is_settings(self, path: Path) -> bool:
        """Say whether a file is the settings file."""
        return path == settings_file(self._path).absolute()

    def find(self, parts: list[str], locale: str) -> str | None:
        """Find the page that the parts of a path mean: the last one is its slug.

        Of several with one slug, that whose kind, page type and language the path names wins.
        """
        if self._site is None or not parts:
            return None
        *before, slug = parts
        found = [shown for shown in self._site.shown if shown.key.id == slug]
        if not found:
            return None
        wanted = locale or next(
            (one.name for one in self._site.options.locales if {one.lang, one.name} & set(before)),
            self._site.options.main_locale.name,
        )

        def fits(shown: Shown) -> tuple[bool, bool, bool]:
            return (shown.key.group in before, shown.locale == wanted, shown.key.kind == "post")

        return max(found, key=fits).url

    def close(self) -> None:
        """Remove what was built."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _hold(site: Site) -> None:
    """Let builds read what is stored, however old: the preview decides when the CMS is asked."""
    site.source = replace(site.source, options=replace(site.source.options, max_age=FOR_EVER))
