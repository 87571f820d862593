"""The metadata of a draft file by name, not yet interpreted, and the problems found in the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Style = Literal["plain", "yaml", "json", "table"]

COMMON = (
    "kind", "page_type", "collection", "locale", "lang", "status", "id", "slug", "title", "base",
    "body_field", "fields",
)  # fmt: skip
POST_TEXTS = (
    "summary", "seo_title", "meta_description", "featured_image", "featured_image_alt", "author",
    "categories", "tags", "body",
)  # fmt: skip
TIMES = ("date", "modified", "scheduled", "publish_at")
ALIASES = {
    "description": "meta_description",
    "image": "featured_image",
    "authors": "author",
    "category": "categories",
}
UNPUBLISHED = "draft"
"""What `Base` ends in where a file says more than the CMS: it is public here, and not there."""

KNOWN = frozenset((*COMMON, *POST_TEXTS, *TIMES, *ALIASES))


class DraftSyntaxError(Exception):
    """Something in a draft that the user must mend; the text does not name the file yet."""


def normalize_key(name: str) -> str:
    """Return the normal form of a key: case, `-`, space and `_` make no difference."""
    return name.strip().lower().replace("-", "_").replace(" ", "_")


@dataclass
class DraftMetadata:
    """The metadata of one file.

    Attributes:
        path: the file, as it was named.
        values: by key; the keys that are known here in their normal spelling. In YAML and JSON
            every known key but `fields` has texts where it has scalars.
        names: how the file spells the keys.
        lines: where the keys are, counted from 1, as far as that is known.
        style: how the metadata is written.
        html: the body as the reader rendered it, None where there is none.
        implied: what the file's name and folder say by the site's own patterns.
        problems: what was found wrong; each is a whole sentence that names the file.
    """

    path: Path
    values: dict[str, Any] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    style: Style = "plain"
    html: str | None = None
    path_metadata: Mapping[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def add(self, name: str, value: Any, line: int | None = None) -> None:
        """Add one key; a second spelling of a known key is a problem."""
        key = normalize_key(name)
        key = key if key in KNOWN else name
        if line is not None:
            self.lines[key] = line
        if key in self.values:
            self.add_problem(f"duplicate key {name!r}: keep one.", key)
        self.values[key] = value
        self.names[key] = name

    def rename(self, aliases: Mapping[str, str]) -> None:
        """Rename keys to the API's names."""
        for alias, name in aliases.items():
            if alias not in self.values:
                continue
            if name in self.values:
                self.add_problem(
                    f"{self.names[alias]!r} and {self.names[name]!r} mean the same: keep one.",
                    alias,
                )
                continue
            self.values[name] = self.values.pop(alias)
            self.names[name] = self.names[alias]
            if alias in self.lines:
                self.lines[name] = self.lines[alias]

    def text(self, key: str) -> str:
        """Return a key's text, "" where the key is absent; anything but a text is a problem."""
        value = self.values.get(key, self.path_metadata.get(key, ""))
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            value = "\n".join(value) if self.style == "plain" else value
        if not isinstance(value, str):
            what = "list" if isinstance(value, list) else "mapping"
            self.add_problem(
                f"{self.names.get(key, key)!r} takes a text, and this is a {what}.", key
            )
            return ""
        return value.strip()

    def lower_text(self, key: str) -> str:
        """Return a key's text in lower case."""
        return self.text(key).lower()

    def add_problem(self, text: str, key: str = "") -> None:
        """Add a problem at a key, or of the whole file."""
        self.problems.append(f"{location(self.path, self.lines.get(key))}: {text}")

    def keys_except(self, known: Iterable[str]) -> list[str]:
        """Return the keys that are none of these."""
        return [key for key in self.values if key not in set(known)]


def location(path: Path, line: int | None = None) -> str:
    """Return a file's path, with the line number if there is one."""
    return f"{path}, line {line}" if line else str(path)


def listed(names: Iterable[str]) -> str:
    """Return names as a sentence has them: a, b and c."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
