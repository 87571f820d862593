"""Writes into a draft's file: Id and Base after publishing, and values that the CMS has.

What is on the disk now is edited, and read again before it takes the place of the file: nothing
but what was meant may have changed in what the draft says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from html import escape
import os
from pathlib import Path
import re
import stat
from typing import Literal

from pelican.readers import HTMLReader, MarkdownReader, RstReader

from pelican_buttercms.errors import DraftError
from pelican_buttercms.filesystem import read_regular, written_aside
from pelican_buttercms.publish.drafts.edit_lines import (
    Changes,
    edit_html,
    edit_markdown,
    edit_rst,
    plain_changes,
)
from pelican_buttercms.publish.drafts.edit_structured import edit_structured
from pelican_buttercms.publish.drafts.front_matter import find_front_matter
from pelican_buttercms.publish.drafts.links import LinkResolver
from pelican_buttercms.publish.drafts.locale_versions import is_by_locale
from pelican_buttercms.publish.drafts.metadata import UNPUBLISHED, DraftMetadata, DraftSyntaxError
from pelican_buttercms.publish.drafts.pelican_site import DraftSite
from pelican_buttercms.publish.drafts.raw_draft import RawDraft, draft_file
from pelican_buttercms.publish.drafts.read import read_entries, read_file
from pelican_buttercms.publish.drafts.tables import edit_table
from pelican_buttercms.publish.drafts.yaml_json import ParseError

Accept = Callable[[list[RawDraft]], bool]
"""Returns whether the drafts of an edited file say what they should."""

_BOM = "\ufeff"
_MARKUP = re.compile(r"[\\`*_{}\[\]()>#+.!|~-]")


def write_back(
    raw: RawDraft,
    site: DraftSite,
    *,
    id: str,  # noqa: A002
    base: str,
    updated: str,
    status: str = "",
) -> None:
    """Write the result of publishing into a draft's file: `Id`, `Base`, and `Slug` if it has none.

    `Base` notes what is public as a file, and not at the CMS: no build takes it off the site. What
    says that it is a draft, and was created as something public, says so.

    Args:
        raw: the draft, as it was read.
        site: the site it was read with.
        id: the slug or number that the CMS has for it.
        base: the digest of what the CMS holds now.
        updated: when the CMS changed that, "" where it is not known.
        status: the status that it has there.

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
    expected = []
    for draft in before:
        new = draft
        if draft.path == raw.path:
            slug = id if ("slug",) in changes else draft.slug
            new = replace(draft, id=id, slug=slug, status=said or draft.status)
            if not by_locale or draft.locale == raw.locale:
                new = replace(new, base=base, updated=updated)
        expected.append(new)
    _change(raw, site, metadata, changes, lambda after: _same(after, expected))


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
    _change(raw, site, metadata, changes, lambda after: _same(after, expected))


def withdraw(raw: RawDraft, site: DraftSite) -> None:
    """Make a draft's status draft, after the item was deleted or withdrawn at the CMS.

    Raises:
        DraftError: the file cannot be changed, or not without changing more; it is as it was.
    """
    metadata, before = _read_now(raw, site)
    changes = _withdrawal(metadata, before, raw.locale)
    expected = [replace(d, status="draft") if d.locale == raw.locale else d for d in before]
    _change(raw, site, metadata, changes, lambda after: _same(after, expected))


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
    _change(raw, site, metadata, build(metadata), accept, bodies=tuple(bodies))


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


def _change(
    raw: RawDraft,
    site: DraftSite,
    metadata: DraftMetadata,
    changes: Changes,
    accept: Accept,
    *,
    bodies: tuple[str, ...] = (),
) -> None:
    target = draft_file(raw.path).resolve()
    try:
        text = read_regular(target).decode()
        mark = _BOM if text.startswith(_BOM) else ""
        for new in _candidates(text.removeprefix(_BOM), site, metadata, changes, bodies):
            if _try(raw, target, site, (mark + new).encode(), accept):
                return
    except OSError as exc:
        reason = exc.strerror or str(exc)
        raise DraftError(
            f"{raw.path}: the file cannot be changed ({reason}). {_by_hand(changes)}"
        ) from exc
    names = " and ".join(dict.fromkeys(path[0].capitalize() for path in changes))
    raise DraftError(
        f"{raw.path}: {names} cannot be changed without changing more of what it says, so the"
        f" file was left as it is. {_by_hand(changes)}"
    )


def _by_hand(changes: Changes) -> str:
    lines = [f"{path[0].capitalize()}: {value}" for path, value in changes.items() if value]
    return f"Add by hand: {', '.join(lines)}." if lines else "Remove Id and Base by hand."


def _candidates(
    text: str, site: DraftSite, metadata: DraftMetadata, changes: Changes, bodies: tuple[str, ...]
) -> Iterator[str]:
    """Yield candidates for the file's new text, the best first."""
    suffix = metadata.path.suffix.removeprefix(".")
    with suppress(DraftSyntaxError, ParseError):
        if metadata.path != draft_file(metadata.path):
            yield edit_table(text, metadata.path, changes)
        elif metadata.style == "json":
            yield edit_structured(text, changes)
        elif metadata.style == "yaml":
            front = find_front_matter(text) if suffix not in {"yaml", "yml"} else None
            for first in (False, True):
                if front is None:
                    yield edit_structured(text, changes, first=first)
                    continue
                new = edit_structured(front.inner, changes, first=first)
                for body in bodies or (text[front.rest :],):
                    middle = text[front.end : front.rest]
                    gap = "\n" if bodies else ""
                    yield text[: front.start] + new + middle + gap + body
        else:
            yield from _plain_candidates(text, site, suffix, changes, bodies)


def _plain_candidates(
    text: str, site: DraftSite, suffix: str, changes: Changes, bodies: tuple[str, ...]
) -> Iterator[str]:
    """Yield edits of plain metadata; Pelican takes titles for HTML, and summaries for Markdown."""
    reader = site.reader(suffix)
    kinds = ((RstReader, edit_rst), (HTMLReader, edit_html), (MarkdownReader, edit_markdown))
    own = [edit for kind, edit in kinds if isinstance(reader, kind)]
    title, summary = changes.get(("title",)), changes.get(("summary",))
    escaped = dict(changes)
    if isinstance(title, str):
        escaped["title",] = escape(title, quote=False)
    if isinstance(summary, str):
        escaped["summary",] = _MARKUP.sub(r"\\\g<0>", escape(summary, quote=False))
    for edit in own or [edit_markdown, edit_rst]:
        for one in dict.fromkeys((*bodies,)) or (None,):
            for words in (changes, escaped):
                new = edit(text, plain_changes(words))
                yield new if one is None else _with_body(new, one)


def _with_body(text: str, body: str) -> str:
    """Return a file with plain metadata and another body."""
    if match := re.search(r"(<body\b[^>]*>).*?(</body\s*>)", text, re.DOTALL | re.IGNORECASE):
        return f"{text[: match.end(1)]}\n{body}\n{text[match.start(2) :]}"
    front = find_front_matter(text)
    head = text[: front.rest] if front else re.split(r"\n[ \t]*\n", text, maxsplit=1)[0] + "\n"
    return f"{head}\n{body}\n"


def _try(raw: RawDraft, target: Path, site: DraftSite, data: bytes, accept: Accept) -> bool:
    """Replace the file with a new text if that reads as expected."""
    mode = target.stat().st_mode
    if not mode & stat.S_IWUSR or not os.access(target, os.W_OK):
        raise PermissionError(0, "it is read-only")
    with written_aside(
        target, data, suffix=target.suffix, mode=stat.S_IMODE(mode), durable=True
    ) as file:
        after, problems = read_file(draft_file(raw.path), site, LinkResolver(site), stored=file)
        if problems or not accept(after):
            return False
        file.replace(target)
        return True


def _same(after: list[RawDraft], expected: list[RawDraft]) -> bool:
    """Compare drafts; a slug that only follows from the Id goes with it."""
    if expected and not expected[0].id:
        after = [replace(draft, slug=one.slug) for draft, one in zip(after, expected, strict=False)]
    return after == expected
