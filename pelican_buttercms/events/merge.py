"""What do several events say together? The least that a pull has to know."""

from __future__ import annotations

from collections.abc import Iterable

from pelican_buttercms.events.event import Event


def merge(events: Iterable[Event]) -> list[Event]:
    """Give the fewest events that ask for the same, each in the place of its last mention.

    The last action on an item and locale wins, with two exceptions that keep it true:

    - A draft that is saved over a published version takes nothing back: the publication stays.
    - Where the order of a publication and a deletion is not known (posts have no timestamps, and
      ButterCMS promises no order), the item is looked at, which costs a call and is never wrong.
    """
    kept: dict[tuple[object, ...], Event] = {}
    for event in events:
        if event.kind == "unknown" or event.action == "unknown":
            _put(kept, ("unknown", event.name, event.group, event.id, event.locale), event)
            continue
        item = (event.kind, event.group, event.id, event.locale)
        if event.action == "draft":
            live = kept.get((*item, "live"))
            if live is None or live.action == "deleted":
                _put(kept, (*item, "draft"), event)
            continue
        live = kept.get((*item, "live"))
        winner = event if live is None else _later(live, event)
        _put(kept, (*item, "live"), winner)
        if winner.action == "changed":
            kept.pop((*item, "draft"), None)  # whoever looks sees the draft, too
    return _without_named(list(kept.values()))


def _put(kept: dict[tuple[object, ...], Event], key: tuple[object, ...], event: Event) -> None:
    kept.pop(key, None)
    kept[key] = event


def _later(first: Event, second: Event) -> Event:
    """Choose the later of two events on one item that concern the public site."""
    if first.action == second.action:
        return max(first, second, key=lambda event: event.at)
    if first.at and second.at and first.at != second.at:
        return max(first, second, key=lambda event: event.at)
    return first if first.action == "changed" else second


def _without_named(events: list[Event]) -> list[Event]:
    """Leave out the items of a collection that is looked at as a whole."""
    whole = {(e.group, e.locale) for e in events if e.kind == "item" and not e.id}
    return [e for e in events if e.kind != "item" or not e.id or (e.group, e.locale) not in whole]
