"""Reuse of the pages of one build: everything that records, compares and renders, put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import takewhile
import logging
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment
from pelican.plugins import signals

from pelican_buttercms.incremental import jinja_environment, jinja_tracing, manifest, parallel_setup
from pelican_buttercms.incremental.build_key import build_key
from pelican_buttercms.incremental.caching_writer import CachingWriter
from pelican_buttercms.incremental.compatibility import (
    hear,
    is_foreign,
    is_known,
    why_not_classes,
    why_not_signals,
)
from pelican_buttercms.incremental.evaluate import Evaluator
from pelican_buttercms.incremental.fragment_cache import FragmentCache
from pelican_buttercms.incremental.host import SITE, Host, Options
from pelican_buttercms.incremental.input_registry import (
    FILTERS,
    TEMPLATES,
    TESTS,
    InputRegistry,
)
from pelican_buttercms.incremental.instrumentation import Instrumentation
from pelican_buttercms.incremental.known_plugins import KnownPlugins
from pelican_buttercms.incremental.output.file_state import FileState
from pelican_buttercms.incremental.output.writer import OutputWriter
from pelican_buttercms.incremental.page_dependencies import DependencyChecker
from pelican_buttercms.incremental.page_results import PageOutcomes
from pelican_buttercms.incremental.pure_functions import PureFunctions
from pelican_buttercms.incremental.recorder import recorder
from pelican_buttercms.incremental.warning_replay import WarningHandler

_WHILE_WRITING = (
    signals.content_written,
    signals.feed_generated,
    signals.feed_written,
    signals.article_writer_finalized,
    signals.page_writer_finalized,
)
_LISTENING = WarningHandler(recorder.warned)


class BuildOutputs(NamedTuple):
    """What is known of all files of a build, each of which depends on what could be followed.

    Attributes:
        left: how each was left, by path in the output folder.
        strays: files that are no part of the site any more, but had to be left.
        pages: how many of them are pages and feeds.
        shows: what pages have asked of the CMS's content as a whole.
    """

    left: dict[str, FileState]
    strays: tuple[str, ...]
    pages: int
    shows: frozenset[str]


def why_not(host: Host, environments: Iterable[Environment]) -> str | None:
    """Return what keeps pages from being reused, None if nothing does."""
    reasons = (
        why_not_signals(),
        why_not_classes(),
        *(jinja_environment.why_not(one, host.compilers) for one in environments),
    )
    return next((reason for reason in reasons if reason), None)


class PageReuse:
    """Stands before Pelican's writer while the pages of one build are written.

    Args:
        options: how the site is rendered.
        host: what the site shows beside files.
        generators: Pelican's, when all have collected their content.
        writer: Pelican's, before it has written anything.
        files: writes the files.
        path: where the manifest is.
    """

    def __init__(  # noqa: PLR0917
        self,
        options: Options,
        host: Host,
        generators: list[Any],
        writer: Any,
        files: OutputWriter,
        path: Path,
    ) -> None:
        self._host, self._path = host, path
        self._verifies = options.mode == "verify"
        self._plugins = plugins = KnownPlugins(generators[0].settings, options.plugins)
        self._is_foreign = any(map(is_foreign, generators))
        self._may_change = self._is_foreign or not plugins.are_tried(*_WHILE_WRITING)
        environments = [one.env for one in generators if hasattr(one, "env")]
        purity = PureFunctions(options.pure, host.filters)
        self._objects = InputRegistry(generators, host)
        self._answers = Evaluator(self._objects, purity)
        self._answers.look_at_templates()
        everywhere = build_key(self._objects.settings, environments, host.key, plugins.key())
        self._manifest = manifest.load(path, everywhere)
        self._manifest.facts.unversioned = (*host.unversioned, *plugins.sets)
        basis = DependencyChecker(self._objects, self._answers, self._manifest)
        self._watching = Instrumentation(self._objects, may_rest=not self._may_change)
        self._pages = CachingWriter(writer, self._objects, basis, files, self._watching, host)
        self._pages.wrote = None if hear(signals.content_written) else host.on_page
        self._pages.covered = frozenset() if self._may_change else _covered(self._objects.contents)
        self._pages.finishing = [] if self._may_change else plugins.finishing()
        self._pages.results.settles_each = not plugins.are_tried(
            signals.content_written, signals.feed_written
        )
        self._pages.verify = self._pages.feeds.verify = self._verifies
        self._watched: list[jinja_tracing.TracedEnvironment] = []
        self._trace(generators, basis, environments[0], purity)
        alone = parallel_setup.why_not(self._objects, environments, purity, options)
        parallel_setup.enable_parallel_rendering(self._pages, generators, options.workers, alone)
        if self._may_change:
            for generator in generators[1:]:
                _refresh_before(self._pages, generator)
        writer.write_file, writer.write_feed = self._pages.write_file, self._pages.feeds.write
        host.record_files(_note_file)

    def on_kept(self, callback: Callable[[str], None]) -> None:
        """Call something with the path of each file that is left as it was."""
        self._pages.results.on_kept = callback

    @property
    def names(self) -> set[str]:
        """The files that were written or kept until now."""
        return self._pages.results.outcome.names

    def _trace(
        self,
        generators: Sequence[Any],
        basis: DependencyChecker,
        main: Environment,
        purity: PureFunctions,
    ) -> None:
        """Record what templates read whose environment is like the main one."""
        signed = partial(
            jinja_environment.signature, purity=purity, fingerprinter=self._objects.fingerprinter
        )
        known = signed(main)
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

    def _fragments(self, basis: DependencyChecker) -> FragmentCache | None:
        """Keep texts of loops, if nothing but templates is at work; not while it is verified."""
        if self._may_change or self._verifies:
            return None
        return FragmentCache(
            self._answers.is_immutable,
            basis.are_trackable,
            basis.is_trackable,
            basis.group,
            self._host.keys,
        )

    def finish(self) -> PageOutcomes:
        """Return everything to Pelican, and what became of the pages."""
        results = self._pages.results
        if recorder.spoilt:
            results.spoil(recorder.spoilt)
        logging.getLogger().removeHandler(_LISTENING)
        for watched in self._watched:
            watched.end()
        self._watching.end()
        recorder.reset()
        self._host.record_files(None)
        results.settle()
        if self._may_change:
            results.drop_unstable()
        return results.outcome

    def save(self, outcome: PageOutcomes, *, changed: bool) -> None:
        """Keep what was learnt, if it is new.

        Args:
            outcome: what became of the pages.
            changed: whether any file was left otherwise than by the last build.
        """
        if outcome.rendered or self._manifest.facts.is_new or changed:
            self._manifest.pages = outcome.pages
            manifest.save(self._path, self._manifest)

    @property
    def may_be_changed(self) -> bool:
        """Whether other plugins may have changed files after they were written."""
        heard = (signals.content_written, signals.feed_written, signals.finalized)
        return self._may_change or not self._plugins.are_tried(*heard)

    def known(
        self, outcome: PageOutcomes, left: dict[str, FileState], strays: tuple[str, ...]
    ) -> BuildOutputs | None:
        """Return what is known of all files; None if some of them could not be followed."""
        is_known = self._plugins.are_all(*_WHILE_WRITING) and not self._is_foreign
        if (self._may_change and not is_known) or not outcome.names <= outcome.pages.keys():
            return None
        own = {line for asks in {p.asks for p in outcome.pages.values()} for line in asks.split()}
        shows = {line.rpartition(".")[2] for line in own} | self._manifest.facts.asked_of(SITE)
        return BuildOutputs(left, strays, len(outcome.pages), frozenset(shows))


def _refresh_before(pages: CachingWriter, generator: Any) -> None:
    """Look at what other plugins have changed before a generator writes."""
    generate = getattr(generator, "generate_output", None)
    if generate is not None:
        generator.generate_output = partial(_refreshed, pages, generate)


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
