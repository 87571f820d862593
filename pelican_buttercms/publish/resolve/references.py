"""References in a draft, resolved to a page, an item, or another draft that will create one."""

from __future__ import annotations

from collections.abc import Iterator
import re
from typing import Any

from pelican_buttercms.content.raw_records import Key
from pelican_buttercms.content.reference_syntax import parse
from pelican_buttercms.publish.resolve.account_schema import AccountSchema
from pelican_buttercms.publish.resolve.diagnostics import Diagnostics
from pelican_buttercms.publish.resolved_draft import DraftReference
from pelican_buttercms.publish.schema.infer import FieldSchema
from pelican_buttercms.publish.schema.value_kinds import UNNAMED_ITEM
from pelican_buttercms.publish.write_model import reference_uri
from pelican_buttercms.wording import suggest

DRAFT_SUFFIXES = (
    ".md", ".markdown", ".mkd", ".mdown", ".rst", ".html", ".htm", ".yaml", ".yml", ".json",
)  # fmt: skip

_ITEM = re.compile(r"(?P<group>.+)[:/](?P<id>[0-9]{1,18})")
_PAGE = re.compile(r"(?P<group>[^:/]+)[:/](?P<slug>.+)")


def resolve_reference(word: Any, field: FieldSchema, diagnostics: Diagnostics, where: str) -> Any:
    """Return the URI of a reference in any of its spellings, or a `DraftReference`.

    Args:
        word: a slug, `page-type/slug`, `collection:id`, an item's id, a URI of the API, or the
            relative path of another draft.
        field: what is known of its field.
        diagnostics: collects problems; the word is then returned as it is.
        where: the field's dotted path.
    """
    if isinstance(word, bool) or not isinstance(word, int | str):
        diagnostics.add_problem(where, f"is a reference, and {word!r} names nothing: {_HOW}")
        return word
    if target := parse(str(word)) or parse(str(word).strip()):
        return reference_uri(target.key)
    text = str(word).strip()
    if UNNAMED_ITEM.fullmatch(text):
        return text
    if draft := _draft(text, diagnostics):
        return draft
    found = _chosen(text, field, diagnostics.account, items_only=isinstance(word, int))
    if len(found) == 1:
        return reference_uri(found[0])
    diagnostics.add_problem(where, _failure(text, field, diagnostics.account, found))
    return word


_HOW = "write a slug, page-type/slug, collection:id, or another draft's path."


def guess_reference(text: str, diagnostics: Diagnostics, where: str) -> str | None:
    """Return a reference that its text alone shows, for a field of which no content is known."""
    if draft := _draft(text, diagnostics):
        return draft
    item = _ITEM.fullmatch(text)
    key = Key("item", item["group"], str(int(item["id"]))) if item else None
    if key is None or key not in diagnostics.account.keys:
        return None
    diagnostics.add_note(where, f"is taken for a reference to {text}, since there is such an item.")
    return reference_uri(key)


def _draft(text: str, diagnostics: Diagnostics) -> DraftReference | None:
    if not text.endswith(DRAFT_SUFFIXES):
        return None
    path = (diagnostics.raw.path.parent / text).resolve()
    return DraftReference(path) if path in diagnostics.drafts else None


def _chosen(
    text: str, field: FieldSchema, account: AccountSchema, *, items_only: bool
) -> list[Key]:
    """Return the matching keys: one, or several if the reference is ambiguous."""
    led = field.reference_targets
    only_pages = bool(led) and all(kind == "page" for kind, _ in led)
    keys = list(dict.fromkeys([*_explicit(text), *_bare(text, field, account)]))
    if items_only and not only_pages:
        keys = [key for key in keys if key.kind == "item"]
    groups = {("page", name) for name in account.schemas.groups("page")}
    groups |= {("item", name) for name in account.schemas.groups("item")}
    explicit = [key for key in keys if key in set(_explicit(text))]
    choices = (
        [key for key in keys if key in account.keys and (key.kind, key.group) in led],
        [key for key in keys if (key.kind, key.group) in led],
        [key for key in keys if key in account.keys],
        [key for key in explicit if (key.kind, key.group) in groups],
        explicit[:1],
    )
    return next((choice for choice in choices if choice), [])


def _explicit(text: str) -> Iterator[Key]:
    """Yield the keys that `collection:id` and `page-type/slug` could name."""
    if item := _ITEM.fullmatch(text):
        yield Key("item", item["group"], str(int(item["id"])))
    if page := _PAGE.fullmatch(text):
        yield Key("page", page["group"], page["slug"])


def _bare(text: str, field: FieldSchema, account: AccountSchema) -> Iterator[Key]:
    """Yield the keys that a slug or an id alone could name."""
    yield from (Key("page", group, text) for group in account.page_types.get(text, ()))
    if text in account.collections:
        yield Key("item", account.collections[text], text)
    if not text or ":" in text or "/" in text:
        return
    for kind, group in sorted(field.reference_targets):
        if kind == "page":
            yield Key("page", group, text)
        elif text.isascii() and text.isdecimal():
            yield Key("item", group, str(int(text)))


def _failure(text: str, field: FieldSchema, account: AccountSchema, found: list[Key]) -> str:
    if exist := [key for key in found if key in account.keys]:
        spellings = " or ".join(f"{key.group}/{key.id}" for key in exist)
        return f"refers to {text!r}, which is in several places: write {spellings}."
    groups = {group for kind, group in field.reference_targets if kind == "page"}
    if field.reference_targets and not groups:
        names = ", ".join(sorted(group for _, group in field.reference_targets))
        return f"refers to {text!r}, but it leads to items of {names}: write {names}:ID."
    slugs = [
        slug
        for slug, types in sorted(account.page_types.items())
        if not groups or groups & set(types)
    ]
    where = f" in {', '.join(sorted(groups))}" if groups else ""
    return f"refers to {text!r}, and no page{where} has that slug{suggest(text, slugs)} Else {_HOW}"
