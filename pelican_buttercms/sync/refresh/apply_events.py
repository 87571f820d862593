"""How the events of a build are taken in: by a partial refresh or a full pull, or not yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from pelican_buttercms.api.webhook_events.coalesce import merge
from pelican_buttercms.api.webhook_events.event import Event
from pelican_buttercms.api.webhook_events.payload import (
    EVERYTHING,
    encode_payload,
    parse_payload,
    to_payload,
)
from pelican_buttercms.content import Key
from pelican_buttercms.content.fallbacks import LOCALISED
from pelican_buttercms.errors import (
    CallLimitError,
    EventsPendingError,
    HeldBackError,
    QuotaError,
    ResponseError,
    ServerError,
    TransportError,
)
from pelican_buttercms.settings.durations import spell_duration
from pelican_buttercms.store import Changes, Generation, Store
from pelican_buttercms.store.webhook_state import Note, WebhookState
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.build_trigger import Trigger
from pelican_buttercms.sync.progress import Progress
from pelican_buttercms.sync.pull import PullResult
from pelican_buttercms.sync.refresh.partial_pull import RefreshResult, Scoped
from pelican_buttercms.sync.refresh.plan import FullPullError

Outcome = RefreshResult | PullResult

TEMPORARY = (
    TransportError,
    ServerError,
    ResponseError,
    QuotaError,
    CallLimitError,
    HeldBackError,
)
"""What passes without anybody mending it: the same pull may succeed later."""

_EARLIER = "an earlier build"
_WHY = "the events of an earlier build could not be taken in"
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
    """Take in what a build was started for, and what still waits, by the cheapest right pull.

    Before the first call, the store notes the events as pending, and forgets them when all is
    stored: an event is lost neither by an API that fails nor by a process that is killed.

    Raises:
        EventsPendingError: the API failed, a bound on calls was reached, or deletions are held
            back; the content is as it was, and the events wait.
        ButterCMSError: the pull failed otherwise; the same is true then.
    """
    scopes = source.scopes(store)
    with source.webhook_state() as state:
        notes = state.add(scopes, lambda payloads: _join(trigger, payloads))
        try:
            events = check(source, store, trigger, notes.values(), latest)
            assert latest is not None  # noqa: S101  (`check` refuses that)
            with source.deletion_guard() as bounds:
                guard = None if allow_deletions else bounds
                taken = Scoped(source, store, latest, state, guard).take(events)
            state.settle(notes)
        except FullPullError as exc:
            say(f"pulling everything, because {exc}.")
            return _pull(source, store, trigger, progress, allow_deletions=allow_deletions)
        except TEMPORARY as exc:
            raise EventsPendingError(trigger.origin, exc) from exc
    return taken


def _pull(
    source: Source, store: Store, trigger: Trigger, progress: Progress, *, allow_deletions: bool
) -> PullResult:
    try:
        return source.pull(store, progress, allow_deletions=allow_deletions)
    except TEMPORARY as exc:
        raise EventsPendingError(trigger.origin, exc) from exc


def leave(state: WebhookState, source: Source, store: Store, trigger: Trigger) -> None:
    """Note the events of a build that may not ask for them."""
    state.add(source.scopes(store), lambda payloads: _join(trigger, payloads))


def find_pending(source: Source, store: Store) -> Trigger | None:
    """Return the events that no build has taken in yet, None when there are none."""
    with source.webhook_state() as state:
        notes = state.pending(source.scopes(store)).values()
    if not notes:
        return None
    events = _events(notes)
    return Trigger(_EARLIER, None if events is None else tuple(events), _WHY)


def _join(trigger: Trigger, payloads: Iterable[str]) -> str:
    """Return the payload of a trigger's events and those that waited before."""
    found = [parse_payload(payload) for payload in payloads]
    events = list(trigger.events or ())
    for waiting in found:
        events[:0] = waiting or ()
    everything = trigger.events is None or None in found
    return encode_payload(EVERYTHING if everything else to_payload(events)).decode()


def _events(notes: Iterable[Note]) -> list[Event] | None:
    """Return what several notes name; None for everything."""
    events: list[Event] = []
    for payload in dict.fromkeys(note.payload for note in notes):
        found = parse_payload(payload)
        if found is None:
            return None
        events += found
    return merge(events)


def check(
    source: Source,
    store: Store,
    trigger: Trigger,
    notes: Iterable[Note],
    latest: Sequence[Generation] | None,
) -> list[Event]:
    """Return the events that wait, if they can be placed and there is something to change by them.

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
    events = _events(notes)
    if events is None:
        raise FullPullError(_WHY)
    age, most = source.now() - latest[0].pulled_at, source.options.reconcile
    if age >= most or age < timedelta(0):
        told = spell_duration(age)
        raise FullPullError(f"the last full pull was {told} ago (BUTTERCMS_RECONCILE)")
    return events


def outcome_lines(trigger: Trigger, taken: RefreshResult) -> list[str]:
    """Return lines on what was asked because of which event, what changed, and what it cost."""
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
