"""Text from outside, made fit for one line of a terminal or a log."""

from __future__ import annotations

import unicodedata

_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"  # words of several languages are spelled with them


def is_clean(text: str) -> bool:
    """Return whether a text has no character that steers a terminal or turns its letters around."""
    if text.isascii():
        return text.isprintable()
    return all(c in _JOINERS or unicodedata.category(c) not in _INVISIBLE for c in text)
