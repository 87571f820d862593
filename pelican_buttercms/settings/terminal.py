"""Output to terminals and files whose encoding lacks a character of the content."""

from __future__ import annotations

from io import TextIOWrapper
import sys


def print_any_text() -> None:
    """Let standard output and error print a `?` for what their encoding lacks, and never fail.

    A Windows console that is redirected, and a CI step there, have a code page such as cp1252.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="replace")
