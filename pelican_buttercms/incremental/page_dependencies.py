"""What a page depends on: recorded when it is rendered, compared in the next build."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from pelican_buttercms.incremental.evaluate import Evaluator
from pelican_buttercms.incremental.given_values import GivenValues, PageRender
from pelican_buttercms.incremental.input_registry import CONTEXT, InputRegistry
from pelican_buttercms.incremental.introspection import UntrackableError
from pelican_buttercms.incremental.manifest import Manifest, PageRecord
from pelican_buttercms.incremental.pelican_patches import gc_pause
from pelican_buttercms.incremental.recorder import Trace, recorder
from pelican_buttercms.incremental.table_delta import TableDelta, TableMark

SITEURL_BEFORE = "_butter_siteurl"
"""The name of what contents take for the site's URL on pages that have a context of their own.

It is that of the page that was written before, since Pelican tells them of the shared context's.
"""


class DependencyChecker:
    """Compares what pages rest on with what the last build knew, and writes down the new.

    Args:
        objects: what pages can read.
        answers: what these answer.
        ledger: what the last build knew.

    Attributes:
        reasons: why pages cannot be reused, with their number.
        is_given: see `GivenValues.is_given`.
    """

    def __init__(self, objects: InputRegistry, answers: Evaluator, ledger: Manifest) -> None:
        self._objects, self._answers, self._manifest = objects, answers, ledger
        self._changed: set[int] | None = None
        self._names: dict[Any, tuple[frozenset[int], set[str]]] = {}
        self._asks: dict[str, str] = {}
        self._told: set[int] = set()
        self._given = GivenValues(objects, answers)
        self.is_given = self._given.is_given
        self.reasons: Counter[str] = Counter()

    def unchanged(self, name: str, template: str) -> PageRecord | None:
        """Return what the last build knew of a page, None if what it rests on has changed.

        What it alone is given is not looked at: see `own`.
        """
        page = None if recorder.spoilt else self._manifest.pages.get(name)
        if page is None or page.template != template:
            return None
        if self._changed is None:
            with gc_pause.paused():  # nothing is thrown away here
                self._changed = self._compare()
        return None if self._changed and not self._changed.isdisjoint(page.numbers) else page

    def ask_again(self) -> None:
        """Compare once more, since another plugin may have changed something."""
        if self._changed is not None:
            self._changed |= self._compare()

    def _compare(self) -> set[int]:
        return self._manifest.facts.compare(self._answers.several, self._objects.version_of)

    def known(
        self,
        frame: Trace,
        template: str,
        own: bytes | None,
        job: PageRender | None = None,
        ours: Mapping[int, str] | None = None,
    ) -> PageRecord | None:
        """Write down what was read; None if the page cannot be reused."""
        try:
            facts, asks = self._facts(frame, ours or {}, job.own if job else frozenset())
            effects = tuple(self._effect(*effect) for effect in dict.fromkeys(frame.effects))
        except UntrackableError as exc:
            self.reasons[str(exc)] += 1
            return None
        if own is None and job is not None:
            own = self._given.own(asks, job)
        if own is None:
            self.reasons["what only this page is given"] += 1
            return None
        brief = self._given.brief(asks, job) if job is not None else b""
        return PageRecord(template, asks, own, array("I", facts).tobytes(), effects, brief=brief)

    def _facts(
        self, frame: Trace, ours: Mapping[int, str], own: frozenset[str]
    ) -> tuple[set[int], str]:
        """Return the facts that a page rests on, and what it asks of what it is given.

        Raises:
            UntrackableError: something that it read cannot be told.
        """
        if frame.blocker:
            raise UntrackableError(frame.blocker)
        asks = {"localsiteurl", *({SITEURL_BEFORE} & own)} if own else set()
        for one, question in frame.reads:
            if one not in ours:
                raise UntrackableError("an object that is not known by name")
            asks.add(f"{ours[one]}.{question}")
        seen = (frozenset(frame.names), own)
        if seen not in self._names:
            number = self._manifest.facts.number
            shared = frozenset(number(CONTEXT, name) for name in frame.names - own)
            self._names[seen] = (shared, frame.names & own)
        shared, given = self._names[seen]
        told = "\n".join(sorted(asks | given))
        return frame.facts | shared, self._asks.setdefault(told, told)

    def number(self, one: int, question: str) -> int | None:
        """Return the number of what is asked of an object, None if it has no name."""
        name = self._objects.names.get(one)
        if name is None:
            return None
        number = self._manifest.facts.number(name, question)
        recorder.numbers[question][one] = number
        return number

    def are_trackable(self, facts: Iterable[int]) -> bool:
        """Return whether what was read can be told, as it is now."""
        new = self._manifest.facts.expanded(facts) - self._told
        asked: defaultdict[str, list[str]] = defaultdict(list)
        for name, question in map(self._manifest.facts.asked, sorted(new)):
            asked[name].append(question)
        frame, recorder.frame = recorder.frame, None
        try:
            if any(None in self._answers.several(*one) for one in asked.items()):
                return False
        finally:
            recorder.frame = frame
        self._told |= new
        return True

    def is_trackable(self, name: str, question: str) -> bool:
        """Return whether an object's answer can be told, as it is now."""
        frame, recorder.frame = recorder.frame, None
        try:
            self._answers.one(name, question)
        except UntrackableError:
            return False
        finally:
            recorder.frame = frame
        return True

    def group(self, facts: Iterable[int]) -> int:
        """Return the number that stands for several facts."""
        return self._manifest.facts.group(facts)

    def settle(self, pages: dict[str, PageRecord]) -> None:
        """Answer what is new, and drop pages that depend on what has no text."""
        facts = self._manifest.facts
        with gc_pause.paused():
            facts.settle(self._answers.several, self._objects.version_of)
        unknown = facts.with_groups(facts.unanswered)
        reasons: dict[int, str] = {}
        for path, page in list(pages.items()) if unknown else ():
            number = next((one for one in page.numbers if one in unknown), None)
            if number is not None:
                del pages[path]
                if number not in reasons:
                    one = next(iter(facts.unanswered.intersection(facts.expanded([number]))))
                    reasons[number] = self._answers.why_not(*facts.asked(one))
                self.reasons[reasons[number]] += 1

    def _effect(self, what: str, detail: Any) -> tuple[Any, ...]:
        if what == "media":
            return (what, detail)
        if what == "warned":
            return (what, *detail)  # as a `Warned`
        one, method, arguments = detail
        return (what, self._objects.names[one], method, arguments)

    def is_as_before(self, page: PageRecord, job: PageRender) -> bool:
        """Return whether what a page alone is given is still the same."""
        brief = self._given.brief(page.asks, job)
        if brief and brief == page.brief:
            return True
        if page.own != self._given.own(page.asks, job):
            return False
        if brief != page.brief:
            page.brief, self._manifest.facts.is_new = brief, True
        return True

    def drop_unstable(self, pages: dict[str, PageRecord]) -> None:
        """Let pages go that rest on what answers otherwise by now."""
        with gc_pause.paused():
            unstable = self._manifest.facts.unstable(self._answers.several)
        for path, page in list(pages.items()) if unstable else ():
            if not unstable.isdisjoint(page.numbers):
                del pages[path]
                self.reasons["what another plugin changes while pages are written"] += 1

    # what forked processes learn

    def mark(self) -> TableMark:
        """Return where the facts end now."""
        return self._manifest.facts.end

    def since(self, mark: TableMark) -> TableDelta:
        """Return the facts that are new."""
        return self._manifest.facts.since(mark)

    def take(self, pages: Mapping[str, PageRecord], news: TableDelta) -> None:
        """Add facts of another process, and number its pages' facts as here."""
        numbers = self._manifest.facts.take(news)
        for page in pages.values():
            page.facts = array("I", [numbers.get(n, n) for n in page.numbers]).tobytes()
            page.asks = self._asks.setdefault(page.asks, page.asks)
