"""The insertion of the CMS's articles and pages into Pelican's lists, beside local ones."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
import logging
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from pelican.utils import order_content

from pelican_buttercms.incremental import pelican_patches
from pelican_buttercms.incremental.pelican_patches.gc_pause import paused
from pelican_buttercms.plugin import validation
from pelican_buttercms.plugin.content_factory import MORE_CATEGORIES, ContentFactory
from pelican_buttercms.plugin.local_dates import local_dates
from pelican_buttercms.plugin.published_drafts import leave_out
from pelican_buttercms.plugin.taxonomy import Taxonomy
from pelican_buttercms.plugin.term_names import link_local_terms
from pelican_buttercms.plugin.translations import mark_fallbacks, regroup

if TYPE_CHECKING:
    from pelican_buttercms.content.graph import Graph
    from pelican_buttercms.plugin.build_state import Run
    from pelican_buttercms.plugin.template_context import SiteContent
    from pelican_buttercms.settings import PageType

logger = logging.getLogger(__name__)

# per status: the generator's list of originals, and that of their translations
_NEAR = 50  # articles of a tag that are looked at on either side, so that time stays linear
_ARTICLES = {
    "published": ("articles", "translations"),
    "hidden": ("hidden_articles", "hidden_translations"),
    "draft": ("drafts", "drafts_translations"),
}
_PAGES = {
    "published": ("pages", "translations"),
    "hidden": ("hidden_pages", "hidden_translations"),
    "draft": ("draft_pages", "draft_translations"),
}


@paused()
def add_articles(generator: Any, run: Run) -> None:
    """Add posts and pages that are articles, before Pelican derives the taxonomies."""
    lists = [name for names in _ARTICLES.values() for name in names]
    dates = local_dates(generator, lists)
    leave_out(generator, lists, run.has, run.shows, run.selects)
    graph = _graph(run)
    taxonomy = Taxonomy(generator.settings, graph)
    local = [article for names in _ARTICLES.values() for article in _listed(generator, names)]
    articles: list[Any] = []
    for edition in run.editions.values():
        factory = ContentFactory(generator, run, edition, taxonomy)
        posts = edition.graph.posts if run.options.posts else ()
        articles += [factory.article_of_post(post, dates) for post in posts]
        articles += [
            factory.article_of_page(page, page_type)
            for page, page_type in _pages(generator, run, edition, "article")
        ]
    taxonomy.adopt(local)
    link_local_terms(local, graph)
    _register(generator, articles)
    mark_fallbacks(run.contents)
    _merge(generator, articles, _ARTICLES, "ARTICLE")


def collect_by_language(generator: Any, run: Run) -> None:
    """Set the articles of each language, in order, and each one's neighbours, for templates."""
    by_lang = defaultdict(list)
    for article in (*generator.articles, *generator.translations):
        by_lang[article.lang].append(article)
    for lang, edition in run.editions.items():
        order_content(by_lang[lang], generator.settings["ARTICLE_ORDER_BY"])
        edition.articles[:] = by_lang[lang]
    for articles in by_lang.values():
        newest_first = sorted(sorted(articles, key=_slug), key=attrgetter("date"), reverse=True)
        around = (None, *newest_first, None)
        for newer, article, older in zip(around, newest_first, around[2:], strict=False):
            article.next_post, article.previous_post = newer, older
        if run.options.related:
            _relate(newest_first, run.options.related)


def _relate(articles: list[Any], most: int) -> None:
    """Set the articles that are most like each: by the tags that they share, then by date.

    Args:
        articles: of one language, by date.
        most: how many each has at most.
    """
    by_tag = defaultdict(list)
    tags = [{tag.slug for tag in getattr(article, "tags", ())} for article in articles]
    for place, slugs in enumerate(tags):
        for slug in slugs:
            by_tag[slug].append(place)
    for place, article in enumerate(articles):
        shared: Counter[int] = Counter()
        for slug in tags[place]:
            found = bisect_left(by_tag[slug], place)
            shared.update(by_tag[slug][max(found - _NEAR, 0) : found + _NEAR])
        del shared[place]
        best = sorted(shared, key=lambda other: (-shared[other], abs(other - place), other))
        article.related_articles = [articles[other] for other in best[:most]]


@paused()
def add_pages(generator: Any, run: Run) -> None:
    """Add the pages of all page types to the pages."""
    lists = [name for names in _PAGES.values() for name in names]
    leave_out(generator, lists, run.has, run.shows, run.selects)
    graph = _graph(run)
    taxonomy = Taxonomy(generator.settings, graph)
    pages: list[Any] = []
    for edition in run.editions.values():
        factory = ContentFactory(generator, run, edition, taxonomy)
        pages += [factory.page(*found) for found in _pages(generator, run, edition, "page")]
    link_local_terms(_listed(generator, [name for two in _PAGES.values() for name in two]), graph)
    mark_fallbacks(run.contents)
    _register(generator, pages)
    _merge(generator, pages, _PAGES, "PAGE")
    for name in ("pages", "hidden_pages", "draft_pages"):
        generator.context[name] = getattr(generator, name)
    _warn_of_hidden_index(generator, run)


def list_under_all_categories(generator: Any) -> None:
    """List articles under each of their categories; Pelican itself knows one per article."""
    several = any(len(getattr(a, "categories", ())) > 1 for a in generator.articles)
    if not several or MORE_CATEGORIES in generator.settings["PLUGINS"]:
        return
    listed: dict[Any, list[Any]] = defaultdict(list)
    for article in generator.articles:
        for category in getattr(article, "categories", None) or [article.category]:
            listed[category].append(article)
    reverse = generator.settings["REVERSE_CATEGORY_ORDER"]
    generator.categories = sorted(listed.items(), reverse=reverse)
    generator.context["categories"] = generator.categories


def _slug(article: Any) -> str:
    return str(article.slug)


def _graph(run: Run) -> Graph:
    """Return the records of the main language; authors and terms are the same in all of them."""
    editions = run.editions
    return (editions.get(run.options.default_lang) or next(iter(editions.values()))).graph


def _pages(
    generator: Any, run: Run, edition: SiteContent, role: str
) -> Iterator[tuple[Any, PageType]]:
    """Yield the pages of the page types that become articles, or pages."""
    for page_type in run.options.page_types.values():
        if page_type.role == role:
            setting = f"BUTTERCMS_PAGE_TYPES[{page_type.name!r}]"
            validation.check_template(generator, setting, page_type.template)
            for page in edition.graph.pages.get(page_type.name, ()):
                yield page, page_type


def _listed(generator: Any, names: Iterable[str]) -> list[Any]:
    return [content for name in names for content in getattr(generator, name)]


def _register(generator: Any, contents: Iterable[Any]) -> None:
    for content in contents:
        pelican_patches.register(generator, content)


def _merge(
    generator: Any, contents: list[Any], lists: dict[str, tuple[str, str]], kind: str
) -> None:
    """Regroup translations and sort anew, per status, over local and CMS content together."""
    for status, names in lists.items():
        added = [content for content in contents if content.status == status]
        if not added:
            continue
        everything = _listed(generator, names) + added
        translation_id = generator.settings[f"{kind}_TRANSLATION_ID"]
        originals, translations = regroup(everything, translation_id)
        order_content(originals, generator.settings[f"{kind}_ORDER_BY"])
        setattr(generator, names[0], originals)
        setattr(generator, names[1], translations)


def _warn_of_hidden_index(generator: Any, run: Run) -> None:
    """Warn if the front page replaces the article index, which Pelican does silently."""
    settings = generator.settings
    index = "index" in settings["DIRECT_TEMPLATES"] and settings["INDEX_SAVE_AS"] == "index.html"
    if run.options.front_page and index and generator.context.get("articles"):
        logger.warning(
            "BUTTERCMS_FRONT_PAGE takes the place of the article index at index.html. Set"
            ' INDEX_SAVE_AS = "blog/index.html" to keep the index, or take "index" out of'
            " DIRECT_TEMPLATES."
        )
