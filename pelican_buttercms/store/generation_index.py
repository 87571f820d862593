"""The store's table of contents: which generations there are, and which one builds read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import msgspec

from pelican_buttercms.store.scope import Scope


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

    def branch(self, scope: Scope) -> Branch:
        """Return the generations of a scope, to be changed."""
        return self.scopes.setdefault(str(scope), Branch())

    def common(self, scopes: Sequence[Scope]) -> list[str]:
        """Return the pulls that have all of several scopes, newest first."""
        shared = set.intersection(*(set(branch.generations) for branch in self._of(scopes)))
        return sorted(shared, reverse=True)

    def in_use(self, scopes: Sequence[Scope]) -> str | None:
        """Return the pull that builds of these scopes read, None when no pull has all of them."""
        shared = self.common(scopes)
        if not shared:
            return None
        latest = {branch.latest for branch in self._of(scopes)}
        return latest.pop() if len(latest) == 1 else shared[0]

    def expired(self, scope: Scope, keep: int) -> list[str]:
        """Return the oldest generations beyond the `keep` newest; none that builds read."""
        branch = self.branch(scope)
        old = sorted(branch.generations)[: -keep or None]
        kept = {branch.latest, *self._readable(scope)} if old else set()
        return [number for number in old if number not in kept]

    def _readable(self, scope: Scope) -> set[str]:
        """Return the pulls that builds of any locales of an account and mode may read.

        Of those that have the same locales, and perhaps more, that is the newest.
        """
        locales: dict[str, set[str]] = {}
        for text, branch in self.scopes.items():
            other = Scope.parse(text)
            if replace(other, locale=scope.locale) == scope:
                for number in branch.generations:
                    locales.setdefault(number, set()).add(other.locale)
        newest: set[str] = set()
        for number in sorted(locales, reverse=True):
            if not any(locales[number] <= locales[newer] for newer in newest):
                newest.add(number)
        return newest

    def _of(self, scopes: Sequence[Scope]) -> list[Branch]:
        return [self.scopes.get(str(scope), Branch()) for scope in scopes]

    def encode(self) -> bytes:
        """Encode for the store, always to the same bytes."""
        return msgspec.json.encode(self, order="deterministic")

    @classmethod
    def decode(cls, data: bytes | None) -> GenerationIndex:
        """Decode from the store; a store without an index is empty.

        The next pull is numbered above all that are there, whatever the index counted.

        Raises:
            ValueError: the bytes are not those of an index.
        """
        index = cls() if data is None else msgspec.json.decode(data, type=cls)
        for text, branch in index.scopes.items():
            Scope.parse(text)
            for number in branch.generations:
                leading = number.partition("-")[0]
                if leading.isascii() and leading.isdecimal():
                    index.pulls = max(index.pulls, int(leading[:18]))
        return index
