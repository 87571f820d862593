"""What a partial refresh asks for: the items that events name, each by the call that tells of it.

Nothing here asks the API, and nothing here believes an event: what one names is looked at, whatever
it claims. Only where no claim could have changed what is stored, a call is saved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, cast

from pelican_buttercms.api.query import is_key, is_name
from pelican_buttercms.api.webhook_events.event import Event
from pelican_buttercms.content import Key
from pelican_buttercms.store import Generation
from pelican_buttercms.store.webhook_state import WebhookState
from pelican_buttercms.sync.refresh.coverage import PullCoverage
from pelican_buttercms.sync.untranslated import home_of, is_marked

Place = tuple[str, Key]
"""An item in a locale."""


def key_of(event: Event) -> Key | None:
    """Return the key of the item that an event names, None when it names none."""
    if event.kind in {"media", "unknown"} or not event.id:
        return None
    return Key(cast("Literal['post', 'page', 'item']", event.kind), event.group, event.id)


class FullPullError(Exception):
    """Events that only a full pull can follow; the text is half a sentence that says why."""


@dataclass
class Due:
    """What a partial refresh has to do.

    Attributes:
        looks: posts and pages to ask for, each a call.
        former: stored items that had the number of one of these under another slug; to be asked
            for where the answer to that is not they themselves.
        listings: the collections to list, by locale and key.
        media: whether stored media files have to be asked for news.
        told: one line for each event.
        numbers: what has which of ButterCMS's numbers, by kind.
    """

    looks: dict[Place, None] = field(default_factory=dict)
    former: dict[Place, None] = field(default_factory=dict)
    listings: dict[tuple[str, str], None] = field(default_factory=dict)
    media: bool = False
    told: list[str] = field(default_factory=list)
    numbers: dict[tuple[str, int], Key] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing that is stored can change."""
        return not (self.looks or self.listings)


class Planner:
    """Finds out what to ask because of some events.

    Args:
        latest: the newest generation of each locale.
        reach: which page types and collections are pulled.
        state: what earlier events left.
    """

    def __init__(
        self, latest: Sequence[Generation], reach: PullCoverage, state: WebhookState
    ) -> None:
        self._latest = {one.scope.locale: one for one in latest}
        self._mode = latest[0].scope.mode
        self._reach = reach
        self._state = state

    def plan(self, events: Iterable[Event]) -> Due:
        """Return what the events ask for.

        Raises:
            FullPullError: one of them can only be followed by a full pull.
        """
        due = Due()
        for event in events:
            due.told.append(f"{_name(event)}: {self._add(due, event)}")
        return due

    def _add(self, due: Due, event: Event) -> str:
        effect = event.effect(self._mode)
        if effect == "everything":
            raise FullPullError(f"nobody can say what {event.name} changes")
        if event.kind == "media":
            due.media = True
            return "the stored file is asked for news"
        if not self._is_pulled(event):
            return "not among what is pulled"
        if not (locales := self._locales(event)):
            return f"the locale {event.locale} is not among what is pulled"
        if event.action == "draft" and self._mode == "live":
            locales = self._changed_by_draft(event, locales)
            if not locales:
                return f"nothing that is {self._mode}"
        return self._look(due, event, locales)

    def _changed_by_draft(self, event: Event, locales: Sequence[str]) -> list[str]:
        """Return the locales whose public version a draft may have changed.

        Where an item is stored, it was public; where the event claims the opposite, one of the two
        is out of date. A post's draft claims nothing: it lies over what is public.
        """
        key = key_of(event)
        stored = [locale for locale in locales if key in self._latest[locale].manifest]
        if event.kind == "item":
            return list(locales) if key is None else stored
        if event.is_public is None:
            return []
        if event.is_public:
            return [] if stored else list(locales)
        return stored

    def _is_pulled(self, event: Event) -> bool:
        if event.kind == "post":
            return self._reach.spec.posts
        kind = "page type" if event.kind == "page" else "collection"
        return self._reach.has(kind, event.group)

    def _locales(self, event: Event) -> list[str]:
        """Return the locales that an event may mean.

        The one that it names. None is the default one, whose name nobody tells, or all: a post's
        plain event has no locale, and any of its versions may have changed, or come. A store of the
        unnamed default takes a name for the default's, too.
        """
        stored = list(self._latest)
        if event.locale is None and is_marked(self._latest[stored[0]], event.kind):
            # the account would give the same in every locale
            return [home_of(list(self._latest.values()), event.kind)]
        if event.locale is None or event.locale in stored:
            return stored if event.locale is None else [event.locale]
        return stored if stored == [""] else []

    def _look(self, due: Due, event: Event, locales: Iterable[str]) -> str:
        key = key_of(event)
        if event.kind == "item":
            if not is_key(event.group):
                raise FullPullError(f"the collection {event.group!r} cannot be asked for alone")
            due.listings |= dict.fromkeys((locale, event.group) for locale in locales)
            return "its collection is listed"
        if key is None or not is_name(key.id) or not is_name(key.group or "*"):
            raise FullPullError(f"{_name(event)} names nothing that can be asked for alone")
        due.looks |= dict.fromkeys((locale, key) for locale in locales)
        former = list(self._former(event, key, locales))
        due.former |= dict.fromkeys(former)
        if event.number is not None:
            due.numbers[event.kind, event.number] = key
        return f"asked for, after {former[0][1].id}" if former else "asked for"

    def _former(self, event: Event, key: Key, locales: Iterable[str]) -> Iterator[Place]:
        """Return what is stored under another slug with the event's number."""
        for locale in locales if event.number is not None else ():
            one = self._latest[locale]
            former = self._state.key_of(one.scope, event.kind, event.number or 0)
            if former and former != key and former.kind == key.kind and former in one.manifest:
                yield locale, former


def _name(event: Event) -> str:
    where = f" [{event.locale}]" if event.locale else ""
    what = "/".join(part for part in (event.group, event.id) if part)
    return f"{event.name} {what}{where}" if what else event.name
