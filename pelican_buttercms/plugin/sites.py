"""Which content does this Pelican instance build from, and what lives as long as one run?

A *site* is one set of settings: Pelican's main instance, and the instances that i18n_subsites
makes of it. A *run* is one build of one instance. Both are found again by small numbers in
Pelican's settings: those are copied to sub-instances and pickled by `CACHE_CONTENT`, so nothing
else may be kept there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
import logging
import os
from pathlib import Path
from typing import Any

from pelican.contents import Content
from pelican.log import console

from pelican_buttercms.content.graph import Graph, link
from pelican_buttercms.errors import SettingsError
from pelican_buttercms.fetch.progress import LineProgress, Progress, RichProgress
from pelican_buttercms.fetch.source import Source, Stored
from pelican_buttercms.plugin import checks, messages
from pelican_buttercms.plugin.context import SiteContent
from pelican_buttercms.plugin.media import LocalMedia, MediaGenerator
from pelican_buttercms.plugin.sitemap import SitemapGenerator, other_sitemap
from pelican_buttercms.settings import Environment, Settings
from pelican_buttercms.settings.options import is_secret_name

logger = logging.getLogger(__name__)

_SITE = "_BUTTERCMS_SITE"
_RUN = "_BUTTERCMS_RUN"
TEMPLATES = Path(__file__).parent / "templates"

_numbers = count(1)
_sites: dict[int, Site] = {}
_runs: dict[int, Run] = {}


@dataclass
class Site:
    """One set of settings, and the generation that its newest run reads."""

    options: Settings
    source: Source
    main: int
    stored: Stored | None = None


@dataclass
class Run:
    """One build: its own graph, since URLs differ between sub-sites."""

    site: Site
    content: SiteContent

    @property
    def options(self) -> Settings:
        """The checked `BUTTERCMS_*` settings."""
        return self.site.options

    @property
    def graph(self) -> Graph:
        """The linked content of this run."""
        return self.content.graph

    def link_profiles(self, generator: Any) -> None:
        """Tell the CMS's authors, categories and tags the URLs of their pages."""
        listings = (generator.context.get(kind, ()) for kind in ("authors", "categories", "tags"))
        for listing in listings:
            for wrapper, _ in listing:
                if record := getattr(wrapper, "butter", None):
                    record.url = wrapper.url


def open_site(pelican: Any) -> None:
    """Check the settings of a new Pelican instance and remember them.

    Raises:
        SettingsError: with everything that is wrong, once and together.
    """
    settings = pelican.settings
    if _SITE in settings:
        return  # a sub-instance of i18n_subsites: the main one was opened
    environment = Environment.load(os.environ, _env_folders(settings))
    if not _is_configured(settings, environment):
        logger.info("ButterCMS is not configured; set BUTTERCMS_PAGE_TYPES or a read token.")
        return
    messages.install()
    checks.warn_of_order(settings["PLUGINS"])
    options = _parse(settings, environment)
    number = next(_numbers)
    source = Source(options, environment, now=lambda: datetime.now(UTC))
    _sites[number] = Site(options, source, main=id(pelican))
    settings[_SITE] = number
    overrides = list(settings["THEME_TEMPLATES_OVERRIDES"])
    settings["THEME_TEMPLATES_OVERRIDES"] = [*overrides, str(TEMPLATES)]


def _env_folders(settings: Mapping[str, Any]) -> list[Path]:
    return [Path.cwd(), Path(settings["PATH"]).parent]


def _is_configured(settings: Mapping[str, Any], environment: Environment) -> bool:
    """An installed plugin is active by itself, so it needs a sign that it is wanted."""
    named = "pelican_buttercms" in (settings.get("PLUGINS") or ())
    has_settings = any(name.startswith("BUTTERCMS_") for name in settings)
    return named or has_settings or environment.read_token() is not None


def _parse(settings: dict[str, Any], environment: Environment) -> Settings:
    try:
        return Settings.from_pelican(settings, environment)
    except SettingsError:
        for name in [name for name in settings if is_secret_name(name)]:
            del settings[name]  # settings are printed by -D and pickled by CACHE_CONTENT
        raise


def start_run(pelican: Any) -> list[type]:
    """Read the generation to build from, pulled if it is due, and link it.

    Sub-instances read the generation of their main instance: one build, one generation.

    Raises:
        ButterCMSError: there is nothing whole to build from; Pelican ends with an error.
    """
    site = _sites.get(pelican.settings.get(_SITE, 0))
    if site is None:
        return []
    if site.stored is None or id(pelican) == site.main:
        _runs.pop(pelican.settings.get(_RUN, 0), None)  # one that failed was never ended
        site.stored = site.source.read(_say, _progress())
    graph = link(site.stored.records)
    checks.check_front_page(graph, site.options)
    checks.report_dangling(graph, site.options.dangling)
    pelican.delete_outputdir = False  # `outputs.clean` does it, once the content holds together
    number = next(_numbers)
    media = LocalMedia(site.stored.media)
    _runs[number] = Run(site, SiteContent(graph, site.stored.generation, media))
    pelican.settings[_RUN] = number
    wants_sitemap = (
        site.options.sitemap
        and pelican.settings["SITEURL"]  # a sitemap's addresses are absolute
        and not other_sitemap(pelican.settings)
    )
    return [MediaGenerator, SitemapGenerator] if wants_sitemap else [MediaGenerator]


def _say(line: str) -> None:
    console.print(f"ButterCMS: {line}", highlight=False, markup=False)


def _progress() -> Progress:
    """Show bars on a terminal and lines elsewhere; Pelican's own spinner may be on show."""
    return RichProgress(console, otherwise=_say) if console.is_terminal else LineProgress(_say)


def run_of(generator: Any) -> Run | None:
    """Give the run that a generator belongs to, None when ButterCMS is not configured."""
    return _runs.get(generator.settings.get(_RUN, 0))


def end_run(pelican: Any) -> None:
    """Forget the run, and what Pelican memoised of its contents.

    `Content.get_content` and `get_summary` keep every article of every rebuild alive in a
    class-level dictionary, which `pelican --autoreload` fills without end.
    """
    run = _runs.pop(pelican.settings.pop(_RUN, 0), None)
    if run is None:
        return
    if id(pelican) == run.site.main:
        run.site.stored = None
    for method in (Content.get_content, Content.get_summary):
        cache = getattr(method, "cache", None)
        if isinstance(cache, dict):
            cache.clear()
