"""The specification of a pull: which content it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.settings import Selection

ListingName = tuple[str, str]
"""What a listing holds, as in the keys of its records: a kind, and the page type or collection."""


ONLY = "only "
"""The beginning of the names by which a generation says what filters and orders it was pulled with.
"""


@dataclass(frozen=True)
class PullSpec:
    """Everything that decides which requests a pull makes.

    Attributes:
        posts: whether posts, authors, categories and tags are wanted.
        page_types: the page types by key, `"*"` for single pages.
        collections: the collections by key.
        discover: whether page types and collections that references lead to are wanted too.
        levels: how deep the API expands references; 1 gives them as URIs.
        locales: the locales' API slugs, "" for the account's default.
        main: the locale of the site's main language, if it is among them.
        preview: whether drafts are wanted.
        link_posts: whether posts with different slugs are looked for that are translations of
            each other.
        alt_media_text: whether media come with their alternative texts.
        selections: which part of a listing is wanted, and in which order; of others everything.
    """

    posts: bool = True
    page_types: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    discover: bool = True
    levels: int = 1
    locales: tuple[str, ...] = ("",)
    main: str = ""
    preview: bool = False
    link_posts: bool = True
    alt_media_text: bool = False
    selections: Mapping[ListingName, Selection] = field(default_factory=dict)

    @property
    def home(self) -> str:
        """The locale that has what the account does not translate."""
        return self.main if self.main in self.locales else self.locales[0]

    @property
    def named(self) -> tuple[ListingName, ...]:
        """The page types and collections."""
        types = (("page", name) for name in self.page_types)
        return (*types, *(("item", key) for key in self.collections))

    def names(self) -> tuple[str, ...]:
        """Return the names of all parts, which are stored with each generation."""
        options = [f"levels {self.levels}"]
        options += ["posts"] if self.posts else []
        options += ["discovery"] if self.discover else []
        options += ["alternative texts"] if self.alt_media_text else []
        types = (f"page type {name}" for name in self.page_types)
        collections = (f"collection {name}" for name in self.collections)
        return tuple(sorted([*options, *types, *collections, *self._selected()]))

    def _selected(self) -> list[str]:
        labels = {"post": "posts", "page": "page type", "item": "collection"}
        return [
            f"{ONLY}{' '.join(filter(None, (labels[kind], name)))}: {selection}"
            for (kind, name), selection in sorted(self.selections.items())
        ]

    @property
    def selection(self) -> str:
        """The digest of all selections, for `Scope.selection`; "" if there are none."""
        return sha256_hex("\n".join(self._selected()).encode(), 16) if self.selections else ""
