"""Which layout does a store have, and can this version read it?"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pelican_buttercms.errors import StoreError

SCHEMA: Final = 2
"""Of the layout: `schema`, `catalogue`, `generation/<id>/<scope>` and `record/<digest>`."""


def refuse_newer(folder: Path, found: int) -> None:
    """Refuse a store that a newer version wrote.

    Raises:
        StoreError: it did.
    """
    if found > SCHEMA:
        raise StoreError(
            f"The store in {folder} was written by a newer version of pelican-buttercms"
            f" (its layout is {found}, this version knows up to {SCHEMA}). Upgrade"
            " pelican-buttercms, or set another folder and run `pelican-buttercms pull`."
        )
