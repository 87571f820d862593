"""Front matter: where it stands in a text, and whether it is YAML or Pelican's plain metadata."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
import re

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from pelican_buttercms.publish.drafts.metadata import DraftSyntaxError, normalize_key
from pelican_buttercms.publish.drafts.yaml_json import ParseError, compose_yaml

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
METADATA_LINE = re.compile(r"[ ]{0,3}([A-Za-z0-9_-]+):[ \t]*(.*)")
"""A line of metadata. Source: python-markdown, extension meta."""

_OURS = frozenset(("kind", "page_type", "collection", "locale", "id", "base", "body_field"))
"""The keys that mean nothing to Pelican."""

_BARE = re.compile(r"[A-Za-z0-9_-]+:.*")
_FENCE = re.compile(r"---\s*")
_END = re.compile(r"(?:---|\.\.\.)\s*")


@dataclass(frozen=True)
class FrontMatter:
    """A text with front matter.

    Attributes:
        start: where the lines between the fences begin.
        end: where the closing fence begins.
        rest: where the body begins.
    """

    text: str
    start: int
    end: int
    rest: int

    @property
    def inner(self) -> str:
        """What stands between the fences."""
        return self.text[self.start : self.end]

    @property
    def is_plain(self) -> bool:
        """Whether every line between the fences is a plain `Key: value`."""
        return all(_BARE.fullmatch(line) for line in self.inner.splitlines())

    @property
    def body(self) -> str:
        """The body, with an empty line for each line before it."""
        lines = len(split_lines(self.text[: self.rest]))
        return "\n" * lines + self.text[self.rest :]


def split_lines(text: str) -> list[str]:
    """Split a text into its lines with their ends; only CR, LF and CRLF end one."""
    return [line for line in LINE.findall(text) if line]


def find_front_matter(text: str) -> FrontMatter | None:
    """Find front matter, None where the text does not begin with any."""
    lines = split_lines(text)
    if not lines or not _FENCE.fullmatch(lines[0]):
        return None
    position = len(lines[0])
    for line in lines[1:]:
        if _END.fullmatch(line):
            return FrontMatter(text, len(lines[0]), position, position + len(line))
        position += len(line)
    return None


def detect_newline(text: str) -> str:
    """Return the line end that a text uses first."""
    match = re.search(r"\r\n|\r|\n", text)
    return match[0] if match else "\n"


def compose_front_matter(front: FrontMatter, *, is_markdown: bool) -> MappingNode | None:
    """Return the YAML mapping of front matter, None where it is plain metadata or a title.

    Markdown takes plain `Key: value` lines between fences too. Lines that are no YAML together are
    plain only if YAML reads each of them alone as Pelican does, or not at all: what `[x, y]` means
    must not depend on a colon in another line.

    Raises:
        ParseError: it is not YAML; the line is that of the file.
        DraftSyntaxError: it is no mapping.
    """
    try:
        node = compose_yaml(front.inner)
    except ParseError as exc:
        if is_markdown and front.is_plain and all(map(_reads_alike, front.inner.splitlines())):
            return None
        raise ParseError(str(exc), exc.line + 1) from exc
    if node is None:
        return MappingNode("tag:yaml.org,2002:map", [])
    if isinstance(node, ScalarNode):
        return None  # a title between two lines, in reStructuredText
    if not isinstance(node, MappingNode):
        raise DraftSyntaxError("the front matter is no mapping of keys and values.")
    return node


def ambiguous_values(front: FrontMatter, node: MappingNode) -> Iterator[tuple[ScalarNode, str]]:
    """Yield the values that Pelican alone reads otherwise, such as `Issue #5`, with its text."""
    lines = front.inner.splitlines()
    for key, value in node.value:
        at = value.start_mark.line
        if not _is_plain(value) or at != value.end_mark.line or at != key.start_mark.line:
            continue
        match = METADATA_LINE.fullmatch(lines[at])
        if match is None or normalize_key(match[1]) in _OURS:
            continue
        if value.value and match[2].strip() != value.value:
            yield value, match[2].strip()


def _reads_alike(line: str) -> bool:
    """Return whether YAML reads one line of plain metadata as Pelican does, or not at all."""
    match = METADATA_LINE.fullmatch(line)
    try:
        node = compose_yaml(line)
    except ParseError:
        return match is not None
    if match is None or not isinstance(node, MappingNode):
        return match is not None and isinstance(node, ScalarNode)
    value = node.value[0][1]
    return _is_plain(value) and value.value == match[2].strip()


def _is_plain(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.style is None
