"""Which API address the stored accounts have, and what becomes of one whose token was replaced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from pelican_buttercms.content import Key
from pelican_buttercms.store.commit import Committer
from pelican_buttercms.store.database import Database
from pelican_buttercms.store.generation_index import Branch, GenerationIndex, StoredAccount
from pelican_buttercms.store.manifests import Manifests
from pelican_buttercms.store.scope import Scope

_DISTINCTIVE_KINDS = {"post", "page", "item"}
"""Kinds of records that differ between accounts; terms and authors are often the same."""


class Accounts:
    """The accounts of a store.

    Args:
        database: the store's.
        manifests: reads the generations that are there.
        committer: writes generations.
        index: reads the index.
    """

    def __init__(
        self,
        database: Database,
        manifests: Manifests,
        committer: Committer,
        index: Callable[[], GenerationIndex],
    ) -> None:
        self._database = database
        self._manifests = manifests
        self._committer = committer
        self._index = index

    def known(self) -> dict[str, StoredAccount | None]:
        """Return every account that has content; None is one of which an older version wrote."""
        index = self._index()
        ids = sorted({Scope.parse(text).account for text in index.scopes})
        return {name: index.accounts.get(name) for name in ids}

    def predecessors(self, account: str) -> list[str]:
        """Return the accounts whose history goes on in another one."""
        table = self._index().accounts
        return sorted(name for name, entry in table.items() if entry.successor == account)

    def register(self, account: str, address: str) -> None:
        """Write the API address of an account that is in use."""
        if self._index().accounts.get(account) == StoredAccount(address):
            return
        with self._database.transaction():
            index = self._index()
            index.accounts[account] = StoredAccount(address)
            self._committer.save(index)

    def has_same_content(self, account: str, pulled: Mapping[str, Mapping[Key, str]]) -> bool:
        """Return whether an account holds the content that a pull has just received.

        Half of the posts, pages and items must be the same, byte for byte: their identifiers,
        texts and the microseconds at which they were written.

        Args:
            account: the stored account.
            pulled: the digest of every record that a pull received, by locale and key.
        """
        stored: set[tuple[str, Key, str]] = set()
        index = self._index()
        for scope, branch in _scopes(index, account):
            generation = self._manifests.get_whole(scope, branch, branch.latest)
            if generation:
                stored |= _distinctive_records(scope.locale, generation.manifest)
        new: set[tuple[str, Key, str]] = set()
        for locale, manifest in pulled.items():
            new |= _distinctive_records(locale, manifest)
        smaller = min(len(stored), len(new))
        return smaller > 0 and 2 * len(stored & new) >= smaller

    def adopt(self, old: str, new: str, address: str) -> None:
        """Copy the history of one account to another; the old one keeps its newest generation.

        Records are shared, so that only lists of them are written.
        """
        with self._database.transaction():
            index = self._index()
            for scope, branch in _scopes(index, old):
                self._copy(index, scope, branch, replace(scope, account=new))
            before = index.accounts.get(old)
            index.accounts[old] = StoredAccount(before.address if before else "", new)
            index.accounts[new] = StoredAccount(address)
            self._committer.save(index)

    def _copy(self, index: GenerationIndex, scope: Scope, branch: Branch, target: Scope) -> None:
        copy = index.branch(target)
        for number in sorted(branch.generations):
            generation = self._manifests.get_whole(scope, branch, number)
            if generation:
                self._committer.write(index, replace(generation, scope=target))
            if number != branch.latest:
                self._committer.remove(index, scope, number)
        copy.latest = (
            branch.latest
            if branch.latest in copy.generations
            else max(copy.generations, default="")
        )
        copy.pinned = branch.pinned
        if not copy.generations:
            del index.scopes[str(target)]


def _scopes(index: GenerationIndex, account: str) -> list[tuple[Scope, Branch]]:
    scopes = [(Scope.parse(text), branch) for text, branch in index.scopes.items()]
    return [(scope, branch) for scope, branch in scopes if scope.account == account]


def _distinctive_records(locale: str, manifest: Mapping[Key, str]) -> set[tuple[str, Key, str]]:
    return {(locale, key, d) for key, d in manifest.items() if key.kind in _DISTINCTIVE_KINDS}
