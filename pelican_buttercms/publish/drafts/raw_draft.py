"""A draft as its file has it, before it is resolved against the account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
import re
from typing import Any, Literal

DraftKind = Literal["post", "page", "item"]


@dataclass(frozen=True)
class LocalFile:
    """A local image or file that a draft shows.

    Attributes:
        url: where it is public once the site is deployed, which is sent to the API.
        path: the file on this disk; it exists.
        link: the words in the draft.
    """

    url: str
    path: Path
    link: str


@dataclass(frozen=True)
class RawDraft:
    """One version of one item, as a draft file has it; a file with several locales gives several.

    Attributes:
        path: the file; of a row or an entry of a table, the table with its number behind it.
        kind: what it becomes.
        group: the page type ("*" for a single page) or the collection's key; "" for a post.
        id: what the CMS knows it by (`Id`): the slug or the item's number; "" before it was first
            published or exported.
        slug: the slug that is wanted; "" for an item.
        title: the title that is wanted; "" for an item, and where the file names none.
        locale: the locale's API slug, "" where the file names none.
        status: published or draft, None where the file does not say.
        base: the digest of what the CMS held when the draft was made, "" when it is new.
        updated: when the CMS had changed that last, "" where that is not known.
        body: the HTML that Pelican renders, None where the file has no body.
        body_field: the field that the body is for, None where the file does not say.
        fields: of a post, its other values by the API's names (`summary`, `author` as the
            author's name, `categories` and `tags` as lists of names, …), only those that the file
            names. Of a page or an item, its fields as they are written in the file.
        has_plain_fields: whether the fields came from `Name: text` lines, where every value is
            a text and every name in lower case, or from the cells of a table.
        files: the local files that the body shows.
        missing: the links of the body that name a picture or file that is nowhere.
        date: the date of a post's file if it is in the past, else "".
        future_date: the date of a draft if it is in the future, else ""; the API cannot schedule.
        default_category: what Pelican files everything under that has no category.
        unsupported: what the file has and the CMS cannot hold, each a sentence with the reason.
    """

    path: Path
    kind: DraftKind
    group: str = ""
    id: str = ""
    slug: str = ""
    title: str = ""
    locale: str = ""
    status: Literal["published", "draft"] | None = None
    base: str = ""
    updated: str = ""
    body: str | None = None
    body_field: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    has_plain_fields: bool = False
    files: tuple[LocalFile, ...] = ()
    missing: tuple[str, ...] = ()
    date: str = ""
    future_date: str = ""
    unsupported: tuple[str, ...] = ()
    default_category: str = field(default="", compare=False)


_ENTRY = re.compile(
    r"(?P<file>.+\.(?:csv|tsv|ya?ml|json)) (?P<what>row|entry) (?P<number>[0-9]+)(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_LISTED = 8


def draft_file(path: Path) -> Path:
    """Return the file that a draft is in, which for a row or an entry of a table is the table."""
    entry = _ENTRY.fullmatch(path.name)
    return path.with_name(entry["file"]) if entry and not entry["rest"] else path


def merge_rows(sentences: Iterable[str]) -> list[str]:
    """Return sentences that begin with a draft's path, with one for all rows of the same text."""
    merged: dict[tuple[str, ...], list[str]] = {}
    for sentence in sentences:
        entry = _ENTRY.fullmatch(sentence)
        key = (entry["file"], entry["what"], entry["rest"]) if entry else (sentence,)
        merged.setdefault(key, []).append(entry["number"] if entry else "")
    return [_merged(key, numbers) if key[1:] else key[0] for key, numbers in merged.items()]


def _merged(key: tuple[str, ...], numbers: list[str]) -> str:
    file, what, rest = key
    if len(numbers) > 1:
        what = "rows" if what == "row" else "entries"
    more = f" and {len(numbers) - _LISTED:,} more" if len(numbers) > _LISTED else ""
    return f"{file} {what} {', '.join(numbers[:_LISTED])}{more}{rest}"
