"""The reading half of a store: which generations there are, and their records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Self

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.errors import StoreError
from pelican_buttercms.store import record_encoding
from pelican_buttercms.store.batch_cache import batches
from pelican_buttercms.store.database import Database
from pelican_buttercms.store.generation import Generation
from pelican_buttercms.store.generation_index import GenerationIndex
from pelican_buttercms.store.manifests import Manifests
from pelican_buttercms.store.schema_version import PAGE_SIZE
from pelican_buttercms.store.scope import Scope

_REFILL: Final = "Run `pelican-buttercms pull` to refill it."


class StoreReader:
    """Reads all that is stored in a folder.

    Args:
        folder: the cache folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "store"
        self._database = Database(self._folder, page_size=PAGE_SIZE)
        self._manifests = Manifests(self._database, self._folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the store's files."""
        self._database.close()

    def scopes(self) -> list[Scope]:
        """Return the scopes that have content, in order."""
        return sorted(Scope.parse(text) for text in self._index().scopes)

    def latest(self, scope: Scope) -> Generation | None:
        """Return the generation that a build reads, None when nothing was ever pulled."""
        branch = self._index().scopes.get(str(scope))
        return self._manifests.get(scope, branch, branch.latest) if branch else None

    def latest_together(self, scopes: Sequence[Scope]) -> list[Generation] | None:
        """Return the newest generations of several scopes that come from one pull.

        None when no pull brought all of them. Scopes that were pulled apart do not make one site:
        a text would be new in one language and old in another.
        """
        index = self._index()  # read once: a pull may be stored in between
        number = index.in_use(scopes)
        return self._manifests.together(index, scopes, number) if number else None

    def pulls(self, scopes: Sequence[Scope]) -> list[str]:
        """Return the ids of the pulls that have all of these scopes, newest first; none is read."""
        return self._index().common(scopes)

    def in_use(self, scopes: Sequence[Scope]) -> str | None:
        """Return the id of the pull that builds read, which may be damaged; None without one."""
        return self._index().in_use(scopes)

    def together(self, scopes: Sequence[Scope], number: str) -> list[Generation]:
        """Return the generation of each of several scopes that one pull made."""
        return self._manifests.together(self._index(), scopes, number)

    def is_pinned(self, scopes: Sequence[Scope]) -> bool:
        """Return whether builds read a pull that somebody rolled back to, and not the newest."""
        index = self._index()
        return any(index.branch(scope).pinned for scope in scopes)

    def generations(self, scope: Scope) -> list[Generation]:
        """Return the stored generations of a scope, newest first."""
        branch = self._index().scopes.get(str(scope))
        if branch is None:
            return []
        numbers = sorted(branch.generations, reverse=True)
        return [self._manifests.get(scope, branch, number) for number in numbers]

    def records(
        self, generation: Generation, at_hand: dict[str, bytes] | None = None
    ) -> Iterator[RawRecord]:
        """Read the records of a generation, in the order of their keys.

        Args:
            generation: the generation.
            at_hand: the bytes of records by digest, as they were just encoded. They are not read
                again, and taken out once they are decoded, so that memory holds each once.
        """
        manifest, locale = generation.manifest, generation.scope.locale
        at_hand = {} if at_hand is None else at_hand
        for keys in batches(manifest):
            # several records may have the same bytes
            known = {d: at_hand.pop(d) for d in {manifest[key] for key in keys} if d in at_hand}
            absent = [manifest[key] for key in keys if manifest[key] not in known]
            entries = self._database.get_many([record_encoding.record_name(d) for d in absent])
            for key in keys:
                digest = manifest[key]
                if digest in known:
                    yield RawRecord(key, record_encoding.decode(known[digest]), locale)
                else:
                    name = record_encoding.record_name(digest)
                    yield self._decoded(generation, key, entries.get(name))

    def record(self, generation: Generation, key: Key) -> RawRecord:
        """Read one record of a generation."""
        name = record_encoding.record_name(generation.manifest[key])
        return self._decoded(generation, key, self._database.get(name))

    def _decoded(self, generation: Generation, key: Key, data: bytes | None) -> RawRecord:
        digest = generation.manifest[key]
        try:
            if data is not None and sha256_hex(data) == digest:
                return RawRecord(key, record_encoding.decode(data), generation.scope.locale)
        except ValueError as exc:
            raise self._unreadable(generation, key, "damaged") from exc
        raise self._unreadable(generation, key, "missing" if data is None else "damaged")

    def _unreadable(self, generation: Generation, key: Key, state: str) -> StoreError:
        return StoreError(
            f"{key} of the generation {generation.id} is {state} in the store in {self._folder}."
            f" {_REFILL}"
        )

    def newest_together(self, scopes: Sequence[Scope]) -> list[Generation]:
        """Return the newest whole generations of several scopes, though builds may read others."""
        return self._manifests.newest_together(self._index(), scopes)

    def _index(self) -> GenerationIndex:
        try:
            return GenerationIndex.decode(self._database.get("catalogue"))
        except ValueError as exc:
            raise StoreError(
                f"The table of contents of the store in {self._folder} is damaged. Move that"
                " folder away (`pelican-buttercms doctor --repair` does it), then run"
                " `pelican-buttercms pull` to fill a new one."
            ) from exc
