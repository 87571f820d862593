"""The events of a build applied to the store, by a partial refresh or a full pull."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

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
from pelican_buttercms.content.media import Media
from pelican_buttercms.errors import (
    CallLimitError,
    EventsPendingError,
    HeldBackError,
    QuotaError,
    ResponseError,
    ServerError,
    TransportError,
)
from pelican_buttercms.store import Changes, Generation, Scope, Store
from pelican_buttercms.store.webhook_state import Note, WebhookState
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.build_trigger import Trigger
from pelican_buttercms.sync.progress import Progress
from pelican_buttercms.sync.pull import PullResult
from pelican_buttercms.sync.refresh.partial_pull import PartialPull, RefreshResult, pull_events
from pelican_buttercms.sync.refresh.plan import NeedsFullPull
from pelican_buttercms.wording import count_noun

TEMPORARY = (
    TransportError,
    ServerError,
    ResponseError,
    QuotaError,
    CallLimitError,
    HeldBackError,
)
"""Errors after which the same pull may succeed later, without anybody changing anything."""

_EARLIER = "an earlier build"
_WHY = "the events of an earlier build could not be applied"
_MOST_LINES = 10


AppliedEvents = RefreshResult | PullResult


def apply_events(
    source: Source,
    store: Store,
    trigger: Trigger,
    latest: Sequence[Generation] | None,
    *,
    say: Callable[[str], None],
    progress: Progress,
    allow_deletions: bool = False,
) -> AppliedEvents:
    """Apply a build's events, and those that are pending, by the cheapest pull that is right.

    Before the first call, the store notes the events as pending. The note is removed when all is
    stored. So an event is lost neither by an API that fails nor by a process that is killed.

    Raises:
        EventsPendingError: the API failed, a bound on calls was reached, or deletions are held
            back; the content is as it was, and the events stay pending.
        ButterCMSError: the pull failed otherwise; the same is true then.
    """
    scopes = source.scopes(store)
    with source.webhook_state() as state:
        notes = state.add(scopes, lambda payloads: _join(trigger, payloads))
        try:
            result = _refresh(
                source,
                store,
                trigger,
                latest,
                state=state,
                notes=notes,
                allow_deletions=allow_deletions,
            )
            if isinstance(result, NeedsFullPull):
                say(f"pulling everything, because {result.reason}.")
                return source.pull(store, progress, allow_deletions=allow_deletions)
        except TEMPORARY as exc:
            raise EventsPendingError(trigger.origin, exc) from exc
        media_notes = _keep_media(state, notes) if result.media else {}
        state.settle(notes)
    return replace(result, media_notes=media_notes)


def _refresh(
    source: Source,
    store: Store,
    trigger: Trigger,
    latest: Sequence[Generation] | None,
    *,
    state: WebhookState,
    notes: Mapping[Scope, Note],
    allow_deletions: bool,
) -> RefreshResult | NeedsFullPull:
    """Refresh what the events name, unless a full pull is needed."""
    if trigger.events is None:
        return NeedsFullPull(trigger.why)
    if not latest:
        return NeedsFullPull("nothing is stored yet that events could change")
    if decision := _check_stored(source, store, latest):
        return decision
    events = _events(notes.values())
    if events is None:
        return NeedsFullPull(_WHY)
    with source.deletion_guard(allow_deletions=allow_deletions) as guard:
        pull = PartialPull.of(source, store, latest, guard)
        return pull_events(events, pull, state)


def _check_stored(
    source: Source, store: Store, latest: Sequence[Generation]
) -> NeedsFullPull | None:
    """Check whether events can change what is stored."""
    if not source.covers(latest[0]):
        return NeedsFullPull("the settings ask for more than is stored")
    if store.is_pinned([generation.scope for generation in latest]):
        return NeedsFullPull("builds read what somebody rolled back to")
    if source.is_due(latest[0], source.options.reconcile):
        age = source.age(latest[0])
        return NeedsFullPull(f"the last full pull was {age} ago (BUTTERCMS_RECONCILE)")
    return None


def _keep_media(state: WebhookState, notes: Mapping[Scope, Note]) -> dict[Scope, Note]:
    """Leave only the media events of some notes pending: their files are yet to be fetched.

    A note that another process has joined its events to meanwhile is kept as it is.
    """
    media = {note.payload: payload for note in notes.values() if (payload := _media_of(note))}

    def keep(payloads: Iterable[str]) -> str:
        (payload,) = payloads
        return media.get(payload, payload)

    scopes = [scope for scope, note in state.pending(notes).items() if note.payload in media]
    kept = state.add(scopes, keep)
    return {scope: note for scope, note in kept.items() if note.payload in media.values()}


def _media_of(note: Note) -> str:
    """Return the payload of a note's media events, "" if there are none."""
    media = [event for event in parse_payload(note.payload) or () if event.kind == "media"]
    return encode_payload(to_payload(media)).decode() if media else ""


def settle_media(
    source: Source,
    notes: Mapping[Scope, Note],
    unfetched: Collection[str],
    say: Callable[[str], None],
) -> None:
    """Settle the notes of media events, unless a file of theirs could not be fetched for now.

    Args:
        source: the account.
        notes: what `apply_events` left pending.
        unfetched: the URLs of the files that a later build may get.
        say: where a line about events that stay pending goes.
    """
    if not notes:
        return
    named = {event.url for event in _events(notes.values()) or ()}
    handles = {Media(url).handle for url in unfetched}
    if unfetched and ("" in named or handles & {Media(url).handle for url in named}):
        say("the media events wait for a later build: their files could not be fetched.")
        return
    with source.webhook_state() as state:
        state.settle(notes)


def record_pending(state: WebhookState, source: Source, store: Store, trigger: Trigger) -> None:
    """Note the events of a build that may not ask for them."""
    state.add(source.scopes(store), lambda payloads: _join(trigger, payloads))


def find_pending(source: Source, store: Store) -> Trigger | None:
    """Return the events that no build has applied yet, None if there are none."""
    with source.webhook_state() as state:
        notes = state.pending(source.scopes(store)).values()
    if not notes:
        return None
    events = _events(notes)
    return Trigger(_EARLIER, None if events is None else tuple(events), _WHY)


def _join(trigger: Trigger, payloads: Iterable[str]) -> str:
    """Return the payload of a trigger's events and those that were pending."""
    pending = [parse_payload(payload) for payload in payloads]
    events = list(trigger.events or ())
    for earlier in pending:
        events[:0] = earlier or ()
    everything = trigger.events is None or None in pending
    return encode_payload(EVERYTHING if everything else to_payload(events)).decode()


def _events(notes: Iterable[Note]) -> list[Event] | None:
    """Return the events of several notes; None for everything."""
    events: list[Event] = []
    for payload in dict.fromkeys(note.payload for note in notes):
        parsed = parse_payload(payload)
        if parsed is None:
            return None
        events += parsed
    return merge(events)


def result_lines(trigger: Trigger, result: RefreshResult) -> list[str]:
    """Return lines on what was asked because of which event, what changed, and what it cost."""
    lines = [f"{line}." for line in result.lines[:_MOST_LINES]]
    if more := len(result.lines) - len(lines):
        lines.append(f"and {more:,} more events.")
    for locale, changes in result.changes.items():
        lines += _changed(locale, changes, first=locale == next(iter(result.changes)))
    changed = any(
        change.new or change.updated or change.deleted for change in result.changes.values()
    )
    unchanged = "" if changed else ", nothing changed"
    lines.append(
        f"took in {count_noun(len(result.lines), 'event')} from {trigger.origin} with"
        f" {count_noun(result.calls, 'API call')} in"
        f" {result.seconds:.1f} s{unchanged}."
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
