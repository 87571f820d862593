"""Writes to posts. Source: contract, "POST /v2/posts/" and after it, and section 15."""

from __future__ import annotations

from typing import Any

from pelican_buttercms.emulator import post_values
from pelican_buttercms.emulator.account import Data, EmulatedAccount
from pelican_buttercms.emulator.error_responses import not_found
from pelican_buttercms.emulator.write_context import PENDING, WriteContext, kept_schedule, text_of

_SCHEDULING = ("scheduled", "schedule", "publish_at")


def create(context: WriteContext, body: Data, locale: str | None) -> tuple[int, Any]:
    """Accept a new post."""
    problems: dict[str, list[str]] = {}
    text_of(body, "title", problems, "You must specify a post title.")
    slug = text_of(body, "slug", problems, "You must specify a post slug.")
    if context.account.find_post(slug):
        problems["slug"] = [post_values.TAKEN]
    status = context.status(body, problems)
    for name in _scheduling(body):
        problems[name] = ["Posts cannot be scheduled with the API."]
    author = post_values.author(context, body, problems)
    post_values.check(context, body, problems)
    code = _locale(context, locale) or context.account.default_locale
    context.refuse(problems)
    total = len(context.account.posts) + 1
    context.refuse_beyond_plan("posts", total, "Post creation limit is over")

    def effect() -> None:
        if context.account.find_post(slug):
            return  # another write took the slug: this one fails silently
        now = context.timestamp()
        post: Data = {"slug": slug, "author": author, "categories": [], "tags": []}
        post |= {"status": "draft", "created": now}
        post["published"] = now if status == "published" else None
        if code != context.account.default_locale:
            post["locale"] = code
        context.account.posts[slug] = post
        _apply(context, post, code, body, status)

    context.effects.add(effect)
    return PENDING


def change(context: WriteContext, slug: str, body: Data, locale: str | None) -> tuple[int, Any]:
    """Accept a change of some values of a post, also of its slug.

    The slug identifies a group of translations. `locale` chooses one of them, or creates it;
    the default is the slug's own locale.
    """
    group, code = _find(context, slug, locale)
    own = _own(context.account, group, code)
    status, new_slug = _check_change(context, group, code, body)

    def effect() -> None:
        account = context.account
        lost = account.posts.get(group["slug"]) is not group  # deleted since
        removed = own is not None and _own(account, group, code) is not own
        if lost or removed or (new_slug and _taken(account, new_slug, group, code)):
            return  # or another write took the slug: this one fails silently
        version = _own(account, group, code)
        if version is None:
            version = {"slug": _free_slug(account, f"{group['slug']}-{code.lower()}")}
            version |= {"status": "draft", "published": None, "created": context.timestamp()}
            group.setdefault("locales", {})[code] = version
        version |= version.pop("draft", {})
        if new_slug and new_slug != version.get("slug", group["slug"]):
            _rename(context, group, version, new_slug)
        if body.get("author") is not None:
            version["author"] = post_values.author(context, body, {})
        _apply(context, group, code, body, status)

    context.effects.add(effect)
    warnings = [f"{name} was ignored: scheduling is not possible." for name in _scheduling(body)]
    return 202, {"status": "pending"} | ({"warnings": warnings} if warnings else {})


def delete(context: WriteContext, slug: str, locale: str | None) -> tuple[int, Any]:
    """Accept the deletion of one post of a group of translations."""
    group, code = _find(context, slug, locale)
    own = _own(context.account, group, code)
    if own is None:
        raise not_found()

    def effect() -> None:
        is_there = context.account.posts.get(group["slug"]) is group
        if is_there and _own(context.account, group, code) is own:
            remove(context, group, code)

    context.effects.add(effect)
    return 204, None


def remove(context: WriteContext, group: Data, code: str) -> None:
    """Remove one post from its group; another one becomes the main post of the group."""
    account = context.account
    before = {**group, "locales": dict(group.get("locales", {}))}
    others = group.get("locales", {})
    if code != account.locale_of(group):
        del others[code]
        context.persistence.save_post(group["slug"])
    else:
        del account.posts[group["slug"]]
        context.persistence.forget_post(group["slug"])
        if others and context.behaviour.post_locales != "ignored":
            _promote(context, group, others)
    context.webhooks.post("delete", before, code)


def _promote(context: WriteContext, group: Data, others: dict[str, Data]) -> None:
    """Make the first translation the main post, with the values it had from the removed one."""
    common = {n: v for n, v in group.items() if n not in {"draft", "locales", "locale"}}
    (code, first), *rest = ((code, common | own) for code, own in others.items())
    post = first | {"locale": code} | ({"locales": dict(rest)} if rest else {})
    context.account.posts[post["slug"]] = post
    context.persistence.save_post(post["slug"])


def _scheduling(body: Data) -> list[str]:
    """Return the scheduling parameters of a write; null, which reads have, is none."""
    return [name for name in _SCHEDULING if body.get(name) is not None]


def _locale(context: WriteContext, locale: str | None) -> str | None:
    ignored = context.behaviour.post_locales == "ignored"
    return None if ignored else context.locale(locale)


def _find(context: WriteContext, slug: str, locale: str | None) -> tuple[Data, str]:
    """Return the group of a slug, and the locale of a write."""
    wanted, post = _locale(context, locale), context.account.find_post(slug)
    if post is None:
        raise not_found()
    group, own_locale = post
    return group, wanted or own_locale


def _own(account: EmulatedAccount, group: Data, code: str) -> Data | None:
    """Return the stored version of a group in a locale."""
    return group if code == account.locale_of(group) else group.get("locales", {}).get(code)


def _taken(account: EmulatedAccount, slug: str, group: Data, code: str) -> bool:
    """Return whether another post, or another translation of this one, has a slug."""
    found = account.find_post(slug)
    if found is None or (found[0] is group and found[1] == code):
        return False
    own = _own(account, group, code)
    shared = found[0] is group and own is not None and "slug" not in own
    return not shared  # a translation without a slug of its own has the group's


def _free_slug(account: EmulatedAccount, wanted: str) -> str:
    slug, number = wanted, 2
    while account.find_post(slug):
        slug, number = f"{wanted}-{number}", number + 1
    return slug


def _rename(context: WriteContext, group: Data, version: Data, slug: str) -> None:
    if version is group:
        group.setdefault("_id", context.webhooks.number(group["slug"]))
        del context.account.posts[group["slug"]]
        context.persistence.forget_post(group["slug"])
        context.account.posts[slug] = group
    version["slug"] = slug


def _check_change(
    context: WriteContext, group: Data, code: str, body: Data
) -> tuple[str, str | None]:
    """Return the status and the new slug of a change; raises if the change is wrong."""
    problems: dict[str, list[str]] = {}
    own = _own(context.account, group, code)
    inherited = group.get("status", "published")
    before = "draft" if own is None else str(own.get("status", inherited))
    status = kept_schedule(before, context.new_status(body, problems, before))
    for name in {"title", "slug"} & body.keys():
        text_of(body, name, problems, f"You must specify a post {name}.")
    new_slug = str(body["slug"]) if "slug" in body and "slug" not in problems else None
    if new_slug and _taken(context.account, new_slug, group, code):
        problems["slug"] = [post_values.TAKEN]
    if body.get("author") is not None:
        post_values.author(context, body, problems)
    post_values.check(context, body, problems)
    context.refuse(problems)
    return status, new_slug


def _apply(context: WriteContext, group: Data, code: str, body: Data, status: str) -> None:
    own = _own(context.account, group, code)
    if own is None:
        raise LookupError(f"{group['slug']} has no version in {code}")
    was_live = own.get("status", group.get("status", "published")) == "published"
    own |= post_values.texts(context, body)
    own |= post_values.terms(context, body)
    own |= {"status": status, "updated": context.timestamp()}
    if status == "published":
        if not own.get("published", group.get("published")):
            own["published"] = context.timestamp()
        own.pop("scheduled", None)
    context.persistence.save_post(group["slug"])
    event = "delete" if was_live else "draft"  # what is unpublished is sent as deleted
    context.webhooks.post("published" if status == "published" else event, group, code)
