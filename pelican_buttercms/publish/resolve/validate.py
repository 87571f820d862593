"""Checks, before any write, that the API will accept a draft and that its values fit the schema.

Source: contract, "Write API": every key of the schema has to be sent when something is created;
and the rest of what is asked here is what all records of the account have in common.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pelican_buttercms.publish.resolve.account_schema import AccountSchema
from pelican_buttercms.publish.resolve.diagnostics import describe
from pelican_buttercms.publish.resolve.type_check import TypeChecker
from pelican_buttercms.publish.resolved_draft import Draft
from pelican_buttercms.publish.schema.infer import FieldSchema, ObjectSchema
from pelican_buttercms.publish.write_model import (
    FIELDS,
    SLUG,
    TITLE,
    FieldPath,
    Values,
    display_path,
    flatten,
    unflatten,
)

_NEW = "If it is new in the schema, use --allow-unknown."

LONGEST_SLUG = 100
"""Characters. Source: contract, "Common query parameters"."""


def validate(
    draft: Draft, account: AccountSchema, *, creating: bool, allow_unknown: bool = False
) -> list[str]:
    """Return what is wrong with a draft, each a sentence that names the file and the field.

    Args:
        draft: what is wanted.
        account: the account's schema; fields of an unknown type are not checked.
        creating: whether the item, or its version in this locale, is not there yet.
        allow_unknown: whether fields and components that no content has may be sent: they are
            new in the schema.
    """
    problems = [
        describe(draft.raw, where, what) for where, what in _identity(draft, creating=creating)
    ]
    shape = account.fields_of(draft.target.key)
    if draft.target.key.kind == "post" or shape is None:
        return problems
    if grouped := _unnamed_locales(_fields(draft), shape):
        return [*problems, describe(draft.raw, "fields", grouped)]
    checker = TypeChecker(account.schemas.components)
    checker.check_object(_fields(draft), shape, "", str(draft.target.key.group))
    if creating:
        for where, what in _required_fields(draft, account, shape):
            checker.add_problem(where, what)
    unknown = (
        [] if allow_unknown else [(where, f"{what} {_NEW}") for where, what in checker.unknown]
    )
    return problems + [
        describe(draft.raw, where, what) for where, what in checker.problems + unknown
    ]


def _unnamed_locales(fields: Mapping[str, Any], shape: ObjectSchema) -> str:
    """Return what is wrong with fields that are grouped by locales nobody has named, else ""."""
    for name, inner in fields.items():
        is_group = isinstance(inner, Mapping) and inner and all(map(shape.get, inner))
        if shape.get(name) is not None or not is_group:
            return ""
    names = ", ".join(map(repr, fields))
    return (
        f"are grouped by {names}, and BUTTERCMS_LOCALES does not name these locales: set"
        f" BUTTERCMS_LOCALES = [{names}] with all locales of the account, pull, and publish again."
    ) * bool(fields)


def fill_missing(draft: Draft, account: AccountSchema) -> tuple[Values, list[str]]:
    """Return the values of a new item with every key of its schema, and notes on what was added.

    What the draft does not give is empty: "", [] for lists, false for a checkbox, and a component
    whose fields are all empty.
    """
    shape = account.fields_of(draft.target.key)
    if draft.target.key.kind == "post" or shape is None:
        return dict(draft.values), []
    added: Values = {}
    names: list[str] = []
    for path, field, _ in _lacking(_fields(draft), shape):
        added |= flatten(unflatten({(FIELDS, *path): field.empty_value()}))
        names.append(f"`{display_path((FIELDS, *path))}`")
    if not names:
        return dict(draft.values), []
    are = "is" if len(names) == 1 else "are"
    note = f"{', '.join(names)} {are} not in the draft, and {are} sent empty."
    return draft.values | added, [describe(draft.raw, "", note)]


def _fields(draft: Draft) -> dict[str, Any]:
    own = {path: value for path, value in draft.values.items() if path[0] == FIELDS and path[1:]}
    fields: dict[str, Any] = unflatten(own).get(FIELDS, {})
    return fields


def _identity(draft: Draft, *, creating: bool) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with title and slug."""
    key = draft.target.key
    if key.kind == "item":
        return
    slug = draft.values.get(SLUG, key.id)
    if not slug:
        yield "slug", "is lacking: give one, as it becomes part of the address."
    elif "/" in slug or len(slug) > LONGEST_SLUG:
        yield "slug", f"has 1 to {LONGEST_SLUG} characters and no slash: shorten or change it."
    title = draft.values.get(TITLE)
    if (title is None and creating) or (title is not None and not str(title).strip()):
        yield "title", "is lacking: the API takes no post and no page without one."


def _lacking(
    data: Mapping[str, Any], shape: ObjectSchema, before: FieldPath = ()
) -> Iterator[tuple[FieldPath, FieldSchema, int]]:
    """Yield the fields that a draft lacks, also inside a component that it gives in part.

    Each comes with its path below the fields, and with the number of objects that could have it.
    """
    for name in shape.names():
        field, path = shape.fields[name], (*before, name)
        value = data.get(name)
        if name not in data:
            yield path, field, shape.count
        elif isinstance(value, Mapping) and field.component is not None:
            yield from _lacking(value, field.component, path)


def _required_fields(
    draft: Draft, account: AccountSchema, shape: ObjectSchema
) -> Iterator[tuple[str, str]]:
    """Yield what is lacking, fields of the same reason together."""
    names: dict[tuple[str, int], list[str]] = {}
    for path, field, seen in _lacking(_fields(draft), shape):
        if field.filled == seen:
            name = display_path((FIELDS, *path))
            if (FIELDS, *path) == account.body_field(draft.target):
                text = _required(draft, '""', seen, "is")
                yield name, f"{text} It is the text below the metadata."
            else:
                empty = {list: "[]", bool: "false"}.get(type(field.empty_value()), '""')
                names.setdefault((empty, seen), []).append(name)
    for (empty, seen), several in names.items():
        verb = "is" if len(several) == 1 else "are"
        yield "`, `".join(several), _required(draft, empty, seen, verb)


def _required(draft: Draft, empty: str, seen: int, verb: str) -> str:
    group = draft.target.key.group
    what = f"page of {group}" if draft.target.key.kind == "page" else f"item of {group}"
    one, it, its = ("one", "it", "is") if verb == "is" else ("them", "them", "are")
    every = f"the only known {what} has" if seen == 1 else f"every known {what} has"
    say = f"say that {'it' if verb == 'is' else 'they'} {its} empty with {empty}"
    return f"{verb} lacking: {every} {one}. Give {it}, or {say}."
