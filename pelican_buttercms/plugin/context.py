"""What do templates see as `buttercms`?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pelican_buttercms.content.graph import Graph
    from pelican_buttercms.content.records import Author, Category, Item, Page, Post, Tag
    from pelican_buttercms.plugin.media import LocalMedia
    from pelican_buttercms.store import Generation


@dataclass(frozen=True, eq=False)
class SiteContent:
    """The whole graph for templates: `{{ buttercms.collections.menu }}` and the like.

    Attributes:
        graph: the linked records.
        generation: the pull that they come from.
        media: the downloaded files; see BUTTERCMS_MEDIA.
    """

    graph: Graph
    generation: Generation
    media: LocalMedia

    @property
    def posts(self) -> tuple[Post, ...]:
        """All posts, newest first."""
        return self.graph.posts

    @property
    def pages(self) -> Mapping[str, tuple[Page, ...]]:
        """Pages by page type; single pages under `"*"`."""
        return self.graph.pages

    @property
    def collections(self) -> Any:
        """Collection items by collection key, as attributes or items."""
        return self.graph.collections

    @property
    def authors(self) -> tuple[Author, ...]:
        """All authors, by slug."""
        return self.graph.authors

    @property
    def categories(self) -> tuple[Category, ...]:
        """All categories, by slug."""
        return self.graph.categories

    @property
    def tags(self) -> tuple[Tag, ...]:
        """All tags, by slug."""
        return self.graph.tags

    def post(self, slug: str) -> Post | None:
        """One post by its slug."""
        return self.graph.post(slug)

    def page(self, page_type: str, slug: str) -> Page | None:
        """One page by its page type (`"*"` for single pages) and slug."""
        return self.graph.page(page_type, slug)

    def item(self, collection: str, number: int) -> Item | None:
        """One collection item by its collection's key and its id."""
        return self.graph.item(collection, number)

    @property
    def mode(self) -> str:
        """Tell `"live"` content from `"preview"`, which has drafts."""
        return self.generation.scope.mode

    @property
    def pulled_at(self) -> datetime:
        """When the content was pulled, in UTC."""
        return self.generation.pulled_at

    @property
    def age(self) -> timedelta:
        """How long ago the content was pulled."""
        return datetime.now(UTC) - self.pulled_at

    def __repr__(self) -> str:
        return f"<ButterCMS content of {self.pulled_at:%Y-%m-%d %H:%M} UTC>"
