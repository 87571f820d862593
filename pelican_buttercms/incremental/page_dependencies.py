"""What a page depends on: recorded when it is rendered, compared in the next build."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
import re
from typing import Any

from jinja2 import Template
from pelican.contents import Article, Author, Category, Tag
from pelican.contents import Page as ContentPage
from pelican.paginator import Page as ListPage
from pelican.paginator import Paginator

from pelican_buttercms.incremental.dependency_table import TableDelta, TableMark
from pelican_buttercms.incremental.evaluate import Evaluator
from pelican_buttercms.incremental.fingerprint import MISSING, digest
from pelican_buttercms.incremental.input_registry import CONTEXT, InputRegistry
from pelican_buttercms.incremental.introspection import UntrackableError
from pelican_buttercms.incremental.manifest import Manifest, PageRecord
from pelican_buttercms.incremental.pelican_patches import gc_pause
from pelican_buttercms.incremental.recorder import Trace, recorder
from pelican_buttercms.incremental.tracked_containers import part_of

GIVEN = (Paginator, ListPage)
SITEURL_BEFORE = "_butter_siteurl"
"""The name of what contents take for the site's URL on pages that have a context of their own.

It is that of the page that was written before, since Pelican tells them of the shared context's.
"""
_SIMPLE = {str, bool, type(None), Article, ContentPage, Category, Tag, Author}
Asked = tuple[str, str, int | None]
"""A name, a question, and the number of the page of a list that is asked, if one is."""

_NUMBERS, _ODD = 1 << 64, 0x9E3779B97F4A7C15
_PAGE_OF = re.compile(r"page\((-?\d+)\)\.(\w+)")


@dataclass(slots=True)
class PageRender:
    """One page that is looked at.

    Attributes:
        name: its path in the output folder.
        template: as its generator has loaded it.
        context: what the template sees.
        own: the names in it that this page is given, and others are not.
    """

    name: str
    template: Template
    context: dict[str, Any]
    own: frozenset[str]

    @property
    def given(self) -> Iterator[tuple[str, Any]]:
        """What only this page is given, by name."""
        return ((name, self.context[name]) for name in self.own if name in self.context)


class DependencyChecker:
    """Compares what pages rest on with what the last build knew, and writes down the new.

    Args:
        objects: what pages can read.
        answers: what these answer.
        ledger: what the last build knew.

    Attributes:
        reasons: why pages cannot be reused, with their number.
    """

    def __init__(self, objects: InputRegistry, answers: Evaluator, ledger: Manifest) -> None:
        self._objects, self._answers, self._manifest = objects, answers, ledger
        self._changed: set[int] | None = None
        self._names: dict[Any, tuple[frozenset[int], set[str]]] = {}
        self._asks: dict[str, str] = {}
        self._told: set[int] = set()
        self._lists: dict[int, tuple[Any, int]] = {}
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
            own = self.own(asks, job)
        if own is None:
            self.reasons["what only this page is given"] += 1
            return None
        brief = self.brief(asks, job) if job is not None else b""
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
        asked = self._manifest.facts.expanded(facts) - self._told
        if not all(self.is_trackable(*self._manifest.facts.asked(number)) for number in asked):
            return False
        self._told |= asked
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
        brief = self.brief(page.asks, job)
        if brief and brief == page.brief:
            return True
        if page.own != self.own(page.asks, job):
            return False
        if brief != page.brief:
            page.brief, self._manifest.facts.is_new = brief, True
        return True

    def brief(self, asks: str, job: PageRender) -> bytes:
        """Return the same as `own` from whole lists; nothing if there are none, or may be changed.

        Of a thousand pages of one list, each is given its part, and what is around it. As long as
        the list is the same, so is all of that, and nobody has to tell it part by part.
        """
        if not self._objects.versions:  # another plugin may change a list meanwhile
            return b""
        names = _asked(asks) & job.own
        given = ((name, job.context.get(name)) for name in names)
        known = {name: one for name, value in given if (one := self._number_of(value))}
        if not known:
            return b""
        lists = [f"{name} {known[name]}" for name in sorted(known)]
        return self._digest(_rest(asks, frozenset(known)), job, lists) or b""

    def _number_of(self, value: Any) -> int:
        """Return what everything follows from that a list, or its page, is asked; 0 for others."""
        if not self.is_given(value):
            return 0
        if issubclass(type(value), ListPage):
            paginator = self._number_of(value.paginator)
            return (paginator + value.number * _ODD) % _NUMBERS if paginator else 0
        if id(value) not in self._lists:
            self._lists[id(value)] = (value, self._number_of_list(value))
        return self._lists[id(value)][1]

    def _number_of_list(self, value: Any) -> int:
        """Return what stands for the elements of a list in their order, and how it is paginated."""
        about: tuple[Any, ...] = ()
        if issubclass(type(value), Paginator):
            about = (value.name, value.url, value.per_page, value.orphans)
            value = value.object_list
        names = self._objects.names
        try:
            told = "\n".join([names[id(one)] for one in list.__iter__(value)])
        except (KeyError, TypeError):  # of something else, or none of ours
            return 0
        return int.from_bytes(digest(f"{about!r}{told}"), "big")

    def own(self, asks: str, job: PageRender) -> bytes | None:
        """Return a digest of what a page alone is given, as far as it asks for it."""
        return self._digest(_split(asks), job, ())

    def _digest(self, asked: Iterable[Asked], job: PageRender, more: Iterable[str]) -> bytes | None:
        names = self._objects.names
        lent = {id(one): f"own|{name}" for name, one in job.given if self.is_given(one)}
        names.update(lent)
        try:
            told = [self._ask(*ask, job.context) for ask in asked]
        except Exception:  # noqa: BLE001  (what the last build asked may fit nothing any more)
            return None
        finally:
            for one in lent:
                del names[one]
        return digest("|".join([_signature(job.own), *more, *told]))

    def _ask(self, name: str, question: str, number: int | None, context: Mapping[str, Any]) -> str:
        if name not in context:
            return MISSING
        value = context[name]
        if not question:
            return self._answers.of_name(name, value)
        if issubclass(type(value), list):
            return self._objects.fingerprinter.fingerprint(part_of(value, question))
        if number is not None:
            value = value.page(number)
        return self._objects.fingerprinter.fingerprint(getattr(value, question, None))

    def is_given(self, value: Any) -> bool:
        """Return whether a value belongs to one page, and is asked part by part."""
        kind = type(value)  # a watched object answers slowly when it is asked for its class
        if kind in _SIMPLE:
            return False
        if issubclass(kind, list):
            return self._objects.known_list(value) is None
        return issubclass(kind, GIVEN)

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


@cache
def _rest(asks: str, known: frozenset[str]) -> tuple[Asked, ...]:
    """Return what is asked of anything but the lists that are given under these names."""
    return tuple(ask for ask in _split(asks) if ask[0] not in known)


@cache
def _split(asks: str) -> tuple[Asked, ...]:
    """Return names and questions."""
    return tuple(_parted(*ask.partition(".")[::2]) for ask in asks.split("\n") if ask)


@cache
def _asked(asks: str) -> frozenset[str]:
    """Return the names of what is asked anything, and not only looked up."""
    return frozenset(name for name, question, _ in _split(asks) if question)


def _parted(name: str, question: str) -> Asked:
    page = _PAGE_OF.fullmatch(question)
    return (name, page[2], int(page[1])) if page else (name, question, None)


@cache
def _signature(own: frozenset[str]) -> str:
    return ",".join(sorted(own))
