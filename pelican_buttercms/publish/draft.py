"""What is wanted at the CMS? A draft whose words are understood: one version of one item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pelican_buttercms.content.writable import Target, Values
from pelican_buttercms.publish.drafts.raw import LocalFile, RawDraft


class DraftReference(str):
    """A reference to what another draft will make; its text is that draft's absolute path."""

    __slots__ = ()


@dataclass(frozen=True)
class Draft:
    """One version of one item, as it is wanted.

    Attributes:
        raw: what the file says, word for word.
        target: which version of which item; its id is "" for an item that is not there yet.
        values: what is wanted, in the form of `content.writable`; only what the draft names. A
            reference to what another draft makes is a `DraftReference`.
        files: the local files behind URLs in the values, by URL.
        notes: what the user should know and nothing hinders, each a sentence.
    """

    raw: RawDraft
    target: Target
    values: Values
    files: Mapping[str, LocalFile] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
