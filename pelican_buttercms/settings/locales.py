"""The site's locales, and what is shown where something is not translated.

The setting `BUTTERCMS_LOCALES`. ButterCMS itself has no fallback: an item that is not translated
is a 404. Source: contract, "Localisation".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
import re
from typing import Any

from pelican_buttercms.wording import suggest

LONGEST = 10
"""Characters of a locale's API slug. Source: contract, "Common query parameters"."""

KINDS = ("posts", "pages", "collections")
_OPTIONS = ("lang", "fallback")
_NAME = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Locale:
    """One locale of the account, and the language of the site that it becomes.

    Attributes:
        name: the locale's API slug, "" for the account's default.
        lang: Pelican's `lang`, in lower case as Pelican compares it, and with a hyphen as HTML
            writes it; with an underscore only where DEFAULT_LANG has one.
        fallback: which locales stand in for a missing translation, in order, by what is missing:
            `"posts"`, `"pages"`, `"pages/<page type>"`, `"collections"`, `"collections/<key>"`,
            or `"default"` for the rest.
    """

    name: str
    lang: str
    fallback: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def chain(self, kind: str, group: str = "") -> tuple[str, ...]:
        """Return the locales that stand in for a missing item, the first choice first.

        Args:
            kind: `"posts"`, `"pages"` or `"collections"`.
            group: the page type or the collection's key.
        """
        for name in (f"{kind}/{group}", kind, "default"):
            if name in self.fallback:
                return self.fallback[name]
        return ()


def parse_locales(value: Any, default_lang: str, problems: list[str]) -> tuple[Locale, ...]:
    """Read a list of locales, or a mapping from locale to its options.

    An option is the list of its fallbacks, or a mapping with `lang` and `fallback`. Without any
    locale there is one: the account's default, which becomes `default_lang`.
    """
    if not value:
        return (Locale("", default_lang),)
    if isinstance(value, list | tuple) and all(isinstance(name, str) for name in value):
        value = dict.fromkeys(value)
    if not isinstance(value, Mapping):
        problems.append(
            "BUTTERCMS_LOCALES takes a list of locales' names, or a mapping from locale to its"
            f" fallbacks, not {value!r}."
        )
        return (Locale("", default_lang),)
    wrong = list(_problems(value))
    given = () if wrong else value.items()
    locales = tuple(_locale(name, options, default_lang) for name, options in given)
    wrong += _wrong_langs(locales, default_lang)
    problems.extend(wrong)
    return locales or (Locale("", default_lang),)


def language_tag(lang: str) -> str:
    """Return a language as HTML and sitemaps write it. Source: BCP 47, which has hyphens only."""
    return lang.replace("_", "-")


def _locale(name: str, options: Any, default_lang: str) -> Locale:
    given = options if isinstance(options, Mapping) else {"fallback": options}
    fallback = given.get("fallback") or {}
    chains = fallback if isinstance(fallback, Mapping) else {"default": fallback}
    lang = (given.get("lang") or name).lower()
    same = language_tag(lang) == language_tag(default_lang)  # as Pelican compares with it
    return Locale(
        name,
        default_lang if same else language_tag(lang),
        {what: tuple(dict.fromkeys(chain or ())) for what, chain in chains.items()},
    )


def _problems(value: Mapping[Any, Any]) -> Iterator[str]:
    for name, options in value.items():
        where = f"BUTTERCMS_LOCALES[{name!r}]"
        if not isinstance(name, str) or not _NAME.fullmatch(name) or len(name) > LONGEST:
            yield (
                f"BUTTERCMS_LOCALES names {name!r}, which is no locale's API slug ({LONGEST}"
                ' characters at most, such as "en" or "de-AT"): copy it from the dashboard.'
            )
        elif isinstance(options, Mapping):
            yield from _wrong_options(where, name, options, list(value))
        else:
            yield from _wrong_chain(where, name, options, list(value))


def _wrong_options(
    where: str, name: str, options: Mapping[Any, Any], known: list[str]
) -> Iterator[str]:
    for option in options:
        if option not in _OPTIONS:
            yield f"{where} has no option {option!r}{suggest(str(option), _OPTIONS)}"
    lang = options.get("lang")
    if lang is not None and (not isinstance(lang, str) or not _NAME.fullmatch(lang)):
        yield f'{where}["lang"] takes a language such as "de-at", not {lang!r}.'
    fallback = options.get("fallback")
    if not isinstance(fallback, Mapping):
        yield from _wrong_chain(f'{where}["fallback"]', name, fallback, known)
        return
    for what, chain in fallback.items():
        kind = str(what).partition("/")[0]
        if what != "default" and (kind not in KINDS or what == "posts/" or str(what)[-1] == "/"):
            yield (
                f'{where}["fallback"] has {what!r}, which is none of "default", "posts", "pages",'
                ' "pages/<page type>", "collections" and "collections/<key>".'
            )
        yield from _wrong_chain(f'{where}["fallback"][{what!r}]', name, chain, known)


def _wrong_chain(where: str, name: str, chain: Any, known: list[str]) -> Iterator[str]:
    if chain is None:
        return
    if not isinstance(chain, list | tuple):
        yield f'{where} takes a list of locales, such as ["de", "en"], not {chain!r}.'
        return
    for other in chain:
        if other == name:
            yield f"{where} falls back to {name!r} itself."
        elif other not in known:
            hint = suggest(str(other), [str(one) for one in known if one != name])
            yield f"{where} falls back to {other!r}, which BUTTERCMS_LOCALES does not name{hint}"


def _wrong_langs(locales: tuple[Locale, ...], default_lang: str) -> Iterator[str]:
    by_lang: dict[str, list[str]] = {}
    for locale in locales:
        by_lang.setdefault(locale.lang, []).append(locale.name)
    for lang, names in by_lang.items():
        if len(names) > 1:
            yield f"BUTTERCMS_LOCALES: {' and '.join(names)} would all become the lang {lang!r}."
    if locales and default_lang not in by_lang:
        yield (
            f"BUTTERCMS_LOCALES: none of the locales becomes DEFAULT_LANG {default_lang!r} (they"
            f" become {', '.join(by_lang)}). Set DEFAULT_LANG to one of them, or give a locale its"
            f' lang: {{"{locales[0].name}": {{"lang": "{default_lang}"}}}}.'
        )
