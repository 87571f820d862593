"""Snapshots: content as files that people review and commit, one file for each record.

`snapshot.json` says what it is; the records lie in `<locale>/<kind>/<group>/<id>.json`, and what
is the same in all locales in `shared/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
import os
from pathlib import Path
import time
from typing import Final

from msgspec import structs

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.content.fallbacks import Listed
from pelican_buttercms.errors import NoContentError, StoreError
from pelican_buttercms.filesystem import printable
from pelican_buttercms.store.scope import Mode, Scope
from pelican_buttercms.store.snapshots import filesystem as disk
from pelican_buttercms.store.snapshots import record_files
from pelican_buttercms.store.snapshots.filesystem import InvalidSnapshotError, SnapshotFolder
from pelican_buttercms.store.snapshots.record_files import ABOUT, SHARED, SHARED_KINDS, About

_PAUSES: Final = (0.0, 0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds before each try to read what an export may be replacing."""

_RESTORE: Final = (
    "Restore the snapshot from version control, or delete it and make it anew with"
    " `pelican-buttercms snapshot export`."
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Content that was read from files, and checked like a pull.

    Attributes:
        mode: "preview" may hold drafts; "live" has none.
        pulled_at: when the content was pulled, aware and in UTC.
        wanted: what the pull was asked for, as in `Generation.wanted`.
        locales: the locales' API slugs, in order; "" is the account's default.
        versions: the records of each locale, in the order of their keys.
        post_groups: as in `Generation.post_groups`.
        listed: as in `Generation.listed`.
    """

    mode: Mode
    pulled_at: datetime
    wanted: tuple[str, ...]
    locales: tuple[str, ...]
    versions: dict[str, list[RawRecord]]
    post_groups: Mapping[str, str] = field(default_factory=dict)
    listed: Listed = field(default_factory=dict)


def read_snapshot(folder: Path) -> Snapshot:
    """Read a whole snapshot, whoever exports into its folder meanwhile; nothing in it is trusted.

    Raises:
        NoContentError: there is none.
        StoreError: it is not what an export writes; names the file, and what to do.
    """
    folder = _absolute(folder)
    for pause in _PAUSES:
        time.sleep(pause)
        moving = disk.is_moving(folder)
        place = disk.current(folder)
        before = _identity(place)
        if not os.path.lexists(place / ABOUT):
            if pause and not moving:
                break
            continue
        try:
            snapshot = _read(SnapshotFolder(place))
        except InvalidSnapshotError as exc:
            if before == _identity(place):
                raise StoreError(f"{exc}. {_RESTORE}") from exc
        else:
            if before == _identity(place):
                return snapshot
    if os.path.lexists(disk.current(folder) / ABOUT):
        raise StoreError(
            f"The snapshot in {folder} was replaced again and again while it was read. Wait for"
            " the exports to end, then try again."
        )
    raise NoContentError(
        f"There is no snapshot in {folder}: it has no {ABOUT}. Name the folder of a snapshot, or"
        " make one with `pelican-buttercms snapshot export`."
    )


def write_snapshot(
    folder: Path,
    contents: Mapping[Scope, Iterable[RawRecord]],
    pulled_at: datetime,
    wanted: Iterable[str],
    *,
    post_groups: Mapping[str, str] | None = None,
    listed: Listed | None = None,
) -> None:
    """Write a snapshot of scopes that were pulled together, in the place of an older one.

    The same content gives the same bytes. All of it is written, or nothing: until the end, and if
    this process is killed, everyone reads the snapshot before.

    Args:
        folder: a snapshot, an empty folder, or a name that is free.
        contents: every record of each scope; the scopes are of one account and mode. Of several
            records with one key the last counts.
        pulled_at: when the content was pulled.
        wanted: what the pull was asked for.
        post_groups: as in `Generation.post_groups`.
        listed: as in `Generation.listed`.

    Raises:
        StoreError: something else is in the way, a record is damaged, or the disk fails; what was
            there is as it was.
    """
    if len({(scope.account, scope.mode) for scope in contents}) != 1:
        raise ValueError("a snapshot is of one account, live or preview")
    mode = next(iter(contents)).mode
    folder = _absolute(folder)
    encoded = {scope.locale: dict(_encoded(raws, mode)) for scope, raws in contents.items()}
    files = dict(_placed(encoded))
    files[ABOUT] = record_files.encode_about(
        mode, pulled_at, wanted, encoded, post_groups=post_groups or {}, listed=listed or {}
    )
    _check_size(files)
    try:
        with disk.alone(folder):
            disk.clean_up(folder)
            _check_replaceable(folder)
            disk.replace(folder, files)
    except OSError as exc:
        raise StoreError(
            f"The snapshot could not be written to {folder} ({exc}); what was there is as it was."
            " Check whether this user may write beside that folder, and whether the disk is full."
        ) from exc


def _absolute(folder: Path) -> Path:
    """Return the absolute path without `..`; links are not followed."""
    return Path(os.path.abspath(folder))  # noqa: PTH100  (resolve() would follow links)


def _identity(folder: Path) -> tuple[int, ...]:
    """Return what changes when another folder takes this one's place."""
    try:
        status = folder.stat(follow_symlinks=False)
    except OSError:
        return ()
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_ctime_ns


def _read(folder: SnapshotFolder) -> Snapshot:
    about = _read_about(folder)
    records: dict[str, dict[Key, RawRecord]] = {locale: {} for locale in sorted(about.locales)}
    folders = {name: [locale] for locale, name in record_files.locale_folders(records).items()}
    folders[SHARED] = list(records)
    number = 0
    for place, raw in _read_records(folder):
        top = place.partition("/")[0]
        if top not in folders or (top == SHARED and raw.key.kind not in SHARED_KINDS):
            raise InvalidSnapshotError(
                folder.path / place, "lies where snapshot.json has no place for it"
            )
        number += len(folders[top])
        if number > disk.MAX_ENTRIES:  # a few files and many locales
            raise InvalidSnapshotError(folder.path, f"holds more than {disk.MAX_ENTRIES:,} records")
        _check(raw, about.mode, folder.path / place)
        for locale in folders[top]:
            if raw.key in records[locale]:
                raise InvalidSnapshotError(
                    folder.path / place, "is there a second time, in another folder"
                )
            records[locale][raw.key] = structs.replace(raw, locale=locale)
    versions = {name: [of[key] for key in sorted(of)] for name, of in records.items()}
    return Snapshot(
        about.mode,
        about.pulled_at,
        tuple(about.wanted),
        tuple(records),
        versions,
        about.post_groups,
        about.listed,
    )


def _read_about(folder: SnapshotFolder) -> About:
    try:
        return record_files.decode_about(folder.read(ABOUT))
    except ValueError as exc:
        raise InvalidSnapshotError(folder.path / ABOUT, str(exc)) from exc


def _read_records(folder: SnapshotFolder) -> Iterator[tuple[str, RawRecord]]:
    """Read everything but snapshot.json; nothing but records may be there."""
    for place in folder.places():
        if place != ABOUT:
            try:
                yield place, record_files.decode_record(folder.read(place), place)
            except ValueError as exc:
                raise InvalidSnapshotError(folder.path / place, str(exc)) from exc


def _check(raw: RawRecord, mode: Mode, path: Path) -> None:
    try:
        record_files.check(raw, mode)
    except ValueError as exc:
        raise InvalidSnapshotError(path, str(exc)) from exc


def _encoded(raws: Iterable[RawRecord], mode: Mode) -> Iterator[tuple[Key, bytes]]:
    for raw in raws:
        try:
            yield raw.key, record_files.encode_record(raw, mode)
        except ValueError as exc:
            raise StoreError(
                f"No snapshot was written: the stored {printable(str(raw.key))} {exc}. Run"
                " `pelican-buttercms pull`, then export again."
            ) from exc


def _placed(encoded: Mapping[str, Mapping[Key, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Yield the files: one for a record that all locales share, else one for each locale."""
    folders = record_files.locale_folders(encoded)
    used: dict[str, Key] = {}
    for locale, of_locale in encoded.items():
        for key, data in of_locale.items():
            is_same = all(other.get(key) == data for other in encoded.values())
            folder = SHARED if key.kind in SHARED_KINDS and is_same else folders[locale]
            place = f"{folder}/{record_files.place_of(key)}"
            if used.setdefault(place.lower(), key) != key:
                raise StoreError(
                    f"No snapshot was written: {printable(str(key))} and"
                    f" {printable(str(used[place.lower()]))} would share the file {place}. Give"
                    " one of them another slug in the ButterCMS dashboard, then pull again."
                )
            yield place, data


def _check_size(files: Mapping[str, bytes]) -> None:
    """Write nothing that `read_snapshot` would refuse."""
    big = [place for place, data in files.items() if len(data) > disk.MAX_FILE]
    total = sum(map(len, files.values()))
    if big or total > disk.MAX_TOTAL or len(files) > disk.MAX_ENTRIES:
        what = f"{big[0]} alone" if big else "the content"
        raise StoreError(
            f"No snapshot was written: {what} is larger than a snapshot may be"
            f" ({disk.MAX_FILE // 2**20} MiB a file, {disk.MAX_TOTAL // 2**20} MiB and"
            f" {disk.MAX_ENTRIES:,} files in all). Keep the folder of the store instead."
        )


def _check_replaceable(folder: Path) -> None:
    """Refuse to replace anything but a snapshot or an empty folder: it may be somebody's work."""
    if not os.path.lexists(folder):
        return
    try:
        present = SnapshotFolder(folder)
        if any(folder.iterdir()):
            _read_about(present)
            for _ in _read_records(present):
                pass  # each is a record, or raises
    except InvalidSnapshotError as exc:
        raise StoreError(
            f"No snapshot was written, because something else is in the way: {exc}. Name another"
            f" folder, or move what is in {folder} away."
        ) from exc
