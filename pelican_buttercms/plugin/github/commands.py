"""How does a process speak to GitHub's runner? In lines of its output that begin with colons.

What the CMS holds must not speak to it: `quiet` makes the runner take every line for text, and
what is told on purpose is escaped as the runner undoes it.
"""

from __future__ import annotations

from typing import Literal

from pelican_buttercms.clean_text import clean_lines

Level = Literal["error", "warning", "notice"]

_LONGEST = 2000


def annotation(level: Level, title: str, text: str) -> str:
    """Give the line that shows a message above the job's log, and on the run's page."""
    return f"::{level} title={_property(title)}::{_data(cut(text, _LONGEST))}"


def quiet(token: str) -> str:
    """Give the line after which no line is a command, until `loud`.

    Args:
        token: what nobody else can guess; GitHub masks it in the log.
    """
    return f"::stop-commands::{token}"


def loud(token: str) -> str:
    """Give the line that ends `quiet`."""
    return f"::{token}::"


def cut(text: str, longest: int) -> str:
    """Shorten a text, and take out what is not for the eye: control and direction characters."""
    shown = clean_lines(text[: longest + 1])
    return shown if len(shown) <= longest else f"{shown[:longest]}…"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
