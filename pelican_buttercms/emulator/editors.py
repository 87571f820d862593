"""What do editors do in the dashboard that the API does not tell of? Changes made at once.

Source: contract, "Webhooks": the API itself cannot unpublish or delete a page.
"""

from __future__ import annotations

from typing import Any

from pelican_buttercms.emulator.account import Account, Data
from pelican_buttercms.emulator.editing import Editing
from pelican_buttercms.errors import AccountError

_STORED = {"published": "published", "draft": "draft", "unpublished": "draft", "deleted": ""}


def change(editing: Editing, what: str, status: str, changes: Data) -> None:
    """Change, publish, unpublish or delete one item, save it and tell the webhooks.

    Raises:
        AccountError: there is no such item, or no such status.
    """
    if status not in _STORED:
        raise AccountError(f"A change is one of {', '.join(_STORED)}, not {status!r}.")
    kind, _, rest = what.partition("/")
    group, _, name = rest.rpartition("/")
    entries, key = _find(editing.account, kind, group, name)
    entry = entries[key]
    if status == "deleted":
        del entries[key]
    else:
        _rewrite(entry, status, changes, None if kind == "item" else editing.timestamp())
    {"post": _post, "page": _page, "item": _item}[kind](editing, group, entry, status)


def _find(account: Account, kind: str, group: str, name: str) -> tuple[dict[Any, Data], Any]:
    places: dict[str, dict[Any, Data]] = {
        "post": account.posts,
        "page": account.pages.get(group, {}),
        "item": account.collections.get(group, {}),
    }
    key = int(name) if kind == "item" and name.isdecimal() else name
    if key not in places.get(kind, {}):
        raise AccountError(
            f"The account has no {kind}/{group + '/' if group else ''}{name} to change."
        )
    return places[kind], key


def _rewrite(entry: Data, status: str, changes: Data, now: str | None) -> None:
    if now is None:  # items have neither dates nor versions
        entry |= changes | {"status": _STORED[status]}
        return
    draft = entry.pop("draft", {})
    if status == "draft" and entry.get("status", "published") == "published":
        entry["draft"] = draft | changes | {"status": "draft", "updated": now}
        return
    entry |= draft | changes | {"status": _STORED[status], "updated": now}
    if status == "published":
        entry["published"] = entry.get("published") or now
    elif status == "unpublished":
        entry["published"] = None


def _post(editing: Editing, _: str, post: Data, status: str) -> None:
    if status == "deleted":
        editing.persistence.forget_post(post["slug"])
    else:
        editing.persistence.save_post(post["slug"])
    event = "delete" if status in {"deleted", "unpublished"} else status
    editing.webhooks.post(event, post)


def _page(editing: Editing, _: str, page: Data, status: str) -> None:
    if status == "deleted":
        editing.persistence.forget_page(page)
    else:
        editing.persistence.save_page(page)
    editing.webhooks.page("delete" if status == "deleted" else status, page, None)


def _item(editing: Editing, key: str, item: Data, status: str) -> None:
    editing.persistence.save_collection(key)
    events = {"deleted": "delete", "unpublished": editing.behaviour.unpublish}
    editing.webhooks.item(events.get(status, status), key, item, None)
