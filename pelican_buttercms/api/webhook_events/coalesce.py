"""The coalescing of events: the fewest that ask for the same."""

from __future__ import annotations

from collections.abc import Iterable

from pelican_buttercms.api.webhook_events.event import Event


def merge(events: Iterable[Event]) -> list[Event]:
    """Return the fewest events that ask for the same, each in the place of its last mention.

    Whatever is claimed of an item and locale, looking once answers it; so a draft of it adds
    nothing. Of several claims the last is kept, and a publication where the order is not known:
    posts have no timestamps, and ButterCMS promises no order.
    """
    kept: dict[tuple[object, ...], Event] = {}
    for event in events:
        if event.kind == "unknown" or event.action == "unknown":
            _put(kept, ("unknown", event.name, event.group, event.id, event.locale), event)
            continue
        item = (event.kind, event.group, event.id, event.locale)
        if event.action == "draft":
            if (*item, "live") not in kept:
                _put(kept, (*item, "draft", event.is_public), event)
            continue
        live = kept.get((*item, "live"))
        _put(kept, (*item, "live"), event if live is None else _later(live, event))
        for public in (None, True, False):
            kept.pop((*item, "draft", public), None)
    return _without_named(list(kept.values()))


def _put(kept: dict[tuple[object, ...], Event], key: tuple[object, ...], event: Event) -> None:
    kept.pop(key, None)
    kept[key] = event


def _later(first: Event, second: Event) -> Event:
    """Return the later of two events on one item that concern the public site."""
    if first.action == second.action:
        return max(first, second, key=lambda event: event.at)
    if first.at and second.at and first.at != second.at:
        return max(first, second, key=lambda event: event.at)
    return first if first.action == "changed" else second


def _without_named(events: list[Event]) -> list[Event]:
    """Return the events without the items of a collection that is looked at as a whole."""
    whole = {(e.group, e.locale) for e in events if e.kind == "item" and not e.id}
    return [e for e in events if e.kind != "item" or not e.id or (e.group, e.locale) not in whole]
