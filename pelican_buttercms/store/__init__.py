"""What was pulled, and when? All disk: generations of records, and the ledger of calls."""

from __future__ import annotations

from pelican_buttercms.store.generation import Changes, Generation
from pelican_buttercms.store.ledger import Ledger
from pelican_buttercms.store.media import MediaFile, MediaStore
from pelican_buttercms.store.scope import Mode, Scope
from pelican_buttercms.store.store import Store

__all__ = ["Changes", "Generation", "Ledger", "MediaFile", "MediaStore", "Mode", "Scope", "Store"]
