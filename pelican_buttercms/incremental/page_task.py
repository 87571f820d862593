"""Pages that wait for their turn to be written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jinja2 import Template
from pelican.paginator import Paginator

from pelican_buttercms.incremental.manifest import PageRecord


@dataclass(slots=True)
class PageTask:
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
    before: PageRecord | None = None
    path: str = ""
    has_place: bool = True

    @property
    def group(self) -> tuple[str | None, int]:
        """What tells it from pages that are no part of the same list."""
        paginators = (value for value in self.given.values() if type(value) is Paginator)
        return self.template.name, id(next(paginators, None))
