"""Which item and version does a draft mean? Kind, group, locale and slug, or what is wrong."""

from __future__ import annotations

from collections.abc import Mapping

from pelican_buttercms.publish.drafts.metadata import DraftMetadata
from pelican_buttercms.publish.drafts.pelican_site import DraftSite
from pelican_buttercms.publish.drafts.raw_draft import DraftKind
from pelican_buttercms.settings.page_types import nearest

KINDS: tuple[DraftKind, ...] = ("post", "page", "item")


def read_kind(said: DraftMetadata) -> tuple[DraftKind, str]:
    """Give the kind, and the page type or the collection's key; problems are noted."""
    page_type, collection = said.text("page_type"), said.text("collection")
    implied: DraftKind = "page" if page_type else "item" if collection else "post"
    word = said.word("kind") or implied
    kind = next((one for one in KINDS if one == word), None)
    if kind is None:
        hint = "; did you mean 'post'?" if word == "article" else nearest(word, KINDS)
        said.add_problem(f"Kind {said.text('kind')!r} is none of post, page and item{hint}", "kind")
        kind = implied
    if kind == "page" and not page_type:
        said.add_problem(
            "a page needs its page type: add Page_type, with * for a single page.", "kind"
        )
    if kind == "item" and not collection:
        said.add_problem("an item needs its collection's key: add Collection.", "kind")
    for name, owner in (("page_type", "page"), ("collection", "item")):
        if said.text(name) and kind != owner:
            said.add_problem(
                f"{said.names[name]} is for a draft of kind {owner}, and this is of kind {kind}:"
                f" remove it, or say Kind: {owner}.",
                name,
            )
    return kind, {"post": "", "page": page_type, "item": collection}[kind]


def read_locale(said: DraftMetadata, site: DraftSite) -> str:
    """Give the locale that the file says, by Locale, Lang or its name; "" where it says none."""
    told, lang = said.text("locale"), said.text("lang")
    by_told = _by_name(told, site.locales) if told else None
    by_lang = site.locales.get(lang.lower()) if lang else None
    if told and by_told is None:
        said.add_problem(f"there is no locale {told!r}{_known(told, site)}", "locale")
    if lang and by_lang is None:
        said.add_problem(f"no locale has the language {lang!r}{_known_langs(site)}", "lang")
    if by_told is not None and by_lang is not None and by_told != by_lang:
        said.add_problem(
            f"Locale {told!r} and Lang {lang!r} are not the same locale: keep one.", "lang"
        )
    if told or lang:
        return (by_told if by_told is not None else by_lang) or ""
    return _by_infix(said, site) or ""


def base_name(said: DraftMetadata, site: DraftSite) -> str:
    """Give the file's name without its suffix, and without the locale in it."""
    stem = said.path.stem
    return stem.rpartition(".")[0] if _by_infix(said, site) is not None else stem


def read_slug(said: DraftMetadata, site: DraftSite, title: str) -> str:
    """Give the slug that is wanted: the said one, the known one, or the one Pelican would make."""
    told = said.text("slug")
    return told or said.text("id") or site.slug(title, base_name(said, site))


def _by_infix(said: DraftMetadata, site: DraftSite) -> str | None:
    stem, _, infix = said.path.stem.rpartition(".")
    return _by_name(infix, site.locales) if stem and infix else None


def _by_name(name: str, locales: Mapping[str, str]) -> str | None:
    for locale in locales.values():
        if locale and locale.lower() == name.lower():
            return locale
    return locales.get(name.lower())


def _known(name: str, site: DraftSite) -> str:
    names = sorted(filter(None, site.locales.values()))
    if not names:
        return ": BUTTERCMS_LOCALES names none; add it there, or remove it here."
    hint = nearest(name, names)
    return f"{hint if hint[0] == ';' else ':'} BUTTERCMS_LOCALES names {', '.join(names)}."


def _known_langs(site: DraftSite) -> str:
    return f": BUTTERCMS_LOCALES gives {', '.join(sorted(site.locales)) or 'none'}."
