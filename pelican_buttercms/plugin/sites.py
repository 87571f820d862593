"""Which site and which run does this Pelican instance belong to? From a run's start to its end.

Both are found again by small numbers in Pelican's settings: those are copied to sub-instances and
pickled by `CACHE_CONTENT`, so nothing else may be kept there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import count
import logging
import os
from pathlib import Path
from typing import Any

from pelican.contents import Content
from pelican.log import console
from pelican.plugins import signals

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.fetch import served
from pelican_buttercms.fetch.progress import LineProgress, Progress, RichProgress
from pelican_buttercms.fetch.source import Source
from pelican_buttercms.fetch.trigger import find_trigger
from pelican_buttercms.plugin import checks, github, messages, sanitize
from pelican_buttercms.plugin.drafts.index import DraftIndexGenerator
from pelican_buttercms.plugin.editions import make_editions
from pelican_buttercms.plugin.languages import LangTemplatesGenerator
from pelican_buttercms.plugin.media import MediaGenerator
from pelican_buttercms.plugin.orphans import Orphans
from pelican_buttercms.plugin.runs import Run, Shown, Site
from pelican_buttercms.plugin.sitemap import SitemapGenerator, other_sitemap
from pelican_buttercms.settings import Environment, Settings
from pelican_buttercms.settings.reader import is_secret_name

logger = logging.getLogger(__name__)

_SITE = "_BUTTERCMS_SITE"
_RUN = "_BUTTERCMS_RUN"
TEMPLATES = Path(__file__).parent / "templates"

_numbers = count(1)
_sites: dict[int, Site] = {}
_runs: dict[int, Run] = {}


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
    github.watch()
    checks.warn_of_order(settings["PLUGINS"])
    options = _parse(settings, environment)
    sanitize.require(options)
    number = next(_numbers)
    source = Source(options, environment, now=lambda: datetime.now(UTC))
    output = Path(settings["OUTPUT_PATH"]).absolute()
    trigger = find_trigger(environment)
    _sites[number] = Site(options, source, main=id(pelican), output=output, trigger=trigger)
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
    site = site_of(pelican)
    if site is None:
        return []
    if site.stored is None or id(pelican) == site.main:
        _runs.pop(pelican.settings.get(_RUN, 0), None)  # one that failed was never ended
        site.stored = served.read(site.source, _say, _progress(), site.trigger)
        site.trigger = None  # what it was started for does not happen again at each rebuild
    editions = make_editions(site.stored, site.options)
    main = next(iter(editions.values()))
    checks.check_subsites(site.options, pelican.settings)
    checks.check_front_page(main.graph, site.options)
    if id(pelican) == site.main:
        checks.report_dangling({e.locale.name: e.graph for e in editions.values()}, site.options)
    _end_last()
    pelican.delete_outputdir = False  # `outputs.clean` does it, once the content holds together
    number = next(_numbers)
    run = Run(number, site, editions, main.in_lang(pelican.settings["DEFAULT_LANG"]), say=_say)
    run.is_main = id(pelican) == site.main
    if not site.options.preview:
        run.orphans = Orphans(site.options.cache_path, Path(pelican.output_path).absolute())
    _runs[number] = run
    pelican.settings[_RUN] = number
    return list(_generators(site.options, pelican.settings))


def _end_last() -> None:
    """Hear of the end after all other plugins, which may change files then."""
    from pelican_buttercms import plugin  # noqa: PLC0415  (it imports this module in turn)

    signals.finalized.disconnect(plugin.on_finalized)
    signals.finalized.connect(plugin.on_finalized)


def _generators(options: Settings, settings: Mapping[str, Any]) -> Iterator[type]:
    """Give the generators of what is neither article nor page, in the order of writing."""
    if options.lang_templates:
        yield LangTemplatesGenerator
    if options.preview:
        yield DraftIndexGenerator
    yield MediaGenerator  # after all that show media
    if options.sitemap and settings["SITEURL"] and not other_sitemap(settings):
        yield SitemapGenerator  # its addresses are absolute


def _say(line: str) -> None:
    console.print(f"ButterCMS: {line}", highlight=False, markup=False)


def _progress() -> Progress:
    """Show bars on a terminal and lines elsewhere; Pelican's own spinner may be on show."""
    return RichProgress(console, otherwise=_say) if console.is_terminal else LineProgress(_say)


def run_of(generator: Any) -> Run | None:
    """Give the run that a generator belongs to, None when ButterCMS is not configured."""
    return _runs.get(generator.settings.get(_RUN, 0))


def site_of(pelican: Any) -> Site | None:
    """Give the site that a Pelican instance builds, None when ButterCMS is not configured."""
    return _sites.get(pelican.settings.get(_SITE, 0))


def _say_calls(site: Site) -> None:
    """End a build with what it has cost."""
    if site.stored is None:
        return
    calls, most = site.stored.calls, site.options.max_calls.month
    bound = f" of {most:,}" if most is not None else ""
    noun = "call" if calls.made == 1 else "calls"
    _say(
        f"{calls.made:,} API {noun} made, {calls.saved:,} saved, {calls.month:,}{bound} this month."
    )


def run_in(context: Mapping[str, Any]) -> Run | None:
    """Give the run that a template's context belongs to."""
    return _runs.get(context.get("_butter_run", 0))


def end_run(pelican: Any) -> None:
    """Forget the run, and what Pelican memoised of its contents.

    `Content.get_content` and `get_summary` keep every article of every rebuild alive in a
    class-level dictionary, which `pelican --autoreload` fills without end.
    """
    run = _runs.pop(pelican.settings.pop(_RUN, 0), None)
    if run is None:
        return
    run.leaks.report()
    run.end()
    if id(pelican) == run.site.main:
        _say_calls(run.site)
        run.site.stored = None
        run.site.cost = run.content.generation.calls
        run.site.shown = tuple(Shown(c.butter.key, loc, c.url) for loc, c in run.contents)
    for method in (Content.get_content, Content.get_summary):
        cache = getattr(method, "cache", None)
        if isinstance(cache, dict):
            cache.clear()
