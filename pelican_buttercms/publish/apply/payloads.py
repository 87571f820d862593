"""How are canonical values spelt on the wire? References as slugs and ids, terms as names.

Source: contract, "Write API".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from pelican_buttercms.api import Write, write_requests
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
"""Gives a term's name, from "categories" or "tags" and its slug; None for one that is new."""


def creation(
    versions: Mapping[WriteTarget, Values],
    names: Names,
    locales: Collection[str] = (),
    *,
    upload_images: bool = False,
) -> Write:
    """Create one item, in the locales of its targets.

    Args:
        versions: everything wanted, by target, each with its status; all targets name one item,
            and all statuses are one.
        names: gives the names of categories and tags.
        locales: the account's locales, as far as they are known.
        upload_images: whether a post's pictures are taken into the media library.

    Raises:
        ValueError: a value cannot be sent, or the versions are not those of one item; so from every
            function here.
    """
    target, values = next(iter(versions.items()))
    if {one.key for one in versions} != {target.key}:
        raise ValueError("one write creates one item")
    status = _one_status(versions.values())
    if target.key.kind == "post":
        if len(versions) > 1:
            raise ValueError("the API cannot write a post in several locales")
        return write_requests.create_post(_post(values, names), upload_images=upload_images)
    fields = {one.locale: _fields(of_locale) for one, of_locale in versions.items()}
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
    """Change some values of one version; its status is always among them."""
    key, status = target.key, _one_status([values])
    if key.kind == "post":
        return write_requests.change_post(key.id, _post(values, names), upload_images=upload_images)
    if wrong := sorted({TITLE, SLUG} & values.keys()):
        raise ValueError(f"the API cannot change the {wrong[0][0]} of {target}")
    fields, locale = _fields(values), target.locale
    if key.kind == "item":
        return write_requests.change_item(
            key.group, int(key.id), fields, status=status, locale=locale, locales=locales
        )
    return write_requests.change_page(
        key.group, key.id, fields, status=status, locale=locale, locales=locales
    )


def deletion(target: WriteTarget) -> Write:
    """Delete an item, in all its locales."""
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
    """Spell a post's values; an author that is unset is left out, since none can be taken away."""
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
    found = unflatten({path: value for path, value in values.items() if path[0] == FIELDS})
    fields: dict[str, Any] = found.get(FIELDS, {})
    return {name: _spelt(value) for name, value in fields.items()}


def _spelt(value: Any) -> Any:
    if isinstance(value, DraftReference):
        raise ValueError(f"{value} has no slug or id yet")  # noqa: TRY004  (no caller's type is wrong)
    if isinstance(value, list):
        return [_spelt(entry) for entry in value]
    if isinstance(value, Mapping):
        return {name: _spelt(entry) for name, entry in value.items()}
    if key := referenced_key(value):
        return int(key.id) if key.kind == "item" else key.id
    return "" if value is None else value
