"""The output of commands: lines, tables, JSON, logs and word diffs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
import json
import logging
import os
import re
import shutil
import sys
import textwrap
from typing import Any, TextIO

import click

from pelican_buttercms.clean_text import clean_line, clean_lines, clean_logs
from pelican_buttercms.wording import diff_words

_LONGEST_LINE = 2000
_NARROWEST = 40
_WIDEST = 10_000
_GAP = "  "
_STYLE = re.compile(r"(\x1b\[(?:0|1|3[1-6])m)")  # what `click.style` writes here


def echo(text: object = "", *, err: bool = False) -> None:
    """Print one line; in colours on a terminal unless NO_COLOR is set.

    Commands print with this function only, so no printed text can control the terminal.

    Args:
        text: the line, perhaps with colours of `click.style`.
        err: whether to print to standard error.
    """
    pieces = _STYLE.split(str(text))
    line = "".join(
        piece if number % 2 else clean_lines(piece).replace("\n", " ")
        for number, piece in enumerate(pieces)
    )
    width = _width(sys.stderr if err else sys.stdout)
    if width and len(pieces) == 1 and len(line) > width:
        line = _wrap(line, width)
    click.echo(line, err=err, color=False if os.environ.get("NO_COLOR") else None)


def _width(stream: TextIO) -> int:
    """Return the columns of a terminal; 0 for a file or a pipe, whose readers want whole lines."""
    return shutil.get_terminal_size().columns if stream.isatty() else 0


def _wrap(line: str, width: int) -> str:
    """Wrap a line at its words; what follows is indented as deep as its beginning, and two more."""
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.fill(
        line,
        max(width, _NARROWEST),
        subsequent_indent=f"{indent}  " if indent else "",
        break_long_words=False,  # an address or a path stays one word
        break_on_hyphens=False,
        drop_whitespace=True,
    )


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table with headings, as wide as the terminal, wrapped at words.

    A file or a pipe gets one line for each row.
    """
    cells = [headings, *([clean_line(cell) for cell in row] for row in rows)]
    columns = list(zip(*cells, strict=True))
    widths = [max(map(len, column)) for column in columns]
    least = [max(map(len, [*" ".join(column).split(), ""])) for column in columns]
    excess = sum(widths) + len(_GAP) * (len(widths) - 1) - (_width(sys.stdout) or _WIDEST)
    while excess > 0 and widths != least:
        widest = max(range(len(widths)), key=lambda number: widths[number] - least[number])
        widths[widest] -= 1
        excess -= 1
    for row in cells:
        wrapped = [textwrap.wrap(cell, max(widths[n], 1)) for n, cell in enumerate(row)]
        for pieces in zip_longest(*wrapped, fillvalue=""):
            line = _GAP.join(text.ljust(width) for text, width in zip(pieces, widths, strict=True))
            yield line.rstrip()


def echo_json(value: Any) -> None:
    """Print a value as JSON, with control characters and non-ASCII letters escaped."""
    click.echo(clean_lines(json.dumps(value, indent=2)))


def begin_logging(level: int, layout: str = "%(levelname)s: %(message)s", **options: Any) -> None:
    """Configure logging to standard error, with cleaned messages."""
    logging.basicConfig(level=level, format=layout, **options)
    clean_logs()


def word_diff(old: str | None, new: str | None) -> str:
    """Return a word diff with a few words of context: `one [-two-]{+three+} four`."""
    pairs = [(_shown(before), _shown(after)) for before, after in diff_words(old, new)]
    parts = [
        before if before == after else " ".join(_styled(before, after)) for before, after in pairs
    ]
    return " ".join(parts) or ("(only white space differs)" if old != new else "")


def _shown(words: str) -> str:
    return clean_line(words, _LONGEST_LINE)


def _styled(old: str, new: str) -> Iterator[str]:
    if old:
        yield click.style(f"[-{old}-]", fg="red")
    if new:
        yield click.style(f"{{+{new}+}}", fg="green")
