"""Changes that editors make in the dashboard: at once, and sent to webhooks.

Source: contract, "Webhooks": the API itself cannot unpublish, delete or schedule a page.
"""

from __future__ import annotations

from typing import Any

from pelican_buttercms.emulator import write_posts
from pelican_buttercms.emulator.account import Data, EmulatedAccount, item_id
from pelican_buttercms.emulator.write_context import WriteContext
from pelican_buttercms.errors import AccountError

_STORED = {
    "published": "published",
    "draft": "draft",
    "scheduled": "scheduled",
    "unpublished": "draft",
    "deleted": "",
}


def change(
    context: WriteContext, what: str, status: str, changes: Data, locale: str | None = None
) -> None:
    """Change, publish, schedule, unpublish or delete one item in one locale.

    Raises:
        AccountError: there is no such item, or no such status.
    """
    if status not in _STORED:
        raise AccountError(f"A change is one of {', '.join(_STORED)}, not {status!r}.")
    kind, _, rest = what.partition("/")
    group, _, name = rest.rpartition("/")
    entries, key = _find(context.account, kind, group, name)
    entry, account = entries[key], context.account
    main = account.locale_of(entry) if kind == "post" else account.default_locale
    code = locale or main
    if status == "deleted" and code not in {main, *entry.get("locales", {})}:
        raise AccountError(f"{what} has no version in {code} to delete.")
    if status == "deleted" and kind == "post":
        write_posts.remove(context, entry, code)
        return
    if status == "deleted":
        del (entries if code == main else entry["locales"])[key if code == main else code]
    else:
        own = entry if code == main else entry.setdefault("locales", {}).setdefault(code, {})
        _rewrite(own, status, changes, None if kind == "item" else context.timestamp())
    if kind == "post":
        _post(context, entry, status, code)
    elif kind == "page":
        _page(context, entry, status, None if code == main else code)
    else:
        _item(context, group, entry, status, None if code == main else code)


def _find(
    account: EmulatedAccount, kind: str, group: str, name: str
) -> tuple[dict[Any, Data], Any]:
    places: dict[str, dict[Any, Data]] = {
        "post": account.posts,
        "page": account.pages.get(group, {}),
        "item": account.collections.get(group, {}),
    }
    key = item_id(name) if kind == "item" else name
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
    is_live = entry.get("status", "published") == "published"
    if status in {"draft", "scheduled"} and is_live:
        entry["draft"] = draft | changes | {"status": status, "updated": now}
        return
    entry |= draft | changes | {"status": _STORED[status], "updated": now}
    if status == "published":
        entry["published"] = entry.get("published") or now
        entry.pop("scheduled", None)
    elif status == "unpublished":
        entry["published"] = None


def _post(context: WriteContext, post: Data, status: str, code: str) -> None:
    context.persistence.save_post(post["slug"])
    events = {"unpublished": "delete", "scheduled": "draft"}
    context.webhooks.post(events.get(status, status), post, code)


def _page(context: WriteContext, page: Data, status: str, locale: str | None) -> None:
    if status == "deleted" and locale is None:
        context.persistence.forget_page(page)
    else:
        context.persistence.save_page(page)
    events = {"deleted": "delete", "scheduled": "draft"}
    context.webhooks.page(events.get(status, status), page, locale)


def _item(context: WriteContext, key: str, item: Data, status: str, locale: str | None) -> None:
    context.persistence.save_collection(key)
    events = {"deleted": "delete", "scheduled": "draft", "unpublished": context.behaviour.unpublish}
    context.webhooks.item(events.get(status, status), key, item, locale)
