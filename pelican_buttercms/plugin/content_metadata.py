"""The metadata of the CMS's articles and pages, as Pelican's readers give it for files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pelican.readers import BaseReader, default_metadata
from pelican.urlwrappers import Author, Category, Tag

from pelican_buttercms.content import records
from pelican_buttercms.content.naming import name_of
from pelican_buttercms.plugin import page_body
from pelican_buttercms.plugin.cms_text import CmsText
from pelican_buttercms.plugin.field_mapping import FieldMapping, slug_of
from pelican_buttercms.plugin.field_metadata import metadata_of_fields
from pelican_buttercms.plugin.html_text import (
    cms_picture,
    cms_text,
    paragraph_html,
    site_time,
    typographer,
)
from pelican_buttercms.plugin.taxonomy import Taxonomy
from pelican_buttercms.plugin.url_collisions import check_slug
from pelican_buttercms.settings import PageType

if TYPE_CHECKING:
    from pelican_buttercms.plugin.template_context import SiteContent


class MetadataBuilder:
    """Builds the metadata of the contents of one language.

    Args:
        settings: Pelican's.
        edition: the content of the language.
        taxonomy: the categories, tags and authors of the site.

    Attributes:
        typographer: what `TYPOGRIFY` asks for.
    """

    def __init__(self, settings: dict[str, Any], edition: SiteContent, taxonomy: Taxonomy) -> None:
        self.typographer: Callable[[str], str] = typographer(settings)
        self._settings = settings
        self._edition = edition
        self._taxonomy = taxonomy

    def of_post(self, post: records.Post) -> dict[str, Any]:
        """Return the metadata of a post's article."""
        metadata = self._defaults()
        metadata |= self._common(post, post.title, post.summary, post.seo_title)
        metadata |= self._dates(post, post.published or post.created, post.updated)
        metadata |= self._taxonomy_of_post(post, metadata)
        metadata["description"] = cms_text(post.meta_description)
        metadata["featured_image"] = cms_picture(post.key, post.featured_image)
        metadata["featured_image_alt"] = cms_text(post.featured_image_alt)
        return metadata | self._of_user(post)

    def of_article(
        self, page: records.Page, page_type: PageType, mapping: FieldMapping
    ) -> dict[str, Any]:
        """Return the metadata of a page whose type is mapped to articles."""
        metadata = self._defaults()
        metadata |= self._of_fields(page, page_type, mapping)
        date = mapping.moment("date") or page.published
        metadata |= self._dates(page, date, mapping.moment("modified") or page.updated)
        metadata |= self._mapped_taxonomy(mapping, metadata)
        return metadata | self._of_user(page, mapping)

    def of_page(
        self, page: records.Page, page_type: PageType, mapping: FieldMapping
    ) -> dict[str, Any]:
        """Return the metadata of a page; its category is a folder's name, as that of a file."""
        metadata = self._defaults()
        metadata |= self._of_fields(page, page_type, mapping)
        metadata |= self._dates(page, mapping.moment("date") or page.published, page.updated)
        metadata |= self._tags_and_authors(mapping)
        folder = [page.page_type or "pages"] if self._settings["USE_FOLDER_AS_CATEGORY"] else []
        if categories := mapping.values("category") or folder:
            metadata["category"] = self._wrappers(Category, categories[:1])[0]
        return metadata | self._of_user(page, mapping)

    def _defaults(self) -> dict[str, Any]:
        """Return DEFAULT_METADATA without status, slug and title, which the CMS gives."""
        defaults = {
            key: list(value) if type(value) is list else value  # contents change their own lists
            for key, value in self._processed_defaults.items()
            if key not in {"status", "slug", "title"}
        }
        return {**defaults, "reader": "buttercms"}

    @cached_property
    def _processed_defaults(self) -> dict[str, Any]:
        """Read DEFAULT_METADATA as Pelican's readers do for each file."""
        process = BaseReader(self._settings).process_metadata
        defaults: dict[str, Any] = default_metadata(self._settings, process)
        return defaults

    def _common(self, record: Any, title: str, summary: str, seo_title: str) -> dict[str, Any]:
        metadata: dict[str, Any] = {
            "title": self._title_of(title or record.slug),
            "slug": record.slug,
            "status": "published",  # drafts of a preview stand where they would be published
            "lang": self._edition.lang,
            "seo_title": cms_text(seo_title),
            "butter": record,
        }
        if summary:
            metadata["summary"] = CmsText.of_html(self.typographer(paragraph_html(summary)))
        if draft := self._edition.drafts.get((record.locale, record.key)):
            metadata["preview_state"] = draft.state
            metadata["private"] = "True"  # the word by which the sitemap plugin leaves things out
        return metadata

    def _of_user(
        self, record: records.Post | records.Page, mapping: FieldMapping | None = None
    ) -> dict[str, Any]:
        """Return the metadata that BUTTERCMS_METADATA asks for."""
        zone = self._settings.get("TIMEZONE", "UTC")
        return metadata_of_fields(record, self._edition.options, zone, mapping)

    def _title_of(self, title: str) -> CmsText:
        """Return a title; with TYPOGRIFY it is HTML, as that of a local file."""
        text = cms_text(title)
        html = self.typographer(text.printed)
        return text if html == text.printed else CmsText.of_html(html)

    def _dates(
        self, record: Any, date: datetime | None, modified: datetime | None
    ) -> dict[str, Any]:
        """Return the dates that a content has, in the time zone of the site."""
        zone = self._settings.get("TIMEZONE", "UTC")
        draft = self._edition.drafts.get((record.locale, record.key))
        if draft and draft.state == "scheduled":
            date = record.scheduled or date
        unpublished = self._edition.pulled_at if draft else None
        moments = {"date": date or record.updated or unpublished, "modified": modified}
        return {name: site_time(moment, zone) for name, moment in moments.items() if moment}

    def _taxonomy_of_post(self, post: records.Post, metadata: Mapping[str, Any]) -> dict[str, Any]:
        """Return the categories, tags and authors of a post."""
        categories = [self._taxonomy.category(category) for category in post.categories]
        terms: dict[str, Any] = self._categories(categories, metadata)
        if post.tags:
            terms["tags"] = [self._taxonomy.tag(tag) for tag in post.tags]
        if post.author:
            terms["author"] = self._taxonomy.author(post.author)
            terms["authors"] = [terms["author"]]
        return terms

    def _mapped_taxonomy(
        self, mapping: FieldMapping, metadata: Mapping[str, Any]
    ) -> dict[str, Any]:
        categories = self._wrappers(Category, mapping.values("category"))
        return self._categories(categories, metadata) | self._tags_and_authors(mapping)

    def _tags_and_authors(self, mapping: FieldMapping) -> dict[str, Any]:
        terms: dict[str, Any] = {}
        if tags := self._wrappers(Tag, mapping.values("tags")):
            terms["tags"] = tags
        if authors := self._wrappers(Author, mapping.values("author")):
            terms["author"], terms["authors"] = authors[0], authors
        return terms

    def _wrappers(self, kind: type, values: list[Any]) -> list[Any]:
        return [self._taxonomy.named(kind, name_of(v), _checked_slug(v)) for v in values]

    def _categories(self, categories: list[Any], metadata: Mapping[str, Any]) -> dict[str, Any]:
        """Return an article's categories, at least one: Pelican's draft pages fail without."""
        default = metadata.get("category") or Category(
            self._settings["DEFAULT_CATEGORY"], self._settings
        )
        categories = categories or [self._taxonomy.resolve(default)]
        return {"category": categories[0], "categories": categories}

    def _of_fields(
        self, page: records.Page, page_type: PageType, mapping: FieldMapping
    ) -> dict[str, Any]:
        title = mapping.text("title") or page.name
        metadata = self._common(page, title, mapping.text("summary"), mapping.text("seo_title"))
        metadata["page_type"] = "" if page_type.name == "*" else page_type.name
        metadata["description"] = cms_text(mapping.text("description"))
        picture = page_body.image_in(mapping.first("featured_image"))
        metadata["featured_image"] = cms_picture(page.key, picture)
        metadata["featured_image_alt"] = cms_text(mapping.text("featured_image_alt"))
        if page_type.template:
            metadata["template"] = page_type.template
        return metadata


def _checked_slug(value: Any) -> str:
    slug = slug_of(value)
    if slug:
        check_slug(name_of(value), slug)
    return slug
