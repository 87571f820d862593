"""File names of exported items, valid and distinct on every file system."""

from __future__ import annotations

from pathlib import Path
import re
import unicodedata

from pelican_buttercms.content.raw_records import SINGLE_PAGES
from pelican_buttercms.filesystem import distinct_name
from pelican_buttercms.publish.write_model import WriteTarget

SUFFIXES = (".md", ".html", ".yaml", ".json")
_LONGEST = 80
_LONGEST_BYTES = 160
_VALID = re.compile(r"[^\W_](?:[\w-]*\w)?")


def file_path(target: WriteTarget, lang: str = "") -> Path:
    """Return the path of an item's file below the export folder, without its suffix.

    No two targets have the same path, even on a disk that ignores case.

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
    """Return a file's name for a slug; a changed one ends in `~` and a part of its hash."""
    return distinct_name(text, _readable, longest=_LONGEST_BYTES)


def _readable(text: str) -> str:
    normalized = unicodedata.normalize("NFC", text).casefold()
    if (
        text == normalized
        and _VALID.fullmatch(text)
        and text != "_single"
        and len(text) <= _LONGEST
    ):
        return text
    return re.sub(r"[^a-z0-9]+", "-", unicodedata.normalize("NFKD", normalized)).strip("-")[
        :_LONGEST
    ]
