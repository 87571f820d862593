"""What becomes of writes to posts? Source: contract, "POST /v2/posts/" and what follows it."""

from __future__ import annotations

from typing import Any

from pelican_buttercms.emulator.account import Data
from pelican_buttercms.emulator.editing import PENDING, Editing, check_slug, slugify, text_of
from pelican_buttercms.emulator.failures import not_found

_TEXTS = (
    *("title", "body", "summary", "seo_title", "meta_description"),
    *("featured_image", "featured_image_alt"),
)
_TERMS = ("categories", "tags")
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
    _check(editing, body, problems)
    editing.refuse(problems)
    total = len(editing.account.posts) + 1
    editing.refuse_beyond_plan("posts", total, "Post creation limit is over")

    def effect() -> None:
        if slug in editing.account.posts:
            return  # another took the slug since: this one fails in silence
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
    status, new_slug = _check_change(editing, slug, body, post.get("status", "published"))

    def effect() -> None:
        posts = editing.account.posts
        if slug not in posts or (new_slug != slug and new_slug in posts):
            return  # deleted or renamed since, or another took the slug: it fails in silence
        stored = posts.pop(slug)
        posts[new_slug] = stored | stored.pop("draft", {}) | {"slug": new_slug}
        stored = posts[new_slug]
        if new_slug != slug:
            stored.setdefault("_id", editing.webhooks.number(slug))
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


def _check_change(editing: Editing, slug: str, body: Data, status: str) -> tuple[str, str]:
    """Refuse a change that is wrong; give the status and the slug that it leaves."""
    problems: dict[str, list[str]] = {}
    if "status" in body:  # a scheduled post stays one otherwise
        status = editing.status(body, problems)
    for name in {"title", "slug"} & body.keys():
        text_of(body, name, problems, f"You must specify a post {name}.")
    new_slug = slug if "slug" in problems else str(body.get("slug", slug))
    if new_slug != slug and new_slug in editing.account.posts:
        problems["slug"] = ["A post with this slug already exists."]
    if "author" in body:
        _author(editing, body, problems)
    _check(editing, body, problems)
    editing.refuse(problems)
    return status, new_slug


def delete(editing: Editing, slug: str) -> tuple[int, Any]:
    """Accept the deletion of a post."""
    if slug not in editing.account.posts:
        raise not_found()

    def effect() -> None:
        post = editing.account.posts.pop(slug, None)
        if post is not None:
            editing.persistence.forget_post(slug)
            editing.webhooks.post("delete", post)

    editing.effects.add(effect)
    return 204, None


def _check(editing: Editing, body: Data, problems: dict[str, list[str]]) -> None:
    """Say what is wrong with the values that posts share, new or old."""
    check_slug(body.get("slug"), problems)
    for name in _TEXTS:
        clears = name == "featured_image" and body.get(name) is None
        if name in body and not clears and not isinstance(body[name], str):
            problems.setdefault(name, ["This has to be a text."])
    if found := list(editing.media(body.get("featured_image"))):
        problems.setdefault("featured_image", found)
    for plural in _TERMS:
        terms = body.get(plural, [])
        if not isinstance(terms, list) or not all(isinstance(t, str) and t.strip() for t in terms):
            problems[plural] = [f"The {plural} are a list of names."]


def _apply(editing: Editing, slug: str, body: Data, status: str) -> None:
    post = editing.account.posts[slug]
    was_live = post.get("status") == "published"
    post |= _texts(editing, body)
    for plural in _TERMS:
        if plural in body:
            post[plural] = list(dict.fromkeys(_term(editing, plural, n) for n in body[plural]))
    post |= {"status": status, "updated": editing.timestamp()}
    editing.persistence.save_post(slug)
    told_draft = "delete" if was_live else "draft"  # what is unpublished is told as deleted
    editing.webhooks.post("published" if status == "published" else told_draft, post)


def _texts(editing: Editing, body: Data) -> Data:
    """Give the texts of a write; the featured image is fetched, and so are others on request."""
    texts = {name: body[name] for name in _TEXTS if name in body}
    library = editing.library
    if library is not None and texts.get("featured_image"):
        texts["featured_image"] = library.take(texts["featured_image"])
    if library is not None and "body" in texts and body.get("upload_images_to_media_library"):
        texts["body"] = library.take_pictures(texts["body"])
    return texts


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
