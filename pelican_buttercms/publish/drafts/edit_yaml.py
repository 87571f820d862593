"""In-place edits of keys of a YAML mapping, by the marks of its nodes; the rest keeps its bytes."""

from __future__ import annotations

import json
import re

from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from pelican_buttercms.publish.drafts.edit_lines import Changes, apply_edits
from pelican_buttercms.publish.drafts.front_matter import detect_newline
from pelican_buttercms.publish.drafts.metadata import DraftSyntaxError, normalize_key
from pelican_buttercms.publish.drafts.yaml_json import compose_yaml

_BARE = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*|[1-9][0-9]*")
_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))
_OURS = frozenset(("id", "base", "slug"))
_Edits = list[tuple[int, int, str]]


def edit_yaml(
    text: str, changes: Changes, locale: str | None, *, first: bool = False, entry: int = 0
) -> str:
    """Change keys at the top of a mapping.

    Args:
        text: the YAML, a mapping or nothing.
        changes: the new values, None to take a key away.
        locale: whose `base` is changed where that is a mapping by locale.
        first: whether new lines stand before the first key, and not behind the last.
        entry: which mapping of a list, counted from 1; 0 where the file is the mapping.

    Raises:
        DraftSyntaxError: a value is written in a way that cannot be edited.
    """
    node = compose_yaml(text)
    if entry and isinstance(node, SequenceNode):
        node = node.value[entry - 1]
    if node is None:
        lines = [f"{key}: {_scalar(value)}" for key, value in changes.items() if value is not None]
        newline = detect_newline(text)
        return text + "".join(line + newline for line in lines)
    if not isinstance(node, MappingNode):
        raise DraftSyntaxError("it is no mapping")
    return apply_edits(text, _Editor(text, first=first).edits(node, changes, locale))


class _Editor:
    def __init__(self, text: str, *, first: bool) -> None:
        self.text = text
        self.first = first
        self.newline = detect_newline(text)

    def edits(self, node: MappingNode, changes: Changes, locale: str | None) -> _Edits:
        edits: _Edits = []
        added: dict[str, str] = {}
        for name, value in changes.items():
            at = next(
                (n for n, (k, _) in enumerate(node.value) if normalize_key(k.value) == name), None
            )
            if value is None:
                edits += [self.removal(node, at)] if at is not None else []
            elif at is None:
                nested = name == "base" and locale is not None
                added[name] = f"{{{locale}: {_scalar(value)}}}" if nested else _scalar(value)
            else:
                key, old = node.value[at]
                edits += self.replacement(key, old, value, locale if name == "base" else None)
        return [*edits, *self.insertion(node, added)]

    def replacement(self, key: Node, value: Node, new: str, locale: str | None) -> _Edits:
        nested = locale is not None
        if locale is not None and isinstance(value, MappingNode) and value.value:
            return self.of_locale(value, locale, new)
        spelt = _scalar(new, getattr(value, "style", None))
        if nested:
            spelt = f"{{{locale}: {spelt}}}"
        start, end = self.span(key, value)
        if start == end:
            return [(start, end, f" {spelt}")]
        if getattr(value, "style", None) in {"|", ">"}:
            spelt += self.newline
        return [(start, end, spelt)]

    def of_locale(self, node: MappingNode, locale: str, new: str) -> _Edits:
        for key, value in node.value:
            if key.value == locale:
                return self.replacement(key, value, new, None)
        return self.insertion(node, {locale: _scalar(new)})

    def span(self, key: Node, value: Node) -> tuple[int, int]:
        start, end = value.start_mark.index, self.end(value)
        colon = self.text.find(":", key.end_mark.index)
        if isinstance(value, ScalarNode) and value.value == "" and value.style is None:
            return colon + 1, colon + 1
        if colon < 0 or start < colon:
            raise DraftSyntaxError("it is an alias of another value")
        return start, end

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
        if isinstance(value, ScalarNode) and value.value == "" and value.style is None:
            return self.text.find(":", key.end_mark.index) + 1
        return self.end(value)

    def insertion(self, node: MappingNode, added: dict[str, str]) -> _Edits:
        if not added:
            return []
        capital = bool(node.value) and node.value[0][0].value[:1].isupper()
        names = {name: name.capitalize() if capital and name in _OURS else name for name in added}
        if node.flow_style:
            return [self.flow_insertion(node, [f"{names[n]}: {v}" for n, v in added.items()])]
        indent = " " * node.value[0][0].start_mark.column
        lines = [f"{indent}{names[name]}: {value}" for name, value in added.items()]
        if self.first:
            position = node.value[0][0].start_mark.index - len(indent)
            return [(position, position, "".join(line + self.newline for line in lines))]
        end = self.end_of(node.value[-1])
        at_start = end > 0 and self.text[end - 1] in "\r\n"
        position = end if at_start else self.line_end(end)
        if position > 0 and self.text[position - 1] not in "\r\n":
            return [(position, position, self.newline + self.newline.join(lines))]
        return [(position, position, "".join(line + self.newline for line in lines))]

    def flow_insertion(self, node: MappingNode, entries: list[str]) -> tuple[int, int, str]:
        if node.value:
            position = self.end_of(node.value[-1])
            return position, position, "".join(f", {entry}" for entry in entries)
        position = int(node.end_mark.index) - 1
        return position, position, ", ".join(entries)

    def removal(self, node: MappingNode, at: int) -> tuple[int, int, str]:
        key, value = node.value[at]
        start, end = int(key.start_mark.index), self.end_of((key, value))
        if not node.flow_style:
            start -= key.start_mark.column
            done = end > start and self.text[end - 1] in "\r\n"
            return start, end if done else self.line_end(end), ""
        if at > 0:
            return self.end_of(node.value[at - 1]), end, ""
        following = node.value[1][0].start_mark.index if len(node.value) > 1 else end
        return start, int(following), ""

    def line_end(self, position: int) -> int:
        match = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)").match(self.text, position)
        return match.end() if match else len(self.text)


def _scalar(value: str, style: str | None = None) -> str:
    """Return a text as a YAML scalar that every reader takes for a text."""
    if style == "'":
        return "'" + value.replace("'", "''") + "'"
    bare = _BARE.fullmatch(value) and value.lower() not in _WORDS
    return value if bare and style != '"' else json.dumps(value, ensure_ascii=False)
