"""What does applying a plan need, and what does it leave? The CMS, a journal, and a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pelican_buttercms.api import Write
from pelican_buttercms.publish.plan.plan import Part, Step
from pelican_buttercms.publish.write_model import ItemVersion, WriteTarget

Accept = Callable[[ItemVersion | None], bool]


class Remote(Protocol):
    """What the CMS is asked, and told."""

    def read(self, targets: list[WriteTarget]) -> Mapping[WriteTarget, ItemVersion | None]:
        """Give what it holds of each target now."""

    def items(self, collection: str, locale: str) -> Mapping[str, ItemVersion]:
        """Give all items of a collection now, by id."""

    def wait(self, target: WriteTarget, accept: Accept) -> tuple[ItemVersion | None, bool]:
        """Read a target until it is as it should be or the bound passes."""

    def wait_for_item(
        self, collection: str, locale: str, accept: Callable[[str, ItemVersion], bool]
    ) -> tuple[str, ItemVersion] | None:
        """Read a collection until it has an item that is accepted, or the bound passes."""

    def send(self, write: Write) -> tuple[str, ...]:
        """Send a write once it is due; gives the API's warnings."""


class Log(Protocol):
    """Remembers on disk what was sent, so that nothing is sent twice."""

    def begun(self, step: Step, before: Sequence[str]) -> None:
        """A step is about to be sent; `before` are the ids that the collection has."""

    def accepted(self, step: Step) -> None:
        """The API took it."""

    def done(self, step: Step) -> None:
        """It shows, and the draft knows it."""


@dataclass(frozen=True)
class Written:
    """A version that shows at the CMS.

    Attributes:
        part: what was wanted.
        target: where it is, with its id.
        version: what the CMS holds now, None after a deletion.
    """

    part: Part
    target: WriteTarget
    version: ItemVersion | None


@dataclass
class Report:
    """What a run has done so far."""

    done: list[Step] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    seconds: float = 0.0
