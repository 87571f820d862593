"""Kind, group, locale and slug of a draft, from its metadata and its file name."""

from __future__ import annotations

from collections.abc import Mapping

from pelican_buttercms.publish.drafts.metadata import KNOWN, DraftMetadata, normalize_key
from pelican_buttercms.publish.drafts.pelican_site import DraftSite
from pelican_buttercms.publish.drafts.raw_draft import DraftKind
from pelican_buttercms.wording import nearest, suggest

KINDS: tuple[DraftKind, ...] = ("post", "page", "item")


def read_kind(metadata: DraftMetadata) -> tuple[DraftKind, str]:
    """Return the kind, and the page type or the collection's key; problems are noted."""
    _mend_names(metadata)
    page_type, collection = metadata.text("page_type"), metadata.text("collection")
    has = metadata.values.get
    implied: DraftKind = "page" if has("page_type") else "item" if has("collection") else "post"
    word = metadata.lower_text("kind") or implied
    kind = next((one for one in KINDS if one == word), None)
    if kind is None:
        hint = "; did you mean 'post'?" if word == "article" else suggest(word, KINDS)
        metadata.add_problem(
            f"Kind {metadata.text('kind')!r} is none of post, page and item{hint}", "kind"
        )
        kind = implied
    if kind == "page" and not page_type and not metadata.values.get("page_type"):
        metadata.add_problem(
            "a page needs its page type: add Page_type, with * for a single page.", "kind"
        )
    if kind == "item" and not collection and not metadata.values.get("collection"):
        metadata.add_problem("an item needs its collection's key: add Collection.", "kind")
    for name, owner in (("page_type", "page"), ("collection", "item")):
        if metadata.text(name) and kind != owner:
            metadata.add_problem(
                f"{metadata.names[name]} is for a draft of kind {owner}, and this draft is of kind"
                f" {kind}: remove it, or write Kind: {owner}.",
                name,
            )
    return kind, {"post": "", "page": page_type, "item": collection}[kind]


def _mend_names(metadata: DraftMetadata) -> None:
    """Note a misspelt kind, page type or collection, and take it for what it means."""
    is_post = metadata.style == "plain" and "title" in metadata.values
    if is_post or {"kind", "page_type", "collection"} & metadata.values.keys():
        return
    for key in list(metadata.values):
        near = nearest(normalize_key(key), ("collection", "page_type", "kind"), cutoff=0.75)
        if key not in KNOWN and near:
            metadata.add_problem(
                f"there is no key {metadata.names[key]!r}; did you mean {near!r}?", key
            )
            metadata.rename({key: near})


def read_locale(metadata: DraftMetadata, site: DraftSite) -> str:
    """Return the locale by the file's Locale, its Lang or its name; "" where none names one."""
    locale, lang = metadata.text("locale"), metadata.text("lang")
    by_name = _by_name(locale, site.locales) if locale else None
    by_lang = site.locales.get(lang.lower()) if lang else None
    if locale and by_name is None:
        metadata.add_problem(
            f"there is no locale {locale!r}{_known_locales(locale, site)}", "locale"
        )
    if lang and by_lang is None:
        metadata.add_problem(f"no locale has the language {lang!r}{_known_langs(site)}", "lang")
    if by_name is not None and by_lang is not None and by_name != by_lang:
        metadata.add_problem(
            f"Locale {locale!r} and Lang {lang!r} are not the same locale: keep one.", "lang"
        )
    if locale or lang:
        return (by_name if by_name is not None else by_lang) or ""
    return _by_infix(metadata, site) or ""


def base_name(metadata: DraftMetadata, site: DraftSite) -> str:
    """Return the file's name without its suffix, and without the locale in it."""
    stem = metadata.path.stem
    return stem.rpartition(".")[0] if _by_infix(metadata, site) is not None else stem


def read_slug(metadata: DraftMetadata, site: DraftSite, title: str) -> str:
    """Return the slug: the file's Slug, else its Id, else Pelican's slug of the title."""
    return (
        metadata.text("slug") or metadata.text("id") or site.slug(title, base_name(metadata, site))
    )


def _by_infix(metadata: DraftMetadata, site: DraftSite) -> str | None:
    stem, _, infix = metadata.path.stem.rpartition(".")
    return _by_name(infix, site.locales) if stem and infix else None


def locale_spelling(name: str) -> str:
    """Return the normal form of a locale's name: `pt_BR` in a file's name is `pt-BR`."""
    return name.casefold().replace("_", "-")


def _by_name(name: str, locales: Mapping[str, str]) -> str | None:
    wanted = locale_spelling(name)
    for locale in locales.values():
        if locale and locale_spelling(locale) == wanted:
            return locale
    return next((of for lang, of in locales.items() if locale_spelling(lang) == wanted), None)


def _known_locales(name: str, site: DraftSite) -> str:
    names = sorted(filter(None, site.locales.values()))
    if not names:
        return ": BUTTERCMS_LOCALES names none; add it there, or remove it here."
    hint = suggest(name, names)
    return f"{hint if hint[0] == ';' else ':'} BUTTERCMS_LOCALES names {', '.join(names)}."


def _known_langs(site: DraftSite) -> str:
    return f": BUTTERCMS_LOCALES gives {', '.join(sorted(site.locales)) or 'none'}."
