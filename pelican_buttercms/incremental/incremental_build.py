"""One build, from the first file that is written to the last: what is reused, removed and told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import takewhile
import logging
from operator import attrgetter
import os
from pathlib import Path
from typing import Any, NamedTuple

from pelican.plugins import signals
from pelican.utils import clean_output_dir

from pelican_buttercms.digests import quick_digest
from pelican_buttercms.errors import ContentError
from pelican_buttercms.filesystem import read_regular
from pelican_buttercms.incremental import (
    jinja_environment,
    jinja_tracing,
    manifest,
    parallel_setup,
    stale_output,
    static_files,
)
from pelican_buttercms.incremental.build_key import build_key
from pelican_buttercms.incremental.caching_writer import CachingWriter
from pelican_buttercms.incremental.compatibility import (
    hear,
    is_foreign,
    is_known,
    why_not_classes,
    why_not_signals,
    why_not_write,
)
from pelican_buttercms.incremental.evaluate import Evaluator
from pelican_buttercms.incremental.fragment_cache import FragmentCache
from pelican_buttercms.incremental.host import SITE, Host, Options, SiteOutput
from pelican_buttercms.incremental.input_registry import (
    FILTERS,
    TEMPLATES,
    TESTS,
    InputRegistry,
)
from pelican_buttercms.incremental.instrumentation import Instrumentation
from pelican_buttercms.incremental.known_plugins import KnownPlugins
from pelican_buttercms.incremental.output_cleaning import CleanedOutput
from pelican_buttercms.incremental.output_paths import is_text, name_of
from pelican_buttercms.incremental.output_writer import OutputWriter, stamp_of
from pelican_buttercms.incremental.page_dependencies import DependencyChecker
from pelican_buttercms.incremental.page_results import PageOutcomes
from pelican_buttercms.incremental.pelican_patches import gc_pause
from pelican_buttercms.incremental.pure_functions import PureFunctions
from pelican_buttercms.incremental.recorder import recorder
from pelican_buttercms.incremental.warning_replay import WarningHandler
from pelican_buttercms.wording import count_noun

logger = logging.getLogger(__name__)

_LONGEST = 5
_WHILE_WRITING = (
    signals.content_written,
    signals.feed_generated,
    signals.feed_written,
    signals.article_writer_finalized,
    signals.page_writer_finalized,
)
_LISTENING = WarningHandler(recorder.warned)
Say = Callable[[str], None]


class BuildOutputs(NamedTuple):
    """What is known of all files of a build, each of which rests on what could be followed.

    Attributes:
        left: how each was left, by path in the output folder.
        pages: how many of them are pages and feeds.
        shows: what pages have asked of the CMS's content as a whole.
    """

    left: dict[str, manifest.FileState]
    pages: int
    shows: frozenset[str]


class IncrementalBuild:
    """What is known while the pages of one build are written.

    Args:
        options: how the site is rendered.
        site: the output folders of the site, and of its sub-sites.
        host: what the site shows beside files.
        generators: Pelican's, when all have collected their content.
        writer: Pelican's, before it has written anything.
        cleaned: what was kept of the output folder, if it was emptied.
        say: returns the user a line.
        is_main: whether it is the main site's build, and not that of a sub-site.

    Attributes:
        known: once it is finished, see `BuildOutputs`; None if some file could not be followed.
    """

    known: BuildOutputs | None = None

    def __init__(  # noqa: PLR0917
        self,
        options: Options,
        site: SiteOutput,
        host: Host,
        generators: list[Any],
        writer: Any,
        cleaned: CleanedOutput | None,
        say: Say,
        *,
        is_main: bool = True,
    ) -> None:
        self._options, self._site, self._host, self._say = options, site, host, say
        self._output = Path(writer.output_path).absolute()
        self._is_main = is_main
        self._path = manifest.path_of(options.records, self._output, site.folder)
        site.manifests.add(self._path)
        self._files = OutputWriter(writer)
        self._pages: CachingWriter | None = None
        self._plugins = KnownPlugins(generators[0].settings, options.plugins)
        self._watched: list[jinja_tracing.TracedEnvironment] = []
        self._may_change = False
        self._generators = generators
        self._started = manifest.StartedFiles(self._path)
        self._unknown: set[str] = set()
        self._environments = [one.env for one in generators if hasattr(one, "env")]
        reason = self._why_not(writer)
        self.writes = why_not_write(writer) is None
        if self.writes:
            writer._open_w = self._files.open
            for generator in generators:
                static_files.keep_times(generator)
        if reason is not None and cleaned is not None:
            clean_output_dir(writer.output_path, cleaned.retained)
        if reason is not None and self._path.exists():
            self.on_before_write(self._note_unknown)
        if not self._is_main:
            self.on_before_write(site.written.update)
        if reason is None:
            with gc_pause.paused():
                self._begin(generators, writer)
        elif reason:
            say(f"every page is rendered: {reason} could change what is not seen from here.")

    def _follow(self, pages: CachingWriter, generator: Any) -> None:
        """Look at what other plugins have changed before a generator writes."""
        generate = getattr(generator, "generate_output", None)
        if generate is not None:
            generator.generate_output = partial(_refreshed, pages, generate)

    def on_before_write(self, callback: Callable[[list[str]], None]) -> None:
        """Call something with the paths of files before they are written."""
        self._files.before.append(callback)

    def on_kept(self, callback: Callable[[str], None]) -> None:
        """Call something with the path of each file that is left as it was."""
        if self._pages is not None:
            self._pages.results.on_kept = callback

    def _note_unknown(self, paths: list[str]) -> None:
        """Note what is written while nobody follows it: the ledger no longer knows these files."""
        self._unknown.update(name_of(self._output, path) for path in paths)

    @property
    def marks(self) -> bool:
        """Return whether pages of a preview are marked before they are written."""
        return self._pages is not None

    def _why_not(self, writer: Any) -> str | None:
        """Return what keeps pages from being reused, "" if the user does, None if nothing does."""
        if self._options.mode == "off":
            return ""
        reasons = (
            why_not_write(writer),
            why_not_signals(),
            why_not_classes(),
            *(jinja_environment.why_not(one, self._host.compilers) for one in self._environments),
        )
        return next((reason for reason in reasons if reason), None)

    def _begin(self, generators: list[Any], writer: Any) -> None:
        options, host = self._options, self._host
        purity = PureFunctions(options.pure, host.filters)
        self._objects = InputRegistry(generators, host)
        self._answers = Evaluator(self._objects, purity)
        self._answers.look_at_templates()
        plugins = self._plugins
        everywhere = build_key(self._objects.settings, self._environments, host.key, plugins.key())
        self._manifest = manifest.load(self._path, everywhere)
        self._manifest.facts.unversioned = (*host.unversioned, *plugins.sets)
        begun = dict.fromkeys(self._started.names(), manifest.BEGUN)
        self._manifest.left |= begun
        self.on_before_write(self._begin_files)
        room = stale_output.ConflictRemover(
            self._output, self._manifest.left, self._site.cleaned, self._site.written
        )
        self.on_before_write(room.make)
        for generator in generators:
            static_files.make_room(generator, room.make)
        basis = DependencyChecker(self._objects, self._answers, self._manifest)
        self._may_change = not plugins.are_tried(*_WHILE_WRITING) or any(
            map(is_foreign, generators)
        )
        self._watching = Instrumentation(self._objects, may_rest=not self._may_change)
        self._pages = CachingWriter(writer, self._objects, basis, self._files, self._watching, host)
        self._pages.wrote = None if hear(signals.content_written) else host.on_page
        self._pages.covered = frozenset() if self._may_change else _covered(self._objects.contents)
        self._pages.finishing = [] if self._may_change else plugins.finishing()
        self._pages.results.settles_each = not plugins.are_tried(
            signals.content_written, signals.feed_written
        )
        self._pages.verify = options.mode == "verify"
        signed = partial(
            jinja_environment.signature, purity=purity, fingerprinter=self._objects.fingerprinter
        )
        known = signed(self._environments[0])
        for environment in map(attrgetter("env"), takewhile(is_known, generators)):
            if signed(environment) == known:
                self._pages.accept(environment)
                self._watched.append(
                    jinja_tracing.TracedEnvironment(environment, self._fragments(basis))
                )
        for generator in generators:
            if hasattr(generator, "_templates"):
                generator._templates.clear()  # compiled before anything was noted
        recorder.reset()
        recorder.number = basis.number
        logging.getLogger().addHandler(_LISTENING)
        for watched in self._watched:
            watched.begin()
            self._objects.name(watched.filters, FILTERS)
            self._objects.name(watched.tests, TESTS)
            self._objects.name(watched.sources, TEMPLATES)
        alone = parallel_setup.why_not(self._objects, self._environments, purity, options)
        parallel_setup.enable_parallel_rendering(self._pages, generators, options.workers, alone)
        if self._may_change:
            for generator in generators[1:]:
                self._follow(self._pages, generator)
        writer.write_file, writer.write_feed = self._pages.write_file, self._pages.write_feed
        host.record_files(_note_file)

    def _fragments(self, basis: DependencyChecker) -> FragmentCache | None:
        """Keep texts of loops, if nothing but templates is at work; not while it is verified."""
        if self._may_change or self._options.mode == "verify":
            return None
        return FragmentCache(
            self._answers.is_immutable,
            basis.are_trackable,
            basis.is_trackable,
            basis.group,
            self._host.keys,
        )

    def _begin_files(self, paths: list[str]) -> None:
        self._started.add(name_of(self._output, path) for path in paths)

    def remove_gone(self) -> None:
        """Remove what the last build has written and this one has not.

        After the last page, and before other plugins look at what is there.
        """
        if self._pages is None:
            return
        names = {*self._pages.results.outcome.names, *self._copied()}
        gone = {name: how for name, how in self._manifest.left.items() if name not in names}
        kept = {*self._site.written, *(f"{self._output}{os.sep}{name}" for name in names)}
        stale_output.remove(self._output, gone, self._site.cleaned, kept if gone else ())

    def finish(self) -> None:
        """Return everything back, and keep what was learnt.

        Raises:
            ContentError: under verification, pages were not as they should have been.
        """
        if self._pages is None:
            self._started.add(sorted(self._unknown.difference(self._started.names())))
            self._started.close()
            return
        results = self._pages.results
        if recorder.spoilt:
            results.spoil(recorder.spoilt)
        self._release()
        results.settle()
        if self._may_change:
            results.drop_unstable()
        outcome = results.outcome
        left = dict(self._left(outcome))
        if not self._is_main:
            self._site.written.update(str(self._output / name) for name in left)
        found = replace(self._manifest, pages=outcome.pages, left=left)
        if outcome.rendered or self._manifest.facts.is_new or left != self._manifest.left:
            manifest.save(self._path, found, self._output)
            self._started.done()
        if self._is_main:
            site = self._site
            stale_output.remove_of_subsites(self._path, self._output, site.manifests, site.cleaned)
        self._tell(outcome)
        if outcome.names <= outcome.pages.keys() and not self._has_unknown():
            own = {
                line for asks in {p.asks for p in outcome.pages.values()} for line in asks.split()
            }
            shows = {line.rpartition(".")[2] for line in own} | self._manifest.facts.asked_of(SITE)
            self.known = BuildOutputs(left, len(outcome.pages), frozenset(shows))

    def _has_unknown(self) -> bool:
        """Return whether anybody may have changed pages, of whom nothing is known."""
        return self._may_change and not (
            self._plugins.are_all(*_WHILE_WRITING) and not any(map(is_foreign, self._generators))
        )

    def _release(self) -> None:
        logging.getLogger().removeHandler(_LISTENING)
        for watched in self._watched:
            watched.end()
        self._watching.end()
        recorder.reset()
        self._host.record_files(None)

    def _left(self, outcome: PageOutcomes) -> Iterator[tuple[str, manifest.FileState]]:
        """Yield how the build leaves each file, by path; other plugins may have changed some."""
        heard = (signals.content_written, signals.feed_written, signals.finalized)
        others = self._may_change or not self._plugins.are_tried(*heard)
        for name in filter(is_text, {*outcome.names, *self._copied()}):
            page = outcome.pages.get(name)
            if page is not None and not others:
                yield name, (page.stamp, page.content)
                continue
            with suppress(OSError):
                yield name, self._how_left(name)

    def _how_left(self, name: str) -> manifest.FileState:
        """Look at a file; its bytes are read if they may be others than before."""
        path = self._output / name
        stamp, before = stamp_of(path), self._manifest.left.get(name, manifest.BEGUN)
        return before if before[0] == stamp else (stamp, quick_digest(read_regular(path)))

    def _copied(self) -> Iterator[str]:
        """Yield the names of the files that are copied, and those that have no template."""
        yield from self._host.files(self._generators)
        yield from stale_output.without_template(self._generators)

    def _tell(self, outcome: PageOutcomes) -> None:
        if outcome.wrong:
            wrong = sorted(outcome.wrong)
            more = f" and {len(wrong) - _LONGEST} more" if len(wrong) > _LONGEST else ""
            raise ContentError(
                f"{len(wrong)} pages would have been left as they were, and have changed:"
                f" {', '.join(wrong[:_LONGEST])}{more}. They are right now. Set"
                f" {self._options.setting('INCREMENTAL')} = False, and report which theme and"
                " plugins are used."
            )
        for reason, number in outcome.reasons.most_common(_LONGEST):
            logger.info("%d pages are rendered each time because of %s.", number, reason)
        rendered = count_noun(outcome.rendered, "page")
        if self._options.mode == "verify":
            self._say(f"{rendered} rendered and compared: none is out of date.")
        else:
            self._say(f"{rendered} rendered, {outcome.kept:,} were up to date.")


def _refreshed(pages: CachingWriter, generate: Callable[[Any], None], writer: Any) -> None:
    pages.ask_again()
    generate(writer)


def _covered(contents: Iterable[Any]) -> frozenset[str]:
    """Return the names of the files that are written over on purpose."""
    return frozenset(
        str(path)
        for one in contents
        if (path := getattr(one, "override_save_as", None)) is not None
    )


def _note_file(name: str) -> None:
    if recorder.frame is not None:
        recorder.frame.effects += (("media", str.__str__(name)),)
