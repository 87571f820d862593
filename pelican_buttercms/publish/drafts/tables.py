"""Files of many drafts: a row of CSV or TSV, or an entry of a list in YAML or JSON, is a draft.

A row's path is the table's with the row behind it, such as `team.csv row 3`: it names the draft in
messages, and tells it from the others everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
import json
from pathlib import Path
import re
from typing import Any

from ruamel.yaml.nodes import MappingNode, SequenceNode

from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.publish.drafts.csv_cells import Table, parse_table, set_cells
from pelican_buttercms.publish.drafts.edit_lines import Changes
from pelican_buttercms.publish.drafts.edit_structured import edit_structured
from pelican_buttercms.publish.drafts.file_formats import read_text
from pelican_buttercms.publish.drafts.identity import base_name
from pelican_buttercms.publish.drafts.metadata import (
    COMMON,
    DraftMetadata,
    DraftSyntaxError,
    location,
    normalize_key,
)
from pelican_buttercms.publish.drafts.pelican_site import STRUCTURED, DraftSite
from pelican_buttercms.publish.drafts.raw_draft import draft_file
from pelican_buttercms.publish.drafts.yaml_json import (
    ParseError,
    add_json,
    add_yaml,
    compose_yaml,
    parse_json,
)

SUFFIXES = frozenset(("csv", "tsv"))
SPREADSHEETS = frozenset(("xlsx", "xlsm", "xls", "ods", "numbers"))

_LIST = re.compile(r"(?:[ \t]*(?:#[^\n]*|---[ \t]*)?\r?\n)*[ \t]*(?:-(?=\s)|\[)")
_BASE = re.compile(r"[0-9a-f]{16,64}( .*)?")
_DEEPEST = 8
_OF_ITEM = frozenset(COMMON) - {"title", "slug"}
_GROUPS = frozenset(("collection", "page_type"))
_ENCODING = (
    "In a spreadsheet, save it as “CSV UTF-8”: with another encoding, letters with accents would"
    " come out wrong."
)


def is_table(path: Path, stored: Path | None = None) -> bool:
    """Return whether a file holds several drafts."""
    suffix = path.suffix.removeprefix(".").lower()
    if suffix not in STRUCTURED:
        return suffix in SUFFIXES
    try:
        return _LIST.match(read_text(stored or path)) is not None
    except DraftSyntaxError:
        return False


def names_its_drafts(path: Path, site: DraftSite) -> bool:
    """Return whether a table that nobody named holds drafts, and is no table for the site."""
    entries, problems = read_table(path, site)
    return (
        bool(problems)
        if not entries
        else any(
            not _GROUPS.isdisjoint(entry.names) or {"id", "base"} <= entry.values.keys()
            for entry in entries
        )
    )


def read_table(
    path: Path, site: DraftSite, stored: Path | None = None
) -> tuple[list[DraftMetadata], list[str]]:
    """Read the metadata of each draft in a file, and the problems of the file itself."""
    whole = DraftMetadata(path)
    entries: list[DraftMetadata] = []
    try:
        text = _read(path, stored)
        for entry in _entries(path, text, whole):
            _complete(entry, site)
            entries.append(entry)
    except DraftSyntaxError as exc:
        whole.add_problem(str(exc))
    except ParseError as exc:
        kind = "JSON" if path.suffix == ".json" else "YAML"
        text = f"this is not valid {kind} ({exc}): correct it."
        whole.problems.append(f"{location(path, exc.line)}: {text}")
    if not entries and not whole.problems:
        whole.add_problem("the table has no rows: write one for each item.")
    return entries, whole.problems


def edit_table(text: str, path: Path, changes: Changes) -> str:
    """Change keys of one draft in a file that is known to be valid.

    Args:
        text: the file's.
        path: the draft's.
        changes: the new values by path, None to take a key away.

    Raises:
        DraftSyntaxError: a value is written in a way that cannot be edited.
    """
    file, number = draft_file(path), int(path.name.rpartition(" ")[2])
    suffix = file.suffix.removeprefix(".").lower()
    if suffix not in SUFFIXES:
        return edit_structured(text, changes, entry=number)
    table = parse_table(text, tabs=suffix == "tsv")
    names = {normalize_key(name): name for name in table.names}
    values: dict[str, str] = {}
    for place, value in changes.items():
        column = ".".join(place[1:] if place[0] == "fields" and place[1:] else place)
        known = normalize_key(column)
        if value is None:  # with all that is inside of it, such as `base.de`
            inside = (n for k, n in names.items() if k == known or k.startswith(f"{known}."))
            values |= dict.fromkeys(inside, "")
            continue
        cell = _cell(place[0], value)
        is_bare = not any(sign in cell for sign in f'"\r\n{table.separator}')
        column = names.get(known, column)
        values[column] = cell if is_bare else '"' + cell.replace('"', '""') + '"'
    return set_cells(text, table, number - table.first, values)


def _read(path: Path, stored: Path | None) -> str:
    try:
        return read_text(stored or path)
    except DraftSyntaxError as exc:
        is_csv = path.suffix.lower() in {".csv", ".tsv"} and "is not UTF-8" in str(exc)
        raise DraftSyntaxError(f"{exc} {_ENCODING}" if is_csv else str(exc)) from exc


def _entries(path: Path, text: str, whole: DraftMetadata) -> Iterator[DraftMetadata]:
    suffix = path.suffix.removeprefix(".").lower()
    if suffix in SUFFIXES:
        table = parse_table(text, tabs=suffix == "tsv")
        if _check_columns(table, whole):
            yield from _rows(path, table)
    elif suffix == "json":
        values, twice = parse_json(text)
        for number, value in enumerate(values, 1):
            entry = DraftMetadata(_named(path, "entry", number), style="json")
            if isinstance(value, dict):
                add_json(entry, value, twice, _texts(value))
            else:
                entry.add_problem("it is no object of keys and values: write one.")
            twice = []
            yield entry
    else:
        node = compose_yaml(text)
        for number, inner in enumerate(node.value if isinstance(node, SequenceNode) else (), 1):
            entry = DraftMetadata(_named(path, "entry", number), style="yaml")
            if isinstance(inner, MappingNode):
                keys = {key.value: None for key, _ in inner.value if isinstance(key.value, str)}
                add_yaml(entry, inner, 0, _texts(keys))
            else:
                entry.add_problem('it is no mapping of keys and values: write "- name: value".')
            yield entry


def _texts(keys: Mapping[str, Any]) -> frozenset[str]:
    """Return the keys whose values are texts; of an item without `fields` the others are fields."""
    names = {normalize_key(key) for key in keys}
    return _OF_ITEM if "fields" not in names and not _is_other(names, keys) else frozenset(COMMON)


def _is_other(names: set[str], values: Mapping[str, Any]) -> bool:
    return "page_type" in names or values.get("kind") in {"post", "page"}


def _check_columns(table: Table, whole: DraftMetadata) -> bool:
    """Note what is wrong with the columns and the form of the rows; return whether nothing is."""
    names = table.names
    seen: dict[str, int] = {}
    for number, name in enumerate(names, 1):
        at = seen.setdefault(normalize_key(name), number)
        if name and at != number:
            whole.add_problem(
                f"row {table.first}: the columns {at} and {number} are both named {name!r}: rename"
                " one."
            )
    for name in names:
        parts = name.split(".")
        if len(parts) > _DEEPEST or (name and not all(part.strip() for part in parts)):
            whole.add_problem(
                f"row {table.first}: the column {clean_line(name, 80)!r} has a dot too many: write"
                " component.field."
            )
        elif any(other.startswith(f"{normalize_key(name)}.") for other in seen if name):
            whole.add_problem(
                f"row {table.first}: the column {name!r} has a value, and there are columns for"
                f" what is inside of it, {name}.…: keep one of both."
            )
    for index, row in enumerate(table.rows[1:], table.first + 1):
        for number, cell in enumerate(row, 1):
            if cell.text.strip() and (number > len(names) or not names[number - 1]):
                whole.add_problem(
                    f"row {index}: there is a value in column {number}, which has no name in row"
                    f" {table.first}: name the column, or look for a separator"
                    f" ({table.separator!r}) in a text without quotes."
                )
                break
    return not whole.problems


def _rows(path: Path, table: Table) -> Iterator[DraftMetadata]:
    names = table.names
    known = {normalize_key(name) for name in names}
    common = frozenset(COMMON) if "page_type" in known else _OF_ITEM
    for number, row in enumerate(table.rows[1:], table.first + 1):
        entry = DraftMetadata(_named(path, "row", number), style="table")
        fields: dict[str, Any] = {}
        for name, cell in zip(names, row, strict=False):
            text = cell.text.strip()
            if name and text:  # an empty cell says nothing
                key, *inner = name.split(".")
                own = normalize_key(key)
                if own in common and own != "fields":
                    _add(entry.values, [own, *inner], _base(entry, text) if own == "base" else text)
                    entry.names[own] = key
                else:
                    _add(fields, inner if own == "fields" and inner else [key, *inner], cell.text)
        if entry.values or fields:
            entry.values["fields"], entry.names["fields"] = fields, "fields"
            yield entry


def _base(entry: DraftMetadata, text: str) -> str:
    """Return a base as publish wrote it; spreadsheets change what looks like a number."""
    base = text.removeprefix("v")
    if not _BASE.fullmatch(base):
        entry.add_problem(
            f"base {text!r} is not what publish wrote: clear the cell, and say with --ours or"
            " --theirs once which version counts."
        )
    return base


def _add(values: dict[str, Any], path: list[str], text: str) -> None:
    for name in path[:-1]:
        values = values.setdefault(name, {})
    values[path[-1]] = text


def _complete(entry: DraftMetadata, site: DraftSite) -> None:
    """Move the fields of an entry under `fields`, and name its collection."""
    if entry.values.get("kind") == "post":
        return
    common = frozenset(COMMON) if _is_other(set(entry.values), entry.values) else _OF_ITEM
    if "fields" not in entry.values:
        others = entry.keys_except(common)
        entry.values["fields"] = {entry.names[key]: entry.values.pop(key) for key in others}
        entry.names["fields"] = "fields"
    if _GROUPS.isdisjoint(entry.values):
        entry.values["collection"] = base_name(entry, site)


def _named(path: Path, what: str, number: int) -> Path:
    return path.with_name(f"{path.name} {what} {number}")


def _cell(key: str, value: Any) -> str:
    """Return the text of a cell; spreadsheets would take many a digest for a number."""
    if key == "base":
        return f"v{value}"
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return value or '""'  # an empty cell would say nothing
