"""The values of a post in a write: texts, author, categories and tags."""

from __future__ import annotations

from typing import Any

from pelican_buttercms.emulator.account import Data
from pelican_buttercms.emulator.write_context import Editing, check_slug, slugify

TAKEN = "A post with this slug already exists."
_TEXTS = (
    *("title", "body", "summary", "seo_title", "meta_description"),
    *("featured_image", "featured_image_alt"),
)
_TERMS = ("categories", "tags")


def check(editing: Editing, body: Data, problems: dict[str, list[str]]) -> None:
    """Add what is wrong with the values that posts share, new or old."""
    check_slug(body.get("slug"), problems)
    for name in _TEXTS:
        clears = name == "featured_image" and body.get(name) is None
        if name in body and not clears and not isinstance(body[name], str):
            problems.setdefault(name, ["This has to be a text."])
    if found := list(editing.media(body.get("featured_image"))):
        problems.setdefault("featured_image", found)
    for plural in _TERMS:
        sent = body.get(plural, [])
        if not isinstance(sent, list) or not all(_is_term(editing, plural, one) for one in sent):
            problems[plural] = [f"The {plural} are a list of names."]


def texts(editing: Editing, body: Data) -> Data:
    """Return the texts of a write; the featured image is fetched, and so are others on request."""
    found = {name: body[name] for name in _TEXTS if name in body}
    library = editing.library
    if library is not None and found.get("featured_image"):
        found["featured_image"] = library.take(found["featured_image"])
    if library is not None and "body" in found and body.get("upload_images_to_media_library"):
        found["body"] = library.take_pictures(found["body"])
    return found


def terms(editing: Editing, body: Data) -> dict[str, list[str]]:
    """Return the slugs of the categories and tags of a write; what is missing is made."""
    return {
        plural: list(dict.fromkeys(_term(editing, plural, one) for one in body[plural]))
        for plural in _TERMS
        if plural in body
    }


def author(editing: Editing, body: Data, problems: dict[str, list[str]]) -> str | None:
    """Return the author by e-mail or slug; without one it is the organisation's first."""
    authors = editing.account.profiles["authors"]
    wanted = body.get("author")
    if wanted is None:
        return next(iter(authors), None)
    for slug, known in authors.items():
        if isinstance(wanted, dict) and (
            wanted.get("slug") == slug or (wanted.get("email") or "?") == known.get("email")
        ):
            return slug
    problems["author"] = ["There is no such author: give the email or the slug of one."]
    return None


def _is_term(editing: Editing, plural: str, sent: Any) -> bool:
    """Return whether a term is named: by a text, or by what reads give."""
    if isinstance(sent, dict) and editing.behaviour.write_back == "allow":
        name, slug = sent.get("name"), sent.get("slug")
        named = isinstance(name, str) and bool(name.strip())
        return named or (isinstance(slug, str) and slug in editing.account.profiles[plural])
    return isinstance(sent, str) and bool(sent.strip())


def _term(editing: Editing, plural: str, sent: Any) -> str:
    """Return the slug of a category or tag, found by its name or slug, or made."""
    known = editing.account.profiles[plural]
    if isinstance(sent, dict):
        if isinstance(sent.get("slug"), str) and sent["slug"] in known:
            return str(sent["slug"])
        sent = sent["name"]
    name = str(sent)
    for slug, entry in known.items():
        if name in {slug, entry.get("name")}:
            return slug
    slug = slugify(name)
    known[slug] = {"name": name, "slug": slug}
    editing.persistence.save_profiles(plural)
    return slug
