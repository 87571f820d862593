"""What becomes of writes to posts? Source: contract, "POST /v2/posts/" and what follows it."""

from __future__ import annotations

from typing import Any

from pelican_buttercms.emulator.account import Data
from pelican_buttercms.emulator.editing import PENDING, Editing, slugify, text_of
from pelican_buttercms.emulator.failures import not_found

_TEXTS = (
    "title",
    "body",
    "summary",
    "seo_title",
    "meta_description",
    "featured_image",
    "featured_image_alt",
)
_SCHEDULING = ("scheduled", "schedule", "publish_at")


def create(editing: Editing, body: Data) -> tuple[int, Any]:
    """Accept a new post."""
    problems: dict[str, list[str]] = {}
    text_of(body, "title", problems, "You must specify a post title.")
    slug = text_of(body, "slug", problems, "You must specify a post slug.")
    if slug in editing.account.posts:
        problems["slug"] = ["A post with this slug already exists."]
    status = editing.status(body, problems)
    for name in _SCHEDULING:
        if name in body:
            problems[name] = ["Posts cannot be scheduled with the API."]
    author = _author(editing, body, problems)
    editing.refuse(problems)
    total = len(editing.account.posts) + 1
    editing.refuse_beyond_plan("posts", total, "Post creation limit is over")

    def effect() -> None:
        now = editing.timestamp()
        published = now if status == "published" else None
        post: Data = {"slug": slug, "created": now, "published": published, "author": author}
        editing.account.posts[slug] = post | {"categories": [], "tags": []}
        _apply(editing, slug, body, status)

    editing.effects.add(effect)
    return PENDING


def change(editing: Editing, slug: str, body: Data) -> tuple[int, Any]:
    """Accept a change of some of a post's fields; the slug may change, too."""
    post = editing.account.posts.get(slug)
    if post is None:
        raise not_found()
    problems: dict[str, list[str]] = {}
    status = editing.status(body, problems, default=post.get("status", "published"))
    new_slug = body.get("slug", slug)
    if new_slug != slug and (not new_slug or new_slug in editing.account.posts):
        problems["slug"] = ["A post with this slug already exists."]
    if "author" in body:
        _author(editing, body, problems)
    if "status" not in body:
        problems.pop("status", None)  # a scheduled post stays one
    editing.refuse(problems)

    def effect() -> None:
        stored = editing.account.posts.pop(slug)
        stored["slug"] = new_slug
        editing.account.posts[new_slug] = stored
        if new_slug != slug:
            editing.persistence.forget_post(slug)
        if "author" in body:
            stored["author"] = _author(editing, body, {})
        if status == "published" and not stored.get("published"):
            stored["published"] = editing.timestamp()
        _apply(editing, new_slug, body, status)

    editing.effects.add(effect)
    warnings = [
        f"{name} was ignored: scheduling is not possible." for name in _SCHEDULING if name in body
    ]
    return 202, {"status": "pending"} | ({"warnings": warnings} if warnings else {})


def delete(editing: Editing, slug: str) -> tuple[int, Any]:
    """Accept the deletion of a post."""
    if slug not in editing.account.posts:
        raise not_found()

    def effect() -> None:
        if editing.account.posts.pop(slug, None) is not None:
            editing.persistence.forget_post(slug)
            editing.webhooks.post("delete", slug)

    editing.effects.add(effect)
    return 204, None


def _apply(editing: Editing, slug: str, body: Data, status: str) -> None:
    post = editing.account.posts[slug]
    post |= {name: body[name] for name in _TEXTS if name in body}
    for plural in ("categories", "tags"):
        if plural in body:
            post[plural] = [_term(editing, plural, str(name)) for name in body[plural]]
    post |= {"status": status, "updated": editing.timestamp()}
    editing.persistence.save_post(slug)
    editing.webhooks.post("published" if status == "published" else "draft", slug)


def _term(editing: Editing, plural: str, name: str) -> str:
    """Find a category or tag by its name or slug, or make it."""
    known = editing.account.profiles[plural]
    for slug, entry in known.items():
        if name in {slug, entry.get("name")}:
            return slug
    slug = slugify(name)
    known[slug] = {"name": name, "slug": slug}
    editing.persistence.save_profiles(plural)
    return slug


def _author(editing: Editing, body: Data, problems: dict[str, list[str]]) -> str | None:
    """Find the author by e-mail or slug; without one it is the organisation's first."""
    authors = editing.account.profiles["authors"]
    wanted = body.get("author")
    if wanted is None:
        return next(iter(authors), None)
    for slug, author in authors.items():
        if isinstance(wanted, dict) and (
            wanted.get("slug") == slug or (wanted.get("email") or "?") == author.get("email")
        ):
            return slug
    problems["author"] = ["There is no such author: give the email or the slug of one."]
    return None
