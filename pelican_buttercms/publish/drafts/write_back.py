"""Writes into a draft's file: Id and Base after publishing, and values that the CMS has.

What is on the disk now is edited, and read again before it takes the place of the file: nothing
but what was meant may have changed in what the draft says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Literal

from pelican_buttercms.content.timestamps import local_time, parse_time
from pelican_buttercms.errors import DraftError
from pelican_buttercms.publish.drafts.edit_file import Accept, edit_file
from pelican_buttercms.publish.drafts.edit_lines import Changes
from pelican_buttercms.publish.drafts.links import LinkResolver
from pelican_buttercms.publish.drafts.locale_versions import is_by_locale
from pelican_buttercms.publish.drafts.metadata import UNPUBLISHED, DraftMetadata
from pelican_buttercms.publish.drafts.pelican_site import DraftSite
from pelican_buttercms.publish.drafts.raw_draft import RawDraft, draft_file
from pelican_buttercms.publish.drafts.read import read_entries, read_file

_TO_MINUTES = len("2024-05-17 10:00")


def write_back(
    raw: RawDraft,
    site: DraftSite,
    *,
    id: str,  # noqa: A002
    base: str,
    updated: str,
    status: str = "",
    published: str = "",
) -> None:
    """Write the result of publishing into a draft's file: `Id`, `Base`, and `Slug` if it has none.

    A live post gets the CMS's `Date`, unless it has one: Pelican refuses articles without.
    `Base` notes what is public as a file, and not at the CMS: no build takes it off the site. What
    says that it is a draft, and was created as something public, says so.

    Args:
        raw: the draft, as it was read.
        site: the site it was read with.
        id: the slug or number that the CMS has for it.
        base: the digest of what the CMS holds now.
        updated: when the CMS changed that, "" where it is not known.
        status: the status that it has there.
        published: since when a post is live there, "" where it is not.

    Raises:
        DraftError: the file cannot be changed, or not without changing more; it is as it was.
    """
    metadata, before = _read_now(raw, site)
    by_locale = is_by_locale(metadata.values.get("fields"), site)
    is_behind = status not in {"", "published"} and raw.status != "draft" and raw.kind == "post"
    words = (base, updated, UNPUBLISHED if is_behind else "")
    changes = identity_changes(raw, metadata, site, id=id, base=" ".join(filter(None, words)))
    said: Literal["published"] | None = None
    if (raw.base, raw.status, status) == ("", "draft", "published") and not by_locale:
        changes["status",] = said = "published"
    date = "" if raw.date or raw.future_date else _local(published, site)
    if date:
        changes["date",] = date
    expected = []
    for draft in before:
        new = draft
        if draft.path == raw.path:
            slug = id if ("slug",) in changes else draft.slug
            new = replace(draft, id=id, slug=slug, status=said or draft.status)
            if date:
                new = replace(new, date=date[:_TO_MINUTES])
            if not by_locale or draft.locale == raw.locale:
                new = replace(new, base=base, updated=updated)
        expected.append(new)
    edit_file(raw, site, metadata, changes, lambda after: _same(after, expected))


def remove_identity(raw: RawDraft, site: DraftSite) -> None:
    """Remove `Id` and `Base` from a draft's file, after the item that they name was deleted.

    A post's status becomes draft: without them, Pelican would publish it again from the file.

    Raises:
        DraftError: the file cannot be changed, or not without changing more; it is as it was.
    """
    metadata, before = _read_now(raw, site)
    changes: dict[tuple[str, ...], str | None] = {("id",): None, ("base",): None}
    # a build never shows an item's file, or a row of a table
    is_public = raw.kind != "item" and draft_file(raw.path) == raw.path
    changes |= _withdrawal(metadata, before) if is_public else {}
    gone = [replace(one, id="", base="", updated="") for one in before]
    gone = [replace(one, status="draft") if is_public else one for one in gone]
    expected = [new if old.path == raw.path else old for new, old in zip(gone, before, strict=True)]
    edit_file(raw, site, metadata, changes, lambda after: _same(after, expected))


def withdraw(raw: RawDraft, site: DraftSite) -> None:
    """Make a draft's status draft, after the item was deleted or withdrawn at the CMS.

    Raises:
        DraftError: the file cannot be changed, or not without changing more; it is as it was.
    """
    metadata, before = _read_now(raw, site)
    changes = _withdrawal(metadata, before, raw.locale)
    expected = [replace(d, status="draft") if d.locale == raw.locale else d for d in before]
    edit_file(raw, site, metadata, changes, lambda after: _same(after, expected))


def update_values(
    raw: RawDraft,
    site: DraftSite,
    build: Callable[[DraftMetadata], Changes],
    accept: Accept,
    bodies: Iterable[str] = (),
) -> None:
    """Write values into a draft's file.

    Args:
        raw: the draft, as it was read.
        site: the site it was read with.
        build: returns the changes of its metadata.
        accept: tells whether the result is what was meant.
        bodies: texts for the body, the best first; nothing where it stays.

    Raises:
        DraftError: the file cannot be changed, or not without changing more; it is as it was.
    """
    metadata, _ = _read_now(raw, site)
    edit_file(raw, site, metadata, build(metadata), accept, bodies=tuple(bodies))


def identity_changes(
    raw: RawDraft,
    metadata: DraftMetadata,
    site: DraftSite,
    *,
    id: str,  # noqa: A002
    base: str,
) -> dict[tuple[str, ...], str | None]:
    """Return the changes that write `Id` and `Base`, and `Slug` where the file has none."""
    by_locale = is_by_locale(metadata.values.get("fields"), site)
    path = ("base", raw.locale) if by_locale else ("base",)
    changes: dict[tuple[str, ...], str | None] = {("id",): id, path: base or None}
    if raw.kind != "item" and not _says_slug(metadata, by_locale=by_locale):
        changes["slug",] = id
    return changes


def _withdrawal(
    metadata: DraftMetadata, drafts: list[RawDraft], locale: str | None = None
) -> Changes:
    if isinstance(metadata.values.get("status"), dict):
        return {("status", d.locale): "draft" for d in drafts if locale in {None, d.locale}}
    return {("status",): "draft"}


def _read_now(raw: RawDraft, site: DraftSite) -> tuple[DraftMetadata, list[RawDraft]]:
    file = draft_file(raw.path)
    before, problems = read_file(file, site, LinkResolver(site))
    if problems:
        raise DraftError(problems)
    now = [draft for draft in before if (draft.path, draft.locale) == (raw.path, raw.locale)]
    if not now or (file != raw.path and now[0].fields != raw.fields):
        what = f"draft in the locale {raw.locale!r}" if file == raw.path else "row"
        raise DraftError(
            f"{raw.path}: the {what} is no longer in the file as it was read, so its Id and Base"
            " were not written."
        )
    entries, _ = read_entries(file, site)
    return next(entry for entry in entries if entry.path == raw.path), before


def _says_slug(metadata: DraftMetadata, *, by_locale: bool) -> bool:
    fields = metadata.values.get("fields")
    if by_locale and fields:
        return any("slug" in values for values in fields.values()) or bool(metadata.text("slug"))
    return bool(metadata.text("slug")) or (isinstance(fields, dict) and "slug" in fields)


def _same(after: list[RawDraft], expected: list[RawDraft]) -> bool:
    """Compare drafts; a slug that only follows from the Id goes with it.

    Whether a date is past is not compared: the CMS's clock may be ahead.
    """
    after, expected = _with_one_date(after), _with_one_date(expected)
    if expected and not expected[0].id:
        after = [replace(draft, slug=one.slug) for draft, one in zip(after, expected, strict=False)]
    return after == expected


def _with_one_date(drafts: list[RawDraft]) -> list[RawDraft]:
    return [replace(one, date=one.date or one.future_date, future_date="") for one in drafts]


def _local(published: str, site: DraftSite) -> str:
    try:
        return local_time(parse_time(published), site.zone()) if published else ""
    except ValueError:  # the post keeps no date, as before
        return ""
