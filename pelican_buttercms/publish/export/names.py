"""In which file is an item kept? One that every disk can hold, the same whatever else there is."""

from __future__ import annotations

import hashlib
from pathlib import Path
import re
import unicodedata

from pelican_buttercms.content.raw import SINGLE_PAGES
from pelican_buttercms.content.writable import Target

SUFFIXES = (".md", ".html", ".yaml", ".json")
_LONGEST = 80
_LONGEST_BYTES = 160
_FINE = re.compile(r"[^\W_](?:[\w-]*\w)?")
_RESERVED = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]|_single")
"""Windows has devices of these names; the last one is ours."""


def place(target: Target, lang: str = "") -> Path:
    """Name an item's file below the folder of the export, without its suffix.

    No two targets have the same, on a disk that tells no capitals from small letters either.

    Args:
        target: what is exported.
        lang: the language in the name, "" for the main one.
    """
    key = target.key
    name = ".".join(filter(None, (file_name(key.id), lang)))
    if key.kind == "post":
        return Path("posts", name)
    if key.kind == "page":
        group = "_single" if key.group == SINGLE_PAGES else file_name(key.group)
        return Path("pages", group, name)
    return Path("collections", file_name(key.group), name)


def file_name(text: str) -> str:
    """Make a file's name of a slug; what had to be changed ends in `~` and a part of its hash."""
    fine = unicodedata.normalize("NFC", text).casefold()
    if (
        text == fine
        and _FINE.fullmatch(text)
        and not _RESERVED.fullmatch(text)
        and len(text) <= _LONGEST
        and len(text.encode()) <= _LONGEST_BYTES
    ):
        return text
    kept = re.sub(r"[^a-z0-9]+", "-", unicodedata.normalize("NFKD", fine)).strip("-")
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{kept[:_LONGEST].rstrip('-')}~{digest}"
