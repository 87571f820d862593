"""What is to be written, and what became of it, in this process and in forked ones?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Template
import msgspec
from pelican.paginator import Paginator

from pelican_buttercms.plugin.incremental.facts import News
from pelican_buttercms.plugin.incremental.frames import now
from pelican_buttercms.plugin.incremental.ledger import Page


@dataclass(slots=True)
class Task:
    """One page that is to be written.

    Attributes:
        name: its path in the output folder.
        template: as its generator has loaded it.
        context: what all its generator's pages are given.
        given: what only this page is given.
        relative: whether its links are.
        before: what the last build knew, if that has not changed.
        path: of its file.
        has_place: whether no other page has taken its file.
    """

    name: str
    template: Template
    context: dict[str, Any]
    given: dict[str, Any]
    relative: bool
    before: Page | None = None
    path: str = ""
    has_place: bool = True

    @property
    def group(self) -> tuple[str | None, int]:
        """What tells it from pages that are no part of the same list."""
        paginators = (value for value in self.given.values() if type(value) is Paginator)
        return self.template.name, id(next(paginators, None))


@dataclass
class Outcome:
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

    pages: dict[str, Page] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    rendered: int = 0
    kept: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    media: set[str] = field(default_factory=set)

    def learnt(self, news: News, numbers: set[int]) -> Learnt:
        """Give it as a forked process tells it to its parent."""
        return Learnt(
            pages=self.pages,
            names=self.names,
            rendered=self.rendered,
            reasons=dict(self.reasons),
            wrong=self.wrong,
            media=self.media,
            spoilt=now.spoilt,
            news=news,
            numbers=numbers,
        )

    def take(self, learnt: Learnt) -> None:
        """Add what became of the pages of a forked process."""
        self.pages |= learnt.pages
        self.names |= learnt.names
        self.rendered += learnt.rendered
        self.reasons.update(learnt.reasons)
        self.wrong += learnt.wrong
        self.media |= learnt.media


class Learnt(msgspec.Struct):
    """What a forked process tells its parent: see `Outcome`, and these.

    Attributes:
        spoilt: see `Recording.spoilt`.
        news: what was asked.
        numbers: of the tasks that were done.
    """

    pages: dict[str, Page]
    names: set[str]
    rendered: int
    reasons: dict[str, int]
    wrong: list[str]
    media: set[str]
    spoilt: str | None
    news: News
    numbers: set[int]
