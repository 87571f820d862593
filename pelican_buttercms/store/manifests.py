"""Reads the generations that lie in the database, and checks their digests."""

from __future__ import annotations

from collections.abc import Collection
import logging
from pathlib import Path

from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.errors import StoreError
from pelican_buttercms.store import generation, record_encoding
from pelican_buttercms.store.database import Database
from pelican_buttercms.store.generation import Generation
from pelican_buttercms.store.generation_index import Branch
from pelican_buttercms.store.scope import Scope

logger = logging.getLogger(__name__)


class Manifests:
    """The generations of a store.

    Args:
        database: where they lie.
        folder: the store's, for messages.
    """

    def __init__(self, database: Database, folder: Path) -> None:
        self._database, self._folder = database, folder
        # what a pull reads several times: the generation of each scope that was read last
        self._read: dict[Scope, tuple[bytes, Generation]] = {}

    def get(self, scope: Scope, branch: Branch, number: str) -> Generation:
        """Read a generation.

        Raises:
            StoreError: it is missing or damaged.
        """
        data = self._encoded(scope, branch, number)
        before = self._read.get(scope)
        if before is None or before[0] != data:
            try:
                self._read[scope] = before = (data, generation.decode(data))
            except ValueError as exc:
                raise self._unreadable(number, "damaged") from exc
        if (before[1].id, before[1].scope) != (number, scope):
            raise self._unreadable(number, "damaged")
        return before[1]

    def get_whole(self, scope: Scope, branch: Branch, number: str) -> Generation | None:
        """Read a generation for comparing, where a damaged one is none at all."""
        try:
            return self.get(scope, branch, number)
        except StoreError as exc:
            logger.info("%s", exc)
            return None

    def digests(self, scope: Scope, branch: Branch, number: str) -> Collection[str]:
        """Read the digests of a generation for pruning, where a damaged one names none."""
        try:
            return generation.digests(self._encoded(scope, branch, number))
        except (StoreError, ValueError) as exc:
            logger.info("%s", exc)
            return ()

    def _encoded(self, scope: Scope, branch: Branch, number: str) -> bytes:
        data = self._database.get(record_encoding.generation_name(number, str(scope)))
        if data is None or sha256_hex(data) != branch.generations.get(number):
            raise self._unreadable(number, "missing" if data is None else "damaged")
        return data

    def _unreadable(self, number: str, state: str) -> StoreError:
        return StoreError(
            f"The generation {number} is {state} in the store in {self._folder}. Run"
            " `pelican-buttercms doctor` to drop it, then `pelican-buttercms pull`."
        )
