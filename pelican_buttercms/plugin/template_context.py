"""The object that templates see as `buttercms`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pelican_buttercms.settings.locales import language_tag

if TYPE_CHECKING:
    from pelican_buttercms.content.graph import Graph
    from pelican_buttercms.content.records import Author, Category, Item, Page, Post, Tag
    from pelican_buttercms.plugin.drafts.draft_status import Drafts
    from pelican_buttercms.plugin.local_media import LocalMedia
    from pelican_buttercms.settings import Locale, Settings
    from pelican_buttercms.store import Generation


@dataclass(frozen=True, eq=False)
class SiteContent:
    """The content of one language for templates: `{{ buttercms.collections.menu }}` and the like.

    Attributes:
        graph: the linked records.
        generation: the pull that they come from.
        media: the downloaded files; see BUTTERCMS_MEDIA.
        locale: the locale that is shown.
        options: the checked settings.
        drafts: under preview, what is not published, in all languages.
        live_at: under preview, when what is live was pulled, if drafts are compared with it.
        stale: why older content is served than was asked for, None if it is as asked for; with
            `age`, a theme can tell its readers.
        langs: the content of every language, by language.
        articles: the articles of this language, local ones too, in Pelican's order; with those
            that stand in for a missing translation.
        contents: the articles and pages made of the CMS's content, by what their versions in all
            languages have in common.
    """

    graph: Graph
    generation: Generation
    media: LocalMedia
    locale: Locale
    options: Settings
    drafts: Drafts
    live_at: datetime | None = None
    stale: str | None = None
    langs: Mapping[str, SiteContent] = field(default_factory=dict)
    articles: list[Any] = field(default_factory=list)
    contents: dict[str, Any] = field(default_factory=dict)

    @property
    def lang(self) -> str:
        """The language, as Pelican writes it."""
        return self.locale.lang

    def in_lang(self, lang: str | None) -> SiteContent:
        """The content of another language; this one where there is no such language."""
        name = (lang or "").lower()
        return self.langs.get(name) or self.langs.get(language_tag(name), self)

    def version_of(self, content: Any) -> Any:
        """What this language shows of an article or page of another language, None if nothing.

        A stand-in too, where it is not translated; `content.translations` are the real ones.
        """
        record = getattr(content, "butter", None)
        return self.contents.get(record.identity) if record else None

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
        """Return `"live"`, or `"preview"`, which has drafts."""
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
