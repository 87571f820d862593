"""Pelican's articles and pages, built from the CMS's records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property, partial
import posixpath
from typing import TYPE_CHECKING, Any

from pelican import contents
from pelican.plugins import signals

from pelican_buttercms.content import Key, records
from pelican_buttercms.content.addresses import AddressPattern
from pelican_buttercms.errors import ContentError
from pelican_buttercms.incremental import pelican_patches
from pelican_buttercms.plugin import intrasite_links, page_body, sanitize
from pelican_buttercms.plugin.cms_text import CmsText, plain
from pelican_buttercms.plugin.content_metadata import MetadataBuilder
from pelican_buttercms.plugin.field_mapping import FieldMapping
from pelican_buttercms.plugin.html_text import cms_text, printable
from pelican_buttercms.plugin.local_dates import keep_older_date
from pelican_buttercms.plugin.page_body import RenderedBody
from pelican_buttercms.plugin.source_files import Place
from pelican_buttercms.plugin.taxonomy import Taxonomy, escape_once
from pelican_buttercms.plugin.term_names import link_terms
from pelican_buttercms.plugin.url_collisions import check_slug
from pelican_buttercms.settings import PageType

if TYPE_CHECKING:
    from pelican_buttercms.plugin.build_state import Run
    from pelican_buttercms.plugin.template_context import SiteContent

MORE_CATEGORIES = "pelican.plugins.more_categories"


class ContentFactory:
    """Builds Pelican's contents from the CMS's records of one language, for one generator."""

    def __init__(self, generator: Any, run: Run, edition: SiteContent, taxonomy: Taxonomy) -> None:
        self._generator = generator
        self._run = run
        self._edition = edition
        self._settings: dict[str, Any] = generator.settings
        self._metadata = MetadataBuilder(self._settings, edition, taxonomy)

    def article_of_post(
        self, post: records.Post, local_dates: Mapping[Key, datetime]
    ) -> contents.Article:
        """Return the article of a blog post.

        Args:
            post: the post.
            local_dates: the dates of local files of posts, which stand where they are older.

        Raises:
            ContentError: the post cannot be an article; the message names it.
        """
        metadata = self._metadata.of_post(post)
        zone = self._settings.get("TIMEZONE", "UTC")
        is_redated = keep_older_date(metadata, post.key, local_dates, zone)
        article = self._article(post, metadata, post.body, self._path(f"posts/{post.slug}"))
        if is_redated:
            self._run.versions.pop(id(article), None)  # it does not follow from its record
        return article

    def article_of_page(self, page: records.Page, page_type: PageType) -> contents.Article:
        """Return the article of a page whose type is mapped to articles."""
        mapping = self._mapping(page, page_type)
        metadata = self._metadata.of_article(page, page_type, mapping)
        return self._article(page, metadata, mapping, self._path(_page_path(page)))

    def page(self, page: records.Page, page_type: PageType) -> contents.Page:
        """Return the Pelican page of a CMS page."""
        mapping = self._mapping(page, page_type)
        metadata = self._metadata.of_page(page, page_type, mapping)
        signals.page_generator_context.send(self._generator, metadata=metadata)
        path = self._path(_page_path(page))
        return self._content(contents.Page, page, metadata, mapping, path)

    def _path(self, path: str) -> str:
        """Return the path of the file that a content could be from, the same in all sub-sites."""
        is_main = self._edition.lang == self._run.options.default_lang
        return path if is_main else f"{self._edition.lang}/{path}"

    def _mapping(self, page: records.Page, page_type: PageType) -> FieldMapping:
        return FieldMapping(page, page_type, self._edition.graph.pages.get(page_type.name, ()))

    def _article(
        self, record: Any, metadata: dict[str, Any], source: Any, path: str
    ) -> contents.Article:
        if "date" not in metadata:
            raise ContentError(
                f"{record.key} has no date to be published under. Give its page type a date field:"
                ' BUTTERCMS_PAGE_TYPES = {"…": {"as": "article", "fields": {"date": "…"}}}.'
            )
        self._announce(metadata)
        return self._content(contents.Article, record, metadata, source, path)

    def _announce(self, metadata: dict[str, Any]) -> None:
        """Send the metadata to other plugins, as Pelican sends that of files.

        more-categories reads a text of names and makes categories of its own, which get the
        CMS's slugs back.
        """
        is_theirs = MORE_CATEGORIES in self._settings["PLUGINS"]
        slugs = [category.slug for category in metadata["categories"]] if is_theirs else []
        if is_theirs:
            names = (plain(category.name) for category in metadata.pop("categories"))
            metadata["category"] = cms_text(", ".join(names))
        signals.article_generator_context.send(self._generator, metadata=metadata)
        if is_theirs and len(metadata.get("categories", ())) == len(slugs):
            for category, slug in zip(metadata["categories"], slugs, strict=True):
                category._slug = slug
                for ancestor in category.ancestors:
                    escape_once(ancestor)

    def _content(
        self, kind: Any, record: Any, metadata: dict[str, Any], source: Any, path: str
    ) -> Any:
        check_slug(str(record.key), metadata["slug"])
        content = self._filled(kind, record, metadata, source, path)
        self._set_url(content, record)
        if not pelican_patches.is_valid(content):
            raise ContentError(
                f"{record.key} cannot become a {kind.__name__.lower()}: Pelican's message above"
                " says why. Nothing was written."
            )
        self._register(content)
        return content

    def _filled(
        self, kind: Any, record: Any, metadata: dict[str, Any], source: Any, path: str
    ) -> Any:
        """Return a content that is as Pelican would build it from a file."""
        body = source.value("body") if isinstance(source, FieldMapping) else source
        is_html = source is body or (type(body) is str and self._has_own_template)
        html = sanitize.clean(body, self._run.options) if is_html else ""
        content, path = self._empty(kind, record, body if is_html else record.fields, path)
        pelican_patches.fill_content(
            content,
            kind,
            self._metadata.typographer(printable(html)),
            metadata,
            settings=self._settings,
            path=path,
            context=self._generator.context,
        )
        text = link_terms(content._content, content, self._edition.graph)
        content._content = intrasite_links.defuse(text, content)
        if isinstance(metadata.get("summary"), CmsText):
            content.refresh_metadata_intersite_links = partial(_refresh_links, content)
        if "preview_state" in metadata:
            content.status = "published"  # whatever WITH_FUTURE_DATES says of its date
        if is_html:
            content._get_content = partial(page_body.localise, content, self._run.media)
        else:
            content._get_content = RenderedBody(content, body, self._generator, self._edition)
            self._run.rendered_bodies.append(content._get_content)
        if record.locale != self._edition.locale.name:
            lang = self._lang_of(record.locale)
            content._get_content = partial(page_body.in_language, content._get_content, lang)
        return content

    def _empty(self, kind: Any, record: Any, source: Any, path: str) -> tuple[Any, str]:
        """Return an object to be filled, and the path of what it is made of."""
        place = f"buttercms/{path}"
        if self._run.sources is None:
            return kind.__new__(kind), posixpath.join(self._settings["PATH"], place)
        content = kind.__new__(kind)
        content.get_relative_source_path = Place(content, place)
        return content, self._run.sources.write(path, source, record.updated or record.published)

    @cached_property
    def _has_own_template(self) -> bool:
        return page_body.is_own_template(self._generator.env)

    def _register(self, content: Any) -> None:
        """Make a content known to templates and to the rest of the build."""
        content.butter.url = content.url
        self._run.add(content, self._edition)

    def _lang_of(self, locale: str) -> str:
        """Return the language of a fallback locale."""
        return next(known.lang for known in self._run.options.locales if known.name == locale)

    def _set_url(self, content: Any, record: Any) -> None:
        """Set the URL of a page to what its page type or BUTTERCMS_FRONT_PAGE asks for."""
        if not isinstance(record, records.Page):
            return
        name = record.page_type or "*"
        if self._run.options.front_page == (name, record.slug):
            folder = "" if content.in_default_lang else f"{content.lang}/"
            content.override_url, content.override_save_as = folder, f"{folder}index.html"
            return
        page_type = self._run.options.page_types.get(name)
        if page_type is None:
            return
        url, save_as = page_type.url, page_type.save_as
        if not content.in_default_lang:
            url, save_as = page_type.lang_url, page_type.lang_save_as
        if url is not None:
            content.override_url = _fill_in(AddressPattern(url), content, page_type)
            content.override_save_as = _fill_in(save_as or "", content, page_type)


def _refresh_links(content: Any) -> None:
    """Resolve links in metadata as Pelican does, but keep our escaping of a summary.

    A function of a module, since Pelican's cache pickles contents.
    """
    summary = content._summary
    if not isinstance(summary, CmsText) or len(content.settings["FORMATTED_FIELDS"]) > 1:
        type(content).refresh_metadata_intersite_links(content)
    if isinstance(summary, CmsText):  # a text, which has no links
        content.metadata["summary"] = content._summary = summary


def _page_path(page: records.Page) -> str:
    return f"pages/{page.page_type}/{page.slug}" if page.page_type else f"pages/{page.slug}"


def _fill_in(pattern: str, content: Any, page_type: PageType) -> str:
    try:
        return pattern.format(**content.url_format)
    except (KeyError, IndexError, ValueError, AttributeError) as exc:
        raise ContentError(
            f"BUTTERCMS_PAGE_TYPES[{page_type.name!r}] has the URL pattern {pattern!r}, which"
            f" cannot be filled in for {content.butter.key}: {exc!r} is not known. Use {{slug}},"
            " {page_type}, {lang} or {date:%Y}."
        ) from exc
