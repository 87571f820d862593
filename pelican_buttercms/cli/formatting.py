"""The output of commands: lines, JSON, logs and word diffs."""

from __future__ import annotations

from collections.abc import Iterator
import json
import logging
import os
import re
from typing import Any

import click

from pelican_buttercms.clean_text import clean_line, clean_lines, clean_logs
from pelican_buttercms.wording import diff_words

_LONGEST_LINE = 2000
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
    click.echo(line, err=err, color=False if os.environ.get("NO_COLOR") else None)


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
