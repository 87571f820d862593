"""Authors, categories and tags of a post, resolved by slug or by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pelican_buttercms.publish.resolve.account_schema import AccountSchema, KnownAuthor
from pelican_buttercms.publish.resolve.diagnostics import Diagnostics
from pelican_buttercms.publish.write_model import POST_TERMS, POST_TEXTS, FieldPath, Values
from pelican_buttercms.wording import suggest

_NAMES = (*POST_TEXTS, "author", *POST_TERMS)
_SINGULAR = {"categories": "category", "tags": "tag"}


def post_values(fields: Mapping[str, Any], diagnostics: Diagnostics) -> Values:
    """Read the values of a post's draft besides title, slug and body."""
    found: Values = {}
    for name, value in fields.items():
        path: FieldPath = (name,)
        if name == "author":
            found[path] = author(value, diagnostics)
        elif name in POST_TERMS:
            found[path] = terms(name, value, diagnostics)
        elif name == "featured_image":
            found[path] = _image(value, diagnostics)
        elif name in POST_TEXTS:
            found[path] = _text(name, value, diagnostics)
        else:
            diagnostics.add_problem(name, f"is nothing that a post has{suggest(name, _NAMES)}")
    return found


def author(value: Any, diagnostics: Diagnostics) -> str:
    """Return an author's slug by slug, e-mail or name; the word itself if no author matches."""
    word = str(value or "").strip()
    found = find_authors(word, diagnostics.account)
    if len(found) == 1 or not word:
        return found[0].slug if found else ""
    if found:
        slugs = " or ".join(one.slug for one in found)
        diagnostics.add_problem(
            "author", f"is {word!r}, as several authors are called: write {slugs}."
        )
        return word
    names = [one.name or one.slug for one in diagnostics.account.authors]
    diagnostics.add_problem(
        "author",
        f"is {word!r}, and there is no such author{suggest(word, names)} The API cannot make"
        " authors: add them in the dashboard and pull, or name another.",
    )
    return word


def find_authors(word: str, account: AccountSchema) -> list[KnownAuthor]:
    """Find authors by slug, else by e-mail, else by name; case matters in a slug only."""
    if exact := [one for one in account.authors if one.slug == word]:
        return exact
    wanted = word.casefold()
    for attribute in ("email", "name", "slug"):
        if found := [a for a in account.authors if getattr(a, attribute).casefold() == wanted]:
            return found
    return []


def terms(plural: str, value: Any, diagnostics: Diagnostics) -> list[str]:
    """Return the slugs of categories or tags; new ones stay as they are written."""
    if isinstance(value, str):
        value = value.split(",")
    if value is not None and not isinstance(value, list | tuple):
        diagnostics.add_problem(plural, f"is a list of names, not {value!r}.")
        return []
    words = [str(word).strip() for word in value or ()]
    found = [_term(plural, word, diagnostics) for word in words if word]
    return list(dict.fromkeys(found))


def _term(plural: str, word: str, diagnostics: Diagnostics) -> str:
    slugs = find_terms(plural, word, diagnostics.account)
    if len(slugs) == 1:
        return slugs[0]
    singular = _SINGULAR[plural]
    if slugs:
        choices = " or ".join(slugs)
        diagnostics.add_problem(plural, f"names {word!r}, as several are called: write {choices}.")
    else:
        diagnostics.add_note(plural, f"makes something: the {singular} {word!r} is new.")
    return word


def find_terms(plural: str, word: str, account: AccountSchema) -> list[str]:
    """Find the slugs of categories or tags by slug, else by name."""
    names = account.categories if plural == "categories" else account.tags
    if word in names:
        return [word]
    wanted = word.casefold()
    by_name = [slug for slug, name in names.items() if name.casefold() == wanted]
    return by_name or [slug for slug in names if slug.casefold() == wanted]


def _image(value: Any, diagnostics: Diagnostics) -> str:
    text = "" if value is None else str(value).strip()
    if not text or text.startswith(("http://", "https://")):
        return text
    url = diagnostics.local_url(text)
    if url is None:
        diagnostics.add_missing_file("featured_image", text)
    return url or text


def _text(name: str, value: Any, diagnostics: Diagnostics) -> str:
    if isinstance(value, list | tuple | Mapping):
        diagnostics.add_problem(name, f"is a text, not {value!r}.")
    return "" if value is None else str(value)
