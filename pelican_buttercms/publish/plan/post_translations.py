"""Drafts of posts in another locale than the main one: which post each is a translation of.

A translation has a slug of its own, and the API finds it by the slug of any post of its group.
Older accounts ignore the locale of posts, and answer with the post itself. Source: contract,
section 15, 1.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pelican_buttercms.content import Key
from pelican_buttercms.publish.drafts.identity import locale_spelling
from pelican_buttercms.publish.drafts.raw_draft import draft_file
from pelican_buttercms.publish.plan.protocols import CmsReader
from pelican_buttercms.publish.resolve.account_schema import AccountSchema
from pelican_buttercms.publish.resolved_draft import Draft
from pelican_buttercms.publish.write_model import SLUG, WriteTarget


def is_translation(target: WriteTarget) -> bool:
    """Return whether a target is a post in another locale than the main one."""
    return target.key.kind == "post" and bool(target.locale)


def original_of(target: WriteTarget, known: AccountSchema) -> WriteTarget:
    """Return the version in the site's main locale."""
    return replace(target, locale=known.main_locale)


def with_originals(drafts: Sequence[Draft], known: AccountSchema) -> list[Draft]:
    """Return the drafts, those of translations without an `Id` with the key of their original.

    That is the draft in the main locale in the same file, or in the file whose name differs in the
    locale alone.
    """
    names = locale_names(known)
    originals = {
        stem_of(draft.raw.path, names): draft.target.key
        for draft in drafts
        if draft.target.key.kind == "post" and not draft.target.locale
    }
    return [
        replace(draft, target=replace(draft.target, key=key))
        if is_translation(draft.target)
        and not draft.raw.id
        and (key := originals.get(stem_of(draft.raw.path, names)))
        else draft
        for draft in drafts
    ]


def is_same_post(target: WriteTarget, other: WriteTarget, reads: CmsReader) -> bool:
    """Return whether another slug leads to a translation, too: that of its original does."""
    answer = reads.latest(other)
    return answer is not None and answer["slug"] == target.key.id


def located(draft: Draft, reads: CmsReader) -> Draft:
    """Return a translation's draft with the slug that the CMS has for it.

    A slug that the draft has from its original is none of its own: slugs are unique in the blog.
    """
    answer, key = reads.latest(draft.target), draft.target.key
    slug: Any = answer["slug"] if answer else ""
    if slug != key.id and draft.values.get(SLUG) == key.id:
        draft = without_slug(draft)
    if not slug:
        return draft
    return replace(draft, target=replace(draft.target, key=Key("post", "", slug)))


def without_slug(draft: Draft) -> Draft:
    """Return a draft that says nothing of its slug."""
    return replace(draft, values={p: v for p, v in draft.values.items() if p != SLUG})


def locale_names(known: AccountSchema) -> frozenset[str]:
    """Return the locales' names and languages in their normal form."""
    return frozenset(
        locale_spelling(name) for one in known.locales for name in (one.name, one.lang) if name
    )


def stem_of(draft: Path, locales: Collection[str]) -> Path:
    """Return a draft's path without its suffix, and without the locale or language in its name.

    A row of a table has no name that could say that it belongs to another.
    """
    if draft_file(draft) != draft:
        return draft.resolve()
    stem, _, infix = draft.stem.rpartition(".")
    is_named = bool(stem) and locale_spelling(infix) in locales
    return draft.resolve().parent / (stem if is_named else draft.stem)
