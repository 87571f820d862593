"""Reads all drafts of files and folders, and reports all problems together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
import os
from pathlib import Path

from pelican_buttercms.errors import DraftError
from pelican_buttercms.filesystem import SafeFolder
from pelican_buttercms.publish.drafts.file_formats import is_plan, read_metadata
from pelican_buttercms.publish.drafts.links import LinkResolver
from pelican_buttercms.publish.drafts.metadata import DraftMetadata
from pelican_buttercms.publish.drafts.parse_draft import parse_drafts
from pelican_buttercms.publish.drafts.pelican_site import DraftSite
from pelican_buttercms.publish.drafts.quiet_logging import quiet_logging
from pelican_buttercms.publish.drafts.raw_draft import RawDraft
from pelican_buttercms.publish.drafts.tables import (
    SPREADSHEETS,
    SUFFIXES,
    is_table,
    names_its_drafts,
    read_table,
)
from pelican_buttercms.publish.drafts.yaml_json import PLAN_KEY

__all__ = ["PLAN_KEY", "collect_drafts", "is_plan", "read_drafts", "read_file"]


def read_drafts(paths: Iterable[Path], site: DraftSite) -> list[RawDraft]:
    """Read drafts, as `collect_drafts` does.

    Raises:
        DraftError: with every problem of every file.
    """
    drafts, problems, _ = collect_drafts(paths, site)
    if problems:
        raise DraftError(problems)
    return drafts


def collect_drafts(
    paths: Iterable[Path], site: DraftSite
) -> tuple[list[RawDraft], list[str], set[Path]]:
    """Read drafts; nothing is changed and nothing is sent.

    Args:
        paths: files and folders, in the order in which the drafts are given. A folder is walked
            in the order of its names; hidden files, files that no reader takes, saved plans and
            tables that do not name their collection are passed over. A file that is named twice is
            read once.
        site: the Pelican site they belong to.

    Returns:
        The drafts of the files without problems, every problem of every file, and the resolved
        paths of the files that have them.
    """
    problems: list[str] = []
    drafts: list[RawDraft] = []
    links = LinkResolver(site)
    seen: set[Path] = set()
    wrong: set[Path] = set()
    for path in _files(map(Path, paths), site, problems):
        real = path.resolve()
        if real not in seen:
            seen.add(real)
            found, told = read_file(path, site, links)
            if told:
                wrong.add(real)
            else:
                drafts += found
            problems += told
    return drafts, problems, wrong


def read_file(
    path: Path, site: DraftSite, links: LinkResolver, stored: Path | None = None
) -> tuple[list[RawDraft], list[str]]:
    """Read one file.

    Args:
        path: the file.
        site: the site it belongs to.
        links: what resolves its links.
        stored: where its text is, when that is not the file itself.

    Returns:
        Its drafts and its problems, each of these once.
    """
    with quiet_logging():
        entries, problems = read_entries(path, site, stored)
        drafts = [
            draft
            for entry in entries
            if entry.values or not entry.problems
            for draft in parse_drafts(entry, site, links)
        ]
    problems += [problem for entry in entries for problem in entry.problems]
    return drafts, list(dict.fromkeys(problems))


def read_entries(
    path: Path, site: DraftSite, stored: Path | None = None
) -> tuple[list[DraftMetadata], list[str]]:
    """Read the metadata of each draft in a file: one, or those of a table; and other problems."""
    if is_table(path, stored):
        return read_table(path, site, stored)
    return [read_metadata(path, site, stored)], []


def _files(paths: Iterator[Path], site: DraftSite, problems: list[str]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            problems += [
                f"{file}: this link leads out of the folder and of the content folder: name the"
                " file itself to publish it, or remove the link."
                for file in _leading_out(path, site)
            ]
            found = draft_files(path, site)
            if not found:
                problems.append(f"{path}: no drafts are in this folder ({_readable(site)}).")
            yield from found
        elif path.suffix.lower().removeprefix(".") in SPREADSHEETS:
            problems.append(
                f"{path}: a spreadsheet's own file is not read: save it as “CSV UTF-8” and publish"
                " that."
            )
        elif path.exists() and path.suffix.removeprefix(".") not in site.suffixes | SUFFIXES:
            problems.append(
                f"{path}: no reader takes this file ({_readable(site)}): rename it, or add a"
                " Pelican plugin that reads it."
            )
        else:
            yield path


def draft_files(folder: Path, site: DraftSite) -> list[Path]:
    """Return the files below a folder that may be drafts."""
    found = (file for file in _walk(folder, site) if _is_inside(file, folder, site))
    return [
        file
        for file in found
        if not is_plan(file) and (not is_table(file) or names_its_drafts(file, site))
    ]


def _leading_out(folder: Path, site: DraftSite) -> list[Path]:
    return [file for file in _walk(folder, site) if not _is_inside(file, folder, site)]


def _is_inside(file: Path, folder: Path, site: DraftSite) -> bool:
    """Return whether a file that was found, not named, is one of the writer's drafts."""
    roots = (folder, site.content)
    return not file.is_symlink() or any(SafeFolder(root).holds(file) for root in roots)


def _walk(folder: Path, site: DraftSite) -> Iterator[Path]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            if not entry.is_symlink():
                yield from _walk(folder / entry.name, site)
        elif (folder / entry.name).suffix.removeprefix(".") in site.suffixes | SUFFIXES:
            yield folder / entry.name


def _readable(site: DraftSite) -> str:
    return "drafts end in " + ", ".join(f".{suffix}" for suffix in sorted(site.suffixes))
