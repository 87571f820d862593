"""Checks of all that is stored in a cache folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pelican_buttercms.store.maintenance.integrity import (
    Damage,
    check_call_log,
    examine,
    examine_media,
)
from pelican_buttercms.store.maintenance.raw_sqlite import (
    DamagedDatabaseError,
    RawDatabase,
    is_begun,
)

STORE: Final = "store"
MEDIA: Final = "media"
CALL_LOG: Final = "ledger"
WEBHOOKS: Final = "heard"


@dataclass
class Health:
    """The counts of what is whole, and the damages."""

    generations: int = 0
    records: int = 0
    files: int = 0
    damages: list[Damage] = field(default_factory=list)


def verify(cache: Path) -> Health:
    """Check every digest in a cache folder; nothing is created or changed.

    Raises:
        StoreError: a newer version wrote it, or something else than damage stands in the way.
    """
    health = Health()
    for name in _CHECKS:
        check(cache / name, health)
    return health


def check(folder: Path, health: Health) -> DamagedDatabaseError | None:
    """Check one database of a cache folder, and add what was found to `health`.

    Returns:
        Why the database as a whole is of no use, None where it can be used.
    """
    try:
        if is_begun(folder):
            with RawDatabase(folder) as raw:
                _CHECKS[folder.name](folder, raw, health)
    except DamagedDatabaseError as exc:
        what = f"The database in {folder}"
        health.damages.append(Damage(what, f"of no use, because {exc}"))
        return exc
    return None


def _check_store(folder: Path, raw: RawDatabase, health: Health) -> None:
    examination = examine(folder, raw)
    health.generations = len(examination.whole)
    health.records = sum(name.startswith("record/") for name in examination.names)
    health.damages += examination.damages


def _check_media(_: Path, raw: RawDatabase, health: Health) -> None:
    damages, names = examine_media(raw)
    health.files = sum(name.startswith("file/") for name in names)
    health.damages += damages


def _check_call_log(_: Path, raw: RawDatabase, __: Health) -> None:
    check_call_log(raw)


def _check_webhooks(_: Path, raw: RawDatabase, __: Health) -> None:
    raw.check()


_CHECKS: Final = {
    STORE: _check_store,
    MEDIA: _check_media,
    CALL_LOG: _check_call_log,
    WEBHOOKS: _check_webhooks,
}
DATABASES: Final = tuple(_CHECKS)
"""The folders of a cache folder that hold a database each."""
