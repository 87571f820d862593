"""What is reported to GitHub about the content of a build or a pull."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.store import Changes, Generation

if TYPE_CHECKING:
    from pelican_buttercms.plugin.build_state import Run
    from pelican_buttercms.sync.account import Source
    from pelican_buttercms.sync.build_trigger import Trigger
    from pelican_buttercms.sync.load import LoadedContent

_NAMES = ("title", "name", "headline", "label")


class Pulled(Protocol):
    """What came of a pull, or of the events of a webhook."""

    @property
    def generations(self) -> Sequence[Generation]:
        """What builds read now, one for each locale."""

    @property
    def changes(self) -> Mapping[str, Changes]:
        """How each differs from the one before."""

    @property
    def calls(self) -> int:
        """Requests that reached the API."""


@dataclass(frozen=True)
class BuildFacts:
    """The content of one build, or of one pull.

    Attributes:
        mode: "live" or "preview".
        pulled_at: when everything was last pulled, in UTC.
        made: API calls.
        saved: API calls that what was stored has saved, None if that is not known.
        month: API calls of this month, by everyone who uses this store.
        changes: what is new, updated and deleted by locale; None when nothing was asked for.
        titles: the names of records for people, by locale and key.
        drafts: how many items are shown that are not published.
        events: what it was started for, a line for each event: what was published, and by whom.
    """

    mode: str
    pulled_at: datetime
    made: int
    saved: int | None
    month: int
    changes: Mapping[str, Changes] | None
    titles: Mapping[tuple[str, Key], str] = field(default_factory=dict)
    drafts: int = 0
    events: tuple[str, ...] = ()


def of_build(stored: LoadedContent, run: Run | None, trigger: Trigger | None) -> BuildFacts:
    """Return the facts of a build; `run` is None in an up-to-date build, which reads no content."""
    return BuildFacts(
        mode=stored.generation.scope.mode,
        pulled_at=stored.generation.pulled_at,
        made=stored.calls.made,
        saved=stored.calls.saved,
        month=stored.calls.month,
        changes=stored.changes,
        titles={
            (locale, raw.key): _title(raw)
            for locale, records in stored.versions.items()
            for raw in records
        },
        drafts=len(run.content.drafts) if run else 0,
        events=_events(trigger),
    )


def of_pull(source: Source, pulled: Pulled, trigger: Trigger | None) -> BuildFacts:
    """Return the facts of a pull without a build."""
    return BuildFacts(
        mode=pulled.generations[0].scope.mode,
        pulled_at=pulled.generations[0].pulled_at,
        made=pulled.calls,
        saved=None,
        month=source.calls_this_month(),
        changes=pulled.changes,
        events=_events(trigger),
    )


def _events(trigger: Trigger | None) -> tuple[str, ...]:
    return tuple(event.describe() for event in (trigger and trigger.events) or ())


def _title(raw: RawRecord) -> str:
    """Return the name of a record for people; "" if nothing in it is a name."""
    if raw.key.kind == "author":  # their `title` is what they do
        names = (raw.data.get("first_name"), raw.data.get("last_name"))
        return " ".join(name for name in names if isinstance(name, str)).strip()
    fields: Any = raw.data.get("fields") or {}
    values = [raw.data.get(name) or fields.get(name) for name in _NAMES]
    return next((value for value in values if isinstance(value, str)), "")
