"""The setting `BUTTERCMS_METADATA`: which fields become metadata that themes and plugins read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
import re
from typing import Any, Final

from pelican_buttercms.wording import nearest

_SETTING: Final = "BUTTERCMS_METADATA"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*\Z")
_PATH: Final = re.compile(r"[^\W_][\w-]*(\.[^\W_][\w-]*)*\Z")
_PROPERTY: Final = re.compile(r"(?:[a-zA-Z]+\.)*(?:@type|[a-zA-Z]+)\Z")
_ALIKE: Final = 0.8

MAPPED_FIELDS: Final = (
    "title",
    "date",
    "modified",
    "category",
    "tags",
    "author",
    "summary",
    "body",
    "featured_image",
    "featured_image_alt",
    "seo_title",
    "description",
)
"""What a page's fields are mapped to by `BUTTERCMS_PAGE_TYPES[…]["fields"]`."""

_OVERRIDABLE: Final = {"featured_image", "featured_image_alt", "seo_title", "description"}
PROTECTED: Final = (frozenset(MAPPED_FIELDS) - _OVERRIDABLE) | {
    *("allowed_statuses", "authors", "butter", "categories", "content", "date_format"),
    *("default_status", "default_template", "fallback_of", "filename", "get_content"),
    *("get_relative_source_path", "get_siteurl", "get_static_links", "get_summary"),
    *("get_url_setting", "in_default_lang", "is_valid", "lang", "locale_date", "locale_modified"),
    *("mandatory_properties", "metadata", "override_save_as", "override_url", "page_type", "path"),
    *("next_post", "preview_state", "previous_post", "private", "reader"),
    *("refresh_metadata_intersite_links", "related_articles"),
    *("relative_dir", "relative_source_path", "save_as", "settings", "slug", "source_path"),
    *("status", "template", "timezone", "translations", "url", "url_format"),
}
"""What Pelican or this plugin itself sets or calls."""


def parse_metadata(
    value: Any, page_types: Collection[str], problems: list[str]
) -> dict[str, dict[str, str]]:
    """Read which fields become metadata; adds what is wrong to `problems`.

    Args:
        value: what the user has set.
        page_types: those that are pulled.
        problems: grows.

    Returns:
        The paths of fields by name: under "" those of everything, under "posts", "pages" and
        "pages/<page type>" those of what is called so. An empty path sets nothing.
    """
    if not isinstance(value, Mapping):
        problems.append(
            f'{_SETTING} takes a mapping, such as {{"cover": "featured_image"}}, not {value!r}.'
        )
        return {}
    found: dict[str, dict[str, str]] = {"": {}}
    for name, path in value.items():
        if not isinstance(path, Mapping):
            problems += wrong_name(_SETTING, name, path)
            found[""][str(name)] = str(path or "")
            continue
        known = ("posts", "pages", *(f"pages/{page_type}" for page_type in page_types))
        if name not in known:
            problems.append(
                f"{_SETTING} has a mapping for {name!r}, which is none of {', '.join(known)}."
            )
        for inner, inner_path in path.items():
            problems += wrong_name(f"{_SETTING}[{name!r}]", inner, inner_path)
        found[str(name)] = {str(inner): str(field or "") for inner, field in path.items()}
    return found


def parse_structured_data(
    value: Any, page_types: Collection[str], problems: list[str]
) -> dict[str, dict[str, str]]:
    """Read what pages of a type are for search engines; adds what is wrong to `problems`.

    Returns:
        By page type: the path of a field, or a constant behind `=`, by property of schema.org.
    """
    name = "BUTTERCMS_STRUCTURED_DATA"
    if not isinstance(value, Mapping):
        problems.append(f'{name} takes a mapping from page types, such as "coffee", not {value!r}.')
        return {}
    for page_type, rules in value.items():
        if page_type not in page_types:
            problems.append(f"{name} names {page_type!r}, which is not in BUTTERCMS_PAGE_TYPES.")
        if not isinstance(rules, Mapping) or not isinstance(rules.get("@type"), str):
            problems.append(
                f'{name}[{page_type!r}] takes a mapping with an "@type", such as {{"@type":'
                f' "Product", "name": "headline"}}, not {rules!r}.'
            )
            continue
        for place, path in rules.items():
            is_constant = str(place).endswith("@type") or str(path).startswith("=")
            if not _PROPERTY.match(str(place)) or not isinstance(path, str):
                problems.append(
                    f"{name}[{page_type!r}] has {place!r}: {path!r}. Name a property of schema.org"
                    " and a field, such as 'offers.price': 'price', or a constant, '=EUR'."
                )
            elif not is_constant and not _PATH.match(path):
                problems.append(
                    f"{name}[{page_type!r}][{place!r}] takes a field's name, such as 'hero.image',"
                    f" or a constant, such as '=EUR', not {path!r}."
                )
    return {} if problems else {str(key): dict(rules) for key, rules in value.items()}


def paths_of(metadata: Mapping[str, Mapping[str, str]], kind: str, group: str) -> dict[str, str]:
    """Return the paths by name for posts, or for the pages of a page type.

    Args:
        metadata: see `parse_metadata`.
        kind: "posts" or "pages".
        group: the page type; "" for posts.
    """
    paths: dict[str, str] = {}
    for what in ("", kind, f"{kind}/{group}"):
        paths |= metadata.get(what, {})
    return {name: path for name, path in paths.items() if path}


def wrong_name(where: str, name: Any, path: Any) -> Iterator[str]:
    """Yield what is wrong with the name of a piece of metadata, and with the path of its field."""
    if name in PROTECTED:
        hint = (
            " To choose the field that it comes from, use BUTTERCMS_PAGE_TYPES[…]['fields']."
            if name in MAPPED_FIELDS
            else ""
        )
        yield f"{where} cannot set {name!r}, which Pelican or pelican-buttercms sets.{hint}"
    elif not isinstance(name, str) or not _NAME.match(name):
        yield (
            f"{where} names {name!r}: a name of metadata has lower-case letters, digits and"
            " underscores, and begins with a letter."
        )
    if path is not None and (not isinstance(path, str) or not _PATH.match(path)):
        yield f"{where}[{name!r}] takes a field's name, such as 'hero.image', not {path!r}."


def misspelt(name: str) -> str | None:
    """Return which of `MAPPED_FIELDS` a name is probably meant for, None if it is another word."""
    meant = nearest(name, MAPPED_FIELDS, _ALIKE)
    return meant if meant and meant not in name else None
