"""The content store on disk: generations of records, media files, and the log of API calls."""

from __future__ import annotations

from pelican_buttercms.store.call_log import CallLog
from pelican_buttercms.store.content_store import Store
from pelican_buttercms.store.generation import Changes, Generation
from pelican_buttercms.store.media import MediaFile, MediaStore
from pelican_buttercms.store.scope import Mode, Scope
from pelican_buttercms.store.shared.push import SharedStore, Transfer
from pelican_buttercms.store.snapshots import Snapshot, read_snapshot, write_snapshot

__all__ = [
    "CallLog",
    "Changes",
    "Generation",
    "MediaFile",
    "MediaStore",
    "Mode",
    "Scope",
    "SharedStore",
    "Snapshot",
    "Store",
    "Transfer",
    "read_snapshot",
    "write_snapshot",
]
