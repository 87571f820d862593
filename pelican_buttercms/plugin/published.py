"""Which local files are drafts that the CMS has by now? They are built from there, and not twice.

`publish` and `export` write `Id` and `Base` into a draft. From then on the CMS decides what is
shown of it, and whether.
"""

from __future__ import annotations

from collections.abc import Iterable
import logging
import re
from typing import Any

logger = logging.getLogger(__name__)

_BASE = re.compile(r"[0-9a-f]{16}( .*)?")


def leave_out(generator: Any, lists: Iterable[str]) -> None:
    """Take such files out of a generator's lists; its links to them stay.

    Args:
        generator: Pelican's, of articles or pages.
        lists: the names of its lists.
    """
    left: list[str] = []
    for name in lists:
        contents = getattr(generator, name)
        kept = [content for content in contents if not is_published(content)]
        left += [content.source_path for content in contents if is_published(content)]
        if len(kept) != len(contents):
            setattr(generator, name, kept)
    if left:
        # INFO: it is as it should be, and --fatal warnings must not end the build
        logger.info("ButterCMS has these local drafts, and shows them: %s", ", ".join(sorted(left)))


def is_published(content: Any) -> bool:
    """Say whether a local article or page is known to the CMS."""
    metadata = content.metadata
    base, name = metadata.get("base"), metadata.get("id")
    return bool(name) and isinstance(base, str) and _BASE.fullmatch(base) is not None
