"""The setting `BUTTERCMS_PAGE_TYPES`: what each page type becomes on the site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pelican_buttercms.settings.metadata import MAPPED_FIELDS, misspelt, wrong_name
from pelican_buttercms.settings.selection import (
    Selection,
    is_option,
    parse_selection,
    suggest_option,
)

Role = Literal["page", "article", "data"]

_ROLES = ("page", "article", "data")
_OPTIONS = ("template", "url", "save_as", "lang_url", "lang_save_as", "as", "fields")
USUAL_FIELDS: Mapping[str, tuple[str, ...]] = {
    "title": (),
    "body": ("body", "content", "html", "text"),
    "summary": ("summary", "excerpt", "intro"),
    "featured_image": ("featured_image", "hero_image", "image", "photo"),
    "featured_image_alt": ("featured_image_alt", "image_alt"),
    "seo_title": ("seo.title", "seo_title", "meta_title"),
    "description": ("seo.description", "meta_description", "seo_description"),
}
"""Names that editors usually give to a field, the likeliest first, by what it is for."""


@dataclass(frozen=True)
class PageType:
    """How the pages of one page type appear on the site.

    Attributes:
        name: the page type's key in ButterCMS, `"*"` for single pages.
        role: Pelican pages, Pelican articles, or data for templates only.
        template: the template's name without extension; None for the theme's own.
        url: the URL pattern, such as `"coffee/{slug}/"`; None for Pelican's setting.
        save_as: the output path's pattern; follows from `url` when that alone is given.
        lang_url: the URL pattern in other languages than DEFAULT_LANG; follows from `url`.
        lang_save_as: the output path's pattern in other languages; follows from `lang_url`.
        fields: which field gives what, such as `{"date": "published_on"}`: dotted paths. Names
            besides `MAPPED_FIELDS` are metadata of the user's own.
        selection: which of them, and in which order; None for all.
    """

    name: str
    role: Role = "page"
    template: str | None = None
    url: str | None = None
    save_as: str | None = None
    lang_url: str | None = None
    lang_save_as: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    selection: Selection | None = None


def parse_page_types(value: Any, problems: list[str]) -> dict[str, PageType]:
    """Read a list of names or a mapping from name to options; adds what is wrong to `problems`."""
    if isinstance(value, Mapping):
        return {
            name: _parse_options(name, options, problems)
            for name, options in value.items()
            if _is_name(name, problems)
        }
    if isinstance(value, list | tuple | set | frozenset):
        return {name: PageType(name) for name in value if _is_name(name, problems)}
    problems.append(
        "BUTTERCMS_PAGE_TYPES takes a list of page types or a mapping from page type to options,"
        f" not {value!r}."
    )
    return {}


def _is_name(name: Any, problems: list[str]) -> bool:
    if isinstance(name, str) and name and "/" not in name and len(name) <= 100:
        return True
    problems.append(
        f"BUTTERCMS_PAGE_TYPES names {name!r}, which is not a page type's key: copy the API slug"
        ' from the page type in ButterCMS, or use "*" for single pages.'
    )
    return False


def _parse_options(name: str, options: Any, problems: list[str]) -> PageType:
    if options is None:
        return PageType(name)
    if not isinstance(options, Mapping):
        problems.append(f"BUTTERCMS_PAGE_TYPES[{name!r}] takes a mapping, not {options!r}.")
        return PageType(name)
    wrong = list(_wrong_options(name, options))
    kind = "single pages" if name == "*" else "pages"
    selection = parse_selection(f"BUTTERCMS_PAGE_TYPES[{name!r}]", kind, options, wrong)
    problems.extend(wrong)
    if wrong:
        return PageType(name)
    url, save_as = _places(options.get("url"), options.get("save_as"))
    lang_url, lang_save_as = _places(options.get("lang_url"), options.get("lang_save_as"))
    return PageType(
        name=name,
        role=options.get("as", "page"),
        template=options.get("template"),
        url=url,
        save_as=save_as,
        lang_url=lang_url if lang_url is not None else _in_language(url),
        lang_save_as=lang_save_as if lang_save_as is not None else _in_language(save_as),
        fields=dict(options.get("fields", {})),
        selection=selection,
    )


def _wrong_options(name: str, options: Mapping[str, Any]) -> Iterator[str]:
    where = f"BUTTERCMS_PAGE_TYPES[{name!r}]"
    for option, value in options.items():
        if is_option("pages", option):
            continue
        if option not in _OPTIONS:
            yield f"{where} has no option {option!r}{suggest_option(option, _OPTIONS)}"
        elif option == "as" and value not in _ROLES:
            yield f'{where}["as"] is "page", "article" or "data", not {value!r}.'
        elif option == "fields":
            yield from _wrong_fields(where, value)
        elif option != "as" and value is not None and not isinstance(value, str):
            yield f"{where}[{option!r}] takes a text, not {value!r}."


def _wrong_fields(where: str, value: Any) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f'{where}["fields"] takes a mapping, such as {{"date": "day"}}, not {value!r}.'
        return
    for target, path in value.items():
        meant = misspelt(str(target))
        if target in MAPPED_FIELDS:
            if not isinstance(path, str) or not path:
                yield f'{where}["fields"][{target!r}] takes a field\'s name, not {path!r}.'
        elif meant:
            yield f'{where}["fields"] cannot map {target!r}; did you mean {meant!r}?'
        else:
            yield from wrong_name(f'{where}["fields"]', target, "" if path is None else path)


def _places(url: str | None, save_as: str | None) -> tuple[str | None, str | None]:
    """Return URL and output path, one following from the other."""
    return url if url is not None else save_as, save_as if save_as is not None else _save_as(url)


def _in_language(pattern: str | None) -> str | None:
    """Return the pattern of the other languages: the same, in a folder of their own."""
    if pattern is None or "{lang}" in pattern:
        return pattern
    return "{lang}/" + pattern


def _save_as(url: str | None) -> str | None:
    """Follow the way in which web servers find the file of a URL."""
    if url is None:
        return None
    if url == "" or url.endswith("/"):
        return url + "index.html"
    last = url.rsplit("/", 1)[-1]
    return url if "." in last.replace("{", "").rsplit("}", 1)[-1] else url + ".html"
