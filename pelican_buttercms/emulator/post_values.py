"""The values of a post in a write: texts, author, categories and tags."""

from __future__ import annotations

from typing import Any

from pelican_buttercms.emulator.account import Data
from pelican_buttercms.emulator.write_context import WriteContext, check_slug, slugify

TAKEN = "A post with this slug already exists."
_TEXTS = (
    *("title", "body", "summary", "seo_title", "meta_description"),
    *("featured_image", "featured_image_alt"),
)
_TERMS = ("categories", "tags")


def check(context: WriteContext, body: Data, problems: dict[str, list[str]]) -> None:
    """Add the problems of the values that new and old posts have."""
    check_slug(body.get("slug"), problems)
    for name in _TEXTS:
        clears = name == "featured_image" and body.get(name) is None
        if name in body and not clears and not isinstance(body[name], str):
            problems.setdefault(name, ["This has to be a text."])
    if texts := list(context.media(body.get("featured_image"))):
        problems.setdefault("featured_image", texts)
    for plural in _TERMS:
        sent = body.get(plural, [])
        if not isinstance(sent, list) or not all(_is_term(context, plural, term) for term in sent):
            problems[plural] = [f"The {plural} are a list of names."]


def texts(context: WriteContext, body: Data) -> Data:
    """Return the texts of a write; pictures are uploaded if the behaviour and the write say so."""
    values = {name: body[name] for name in _TEXTS if name in body}
    library = context.library
    if library is not None and values.get("featured_image"):
        values["featured_image"] = library.upload(values["featured_image"])
    if library is not None and "body" in values and body.get("upload_images_to_media_library"):
        values["body"] = library.upload_pictures(values["body"])
    return values


def terms(context: WriteContext, body: Data) -> dict[str, list[str]]:
    """Return the slugs of the categories and tags of a write; creates missing ones."""
    return {
        plural: list(dict.fromkeys(_term(context, plural, term) for term in body[plural]))
        for plural in _TERMS
        if plural in body
    }


def author(context: WriteContext, body: Data, problems: dict[str, list[str]]) -> str | None:
    """Return the author by e-mail or slug; the default is the organisation's first."""
    authors = context.account.profiles["authors"]
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


def _is_term(context: WriteContext, plural: str, sent: Any) -> bool:
    """Return whether a value names a term: a text, or the object that reads have."""
    if isinstance(sent, dict) and context.behaviour.write_back == "allow":
        name, slug = sent.get("name"), sent.get("slug")
        named = isinstance(name, str) and bool(name.strip())
        return named or (isinstance(slug, str) and slug in context.account.profiles[plural])
    return isinstance(sent, str) and bool(sent.strip())


def _term(context: WriteContext, plural: str, sent: Any) -> str:
    """Return the slug of a category or tag by its name or slug; creates a missing one."""
    known = context.account.profiles[plural]
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
    context.persistence.save_profiles(plural)
    return slug
