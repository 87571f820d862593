"""Edits of plain metadata: only a value changes, every other byte stays where it is.

Changes are values by path, None to take a key away; plain metadata has paths of one key. A text is
edited as it is on the disk now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
import re
from typing import Any

from pelican_buttercms.content.html_tokens import Edit, EndTag, StartTag, Token, tokens
from pelican_buttercms.publish.drafts.front_matter import METADATA_LINE, detect_newline, split_lines
from pelican_buttercms.publish.drafts.metadata import DraftSyntaxError, normalize_key

Changes = Mapping[tuple[str, ...], Any]
_Values = Mapping[str, str | None]
_Spell = Callable[[str, str], str]

_FIELD = re.compile(r":(?!:)([^:\r\n]+):(?=\s|\Z)")
_MORE = re.compile(r"[ ]{4,}\S")
_ONE_LINE = re.compile(r"\S(?:[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*\S)?")
_ADORNMENT = re.compile(r"([!-/:-@[-`{-~])\1*\s*")


def plain_text(value: Any) -> str | None:
    """Return a value as plain metadata, None where that cannot hold it.

    Names with a comma are separated by semicolons, as in Pelican.
    """
    if not isinstance(value, list):
        return value if isinstance(value, str) and _ONE_LINE.fullmatch(value) else None
    names = [plain_text(name) for name in value]
    texts = [name for name in names if name]
    if None in names or any(";" in name for name in texts):
        return None
    if any("," in name for name in texts):
        return "; ".join(texts) + (";" if len(texts) == 1 else "")
    return ", ".join(texts)


def plain_changes(changes: Changes) -> _Values:
    """Return changes as texts by key.

    Raises:
        DraftSyntaxError: a line cannot hold one.
    """
    found: dict[str, str | None] = {}
    for path, value in changes.items():
        found[path[0]] = text = None if value is None else plain_text(value)
        if len(path) > 1 or (text is None and value is not None):
            raise DraftSyntaxError(f"a line cannot hold its {path[0]}")
    return found


def edit_markdown(text: str, changes: _Values) -> str:
    """Change `Key: value` lines at the top, with or without `---` around them."""
    lines = split_lines(text)
    first = 1 if lines and re.match(r"---\s*\Z", lines[0]) else 0
    entries: list[tuple[str, int, int]] = []
    end = first
    while end < len(lines):
        match = METADATA_LINE.match(lines[end])
        if match:
            entries.append((normalize_key(match[1]), end, end + 1))
        elif entries and _MORE.match(lines[end]):
            entries[-1] = (*entries[-1][:2], end + 1)
        else:
            break
        end += 1
    capital = not entries or lines[entries[0][1]].strip()[:1].isupper()
    new = _changed(lines, entries, changes, re.compile(r"\s*[\w-]+:[ \t]*"))
    added = _added(
        entries, changes, lambda key, value: f"{key.capitalize() if capital else key}: {value}"
    )
    gap = not entries and not first
    return _joined(lines, new, end, added, detect_newline(text), after=gap)


def edit_rst(text: str, changes: _Values) -> str:
    """Change `:key: value` lines below the title."""
    lines = split_lines(text)
    title = _title_end(lines)
    start = title
    while start < len(lines) and not _FIELD.match(lines[start]) and _is_aside(lines[start]):
        start += 1
    entries: list[tuple[str, int, int]] = []
    for number in range(start, len(lines)):
        match = _FIELD.match(lines[number])
        if match:
            entries.append((normalize_key(match[1]), number, number + 1))
        elif lines[number][:1] in {" ", "\t"} and lines[number].strip() and entries:
            entries[-1] = (*entries[-1][:2], number + 1)
        elif lines[number].strip() or not entries:
            break
    new = _changed(lines, entries, changes, re.compile(r":[^:]+:[ \t]*"))
    added = _added(entries, changes, lambda key, value: f":{key}: {value}")
    if entries:
        return _joined(lines, new, entries[-1][2], added, detect_newline(text))
    return _joined(lines, new, title, added, detect_newline(text), before=title > 0, after=True)


def _title_end(lines: list[str]) -> int:
    start = next((n for n, line in enumerate(lines) if not _is_aside(line)), 0)
    if len(lines) > start + 2 and _is_adornment(lines[start]) and _is_adornment(lines[start + 2]):
        return start + 3
    if len(lines) > start + 1 and _is_adornment(lines[start + 1]) and lines[start].strip():
        return start + 2
    return 0


def _is_adornment(line: str) -> bool:
    return bool(_ADORNMENT.fullmatch(line))


def _is_aside(line: str) -> bool:
    return not line.strip() or line[:1] in {" ", "\t"} or line.startswith("..")


def _changed(
    lines: list[str],
    entries: list[tuple[str, int, int]],
    changes: _Values,
    prefix: re.Pattern[str],
) -> dict[int, str]:
    """Return the new text of each line that changes; a second line of one key is removed."""
    new: dict[int, str] = {}
    done = set()
    for key, start, stop in entries:
        if key not in changes:
            continue
        new.update(dict.fromkeys(range(start, stop), ""))
        value = changes[key]
        if value is not None and key not in done:
            match = prefix.match(lines[start])
            head = match[0] if match else ""
            end = lines[stop - 1][len(lines[stop - 1].rstrip("\r\n")) :]
            new[start] = head + (" " if head.endswith(":") else "") + value + end
        done.add(key)
    return new


def _added(entries: list[tuple[str, int, int]], changes: _Values, spell: _Spell) -> list[str]:
    there = {key for key, _, _ in entries}
    return [
        spell(key, value)
        for key, value in changes.items()
        if key not in there and value is not None
    ]


def _joined(
    lines: list[str],
    new: dict[int, str],
    position: int,
    added: list[str],
    newline: str,
    *,
    before: bool = False,
    after: bool = False,
) -> str:
    """Join the lines, the added ones at a position, with empty lines around them."""
    head = "".join(new.get(n, line) for n, line in enumerate(lines[:position]))
    rest = "".join(new.get(n, line) for n, line in enumerate(lines[position:], position))
    if not added:
        return head + rest
    if head and not head.endswith(("\r", "\n")):
        added = [newline.join(["", *added])]  # the text ends here, and without a line end
        return head + added[0] + rest
    gap = after and not rest.startswith(("\r", "\n"))
    block = "".join(line + newline for line in added)
    return head + (newline if before else "") + block + (newline if gap else "") + rest


def edit_html(text: str, changes: _Values) -> str:
    """Change `<meta name="…" content="…">` in the head, and `<title>`, whose text is HTML."""
    newline = detect_newline(text)
    found = list(tokens(text))
    head = next((n for n, one in enumerate(found) if _is_start(one, "head")), None)
    ends = (n for n, one in enumerate(found) if isinstance(one, EndTag) and one.name == "head")
    end = None if head is None else next((number for number in ends if number > head), None)
    if head is None or end is None:
        body = next((one.start for one in found if _is_start(one, "body")), 0)
        block = f"<head>{newline}</head>{newline}"
        return edit_html(text[:body] + block + text[body:], changes)
    inside = found[head + 1 : end]
    metas = [tag for tag in inside if isinstance(tag, StartTag) and tag.name == "meta"]
    edits: list[Edit] = []
    there = set()
    titles = (n for n, one in enumerate(inside) if _is_start(one, "title"))
    if (title := changes.get("title")) is not None and (at := next(titles, None)) is not None:
        closed = next(one for one in found[head + 1 + at :] if isinstance(one, EndTag))
        edits.append((inside[at].end, closed.start, title))
        there.add("title")
    for meta in metas:
        key = normalize_key(meta.value("name"))
        if key in changes:
            edits.append(_of_meta(text, meta, None if key in there else changes[key]))
            there.add(key)
    last = metas[-1] if metas else None
    position = last.end if last else found[head].end
    close = " />" if last and last.closes_itself else ">"
    indent = _indent(text, last.start) if last else ""
    added = "".join(
        f'{newline}{indent}<meta name="{key}" content="{escape(value)}"{close}'
        for key, value in changes.items()
        if key not in there and value is not None
    )
    edits.append((position, position, added))
    return apply_edits(text, edits)


def _is_start(token: Token, name: str) -> bool:
    return isinstance(token, StartTag) and token.name == name


def _of_meta(text: str, meta: StartTag, value: str | None) -> Edit:
    start, end = meta.start, meta.end
    if value is None:
        indent = _indent(text, start)
        line = re.compile(r"[ \t]*(\r\n|\r|\n)").match(text, end)
        whole = line and (start == len(indent) or text[start - len(indent) - 1] in "\r\n")
        return (start - len(indent), line.end(), "") if line and whole else (start, end, "")
    content = meta.get("content") or meta.get("contents")
    return content.replaced(value) if content else meta.added("content", value)


def _indent(text: str, position: int) -> str:
    match = re.search(r"[ \t]*\Z", text[:position])
    return match[0] if match else ""


def apply_edits(text: str, edits: list[tuple[int, int, str]]) -> str:
    """Replace spans of a text; an insertion stands behind what ends where it begins."""
    for start, end, new in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        text = text[:start] + new + text[end:]
    return text
