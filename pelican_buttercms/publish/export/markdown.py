"""Lossless conversion of HTML to Markdown: each result is rendered and compared."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
import re

from pelican_buttercms.publish.export.converter import converter
from pelican_buttercms.publish.export.html_blocks import split_blocks, stands_alone
from pelican_buttercms.publish.html_compare import Token, normalize_html

Render = Callable[[str], str]

_TRIES = 24
_LIKE_HEAD = re.compile(r"\s*(?:---|\ufeff|[ ]{0,3}[A-Za-z0-9_-]+:(?:\s|$))")
"""What python-markdown or a front matter parser would read as metadata."""


def to_markdown(html: str, render: Render) -> str | None:
    """Write HTML as Markdown that renders to the same HTML.

    Each outermost block becomes Markdown if that renders back to it, and stays HTML otherwise.

    Args:
        html: a fragment.
        render: the site's own way from Markdown to HTML.

    Returns:
        The Markdown; None if not even the HTML itself survives in a Markdown file.

    Raises:
        SettingsError: markdownify is not installed.
    """
    return _Attempt(html, render).best()


def keep_html(html: str, render: Render) -> str | None:
    """Return HTML as a Markdown file keeps it; None if it does not survive there."""
    attempt = _Attempt(html, render, as_html=True)
    return attempt.text if attempt.difference() is None else None


class _Attempt:
    """The conversion of one body, block by block."""

    def __init__(self, html: str, render: Render, *, as_html: bool = False) -> None:
        self.raw = split_blocks(html)
        self.chosen = list(self.raw) if as_html else [_converted(unit) for unit in self.raw]
        self.wanted = normalize_html(html)
        self.render = render
        if self.raw and _LIKE_HEAD.match(self.chosen[0]):
            self.chosen[0] = self.raw[0]

    @property
    def text(self) -> str:
        """Return the text as chosen so far."""
        return "\n\n".join(self.chosen)

    def best(self) -> str | None:
        """Return the text with as much Markdown as survives, None if not even HTML does."""
        if not all(stands_alone(unit) for unit in self.raw):
            return None
        if self.difference() is None:
            return self.text
        self.chosen = [self._alone(*pair) for pair in zip(self.chosen, self.raw, strict=True)]
        lengths = [0, *accumulate(len(normalize_html(unit)) for unit in self.raw)]
        for _ in range(_TRIES):  # a block that survives alone may fail beside its neighbours
            place = self.difference()
            if place is None:
                return self.text
            if not self._revert_to_html(bisect_right(lengths, place) - 1):
                return None
        self.chosen = list(self.raw)
        return self.text if self.difference() is None else None

    def difference(self) -> int | None:
        """Return the index of the first token that differs; None if all are equal."""
        tokens = self._rendered(self.text)
        if tokens == self.wanted:
            return None
        pairs = enumerate(zip(tokens, self.wanted, strict=False))
        ends = min(len(tokens), len(self.wanted))
        return next((number for number, (token, expected) in pairs if token != expected), ends)

    def _rendered(self, text: str) -> Sequence[Token]:
        try:
            return normalize_html(self.render(text))
        except RecursionError:  # python-markdown recurses into every level
            return ()

    def _alone(self, chosen: str, raw: str) -> str:
        return chosen if chosen == raw or self._rendered(chosen) == normalize_html(raw) else raw

    def _revert_to_html(self, place: int) -> bool:
        """Turn the failing block, or the nearest one, back to HTML; return whether one was left."""
        others = sorted(range(len(self.raw)), key=lambda number: abs(number - place))
        for number in others:
            if self.chosen[number] != self.raw[number]:
                self.chosen[number] = self.raw[number]
                return True
        return False


def _converted(unit: str) -> str:
    convert = converter()
    try:
        return convert(unit).strip("\n") or unit
    except (RecursionError, ValueError, AssertionError):  # limits of bs4 and markdownify
        return unit
