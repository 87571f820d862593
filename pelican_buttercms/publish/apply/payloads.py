"""Requests of writes: references as slugs and ids, terms as names.

Source: contract, "Write API".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from pelican_buttercms.api import Write, write_requests
from pelican_buttercms.publish.plan.plan import Step
from pelican_buttercms.publish.resolved_draft import DraftReference
from pelican_buttercms.publish.write_model import (
    FIELDS,
    POST_TERMS,
    SLUG,
    STATUS,
    TITLE,
    Values,
    WriteTarget,
    referenced_key,
    unflatten,
)

Names = Callable[[str, str], str | None]
"""Returns a term's name by "categories" or "tags" and its slug; None for a new term."""


def build_write(
    step: Step, names: Names, locales: Collection[str] = (), *, upload_images: bool = False
) -> Write:
    """Build the write of a step."""
    if step.action == "delete":
        return deletion(step.target)
    versions = {part.target: {**part.values, STATUS: step.status} for part in step.parts}
    if step.action == "create":
        return creation(versions, names, locales, upload_images=upload_images)
    values = versions[step.target]
    return change(step.target, values, names, locales, upload_images=upload_images)


def creation(
    versions: Mapping[WriteTarget, Values],
    names: Names,
    locales: Collection[str] = (),
    *,
    upload_images: bool = False,
) -> Write:
    """Build the write that creates one item, in the locales of its targets.

    Args:
        versions: the values by target, each with its status; all targets are of one item, and all
            have one status.
        names: returns the names of categories and tags.
        locales: the known locales of the account.
        upload_images: whether a post's pictures are copied into the media library.

    Raises:
        ValueError: a value cannot be sent, or the versions are not of one item. Every function here
            raises it.
    """
    target, values = next(iter(versions.items()))
    if {version.key for version in versions} != {target.key}:
        raise ValueError("one write creates one item")
    status = _one_status(versions.values())
    if target.key.kind == "post":
        if len(versions) > 1:
            raise ValueError("the API cannot write a post in several locales")
        return write_requests.create_post(_post(values, names), upload_images=upload_images)
    fields = {t.locale: _fields(of_locale) for t, of_locale in versions.items()}
    if target.key.kind == "item":
        return write_requests.create_item(target.key.group, fields, status=status, locales=locales)
    return write_requests.create_page(
        target.key.group,
        values.get(SLUG) or target.key.id,
        values.get(TITLE) or "",
        fields,
        status=status,
        locales=locales,
    )


def change(
    target: WriteTarget,
    values: Values,
    names: Names,
    locales: Collection[str] = (),
    *,
    upload_images: bool = False,
) -> Write:
    """Build the write that changes some values of one version, its status always included."""
    key, status = target.key, _one_status([values])
    if key.kind == "post":
        return write_requests.change_post(key.id, _post(values, names), upload_images=upload_images)
    if fixed := sorted({TITLE, SLUG} & values.keys()):
        raise ValueError(f"the API cannot change the {fixed[0][0]} of {target}")
    fields, locale = _fields(values), target.locale
    if key.kind == "item":
        return write_requests.change_item(
            key.group, int(key.id), fields, status=status, locale=locale, locales=locales
        )
    return write_requests.change_page(
        key.group, key.id, fields, status=status, locale=locale, locales=locales
    )


def deletion(target: WriteTarget) -> Write:
    """Build the write that deletes an item in all its locales."""
    key = target.key
    if key.kind == "post":
        return write_requests.delete_post(key.id)
    if key.kind == "item":
        return write_requests.delete_item(key.group, int(key.id))
    raise ValueError(f"the API cannot delete {target}")


def _one_status(versions: Iterable[Values]) -> str:
    statuses = {str(values.get(STATUS)) for values in versions}
    if len(statuses) != 1:
        raise ValueError(f"one write has one status, not {' and '.join(sorted(statuses))}")
    return statuses.pop()


def _post(values: Values, names: Names) -> dict[str, Any]:
    """Return a post's values for the API, without an unset author: the API cannot remove one."""
    sent: dict[str, Any] = {}
    for (name, *_), value in values.items():
        if name in POST_TERMS:
            sent[name] = [names(name, term) or term for term in value]
        elif name == "author":
            sent |= {"author": {"slug": value}} if value else {}
        else:
            sent[name] = value
    return sent


def _fields(values: Values) -> dict[str, Any]:
    of_fields = {path: value for path, value in values.items() if path[0] == FIELDS}
    fields: dict[str, Any] = unflatten(of_fields).get(FIELDS, {})
    return {name: _to_api(value) for name, value in fields.items()}


def _to_api(value: Any) -> Any:
    if isinstance(value, DraftReference):
        raise ValueError(f"{value} has no slug or id yet")  # noqa: TRY004  (no caller's type is wrong)
    if isinstance(value, list):
        return [_to_api(entry) for entry in value]
    if isinstance(value, Mapping):
        return {name: _to_api(entry) for name, entry in value.items()}
    if key := referenced_key(value):
        return int(key.id) if key.kind == "item" else key.id
    return "" if value is None else value
