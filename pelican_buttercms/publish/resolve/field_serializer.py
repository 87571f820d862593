"""Serializes field values for a draft file, short where reading returns the same value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pelican_buttercms.content.raw_records import Key
from pelican_buttercms.publish.drafts.raw_draft import RawDraft
from pelican_buttercms.publish.resolve.account_schema import AccountSchema
from pelican_buttercms.publish.resolve.authors_and_terms import find_authors, find_terms
from pelican_buttercms.publish.resolve.diagnostics import Diagnostics
from pelican_buttercms.publish.resolve.field_values import FieldReader
from pelican_buttercms.publish.resolve.references import DRAFT_SUFFIXES
from pelican_buttercms.publish.schema.infer import FieldSchema, ObjectSchema
from pelican_buttercms.publish.schema.value_kinds import picker_entry
from pelican_buttercms.publish.write_model import (
    FIELDS,
    POST_TERMS,
    SLUG,
    STATUS,
    TITLE,
    Values,
    referenced_key,
    unflatten,
)

_ELSEWHERE = {TITLE, SLUG, STATUS, ("body",)}
"""What a draft of a post says outside of its fields."""


def serialize_fields(values: Values, account: AccountSchema, target: Key) -> dict[str, Any]:
    """Return values as the fields of a draft, such that `resolve` returns the same values.

    Args:
        values: what the account holds, in the form of `write_model`.
        account: the schema of an account that holds them.
        target: whose they are.

    Returns:
        For a page or an item its fields, nested; for a post its other values by the API's names,
        without title, slug, body and status.
    """
    if target.kind == "post":
        rest = {path: value for path, value in values.items() if path not in _ELSEWHERE}
        return {path[0]: _post_value(path[0], value, account) for path, value in rest.items()}
    own = {path[1:]: value for path, value in values.items() if path[0] == FIELDS and path[1:]}
    return FieldSerializer(account).fields(unflatten(own), account.fields_of(target))


def _post_value(name: str, value: Any, account: AccountSchema) -> Any:
    if name == "author":
        people = (one.name for one in account.authors if one.slug == value)
        found = (
            name for name in people if [a.slug for a in find_authors(name, account)] == [value]
        )
        return next(found, value)
    return [_term(name, slug, account) for slug in value] if name in POST_TERMS else value


def _term(plural: str, slug: str, account: AccountSchema) -> str:
    name = (account.categories if plural == "categories" else account.tags).get(slug, "")
    is_safe = name == name.strip() and find_terms(plural, name, account) == [slug]
    return name if name and is_safe else slug


class FieldSerializer:
    """Serializes values, and reads each text that could be misread back."""

    def __init__(self, account: AccountSchema) -> None:
        self._components = account.schemas.components
        raw = RawDraft(Path("draft"), "page")
        self._diagnostics = Diagnostics(raw, account, lambda _words, _path: None)
        self._reader = FieldReader(self._diagnostics)

    def fields(self, data: Mapping[str, Any], shape: ObjectSchema | None) -> dict[str, Any]:
        """Return the serialized fields of a page, an item, a component or an entry of a list."""
        return {
            name: self.value(value, shape.get(name) if shape else None)
            for name, value in data.items()
        }

    def value(self, value: Any, field: FieldSchema | None) -> Any:
        """Return one value serialized."""
        if isinstance(value, Mapping):
            return self.fields(value, field.component if field else None)
        if isinstance(value, list):
            return [self._entry(entry, field) for entry in value]
        return self._text(value, field) if isinstance(value, str) else value

    def reference(self, uri: str, field: FieldSchema) -> str:
        """Return a reference serialized, as one entry where there are several."""
        return self._text(uri, field)

    def _entry(self, value: Any, field: FieldSchema | None) -> Any:
        if field and field.is_reference:
            return self._text(value, field)
        entry = picker_entry(value)
        if entry is None:
            return self.value(value, field.entries if field else None)
        kind, data = entry
        fields = self.fields(data, self._components.get(kind))
        is_short = field is not None and field.is_picker
        return {kind: fields} if is_short else {"type": kind, "fields": fields}

    def _text(self, text: str, field: FieldSchema | None) -> str:
        key = referenced_key(text)
        if key is None:
            return text
        spellings = [*_short(key, field), text, *_escaped(text)]
        return next((one for one in spellings if self._reads(one, text, field)), text)

    def _reads(self, spelled: str, text: str, field: FieldSchema | None) -> bool:
        read = self._reader.value(
            [spelled] if field and field.is_reference_list else spelled, field, ""
        )
        is_clean = not self._diagnostics.problems
        self._diagnostics.problems.clear()
        return is_clean and read in (text, [text])


def _short(key: Key, field: FieldSchema | None) -> Iterator[str]:
    """Yield spellings that are short and stay right when the account grows."""
    if field is None or not field.is_reference:
        return
    if key.kind == "item":
        yield f"{key.group}:{key.id}"
        return
    if key.id.endswith(DRAFT_SUFFIXES):
        return  # another draft may get that name
    if field.reference_targets == {("page", key.group)}:
        yield key.id
    yield f"{key.group}/{key.id}"


def _escaped(text: str) -> Iterator[str]:
    """Yield spellings of a URI whose names hold what looks like an escape; some are read twice."""
    yield text.replace("%", "%25")
    yield text.replace("%", "%2525")
