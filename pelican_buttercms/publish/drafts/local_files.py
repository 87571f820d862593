"""The local files that drafts name, and the places where they are looked for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
import os
from pathlib import Path
import re
from unicodedata import normalize
from urllib.parse import unquote, urlsplit

from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.publish.drafts.metadata import listed
from pelican_buttercms.wording import nearest

_MARKS = ("{static}", "{attach}", "{filename}", "|static|", "|attach|", "|filename|")
_ELSEWHERE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//|(?:data|mailto|tel|javascript):", re.IGNORECASE)
_COMPARED = 2000


def find_file(text: str, beside: Path, content: Path) -> Path | None:
    """Return the file that a value or a link names, None if there is none."""
    return next((path for path in _places(text, beside, content) if is_file(path)), None)


def explain_missing(text: str, beside: Path, content: Path) -> str:
    """Return where a file was looked for, and the nearest name there, as the end of a sentence."""
    places = list(_places(text, beside, content))
    shown = list(dict.fromkeys(map(_shown, places)))[:2]
    looked = f": looked for {listed(shown)}" if shown else ""
    for place in places:
        if name := _nearest(place):
            return f"{looked}; did you mean {name!r}?"
    return f"{looked}."


def is_file(path: Path) -> bool:
    """Return whether there is such a file; no file has a name that the system cannot hold."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _places(text: str, beside: Path, content: Path) -> Iterator[Path]:
    """Yield where a file may be, the best place first.

    A path is relative to the draft, or to the content folder; with a leading slash or a mark of
    Pelican's, to one of them only. It may be encoded as in an address, and have a query.
    """
    link = text.strip()
    for mark in _MARKS:
        link = link.removeprefix(mark)
    is_marked = link != text.strip()
    if not link or "\0" in link or _ELSEWHERE.match(link):
        return
    folder = Path(beside).absolute().parent
    for name in _names(link):
        roots = [content] if name.startswith("/") else [folder]
        if not is_marked and not name.startswith("/"):
            roots.append(content)
        for root in roots:
            yield Path(os.path.normpath(root / name.lstrip("/")))


def _names(link: str) -> Iterator[str]:
    try:
        path = urlsplit(link).path
    except ValueError:
        path = ""
    written = (link, path, unquote(path), unquote(link))
    slashed = (name.replace("\\", "/") for name in written)
    composed = (normalize(form, name) for name in written for form in ("NFC", "NFD"))  # macOS
    yield from dict.fromkeys(filter(None, (*written, *slashed, *composed)))


def _shown(path: Path) -> str:
    here = Path.cwd()
    return clean_line(str(path.relative_to(here) if path.is_relative_to(here) else path), 300)


def _nearest(path: Path) -> str | None:
    try:
        with os.scandir(path.parent) as entries:
            names = [entry.name for entry in islice(entries, _COMPARED) if entry.is_file()]
    except (OSError, ValueError):
        return None
    same = (name for name in sorted(names) if name.casefold() == path.name.casefold())
    return next(same, None) or nearest(path.name, sorted(names), cutoff=0.7)
