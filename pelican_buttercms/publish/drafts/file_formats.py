"""Draft files read by their suffix: front matter, Pelican's reader, YAML or JSON."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
import re
import tempfile
from typing import Any

from pelican.readers import HTMLReader, MarkdownReader, RstReader
from ruamel.yaml.nodes import MappingNode

from pelican_buttercms.filesystem import explain, read_regular
from pelican_buttercms.publish.drafts.bounds import (
    MAX_DRAFT_BYTES,
    MAX_PLAN_BYTES,
    UnreadableError,
    check_brackets,
    read_bounded,
)
from pelican_buttercms.publish.drafts.front_matter import (
    FrontMatter,
    ambiguous_values,
    compose_front_matter,
    find_front_matter,
    split_lines,
)
from pelican_buttercms.publish.drafts.html_to_text import html_to_text
from pelican_buttercms.publish.drafts.metadata import DraftMetadata, DraftSyntaxError, normalize_key
from pelican_buttercms.publish.drafts.pelican_site import STRUCTURED, DraftSite
from pelican_buttercms.publish.drafts.yaml_json import (
    PLAN_KEY,
    ParseError,
    add_json,
    add_yaml,
    compose_yaml,
    parse_json,
)


def read_metadata(path: Path, site: DraftSite, stored: Path | None = None) -> DraftMetadata:
    """Read the metadata and the HTML of one file; problems are noted in the metadata.

    Args:
        path: the file, as the user names it.
        site: whose readers read it.
        stored: where its text is, when that is not the file itself.
    """
    metadata = DraftMetadata(path)
    suffix = path.suffix.removeprefix(".")
    try:
        text = _written(stored or path)
        if suffix in STRUCTURED:
            _read_structured(metadata, text, suffix)
        else:
            metadata.path_metadata = site.path_metadata(path)
            _read_text(metadata, text, stored or path, suffix, site)
    except DraftSyntaxError as exc:
        metadata.add_problem(str(exc))
    except ParseError as exc:
        metadata.lines["\0"] = exc.line
        kind = "JSON" if suffix == "json" else "YAML"
        metadata.add_problem(f"this is not valid {kind} ({exc}): correct it.", "\0")
    return metadata


def _written(path: Path) -> str:
    text = read_text(path)
    if not text.strip():
        raise DraftSyntaxError("the file is empty: write a draft, or remove it.")
    return text


def read_text(path: Path, limit: int = MAX_DRAFT_BYTES) -> str:
    """Read a file's text, without a byte order mark and with its own line ends.

    Raises:
        DraftSyntaxError: it is not there, cannot be read, or is not UTF-8.
    """
    try:
        return read_bounded(path, limit).decode("utf-8-sig")
    except UnreadableError as exc:
        raise DraftSyntaxError(str(exc)) from exc
    except FileNotFoundError:
        raise DraftSyntaxError("there is no such file: check the name.") from None
    except OSError as exc:
        raise DraftSyntaxError(explain(exc, "the file cannot be read")) from exc
    except UnicodeDecodeError as exc:
        raise DraftSyntaxError(
            f"byte {exc.start + 1} is not UTF-8: save the file with the encoding UTF-8."
        ) from exc


def is_plan(path: Path) -> bool:
    """Return whether a file is a saved plan, and not a draft."""
    if path.suffix != ".json":
        return False
    try:
        data, _ = parse_json(read_text(path, MAX_PLAN_BYTES))
    except (DraftSyntaxError, ParseError):
        return False
    return isinstance(data, dict) and PLAN_KEY in data


def _read_structured(metadata: DraftMetadata, text: str, suffix: str) -> None:
    metadata.style = "json" if suffix == "json" else "yaml"
    if suffix == "json":
        data, twice = parse_json(text)
        if not isinstance(data, dict):
            raise DraftSyntaxError("a draft is an object of keys and values: begin with {.")
        if PLAN_KEY in data:
            raise DraftSyntaxError("this is a saved plan and no draft: publish it by itself.")
        add_json(metadata, data, twice)
        return
    node = compose_yaml(text)
    if not isinstance(node, MappingNode):
        raise DraftSyntaxError(
            'a draft is a mapping of keys and values: write lines like "kind: page".'
        )
    add_yaml(metadata, node, 0)


def _read_text(
    metadata: DraftMetadata, text: str, stored: Path, suffix: str, site: DraftSite
) -> None:
    if isinstance(site.reader(suffix), MarkdownReader):
        try:
            check_brackets(text)
        except UnreadableError as exc:
            raise DraftSyntaxError(str(exc)) from exc
    front = find_front_matter(text)
    is_markdown = isinstance(site.reader(suffix), MarkdownReader)
    node = compose_front_matter(front, is_markdown=is_markdown) if front else None
    if front is None or node is None:
        _read_without_mark(metadata, text, stored, suffix, site)
        return
    _add_front_matter(metadata, front, node, suffix, site)
    body, reader_metadata = _render_rest(front, suffix, site)
    metadata.html = body if body.strip() else None
    metadata.path_metadata = {**metadata.path_metadata, **_titles(reader_metadata)}
    if left := sorted(set(reader_metadata) - {"title"}):
        metadata.add_problem(
            f"{', '.join(left)}: metadata stands behind the front matter: move it into it."
        )


def _add_front_matter(
    metadata: DraftMetadata, front: FrontMatter, node: MappingNode, suffix: str, site: DraftSite
) -> None:
    """Read YAML front matter; Pelican takes titles for HTML, and some texts for Markdown."""
    metadata.style = "yaml"
    add_yaml(metadata, node, 1)
    if not isinstance(site.reader(suffix), MarkdownReader):
        return
    for scalar, plain in ambiguous_values(front, node):
        metadata.lines["\0"] = scalar.start_mark.line + 2
        metadata.add_problem(
            f"{plain!r} is {scalar.value!r} in YAML, and Pelican alone reads all of it: put the"
            " text in quotes, or the comment on a line of its own.",
            "\0",
        )
    kind = _kind(metadata.values)
    for name in {"title"} | (set(site.settings["FORMATTED_FIELDS"]) if kind == "post" else set()):
        value = metadata.values.get(name)
        if kind == "item" or not isinstance(value, str) or not value.strip():
            continue
        if name != "title":
            with _as_file(f"\n{value}", suffix) as file:
                value, _ = _render(file, suffix, site, formatted=False)
        metadata.values[name] = html_to_text(value)


def _titles(reader_metadata: dict[str, Any]) -> dict[str, str]:
    title = reader_metadata.get("title")
    return {"title": html_to_text(title)} if isinstance(title, str) else {}


def _render_rest(front: FrontMatter, suffix: str, site: DraftSite) -> tuple[str, dict[str, Any]]:
    """Render the text behind the front matter; readers take files, so it becomes one for now."""
    reader = site.reader(suffix)
    if isinstance(reader, HTMLReader) and not re.search(r"<body\b", front.body, re.IGNORECASE):
        return front.text[front.rest :], {}  # a fragment is its own body
    if not front.text[front.rest :].strip():
        return "", {}
    with _as_file(front.body, suffix) as file:
        html, reader_metadata = _render(file, suffix, site, formatted=False)
    return html, {name: value for name, value in reader_metadata.items() if value}


@contextmanager
def _as_file(text: str, suffix: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"body.{suffix}"
        file.write_bytes(text.encode())
        yield file


def _read_without_mark(
    metadata: DraftMetadata, text: str, stored: Path, suffix: str, site: DraftSite
) -> None:
    """Docutils takes a byte order mark for a letter of the title; other readers do not."""
    if isinstance(site.reader(suffix), RstReader) and read_regular(stored).startswith(BOM_UTF8):
        with _as_file(text, suffix) as file:
            _read_plain(metadata, text, file, suffix, site)
    else:
        _read_plain(metadata, text, stored, suffix, site)


def _read_plain(
    metadata: DraftMetadata, text: str, stored: Path, suffix: str, site: DraftSite
) -> None:
    html, reader_metadata = _render(stored, suffix, site, formatted=True)
    lines = _lines(text)
    kind = _kind({normalize_key(name): value for name, value in reader_metadata.items()})
    is_post, is_item = kind == "post", kind == "item"
    formatted = set(site.settings["FORMATTED_FIELDS"]) & set(reader_metadata)
    if formatted and not is_post:
        html, reader_metadata = _render(stored, suffix, site, formatted=False)
    for name, value in reader_metadata.items():
        if value is None:
            continue
        shown = name == "title" if not is_post else name == "title" or name in formatted
        texted = isinstance(value, str) and shown and not is_item
        metadata.add(name, html_to_text(value) if texted else value, lines.get(normalize_key(name)))
    metadata.html = html if html.strip() else None


def _kind(values: Mapping[str, Any]) -> str:
    """Return the kind of a draft, by its normalized metadata."""
    word = values.get("kind")
    if values.get("collection"):
        return "item"
    if isinstance(word, str) and word.strip().lower() in {"page", "item"}:
        return word.strip().lower()
    return "page" if values.get("page_type") else "post"


def _render(
    file: Path, suffix: str, site: DraftSite, *, formatted: bool
) -> tuple[str, dict[str, Any]]:
    try:
        return site.render(file, suffix, formatted=formatted)
    except (Exception, SystemExit) as exc:  # a reader's own, as many as there are readers
        reason = str(exc).replace(f"{file}:", "line ").strip() or type(exc).__name__
        raise DraftSyntaxError(
            f"Pelican's reader for .{suffix} failed ({reason}): correct it."
        ) from exc


def _lines(text: str) -> dict[str, int]:
    """Find the lines that look like metadata."""
    found: dict[str, int] = {}
    for number, line in enumerate(split_lines(text), 1):
        match = re.match(r"[ ]{0,3}:?([A-Za-z][\w -]*):", line)
        match = match or re.match(r"""\s*<meta\s+name=["']([^"']+)["']""", line, re.IGNORECASE)
        if match:
            found.setdefault(normalize_key(match[1]), number)
    return found
