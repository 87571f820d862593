"""The content store on disk: generations of records, media files, and the log of API calls.

content_store     the store: commits, rollbacks, changes of single records
reader            its reading half: generations and their records
generation        a generation, how two differ, and its bytes
generation_index  the index of all generations, and which of them builds read
manifests         reads and checks generations
merging           merges what several machines observed
commit, staging   write a pull, its records while it is under way, and remove what is too old
accounts          API addresses of accounts, and the change of a token
scope             account, locale and mode
record_encoding   names, bytes and digests of records
media             media files by their URLs
call_log          API calls by month
held_deletions    deletions that a second pull has to confirm
webhook_state     what webhooks reported
database, batch_cache, diskcache_disk, sqlite, shape   named bytes on diskcache
schema_version    the version of the layout
maintenance/      verify, prune, doctor
queue/            the queue of webhook deliveries
shared/           a store that machines share
snapshots/        content as files to review and commit
"""

from __future__ import annotations

from pelican_buttercms.store.call_log import CallLog
from pelican_buttercms.store.content_store import Store
from pelican_buttercms.store.generation import Changes, Generation
from pelican_buttercms.store.media import MediaFile, MediaStore, Picture
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
    "Picture",
    "Scope",
    "SharedStore",
    "Snapshot",
    "Store",
    "Transfer",
    "read_snapshot",
    "write_snapshot",
]
