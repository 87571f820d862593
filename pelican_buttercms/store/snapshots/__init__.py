"""Content as files that people review and commit: written whole, read with distrust."""

from __future__ import annotations

from pelican_buttercms.store.snapshots.snapshot import Snapshot, read_snapshot, write_snapshot

__all__ = ["Snapshot", "read_snapshot", "write_snapshot"]
