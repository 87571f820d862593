"""What do these events ask of a pull? Which items are looked at, which go, and what that costs.

Nothing here asks the API. Where a call can be saved it is saved, but never by a guess: an event
that leaves open which version it means is answered by looking.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pelican_buttercms.api.params import is_key, is_name
from pelican_buttercms.content import Key
from pelican_buttercms.content.times import parse_time
from pelican_buttercms.events.event import Effect, Event
from pelican_buttercms.fetch.reach import Reach
from pelican_buttercms.fetch.untranslated import home_of, is_marked
from pelican_buttercms.store import Generation
from pelican_buttercms.store.heard import Heard

RECENTLY = timedelta(hours=1)
"""Webhooks may come in the wrong order; so much later they do not any more."""

Place = tuple[str, Key]
"""An item in a locale."""


class FullPullError(Exception):
    """Events that only a full pull can follow; the text is half a sentence that says why."""


@dataclass
class Due:
    """What a scoped pull has to do.

    Attributes:
        looks: posts and pages to ask for, each a call.
        listings: the collections to list, by locale and key, with the items that were named.
        gone: what is removed without a call.
        deleted: everything that was said to be deleted, believed or not.
        media: whether stored media files have to be asked for news.
        told: one line for each event.
    """

    looks: dict[Place, None] = field(default_factory=dict)
    listings: dict[tuple[str, str], set[Key]] = field(default_factory=dict)
    gone: dict[Place, None] = field(default_factory=dict)
    deleted: set[Key] = field(default_factory=set)
    media: bool = False
    told: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing that is stored can change."""
        return not (self.looks or self.listings or self.gone)


class Planner:
    """Finds out what events mean for what is stored.

    Args:
        latest: the newest generation of each locale.
        reach: which page types and collections are pulled.
        heard: what earlier events told.
    """

    def __init__(self, latest: Sequence[Generation], reach: Reach, heard: Heard) -> None:
        self._latest = {one.scope.locale: one for one in latest}
        self._mode = latest[0].scope.mode
        self._reach = reach
        self._heard = heard

    def plan(self, events: Iterable[Event]) -> Due:
        """Say what the events ask for.

        Raises:
            FullPullError: one of them can only be followed by a full pull.
        """
        due = Due()
        for event in events:
            due.told.append(f"{_name(event)}: {self._add(due, event)}")
        for locale, key in list(due.gone):
            if (locale, key) in due.looks:
                del due.gone[locale, key]
            elif (listing := (locale, key.group)) in due.listings and key.kind == "item":
                due.listings[listing].add(key)
                del due.gone[locale, key]
        return due

    def _add(self, due: Due, event: Event) -> str:
        effect = self._effect(event)
        if effect == "everything":
            raise FullPullError(f"nobody can say what {event.name} changes")
        if effect == "nothing":
            return f"nothing that is {self._mode}"
        if event.kind == "media":
            due.media = True
            return "the stored file is asked for news"
        if not self._is_pulled(event):
            return "not among what is pulled"
        if not (locales := self._locales(event)):
            return f"the locale {event.locale} is not among what is pulled"
        if effect == "remove":
            return self._remove(due, event, locales)
        return self._look(due, event, locales)

    def _effect(self, event: Event) -> Effect:
        """Say what an event asks for; an item's draft may be what was published until now.

        Collection items have no versions: a draft is no draft over something.
        Source: contract, "Preview".
        """
        if event.kind == "item" and event.action == "draft":
            key = event.key()
            stored = key is None or any(key in one.manifest for one in self._latest.values())
            return "look" if stored or self._mode == "preview" else "nothing"
        return event.effect(self._mode)

    def _is_pulled(self, event: Event) -> bool:
        if event.kind == "post":
            return self._reach.wanted.posts
        kind = "page type" if event.kind == "page" else "collection"
        return self._reach.has(kind, event.group)

    def _locales(self, event: Event) -> list[str]:
        """Name the locales that an event may mean.

        Pages and items: the one that it names. None is the default one, whose name nobody tells,
        or all. A store of the unnamed default takes a name for the default's, too. A post's event
        has no locale: any of its versions may have changed, or come.
        """
        stored = list(self._latest)
        if event.locale is None and is_marked(self._latest[stored[0]], event.kind):
            # the account would give the same in every locale
            return [home_of(list(self._latest.values()), event.kind)]
        if event.locale is None or event.locale in stored:
            return stored if event.locale is None else [event.locale]
        return stored if stored == [""] else []

    def _look(self, due: Due, event: Event, locales: Iterable[str]) -> str:
        key = event.key()
        if event.kind == "item":
            if not is_key(event.group):
                raise FullPullError(f"the collection {event.group!r} cannot be asked for alone")
            for locale in locales:
                due.listings.setdefault((locale, event.group), set()).update({key} if key else ())
            return "its collection is listed"
        if key is None or not is_name(key.id) or not is_name(key.group or "*"):
            raise FullPullError(f"{_name(event)} names nothing that can be asked for alone")
        due.looks |= dict.fromkeys((locale, key) for locale in locales)
        return "asked for"

    def _remove(self, due: Due, event: Event, locales: Sequence[str]) -> str:
        """Remove an item, or look at it where that cannot be believed unseen."""
        key = event.key()
        assert key is not None  # noqa: S101  (without one it is no removal, see `Event.of`)
        due.deleted.add(key)
        stored = [locale for locale in locales if key in self._latest[locale].manifest]
        if not stored:
            return "not stored"
        if not self._is_certain(event, locales, stored) or self._is_old(event, key, stored[0]):
            return self._look(due, event, stored)
        due.gone |= dict.fromkeys((locale, key) for locale in stored)
        return "removed"

    def _is_certain(self, event: Event, locales: Sequence[str], stored: Sequence[str]) -> bool:
        """Say whether the event tells which version is gone: slugs of posts are unique."""
        if event.kind == "post":
            return len(stored) == 1
        return list(locales) == [event.locale or ""]

    def _is_old(self, event: Event, key: Key, locale: str) -> bool:
        """Say whether what is stored may be newer than the event, which comes late or again."""
        stored = self._latest[locale]
        looked = self._heard.looked_at(stored.scope, key)
        if at := _moment(event.at):
            known = max(stored.pulled_at, looked or stored.pulled_at)
            return at < known.replace(microsecond=0)
        recently = looked is not None and abs(self._heard.now() - looked) < RECENTLY
        return recently or self._heard.was_deleted(stored.scope, key)


def _moment(text: str) -> datetime | None:
    try:
        return parse_time(text) if text else None
    except ValueError:
        return None


def _name(event: Event) -> str:
    where = f" [{event.locale}]" if event.locale else ""
    what = "/".join(part for part in (event.group, event.id) if part)
    return f"{event.name} {what}{where}" if what else event.name
