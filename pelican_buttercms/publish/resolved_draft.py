"""A resolved draft: the values that one version of one item should have in the CMS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pelican_buttercms.content import Key
from pelican_buttercms.publish.drafts.raw_draft import LocalFile, RawDraft
from pelican_buttercms.publish.write_model import Values, WriteTarget, reference_uri


class DraftReference(str):
    """A reference to what another draft will make; its text is that draft's absolute path."""

    __slots__ = ()


@dataclass(frozen=True)
class Draft:
    """One version of one item, as it should become.

    Attributes:
        raw: what the file says, word for word.
        target: which version of which item; its id is "" for an item that is not there yet.
        values: what is wanted, in the form of `write_model`; only what the draft names. A
            reference to what another draft makes is a `DraftReference`.
        files: the local files behind URLs in the values, by URL.
        notes: what the user should know and nothing hinders, each a sentence.
    """

    raw: RawDraft
    target: WriteTarget
    values: Values
    files: Mapping[str, LocalFile] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def is_same_link(self, first: str, second: str) -> bool:
        """Return whether one is the URL of a local file and the other the draft's words for it."""
        pairs = ((first, second), (second, first))
        return any(url in self.files and self.files[url].link == link for url, link in pairs)


def resolve_draft_references(drafts: Sequence[Draft]) -> list[Draft]:
    """Replace references to drafts that have an id or a slug already with URIs."""
    known = {one.raw.path.resolve(): one.target.key for one in drafts if one.target.key.id}
    return [
        replace(
            one,
            values={
                path: substitute_references(value, known) for path, value in one.values.items()
            },
        )
        for one in drafts
    ]


def substitute_references(value: Any, known: Mapping[Path, Key]) -> Any:
    """Replace references to drafts whose keys are known, by their resolved paths, with URIs."""
    if isinstance(value, DraftReference):
        key = known.get(Path(value))
        return reference_uri(key) if key else value
    if isinstance(value, list):
        return [substitute_references(entry, known) for entry in value]
    if isinstance(value, dict):
        return {name: substitute_references(entry, known) for name, entry in value.items()}
    return value
