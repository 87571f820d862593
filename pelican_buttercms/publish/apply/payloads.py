"""Requests of writes: references as slugs and ids, terms as names.

Source: contract, "Write API".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
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
    steps: Sequence[Step],
    names: Names,
    locales: Collection[str] = (),
    *,
    upload_images: bool = False,
) -> Write:
    """Build the write of a step, or the one that creates the items of several steps."""
    if steps[0].action == "delete":
        return deletion(steps[0].target)
    versions = [
        {part.target: {**part.values, STATUS: step.status} for part in step.parts} for step in steps
    ]
    if steps[0].action == "create" and steps[0].target.key.kind == "item":
        return creation_of_items(versions, locales)
    (of_step,) = versions
    build = creation if steps[0].action == "create" else change
    return build(of_step, names, locales, upload_images=upload_images)


def creation(
    versions: Mapping[WriteTarget, Values],
    names: Names,
    locales: Collection[str] = (),
    *,
    upload_images: bool = False,
) -> Write:
    """Build the write that creates one post, or one page in the locales of its targets.

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
    (target, *others), values = versions, next(iter(versions.values()))
    status, fields = _one_item(versions)
    if target.key.kind == "post":
        if others:
            raise ValueError("the API cannot write a post in several locales")
        return write_requests.create_post(_post(values, names), upload_images=upload_images)
    return write_requests.create_page(
        target.key.group,
        values.get(SLUG) or target.key.id,
        values.get(TITLE) or "",
        fields,
        status=status,
        locales=locales,
    )


def creation_of_items(
    items: Sequence[Mapping[WriteTarget, Values]], locales: Collection[str] = ()
) -> Write:
    """Build the write that creates the items of one collection, which have one status."""
    built = [_one_item(versions) for versions in items]
    groups = {target.key.group for versions in items for target in versions}
    if len(groups) != 1 or len({status for status, _ in built}) != 1:
        raise ValueError("one write creates items of one collection, with one status")
    fields = [of_item for _, of_item in built]
    return write_requests.create_items(groups.pop(), fields, status=built[0][0], locales=locales)


def change(
    versions: Mapping[WriteTarget, Values],
    names: Names,
    locales: Collection[str] = (),
    *,
    upload_images: bool = False,
) -> Write:
    """Build the write that changes some values of one item, its status always included.

    The arguments are those of `creation`; a post is changed in one locale.
    """
    status, fields = _one_item(versions)
    for target, values in versions.items():
        key = target.key
        if key.kind == "post":
            sent = _post(values, names)
            return write_requests.change_post(
                key.id, sent, locale=target.locale, upload_images=upload_images
            )
        if fixed := sorted({TITLE, SLUG} & values.keys()):
            raise ValueError(f"the API cannot change the {fixed[0][0]} of {target}")
    if key.kind == "item":
        return write_requests.change_item(
            key.group, int(key.id), fields, status=status, locales=locales
        )
    return write_requests.change_page(key.group, key.id, fields, status=status, locales=locales)


def deletion(target: WriteTarget) -> Write:
    """Build the write that deletes a post, or an item in all its locales."""
    key = target.key
    if key.kind == "post":
        return write_requests.delete_post(key.id, locale=target.locale)
    if key.kind == "item":
        return write_requests.delete_item(key.group, int(key.id))
    raise ValueError(f"the API cannot delete {target}")


def _one_item(versions: Mapping[WriteTarget, Values]) -> tuple[str, dict[str, Any]]:
    """Return the status of all versions, and their fields by locale."""
    if len({target.key for target in versions}) != 1:
        raise ValueError("one write is about one item")
    statuses = {str(values.get(STATUS)) for values in versions.values()}
    if len(statuses) != 1:
        raise ValueError(f"one write has one status, not {' and '.join(sorted(statuses))}")
    fields = {target.locale: _fields(values) for target, values in versions.items()}
    return statuses.pop(), fields


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
