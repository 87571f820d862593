"""The account's schemas, authors, terms and keys, inferred from its stored content."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from pelican_buttercms.content.raw_records import SINGLE_PAGES, Key, RawRecord
from pelican_buttercms.publish.schema.infer import ObjectSchema
from pelican_buttercms.publish.schema.model import ContentSchemas
from pelican_buttercms.publish.write_model import FIELDS, FieldPath, WriteTarget
from pelican_buttercms.settings import Settings
from pelican_buttercms.settings.locales import Locale
from pelican_buttercms.settings.page_types import USUAL_FIELDS


@dataclass(frozen=True, order=True, slots=True)
class KnownAuthor:
    """An author, by everything that a draft may call them."""

    slug: str
    name: str
    email: str


@dataclass(frozen=True)
class AccountSchema:
    """The schemas, authors, terms and keys of an account, as far as stored content shows them.

    Attributes:
        schemas: the fields of page types, collections and components.
        authors: all authors, by slug.
        categories: the categories' names by their slugs.
        tags: the tags' names by their slugs.
        keys: all posts, pages and items.
        post_locales: the posts of each locale, as pairs of locale and slug.
        page_types: the page types ("*" for single pages) in which a slug is used, by slug.
        collections: the collection of each item by its id, which no other collection uses.
        locales: the site's locales.
        main_locale: the API slug of the main one, "" for the account's default.
        bodies: the field that the user maps to the body, a dotted path by page type.
    """

    schemas: ContentSchemas = field(default_factory=ContentSchemas)
    authors: tuple[KnownAuthor, ...] = ()
    categories: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    keys: frozenset[Key] = frozenset()
    post_locales: frozenset[tuple[str, str]] = frozenset()
    page_types: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    collections: Mapping[str, str] = field(default_factory=dict)
    locales: tuple[Locale, ...] = (Locale("", "en"),)
    main_locale: str = ""
    bodies: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_records(cls, records: Iterable[RawRecord], options: Settings) -> Self:
        """Build it from the records of all locales, in any order."""
        found = sorted(records, key=lambda record: (record.key, record.locale))
        keys = [one.key for one in found if one.key.kind in {"post", "page", "item"}]
        bodies = {name: one.fields.get("body", "") for name, one in options.page_types.items()}
        return cls(
            schemas=ContentSchemas.from_records(found, options.main_locale.name),
            authors=tuple(_authors(found)),
            categories=_terms(found, "category"),
            tags=_terms(found, "tag"),
            keys=frozenset(keys),
            post_locales=frozenset((r.locale, r.key.id) for r in found if r.key.kind == "post"),
            page_types=_page_types(keys),
            collections={key.id: key.group for key in keys if key.kind == "item"},
            locales=options.locales,
            main_locale=options.main_locale.name,
            bodies={name: path for name, path in bodies.items() if path},
        )

    def fields_of(self, key: Key) -> ObjectSchema | None:
        """Return the schema of a page or an item by its key, None if none was seen."""
        return self.schemas.of(key.kind, key.group, key.id)

    def find_key(self, key: Key) -> Key | None:
        """Find what a reference means; "*" may be any page type, and ids are unique."""
        if key in self.keys:
            return key
        if key.kind == "page" and key.group == SINGLE_PAGES:
            groups = self.page_types.get(key.id, ())
            return Key("page", groups[0], key.id) if groups else None
        if key.kind == "item" and not key.group and key.id in self.collections:
            return Key("item", self.collections[key.id], key.id)
        return None

    def body_field(self, target: WriteTarget) -> FieldPath | None:
        """Return the path of the field that a draft's body is for, None if there is none.

        The user's own mapping decides, then the usual names, where such a field holds texts.
        """
        key, shape = target.key, self.fields_of(target.key)
        if key.kind == "page" and (mapped := self.bodies.get(key.group)):
            return parse_field_path(mapped, shape)
        for name in USUAL_FIELDS["body"]:
            if shape and (one := shape.get(name)) and one.is_text:
                return (FIELDS, name)
        return None

    def locale(self, name: str) -> str | None:
        """Return a locale's API slug by slug or language, None if the site has no such locale."""
        if not name:
            return self.main_locale
        for one in self.locales:
            if name == one.name:
                return one.name
        wanted = name.casefold()
        return next(
            (one.name for one in self.locales if wanted in {one.name.casefold(), one.lang}), None
        )


def parse_field_path(dotted: str, shape: ObjectSchema | None) -> FieldPath:
    """Read a field's name, or a dotted path through components."""
    name = dotted.removeprefix("fields.")
    if shape and shape.get(name):
        return (FIELDS, name)
    return (FIELDS, *name.split("."))


def _authors(records: list[RawRecord]) -> Iterator[KnownAuthor]:
    by_slug = {one.key.id: one.data for one in records if one.key.kind == "author"}
    for slug, data in by_slug.items():
        names = (_text(data, "first_name"), _text(data, "last_name"))
        yield KnownAuthor(slug, " ".join(filter(None, names)), _text(data, "email"))


def _terms(records: list[RawRecord], kind: str) -> dict[str, str]:
    found = (one for one in records if one.key.kind == kind)
    return {one.key.id: _text(one.data, "name") or one.key.id for one in found}


def _text(data: Mapping[str, Any], name: str) -> str:
    return str(data.get(name) or "").strip()


def _page_types(keys: list[Key]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for key in keys:
        if key.kind == "page":
            found.setdefault(key.id, set()).add(key.group)
    return {slug: tuple(sorted(groups)) for slug, groups in found.items()}
