"""Writes to collections. Source: contract, "POST /v2/content/" and what follows it."""

from __future__ import annotations

from typing import Any

from pelican_buttercms.emulator import write_fields as reading
from pelican_buttercms.emulator.account import Data
from pelican_buttercms.emulator.error_responses import not_found
from pelican_buttercms.emulator.write_context import PENDING, SCHEDULED, Editing, kept_schedule

_FLAT = 'This organization has locales: put the fields inside locale codes, as in {{"{}": {{…}}}}.'
_LIMIT = "Cannot create a new Collection Item. Collection Item Limit Reached."


def create(editing: Editing, body: Data, locale: str | None) -> tuple[int, Any]:
    """Accept new items of a collection, several in one call; the answer has no ids."""
    account = editing.account
    problems: dict[str, list[str]] = {}
    key, entries = body.get("key"), body.get("fields")
    known = {*account.collections, *account.schemas.get("collections", {})}
    if isinstance(key, list | dict) or key not in known:
        problems["key"] = ["You must specify the key of a collection that exists."]
    if not isinstance(entries, list) or not entries:
        problems["fields"] = ["You must specify the fields as a list of at least one item."]
        entries = []
    status = editing.status(body, problems)
    schema = reading.schema_of_collection(account, str(key))
    locale = locale or body.get("locale")
    localised = [_by_locale(editing, entry, locale, problems) for entry in entries]
    for versions in localised:
        for values in versions.values():
            problems |= editing.complaints(values, schema, complete=True)
    editing.refuse(problems)
    total = sum(map(len, account.collections.values())) + len(entries)
    editing.refuse_beyond_plan("items", total, _LIMIT, status=400)

    def effect() -> None:
        items = account.collections.setdefault(str(key), {})
        for versions in localised:
            number = account.next_item_id()
            items[number] = {"meta": {"id": number}, "status": "draft"}
            _write(editing, str(key), number, versions, status, keep=False)

    editing.effects.add(effect)
    return PENDING


def change(
    editing: Editing, key: str, number: str, body: Data, locale: str | None, *, replace: bool
) -> tuple[int, Any]:
    """Accept a change: PUT replaces the whole item, PATCH some fields. Items have no versions."""
    item_id = _find(editing, key, number)
    problems: dict[str, list[str]] = {}
    status = editing.new_status(body, problems, "draft")
    locale = locale or body.get("locale")
    versions = _by_locale(editing, body.get("fields", {}), locale, problems)
    schema = reading.schema_of_collection(editing.account, key)
    for values in versions.values():
        problems |= editing.complaints(values, schema, complete=replace)
    editing.refuse(problems)
    editing.effects.add(lambda: _write(editing, key, item_id, versions, status, keep=not replace))
    return PENDING


def delete(editing: Editing, key: str, number: str) -> tuple[int, Any]:
    """Accept the deletion of an item; references to it are left as they are."""
    item_id = _find(editing, key, number)

    def effect() -> None:
        item = editing.account.collections[key].pop(item_id, None)
        if item is not None:
            editing.account.last_item_id = max(editing.account.last_item_id, item_id)
            editing.persistence.save_collection(key)
            editing.webhooks.item("delete", key, item, None)

    editing.effects.add(effect)
    return 204, None


def _find(editing: Editing, key: str, number: str) -> int:
    item_id = int(number) if number.isdecimal() and len(number) <= 50 else -1
    if item_id not in editing.account.collections.get(key, {}):
        raise not_found()
    return item_id


def _by_locale(
    editing: Editing, fields: Any, locale: str | None, problems: dict[str, list[str]]
) -> dict[str, Data]:
    locale = editing.locale(locale)
    account = editing.account
    if not isinstance(fields, dict):
        problems["fields"] = ["You must specify the fields of an item as an object."]
        return {}
    refuses = account.is_multilingual and editing.behaviour.flat_items == "refuse"
    if refuses and fields and not reading.is_by_locale(account, fields):
        problems["fields"] = [_FLAT.format(account.default_locale)]
        return {}
    return reading.by_locale(editing.account, fields, locale)


def _write(
    editing: Editing, key: str, number: int, versions: dict[str, Data], status: str, *, keep: bool
) -> None:
    item = editing.account.collections[key].get(number)
    if item is None:
        return  # deleted since
    schema = reading.schema_of_collection(editing.account, key)
    for code, values in versions.items():
        fields = editing.stored(values, schema)
        default = code == editing.account.default_locale
        own = item if default else item.setdefault("locales", {}).setdefault(code, {})
        before = own.get("status", "published" if default else "draft")
        status = kept_schedule(before, status)
        if not keep:
            kept = ("meta", "status", "scheduled", "locales")
            for name in [name for name in own if name not in kept]:
                del own[name]
        own |= reading.merged({n: v for n, v in own.items() if n in fields}, fields)
        own["status"] = status
        withdrawn = before == "published" and status == "draft"
        event = editing.behaviour.unpublish if withdrawn else status
        event = "draft" if event == SCHEDULED else event
        editing.webhooks.item(event, key, item, None if default else code)
    editing.persistence.save_collection(key)
