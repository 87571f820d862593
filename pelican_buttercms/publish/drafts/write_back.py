"""Writes Id and Base into a draft's own metadata after publishing.

What is on the disk now is edited, and read again before it takes the place of the file: nothing
but what was meant may have changed in what the draft says.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
import os
from pathlib import Path
import stat

from pelican.readers import HTMLReader, MarkdownReader, RstReader

from pelican_buttercms.errors import DraftError
from pelican_buttercms.filesystem import read_regular, written_aside
from pelican_buttercms.publish.drafts.edit_json import edit_json
from pelican_buttercms.publish.drafts.edit_lines import Changes, edit_html, edit_markdown, edit_rst
from pelican_buttercms.publish.drafts.edit_yaml import edit_yaml
from pelican_buttercms.publish.drafts.front_matter import find_front_matter
from pelican_buttercms.publish.drafts.links import LinkResolver
from pelican_buttercms.publish.drafts.locale_versions import is_by_locale
from pelican_buttercms.publish.drafts.metadata import DraftMetadata, DraftSyntaxError
from pelican_buttercms.publish.drafts.pelican_site import DraftSite
from pelican_buttercms.publish.drafts.raw_draft import RawDraft, draft_file
from pelican_buttercms.publish.drafts.read import read_entries, read_file
from pelican_buttercms.publish.drafts.tables import edit_table
from pelican_buttercms.publish.drafts.yaml_json import ParseError

_BOM = "\ufeff"


def write_back(raw: RawDraft, site: DraftSite, *, id: str, base: str, updated: str) -> None:  # noqa: A002
    """Write the result of publishing into a draft's file: `Id`, `Base`, and `Slug` if it has none.

    Args:
        raw: the draft, as it was read.
        site: the site it was read with.
        id: the slug or number that the CMS has for it.
        base: the digest of what the CMS holds now.
        updated: when the CMS changed that, "" where it is not known.

    Raises:
        DraftError: the file cannot be changed, or not without changing more; it is as it was.
    """
    metadata, before = _read_now(raw, site)
    by_locale = is_by_locale(metadata.values.get("fields"), site)
    changes: dict[str, str | None] = {"id": id, "base": f"{base} {updated}".strip() or None}
    slug = raw.kind != "item" and not _says_slug(metadata, by_locale=by_locale)
    if slug:
        changes["slug"] = id
    expected = []
    for draft in before:
        new = draft
        if draft.path == raw.path:
            new = replace(draft, id=id, slug=id if slug else draft.slug)
            if not by_locale or draft.locale == raw.locale:
                new = replace(new, base=base, updated=updated)
        expected.append(new)
    _change(raw, site, metadata, changes, expected, locale=raw.locale if by_locale else None)


def remove_identity(raw: RawDraft, site: DraftSite) -> None:
    """Remove `Id` and `Base` from a draft's file, after the item that they name was deleted.

    Raises:
        DraftError: the file cannot be changed, or not without changing more; it is as it was.
    """
    metadata, before = _read_now(raw, site)
    expected = [
        replace(draft, id="", base="", updated="") if draft.path == raw.path else draft
        for draft in before
    ]
    _change(raw, site, metadata, {"id": None, "base": None}, expected, locale=None)


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


def _change(
    raw: RawDraft,
    site: DraftSite,
    metadata: DraftMetadata,
    changes: Changes,
    expected: list[RawDraft],
    *,
    locale: str | None,
) -> None:
    target = draft_file(raw.path).resolve()
    try:
        text = read_regular(target).decode()
        mark = _BOM if text.startswith(_BOM) else ""
        for new in _candidates(text.removeprefix(_BOM), site, metadata, changes, locale):
            if _try(raw, target, site, (mark + new).encode(), expected):
                return
    except OSError as exc:
        reason = exc.strerror or str(exc)
        raise DraftError(
            f"{raw.path}: the file cannot be changed ({reason}). {_by_hand(changes)}"
        ) from exc
    raise DraftError(
        f"{raw.path}: Id and Base cannot be changed without changing more of what it says, so the"
        f" file was left as it is. {_by_hand(changes)}"
    )


def _by_hand(changes: Changes) -> str:
    lines = ", ".join(f"{key.capitalize()}: {value}" for key, value in changes.items() if value)
    return f"Add by hand: {lines}." if lines else "Remove Id and Base by hand."


def _candidates(
    text: str, site: DraftSite, metadata: DraftMetadata, changes: Changes, locale: str | None
) -> Iterator[str]:
    """Yield candidates for the file's new text, the best first."""
    suffix = metadata.path.suffix.removeprefix(".")
    with suppress(DraftSyntaxError, ParseError):
        if metadata.path != draft_file(metadata.path):
            yield edit_table(text, metadata.path, changes, locale)
        elif metadata.style == "json":
            yield edit_json(text, changes, locale)
        elif metadata.style == "yaml":
            front = find_front_matter(text) if suffix not in {"yaml", "yml"} else None
            start, end = (front.start, front.end) if front else (0, len(text))
            for first in (False, True):
                new = edit_yaml(text[start:end], changes, locale, first=first)
                yield text[:start] + new + text[end:]
        else:
            reader = site.reader(suffix)
            kinds = (
                (RstReader, edit_rst),
                (HTMLReader, edit_html),
                (MarkdownReader, edit_markdown),
            )
            own = [edit for kind, edit in kinds if isinstance(reader, kind)]
            for edit in own or [edit_markdown, edit_rst]:
                yield edit(text, changes)


def _try(
    raw: RawDraft, target: Path, site: DraftSite, data: bytes, expected: list[RawDraft]
) -> bool:
    """Replace the file with a new text if that reads as expected."""
    mode = target.stat().st_mode
    if not mode & stat.S_IWUSR or not os.access(target, os.W_OK):
        raise PermissionError(0, "it is read-only")
    with written_aside(
        target, data, suffix=target.suffix, mode=stat.S_IMODE(mode), durable=True
    ) as file:
        after, problems = read_file(draft_file(raw.path), site, LinkResolver(site), stored=file)
        if problems or not _same(after, expected):
            return False
        file.replace(target)
        return True


def _same(after: list[RawDraft], expected: list[RawDraft]) -> bool:
    """Compare drafts; a slug that only follows from the Id goes with it."""
    if expected and not expected[0].id:
        after = [replace(draft, slug=one.slug) for draft, one in zip(after, expected, strict=False)]
    return after == expected
