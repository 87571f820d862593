"""What comes up while one draft is read? Problems, notes and local files, in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

from pelican_buttercms.errors import ButterCMSError
from pelican_buttercms.publish.drafts.raw_draft import LocalFile, RawDraft
from pelican_buttercms.publish.resolve.account_schema import AccountSchema

FindFile = Callable[[str, Path], LocalFile | None]
"""Finds a local file by the words in a draft and the draft's own path; None: there is none."""

_LISTED = 12
_COMPARED = 5000


@dataclass
class Diagnostics:
    """One draft that is being read.

    Attributes:
        raw: what its file says.
        known: the account.
        find_file: finds local files.
        drafts: the resolved paths of all drafts that are read together.
        files: local files that were found, by their URLs.
        notes: what the user should know, sentences.
        problems: what is wrong, sentences.
    """

    raw: RawDraft
    known: AccountSchema
    find_file: FindFile
    drafts: AbstractSet[Path] = frozenset()
    files: dict[str, LocalFile] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def problem(self, where: str, what: str) -> None:
        """Take down what is wrong with a field."""
        self.problems.append(describe(self.raw, where, what))

    def note(self, where: str, what: str) -> None:
        """Take down what nothing hinders, once."""
        text = describe(self.raw, where, what)
        if text not in self.notes:
            self.notes.append(text)

    def local(self, words: str) -> str | None:
        """Give the public URL of a local file, and remember the file; None: there is none.

        Of a file that is there and cannot be public the words are given, and the problem is told.
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


def describe(raw: RawDraft, where: str, what: str) -> str:
    """Make a sentence that names the file and the field."""
    place = f"{raw.path}: `{where}`" if where else f"{raw.path}:"
    return f"{place} {what}"


def suggest(name: str, known: Iterable[str]) -> str:
    """Offer the nearest known name, or all of a few, as the end of a sentence."""
    names = list(islice(dict.fromkeys(known), _COMPARED))
    if matches := get_close_matches(name, names, n=1, cutoff=0.6):
        return f"; did you mean {matches[0]!r}?"
    return f" (known: {', '.join(sorted(names))})." if 0 < len(names) <= _LISTED else "."
