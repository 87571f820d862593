"""The plugin `pelican_buttercms.incremental`: any Pelican site is rendered incrementally."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
import logging
import os
from pathlib import Path
from typing import Any

from pelican.log import console
from pelican.plugins import signals

from pelican_buttercms import pelican_internals
from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.errors import SettingsError
from pelican_buttercms.incremental import generator_hooks, pelican_patches
from pelican_buttercms.incremental.host import (
    ContentState,
    Mode,
    Options,
    PlainHost,
    SiteInputs,
)
from pelican_buttercms.incremental.incremental_build import IncrementalBuild
from pelican_buttercms.incremental.output.site_output import SiteOutput
from pelican_buttercms.incremental.pelican_patches import gc_pause
from pelican_buttercms.incremental.process_start import HOSTED
from pelican_buttercms.incremental.up_to_date import UpToDateCheck

logger = logging.getLogger(__name__)

_SITE, _BUILD = "_INCREMENTAL_SITE", "_INCREMENTAL_BUILD"
_MODES: dict[object, Mode] = {True: "on", "auto": "on", False: "off", "verify": "verify"}
_LISTS = ("INCREMENTAL_PURE", "INCREMENTAL_KNOWN_PLUGINS")
_MOST_WORKERS = 64
_numbers = count(1)


@dataclass
class PlainSite:
    """A site and its sub-sites, as long as their Pelican instances live.

    Attributes:
        options: how it is rendered.
        main: the `id()` of the main Pelican instance.
        outputs: what is known of the output folders of the build under way.
        check: compares the build under way with the last one.
        is_up_to_date: whether nothing has changed since that one.
    """

    options: Options
    main: int
    outputs: SiteOutput
    check: UpToDateCheck | None = None
    is_up_to_date: bool = False


@dataclass
class PlainBuild:
    """One build of one Pelican instance.

    Attributes:
        site: the site.
        is_main: whether it is the main instance's.
        session: writes the output, once all generators have collected their content.
    """

    site: PlainSite
    is_main: bool
    session: IncrementalBuild | None = None

    def prepare_output(self, generators: list[Any]) -> IncrementalBuild:
        """Empty the output folder if it is to be."""
        site = self.site
        self.session = IncrementalBuild(site.options, site.outputs, PlainHost(), generators, _say)
        self.session.clean()
        return self.session

    def begin(self, writer: Any) -> None:
        """Stand before Pelican's writer."""
        if self.session:
            self.session.begin(writer)

    def end(self) -> None:
        """Keep what was learnt, when other plugins are done."""
        if self.session:
            self.session.finish()
            if self.is_main and self.site.check:
                self.site.check.end(self.session.generators, self.session.known, {})


_sites: dict[int, PlainSite] = {}
_builds: dict[int, PlainBuild] = {}


def connect() -> None:
    """Connect to Pelican's signals."""
    signals.initialized.connect(on_initialized)
    signals.get_generators.connect(on_get_generators)
    signals.generator_init.connect(on_generator_init)
    signals.content_object_init.connect(on_content)
    signals.article_generator_pretaxonomy.connect(on_articles)
    signals.article_generator_finalized.connect(on_articles_finalized)
    signals.all_generators_finalized.connect(on_all_generators)
    signals.finalized.connect(on_finalized)


def read_options(settings: Mapping[str, Any]) -> Options:
    """Return how a site is rendered, by Pelican's settings.

    Raises:
        SettingsError: with everything that is wrong.
    """
    mode, workers = settings.get("INCREMENTAL", "auto"), settings.get("INCREMENTAL_WORKERS")
    wrong = []
    if not isinstance(mode, bool | str) or mode not in _MODES:
        wrong.append(f"INCREMENTAL takes True, False, 'auto' or 'verify', not {mode!r}")
    names = {name: settings.get(name, ()) for name in _LISTS}
    for name, value in names.items():
        is_list = isinstance(value, list | tuple | set | frozenset)
        if not is_list or not all(isinstance(one, str) for one in value):
            wrong.append(f"{name} takes a list of names, not {value!r}")
    if workers is not None and (type(workers) is not int or not 1 <= workers <= _MOST_WORKERS):
        wrong.append(f"INCREMENTAL_WORKERS takes a number up to {_MOST_WORKERS}, not {workers!r}")
    cache = settings.get("INCREMENTAL_CACHE") or Path(str(settings["CACHE_PATH"])) / "incremental"
    if not isinstance(cache, str | Path):
        wrong.append(f"INCREMENTAL_CACHE takes the path of a folder, not {cache!r}")
    if wrong:
        raise SettingsError(f"{'. '.join(wrong)}.")
    if workers is None:
        workers = min(os.cpu_count() or 1, _MOST_WORKERS) if os.environ.get("CI") else 1
    pure, plugins = (frozenset(names[name]) for name in _LISTS)
    return Options(Path(cache), _MODES[mode], pure, plugins, workers, "INCREMENTAL_")


def on_initialized(pelican: Any) -> None:
    """Read the settings, once for a site and its sub-sites."""
    settings = pelican.settings
    if _SITE not in settings:
        settings[_SITE] = number = next(_numbers)
        options = read_options(settings)
        output, content = (Path(settings[name]).absolute() for name in ("OUTPUT_PATH", "PATH"))
        outputs = SiteOutput(output, content, options.records)
        _sites[number] = PlainSite(options, id(pelican), outputs)


def _site_of(pelican: Any) -> PlainSite | None:
    """Return the site of an instance or a generator; None if another plugin renders it."""
    settings = pelican.settings
    return None if settings.get(HOSTED) else _sites.get(settings.get(_SITE, 0))


def _build_of(one: Any) -> PlainBuild | None:
    return _builds.get(one.settings.get(_BUILD, 0))


def on_get_generators(pelican: Any) -> list[type]:
    """Begin a build, or find out that there is nothing to do."""
    site = _site_of(pelican)
    if site is None:
        return []
    pelican.delete_outputdir = False  # `clean` does it, once the content is complete
    is_main = id(pelican) == site.main
    if is_main:  # a sub-site has a copy of the main site's settings
        _builds.pop(pelican.settings.pop(_BUILD, 0), None)  # one that failed was never ended
        site.outputs.begin()
        gc_pause.collect_past_builds()
        inputs = SiteInputs(
            plugins=("pelican_buttercms.incremental",), ignored=lambda name: name in {_SITE, _BUILD}
        )
        check = UpToDateCheck(pelican.settings, site.options, inputs, site.outputs.folder)
        site.check, site.is_up_to_date = check, check.is_up_to_date(ContentState())
        if site.is_up_to_date:
            check.rest()
            return []
        check.begin()
    elif site.is_up_to_date:
        return []
    signals.finalized.disconnect(on_finalized)  # after all other plugins, which may change files
    signals.finalized.connect(on_finalized)
    pelican.settings[_BUILD] = number = next(_numbers)
    _builds[number] = PlainBuild(site, is_main)
    return []


def on_generator_init(generator: Any) -> None:
    """Leave a generator nothing to do where nothing has changed."""
    site = _site_of(generator)
    if site and site.is_up_to_date and site.check:
        site.check.disable(generator)


def on_content(content: Any) -> None:
    """Make the URL of an article or a page cheap to ask for."""
    if _build_of(content):
        pelican_patches.quicken_content(content)


def on_articles(generator: Any) -> None:
    """Make the lists of articles by tag, category, author and period take linear time."""
    if _build_of(generator):
        pelican_patches.quicken_lists(generator)


def on_articles_finalized(generator: Any) -> None:
    """Stand before Pelican's writer when the first file is written."""
    if build := _build_of(generator):
        generator_hooks.before_first(generator, build.begin)


def on_all_generators(generators: list[Any]) -> None:
    """Empty the output folder if it is to be, and remove stale files after the last page."""
    if build := _build_of(generators[0]):
        session = build.prepare_output(generators)
        generator_hooks.after_last(generators, session.remove_stale)


def on_finalized(pelican: Any) -> None:
    """End a build, and forget what Pelican memoised of its contents."""
    build = _builds.pop(pelican.settings.pop(_BUILD, 0), None)
    if build is not None:
        build.end()
        pelican_internals.forget_texts()
    elif (site := _site_of(pelican)) and site.is_up_to_date and site.check:
        site.check.end_rest()
        logger.info("Nothing has changed since the last build: no page was looked at.")
        _say(f"0 pages rendered, {site.check.pages:,} were up to date.")


def _say(line: str) -> None:
    console.print(f"Incremental: {clean_line(line, 2000)}", highlight=False, markup=False)
