"""The one Category, Tag or Author object of each slug, local content included.

Pelican compares them by slug and takes the first one it meets, so without this a local article
could hide the CMS's name and profile; and a new object per article costs a slugify each.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pelican.urlwrappers import Author, Category, Tag

from pelican_buttercms.content import records
from pelican_buttercms.content.graph import Graph
from pelican_buttercms.plugin.html_text import cms_address, cms_picture, cms_text
from pelican_buttercms.plugin.term_names import TermNames
from pelican_buttercms.plugin.url_collisions import check_slug

_TEXTS = ("first_name", "last_name", "bio", "title", "twitter_handle")
_ADDRESSES = ("linkedin_url", "facebook_url", "instagram_url", "pinterest_url")


class Taxonomy:
    """The site's categories, tags and authors; the CMS's own carry its names and profiles.

    Args:
        settings: Pelican's.
        graph: the CMS's records, of which one may be meant by its name.
    """

    def __init__(self, settings: dict[str, Any], graph: Graph) -> None:
        self._settings = settings
        self._names = TermNames.of(graph)
        self._wrappers: dict[tuple[type, str], Any] = {}
        self._profiles: dict[str, records.Author] = {}

    def category(self, record: records.Category) -> Category:
        """Return the Pelican category of a CMS category."""
        return self._from_record(Category, record)

    def tag(self, record: records.Tag) -> Tag:
        """Return the Pelican tag of a CMS tag."""
        return self._from_record(Tag, record)

    def author(self, record: records.Author) -> Author:
        """Return the Pelican author of a CMS author, with the profile as attributes."""
        author = self._from_record(Author, record)
        if self._profiles.get(record.slug) is not record:
            self._profiles[record.slug] = record
            for name in _TEXTS:
                setattr(author, name, cms_text(getattr(record, name)))
            for name in _ADDRESSES:
                setattr(author, name, cms_address(record.key, getattr(record, name)))
            author.profile_image = cms_picture(record.key, record.profile_image)
        return author

    def named(self, kind: type, name: str, slug: str = "") -> Any:
        """Return the object for a name without a record; an empty slug is derived from the name."""
        if not slug and (term := self._by_name(kind, name)):
            return term
        wrapper = self._make(kind, name)
        if slug:
            wrapper.slug = slug
        if wrapper.slug:  # Pelican warns of a name that gives none
            check_slug(name, wrapper.slug)
        return self.intern(wrapper)

    def resolve(self, wrapper: Any) -> Any:
        """Return what this object names: the CMS's of this name, or the first of this slug."""
        return self._by_name(_base(wrapper), wrapper.name) or self.intern(wrapper)

    def _by_name(self, kind: type, name: str) -> Any:
        """Return the object of the CMS's category, tag or author of a name, None without one."""
        record = self._names.find(kind.__name__.lower(), name)
        if isinstance(record, records.Author):
            return self.author(record)
        return self._from_record(kind, record) if record else None

    def intern(self, wrapper: Any) -> Any:
        """Return the one object that has this object's slug: this one, if it is the first."""
        return self._wrappers.setdefault((_base(wrapper), wrapper.slug), wrapper)

    def adopt(self, contents: Iterable[Any]) -> None:
        """Replace the terms of local contents by these objects."""
        for content in contents:
            if hasattr(content, "category"):
                content.category = self.resolve(content.category)
            if hasattr(content, "tags"):
                content.tags = [self.resolve(tag) for tag in content.tags]
            if hasattr(content, "authors"):
                content.authors = [self.resolve(author) for author in content.authors]
                content.author = content.authors[0] if content.authors else content.author

    def _make(self, kind: type, name: str) -> Any:
        wrapper = kind(cms_text(name), self._settings)
        escape_once(wrapper)
        return wrapper

    def _from_record(self, kind: type, record: Any) -> Any:
        term = self._wrappers.get((kind, record.slug))
        if term is None or not hasattr(term, "butter"):
            check_slug(str(record.key), record.slug)
            term = self._make(kind, record.name)
            term.slug = record.slug
            term.butter = record
            self._wrappers[kind, record.slug] = term
        return term


def escape_once(wrapper: Any) -> None:
    """Wrap a term, so that `{{ article.author|e }}` escapes its name exactly once."""
    wrapper.__html__ = wrapper.name.__html__


def _base(wrapper: Any) -> type:
    """Find the kind of a wrapper; plugins subclass Pelican's classes."""
    return next(
        (kind for kind in (Category, Tag, Author) if isinstance(wrapper, kind)), type(wrapper)
    )
