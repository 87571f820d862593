"""Pelican's Markdown reader with YAML front matter, as publish reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
import tempfile
from typing import TYPE_CHECKING, Any

from pelican.readers import MarkdownReader

if TYPE_CHECKING:  # most sites have no YAML, whose library takes long to import
    from pelican_buttercms.publish.drafts.front_matter import FrontMatter

_ONE = frozenset({
    "author", "category", "date", "lang", "modified", "slug", "status", "summary", "title",
})  # fmt: skip
"""The keys of which Pelican takes one text."""


def install(readers: Any) -> None:
    """Read Markdown with YAML, unless the site has a Markdown reader of its own."""
    for suffix, cls in readers.reader_classes.items():
        if cls is MarkdownReader:
            readers.reader_classes[suffix] = FrontMatterReader


class FrontMatterReader(MarkdownReader):  # type: ignore[misc]
    """Reads YAML front matter; what is none goes to Pelican's own reader."""

    def read(self, source_path: str) -> tuple[str, dict[str, Any]]:
        """Return the HTML and the metadata of a file."""
        front = _front_matter(Path(source_path))
        values = _values(front) if front else None
        if front is None or values is None:
            content, metadata = super().read(source_path)
            return content, {**metadata, "reader": "markdown"}
        content = self._rendered(front.body)
        found = {"reader": "markdown"}
        for name, value in values.items():
            is_markdown = name in self.settings["FORMATTED_FIELDS"] and isinstance(value, str)
            shown = self._rendered(f"\n{value}") if is_markdown else value
            found[name] = self.process_metadata(name, shown)
        return content, found

    def _rendered(self, text: str) -> str:
        """Render Markdown without metadata; readers take files, so it becomes one for now."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "body.md"
            file.write_text(text, encoding="utf-8")
            return str(super().read(str(file))[0])


def _front_matter(path: Path) -> FrontMatter | None:
    with path.open("rb") as file:
        if not file.read(6).removeprefix(b"\xef\xbb\xbf").startswith(b"---"):
            return None
    from pelican_buttercms.publish.drafts.front_matter import find_front_matter  # noqa: PLC0415

    return find_front_matter(path.read_text(encoding="utf-8-sig"))


def _values(front: FrontMatter) -> dict[str, Any] | None:
    """Return YAML's values as Pelican takes them, None where its own reader has the better one."""
    from pelican_buttercms.publish.drafts import front_matter  # noqa: PLC0415
    from pelican_buttercms.publish.drafts.metadata import (  # noqa: PLC0415
        DraftMetadata,
        DraftSyntaxError,
    )
    from pelican_buttercms.publish.drafts.yaml_json import ParseError, add_yaml  # noqa: PLC0415

    metadata = DraftMetadata(Path())
    try:
        node = front_matter.compose_front_matter(front, is_markdown=True)
        if node is None:
            return None
        add_yaml(metadata, node, 1)
        plain = {id(value): text for value, text in front_matter.ambiguous_values(front, node)}
    except (ParseError, DraftSyntaxError):
        return None  # `publish` has the message
    texts = {key.value: plain[id(value)] for key, value in node.value if id(value) in plain}
    return dict(_metadata(metadata.values, metadata.names, texts))


def _metadata(
    values: Mapping[str, Any], names: Mapping[str, str], texts: Mapping[str, str]
) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        name = key.lower()
        if isinstance(value, Mapping):
            if name == "status":  # by locale: nothing that Pelican could show
                yield name, "draft"
            continue
        written = texts.get(names[key], value)
        if isinstance(written, list):
            entries = [str(entry) for entry in written if not isinstance(entry, list | dict)]
            yield name, next(iter(entries), "") if name in _ONE else entries
        elif written is not None:
            yield name, str(written).strip()
