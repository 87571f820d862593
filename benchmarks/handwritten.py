"""What does a Pelican user write who has no plugin? The recipe of Pelican's documentation.

One listing after the other, an object for each name, then Pelican's own grouping and sorting.
Copied into a site as its plugin; settings: HANDWRITTEN_URL.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx
from pelican import signals
from pelican.contents import Article, Page
from pelican.urlwrappers import Author, Category, Tag
from pelican.utils import order_content, process_translations


def listing(settings: Any, path: str, locale: str) -> Iterator[dict[str, Any]]:
    """Fetch a listing, page after page."""
    headers = {"Authorization": "Token benchmark"}
    with httpx.Client(base_url=settings["HANDWRITTEN_URL"], headers=headers) as client:
        page = 1
        while page:
            query = {"page": page, "page_size": 100, "locale": locale}
            answer = client.get(path, params=query).raise_for_status().json()
            yield from answer["data"]
            page = answer["meta"]["next_page"]


def common(entry: dict[str, Any], locale: str) -> dict[str, Any]:
    """Give what posts and pages have in common."""
    moment = datetime.fromisoformat(entry["published"]).replace(tzinfo=None)
    return {"slug": entry["slug"], "lang": locale, "date": moment, "status": "published"}


def add_articles(generator: Any) -> None:
    """Put the posts among the articles."""
    settings = generator.settings
    for locale in ("en", "fr"):
        for post in listing(settings, "posts/", locale):
            author = f"{post['author']['first_name']} {post['author']['last_name']}"
            metadata = common(post, locale) | {
                "title": post["title"],
                "category": Category(post["categories"][0]["name"], settings),
                "tags": [Tag(tag["name"], settings) for tag in post["tags"]],
                "authors": [Author(author, settings)],
            }
            path = f"{settings['PATH']}/{locale}/posts/{post['slug']}"
            article = Article(post["body"], metadata, settings, path, generator.context)
            generator.articles.append(article)
    found = process_translations(generator.articles, settings["ARTICLE_TRANSLATION_ID"])
    generator.articles, generator.translations = found
    order_content(generator.articles, settings["ARTICLE_ORDER_BY"])


def add_pages(generator: Any) -> None:
    """Put the pages among the pages."""
    settings = generator.settings
    for locale in ("en", "fr"):
        for entry in listing(settings, "pages/place/", locale):
            metadata = common(entry, locale) | {"title": entry["fields"]["headline"]}
            path = f"{settings['PATH']}/{locale}/pages/{entry['slug']}"
            body = entry["fields"]["body"]
            generator.pages.append(Page(body, metadata, settings, path, generator.context))
    found = process_translations(generator.pages, settings["PAGE_TRANSLATION_ID"])
    generator.pages, generator.translations = found
    order_content(generator.pages, settings["PAGE_ORDER_BY"])
    generator._update_context(("pages",))


def register() -> None:
    """Connect, as a plugin does."""
    signals.article_generator_pretaxonomy.connect(add_articles)
    signals.page_generator_finalized.connect(add_pages)
