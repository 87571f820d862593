"""Is a webhook followed by a scoped pull or by a full one? And what if neither succeeds?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from pelican_buttercms.content import Key
from pelican_buttercms.content.locales import LOCALISED
from pelican_buttercms.events.event import Event
from pelican_buttercms.fetch.due import FullPullError
from pelican_buttercms.fetch.progress import Progress
from pelican_buttercms.fetch.pull import PullResult
from pelican_buttercms.fetch.scoped import Scoped, Taken
from pelican_buttercms.fetch.source import Source
from pelican_buttercms.fetch.trigger import Trigger
from pelican_buttercms.settings.durations import spell_duration
from pelican_buttercms.store import Changes, Generation, Store

Outcome = Taken | PullResult

OWED = "the events of an earlier build could not be taken in"

_MOST_LINES = 10


def take(
    source: Source,
    store: Store,
    trigger: Trigger,
    latest: Sequence[Generation] | None,
    *,
    say: Callable[[str], None],
    progress: Progress,
    allow_deletions: bool = False,
) -> Outcome:
    """Take in what a build was started for, by the cheapest pull that is right.

    Before the first call, the store notes that it owes a full pull, and forgets it when all is
    stored: an event is lost neither by an API that fails nor by a process that is killed.

    Raises:
        ButterCMSError: the pull failed; the content is as it was, and the full pull owed.
    """
    scopes = source.scopes(store)
    with source.heard() as heard:
        owed = bool(heard.owes(scopes))
        notes = heard.owe(scopes)
        try:
            events = check(source, store, trigger, latest, owed=owed)
            assert latest is not None  # noqa: S101  (`check` refuses that)
            with source.deletion_check() as bounds:
                guard = None if allow_deletions else bounds
                taken = Scoped(source, store, latest, heard, guard).take(events)
        except FullPullError as exc:
            say(f"pulling everything, because {exc}.")
            return source.pull(store, progress, allow_deletions=allow_deletions)
        heard.settle(notes)
    return taken


def check(
    source: Source,
    store: Store,
    trigger: Trigger,
    latest: Sequence[Generation] | None,
    *,
    owed: bool,
) -> tuple[Event, ...]:
    """Give the events, if they can be trusted and there is something to take them into.

    Raises:
        FullPullError: a full pull is due.
    """
    if trigger.events is None:
        raise FullPullError(trigger.why)
    if not latest:
        raise FullPullError("nothing is stored yet that events could change")
    if not source.covers(latest[0]):
        raise FullPullError("the settings ask for more than is stored")
    if store.is_pinned([one.scope for one in latest]):
        raise FullPullError("builds read what somebody rolled back to")
    if owed:
        raise FullPullError(OWED)
    age, most = source.now() - latest[0].pulled_at, source.options.reconcile
    if age >= most or age < timedelta(0):
        told = spell_duration(age)
        raise FullPullError(f"the last full pull was {told} ago (BUTTERCMS_RECONCILE)")
    return trigger.events


def outcome_lines(trigger: Trigger, taken: Taken) -> list[str]:
    """Tell what was asked because of which event, what changed, and what it cost."""
    lines = [f"{line}." for line in taken.told[:_MOST_LINES]]
    if more := len(taken.told) - len(lines):
        lines.append(f"and {more:,} more events.")
    for locale, changes in taken.changes.items():
        lines += _changed(locale, changes, first=locale == next(iter(taken.changes)))
    noun = "API call" if taken.calls == 1 else "API calls"
    number = len(taken.told)
    events = "1 event" if number == 1 else f"{number:,} events"
    changed = any(one.new or one.updated or one.deleted for one in taken.changes.values())
    told = "" if changed else ", nothing changed"
    lines.append(
        f"took in {events} from {trigger.origin} with {taken.calls:,} {noun} in"
        f" {taken.seconds:.1f} s{told}."
    )
    return lines


def _changed(locale: str, changes: Changes, *, first: bool) -> list[str]:
    lines = []
    lists = (("new", changes.new), ("updated", changes.updated), ("deleted", changes.deleted))
    for what, keys in lists:
        shown = [key for key in keys if first or key.kind in LOCALISED]
        if shown:
            where = f" [{locale}]" if locale else ""
            lines.append(f"{what}{where}: {_names(shown)}")
    return lines


def _names(keys: Sequence[Key]) -> str:
    more = len(keys) - _MOST_LINES
    shown = ", ".join(map(str, keys[:_MOST_LINES]))
    return f"{shown} and {more:,} more" if more > 0 else shown
