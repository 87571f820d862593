"""The output of commands: lines, JSON, logs and word diffs."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
import json
import logging
import os
import re
from typing import Any

import click

from pelican_buttercms.clean_text import clean_line, clean_lines, clean_logs

_AROUND = 6
_LONGEST = 40
_COMPARED = 2000
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
    before, after = _words(old), _words(new)
    if before == after:
        return "(only white space differs)" if old != new else ""
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    middle = _parts(before[start : len(before) - end], after[start : len(after) - end])
    tail = before[len(before) - end :]
    parts = [_shortened(before[:start], first=True), *middle, _shortened(tail, last=True)]
    return " ".join(filter(None, parts))


def _words(text: str | None) -> list[str]:
    return re.findall(r"<[^>]*>|[^\s<>]+|[<>]", text or "")


def _common(one: list[str], other: list[str]) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    different = (number for number, (a, b) in pairs if a != b)
    return next(different, min(len(one), len(other)))


def _parts(old: list[str], new: list[str]) -> Iterator[str]:
    if max(len(old), len(new)) > _COMPARED:  # comparing more would take minutes
        yield from _replaced(old, new)
        return
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield _shortened(old[i:j])
        else:
            yield from _replaced(old[i:j], new[k:m])


def _replaced(old: list[str], new: list[str]) -> Iterator[str]:
    if old:
        yield click.style(f"[-{_cut(old)}-]", fg="red")
    if new:
        yield click.style(f"{{+{_cut(new)}+}}", fg="green")


def _cut(words: list[str]) -> str:
    more = len(words) - _LONGEST
    text = clean_line(" ".join(words[:_LONGEST]), _LONGEST_LINE)
    return f"{text} … ({more:,} more words)" if more > 0 else text


def _shortened(words: list[str], *, first: bool = False, last: bool = False) -> str:
    """Return the words beside a change, without those further away."""
    head = [] if first else words[:_AROUND]
    foot = [] if last else words[-_AROUND:]
    if len(words) <= _AROUND * (2 - first - last):
        return clean_line(" ".join(words), _LONGEST_LINE)
    return clean_line(" ".join([*head, "…", *foot]), _LONGEST_LINE)
