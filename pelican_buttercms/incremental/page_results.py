"""What became of each page, in this process and in forked ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from pelican_buttercms.incremental.input_registry import InputRegistry
from pelican_buttercms.incremental.manifest import PageRecord
from pelican_buttercms.incremental.output.file_state import FileState, is_intact
from pelican_buttercms.incremental.output.paths import is_plain, name_of, path_of
from pelican_buttercms.incremental.page_dependencies import DependencyChecker
from pelican_buttercms.incremental.pelican_patches import gc_pause
from pelican_buttercms.incremental.recorder import recorder
from pelican_buttercms.incremental.table_delta import TableDelta, TableMark


@dataclass
class PageOutcomes:
    """What became of the pages of a build.

    Attributes:
        pages: what is known of them, for the next build.
        names: every file that was written or kept.
        rendered: how many were rendered.
        kept: how many were not.
        reasons: why pages cannot be reused, with their number.
        wrong: under verification, those that were not as they should have been.
        media: the files of the media library that pages have shown.
    """

    pages: dict[str, PageRecord] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    rendered: int = 0
    kept: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    media: set[str] = field(default_factory=set)

    def learnt(self, news: TableDelta, numbers: set[int]) -> WorkerResult:
        """Return it as a forked process sends it to its parent."""
        return WorkerResult(
            pages=self.pages,
            names=self.names,
            rendered=self.rendered,
            reasons=dict(self.reasons),
            wrong=self.wrong,
            media=self.media,
            spoilt=recorder.spoilt,
            news=news,
            numbers=numbers,
        )

    def take(self, learnt: WorkerResult) -> None:
        """Add what became of the pages of a forked process."""
        self.pages |= learnt.pages
        self.names |= learnt.names
        self.rendered += learnt.rendered
        self.reasons.update(learnt.reasons)
        self.wrong += learnt.wrong
        self.media |= learnt.media


class WorkerResult(msgspec.Struct):
    """What a forked process tells its parent: see `PageOutcomes`, and these.

    Attributes:
        spoilt: see `Recorder.spoilt`.
        news: what was asked.
        numbers: of the tasks that were done.
    """

    pages: dict[str, PageRecord]
    names: set[str]
    rendered: int
    reasons: dict[str, int]
    wrong: list[str]
    media: set[str]
    spoilt: str | None
    news: TableDelta
    numbers: set[int]


class PageResults:
    """Keeps account of what is written and of what is left as it was.

    Args:
        output: the output folder.
        objects: what pages can read.
        basis: what they rest on.

    Attributes:
        outcome: what became of the pages.
        settles_each: answer what each page has asked before others are told of it.
        on_kept: told of the path of each file that is left as it was.
    """

    def __init__(self, output: str, objects: InputRegistry, basis: DependencyChecker) -> None:
        self._output, self._objects, self._basis = output, objects, basis
        self._expected: tuple[str, Callable[[], PageRecord | None]] | None = None
        self.outcome = PageOutcomes(reasons=basis.reasons)
        self.settles_each = False
        self.on_kept: Callable[[str], None] | None = None

    def expect(self, name: str, page_of: Callable[[], PageRecord | None]) -> None:
        """Note whose file is about to be written, and what tells what it rests on."""
        self._expected = name, page_of

    def written(self, path: str | None, written: FileState | None) -> None:
        """A file was written: remember what it rests on."""
        expected, self._expected = self._expected, None
        if path is None or written is None:
            return
        name, page_of = expected or (name_of(self._output, path), None)
        frame, recorder.frame = recorder.frame, None
        try:
            page = page_of() if page_of else None
        finally:
            recorder.frame = frame
        self.outcome.rendered += 1
        self.outcome.names.add(self._spelt(name))
        self.outcome.pages.pop(name, None)
        if page is not None:
            page.stamp, page.content = written
            self.outcome.pages[name] = page
            if self.settles_each:
                self.settle()  # before another plugin changes anything

    def kept(self, name: str, page: PageRecord) -> None:
        """A file was left as it was: do again what rendering it did besides."""
        self.outcome.kept += 1
        self.outcome.names.add(self._spelt(name))
        self.outcome.pages[name] = page
        if self.on_kept:
            self.on_kept(path_of(self._output, name))
        for what, *detail in page.effects:
            self._objects.repeat(what, *detail)

    def _spelt(self, name: str) -> str:
        """Return the name of a file in its one spelling."""
        return name if is_plain(name) else name_of(self._output, path_of(self._output, name))

    def is_intact(self, page: PageRecord, name: str) -> bool:
        """Return whether a file is as it was written; it may have other times by now."""
        stamp = is_intact(path_of(self._output, name), page.stamp, page.content)
        if stamp is None:
            return False
        page.stamp = stamp
        return True

    def read(self, name: str) -> bytes:
        """Return the bytes of a file; none where it is missing."""
        path = Path(path_of(self._output, name))
        return path.read_bytes() if path.is_file() else b""

    # in forked processes

    def begin(self) -> None:
        """Drop what became of the pages of the parent."""
        self._basis.reasons.clear()
        self.outcome = PageOutcomes(reasons=self._basis.reasons)

    def learnt(self, mark: TableMark, numbers: set[int]) -> WorkerResult:
        """Return what is to be told to the parent, since the facts ended there."""
        return self.outcome.learnt(self._basis.since(mark), numbers)

    def take(self, learnt: list[WorkerResult]) -> None:
        """Add what forked processes have sent."""
        with gc_pause.paused():  # nothing is thrown away here
            for one in learnt:
                self._basis.take(one.pages, one.news)
                self.outcome.take(one)
                for url in one.media:
                    self._objects.repeat("media", url)

    # afterwards

    def spoil(self, why: str) -> None:
        """Reuse no page of this build: what came later depends on what came before."""
        self.outcome.reasons[why] += len(self.outcome.pages)
        self.outcome.pages.clear()

    def drop_unstable(self) -> None:
        """Reuse no page that rests on what another plugin has changed meanwhile."""
        self._basis.drop_unstable(self.outcome.pages)

    def settle(self) -> None:
        """Return the answer to what was asked for the first time, after the last page."""
        self._basis.settle(self.outcome.pages)
