"""Writes to collections. Source: contract, "POST /v2/content/" and after it."""

from __future__ import annotations

from typing import Any

from pelican_buttercms.emulator import write_fields as reading
from pelican_buttercms.emulator.account import Data, item_id
from pelican_buttercms.emulator.error_responses import not_found
from pelican_buttercms.emulator.write_context import PENDING, SCHEDULED, WriteContext, kept_schedule

_FLAT = 'This organization has locales: put the fields inside locale codes, as in {{"{}": {{…}}}}.'
_LIMIT = "Cannot create a new Collection Item. Collection Item Limit Reached."


def create(context: WriteContext, body: Data, locale: str | None) -> tuple[int, Any]:
    """Accept new items of a collection, several in one call; the answer has no ids."""
    account = context.account
    problems: dict[str, list[str]] = {}
    key, entries = body.get("key"), body.get("fields")
    known = {*account.collections, *account.schemas.get("collections", {})}
    if isinstance(key, list | dict) or key not in known:
        problems["key"] = ["You must specify the key of a collection that exists."]
    if not isinstance(entries, list) or not entries:
        problems["fields"] = ["You must specify the fields as a list of at least one item."]
        entries = []
    status = context.status(body, problems)
    schema = reading.schema_of_collection(account, str(key))
    locale = locale or body.get("locale")
    localised = [_by_locale(context, entry, locale, problems) for entry in entries]
    for versions in localised:
        for values in versions.values():
            problems |= context.find_problems(values, schema, complete=True)
    context.refuse(problems)
    total = sum(map(len, account.collections.values())) + len(entries)
    context.refuse_beyond_plan("items", total, _LIMIT, status=400)

    def effect() -> None:
        items = account.collections.setdefault(str(key), {})
        skipped = 2 if context.behaviour.new_items == "half" and len(localised) > 1 else 1
        for versions in localised[::skipped]:
            number = account.next_item_id()
            items[number] = {"meta": {"id": number}, "status": "draft"}
            _write(context, str(key), number, versions, status, keep=False)

    context.effects.add(effect)
    return PENDING


def change(
    context: WriteContext, key: str, number: str, body: Data, locale: str | None, *, replace: bool
) -> tuple[int, Any]:
    """Accept a change: PUT replaces the whole item, PATCH some fields. Items have no versions."""
    found = _find(context, key, number)
    problems: dict[str, list[str]] = {}
    status = context.new_status(body, problems, "draft")
    locale = locale or body.get("locale")
    versions = _by_locale(context, body.get("fields", {}), locale, problems)
    schema = reading.schema_of_collection(context.account, key)
    for values in versions.values():
        problems |= context.find_problems(values, schema, complete=replace)
    context.refuse(problems)
    context.effects.add(lambda: _write(context, key, found, versions, status, keep=not replace))
    return PENDING


def delete(context: WriteContext, key: str, number: str) -> tuple[int, Any]:
    """Accept the deletion of an item; references to it stay."""
    found = _find(context, key, number)

    def effect() -> None:
        item = context.account.collections[key].pop(found, None)
        if item is not None:
            context.account.last_item_id = max(context.account.last_item_id, found)
            context.persistence.save_collection(key)
            context.webhooks.item("delete", key, item, None)

    context.effects.add(effect)
    return 204, None


def _find(context: WriteContext, key: str, number: str) -> int:
    if context.account.find_item(key, number) is None:
        raise not_found()
    return item_id(number)


def _by_locale(
    context: WriteContext, fields: Any, locale: str | None, problems: dict[str, list[str]]
) -> dict[str, Data]:
    locale = context.locale(locale)
    account = context.account
    if not isinstance(fields, dict):
        problems["fields"] = ["You must specify the fields of an item as an object."]
        return {}
    refuses = account.is_multilingual and context.behaviour.flat_items == "refuse"
    if refuses and fields and not reading.is_by_locale(account, fields):
        problems["fields"] = [_FLAT.format(account.default_locale)]
        return {}
    return reading.by_locale(context.account, fields, locale)


def _write(
    context: WriteContext,
    key: str,
    number: int,
    versions: dict[str, Data],
    status: str,
    *,
    keep: bool,
) -> None:
    item = context.account.collections[key].get(number)
    if item is None:
        return  # deleted since
    schema = reading.schema_of_collection(context.account, key)
    for code, values in versions.items():
        fields = context.stored(values, schema)
        default = code == context.account.default_locale
        own = item if default else item.setdefault("locales", {}).setdefault(code, {})
        before = own.get("status", "published" if default else "draft")
        own_status = kept_schedule(before, status)
        if not keep:
            kept = ("meta", "status", "scheduled", "locales")
            for name in [name for name in own if name not in kept]:
                del own[name]
        own |= reading.merged({n: v for n, v in own.items() if n in fields}, fields)
        own["status"] = own_status
        withdrawn = before == "published" and own_status == "draft"
        event = context.behaviour.unpublish if withdrawn else own_status
        event = "draft" if event == SCHEDULED else event
        context.webhooks.item(event, key, item, None if default else code)
    context.persistence.save_collection(key)
