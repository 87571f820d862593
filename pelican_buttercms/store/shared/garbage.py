"""Records of a shared store that no manifest names any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from pelican_buttercms.store.shared import remote_manifest
from pelican_buttercms.store.shared.object_storage import (
    INCOMING,
    MissingError,
    ObjectInfo,
    ObjectStorage,
    in_parallel,
)

GARBAGE_AGE: Final = timedelta(days=1)
"""How long a record stays that nothing names: another machine may be about to."""


def collect_garbage(remote: ObjectStorage, now: datetime) -> int:
    """Remove the shared records that no pull of any account names; gives their number.

    Young ones stay: another machine may be about to name them. Records are listed before pulls,
    so that a push in between is seen.

    Raises:
        StoreError: the storage fails, or a pull cannot be read; then nothing was removed.
    """
    records = remote.listing(remote_manifest.RECORDS)
    parts = remote.listing(INCOMING)
    named = _named_anywhere(remote, now)
    garbage = [
        f"{remote_manifest.RECORDS}/{name}"
        for name, entry in records.items()
        if (digest := remote_manifest.record_digest(name))
        and digest not in named
        and _is_old(entry, now)
    ]
    garbage += [f"{INCOMING}/{name}" for name, entry in parts.items() if _is_old(entry, now)]
    return len(list(in_parallel(remote.remove, garbage)))


def _named_anywhere(remote: ObjectStorage, now: datetime) -> set[str]:
    """Return the digests that manifests name, of all accounts.

    Where one vanishes meanwhile, the push that merged it has written another: they are listed
    again until none is left that was not read.
    """
    named: set[str] = set()
    seen: set[str] = set()
    while True:
        listing = remote.listing(remote_manifest.PULLS)
        new = [name for name in listing if remote_manifest.is_pull(name) and name not in seen]
        missing = False
        for name in new:
            seen.add(name)
            try:
                pull = remote_manifest.read(
                    remote, f"{remote_manifest.PULLS}/{name}", listing[name], now
                )
            except MissingError:
                missing = True
                continue
            named |= pull.digests()
        if not missing:
            return named


def _is_old(entry: ObjectInfo, now: datetime) -> bool:
    return entry.modified is not None and now - entry.modified > GARBAGE_AGE
