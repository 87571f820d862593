"""YAML and JSON read as the values that JSON knows, with the line of everything that is not.

YAML is composed, not constructed: no tag can run anything, and the marks of the nodes tell where
each value stands, which is also what writing back edits by.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
import json
import math
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from pelican_buttercms.content.api_schema import is_deeper_than
from pelican_buttercms.publish.drafts.bounds import MAX_DRAFT_BYTES, MAX_DRAFT_DEPTH, is_sendable
from pelican_buttercms.publish.drafts.metadata import KNOWN, DraftMetadata, normalize_key
from pelican_buttercms.publish.drafts.parse_errors import explain_json, explain_yaml

PLAN_KEY = "pelican-buttercms plan"
"""The top-level key of a saved plan."""

_TAG = "tag:yaml.org,2002:"
_MOST = 100_000  # values; aliases of aliases grow without bound
_LONGEST_NUMBER = 1000
_LONGEST_SHOWN = 30
_TOO_DEEP = f"its values are nested more than {MAX_DRAFT_DEPTH} deep, which no content is"


class ParseError(Exception):
    """Not YAML, or not JSON; `line` counts from 1, 0 where it is not known."""

    def __init__(self, text: str, line: int) -> None:
        super().__init__(text)
        self.line = line


def compose_yaml(text: str) -> Node | None:
    """Parse YAML 1.2 into its nodes, None where there is nothing.

    Raises:
        ParseError: it is not YAML.
    """
    try:
        node: Node | None = YAML(typ="safe", pure=True).compose(text)
    except YAMLError as exc:
        raise ParseError(*explain_yaml(exc, text)) from exc
    except Exception as exc:  # a parser's own, as many as there are
        raise _unparsed(exc) from exc
    return node


def spell_scalar(text: str) -> str:
    """Return a text as YAML, without quotes where it is read as that text without them.

    Pelican without this plugin keeps quotes. Numbers and dates need none where texts are wanted.
    """
    try:
        node = compose_yaml(f"key: {text}")
    except ParseError:
        node = None
    value = node.value[0][1] if isinstance(node, MappingNode) else None
    is_text = isinstance(value, ScalarNode) and value.style is None and value.value == text
    if is_text and value and value.tag != f"{_TAG}null" and "\n" not in text:
        return text
    return json.dumps(text, ensure_ascii=False)


def add_yaml(
    metadata: DraftMetadata, node: MappingNode, before: int, texts: frozenset[str] = KNOWN
) -> None:
    """Read a mapping's keys and values.

    Args:
        metadata: receives them.
        node: the mapping at the top.
        before: how many lines of the file are before the YAML.
        texts: the keys whose scalars are texts.
    """
    reader = _YAMLReader(metadata, before)
    for name, key, value in reader.entries(node):
        known = normalize_key(name)
        if known == "fields" and value.tag == f"{_TAG}null":
            text = "nothing stands below it: indent the fields by two spaces, or write fields: {}."
            reader.add_problem(f"{name}: {text}", key)
            metadata.add(name, {}, key.start_mark.line + 1 + before)
            continue
        read = reader.field(key, value, texts=known in texts and known != "fields")
        metadata.add(name, read, key.start_mark.line + 1 + before)


class _YAMLReader:
    def __init__(self, metadata: DraftMetadata, before: int) -> None:
        self.metadata = metadata
        self.before = before
        self.open: set[int] = set()
        self.count = 0
        self.size = 0

    def add_problem(self, text: str, node: Node) -> None:
        self.metadata.lines["\0"] = node.start_mark.line + 1 + self.before
        self.metadata.add_problem(text, "\0")

    def entries(self, node: MappingNode) -> Iterator[tuple[str, Node, Node]]:
        seen = set()
        for key, value in node.value:
            if not isinstance(key, ScalarNode) or key.tag != f"{_TAG}str":
                shown = repr(key.value) if isinstance(key, ScalarNode) else "it"
                self.add_problem(f"a key must be a text: put {shown} in quotes, or remove it.", key)
            elif key.value in seen:
                self.add_problem(f"duplicate key {key.value!r}: keep one.", key)
            else:
                seen.add(key.value)
                yield key.value, key, value

    def value(self, node: Node, *, texts: bool = False) -> Any:
        self.count += 1
        self.size += len(node.value) if isinstance(node, ScalarNode) else 0
        line = node.start_mark.line + 1 + self.before
        if self.count > _MOST or self.size > MAX_DRAFT_BYTES:
            raise ParseError("its aliases make it too large", line)
        if len(self.open) > MAX_DRAFT_DEPTH:
            raise ParseError(_TOO_DEEP, line)
        if id(node) in self.open:
            self.add_problem("an alias leads back to itself: write out what is meant.", node)
            return ""
        self.open.add(id(node))
        try:
            if isinstance(node, MappingNode) and node.tag == f"{_TAG}map":
                return {
                    name: self.field(key, value, texts=texts)
                    for name, key, value in self.entries(node)
                }
            if isinstance(node, SequenceNode) and node.tag == f"{_TAG}seq":
                return [self.value(one, texts=texts) for one in node.value]
            return self.scalar(node, texts=texts)
        finally:
            self.open.discard(id(node))

    def field(self, key: Node, value: Node, *, texts: bool = False) -> Any:
        """Read the value of a key; it is rarely meant to be null."""
        if value.tag == f"{_TAG}null" and not texts:
            self.add_problem(_no_value(key), key)
            return ""
        return self.value(value, texts=texts)

    def scalar(self, node: Node, *, texts: bool) -> Any:
        kind = str(node.tag).removeprefix(_TAG) if isinstance(node, ScalarNode) else ""
        if kind == "null":
            return "" if texts else None
        if kind in {"str", "timestamp"} or (texts and kind in {"int", "float", "bool"}):
            return self.joined(node)
        if kind in {"int", "float", "bool"}:
            with suppress(Exception):  # ruamel's own, of numbers that are too large
                value = YAML(typ="safe", pure=True).constructor.construct_object(node)
                if is_sendable(value):
                    return value
            if kind != "float":
                self.add_problem(_no_number(node.value), node)
                return ""
        self.add_problem(f"{node.tag} is no value that the API takes: write a plain value.", node)
        return ""

    def joined(self, node: Node) -> str:
        """Join the halves of a character, as JSON writes those beyond 16 bits."""
        text = str(node.value)
        try:
            return text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            self.add_problem("it holds half a character: write it out.", node)
            return ""


def parse_json(text: str) -> tuple[Any, list[str]]:
    """Parse JSON, and return the value and the duplicate keys.

    Raises:
        ParseError: it is not JSON.
    """
    twice: list[str] = []

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        data = dict(pairs)
        if len(data) < len(pairs):
            counts = Counter(name for name, _ in pairs)
            twice.extend(sorted(name for name, count in counts.items() if count > 1))
        return data

    try:
        data = json.loads(
            text,
            object_pairs_hook=unique,
            parse_constant=_refuse,
            parse_int=partial(_number, text, int),
            parse_float=partial(_number, text, float),
        )
        json.dumps(data, ensure_ascii=False).encode()
    except ParseError:
        raise
    except json.JSONDecodeError as exc:
        raise ParseError(explain_json(exc.msg), exc.lineno) from exc
    except UnicodeEncodeError as exc:
        raise ParseError(f"{exc.object[exc.start]!a} is half a character", 0) from exc
    except Exception as exc:  # the parser's own, such as of a depth that it cannot follow
        raise _unparsed(exc) from exc
    if is_deeper_than(data, MAX_DRAFT_DEPTH):
        raise ParseError(_TOO_DEEP, 0)
    return data, twice


def _refuse(name: str) -> Any:
    raise ParseError(f"{name} is no JSON", 0)


def _number(text: str, kind: type[int | float], literal: str) -> int | float:
    value = math.inf if len(literal) > _LONGEST_NUMBER else kind(literal)
    if not is_sendable(value):
        line = text.count("\n", 0, text.find(literal)) + 1
        raise ParseError(_no_number(literal), line)
    return value


def _unparsed(exc: Exception) -> ParseError:
    reason = _TOO_DEEP if isinstance(exc, RecursionError) else f"it cannot be parsed ({exc})"
    return ParseError(reason, 0)


def _no_value(key: Node) -> str:
    """Return what to do about a field without a value: it could mean that nothing changes."""
    mark = key.start_mark
    line = str(getattr(mark, "buffer", None) or "")[mark.index :].partition("\n")[0]
    hint = (
        " A # begins a comment: put the value in quotes, if that is meant." if "#" in line else ""
    )
    return f'{key.value} has no value: write "" to clear it, or leave it out.{hint}'


def _no_number(text: str) -> str:
    shown = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
    return f"{shown} is no number that the API takes: write a smaller one, or a text in quotes."


def add_json(
    metadata: DraftMetadata,
    data: dict[str, Any],
    twice: list[str],
    texts: frozenset[str] = KNOWN,
) -> None:
    """Read an object's keys and values, as `parse_json` returned them."""
    for name in twice:
        metadata.add_problem(f"duplicate key {name!r}: keep one.")
    for name, value in data.items():
        known = normalize_key(name)
        if known not in texts or known == "fields":
            for path in _nulls(value, name):
                metadata.add_problem(
                    f'{path} is null: write "" to clear the field, or leave it out.', name
                )
            metadata.add(name, value)
        else:
            metadata.add(name, stringify(value))


def _nulls(value: Any, path: str) -> Iterator[str]:
    """Yield the paths of the keys that are null."""
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for name, one in pairs:
            if one is None and isinstance(value, dict):
                yield f"{path}.{name}"
            yield from _nulls(one, f"{path}.{name}")


def stringify(value: Any) -> Any:
    """Return the same value with texts in place of numbers and booleans."""
    if isinstance(value, dict):
        return {name: stringify(one) for name, one in value.items()}
    if isinstance(value, list):
        return [stringify(one) for one in value]
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
