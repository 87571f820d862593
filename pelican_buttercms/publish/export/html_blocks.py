"""The outermost blocks of an HTML fragment, each of which can be written by itself."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
import re

from pelican_buttercms.publish.html_compare import BLOCKS, VOID

_WHITE = " \t\n\r\f"
_ALONE = (BLOCKS - {"br"}) | {
    "canvas", "iframe", "math", "noscript", "object", "output", "progress", "script", "style",
    "textarea", "video",
}  # fmt: skip
"""The elements that python-markdown reads as raw HTML at the beginning of a line."""

_TOKEN = re.compile(
    r"<!--(?P<comment>.*?)-->"
    r"|<(?P<text>script|style|textarea)\b[^>]*>.*?</(?P=text)\s*>"
    r"|<(?P<end>/?)(?P<tag>[a-z][^\s/>]*)(?:\"[^\"]*\"|'[^']*'|[^'\">])*+>",
    re.DOTALL | re.IGNORECASE,
)
_FIRST_TAG = re.compile(r"</?([a-z][a-z0-9]*)", re.IGNORECASE)
_LAST_TAG = re.compile(r"</?([a-z][a-z0-9]*)[^<>]*>\Z", re.IGNORECASE)


def split_blocks(html: str) -> list[str]:
    """Split a fragment at its outermost blocks; joined by white space, the parts mean the same.

    Content between blocks is a part as well. An unclosed block extends to the end.
    """
    places = sorted({0, *_cuts(html), len(html)})
    return list(_join_inline([html[start:end] for start, end in pairwise(places)]))


def stands_alone(unit: str) -> bool:
    """Return whether python-markdown could read a part as raw HTML."""
    tag = _FIRST_TAG.match(unit)
    return unit.startswith("<!--") or bool(tag and tag[1].lower() in _ALONE)


def _cuts(html: str) -> Iterator[int]:
    """Yield where outermost blocks and comments begin and end; `markdown.py` checks the result."""
    opened: list[str] = []
    for token in _TOKEN.finditer(html):
        tag = (token["tag"] or token["text"] or "").lower()
        if token["end"]:
            if tag in opened:
                while opened.pop() != tag:
                    pass
                if not opened and tag in _ALONE:
                    yield token.end()
            continue
        if not opened and (token["comment"] is not None or tag in _ALONE):
            yield token.start()
            if token["tag"] is None or tag in VOID:
                yield token.end()
        if token["tag"] is not None and tag not in VOID:
            opened.append(tag)


def _join_inline(parts: list[str]) -> Iterator[str]:
    """Yield the parts stripped of white space; join parts that white space would change."""
    waiting = ""
    for part in parts:
        if waiting.strip(_WHITE) and _is_separable(waiting, part):
            yield waiting.strip(_WHITE)
            waiting = ""
        waiting += part
    if waiting.strip(_WHITE):
        yield waiting.strip(_WHITE)


def _is_separable(before: str, after: str) -> bool:
    if before[-1:] in _WHITE or after[:1] in _WHITE:
        return True
    names = (_LAST_TAG.search(before[-400:]), _FIRST_TAG.match(after))
    return any(name and name[1].lower() in BLOCKS for name in names)
