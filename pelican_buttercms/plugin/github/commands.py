"""The commands of GitHub's runner: lines of a process's output that begin with colons.

The CMS's texts must not be commands: after `stop_commands` the runner takes every line for text,
and our own messages are escaped as the runner expects.
"""

from __future__ import annotations

from typing import Literal

from pelican_buttercms.clean_text import clean_lines

Level = Literal["error", "warning", "notice"]

_LONGEST = 2000


def annotation(level: Level, title: str, text: str) -> str:
    """Return the line that shows a message above the job's log, and on the run's page."""
    return f"::{level} title={_property(title)}::{_data(cut(text, _LONGEST))}"


def stop_commands(token: str) -> str:
    """Return the line after which no line is a command, until `resume_commands`.

    Args:
        token: what nobody else can guess; GitHub masks it in the log.
    """
    return f"::stop-commands::{token}"


def resume_commands(token: str) -> str:
    """Return the line that ends `stop_commands`."""
    return f"::{token}::"


def cut(text: str, longest: int) -> str:
    """Shorten a text, and take out what is not for the eye: control and direction characters."""
    shown = clean_lines(text[: longest + 1])
    return shown if len(shown) <= longest else f"{shown[:longest]}…"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
