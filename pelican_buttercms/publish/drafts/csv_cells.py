"""The cells of CSV and TSV with their places, for edits that keep every other byte."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
import re

from pelican_buttercms.publish.drafts.front_matter import detect_newline
from pelican_buttercms.publish.drafts.metadata import DraftSyntaxError

MAX_ROWS = 2000
MAX_COLUMNS = 500

_SEPARATOR = re.compile(r"sep=([,;\t|])[ \t]*(?:\r\n|\r|\n)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell.

    Attributes:
        text: its text, without quotes.
        start: where it begins, its quote included.
        end: where it ends.
    """

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Table:
    """The rows of a file.

    Attributes:
        separator: what stands between two cells.
        first: the number of the header's row, as a spreadsheet counts.
        rows: the cells of each row, the header first; a row without any text is empty.
    """

    separator: str
    first: int
    rows: Sequence[Sequence[Cell]]

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return [cell.text.strip() for cell in self.rows[0]]


def parse_table(text: str, *, tabs: bool) -> Table:
    """Split a text into rows and cells.

    Args:
        text: the file's.
        tabs: whether the cells are separated by tabs; otherwise by what separates most names.

    Raises:
        DraftSyntaxError: a quote is not closed, or it is larger than a table of drafts is.
    """
    named = _SEPARATOR.match(text)
    position, first = (named.end(), 2) if named else (0, 1)
    separator = named[1] if named else "\t" if tabs else _separator(text)
    cell = re.compile(rf'[ ]*"((?:[^"]|"")*)"[ ]*(?={re.escape(separator)}|[\r\n]|\Z)')
    bare = re.compile(rf"[^{re.escape(separator)}\r\n]*")
    rows: list[list[Cell]] = []
    while position < len(text):
        row: list[Cell] = []
        while True:
            match = cell.match(text, position)
            if match is None:
                match = bare.match(text, position)
                if match and match[0].lstrip().startswith('"'):
                    raise DraftSyntaxError(
                        f"row {first + len(rows)}, column {len(row) + 1}: a quote is not closed, or"
                        ' a text follows it: write "" for a quote inside of quotes.'
                    )
            assert match is not None  # noqa: S101  (`bare` matches anything)
            value = match[1].replace('""', '"') if match.re is cell else match[0]
            row.append(Cell(value, position, match.end()))
            position = match.end()
            if text[position : position + 1] != separator:
                break
            position += 1
        position += len(_line_end(text, position))
        rows.append(row if any(one.text.strip() for one in row) else [])
        if len(rows) > MAX_ROWS + 1 or len(row) > MAX_COLUMNS:
            raise DraftSyntaxError(
                f"it has more than {MAX_ROWS:,} rows or {MAX_COLUMNS:,} columns: split it."
            )
    if not rows or not rows[0]:
        raise DraftSyntaxError(f"row {first} must name the columns: it is empty.")
    return Table(separator, first, rows)


def set_cells(text: str, table: Table, number: int, values: dict[str, str]) -> str:
    """Return a text with other values in one row; what has no column yet gets one at the end.

    Args:
        text: the file's.
        table: as it was parsed from the text.
        number: the row's index, 0 for the header.
        values: by the names of columns.
    """
    names = [name.casefold() for name in table.names]
    added = [name for name in values if name.casefold() not in names]
    width, mark = len(names), table.separator
    edits: list[tuple[int, int, str]] = []
    for index, row in enumerate(table.rows):
        if not row or (index != number and not (added and (index == 0 or len(row) <= width))):
            continue
        found = list(added) if index == 0 else [""] * len(added)
        lacking = [""] * max(0, width - len(row))
        if index == number:
            found = [values[name] for name in added]
            for name, value in values.items():
                at = names.index(name.casefold()) if name not in added else None
                if at is not None and at < len(row):
                    edits.append((row[at].start, row[at].end, value))
                elif at is not None:
                    lacking[at - len(row)] = value
        more = [*lacking, *found] if added or any(lacking) else []
        edits.append((row[-1].end, row[-1].end, "".join(mark + one for one in more)))
    for start, end, value in sorted(edits, reverse=True):
        text = text[:start] + value + text[end:]
    return text


def _separator(text: str) -> str:
    """Return what separates the names in the first row: spreadsheets differ by language."""
    line = re.sub(r'"(?:[^"]|"")*"', "", text[: 1 << 16]).split(detect_newline(text), 1)[0]
    return max(",;\t", key=line.count)


def _line_end(text: str, position: int) -> str:
    return "\r\n" if text.startswith("\r\n", position) else text[position : position + 1]
