"""What does publish ask the CMS? The part of `fetch.fresh` that planning needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from pelican_buttercms.publish.write_model import ItemVersion, WriteTarget

Versions = Mapping[WriteTarget, ItemVersion | None]


class Reads(Protocol):
    """What planning asks the CMS."""

    def read(self, targets: Iterable[WriteTarget]) -> Versions:
        """Give what it holds of each target, None where it holds none."""

    def latest(self, target: WriteTarget) -> dict[str, Any] | None:
        """Give the API's own object of a target that was read."""

    def items(self, collection: str, locale: str) -> Mapping[str, ItemVersion]:
        """Give all items of a collection by id."""

    def has_group(self, kind: str, group: str) -> bool:
        """Say whether there is such a page type or collection."""
