"""What does the account of a benchmark hold? Made-up posts and pages, the same on every run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
import random
from typing import Any

from pelican_buttercms.emulator.account import EmulatedAccount

CORPORA = ("even", "skewed")
"""Few terms, each for as many posts; many terms, a few of which have most posts."""

_TERMS = {"even": (20, 100, 10), "skewed": (120, 600, 80)}
"""How many categories, tags and authors there are."""

LOCALES = ("en", "fr")
_WORDS = "harbour morning light of the roaster and a cup that was left beside the".split()  # noqa: SIM905
_FIRST = datetime(2015, 1, 1, tzinfo=UTC)


def make_account(posts: int, pages: int, corpus: str = CORPORA[0]) -> EmulatedAccount:
    """Make an account: so many posts of 5 kB, and pages of a type in two locales."""
    categories, tags, authors = _TERMS[corpus]
    account = EmulatedAccount(Path())
    account.config = {"locales": list(LOCALES), "default_locale": LOCALES[0]}
    account.profiles = {
        "authors": {
            f"a{n:02}": {"slug": f"a{n:02}", "first_name": "Ada", "last_name": f"Lane {n}"}
            for n in range(authors)
        },
        "categories": _terms("c", "Category", categories),
        "tags": _terms("t", "Tag", tags),
    }
    of_post = _even if corpus == CORPORA[0] else _skewed
    account.posts = {f"post-{n}": _post(n) | of_post(n) for n in range(posts)}
    account.pages = {"*": {}, "place": {f"place-{n}": _page(n) for n in range(pages)}}
    return account


def _terms(letter: str, name: str, count: int) -> dict[str, dict[str, Any]]:
    slugs = [f"{letter}{n:02}" for n in range(count)]  # page 2 of `t1` is `t12`
    return {slug: {"slug": slug, "name": f"{name} {slug[1:]}"} for slug in slugs}


def _post(number: int) -> dict[str, Any]:
    moment = f"{_FIRST + timedelta(hours=8.7 * number):%Y-%m-%dT%H:%M:%SZ}"
    return {
        "slug": f"post-{number}",
        "title": f"Post {number}",
        "status": "published",
        "created": moment,
        "published": moment,
        "updated": moment,
        "body": _html(number, 9),
        "summary": "",
    }


def _even(number: int) -> dict[str, Any]:
    """Return the terms of a post, which take turns."""
    categories, tags, authors = _TERMS["even"]
    return {
        "author": f"a{number % authors:02}",
        "categories": [f"c{number % categories:02}"],
        "tags": [f"t{tag:02}" for tag in sorted({number * step % tags for step in (1, 3, 7)})],
    }


def _skewed(number: int) -> dict[str, Any]:
    """Return the terms of a post: the first ones are drawn most often, and some have no tag."""
    draw = random.Random(number)  # noqa: S311
    category, author = (int(count * draw.random() ** 3) for count in _TERMS["skewed"][::2])
    tags = {int(_TERMS["skewed"][1] * draw.random() ** 3) for _ in range(draw.randrange(7))}
    return {
        "author": f"a{author:02}",
        "categories": [f"c{category:02}"],
        "tags": [f"t{tag:02}" for tag in sorted(tags)],
    }


def _page(number: int) -> dict[str, Any]:
    moment = f"{_FIRST + timedelta(hours=number):%Y-%m-%dT%H:%M:%SZ}"
    fields = {"headline": f"Place {number}", "body": _html(-number - 1, 3)}
    return {
        "slug": f"place-{number}",
        "name": f"Place {number}",
        "page_type": "place",
        "status": "published",
        "published": moment,
        "updated": moment,
        "fields": fields,
        "locales": {
            "fr": {"status": "published", "fields": {**fields, "headline": f"Lieu {number}"}}
        },
    }


def _html(seed: int, paragraphs: int) -> str:
    """Make paragraphs of about 560 bytes, with a link in each."""
    draw = random.Random(seed)  # noqa: S311
    texts = (" ".join(draw.choices(_WORDS, k=95)) for _ in range(paragraphs))
    return "".join(
        f'<p>{text}, <a href="https://example.com/{n}">and so on</a>.</p>\n'
        for n, text in enumerate(texts)
    )
