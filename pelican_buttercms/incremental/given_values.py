"""What one page alone is given: lists, paginators and names of its own."""

from __future__ import annotations

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

from pelican_buttercms.incremental.evaluate import Evaluator
from pelican_buttercms.incremental.fingerprint import MISSING, digest
from pelican_buttercms.incremental.input_registry import InputRegistry
from pelican_buttercms.incremental.tracked_containers import part_of

GIVEN = (Paginator, ListPage)
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


class GivenValues:
    """Tells apart what pages are given.

    Args:
        objects: what pages can read.
        answers: what these answer.
    """

    def __init__(self, objects: InputRegistry, answers: Evaluator) -> None:
        self._objects, self._answers = objects, answers
        self._lists: dict[int, tuple[Any, int]] = {}

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
        lent = {
            id(one): f"own|{name}"
            for name, one in job.given
            if type(one) not in _SIMPLE and self.is_given(one)
        }
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
