"""Checks of slugs, and of two contents that claim one file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
import logging
from pathlib import PurePosixPath
import posixpath
import re
from typing import Any
import unicodedata

from pelican_buttercms.content.api_schema import brief
from pelican_buttercms.content.records import Page
from pelican_buttercms.errors import ContentError, DuplicateURLError
from pelican_buttercms.filesystem import LONGEST_NAME
from pelican_buttercms.plugin.claims import OutputClaim, claims
from pelican_buttercms.plugin.local_media import LocalMedia
from pelican_buttercms.settings import Settings

logger = logging.getLogger(__name__)

_LONGEST_SLUG = 240  # bytes; file systems stop at 255, and extensions and languages are added
_LONGEST_PATH = 1000
_SURELY_SHORT = LONGEST_NAME // 4
_MOST_WARNINGS = 5
_CONTROL = re.compile(
    r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff\ufeff\ufffe\uffff"
    r"\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
)
_UNUSUAL = re.compile(r"^[./]|/$|/[./]")  # a path that may be spelt in another way
_MARKUP = re.compile("[<>\"']")  # themes print addresses as they are, inside quotes


def check_slug(owner: str, slug: str) -> None:
    """Refuse a slug that could name a file outside the output folder, or none at all.

    Raises:
        ContentError: naming the item and what is wrong with its slug.
    """
    parts = slug.split("/")
    complaint = None
    if not slug:
        complaint = "is empty"
    elif _CONTROL.search(slug):
        complaint = "has a control character, one that turns text around, or a backslash"
    elif _MARKUP.search(slug):
        complaint = "has a quote or an angle bracket, which could end its address in a page"
    elif ".." in parts or "." in parts or "" in parts:
        complaint = "could lead out of the output folder"
    elif any(len(part.encode()) > _LONGEST_SLUG for part in parts):
        complaint = f"is longer than {_LONGEST_SLUG} bytes"
    elif len(slug.encode()) > _LONGEST_PATH:
        complaint = f"is longer than {_LONGEST_PATH} bytes altogether"
    if complaint:
        raise ContentError(
            f"{brief(owner)}: the slug {slug[:80]!r} {complaint}. Nothing was written; change the"
            " slug in ButterCMS, or leave its page type out of BUTTERCMS_PAGE_TYPES."
        )


def refuse_clashes(generators: list[Any], options: Settings, media: LocalMedia) -> None:
    """Refuse an item of the CMS whose file somebody else writes as well, before it is written.

    Pelican would let the later one win, or fail in the middle with the file's name alone. Two
    local files are left to Pelican.

    Raises:
        DuplicateURLError: naming every pair.
        ContentError: a path that no file system takes.
    """
    owners: dict[str, OutputClaim] = {}
    problems, too_long = [], []
    folded: dict[str, str] = {}
    alike: list[tuple[OutputClaim, OutputClaim]] = []
    for claim in claims(generators, media):
        path = posixpath.normpath(claim.path) if _UNUSUAL.search(claim.path) else claim.path
        other = owners.setdefault(path, claim)
        if other is not claim:
            if _collide(other, claim) and not _on_purpose(other, claim, options):
                problems.append(f"{other.title} and {claim.title} both claim {brief(path)}")
            continue
        if len(path) > _SURELY_SHORT and claim.is_cms and _is_too_long(path):
            too_long.append(f"{claim.title} would be written to {brief(path)}")
        first = folded.setdefault(_folded(path), path)
        if first != path and _collide(owners[first], claim):
            alike.append((owners[first], claim))
    problems += _below_files(owners)
    if problems:
        raise DuplicateURLError(
            "; ".join(problems) + ". Nothing was written. Change one slug in ButterCMS, or give one"
            " of the two another place: a page type by its URL, as in BUTTERCMS_PAGE_TYPES ="
            ' {"news": {"url": "news/{slug}.html"}}, a list by the setting that is named here.'
        )
    if too_long:
        raise ContentError(
            f"{'; '.join(too_long)}, which is longer than file systems take. Nothing was written."
            " Shorten the slug in ButterCMS, or the pattern of its URL."
        )
    _warn_of_alike(alike)


def _warn_of_alike(alike: list[tuple[OutputClaim, OutputClaim]]) -> None:
    """Warn of names that some disks do not tell apart."""
    for one, other in alike[:_MOST_WARNINGS]:
        logger.warning(
            "%s is written to %s and %s to %s. macOS and Windows, and servers that use them, take"
            " the two for one file. Change one slug in ButterCMS.",
            one.title,
            brief(one.path),
            other.title,
            brief(other.path),
        )


def _folded(path: str) -> str:
    """Return what a disk that folds case and normalises Unicode takes a path for."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def _is_too_long(path: str) -> bool:
    whole = len(path.encode(errors="replace"))
    parts = path.split("/")
    return whole > _LONGEST_PATH or any(
        len(part.encode(errors="replace")) > LONGEST_NAME for part in parts
    )


def _below_files(owners: Mapping[str, OutputClaim]) -> Iterator[str]:
    """Return a sentence for each file that needs a folder where there is a file."""
    for path, claim in owners.items():
        for folder in _folders(path):
            other = owners.get(folder)
            if other is not None and (claim.is_cms or other.is_cms):
                yield f"{claim.title} needs a folder {brief(folder)}, which {other.title} claims"


def _folders(save_as: str) -> Iterator[str]:
    """Return the folders around a file, the inner ones first."""
    if _UNUSUAL.search(save_as):
        yield from map(str, PurePosixPath(save_as).parents)
        return
    while save_as:
        save_as = save_as.rpartition("/")[0]
        yield save_as or "."


def _collide(one: OutputClaim, other: OutputClaim) -> bool:
    """Return whether two claims on one file are a mistake.

    A local file may take the place of a list on purpose, such as a category's page: Pelican
    allows it.
    """
    if one.owner is other.owner and not (one.is_list and other.is_list):
        return False  # a content that is in two lists of Pelican's
    files = [claim for claim in (one, other) if not claim.is_list]
    return any(claim.is_cms for claim in files or (one, other))


def _on_purpose(one: OutputClaim, other: OutputClaim, options: Settings) -> bool:
    """Return whether a page takes the place of one of Pelican's lists because its owner says so.

    The front page does, and a page type whose URL is a fixed one; not a page by its slug.
    """
    if one.is_template == other.is_template:
        return False
    content = (other if one.is_template else one).owner
    record = getattr(content, "butter", None)
    if not isinstance(record, Page) or not hasattr(content, "override_save_as"):
        return False
    name = record.page_type or "*"
    if options.front_page == (name, record.slug):
        return True
    kind = options.page_types.get(name)
    save_as = kind and (kind.save_as if content.in_default_lang else kind.lang_save_as)
    return bool(save_as) and "{" not in str(save_as)
