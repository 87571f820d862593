"""One name and its value as a line of YAML, so that comments can stand between lines."""

from __future__ import annotations

import json
import re
from typing import Any

from pelican_buttercms.clean_text import clean_lines

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:[-/ ][A-Za-z0-9_]+)*")
_WORDS = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}  # no texts, for some readers


def pair(name: str, value: Any) -> list[str]:
    """Write a name with a text, a number, a truth, an empty list or object; None opens a block."""
    return [f"{scalar(name)}:" if value is None else f"{scalar(name)}: {scalar(value)}"]


def scalar(value: Any) -> str:
    """Write a value on one line, texts in quotes where YAML would take them for something else."""
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    escapes = isinstance(value, str) and not value.isprintable()  # YAML folds what it takes for \n
    return json.dumps(value, ensure_ascii=escapes)


def comment(text: str) -> str:
    """Write a comment of one line, whatever is in it."""
    return "# " + clean_lines(text).replace("\n", " ")
