"""Every file that a build is going to write, with who writes it, before anything is written.

Sources: Pelican's generators, for what they write beside articles and pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sized
from itertools import chain
import os
from pathlib import Path
from typing import Any, NamedTuple

from pelican.generators import (
    ArticlesGenerator,
    SourceFileGenerator,
    StaticGenerator,
    TemplatePagesGenerator,
)
from pelican.paginator import Paginator

from pelican_buttercms.content.api_schema import brief
from pelican_buttercms.incremental.generator_contents import contents_of
from pelican_buttercms.incremental.output.name_list import PREVIEW_LIST
from pelican_buttercms.incremental.static_files import files_of_theme
from pelican_buttercms.plugin.drafts import draft_index
from pelican_buttercms.plugin.feed_filter import FORMATS, TERM_FEEDS, json_path
from pelican_buttercms.plugin.language_indexes import LangTemplatesGenerator, lists
from pelican_buttercms.plugin.local_media import FOLDER, LocalMedia
from pelican_buttercms.plugin.own_files import OwnFilesGenerator
from pelican_buttercms.plugin.search_index import CLAIMED
from pelican_buttercms.plugin.sitemap import URLS_PER_FILE, SitemapGenerator

_TERMS = ("categories", "tags", "authors")


class OutputClaim(NamedTuple):
    """A file that a build is going to write, and who writes it.

    Attributes:
        path: of the file, in the output folder.
        owner: the content, category, tag or author that it is of, or who else writes it.
        is_list: whether it is made of many contents, so that a local file may take its place.
        is_template: whether it is one of DIRECT_TEMPLATES, whose place a page may take on purpose.
        name: its name for people; "" for that of the owner.
    """

    path: str
    owner: Any
    is_list: bool = False
    is_template: bool = False
    name: str = ""

    @property
    def is_cms(self) -> bool:
        """Whether it is of an item of the CMS."""
        return hasattr(self.owner, "butter") or isinstance(self.owner, LocalMedia)

    @property
    def title(self) -> str:
        """Its name for people."""
        if self.name:
            return self.name
        if hasattr(self.owner, "butter"):
            return f"ButterCMS's {brief(self.owner.butter.key)}"
        if path := getattr(self.owner, "source_path", None):
            return f"the file {path}"
        return f"the {type(self.owner).__name__.lower()} {brief(self.owner)}"


def claims(generators: list[Any], media: LocalMedia) -> Iterator[OutputClaim]:
    """Return a claim for each file, those of articles and pages first."""
    context = generators[0].context
    for content in contents_of(generators):
        if path := content.save_as:
            yield OutputClaim(str(path), content)
    for listing in _TERMS:
        for term, articles in context.get(listing, ()):
            yield from _pages_of_term(listing, term, articles, generators[0])
    for generator in generators:
        for kind, claims_of in _GENERATORS.items():
            if isinstance(generator, kind):
                yield from claims_of(generator)
    for file in media.files.values():
        for one in (file, *file.made):
            yield OutputClaim(f"{FOLDER}/{one.name}", media, name=f"the media file {one.name}")
    yield OutputClaim(PREVIEW_LIST, None, name="the list of what a preview has written")


def _pages_of_term(
    listing: str, term: Any, articles: Sized, generator: Any
) -> Iterator[OutputClaim]:
    """Return the pages of a category, a tag or an author, and its feeds."""
    settings = generator.settings
    kind = type(term).__name__.lower()
    if path := term.save_as:
        for page in _paginated(str(path), kind, articles, settings):
            yield OutputClaim(page, term, is_list=True)
    yield from _feeds(
        generator, TERM_FEEDS[listing], term, f"the {kind} {brief(term)}", slug=term.slug
    )


def _feeds(
    generator: Any, setting: str, owner: Any, title: str = "", **names: str
) -> Iterator[OutputClaim]:
    """Return the Atom and the RSS feed of something, and the JSON feed beside them."""
    beside: dict[str, str] = {}
    for name in (f"{setting}_{kind}" for kind in FORMATS):
        if pattern := generator.settings.get(name):
            path = str(pattern).format(**names) if names else str(pattern)
            shown = f"the feed of {title} ({name})" if title else f"the feed {name}"
            yield OutputClaim(path, owner, is_list=True, name=shown)
            beside.setdefault(json_path(path), shown)
    if generator.context["buttercms"].options.json_feeds:
        for path, shown in beside.items():
            yield OutputClaim(path, owner, is_list=True, name=f"the JSON feed beside {shown}")


def _of_articles(generator: Any) -> Iterator[OutputClaim]:
    """Return what Pelican makes of all articles."""
    yield from _lists(generator)
    yield from _feeds_of_articles(generator)
    yield from _archives(generator)


def _lists(generator: Any) -> Iterator[OutputClaim]:
    """Return Pelican's lists, such as the index."""
    settings = generator.settings
    for template in settings["DIRECT_TEMPLATES"]:
        setting = f"{template.upper()}_SAVE_AS"
        if path := settings.get(setting, f"{template}.html"):
            title = f"Pelican's list {template!r} ({setting})"
            for page in _paginated(str(path), template, generator.articles, settings):
                yield OutputClaim(
                    page, generator, is_list=True, is_template=page == path, name=title
                )


def _feeds_of_articles(generator: Any) -> Iterator[OutputClaim]:
    """Return the feeds of all articles, and of those of a language."""
    for setting in ("FEED", "FEED_ALL"):
        yield from _feeds(generator, setting, generator)
    articles = chain(generator.articles, generator.translations)
    for lang in dict.fromkeys(article.lang for article in articles):
        title = f"the language {lang}"
        yield from _feeds(generator, "TRANSLATION_FEED", generator, title, lang=lang)


def _archives(generator: Any) -> Iterator[OutputClaim]:
    """Return the archives of years, months and days."""
    settings = generator.settings
    for period, archives in generator.period_archives.items():
        title = f"the archive of a {period} ({period.upper()}_ARCHIVE_SAVE_AS)"
        for archive in archives:
            for page in _paginated(
                archive["save_as"], "period_archives", archive["articles"], settings
            ):
                yield OutputClaim(page, generator, is_list=True, name=title)


def _paginated(
    path: str, template: str, articles: Sized, settings: Mapping[str, Any]
) -> Iterator[str]:
    """Return the paths of all pages of a list."""
    patterns = settings["PAGINATED_TEMPLATES"]
    if template not in patterns:
        yield path
        return
    per_page = patterns[template] or settings["DEFAULT_PAGINATION"]
    pages = Paginator(path, "", range(len(articles)), settings, per_page)
    for number in range(1, pages.num_pages + 1):
        yield pages.page(number).save_as


def _of_langs(generator: Any) -> Iterator[OutputClaim]:
    for paths in lists(generator.context["buttercms"].options, generator.settings):
        for lang, path in list(paths.items()):
            title = f"the list of the language {lang} (BUTTERCMS_LANG_TEMPLATES)"
            if lang != generator.settings["DEFAULT_LANG"].lower():
                yield OutputClaim(path, generator, is_list=True, is_template=True, name=title)


def _of_draft_index(generator: Any) -> Iterator[OutputClaim]:
    yield OutputClaim(
        draft_index.SAVE_AS, generator, is_list=True, name="the list of drafts of a preview"
    )


def _of_sitemap(generator: Any) -> Iterator[OutputClaim]:
    yield OutputClaim(
        "sitemap.xml", generator, is_list=True, name="the sitemap (BUTTERCMS_SITEMAP)"
    )
    count = sum(len(generator.context[name]) for name in ("articles", "pages", *_TERMS))
    for number in range(1, count // URLS_PER_FILE + 2) if count > URLS_PER_FILE else ():
        yield OutputClaim(
            f"sitemap-{number}.xml", generator, is_list=True, name="a part of the sitemap"
        )


def _of_own_files(generator: Any) -> Iterator[OutputClaim]:
    for path in (*generator.files, *(CLAIMED if generator.last else ())):
        yield OutputClaim(path, generator, name=f"the file {path} of pelican-buttercms")


def _of_template_pages(generator: Any) -> Iterator[OutputClaim]:
    for source, path in generator.settings["TEMPLATE_PAGES"].items():
        yield OutputClaim(str(path), generator, name=f"the template {source} (TEMPLATE_PAGES)")


def _of_sources(generator: Any) -> Iterator[OutputClaim]:
    originals: Iterable[Any] = chain(generator.context["articles"], generator.context["pages"])
    for content in chain.from_iterable((origin, *origin.translations) for origin in originals):
        path = os.path.splitext(str(content.save_as))[0]  # noqa: PTH122  (as Pelican does)
        yield OutputClaim(
            f"{path}{generator.settings['OUTPUT_SOURCES_EXTENSION']}",
            content,
            name=f"the source of {OutputClaim(path, content).title} (OUTPUT_SOURCES)",
        )


def _of_statics(generator: Any) -> Iterator[OutputClaim]:
    for file in generator.staticfiles:
        # its property `save_as` would keep {attach} from moving it
        yield OutputClaim(str(file.get_url_setting("save_as")), file)
    for path in files_of_theme(generator):
        yield OutputClaim(Path(path).as_posix(), generator, name=f"the theme's file {path}")


_GENERATORS = {
    ArticlesGenerator: _of_articles,
    LangTemplatesGenerator: _of_langs,
    draft_index.DraftIndexGenerator: _of_draft_index,
    SitemapGenerator: _of_sitemap,
    OwnFilesGenerator: _of_own_files,
    TemplatePagesGenerator: _of_template_pages,
    SourceFileGenerator: _of_sources,
    StaticGenerator: _of_statics,
}
