"""One build of one output folder, from its emptying to the last file: written, reused, removed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
import logging
from pathlib import Path
from typing import Any

from pelican.plugins import signals
from pelican.utils import clean_output_dir

from pelican_buttercms import pelican_internals
from pelican_buttercms.errors import ContentError
from pelican_buttercms.incremental import page_reuse, static_files
from pelican_buttercms.incremental.compatibility import hear, why_not_write
from pelican_buttercms.incremental.host import Host, Options
from pelican_buttercms.incremental.known_plugins import KnownPlugins
from pelican_buttercms.incremental.output.cleaning import CleanedOutput, clean
from pelican_buttercms.incremental.output.file_state import FileState
from pelican_buttercms.incremental.output.paths import name_of
from pelican_buttercms.incremental.output.site_output import SiteOutput
from pelican_buttercms.incremental.output.stale_files import OutputFiles
from pelican_buttercms.incremental.output.writer import OutputWriter
from pelican_buttercms.incremental.page_results import PageOutcomes
from pelican_buttercms.incremental.page_reuse import BuildOutputs, PageReuse
from pelican_buttercms.incremental.pelican_patches import gc_pause
from pelican_buttercms.wording import count_noun

logger = logging.getLogger(__name__)

_LONGEST = 5
Say = Callable[[str], None]


class IncrementalBuild:
    """One build of the main site or of a sub-site.

    Call `clean`, `begin`, `remove_stale` and `finish` in this order.

    Args:
        options: how the site is rendered.
        site: the output folders of the site, and of its sub-sites.
        host: what the site shows beside files.
        generators: Pelican's, when all have collected their content.
        say: prints a line for the user.

    Attributes:
        known: once it is finished, see `BuildOutputs`; None if some file could not be followed.
        generators: see there.
        reuses: whether pages pass `Host.finish_page` before they are written.
    """

    def __init__(
        self,
        options: Options,
        site: SiteOutput,
        host: Host,
        generators: list[Any],
        say: Say,
    ) -> None:
        self._options, self._site, self._host, self._say = options, site, host, say
        self.generators = generators
        self._output = str(Path(generators[0].output_path).absolute())
        self._files = OutputFiles(site, Path(self._output))
        self._cleaned: CleanedOutput | None = None
        self._reuse: PageReuse | None = None
        plugins = KnownPlugins(generators[0].settings, options.plugins)
        self._of_plugins = plugins.files_in(Path(self._output))
        self._written: dict[str, FileState | None] = {}
        self._writes = False
        self.known: BuildOutputs | None = None

    @property
    def reuses(self) -> bool:  # noqa: D102
        return self._reuse is not None

    def clean(self) -> None:
        """Empty the output folder if it is to be, and remove what a preview has left there.

        Raises:
            FileSystemError: drafts would stay.
        """
        self._cleaned = clean(self.generators[0], self._reusable)
        self._site.remove_preview()

    def _reusable(self) -> set[str]:
        return set() if self._options.mode == "off" else self._files.reusable()

    def begin(self, writer: Any) -> None:
        """Stand before Pelican's writer, before it has written anything."""
        reason = why_not_write(writer)
        self._writes = reason is None
        if self._options.mode == "off":
            reason = ""
        elif reason is None:
            environments = [one.env for one in self.generators if hasattr(one, "env")]
            reason = page_reuse.why_not(self._host, environments)
        if reason is not None and self._cleaned is not None:
            clean_output_dir(writer.output_path, self._cleaned.retained)
        self._files.begin(self._cleaned)
        for path in self._of_plugins:
            self._files.keep(path)
        if self._writes:
            self._stand_before(writer, reuse=reason is None)
        else:
            self._listen_to(writer)
        if reason:
            self._say(f"every page is rendered: {reason} could change what is not seen from here.")

    def expect(self, path: str | Path) -> None:
        """Note a file that is written without Pelican's writer, before it is written."""
        self._files.expect([str(path)])

    def _stand_before(self, writer: Any, *, reuse: bool) -> None:
        files = OutputWriter(writer)
        files.before.append(self._files.expect)
        files.done = self._wrote
        writer._open_w = files.open
        for generator in self.generators:
            static_files.keep_times(generator)
            static_files.make_room(generator, self._files.make_room)
        if reuse:
            path = self._files.record.with_suffix(".pages")
            with gc_pause.paused():
                self._reuse = PageReuse(
                    self._options, self._host, self.generators, writer, files, path
                )
            if self._site.is_preview:
                self._reuse.on_kept(self._files.keep)

    def _listen_to(self, writer: Any) -> None:
        """Follow a writer that is not known, by what is seen of it and what it tells of."""
        pelican_internals.note_opened(writer, self._expect_unknown)
        signals.content_written.connect(self._heard)
        signals.feed_written.connect(self._heard)

    def _expect_unknown(self, path: str) -> None:
        if Path(path).absolute().is_relative_to(self._output):
            self._files.note([str(Path(path).absolute())])

    def _heard(self, path: Any, context: Any = None, **_more: Any) -> None:
        """Note a file that a writer has written, if it is of this part of the site."""
        place = (context or {}).get("OUTPUT_PATH", self._output)
        if str(Path(place).absolute()) == self._output:
            self._files.note([str(path)])
            self._wrote(str(path), None)

    def _wrote(self, path: str | None, state: FileState | None) -> None:
        if path is not None:
            self._written[name_of(self._output, path)] = state

    def remove_stale(self) -> None:
        """Remove what the last build has written and this one has not.

        After the last page, and before other plugins look at what is there.
        """
        if self._knows_all:
            self._files.remove_stale({*self._names(), *self._copied()})

    @property
    def _knows_all(self) -> bool:
        """Whether all files of the site are known; a writer that tells of nothing is not."""
        return self._writes or bool(self._written)

    def _names(self) -> set[str]:
        return self._reuse.names if self._reuse else set(self._written)

    def _copied(self) -> Iterator[str]:
        """Yield the names of the files that are copied, and those that have no template."""
        yield from self._host.files(self.generators)
        yield from (name_of(self._output, path) for path in self._of_plugins)
        yield from static_files.without_template(self.generators)

    def finish(self) -> None:
        """Return everything to Pelican, and keep what was learnt.

        Raises:
            ContentError: under verification, pages were not as they should have been.
        """
        for signal in (signals.content_written, signals.feed_written):
            signal.disconnect(self._heard)
        outcome = self._reuse.finish() if self._reuse else None
        if not self._knows_all:
            self._files.give_up()
            return
        before = self._files.left
        left = self._files.end({*self._names(), *self._copied()}, self._known_states(outcome))
        if self._reuse is not None and outcome is not None:
            self._reuse.save(outcome, changed=left != before)
            self._report(outcome)
            self.known = self._reuse.known(outcome, left, self._files.strays)

    def _known_states(self, outcome: PageOutcomes | None) -> dict[str, FileState]:
        """Return how files were written; nothing where other plugins may have changed some."""
        if self._reuse is not None and outcome is not None:
            pages = {} if self._reuse.may_be_changed else outcome.pages
            return {name: (page.stamp, page.content) for name, page in pages.items()}
        if hear(signals.content_written, signals.feed_written, signals.finalized):
            return {}
        return {name: state for name, state in self._written.items() if state is not None}

    def _report(self, outcome: PageOutcomes) -> None:
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
