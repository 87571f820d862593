"""Edits of a draft's file that change nothing else in it: each is read again before it is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from html import escape
import os
from pathlib import Path
import re
import stat

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
from pelican_buttercms.publish.drafts.metadata import DraftMetadata, DraftSyntaxError
from pelican_buttercms.publish.drafts.pelican_site import DraftSite
from pelican_buttercms.publish.drafts.raw_draft import RawDraft, draft_file
from pelican_buttercms.publish.drafts.read import read_file
from pelican_buttercms.publish.drafts.tables import edit_table
from pelican_buttercms.publish.drafts.yaml_json import ParseError

Accept = Callable[[list[RawDraft]], bool]
"""Returns whether the drafts of an edited file say what they should."""

_BOM = "\ufeff"
_MARKUP = re.compile(r"[\\`*_{}\[\]()>#+.!|~-]")


def edit_file(
    raw: RawDraft,
    site: DraftSite,
    metadata: DraftMetadata,
    changes: Changes,
    accept: Accept,
    *,
    bodies: tuple[str, ...] = (),
) -> None:
    """Change a draft's file, in the first way after which it reads as it should.

    Args:
        raw: the draft, as it was read.
        site: the site it was read with.
        metadata: the metadata of the file as it is now.
        changes: the changes of its metadata.
        accept: tells whether the result is what was meant.
        bodies: texts for the body, the best first; nothing where it stays.

    Raises:
        DraftError: the file cannot be changed, or not without changing more; it is as it was.
    """
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
