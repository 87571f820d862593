"""The versions of a content in several languages, and which of them are real translations.

Pelican groups contents by an attribute, usually the slug; a translated post of ButterCMS may have
another slug, and a page that stands in for a missing translation is no translation. This regroups
in linear time what Pelican's own `process_translations` does in quadratic time, in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from pelican.utils import get_original_items

from pelican_buttercms.settings.locales import language_tag


def regroup(contents: list[Any], translation_id: Any) -> tuple[list[Any], list[Any]]:
    """Set the translations of contents, and return originals and translations.

    A content that stands in for a missing translation is none, and has none: themes would say in
    hreflang that its text is in the language of its page. What it shows is in `fallback_of`.

    Args:
        contents: local and CMS contents of one status; they are sorted by `translation_id`.
        translation_id: Pelican's `ARTICLE_TRANSLATION_ID` or `PAGE_TRANSLATION_ID`: an attribute,
            several of them, or nothing for no translations at all.

    Raises:
        AttributeError: a content lacks the attribute, as from Pelican itself.
    """
    if not translation_id:
        return contents, []
    names = {translation_id} if isinstance(translation_id, str) else set(translation_id)
    value_of = attrgetter(*names)
    contents.sort(key=value_of)
    groups: dict[Any, list[Any]] = {}
    for content in contents:
        groups.setdefault(_identity(content) or value_of(content), []).append(content)
    originals = []
    for versions in groups.values():
        originals += _originals(versions, names, value_of(versions[0]))
        for content in versions:
            others = versions if is_real(content) else ()
            content.translations = [v for v in others if v is not content and is_real(v)]
    known = {id(content) for content in originals}
    return originals, [content for content in contents if id(content) not in known]


def _originals(versions: list[Any], names: set[str], values: Any) -> list[Any]:
    """Choose the version that stands in lists: in DEFAULT_LANG, or the first real one.

    Without a version in DEFAULT_LANG, Pelican would warn, and list all versions beside each other.
    """
    if not any(v.in_default_lang for v in versions) and all(hasattr(v, "butter") for v in versions):
        return [next(filter(is_real, versions), versions[0])]
    shown = zip(names, values if len(names) > 1 else (values,), strict=True)
    with_text = "with" + ",".join(f' {name} "{value}"' for name, value in shown)
    originals: list[Any] = get_original_items(versions, with_text)
    return originals


def _identity(content: Any) -> Any:
    """Return the field by which the user groups versions, None where it is the slug."""
    record = getattr(content, "butter", None)
    if record is None or not record.identity or record.identity == record.key.stored:
        return None
    return ("butter", record.identity)


def is_real(content: Any) -> bool:
    """Return whether a content is in the language of the part of the site that shows it."""
    return getattr(content, "fallback_of", None) is None


def versions_of(content: Any) -> tuple[Any, ...]:
    """Return a content and its translations; with what it shows in place of its own text."""
    real = getattr(content, "fallback_of", None)
    return (content, *content.translations) if real is None else (content, real, *real.translations)


def is_public(content: Any) -> bool:
    """Return whether feeds and sitemaps may list a content: no draft and no fallback."""
    published = getattr(content, "status", "published") == "published"
    return published and is_real(content) and not getattr(content, "preview_state", None)


def alternates(content: Any, x_default: str | None) -> list[tuple[str, str]]:
    """Return the tag and the URL of every real version of a content, itself too, for hreflang.

    None at all for a content that stands in for a missing translation, for a draft, and for what
    has one version only. `x-default` comes last.
    """
    others = getattr(content, "translations", ())
    if not others:
        return []
    versions = [version for version in (content, *others) if is_public(version)]
    if not is_public(content) or len(versions) < 2:
        return []
    return with_default({version.lang: version.url for version in versions}, x_default)


def with_default(urls: dict[str, str], x_default: str | None) -> list[tuple[str, str]]:
    """Sort URLs by language tag, and add the one for readers of no other language."""
    tagged = sorted((language_tag(lang), url) for lang, url in urls.items())
    if x_default in urls:
        tagged.append(("x-default", urls[x_default]))
    return tagged


def mark_fallbacks(contents: Iterable[tuple[str, Any]]) -> None:
    """Set `fallback_of` of each content that stands in for a missing translation.

    Args:
        contents: every content of one kind, with the locale that shows it.
    """
    contents = list(contents)
    if all(content.butter.locale == locale for locale, content in contents):
        return
    real = {
        (content.butter.key.kind, content.butter.identity, locale): content
        for locale, content in contents
        if content.butter.locale == locale
    }
    for locale, content in contents:
        record = content.butter
        if record.locale != locale:
            content.fallback_of = real[record.key.kind, record.identity, record.locale]
            content.private = "True"  # the word by which the sitemap plugin leaves things out
