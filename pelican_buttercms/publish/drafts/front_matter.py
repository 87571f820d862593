"""Finds front matter in a text, the same way for reading and for editing."""

from __future__ import annotations

from dataclasses import dataclass
import re

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
METADATA_LINE = re.compile(r"[ ]{0,3}([A-Za-z0-9_-]+):[ \t]*(.*)")
"""A line of metadata. Source: python-markdown, extension meta."""

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
