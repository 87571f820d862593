"""The part of `remote_state.RemoteReader` that planning needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from pelican_buttercms.publish.write_model import ItemVersion, WriteTarget

Versions = Mapping[WriteTarget, ItemVersion | None]


class CmsReader(Protocol):
    """Reads from the CMS for planning."""

    def read(self, targets: Iterable[WriteTarget]) -> Versions:
        """Return the current version of each target, None where there is none."""

    def latest(self, target: WriteTarget) -> dict[str, Any] | None:
        """Return the API's object of a target that was read."""

    def items(self, collection: str, locale: str) -> Mapping[str, ItemVersion]:
        """Return all items of a collection by id."""

    def has_group(self, kind: str, group: str) -> bool:
        """Return whether the page type or collection exists."""
