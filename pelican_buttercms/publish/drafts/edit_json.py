"""In-place edits of keys of a JSON object, with the file's own indentation."""

from __future__ import annotations

from dataclasses import dataclass
import json
import re

from pelican_buttercms.publish.drafts.edit_lines import Changes, apply_edits
from pelican_buttercms.publish.drafts.metadata import normalize_key

_SPACE = re.compile(r"[ \t\r\n]*")
_Edits = list[tuple[int, int, str]]


@dataclass(frozen=True)
class _Entry:
    name: str
    key: int
    key_end: int
    start: int
    end: int


def edit_json(text: str, changes: Changes, locale: str | None, entry: int = 0) -> str:
    """Change keys at the top of an object that is known to be valid.

    Args:
        text: the JSON.
        changes: the new values, None to take a key away.
        locale: whose `base` is changed where that is an object by locale.
        entry: which object of a list, counted from 1; 0 where the file is the object.
    """
    position = _skip(text, 0)
    for number in range(entry):
        position = _skip(text, position + 1)
        if number < entry - 1:
            _, position = json.JSONDecoder().raw_decode(text, position)
            position = _skip(text, position)
    return apply_edits(text, _edits(text, position, changes, locale))


def _edits(text: str, position: int, changes: Changes, locale: str | None) -> _Edits:
    entries = _entries(text, position)
    edits: _Edits = []
    added: dict[str, str] = {}
    gone: set[int] = set()
    for name, value in changes.items():
        at = next(
            (n for n, one in enumerate(entries) if normalize_key(one.name) == normalize_key(name)),
            None,
        )
        nested = name == "base" and locale is not None
        if value is None:
            gone |= {at} if at is not None else set()
        elif at is None:
            added[name] = _nested(text, locale, value) if nested else _spell(text, value)
        elif nested and text[entries[at].start] == "{":
            edits += _edits(text, entries[at].start, {str(locale): value}, None)
        else:
            new = _nested(text, locale, value) if nested else _spell(text, value)
            edits.append((entries[at].start, entries[at].end, new))
    edits += _removals(entries, gone)
    if added:
        edits.append(_insertion(text, position, entries, added))
    return edits


def _removals(entries: list[_Entry], gone: set[int]) -> _Edits:
    kept = [n for n in range(len(entries)) if n not in gone]
    edits: _Edits = []
    for n in sorted(gone):
        if kept and n < kept[0]:
            edits.append((entries[n].key, entries[n + 1].key, ""))
        elif n > 0 and kept:
            edits.append((entries[n - 1].end, entries[n].end, ""))
    if gone and not kept:
        edits.append((entries[0].key, entries[-1].end, ""))
    return edits


def _insertion(
    text: str, position: int, entries: list[_Entry], added: dict[str, str]
) -> tuple[int, int, str]:
    capital = bool(entries) and entries[0].name[:1].isupper()
    colon = text[entries[0].key_end : entries[0].start] if entries else ": "
    known = {"id", "base", "slug"}
    spelt = [
        f"{_spell(text, name.capitalize() if capital and name in known else name)}{colon}{value}"
        for name, value in added.items()
    ]
    if not entries:
        return position + 1, position + 1, ", ".join(spelt)
    if len(entries) > 1:
        gap = text[entries[-2].end : entries[-1].key]
    else:
        space = text[position + 1 : entries[0].key]
        gap = "," + (space or " ")
    end = entries[-1].end
    return end, end, "".join(gap + entry for entry in spelt)


def _entries(text: str, position: int) -> list[_Entry]:
    decoder = json.JSONDecoder()
    found = []
    here = _skip(text, position + 1)
    while text[here] != "}":
        if text[here] == ",":
            here = _skip(text, here + 1)
        name, key_end = decoder.raw_decode(text, here)
        start = _skip(text, _skip(text, key_end) + 1)
        _, end = decoder.raw_decode(text, start)
        found.append(_Entry(name, here, key_end, start, end))
        here = _skip(text, end)
    return found


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _spell(text: str, value: str) -> str:
    return json.dumps(value, ensure_ascii=text.isascii())


def _nested(text: str, locale: str | None, value: str) -> str:
    return f"{{{_spell(text, str(locale))}: {_spell(text, value)}}}"
