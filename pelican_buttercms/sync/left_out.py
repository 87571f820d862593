"""The warning of items that a live listing gave, and that are not live by their status."""

from __future__ import annotations

from collections.abc import Mapping
import logging

from pelican_buttercms.content import Key
from pelican_buttercms.content.api_schema import brief
from pelican_buttercms.sync.duplicates import name_some
from pelican_buttercms.wording import count_noun

logger = logging.getLogger(__name__)


def warn_of_left_out(left_out: Mapping[Key, str]) -> None:
    """Warn of items that are left out of the live site.

    Args:
        left_out: their status by key.
    """
    groups: dict[tuple[str, str], list[str]] = {}
    for key, status in sorted(left_out.items()):
        of_what = "" if key.kind == "post" else f" of {brief(key.group)}"
        groups.setdefault((key.kind, of_what), []).append(f"{key.id} ({status})")
    for (kind, of_what), names in groups.items():
        logger.warning(
            "Left out of the live site, because its status is not published and it never was:"
            " %s: %s. Publish it in the ButterCMS dashboard, or preview it.",
            f"{count_noun(len(names), kind)}{of_what}",
            name_some(names),
        )
