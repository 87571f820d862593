"""Problems, notes and local files that are collected while one draft is resolved."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path
import re

from pelican_buttercms.errors import ButterCMSError
from pelican_buttercms.publish.drafts.links import LinkResolver
from pelican_buttercms.publish.drafts.raw_draft import LocalFile, RawDraft
from pelican_buttercms.publish.resolve.account_schema import AccountSchema

FindFile = Callable[[str, Path], LocalFile | None]
"""Finds a local file by the text in a draft and the draft's own path; None if there is none."""

_LINK = re.compile(r"(?:src|href|poster|data)\s*=", re.IGNORECASE)


@dataclass
class Diagnostics:
    """Collects what is found while one draft is resolved.

    Attributes:
        raw: what its file says.
        account: the account's schema.
        find_file: finds local files.
        drafts: the resolved paths of all drafts that are read together.
        links: resolves the links to files in fields of HTML; None leaves them as they are.
        missing: the links in fields of HTML that name a file that is nowhere.
        files: local files that were found, by their URLs.
        notes: what the user should know, sentences.
        problems: what is wrong, sentences.
    """

    raw: RawDraft
    account: AccountSchema
    find_file: FindFile
    drafts: AbstractSet[Path] = frozenset()
    links: LinkResolver | None = None
    missing: list[str] = field(default_factory=list)
    files: dict[str, LocalFile] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def add_problem(self, where: str, what: str) -> None:
        """Add a problem of a field."""
        self.problems.append(describe(self.raw, where, what))

    def add_note(self, where: str, what: str) -> None:
        """Add a note about a field, once; a note stops nothing."""
        text = describe(self.raw, where, what)
        if text not in self.notes:
            self.notes.append(text)

    def local_url(self, words: str) -> str | None:
        """Return the public URL of a local file, and record the file; None if it does not exist.

        If the file exists but cannot be public, return the text as it is and add a problem.
        """
        try:
            file = self.find_file(words, self.raw.path)
        except ButterCMSError as exc:
            self.problems.append(str(exc))
            return words
        if file is None:
            return None
        self.files[file.url] = file
        return file.url

    def add_missing_file(self, where: str, words: str) -> None:
        """Add the problem that a field names a file that is nowhere."""
        looked = self.links.site.not_found(words, self.raw.path) if self.links else "."
        self.add_problem(
            where,
            f"shows {words!r}, and there is no such file{looked} Correct the path, or give a URL.",
        )

    def resolve_links(self, html: str) -> str:
        """Return HTML with the public URLs of the local files that it shows."""
        if self.links is None or not _LINK.search(html):
            return html
        done = self.links.resolve(html, self.raw.path, files_only=True)
        self.files.update(done.files)
        self.missing += done.missing
        self.problems += [describe(self.raw, "", text) for text in done.problems]
        return done.html


def describe(raw: RawDraft, where: str, what: str) -> str:
    """Return a sentence that names the file and the field."""
    place = f"{raw.path}: `{where}`" if where else f"{raw.path}:"
    return f"{place} {what}"
