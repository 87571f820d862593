"""Which API address the stored accounts have, and what becomes of one whose token was replaced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from pelican_buttercms.content import Key
from pelican_buttercms.store.commit import Committer
from pelican_buttercms.store.database import Database
from pelican_buttercms.store.generation_index import Account, Branch, Catalogue
from pelican_buttercms.store.manifests import Manifests
from pelican_buttercms.store.scope import Scope

_TELLING = {"post", "page", "item"}
"""Kinds of records that tell accounts apart: terms and authors are alike in many."""


class Accounts:
    """The accounts of a store.

    Args:
        database: the store's.
        manifests: reads the generations that are there.
        committer: writes generations.
        catalogue: reads the catalogue.
    """

    def __init__(
        self,
        database: Database,
        manifests: Manifests,
        committer: Committer,
        catalogue: Callable[[], Catalogue],
    ) -> None:
        self._database = database
        self._manifests = manifests
        self._committer = committer
        self._catalogue = catalogue

    def known(self) -> dict[str, Account | None]:
        """Return every account that has content; None is one of which an older version wrote."""
        catalogue = self._catalogue()
        ids = sorted({Scope.parse(text).account for text in catalogue.scopes})
        return {name: catalogue.accounts.get(name) for name in ids}

    def predecessors(self, account: str) -> list[str]:
        """Name the accounts whose history goes on in another one."""
        table = self._catalogue().accounts
        return sorted(name for name, one in table.items() if one.successor == account)

    def register(self, account: str, address: str) -> None:
        """Note the API address of an account, which is in use."""
        if self._catalogue().accounts.get(account) == Account(address):
            return
        with self._database.transaction():
            catalogue = self._catalogue()
            catalogue.accounts[account] = Account(address)
            self._committer.save(catalogue)

    def holds(self, account: str, found: Mapping[str, Mapping[Key, str]]) -> bool:
        """Say whether an account holds what a pull has just found, as nothing but itself does.

        Half of the posts, pages and items must be the same, byte for byte: their identifiers,
        texts and the microseconds at which they were written.

        Args:
            account: the stored account.
            found: the digest of every record that was found, by locale and key.
        """
        stored: set[tuple[str, Key, str]] = set()
        catalogue = self._catalogue()
        for scope, branch in _scopes(catalogue, account):
            generation = self._manifests.get_whole(scope, branch, branch.latest)
            if generation:
                stored |= _telling(scope.locale, generation.manifest)
        new: set[tuple[str, Key, str]] = set()
        for locale, manifest in found.items():
            new |= _telling(locale, manifest)
        smaller = min(len(stored), len(new))
        return smaller > 0 and 2 * len(stored & new) >= smaller

    def adopt(self, old: str, new: str, address: str) -> None:
        """Let an account have the history of another, which keeps its newest generation.

        Records are shared, so that only lists of them are written.
        """
        with self._database.transaction():
            catalogue = self._catalogue()
            for scope, branch in _scopes(catalogue, old):
                self._copy(catalogue, scope, branch, replace(scope, account=new))
            before = catalogue.accounts.get(old)
            catalogue.accounts[old] = Account(before.address if before else "", new)
            catalogue.accounts[new] = Account(address)
            self._committer.save(catalogue)

    def _copy(self, catalogue: Catalogue, scope: Scope, branch: Branch, target: Scope) -> None:
        copy = catalogue.branch(target)
        for number in sorted(branch.generations):
            generation = self._manifests.get_whole(scope, branch, number)
            if generation:
                self._committer.write(catalogue, replace(generation, scope=target))
            if number != branch.latest:
                self._committer.remove(catalogue, scope, number)
        copy.latest = (
            branch.latest
            if branch.latest in copy.generations
            else max(copy.generations, default="")
        )
        copy.pinned = branch.pinned
        if not copy.generations:
            del catalogue.scopes[str(target)]


def _scopes(catalogue: Catalogue, account: str) -> list[tuple[Scope, Branch]]:
    found = [(Scope.parse(text), branch) for text, branch in catalogue.scopes.items()]
    return [(scope, branch) for scope, branch in found if scope.account == account]


def _telling(locale: str, manifest: Mapping[Key, str]) -> set[tuple[str, Key, str]]:
    return {(locale, key, d) for key, d in manifest.items() if key.kind in _TELLING}
