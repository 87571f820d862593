"""What a page is about, for search engines: schema.org's vocabulary as JSON-LD."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, cast
from urllib.parse import quote

from jinja2 import pass_context
from jinja2.runtime import Context
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup
from pelican.contents import Article, Content
from pelican.urlwrappers import Author

from pelican_buttercms.content.fields import Component, Fields, Media
from pelican_buttercms.content.naming import name_of
from pelican_buttercms.content.records import Item, Record
from pelican_buttercms.plugin.cms_text import plain
from pelican_buttercms.plugin.feed_formats import picture_address
from pelican_buttercms.plugin.field_mapping import look_up
from pelican_buttercms.plugin.language_indexes import home_of
from pelican_buttercms.settings.locales import language_tag

Data = dict[str, Any]
_DEEPEST = 8
_PROFILES = ("linkedin_url", "facebook_url", "instagram_url", "pinterest_url")


@pass_context
def butter_json_ld(context: Context, subject: Any, title: str = "", description: str = "") -> str:
    """Return JSON-LD for `<script type="application/ld+json">`, in which nothing can end it.

    Args:
        context: of the template.
        subject: the article, page, category, tag or author that is shown; undefined for a list.
        title: of the page.
        description: of the page.
    """
    builder = _Builder(context, text_of(title), text_of(description))
    graph = [_without_empty(one) for one in builder.graph(subject or None)]
    return htmlsafe_json_dumps({"@context": "https://schema.org", "@graph": graph})


class _Builder:
    """Builds what is said of one page."""

    def __init__(self, context: Context, title: str, description: str) -> None:
        self._context, self._title, self._description = context, title, description
        self._content = context["buttercms"]
        self._site = f"{context['SITEURL']}/"
        self._name = text_of(context["SITENAME"])

    def graph(self, subject: Any) -> Iterator[Data]:
        """Yield everything that is said: where the page is, whose, and what it shows."""
        is_content = isinstance(subject, Content)
        shown = getattr(subject, "fallback_of", None) or subject
        lang = str(subject.lang if is_content else self._get("lang") or self._get("DEFAULT_LANG"))
        home = self._site + home_of(lang, self._content, cast("Any", self._context))
        url = self._url(shown) if subject is not None else self._own_url()
        tag = language_tag(shown.lang if is_content else lang)
        if url == home:
            yield self._organization()
            organization = {"@id": f"{self._site}#organization"}
            subtitle = text_of(self._get("SITESUBTITLE"))
            site: Data = {"@type": "WebSite", "@id": f"{self._site}#website", "name": self._name}
            site |= {"url": home, "description": subtitle, "inLanguage": tag}
            yield site | {"publisher": organization}
        else:
            yield self._breadcrumbs(subject, home, url)
        common: Data = {"name": self._title, "description": self._description, "url": url}
        common |= {"inLanguage": tag, "isPartOf": {"@id": f"{self._site}#website"}}
        if isinstance(subject, Article):
            yield self._article(shown, url, tag)
        elif isinstance(subject, Author):
            yield {"@type": "ProfilePage", **common, "mainEntity": self._person(subject)}
        elif is_content:
            yield {"@type": "WebPage", **common, **self._of_content(shown, url)}
        else:
            yield {"@type": "CollectionPage", **common}
        if is_content and hasattr(shown, "butter"):
            yield from self._of_fields(shown.butter, url)

    def _get(self, name: str) -> Any:
        return self._context.get(name)

    def _url(self, subject: Any) -> str:
        return self._site + str(subject.url).removesuffix("index.html")

    def _own_url(self) -> str:
        return self._site + quote(str(self._get("output_file") or "")).removesuffix("index.html")

    def _organization(self) -> Data:
        social = self._get("SOCIAL") or ()
        logo = self._get("SITE_LOGO") or self._get("SITE_IMAGE")
        return {
            "@type": "Organization",
            "@id": f"{self._site}#organization",
            "name": self._name,
            "url": self._site,
            "logo": picture_address(logo, self._site, self._content.media),
            "sameAs": [str(link[1]) for link in social if str(link[1]).startswith("http")],
        }

    def _breadcrumbs(self, subject: Any, home: str, url: str) -> Data:
        trail = [(self._name, home)]
        category = getattr(subject, "category", None) if isinstance(subject, Article) else None
        if category and category.save_as:
            trail.append((text_of(category.name), self._url(category)))
        title = text_of(subject.title) if isinstance(subject, Content) else self._title
        trail.append((title, url))
        steps = [
            {"@type": "ListItem", "position": number, "name": name or self._name, "item": item}
            for number, (name, item) in enumerate(trail, 1)
        ]
        return {"@type": "BreadcrumbList", "itemListElement": steps}

    def _of_content(self, content: Any, url: str) -> Data:
        image = getattr(content, "featured_image", None)
        dates = {"datePublished": "date", "dateModified": "modified"}
        found: Data = {
            name: getattr(content, attribute).isoformat(timespec="seconds")
            for name, attribute in dates.items()
            if getattr(content, attribute, None)
        }
        picture = picture_address(image, url, self._content.media, self._site)
        return found | {"image": picture}

    def _article(self, article: Any, url: str, tag: str) -> Data:
        people = getattr(article, "authors", None) or ()
        publisher = {"@type": "Organization", "name": self._name, "url": self._site}
        of_article = self._of_content(article, url)
        of_article.setdefault("dateModified", of_article.get("datePublished"))
        return {
            "@type": "BlogPosting",
            "headline": text_of(article.title),
            "description": self._description,
            "mainEntityOfPage": url,
            "inLanguage": tag,
            "author": list(map(self._person, people)) or publisher,
            "publisher": publisher,
            "articleSection": text_of(getattr(getattr(article, "category", None), "name", "")),
            "keywords": [text_of(one.name) for one in getattr(article, "tags", ())],
            **of_article,
        }

    def _person(self, author: Any) -> Data:
        links = [str(plain(getattr(author, name, "") or "")) for name in _PROFILES]
        if handle := plain(getattr(author, "twitter_handle", "")):
            links.append(f"https://twitter.com/{handle}")
        image = getattr(author, "profile_image", None)
        return _without_empty(
            {
                "@type": "Person",
                "name": text_of(author.name),
                "url": self._url(author) if author.save_as else "",
                "description": text_of(getattr(author, "bio", "")),
                "jobTitle": text_of(getattr(author, "title", "")),
                "image": picture_address(image, self._site, self._content.media),
                "sameAs": [link for link in links if link.startswith("http")],
            }
        )

    # what editors' fields say

    def _of_fields(self, record: Any, url: str) -> Iterator[Data]:
        fields = getattr(record, "fields", None)
        if fields is None:  # a post
            return
        rules = self._content.options.structured_data.get(record.page_type or "*")
        if rules:
            yield {"url": url, **self._mapped(fields, rules)}
        questions = list(_questions(fields))
        if questions:
            yield {"@type": "FAQPage", "mainEntity": questions}

    def _mapped(self, fields: Fields, rules: Mapping[str, str]) -> Data:
        """Return what BUTTERCMS_STRUCTURED_DATA makes of a page's fields."""
        data: Data = {}
        for place, path in rules.items():
            is_constant = path.startswith("=") or place.endswith("@type")
            value = path.removeprefix("=") if is_constant else self._value(look_up(fields, path))
            if value not in (None, "", []):
                *outer, name = place.split(".")
                inside = data
                for step in outer:
                    inside = inside.setdefault(step, {})
                inside[name] = value
        return {name: one for name, one in data.items() if not _is_bare(one)}

    def _value(self, value: Any) -> Any:
        """Return a value of the CMS as JSON, None for what has no text."""
        if isinstance(value, Media):
            return picture_address(value, self._site, self._content.media)
        if isinstance(value, datetime):
            return value.isoformat(timespec="seconds")
        if isinstance(value, Record):
            return name_of(value)
        if isinstance(value, str):
            return text_of(value)
        if isinstance(value, list | tuple):
            return [one for one in map(self._value, value) if one not in (None, "")]
        return value if isinstance(value, bool | int | float) else None


def _is_bare(value: Any) -> bool:
    """Return whether a part of the data has nothing but its type."""
    return isinstance(value, dict) and value.keys() <= {"@type"}


def _questions(value: Any, depth: int = 0) -> Iterator[Data]:
    """Yield the questions with their answers in lists of them, those of references too."""
    if isinstance(value, Component):
        value = value.fields
    if depth > _DEEPEST or isinstance(value, str | Record):
        return
    if isinstance(value, Mapping):
        yield from _each(value.values(), depth)
    elif isinstance(value, list | tuple):
        for one in value:
            entry = one.fields if isinstance(one, Item) else one
            pair = [
                text_of(entry.get(name)) if isinstance(entry, Mapping) else ""
                for name in ("question", "answer")
            ]
            if all(pair):
                answer = {"@type": "Answer", "text": pair[1]}
                yield {"@type": "Question", "name": pair[0], "acceptedAnswer": answer}
            else:
                yield from _questions(one, depth + 1)


def _each(values: Iterable[Any], depth: int) -> Iterator[Data]:
    for value in values:
        yield from _questions(value, depth + 1)


def text_of(value: Any) -> str:
    """Return the text of HTML, of a text of the CMS or of nothing, on one line."""
    if not isinstance(value, str):
        return ""
    html = Markup(str.__str__(value))  # noqa: S704  (to be text)
    return html.striptags()


def _without_empty(data: Data) -> Data:
    return {name: value for name, value in data.items() if value not in (None, "", [], {})}
