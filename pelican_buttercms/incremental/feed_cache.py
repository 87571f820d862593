"""Feeds, which are left as they are if nothing that they depend on has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pelican.plugins import signals

from pelican_buttercms.incremental import jinja_tracing
from pelican_buttercms.incremental.compatibility import hear
from pelican_buttercms.incremental.fingerprint import digest
from pelican_buttercms.incremental.input_registry import InputRegistry
from pelican_buttercms.incremental.instrumentation import Instrumentation
from pelican_buttercms.incremental.introspection import UntrackableError
from pelican_buttercms.incremental.output.paths import path_of
from pelican_buttercms.incremental.output.writer import OutputWriter
from pelican_buttercms.incremental.page_dependencies import DependencyChecker
from pelican_buttercms.incremental.page_results import PageResults
from pelican_buttercms.incremental.recorder import Trace

_OF_FEEDS = ("SITEURL", "SITENAME", "SITESUBTITLE", "FEED_DOMAIN", "feed_details")
_FEED_SETTINGS = (
    "FEED_MAX_ITEMS",
    "FEED_APPEND_REF",
    "RSS_FEED_SUMMARY_ONLY",
    "RELATIVE_URLS",
    "TIMEZONE",
)


class FeedCache:
    """Writes the feeds of one build by Pelican's own `write_feed`, or keeps them.

    Args:
        writer: Pelican's.
        objects: what feeds can read.
        basis: what they depend on.
        files: has the places of files.
        results: keeps account of what is written and of what is kept.
        watching: makes what feeds read record it.
        follow_others: looks at what other plugins have changed since the last generator.

    Attributes:
        verify: write also what would be kept, and compare.
    """

    def __init__(  # noqa: PLR0917
        self,
        writer: Any,
        objects: InputRegistry,
        basis: DependencyChecker,
        files: OutputWriter,
        results: PageResults,
        watching: Instrumentation,
        follow_others: Callable[[], None],
    ) -> None:
        self._write_feed, self._output = writer.write_feed, writer.output_path
        self._objects, self._basis, self._files = objects, basis, files
        self._results, self._watching = results, watching
        self._follow_others = follow_others
        self.verify = False

    def write(  # noqa: PLR0917
        self,
        elements: Any,
        context: dict[str, Any],
        path: Any = None,
        url: Any = None,
        feed_type: str = "atom",
        override_output: bool = False,  # noqa: FBT001, FBT002
        feed_title: Any = None,
    ) -> Any:
        """Replace `Writer.write_feed`; returns no feed if its file is as it would become."""
        self._follow_others()
        arguments = (elements, context, path, url, feed_type, override_output, feed_title)
        heard = hear(signals.feed_generated, signals.feed_written)
        own = None if heard or not path or not elements else _own(self._objects, arguments)
        if own is None:  # without elements it tells the time
            return self._write_feed(*arguments)
        page = self._basis.unchanged(path, f"feed/{feed_type}")
        same = page is not None and page.own == own and self._results.is_intact(page, path)
        if page is not None and same and not self.verify:
            if self._files.claim(path_of(self._output, path), override=override_output):
                self._results.kept(path, page)
            return None
        frame = Trace()
        self._watching.begin()
        before = self._results.read(path) if same else None
        with jinja_tracing.recording(frame):
            self._results.expect(path, lambda: self._basis.known(frame, f"feed/{feed_type}", own))
            feed = self._write_feed(*arguments)
        if same and self._results.read(path) != before:
            self._results.outcome.wrong.append(path)
        return feed


def _own(objects: InputRegistry, arguments: tuple[Any, ...]) -> bytes | None:
    """Return the digest of everything that `write_feed` is given; None if there is none."""
    elements, context, _, *rest = arguments
    settings = objects.settings
    shown = list(elements[: settings["FEED_MAX_ITEMS"]])
    names = [context.get(name) for name in _OF_FEEDS]
    chosen = [settings.get(name) for name in _FEED_SETTINGS]
    try:
        return digest(objects.fingerprinter.fingerprint([shown, names, chosen, rest]))
    except UntrackableError:
        return None
