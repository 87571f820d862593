"""The version of the store's layout, and the refusal of newer ones."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pelican_buttercms.errors import StoreError

SCHEMA: Final = 2
"""Of the layout: `schema`, `catalogue`, `generation/<id>/<scope>` and `record/<digest>`."""

PAGE_SIZE: Final = 16 * 1024
"""Bytes of a page of its database: room for three posts of 5 kB. Writing them takes half of the
time that it takes in SQLite's usual pages of 4 kB, of which each fills one and a half."""


def refuse_newer(folder: Path, number: int) -> None:
    """Refuse a store that a newer version wrote.

    Raises:
        StoreError: it did.
    """
    if number > SCHEMA:
        raise StoreError(
            f"The store in {folder} was written by a newer version of pelican-buttercms"
            f" (its layout is {number}, this version knows up to {SCHEMA}). Upgrade"
            " pelican-buttercms, or set another folder and run `pelican-buttercms pull`."
        )
