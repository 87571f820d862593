"""Whom and what does a post name? Authors, categories and tags, by slug or by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pelican_buttercms.publish.resolve.account_schema import AccountSchema, KnownAuthor
from pelican_buttercms.publish.resolve.diagnostics import Diagnostics, suggest
from pelican_buttercms.publish.write_model import POST_TERMS, POST_TEXTS, FieldPath, Values

_NAMES = (*POST_TEXTS, "author", *POST_TERMS)
_SINGULAR = {"categories": "category", "tags": "tag"}


def post_values(fields: Mapping[str, Any], sheet: Diagnostics) -> Values:
    """Read what a draft of a post says besides title, slug and body."""
    found: Values = {}
    for name, value in fields.items():
        path: FieldPath = (name,)
        if name == "author":
            found[path] = author(value, sheet)
        elif name in POST_TERMS:
            found[path] = terms(name, value, sheet)
        elif name == "featured_image":
            found[path] = _image(value, sheet)
        elif name in POST_TEXTS:
            found[path] = _text(name, value, sheet)
        else:
            sheet.problem(name, f"is nothing that a post has{suggest(name, _NAMES)}")
    return found


def author(value: Any, sheet: Diagnostics) -> str:
    """Give an author's slug from slug, e-mail or name; the word itself when nobody has it."""
    word = str(value or "").strip()
    found = find_authors(word, sheet.known)
    if len(found) == 1 or not word:
        return found[0].slug if found else ""
    if found:
        slugs = " or ".join(one.slug for one in found)
        sheet.problem("author", f"is {word!r}, as several authors are called: write {slugs}.")
        return word
    names = [one.name or one.slug for one in sheet.known.authors]
    sheet.problem(
        "author",
        f"is {word!r}, and there is no such author{suggest(word, names)} The API cannot make"
        " authors: add them in the dashboard and pull, or name another.",
    )
    return word


def find_authors(word: str, known: AccountSchema) -> list[KnownAuthor]:
    """Find authors by slug, else by e-mail, else by name; case matters in a slug only."""
    if exact := [one for one in known.authors if one.slug == word]:
        return exact
    wanted = word.casefold()
    for attribute in ("email", "name", "slug"):
        if found := [a for a in known.authors if getattr(a, attribute).casefold() == wanted]:
            return found
    return []


def terms(plural: str, value: Any, sheet: Diagnostics) -> list[str]:
    """Give slugs of categories or tags; what is new stays as it is written."""
    if isinstance(value, str):
        value = value.split(",")
    if value is not None and not isinstance(value, list | tuple):
        sheet.problem(plural, f"is a list of names, not {value!r}.")
        return []
    words = [str(word).strip() for word in value or ()]
    found = [_term(plural, word, sheet) for word in words if word]
    return list(dict.fromkeys(found))


def _term(plural: str, word: str, sheet: Diagnostics) -> str:
    slugs = find_terms(plural, word, sheet.known)
    if len(slugs) == 1:
        return slugs[0]
    singular = _SINGULAR[plural]
    if slugs:
        told = " or ".join(slugs)
        sheet.problem(plural, f"names {word!r}, as several are called: write {told}.")
    else:
        sheet.note(plural, f"makes something: the {singular} {word!r} is new.")
    return word


def find_terms(plural: str, word: str, known: AccountSchema) -> list[str]:
    """Find the slugs of categories or tags by slug, else by name."""
    names = known.categories if plural == "categories" else known.tags
    if word in names:
        return [word]
    wanted = word.casefold()
    by_name = [slug for slug, name in names.items() if name.casefold() == wanted]
    return by_name or [slug for slug in names if slug.casefold() == wanted]


def _image(value: Any, sheet: Diagnostics) -> str:
    text = "" if value is None else str(value).strip()
    if not text or text.startswith(("http://", "https://")):
        return text
    url = sheet.local(text)
    if url is None:
        sheet.problem(
            "featured_image",
            f"shows {text!r}, and there is no such file: correct the path, which is relative to"
            " the draft, or give a URL.",
        )
    return url or text


def _text(name: str, value: Any, sheet: Diagnostics) -> str:
    if isinstance(value, list | tuple | Mapping):
        sheet.problem(name, f"is a text, not {value!r}.")
    return "" if value is None else str(value)
