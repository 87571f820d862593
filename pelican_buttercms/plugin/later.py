"""Which articles and pages may wait until somebody reads them, and what is known of them till then?

Those of a build that goes on where the last one ended: a first build reads them all, and makes
them at once. What would say something, move a file or fail while it is made does not wait.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pelican import contents
from pelican.urlwrappers import Author

from pelican_buttercms.content import records
from pelican_buttercms.content.addresses import safe_address
from pelican_buttercms.incremental import pelican_patches
from pelican_buttercms.incremental.pelican_patches import dates as moments
from pelican_buttercms.plugin import intrasite_links, unmade
from pelican_buttercms.plugin.url_collisions import check_slug

if TYPE_CHECKING:
    from pelican_buttercms.plugin.content_factory import Converter
    from pelican_buttercms.plugin.field_mapping import FieldMapping

_SET_OTHERWISE = {"status", "summary", "date", "modified"}


def leave_alone() -> None:
    """Do nothing; a function of a module, since Pelican's cache pickles contents."""


class Later:
    """Gives contents that are not made yet.

    Args:
        converter: makes them.
    """

    def __init__(self, converter: Converter) -> None:
        self._converter = converter
        self._settings, self._edition = converter.settings, converter.edition

    def article(self, post: records.Post) -> contents.Article | None:
        """Give the article of a post; None if it may not wait.

        Raises:
            ContentError: the post cannot be an article.
        """
        if not self._may_wait(post) or intrasite_links.may_have_placeholders(
            post.body, self._settings
        ):
            return None
        if safe_address(post.featured_image or "") is None:
            return None  # a warning is due
        converter = self._converter
        dates = converter.dates(post, post.published or post.created, post.updated)
        if "date" not in dates:
            return None
        defaults = {} if post.categories else converter.defaults("category")
        known = {
            "slug": post.slug,
            "butter": post,
            "template": contents.Article.default_template,
            **converter.taxonomy_of_post(post, defaults),
        }
        path = converter.path_of_post(post)
        return self._begin(contents.Article, path, known, dates, partial(self._make_article, post))

    def page(
        self, page: records.Page, metadata: Mapping[str, Any], mapping: FieldMapping, path: str
    ) -> contents.Page | None:
        """Give a page of which all but its text is known; None if it may not wait.

        Raises:
            ContentError: it cannot be a page.
            SettingsError: a field that its text is to be in is not there.
        """
        if not self._may_wait(page):
            return None
        mapping.value("body")  # that there is none is said before anything is written
        known = {name: one for name, one in metadata.items() if name not in _SET_OTHERWISE}
        known.setdefault("template", contents.Page.default_template)
        dates = {name: metadata[name] for name in ("date", "modified") if name in metadata}
        make = partial(self._make_page, page, metadata, mapping, path)
        return self._begin(contents.Page, path, known, dates, make)

    def _begin(
        self,
        kind: Any,
        path: str,
        known: Mapping[str, Any],
        dates: Mapping[str, datetime],
        make: Callable[[Any], None],
    ) -> Any:
        source = self._converter.source_of(path)
        relative = pelican_patches.path_inside(self._settings["PATH"], source)
        if relative is None:
            return None
        record = known["butter"]
        check_slug(str(record.key), known["slug"])
        found = {
            **self._known,
            **known,
            **{name: moments.aware(moment, self._zone) for name, moment in dates.items()},
            "translations": [],
            **({} if "author" in known else self._author),
            "source_path": source,
            "relative_source_path": relative,
        }
        content = unmade.begin(kind, found, make, self._parts)
        self._converter.place(content, record)
        if not pelican_patches.stays_inside(content.save_as):
            return None  # Pelican says why
        self._converter.take_in(content)
        return content

    def _make_article(self, post: records.Post, content: Any) -> None:
        metadata, text, path = self._converter.parts_of_post(post)
        self._converter.announce(metadata)
        self._converter.fill(content, contents.Article, post, metadata, text, path)

    def _make_page(
        self,
        page: records.Page,
        metadata: Mapping[str, Any],
        mapping: FieldMapping,
        path: str,
        content: Any,
    ) -> None:
        self._converter.fill(content, contents.Page, page, dict(metadata), mapping, path)

    def _may_wait(self, record: records.Post | records.Page) -> bool:
        return self._goes_on and record.locale == self._edition.locale.name

    @cached_property
    def _goes_on(self) -> bool:
        """Say whether the last build has read the same, and whether what is not read follows."""
        settings, run = self._settings, self._converter.run
        formats = (settings["DEFAULT_DATE_FORMAT"], *settings["DATE_FORMATS"].values())
        return (
            run.site.standstill is not None
            and run.site.standstill.resumes
            and pelican_patches.is_on()
            and run.options.sanitize is None
            and not settings["TYPOGRIFY"]
            and not settings["DEFAULT_METADATA"]
            and not {*settings["FORMATTED_FIELDS"]} - {"summary"}
            and all(isinstance(one, str) for one in formats)  # others set the process's locale
            and bool(self._timezone)
        )

    @property
    def _author(self) -> dict[str, Any]:
        """The author of what has none, as Pelican gives it."""
        author = self._default_author
        return {} if author is None else {"author": author, "authors": [author]}

    @cached_property
    def _default_author(self) -> Author | None:
        name = self._settings.get("AUTHOR")
        return None if name is None else Author(name, self._settings)

    @property
    def _timezone(self) -> str:
        return self._settings.get("TIMEZONE", "UTC") or ""

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self._timezone)

    @cached_property
    def _known(self) -> dict[str, Any]:
        """What is known of every content."""
        return {
            "settings": self._settings,
            "_context": self._converter.generator.context,
            "_status": "published",
            "lang": self._edition.lang,
            "in_default_lang": self._edition.lang == self._settings["DEFAULT_LANG"].lower(),
            "refresh_metadata_intersite_links": leave_alone,
        }

    @cached_property
    def _parts(self) -> unmade.Parts:
        """What lists show: what gives it without making all of a content."""
        settings, title_of = self._settings, self._converter.title_of
        spelt = settings["DATE_FORMATS"].get(self._edition.lang, settings["DEFAULT_DATE_FORMAT"])
        return {
            "title": lambda article: title_of(article.butter.title or article.butter.slug),
            "date_format": lambda _: spelt,
            "locale_date": lambda content: moments.spell(content.date, spelt),
            "locale_modified": lambda content: moments.spell(content.modified, spelt),
        }
