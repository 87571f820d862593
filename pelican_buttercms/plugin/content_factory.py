"""How does a CMS record become a Pelican article or page?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
import posixpath
from typing import TYPE_CHECKING, Any

from pelican import contents
from pelican.plugins import signals
from pelican.readers import BaseReader, default_metadata
from pelican.urlwrappers import Author, Category, Tag

from pelican_buttercms.content import records
from pelican_buttercms.content.addresses import AddressPattern
from pelican_buttercms.content.naming import name_of
from pelican_buttercms.errors import ContentError
from pelican_buttercms.incremental import pelican_patches
from pelican_buttercms.plugin import intrasite_links, page_body, sanitize
from pelican_buttercms.plugin.cms_text import Text, plain
from pelican_buttercms.plugin.field_mapping import FieldMapping, slug_of
from pelican_buttercms.plugin.html_text import (
    cms_picture,
    cms_text,
    paragraph_html,
    printable,
    site_time,
    typographer,
)
from pelican_buttercms.plugin.taxonomy import Taxonomy, escape_once
from pelican_buttercms.plugin.term_names import link_terms
from pelican_buttercms.plugin.url_collisions import check_slug
from pelican_buttercms.settings import PageType

if TYPE_CHECKING:
    from pelican_buttercms.plugin.build_state import Run
    from pelican_buttercms.plugin.template_context import SiteContent

MORE_CATEGORIES = "pelican.plugins.more_categories"


def do_nothing() -> None:
    """Do nothing; a function of a module, since Pelican's cache pickles contents."""


class Converter:
    """Makes Pelican's contents from the CMS's records of one language, for one generator."""

    def __init__(self, generator: Any, run: Run, edition: SiteContent, taxonomy: Taxonomy) -> None:
        self.generator = generator
        self.run = run
        self.edition = edition
        self.settings: dict[str, Any] = generator.settings
        self.taxonomy = taxonomy
        self._typographer: Callable[[str], str] = typographer(self.settings)

    def article_of_post(self, post: records.Post) -> contents.Article:
        """Make the article of a blog post.

        Raises:
            ContentError: the post cannot be an article; the message names it.
        """
        return self._article(post, *self.parts_of_post(post))

    def parts_of_post(self, post: records.Post) -> tuple[dict[str, Any], str, str]:
        """Give the metadata, the body and the path of a post's article."""
        metadata = self.defaults("category")
        metadata |= self._common(post, post.title, post.summary, post.seo_title)
        metadata |= self.dates(post, post.published or post.created, post.updated)
        metadata |= self.taxonomy_of_post(post, metadata)
        metadata["description"] = cms_text(post.meta_description)
        metadata["featured_image"] = cms_picture(post.key, post.featured_image)
        metadata["featured_image_alt"] = cms_text(post.featured_image_alt)
        return metadata, post.body, self.path_of_post(post)

    def article_of_page(self, page: records.Page, page_type: PageType) -> contents.Article:
        """Make the article of a page whose type is mapped to articles."""
        mapping = self._mapping(page, page_type)
        metadata = self.defaults("category")
        metadata |= self._page_metadata(page, page_type, mapping)
        date = mapping.moment("date") or page.published
        metadata |= self.dates(page, date, mapping.moment("modified") or page.updated)
        metadata |= self._mapped_taxonomy(mapping, metadata)
        return self._article(page, metadata, mapping, self._path(_page_path(page)))

    def page(self, page: records.Page, page_type: PageType) -> contents.Page:
        """Make the Pelican page of a CMS page."""
        mapping = self._mapping(page, page_type)
        metadata = self.defaults()
        metadata |= self._page_metadata(page, page_type, mapping)
        metadata |= self.dates(page, mapping.moment("date") or page.published, page.updated)
        metadata.pop("category", None)
        signals.page_generator_context.send(self.generator, metadata=metadata)
        path = self._path(_page_path(page))
        return self._content(contents.Page, page, metadata, mapping, path)

    def path_of_post(self, post: records.Post) -> str:
        """Name the made-up file of a post's article."""
        return self._path(f"posts/{post.slug}")

    def _path(self, path: str) -> str:
        """Name the made-up file of a content, the same in all sub-sites."""
        is_main = self.edition.lang == self.run.options.default_lang
        return path if is_main else f"{self.edition.lang}/{path}"

    def _mapping(self, page: records.Page, page_type: PageType) -> FieldMapping:
        return FieldMapping(page, page_type, self.edition.graph.pages.get(page_type.name, ()))

    # metadata, part by part

    def defaults(self, *keep: str) -> dict[str, Any]:
        """Start from DEFAULT_METADATA; the CMS decides on status and, for pages, on category."""
        dropped = {"status", "slug", "title", *({"category"} - set(keep))}
        found = {key: one for key, one in self._processed_defaults.items() if key not in dropped}
        return {key: list(one) if type(one) is list else one for key, one in found.items()}

    @cached_property
    def _processed_defaults(self) -> dict[str, Any]:
        """Read DEFAULT_METADATA as Pelican's readers do for each file."""
        process = BaseReader(self.settings).process_metadata
        found: dict[str, Any] = default_metadata(self.settings, process)
        return found

    def _common(self, record: Any, title: str, summary: str, seo_title: str) -> dict[str, Any]:
        metadata: dict[str, Any] = {
            "title": self.title_of(title or record.slug),
            "slug": record.slug,
            "status": "published",  # drafts of a preview stand where they would be published
            "lang": self.edition.lang,
            "seo_title": cms_text(seo_title),
            "butter": record,
        }
        if summary:
            metadata["summary"] = Text.of_html(self._typographer(paragraph_html(summary)))
        if draft := self.edition.drafts.get((record.locale, record.key)):
            metadata["preview_state"] = draft.state
            metadata["private"] = "True"  # the word by which the sitemap plugin leaves things out
        return metadata

    def title_of(self, title: str) -> Text:
        """Return a title; with TYPOGRIFY it is HTML, as that of a local file."""
        text = cms_text(title)
        html = self._typographer(text.printed)
        return text if html == text.printed else Text.of_html(html)

    def dates(
        self, record: Any, date: datetime | None, modified: datetime | None
    ) -> dict[str, Any]:
        """Give the dates of a content, as far as it has any, in the zone of the site."""
        zone = self.settings.get("TIMEZONE", "UTC")
        draft = self.edition.drafts.get((record.locale, record.key))
        if draft and draft.state == "scheduled":
            date = record.scheduled or date
        never = self.edition.pulled_at if draft else None
        moments = {"date": date or record.updated or never, "modified": modified}
        return {name: site_time(moment, zone) for name, moment in moments.items() if moment}

    def taxonomy_of_post(self, post: records.Post, metadata: Mapping[str, Any]) -> dict[str, Any]:
        """Give the categories, tags and authors of a post."""
        categories = [self.taxonomy.category(category) for category in post.categories]
        found: dict[str, Any] = self._categories(categories, metadata)
        if post.tags:
            found["tags"] = [self.taxonomy.tag(tag) for tag in post.tags]
        if post.author:
            found["author"] = self.taxonomy.author(post.author)
            found["authors"] = [found["author"]]
        return found

    def _mapped_taxonomy(
        self, mapping: FieldMapping, metadata: Mapping[str, Any]
    ) -> dict[str, Any]:
        found = self._categories(self._wrappers(Category, mapping.many("category")), metadata)
        if tags := self._wrappers(Tag, mapping.many("tags")):
            found["tags"] = tags
        if authors := self._wrappers(Author, mapping.many("author")):
            found["author"], found["authors"] = authors[0], authors
        return found

    def _wrappers(self, kind: type, values: list[Any]) -> list[Any]:
        return [self.taxonomy.named(kind, name_of(v), _checked_slug(v)) for v in values]

    def _categories(self, categories: list[Any], metadata: Mapping[str, Any]) -> dict[str, Any]:
        """Every article needs a category: Pelican's draft pages fail without one."""
        default = metadata.get("category") or Category(
            self.settings["DEFAULT_CATEGORY"], self.settings
        )
        categories = categories or [self.taxonomy.resolve(default)]
        return {"category": categories[0], "categories": categories}

    def _page_metadata(
        self, page: records.Page, page_type: PageType, mapping: FieldMapping
    ) -> dict[str, Any]:
        title = mapping.text("title") or page.name
        metadata = self._common(page, title, mapping.text("summary"), mapping.text("seo_title"))
        metadata["page_type"] = "" if page_type.name == "*" else page_type.name
        metadata["description"] = cms_text(mapping.text("description"))
        picture = page_body.image_in(mapping.one("featured_image"))
        metadata["featured_image"] = cms_picture(page.key, picture)
        metadata["featured_image_alt"] = cms_text(mapping.text("featured_image_alt"))
        if page_type.template:
            metadata["template"] = page_type.template
        return metadata

    # contents

    def _article(
        self, record: Any, metadata: dict[str, Any], source: Any, path: str
    ) -> contents.Article:
        if "date" not in metadata:
            raise ContentError(
                f"{record.key} has no date to be published under. Give its page type a date field:"
                ' BUTTERCMS_PAGE_TYPES = {"…": {"as": "article", "fields": {"date": "…"}}}.'
            )
        self.announce(metadata)
        return self._content(contents.Article, record, metadata, source, path)

    def announce(self, metadata: dict[str, Any]) -> None:
        """Let other plugins see the metadata, as they see that of files.

        more-categories reads a text of names and makes categories of its own, which get the
        CMS's slugs back.
        """
        theirs = MORE_CATEGORIES in self.settings["PLUGINS"]
        slugs = [category.slug for category in metadata["categories"]] if theirs else []
        if theirs:
            names = (plain(category.name) for category in metadata.pop("categories"))
            metadata["category"] = cms_text(", ".join(names))
        signals.article_generator_context.send(self.generator, metadata=metadata)
        if theirs and len(metadata.get("categories", ())) == len(slugs):
            for category, slug in zip(metadata["categories"], slugs, strict=True):
                category._slug = slug
                for one in category.ancestors:
                    escape_once(one)

    def _content(
        self, kind: Any, record: Any, metadata: dict[str, Any], source: Any, path: str
    ) -> Any:
        check_slug(str(record.key), metadata["slug"])
        content = kind.__new__(kind)
        self.fill(content, kind, record, metadata, source, path)
        self.place(content, record)
        if not pelican_patches.is_valid(content):
            raise ContentError(
                f"{record.key} cannot become a {kind.__name__.lower()}: Pelican's message above"
                " says why. Nothing was written."
            )
        self.take_in(content)
        return content

    def fill(  # noqa: PLR0917
        self,
        content: Any,
        kind: type,
        record: Any,
        metadata: dict[str, Any],
        source: Any,
        path: str,
    ) -> None:
        """Make a content of an object that is there."""
        html = sanitize.clean(source, self.run.options) if isinstance(source, str) else ""
        pelican_patches.fill_content(
            content,
            kind,
            self._typographer(printable(html)),
            metadata,
            settings=self.settings,
            path=self.source_of(path),
            context=self.generator.context,
        )
        text = link_terms(content._content, content, self.edition.graph)
        content._content = intrasite_links.defuse(text, content)
        if isinstance(metadata.get("summary"), Text):
            # Pelican looks for links in it, and would make it a text without our escaping
            content.refresh_metadata_intersite_links = do_nothing
        if "preview_state" in metadata:
            content.status = "published"  # whatever WITH_FUTURE_DATES says of its date
        if isinstance(source, FieldMapping):
            page_body.render_lazily(content, source.value("body"), self.generator, self.edition)
        else:
            page_body.localise_lazily(content, self.run.media)
        if record.locale != self.edition.locale.name:
            page_body.mark_language(content, self._lang_of(record.locale))

    def source_of(self, path: str) -> str:
        """Name the file that a content would be from."""
        return posixpath.join(self.settings["PATH"], "buttercms", path)

    def take_in(self, content: Any) -> None:
        """Let templates and the rest of the build find a content."""
        content.butter.url = content.url
        self.run.add(content, self.edition)

    def _lang_of(self, locale: str) -> str:
        """Give the language of a locale that stands in."""
        return next(one.lang for one in self.run.options.locales if one.name == locale)

    def place(self, content: Any, record: Any) -> None:
        """Give a page the URL that its page type or BUTTERCMS_FRONT_PAGE asks for."""
        if not isinstance(record, records.Page):
            return
        name = record.page_type or "*"
        if self.run.options.front_page == (name, record.slug):
            folder = "" if content.in_default_lang else f"{content.lang}/"
            content.override_url, content.override_save_as = folder, f"{folder}index.html"
            return
        page_type = self.run.options.page_types.get(name)
        if page_type is None:
            return
        url, save_as = page_type.url, page_type.save_as
        if not content.in_default_lang:
            url, save_as = page_type.lang_url, page_type.lang_save_as
        if url is not None:
            content.override_url = _fill_in(AddressPattern(url), content, page_type)
            content.override_save_as = _fill_in(save_as or "", content, page_type)


def _page_path(page: records.Page) -> str:
    return f"pages/{page.page_type}/{page.slug}" if page.page_type else f"pages/{page.slug}"


def _checked_slug(value: Any) -> str:
    slug = slug_of(value)
    if slug:
        check_slug(name_of(value), slug)
    return slug


def _fill_in(pattern: str, content: Any, page_type: PageType) -> str:
    try:
        return pattern.format(**content.url_format)
    except (KeyError, IndexError, ValueError, AttributeError) as exc:
        raise ContentError(
            f"BUTTERCMS_PAGE_TYPES[{page_type.name!r}] has the URL pattern {pattern!r}, which"
            f" cannot be filled in for {content.butter.key}: {exc!r} is not known. Use {{slug}},"
            " {page_type}, {lang} or {date:%Y}."
        ) from exc
