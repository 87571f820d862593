"""Where is content written, who else wanted that place, and what was there before?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
import os
from pathlib import Path, PurePosixPath
import re
from typing import Any

from pelican.urlwrappers import URLWrapper
from pelican.utils import clean_output_dir

from pelican_buttercms.content.shapes import brief
from pelican_buttercms.errors import ContentError, DuplicateURLError
from pelican_buttercms.plugin.collected import contents_of
from pelican_buttercms.plugin.incremental.cleaning import Wiped, wipe

_LONGEST_NAME = 240  # bytes; file systems stop at 255, and extensions and languages are added
_LONGEST_PATH = 1000
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff\ufffe\uffff]")
_UNUSUAL = re.compile(r"^[./]|/$|/[./]")  # a path that may be spelt in another way
_MARKUP = re.compile("[<>\"']")  # themes print addresses as they are, inside quotes

_LISTINGS = ("categories", "tags", "authors")


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
        complaint = "has a control character or a backslash"
    elif _MARKUP.search(slug):
        complaint = "has a quote or an angle bracket, which could end its address in a page"
    elif ".." in parts or "." in parts or "" in parts:
        complaint = "could lead out of the output folder"
    elif any(len(part.encode()) > _LONGEST_NAME for part in parts):
        complaint = f"is longer than {_LONGEST_NAME} bytes"
    elif len(slug.encode()) > _LONGEST_PATH:
        complaint = f"is longer than {_LONGEST_PATH} bytes altogether"
    if complaint:
        raise ContentError(
            f"{brief(owner)}: the slug {slug[:80]!r} {complaint}. Nothing was written; change the"
            " slug in ButterCMS, or leave its page type out of BUTTERCMS_PAGE_TYPES."
        )


def clean(generator: Any, kept: Callable[[], Collection[str]]) -> Wiped | None:
    """Do what DELETE_OUTPUT_DIRECTORY asks for, now that the content holds together.

    Gives what was kept if there were files that may be used again.

    Pelican does it before any content is read, so that an editor's mistake would leave an empty
    folder; `sites.start_run` keeps it from that. An output folder around the sources is left
    alone, as Pelican does.
    """
    settings = generator.settings
    output, source = os.path.realpath(generator.output_path), os.path.realpath(generator.path)
    if not settings["DELETE_OUTPUT_DIRECTORY"] or os.path.commonpath([output, source]) == output:
        return None
    retention: list[str] = settings["OUTPUT_RETENTION"]
    keep = kept()
    if not keep or not Path(output).is_dir():
        clean_output_dir(generator.output_path, retention)
        return None
    return wipe(Path(generator.output_path).absolute(), retention, keep)


def follow_last(generators: list[Any], then: Callable[[], None]) -> None:
    """Do something when the last generator has written, before plugins hear that all is done."""
    last = next(one for one in reversed(generators) if hasattr(one, "generate_output"))
    last.generate_output = partial(_generate, last.generate_output, then)


def _generate(generate: Callable[[Any], None], then: Callable[[], None], writer: Any) -> None:
    generate(writer)
    then()


def refuse_duplicates(generators: list[Any]) -> None:
    """Refuse two items that would be written to one file, if one of them is the CMS's.

    Pelican would let the later one win, or fail with the file's name alone. Two local files are
    left to Pelican.

    Raises:
        DuplicateURLError: naming every pair.
    """
    owners: dict[str, Any] = {}
    problems = []
    for save_as, owner in _outputs(generators):
        other = owners.setdefault(save_as, owner)
        if other is not owner and _collide(other, owner):
            problems.append(f"{_name(other)} and {_name(owner)} both claim {brief(save_as)}")
    problems += _below_files(owners)
    problems += _over_lists(owners, generators[0].settings)
    if problems:
        raise DuplicateURLError(
            "; ".join(problems) + ". Change one slug in ButterCMS, or give a page type a URL of its"
            ' own: BUTTERCMS_PAGE_TYPES = {"news": {"url": "news/{slug}.html"}}.'
        )


def _below_files(owners: Mapping[str, Any]) -> Iterator[str]:
    """Tell of what would need a folder where there is a file."""
    for save_as, owner in owners.items():
        for folder in _folders(save_as):
            other = owners.get(folder)
            if other is not None and _collide(other, owner):
                yield f"{_name(owner)} needs a folder {brief(folder)}, which {_name(other)} claims"


def _folders(save_as: str) -> Iterator[str]:
    """Name the folders around a file, the inner ones first."""
    if _UNUSUAL.search(save_as):
        yield from map(str, PurePosixPath(save_as).parents)
        return
    while save_as:
        save_as = save_as.rpartition("/")[0]
        yield save_as or "."


def _over_lists(owners: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterator[str]:
    """Tell of what would be written to the place of a list, as a page with the slug "index" is.

    A front page takes that place on purpose, as all do whose page type has a URL.
    """
    for template in settings["DIRECT_TEMPLATES"]:
        save_as = settings.get(f"{template.upper()}_SAVE_AS", f"{template}.html")
        owner = owners.get(str(save_as))
        if _is_cms(owner) and not hasattr(owner, "override_save_as"):
            yield f"{_name(owner)} and Pelican's list {template!r} both claim {save_as}"


def _outputs(generators: list[Any]) -> Iterator[tuple[str, Any]]:
    for content in contents_of(generators):
        if save_as := content.save_as:
            yield str(save_as), content
    for name in _LISTINGS:
        for wrapper, _ in generators[0].context.get(name, ()):
            if save_as := wrapper.save_as:
                yield str(save_as), wrapper


def _collide(one: Any, other: Any) -> bool:
    """Say whether two owners of one file are a mistake.

    A local file may take the place of a category's page on purpose: Pelican allows it.
    """
    contents = [owner for owner in (one, other) if not isinstance(owner, URLWrapper)]
    return any(_is_cms(owner) for owner in contents or (one, other))


def _is_cms(owner: Any) -> bool:
    return hasattr(owner, "butter")


def _name(owner: Any) -> str:
    if _is_cms(owner):
        return f"ButterCMS's {brief(owner.butter.key)}"
    if path := getattr(owner, "source_path", None):
        return f"the file {path}"
    return f"the {type(owner).__name__.lower()} {brief(owner)}"
