"""What happens to a site and to a run of it, from start to end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
import logging
from pathlib import Path
from typing import Any

from pelican.log import console

from pelican_buttercms import pelican_internals
from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.errors import SettingsError, StaleContentError
from pelican_buttercms.incremental.output.changed_files import ChangedFiles
from pelican_buttercms.incremental.output.site_output import SiteOutput
from pelican_buttercms.incremental.pelican_patches import gc_pause
from pelican_buttercms.incremental.up_to_date import UpToDateCheck
from pelican_buttercms.plugin import (
    field_metadata,
    github,
    log_filter,
    other_plugins,
    registry,
    sanitize,
    search_index,
    validation,
    vanished_fields,
)
from pelican_buttercms.plugin.build_state import Run, Site
from pelican_buttercms.plugin.content_versions import ContentVersions
from pelican_buttercms.plugin.drafts.as_of import content_at
from pelican_buttercms.plugin.drafts.draft_index import DraftIndexGenerator
from pelican_buttercms.plugin.incremental_host import content_state, render_options, site_inputs
from pelican_buttercms.plugin.language_graphs import make_editions
from pelican_buttercms.plugin.language_indexes import LangTemplatesGenerator
from pelican_buttercms.plugin.local_media import MediaGenerator
from pelican_buttercms.plugin.own_files import OwnFilesGenerator
from pelican_buttercms.plugin.page_body import TEMPLATES
from pelican_buttercms.plugin.sitemap import SitemapGenerator, other_sitemap
from pelican_buttercms.plugin.source_files import SourceFiles
from pelican_buttercms.settings import Environment, Settings
from pelican_buttercms.settings.parser import is_secret_name
from pelican_buttercms.store import Generation
from pelican_buttercms.sync import load
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.build_trigger import find_trigger
from pelican_buttercms.sync.load import MediaOf
from pelican_buttercms.sync.picture_sizes import formats_of
from pelican_buttercms.sync.progress import show_progress
from pelican_buttercms.wording import count_noun

logger = logging.getLogger(__name__)


def open_site(pelican: Any, environment: Environment) -> None:
    """Check the settings of a new Pelican instance and remember them.

    Raises:
        SettingsError: with everything that is wrong, once and together.
    """
    settings = pelican.settings
    log_filter.install()
    github.watch()
    validation.warn_of_order(settings["PLUGINS"])
    options = _parse(settings, environment)
    sanitize.require(options)
    options = replace(options, search=search_index.is_possible(options))
    formats_of(options)
    source = Source(options, environment, now=lambda: datetime.now(UTC))
    output, content = (Path(settings[name]).absolute() for name in ("OUTPUT_PATH", "PATH"))
    records = render_options(options).records
    outputs = SiteOutput(output, content, records, is_preview=options.preview)
    trigger = find_trigger(environment)
    site = Site(options, source, main=id(pelican), outputs=outputs, trigger=trigger)
    registry.add_site(settings, site)
    if options.strict:
        _end_stale_builds_with_an_error(pelican, site)


def _end_stale_builds_with_an_error(pelican: Any, site: Site) -> None:
    """Let `Pelican.run` raise StaleContentError at its end, where older content was served.

    An error of a signal's handler would come earlier, and stop what other plugins do at the end.
    """
    run = pelican.run

    def run_strictly() -> None:
        run()
        if site.stale:
            raise StaleContentError(
                "The site was built from older ButterCMS content, and BUTTERCMS_STRICT makes that"
                f" exit code {StaleContentError.exitcode}. Build again later, or deploy this one on"
                f" purpose. The reason: {site.stale}"
            )

    pelican.run = run_strictly


def _parse(settings: dict[str, Any], environment: Environment) -> Settings:
    try:
        return Settings.from_pelican(settings, environment)
    except SettingsError:
        for name in [name for name in settings if is_secret_name(name)]:
            del settings[name]  # settings are printed by -D and pickled by CACHE_CONTENT
        raise


def start_run(pelican: Any, site: Site) -> list[type]:
    """Read the generation to build from, pulled if it is due, and link it.

    Sub-instances read the generation of their main instance: one build, one generation.

    Raises:
        ButterCMSError: there is nothing whole to build from; Pelican ends with an error.
    """
    _prepare(pelican)
    if site.stored is None or id(pelican) == site.main:
        registry.end_run(pelican.settings)  # one that failed was never ended
        _read(pelican, site)
        if site.rests:
            return []
    assert site.stored is not None  # noqa: S101  (just read, or by the main instance)
    editions = make_editions(site.stored, site.options)
    main = next(iter(editions.values()))
    validation.check_subsites(site.options, pelican.settings)
    validation.check_front_page(main.graph, site.options)
    field_metadata.check_paths(main.graph, site.options)
    if id(pelican) == site.main:
        validation.warn_of_translation_ids(site.stored.versions, site.options)
        vanished_fields.warn_of_vanished(
            (raw for raws in site.stored.versions.values() for raw in raws),
            site.outputs.record_of(site.outputs.folder).with_suffix(".fields"),
            pelican.settings,
            site.options,
        )
        validation.report_dangling(
            {e.locale.name: e.graph for e in editions.values()}, site.options
        )
    run = Run(site, editions, main.in_lang(pelican.settings["DEFAULT_LANG"]), say=_say)
    run.is_main = id(pelican) == site.main
    run.version_of = ContentVersions.known(pelican.settings, site.up_to_date_check, site.stored)
    if other_plugins.open_sources(pelican.settings):
        run.sources = SourceFiles(site.options.cache_path / "sources" / site.options.mode)
    registry.add_run(pelican.settings, run)
    return list(_generators(site.options, pelican.settings))


def _prepare(pelican: Any) -> None:
    """Let themes use our templates, and nobody empty the output folder."""
    overrides = list(pelican.settings["THEME_TEMPLATES_OVERRIDES"])  # a sub-site may have its own
    if str(TEMPLATES) not in overrides:
        pelican.settings["THEME_TEMPLATES_OVERRIDES"] = [*overrides, str(TEMPLATES)]
    pelican.delete_outputdir = False  # `IncrementalBuild.clean` does it later


def _read(pelican: Any, site: Site) -> None:
    """Read what to build from, unless nothing has changed since the last build."""
    site.begin()
    gc_pause.collect_past_builds()
    output = Path(pelican.output_path).absolute()
    up_to_date_check = UpToDateCheck(
        pelican.settings, render_options(site.options), site_inputs(site.options), output
    )

    def is_known(generations: Sequence[Generation], media_of: MediaOf) -> bool:
        return up_to_date_check.is_up_to_date(content_state(generations, media_of))

    stored = load.read_content(
        site.source, _say, show_progress(console, _say), site.trigger, is_known
    )
    if site.as_of is not None:
        stored = content_at(stored, site.as_of)
    # what it was started for does not happen again at each rebuild
    site.started_by, site.trigger = site.trigger, None
    site.stored, site.up_to_date_check, site.rests = stored, up_to_date_check, not stored.is_read
    site.stale = stored.stale or ""
    if stored.stale:
        up_to_date_check.give_up("older content is served than was asked for")
    if site.rests:
        up_to_date_check.rest()
    else:
        up_to_date_check.begin()


def _generators(options: Settings, settings: Mapping[str, Any]) -> Iterator[type]:
    """Yield the generators of what is neither article nor page, in the order of writing."""
    if options.lang_templates:
        yield LangTemplatesGenerator
    if options.preview:
        yield DraftIndexGenerator
    yield MediaGenerator  # after all that show media
    if options.sitemap and settings["SITEURL"] and not other_sitemap(settings):
        yield SitemapGenerator  # its addresses are absolute
    if (
        options.search
        or options.redirects
        or options.robots
        or options.llms
        or options.indexnow_key
    ):
        yield OwnFilesGenerator


def _say(line: str) -> None:
    console.print(f"ButterCMS: {clean_line(line, 2000)}", highlight=False, markup=False)


def _say_calls(site: Site) -> None:
    """End a build with what it has cost."""
    if site.stored is None:
        return
    calls, most = site.stored.calls, site.options.max_calls.month
    bound = f" of {most:,}" if most is not None else ""
    _say(
        f"{count_noun(calls.made, 'API call')} made, {calls.saved:,} saved,"
        f" {calls.month:,}{bound} this month."
    )


def _finish(site: Site) -> None:
    """The last thing that a build does."""
    _say_calls(site)
    site.stored = None


def end_rest(site: Site) -> None:
    """End a build that had nothing to do, as if it had looked at every page."""
    logger.info("Nothing has changed since the last build: no page was looked at.")
    if site.up_to_date_check:
        site.up_to_date_check.end_rest()
        _say(f"0 pages rendered, {site.up_to_date_check.pages:,} were up to date.")
    if site.options.changed_files:
        ChangedFiles(site.options.changed_files, site.outputs.folder).write()
    _finish(site)


def end_run(pelican: Any, run: Run) -> None:
    """End a run that is forgotten already, and forget what Pelican memoised of its contents."""
    run.leaks.report()
    run.end()
    if id(pelican) == run.site.main:
        if run.sources:
            run.sources.remove_others()
        _finish(run.site)
        run.site.cost = run.content.generation.full_calls
        run.site.shown = tuple(run.shown())
    pelican_internals.forget_texts()
