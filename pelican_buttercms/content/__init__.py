"""What does the account hold? Records, the references among them, and the graph; no I/O."""

from __future__ import annotations

from pelican_buttercms.content.raw_records import (
    SINGLE_PAGES,
    Key,
    Kind,
    RawRecord,
    split_author,
    split_category,
    split_item,
    split_page,
    split_post,
    split_tag,
)

__all__ = [
    "SINGLE_PAGES",
    "Key",
    "Kind",
    "RawRecord",
    "split_author",
    "split_category",
    "split_item",
    "split_page",
    "split_post",
    "split_tag",
]
