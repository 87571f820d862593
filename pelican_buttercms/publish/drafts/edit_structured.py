"""In-place edits of YAML and JSON, by the marks of the nodes; the rest keeps its bytes.

JSON is composed as YAML too, of which it is a part but for tabs.
"""

from __future__ import annotations

from collections import defaultdict
import json
import re
from typing import Any

from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from pelican_buttercms.publish.drafts.edit_lines import Changes, apply_edits
from pelican_buttercms.publish.drafts.front_matter import detect_newline
from pelican_buttercms.publish.drafts.metadata import KNOWN, DraftSyntaxError, normalize_key
from pelican_buttercms.publish.drafts.yaml_json import compose_yaml, spell_scalar

_BARE = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*|[1-9][0-9]*")
_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))
_OURS = frozenset(("id", "base", "slug", "status"))
_Edits = list[tuple[int, int, str]]


def edit_structured(
    text: str, changes: Changes, *, first: bool = False, entry: int | None = None
) -> str:
    """Change keys of a mapping.

    A text of a key that Pelican knows has no quotes where YAML needs none: Pelican without this
    plugin takes them for a part of it.

    Args:
        text: YAML or JSON, a mapping or nothing, or a list of mappings.
        changes: the new values by path, None to take a key away.
        entry: which mapping of a list is changed, from 1.
        first: whether new lines stand before the first key, and not behind the last.

    Raises:
        DraftSyntaxError: a value is written in a way that cannot be edited.
    """
    is_json = text.lstrip().startswith(("{", "["))
    node = compose_yaml(text.replace("\t", " ") if is_json else text)  # JSON's texts have no tabs
    if entry is not None and isinstance(node, SequenceNode):
        node = node.value[entry - 1]
    if node is None:
        newline = detect_newline(text)
        added = {path[0]: value for path, value in changes.items() if value is not None}
        return text + "".join(f"{key}: {_spell(value)}{newline}" for key, value in added.items())
    if not isinstance(node, MappingNode):
        raise DraftSyntaxError("it is no mapping")
    texts = KNOWN if entry is None else frozenset[str]()  # the keys of an entry are fields
    return apply_edits(text, _Editor(text, texts, first=first).edits(node, changes, is_top=True))


class _Editor:
    def __init__(self, text: str, texts: frozenset[str], *, first: bool) -> None:
        self.text = text
        self.texts = texts
        self.first = first
        self.newline = detect_newline(text)

    def edits(self, node: MappingNode, changes: Changes, *, is_top: bool = False) -> _Edits:
        grouped: dict[str, dict[tuple[str, ...], Any]] = defaultdict(dict)
        for path, value in changes.items():
            grouped[path[0]][path[1:]] = value
        found: _Edits = []
        added: dict[str, Any] = {}
        gone: set[int] = set()
        names = [normalize_key(key.value) if is_top else key.value for key, _ in node.value]
        for name, inner in grouped.items():
            at = names.index(name) if name in names else None
            old = node.value[at][1] if at is not None else None
            if () not in inner and isinstance(old, MappingNode) and old.value:
                found += self.edits(old, inner)
                continue
            new = inner[()] if () in inner else _nested(inner)
            if at is None:
                added |= {name: new} if new is not None else {}
            elif new is None:
                gone.add(at)
            else:
                key, value = node.value[at]
                is_text = is_top and name in self.texts and not node.flow_style
                found.append(self.replacement(key, value, new, is_text=is_text))
        texts = self.texts if is_top else frozenset[str]()
        inserted = self.insertion(node, added, gone, texts)
        return [*found, *self.removals(node, gone), *inserted]

    def replacement(
        self, key: Node, value: Node, new: Any, *, is_text: bool
    ) -> tuple[int, int, str]:
        style = getattr(value, "style", None)
        is_plain = is_text and isinstance(new, str) and style not in {'"', "'"}
        ascii_only = style == '"' and self.text.isascii()
        spelt = spell_scalar(new) if is_plain else _spell(new, style, ascii_only=ascii_only)
        start, end = int(value.start_mark.index), self.end(value)
        colon = self.text.find(":", key.end_mark.index)
        if _is_empty(value):
            return colon + 1, colon + 1, f" {spelt}"
        if colon < 0 or start < colon:
            raise DraftSyntaxError("it is an alias of another value")
        if isinstance(value, CollectionNode) and not value.flow_style:
            return colon + 1, end, f" {spelt}"
        return start, end, spelt + self.newline if style in {"|", ">"} else spelt

    def end(self, node: Node) -> int:
        """Return where a node ends; the mark of a block stands behind the comments that follow."""
        if isinstance(node, CollectionNode) and not node.flow_style and node.value:
            last = node.value[-1]
            return self.end_of(last) if isinstance(last, tuple) else self.end(last)
        return int(node.end_mark.index)

    def end_of(self, entry: tuple[Node, Node]) -> int:
        key, value = entry
        if value.start_mark.index <= key.start_mark.index:  # an alias: its marks are the anchor's
            return self.line_end(key.end_mark.index)
        if _is_empty(value):
            return self.text.find(":", key.end_mark.index) + 1
        return self.end(value)

    def insertion(
        self, node: MappingNode, added: dict[str, Any], gone: set[int], texts: frozenset[str]
    ) -> _Edits:
        if not added:
            return []
        entries = node.value
        capital = bool(entries) and entries[0][0].value[:1].isupper()
        quoted = bool(entries) and entries[0][0].style == '"' and node.flow_style
        pairs = []
        for name, value in added.items():
            key = name.capitalize() if capital and name in _OURS else name
            if quoted:
                spelt = json.dumps(value, ensure_ascii=self.text.isascii())
            elif name in texts and isinstance(value, str) and not node.flow_style:
                spelt = spell_scalar(value)
            else:
                spelt = _spell(value)
            pairs.append((json.dumps(key) if quoted else _spell(key), spelt))
        if node.flow_style:
            return [self.flow_insertion(node, pairs, gone)]
        indent = " " * entries[0][0].start_mark.column
        lines = [f"{indent}{key}: {value}" for key, value in pairs]
        if self.first:
            position = entries[0][0].start_mark.index - len(indent)
            return [(position, position, "".join(line + self.newline for line in lines))]
        end = self.end_of(entries[-1])
        at_start = end > 0 and self.text[end - 1] in "\r\n"
        position = end if at_start else self.line_end(end)
        if position > 0 and self.text[position - 1] not in "\r\n":
            return [(position, position, self.newline + self.newline.join(lines))]
        return [(position, position, "".join(line + self.newline for line in lines))]

    def flow_insertion(
        self, node: MappingNode, pairs: list[tuple[str, str]], gone: set[int]
    ) -> tuple[int, int, str]:
        entries = node.value
        opened = int(node.start_mark.index) + 1
        if not entries or len(gone) == len(entries):
            return opened, opened, ", ".join(f"{key}: {value}" for key, value in pairs)
        first_key, first_value = entries[0]
        colon = self.text[first_key.end_mark.index : first_value.start_mark.index]
        if not colon.strip():
            colon = ": "
        if len(entries) > 1:
            gap = self.text[self.end_of(entries[-2]) : entries[-1][0].start_mark.index]
        else:
            gap = "," + (self.text[opened : first_key.start_mark.index] or " ")
        end = self.end_of(entries[-1])
        return end, end, "".join(f"{gap}{key}{colon}{value}" for key, value in pairs)

    def removals(self, node: MappingNode, gone: set[int]) -> _Edits:
        entries = node.value
        if not node.flow_style:
            return [self.block_removal(*entries[at]) for at in gone]
        kept = [n for n in range(len(entries)) if n not in gone]
        if gone and not kept:
            return [(int(entries[0][0].start_mark.index), self.end_of(entries[-1]), "")]
        found: _Edits = []
        for at in gone:
            start = int(entries[at][0].start_mark.index)
            if at < kept[0]:
                found.append((start, int(entries[at + 1][0].start_mark.index), ""))
            else:
                found.append((self.end_of(entries[at - 1]), self.end_of(entries[at]), ""))
        return found

    def block_removal(self, key: Node, value: Node) -> tuple[int, int, str]:
        start, end = int(key.start_mark.index), self.end_of((key, value))
        done = end > start and self.text[end - 1] in "\r\n"
        return start - key.start_mark.column, end if done else self.line_end(end), ""

    def line_end(self, position: int) -> int:
        match = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)").match(self.text, position)
        return match.end() if match else len(self.text)


def _is_empty(value: Node) -> bool:
    return isinstance(value, ScalarNode) and value.value == "" and value.style is None


def _nested(inner: dict[tuple[str, ...], Any]) -> dict[str, Any] | None:
    """Build the mapping of paths and values, None where nothing is left in it."""
    found: dict[str, Any] = {}
    for path, value in inner.items():
        if value is None:
            continue
        place = found
        for name in path[:-1]:
            place = place.setdefault(name, {})
        place[path[-1]] = value
    return found or None


def _spell(value: Any, style: str | None = None, *, ascii_only: bool = False) -> str:
    """Return a value as YAML of one line, a text so that every reader takes it for a text."""
    if not isinstance(value, str):
        if isinstance(value, dict):
            inner = (f"{_spell(str(name))}: {_spell(entry)}" for name, entry in value.items())
            return f"{{{', '.join(inner)}}}"
        return json.dumps(value, ensure_ascii=ascii_only)
    if style == "'" and "\n" not in value:
        return "'" + value.replace("'", "''") + "'"
    bare = _BARE.fullmatch(value) and value.lower() not in _WORDS
    return value if bare and style != '"' else json.dumps(value, ensure_ascii=ascii_only)
