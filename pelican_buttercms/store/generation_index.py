"""The store's table of contents: which generations there are, and which one builds read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec


class Branch(msgspec.Struct):
    """The generations of one scope.

    Attributes:
        latest: the id of the generation that a build reads.
        generations: the digest of every generation's entry, by id.
        pinned: whether somebody chose `latest`, so that it is not to be replaced by a build.
    """

    latest: str = ""
    generations: dict[str, str] = {}
    pinned: bool = False

    def expired(self, keep: int) -> list[str]:
        """Return the oldest generations beyond the `keep` newest, never the one in use."""
        oldest = sorted(self.generations)[: -keep or None]
        return [number for number in oldest if number != self.latest]


class StoredAccount(msgspec.Struct):
    """An account whose content is stored.

    Attributes:
        address: the normalised address of the API that it was pulled from.
        successor: the id under which its history goes on, after its token was replaced.
    """

    address: str
    successor: str = ""


class GenerationIndex(msgspec.Struct):
    """All generations of all scopes.

    Attributes:
        pulls: how many generations were ever made; numbers them when the clock cannot.
        scopes: the generations of each scope, by the scope's text.
        accounts: what is known of each account, by its id; nothing of those that an older version
            stored.
    """

    pulls: int = 0
    scopes: dict[str, Branch] = {}
    accounts: dict[str, StoredAccount] = {}

    def next_id(self, moment: datetime) -> str:
        """Number the next generation; ids sort by number, the moment in them is for people."""
        self.pulls += 1
        return f"{self.pulls:08d}-{moment:%Y%m%dT%H%M%SZ}"

    def branch(self, scope: Any) -> Branch:
        """Return the generations of a scope, to be changed."""
        return self.scopes.setdefault(str(scope), Branch())

    def encode(self) -> bytes:
        """Encode for the store, always to the same bytes."""
        return msgspec.json.encode(self, order="deterministic")

    @classmethod
    def decode(cls, data: bytes) -> GenerationIndex:
        """Decode from the store.

        Raises:
            ValueError: the bytes are not those of an index.
        """
        return msgspec.json.decode(data, type=cls)
