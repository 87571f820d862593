"""Comments that describe what a field takes, with an example from the account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from pelican_buttercms.content.raw_records import SINGLE_PAGES
from pelican_buttercms.publish.resolve.account_schema import AccountSchema
from pelican_buttercms.publish.resolve.field_serializer import FieldSerializer
from pelican_buttercms.publish.scaffold.yaml_lines import pair
from pelican_buttercms.publish.schema.infer import FieldSchema, ObjectSchema
from pelican_buttercms.publish.schema.value_kinds import KIND_NAMES

_LONGEST = 60
_NAMED = 12
_DEEPEST = 4


def describe_field(field: FieldSchema, account: AccountSchema, *, always: bool) -> Iterator[str]:
    """Yield comments for a field: first what it takes, then what its entries are made of.

    Args:
        field: what was seen in it.
        account: the account's schema.
        always: whether it is filled everywhere.
    """
    what = " or ".join(_spelled(field))
    example = _example(field, account)
    text = f"{what or 'nothing is known of it, as it is empty everywhere'}{example}"
    yield f"{text}; {'filled everywhere' if always else 'optional'}" if what else text
    if field.kinds & {"picker"}:
        for kind in sorted(field.types):
            yield from _template(kind, account.schemas.components.get(kind))
    elif field.kinds & {"repeater"} and field.entries and field.entries.component:
        yield from _template("", field.entries.component)


def list_names(names: Iterable[str]) -> str:
    """Return a few names, and "…" if there are more."""
    found = [_short(name) for name in islice(names, _NAMED + 1)]
    return ", ".join(found[:_NAMED]) + (", …" if len(found) > _NAMED else "")


def _spelled(field: FieldSchema) -> Iterator[str]:
    for sort in sorted(field.kinds):
        if sort == "reference":
            yield _reference(field)
        elif sort == "media":
            yield f"{KIND_NAMES[sort]}: a URL, or the path of a local file"
        else:
            yield KIND_NAMES[sort]


def _reference(field: FieldSchema) -> str:
    forms = [
        _form(kind, group, many=field.has_lists) for kind, group in sorted(field.reference_targets)
    ]
    text = " or ".join(forms) or ("references" if field.has_lists else "a reference")
    return f"a list of {text}" if field.has_lists else text


def _form(kind: str, group: str, *, many: bool) -> str:
    if kind == "item":
        return f"{group}:ID"
    of = "" if group == SINGLE_PAGES else f" of {group}"
    return f"slugs of pages{of}" if many else f"the slug of a page{of}"


def _example(field: FieldSchema, account: AccountSchema) -> str:
    if field.example == "":
        return ""
    value: Any = field.example
    if "reference" in field.kinds and isinstance(value, str):
        value = FieldSerializer(account).reference(value, field)
    shown = f"[{_short(value)}]" if field.is_reference_list else _short(value)
    return f", such as {shown}"


def _short(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _template(kind: str, shape: ObjectSchema | None, depth: int = 1) -> Iterator[str]:
    """Yield an entry of a list as it would be written, to be copied from."""
    names = shape.names() if shape else []
    if kind:
        yield f"- {pair(kind, None)[0]}"
    for number, name in enumerate(names):
        field = shape.fields[name] if shape else FieldSchema()
        what = " or ".join(_spelled(field)) or "never filled so far"
        lead = "    " if kind else ("  " if number else "- ")
        inner = list(_entries(field, depth))
        yield f"{lead}{pair(name, None if inner else field.empty_value())[0]}  # {what}"
        yield from (f"{' ' * len(lead)}  {line}" for line in inner)


def _entries(field: FieldSchema, depth: int) -> Iterator[str]:
    """Yield what a field inside of an entry holds, if that is a list of entries or a component."""
    shape = field.entries.component if field.entries else field.component
    if shape is None or depth == _DEEPEST or not field.kinds & {"repeater", "component"}:
        return
    lines = list(_template("", shape, depth + 1))
    is_list = "repeater" in field.kinds
    yield from lines if is_list else (line[2:] for line in lines)
