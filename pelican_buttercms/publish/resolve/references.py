"""What does a draft's short word refer to? A page, an item, or what another draft will make."""

from __future__ import annotations

from collections.abc import Iterator
import re
from typing import Any

from pelican_buttercms.content.raw_records import Key
from pelican_buttercms.content.reference_syntax import parse
from pelican_buttercms.publish.resolve.account_schema import AccountSchema
from pelican_buttercms.publish.resolve.diagnostics import Diagnostics, suggest
from pelican_buttercms.publish.resolved_draft import DraftReference
from pelican_buttercms.publish.schema.infer import FieldSchema
from pelican_buttercms.publish.schema.value_kinds import UNNAMED_ITEM
from pelican_buttercms.publish.write_model import reference_uri

DRAFT_SUFFIXES = (
    ".md", ".markdown", ".mkd", ".mdown", ".rst", ".html", ".htm", ".yaml", ".yml", ".json",
)  # fmt: skip

_ITEM = re.compile(r"(?P<group>.+)[:/](?P<id>[0-9]{1,18})")
_PAGE = re.compile(r"(?P<group>[^:/]+)[:/](?P<slug>.+)")


def resolve_reference(word: Any, field: FieldSchema, sheet: Diagnostics, where: str) -> Any:
    """Read a reference in any of its spellings; gives its URI, or a `DraftReference`.

    Args:
        word: a slug, `page-type/slug`, `collection:id`, an item's id, a URI of the API, or the
            relative path of another draft.
        field: what is known of its field.
        sheet: takes what is wrong; the word is then given as it is.
        where: the field's dotted path.
    """
    if isinstance(word, bool) or not isinstance(word, int | str):
        sheet.problem(where, f"is a reference, and {word!r} names nothing: {_HOW}")
        return word
    if target := parse(str(word)) or parse(str(word).strip()):
        return reference_uri(target.key)
    text = str(word).strip()
    if UNNAMED_ITEM.fullmatch(text):
        return text
    if draft := _draft(text, sheet):
        return draft
    found = _chosen(text, field, sheet.known, items_only=isinstance(word, int))
    if len(found) == 1:
        return reference_uri(found[0])
    sheet.problem(where, _failure(text, field, sheet.known, found))
    return word


_HOW = "write a slug, page-type/slug, collection:id, or another draft's path."


def guess_reference(text: str, sheet: Diagnostics, where: str) -> str | None:
    """Know a reference by its words alone, where no content tells what the field holds."""
    if draft := _draft(text, sheet):
        return draft
    item = _ITEM.fullmatch(text)
    key = Key("item", item["group"], str(int(item["id"]))) if item else None
    if key is None or key not in sheet.known.keys:
        return None
    sheet.note(where, f"is taken for a reference to {text}, since there is such an item.")
    return reference_uri(key)


def _draft(text: str, sheet: Diagnostics) -> DraftReference | None:
    if not text.endswith(DRAFT_SUFFIXES):
        return None
    path = (sheet.raw.path.parent / text).resolve()
    return DraftReference(path) if path in sheet.drafts else None


def _chosen(text: str, field: FieldSchema, known: AccountSchema, *, items_only: bool) -> list[Key]:
    """Give the keys that are meant: one, or several between which nothing decides."""
    led = field.reference_targets
    only_pages = bool(led) and all(kind == "page" for kind, _ in led)
    keys = list(dict.fromkeys([*_explicit(text), *_bare(text, field, known)]))
    if items_only and not only_pages:
        keys = [key for key in keys if key.kind == "item"]
    groups = {("page", name) for name in known.schemas.groups("page")}
    groups |= {("item", name) for name in known.schemas.groups("item")}
    explicit = [key for key in keys if key in set(_explicit(text))]
    choices = (
        [key for key in keys if key in known.keys and (key.kind, key.group) in led],
        [key for key in keys if (key.kind, key.group) in led],
        [key for key in keys if key in known.keys],
        [key for key in explicit if (key.kind, key.group) in groups],
        explicit[:1],
    )
    return next((choice for choice in choices if choice), [])


def _explicit(text: str) -> Iterator[Key]:
    """Give what the spellings `collection:id` and `page-type/slug` could mean."""
    if item := _ITEM.fullmatch(text):
        yield Key("item", item["group"], str(int(item["id"])))
    if page := _PAGE.fullmatch(text):
        yield Key("page", page["group"], page["slug"])


def _bare(text: str, field: FieldSchema, known: AccountSchema) -> Iterator[Key]:
    """Give what a slug or an id alone could mean."""
    yield from (Key("page", group, text) for group in known.page_types.get(text, ()))
    if text in known.collections:
        yield Key("item", known.collections[text], text)
    if not text or ":" in text or "/" in text:
        return
    for kind, group in sorted(field.reference_targets):
        if kind == "page":
            yield Key("page", group, text)
        elif text.isascii() and text.isdecimal():
            yield Key("item", group, str(int(text)))


def _failure(text: str, field: FieldSchema, known: AccountSchema, found: list[Key]) -> str:
    if exist := [key for key in found if key in known.keys]:
        spellings = " or ".join(f"{key.group}/{key.id}" for key in exist)
        return f"refers to {text!r}, which is in several places: write {spellings}."
    groups = {group for kind, group in field.reference_targets if kind == "page"}
    if field.reference_targets and not groups:
        names = ", ".join(sorted(group for _, group in field.reference_targets))
        return f"refers to {text!r}, but it leads to items of {names}: write {names}:ID."
    slugs = [
        slug
        for slug, types in sorted(known.page_types.items())
        if not groups or groups & set(types)
    ]
    where = f" in {', '.join(sorted(groups))}" if groups else ""
    return f"refers to {text!r}, and no page{where} has that slug{suggest(text, slugs)} Else {_HOW}"
