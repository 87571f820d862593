"""Writes to posts. Source: contract, "POST /v2/posts/" and what follows it, and section 15."""

from __future__ import annotations

from typing import Any

from pelican_buttercms.emulator import post_values
from pelican_buttercms.emulator.account import Account, Data
from pelican_buttercms.emulator.error_responses import not_found
from pelican_buttercms.emulator.write_context import PENDING, Editing, kept_schedule, text_of

_SCHEDULING = ("scheduled", "schedule", "publish_at")


def create(editing: Editing, body: Data, locale: str | None) -> tuple[int, Any]:
    """Accept a new post."""
    problems: dict[str, list[str]] = {}
    text_of(body, "title", problems, "You must specify a post title.")
    slug = text_of(body, "slug", problems, "You must specify a post slug.")
    if editing.account.find_post(slug):
        problems["slug"] = [post_values.TAKEN]
    status = editing.status(body, problems)
    for name in _given(body):
        problems[name] = ["Posts cannot be scheduled with the API."]
    author = post_values.author(editing, body, problems)
    post_values.check(editing, body, problems)
    code = _locale(editing, locale) or editing.account.default_locale
    editing.refuse(problems)
    total = len(editing.account.posts) + 1
    editing.refuse_beyond_plan("posts", total, "Post creation limit is over")

    def effect() -> None:
        if editing.account.find_post(slug):
            return  # another took the slug since: this one fails in silence
        now = editing.timestamp()
        post: Data = {"slug": slug, "author": author, "categories": [], "tags": []}
        post |= {"status": "draft", "created": now}
        post["published"] = now if status == "published" else None
        if code != editing.account.default_locale:
            post["locale"] = code
        editing.account.posts[slug] = post
        _apply(editing, post, code, body, status)

    editing.effects.add(effect)
    return PENDING


def change(editing: Editing, slug: str, body: Data, locale: str | None) -> tuple[int, Any]:
    """Accept a change of some values of a post; its slug may change, too.

    The slug leads to a group of translations. `locale` chooses one of them, and creates it where
    there is none; without it the slug's own is changed.
    """
    group, code = _find(editing, slug, locale)
    own = _own(editing.account, group, code)
    status, new_slug = _check_change(editing, group, code, body)

    def effect() -> None:
        account = editing.account
        lost = account.posts.get(group["slug"]) is not group  # deleted since
        removed = own is not None and _own(account, group, code) is not own
        if lost or removed or (new_slug and _taken(account, new_slug, group, code)):
            return  # or another took the slug: it fails in silence
        version = _own(account, group, code)
        if version is None:
            version = {"slug": _free_slug(account, f"{group['slug']}-{code.lower()}")}
            version |= {"status": "draft", "published": None, "created": editing.timestamp()}
            group.setdefault("locales", {})[code] = version
        version |= version.pop("draft", {})
        if new_slug and new_slug != version.get("slug", group["slug"]):
            _rename(editing, group, version, new_slug)
        if body.get("author") is not None:
            version["author"] = post_values.author(editing, body, {})
        _apply(editing, group, code, body, status)

    editing.effects.add(effect)
    warnings = [f"{name} was ignored: scheduling is not possible." for name in _given(body)]
    return 202, {"status": "pending"} | ({"warnings": warnings} if warnings else {})


def delete(editing: Editing, slug: str, locale: str | None) -> tuple[int, Any]:
    """Accept the deletion of one post of a group of translations."""
    group, code = _find(editing, slug, locale)
    own = _own(editing.account, group, code)
    if own is None:
        raise not_found()

    def effect() -> None:
        is_there = editing.account.posts.get(group["slug"]) is group
        if is_there and _own(editing.account, group, code) is own:
            remove(editing, group, code)

    editing.effects.add(effect)
    return 204, None


def remove(editing: Editing, group: Data, code: str) -> None:
    """Take one post out of its group; the others stay, and one of them leads the group."""
    account = editing.account
    before = {**group, "locales": dict(group.get("locales", {}))}
    others = group.get("locales", {})
    if code != account.locale_of(group):
        del others[code]
        editing.persistence.save_post(group["slug"])
    else:
        del account.posts[group["slug"]]
        editing.persistence.forget_post(group["slug"])
        if others and editing.behaviour.post_locales != "ignored":
            _promote(editing, group, others)
    editing.webhooks.post("delete", before, code)


def _promote(editing: Editing, group: Data, others: dict[str, Data]) -> None:
    """Let the first translation lead the group, with what it took from the one that is gone."""
    common = {n: v for n, v in group.items() if n not in {"draft", "locales", "locale"}}
    (code, first), *rest = ((code, common | own) for code, own in others.items())
    post = first | {"locale": code} | ({"locales": dict(rest)} if rest else {})
    editing.account.posts[post["slug"]] = post
    editing.persistence.save_post(post["slug"])


def _given(body: Data) -> list[str]:
    """Return the scheduling parameters of a write; null, which reads give, is none."""
    return [name for name in _SCHEDULING if body.get(name) is not None]


def _locale(editing: Editing, locale: str | None) -> str | None:
    ignored = editing.behaviour.post_locales == "ignored"
    return None if ignored else editing.locale(locale)


def _find(editing: Editing, slug: str, locale: str | None) -> tuple[Data, str]:
    """Return the group that a slug leads to, and the locale that a write is for."""
    found = editing.account.find_post(slug)
    wanted = _locale(editing, locale)
    if found is None:
        raise not_found()
    return found[0], wanted or found[1]


def _own(account: Account, group: Data, code: str) -> Data | None:
    """Return one version of a group as it is stored."""
    return group if code == account.locale_of(group) else group.get("locales", {}).get(code)


def _taken(account: Account, slug: str, group: Data, code: str) -> bool:
    """Return whether another post, or another translation of this one, has a slug."""
    found = account.find_post(slug)
    if found is None or (found[0] is group and found[1] == code):
        return False
    own = _own(account, group, code)
    shared = found[0] is group and own is not None and "slug" not in own
    return not shared  # a translation without a slug of its own has the group's


def _free_slug(account: Account, wanted: str) -> str:
    slug, number = wanted, 2
    while account.find_post(slug):
        slug, number = f"{wanted}-{number}", number + 1
    return slug


def _rename(editing: Editing, group: Data, version: Data, slug: str) -> None:
    if version is group:
        group.setdefault("_id", editing.webhooks.number(group["slug"]))
        del editing.account.posts[group["slug"]]
        editing.persistence.forget_post(group["slug"])
        editing.account.posts[slug] = group
    version["slug"] = slug


def _check_change(editing: Editing, group: Data, code: str, body: Data) -> tuple[str, str | None]:
    """Refuse a change that is wrong; return the status and the slug that it asks for."""
    problems: dict[str, list[str]] = {}
    own = _own(editing.account, group, code)
    inherited = group.get("status", "published")
    before = "draft" if own is None else str(own.get("status", inherited))
    status = kept_schedule(before, editing.new_status(body, problems, before))
    for name in {"title", "slug"} & body.keys():
        text_of(body, name, problems, f"You must specify a post {name}.")
    new_slug = str(body["slug"]) if "slug" in body and "slug" not in problems else None
    if new_slug and _taken(editing.account, new_slug, group, code):
        problems["slug"] = [post_values.TAKEN]
    if body.get("author") is not None:
        post_values.author(editing, body, problems)
    post_values.check(editing, body, problems)
    editing.refuse(problems)
    return status, new_slug


def _apply(editing: Editing, group: Data, code: str, body: Data, status: str) -> None:
    own = _own(editing.account, group, code)
    if own is None:
        raise LookupError(f"{group['slug']} has no version in {code}")
    was_live = own.get("status", group.get("status", "published")) == "published"
    own |= post_values.texts(editing, body)
    own |= post_values.terms(editing, body)
    own |= {"status": status, "updated": editing.timestamp()}
    if status == "published":
        if not own.get("published", group.get("published")):
            own["published"] = editing.timestamp()
        own.pop("scheduled", None)
    editing.persistence.save_post(group["slug"])
    event = "delete" if was_live else "draft"  # what is unpublished is sent as deleted
    editing.webhooks.post("published" if status == "published" else event, group, code)
