"""Resolves raw drafts against the account's schema."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path

from pelican_buttercms.content.raw_records import Key
from pelican_buttercms.publish.drafts.links import LinkResolver
from pelican_buttercms.publish.drafts.raw_draft import RawDraft
from pelican_buttercms.publish.resolve.account_schema import AccountSchema, parse_field_path
from pelican_buttercms.publish.resolve.authors_and_terms import find_terms, post_values
from pelican_buttercms.publish.resolve.diagnostics import Diagnostics, FindFile, describe
from pelican_buttercms.publish.resolve.field_values import FieldReader
from pelican_buttercms.publish.resolve.unknown_fields import convert_plain_fields
from pelican_buttercms.publish.resolved_draft import Draft
from pelican_buttercms.publish.schema.infer import ObjectSchema
from pelican_buttercms.publish.write_model import (
    FIELDS,
    SLUG,
    STATUS,
    TITLE,
    Values,
    WriteTarget,
    display_path,
    flatten,
)
from pelican_buttercms.wording import suggest


def resolve(
    raws: Sequence[RawDraft],
    account: AccountSchema,
    local_file: FindFile,
    absent: AbstractSet[tuple[str, str]] = frozenset(),
    *,
    links: LinkResolver | None = None,
    unread: AbstractSet[Path] = frozenset(),
) -> tuple[list[Draft], list[str]]:
    """Resolve drafts that are published together.

    Args:
        raws: what the files say.
        account: the account's schema.
        local_file: finds the local file that words in a draft name, by those words and the
            draft's path; None when there is none.
        absent: the page types and collections, as kind and name, that the account does not have;
            that is the planner's to tell, and no wonder then that no field is for the body.
        links: resolves links to files in fields of HTML; None leaves them as they are.
        unread: the resolved paths of drafts that could not be read, which others may refer to.

    Returns:
        A draft for each, in the same order, and every problem as a sentence. With any problem
        the drafts are good for showing only.
    """
    paths = unread | {raw.path.resolve() for raw in raws}
    drafts: list[Draft] = []
    problems: list[str] = []
    for raw in raws:
        diagnostics = Diagnostics(raw, account, local_file, paths, links)
        drafts.append(_resolve_one(diagnostics, is_absent=(raw.kind, raw.group) in absent))
        problems += diagnostics.problems
    return drafts, problems + _clashes(drafts)


def _resolve_one(diagnostics: Diagnostics, *, is_absent: bool) -> Draft:
    raw = diagnostics.raw
    target = _target(diagnostics)
    values: Values = {}
    if raw.status is not None:
        values[STATUS] = raw.status
    if raw.title:
        values[TITLE] = raw.title
    if raw.slug and raw.kind != "item":
        values[SLUG] = raw.slug
    values |= _post(diagnostics) if raw.kind == "post" else _fields(diagnostics, target)
    if raw.kind != "post" and not is_absent:
        values |= _body(diagnostics, target, values)
    diagnostics.files.update({file.url: file for file in raw.files})
    if diagnostics.missing:
        raw = replace(raw, missing=(*raw.missing, *dict.fromkeys(diagnostics.missing)))
    unsupported = (describe(raw, "", text) for text in raw.unsupported)
    return Draft(raw, target, values, diagnostics.files, (*unsupported, *diagnostics.notes))


def _target(diagnostics: Diagnostics) -> WriteTarget:
    raw = diagnostics.raw
    name = raw.id if raw.kind == "item" else raw.id or raw.slug
    if raw.kind == "item" and raw.id and not (raw.id.isascii() and raw.id.isdecimal()):
        diagnostics.add_problem(
            "id", f"is {raw.id!r}, and an item has a number, which publish writes: clear it."
        )
    locale = diagnostics.account.locale(raw.locale)
    if locale is None:
        names = [one.name for one in diagnostics.account.locales if one.name]
        diagnostics.add_problem(
            "locale",
            f"is {raw.locale!r}, which BUTTERCMS_LOCALES does not name"
            f"{suggest(raw.locale, names)} Correct it, or add the locale there.",
        )
        locale = raw.locale
    return WriteTarget(Key(raw.kind, raw.group, name), locale)


def _post(diagnostics: Diagnostics) -> Values:
    raw, fields = diagnostics.raw, dict(diagnostics.raw.fields)
    is_default = raw.base and fields.get("categories") == [raw.default_category]
    if is_default and not find_terms("categories", raw.default_category, diagnostics.account):
        del fields["categories"]  # Pelican's name for having none
    values = post_values(fields, diagnostics)
    if diagnostics.raw.body is not None:
        values["body",] = diagnostics.raw.body
    return values


def _fields(diagnostics: Diagnostics, target: WriteTarget) -> Values:
    raw = diagnostics.raw
    shape = diagnostics.account.fields_of(target.key)
    given = (
        convert_plain_fields(raw.fields, shape, diagnostics) if raw.has_plain_fields else raw.fields
    )
    read = FieldReader(diagnostics).fields(given, shape)
    return flatten({FIELDS: read}) if read else {}


def _body(diagnostics: Diagnostics, target: WriteTarget, values: Values) -> Values:
    """Return the body as the value of its field; a value in the fields wins over an empty body."""
    raw, shape = diagnostics.raw, diagnostics.account.fields_of(target.key)
    if raw.body is None:
        return {}
    explicit = parse_field_path(raw.body_field, shape) if raw.body_field else None
    path = explicit or diagnostics.account.body_field(target)
    is_empty = not raw.body.strip()
    if path is None:
        if not is_empty:
            fields = _fields_for_texts(shape)
            what = f"{raw.kind} of {raw.group}"
            text = f"has a body, and no field of a {what} is known to be for it ({fields})."
            diagnostics.add_problem("", f"{text} Name it as body_field, or leave the body empty.")
        return {}
    if values.get(path):
        if not is_empty:
            diagnostics.add_problem(
                display_path(path), "is given as a field and as the body: leave one away."
            )
        return {}
    return {path: raw.body}


def _fields_for_texts(shape: ObjectSchema | None) -> str:
    names = shape.names() if shape else ()
    if shape and (texts := [name for name in names if shape.fields[name].is_text]):
        return f"the fields that hold texts are: {', '.join(texts)}"
    return f"none of its fields holds a text: {', '.join(names)}" if names else "no field is known"


def _clashes(drafts: Sequence[Draft]) -> list[str]:
    """Return a problem for each draft of a version that another draft already has."""
    first: dict[WriteTarget, Path] = {}
    problems: list[str] = []
    for draft in drafts:
        if not draft.target.key.id:
            continue
        if draft.target in first:
            problems.append(
                f"{draft.raw.path}: is a draft of {draft.target}, and so is"
                f" {first[draft.target]}: publish one of them, or give them different slugs or"
                " locales."
            )
        first.setdefault(draft.target, draft.raw.path)
    return problems
