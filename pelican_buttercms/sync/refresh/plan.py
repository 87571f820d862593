"""The plan of a partial refresh: what to ask for because of some events.

Nothing here asks the API, and nothing here believes an event: the item that an event names is asked
for, whatever the event claims. A call is saved only where no claim could change what is stored.
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
from pelican_buttercms.sync.live_and_preview import Data
from pelican_buttercms.sync.refresh.coverage import PullCoverage
from pelican_buttercms.sync.untranslated import home_of, is_marked

Place = tuple[str, Key]
"""An item in a locale."""


def key_of(event: Event) -> Key | None:
    """Return the key of the item that an event names, None when it names none."""
    if event.kind in {"media", "unknown"} or not event.id:
        return None
    return Key(cast("Literal['post', 'page', 'item']", event.kind), event.group, event.id)


@dataclass(frozen=True)
class NeedsFullPull:
    """The decision that a partial refresh is not enough.

    Attributes:
        reason: why; half a sentence.
    """

    reason: str


@dataclass
class RefreshPlan:
    """What a partial refresh has to do.

    Attributes:
        items: posts and pages to ask for, each a call.
        former: stored items that had the number of one of these under another slug. They are asked
            for if no answer brings them.
        new_posts: posts to look for among the newest of the unnamed default locale.
        listings: the collections to list, by locale and key, each with the items that are gone if
            it lacks them; None for all that are stored.
        gone: items that are deleted for certain, and are not asked for.
        given: what was just read of items, which are not asked for again; None is not there.
        media: whether stored media files have to be checked for changes.
        lines: one line for each event.
        numbers: the items by kind and ButterCMS's number.
        withdrawn: the items of which an event says that they are no longer live.
    """

    items: dict[Place, None] = field(default_factory=dict)
    former: dict[Place, None] = field(default_factory=dict)
    new_posts: set[Key] = field(default_factory=set)
    listings: dict[tuple[str, str], set[Key] | None] = field(default_factory=dict)
    gone: dict[Place, None] = field(default_factory=dict)
    given: dict[Place, Data | None] = field(default_factory=dict)
    media: bool = False
    lines: list[str] = field(default_factory=list)
    numbers: dict[tuple[str, int], Key] = field(default_factory=dict)
    withdrawn: set[Key] = field(default_factory=set)

    @property
    def is_empty(self) -> bool:
        """Whether nothing that is stored can change."""
        asked = self.items or self.new_posts or self.listings
        return not (asked or self.gone or self.given)


class RefreshPlanner:
    """Plans what to ask for because of some events.

    Args:
        latest: the newest generation of each locale.
        coverage: which page types and collections are pulled.
        state: the numbers that earlier events brought.
    """

    def __init__(
        self, latest: Sequence[Generation], coverage: PullCoverage, state: WebhookState
    ) -> None:
        self._latest = {generation.scope.locale: generation for generation in latest}
        self._mode = latest[0].scope.mode
        self._coverage = coverage
        self._state = state

    def plan(self, events: Iterable[Event]) -> RefreshPlan | NeedsFullPull:
        """Return what to ask for because of the events."""
        plan = RefreshPlan()
        for event in events:
            result = self._add(plan, event)
            if isinstance(result, NeedsFullPull):
                return result
            plan.lines.append(f"{event.describe()}: {result}")
        self._look_among_newest(plan)
        return plan

    def _look_among_newest(self, plan: RefreshPlan) -> None:
        """Look for posts that are new to a live store of the unnamed default locale in a listing.

        A slug alone may be that of a translation, which the API gives without saying so. Only the
        listing shows which posts the default locale has. It has the newest posts first, so that
        one call brings several.
        """
        if "" in self._latest and self._mode == "live":
            known = self._latest[""].manifest
            plan.new_posts = {k for _, k in plan.items if k.kind == "post" and k not in known}
            plan.items = {p: None for p in plan.items if p[1] not in plan.new_posts}

    def _add(self, plan: RefreshPlan, event: Event) -> str | NeedsFullPull:
        """Add an event to the plan, and return what is done because of it."""
        if event.effect(self._mode) == "everything":
            return NeedsFullPull(f"nobody can say what {event.name} changes")
        if event.kind == "media":
            plan.media = True
            return "the stored file is checked for changes"
        if not self._is_pulled(event):
            return "not among what is pulled"
        if not (locales := self._locales(event)):
            return f"the locale {event.locale} is not among what is pulled"
        if event.action == "draft" and self._mode == "live":
            locales = self._changed_by_draft(event, locales)
            if not locales:
                return f"nothing that is {self._mode}"
        return self._add_item(plan, event, locales)

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
            return self._coverage.spec.posts
        return self._coverage.has(event.kind, event.group)

    def _locales(self, event: Event) -> list[str]:
        """Return the locales that an event may mean.

        That is the one that it names. Without a name it is the default locale, which the API never
        names, or any: a post's plain event has no locale, and any of its versions may have changed
        or be new. A store of the unnamed default locale takes every name for the default's.
        """
        stored = list(self._latest)
        if event.locale is None and is_marked(self._latest[stored[0]], event.kind):
            # the account would give the same in every locale
            return [home_of(list(self._latest.values()), event.kind)]
        if event.locale is None or event.locale in stored:
            return stored if event.locale is None else [event.locale]
        return stored if stored == [""] else []

    def _add_item(
        self, plan: RefreshPlan, event: Event, locales: Iterable[str]
    ) -> str | NeedsFullPull:
        """Plan the calls for the item that an event names, and return what is done."""
        key = key_of(event)
        if event.kind == "item":
            if not is_key(event.group):
                return NeedsFullPull(f"the collection {event.group!r} cannot be asked for alone")
            plan.listings |= dict.fromkeys(((name, event.group) for name in locales), None)
            return "its collection is listed"
        if key is None or not is_name(key.id) or not is_name(key.group or "*"):
            return NeedsFullPull(f"{event.describe()} names nothing that can be asked for alone")
        plan.items |= dict.fromkeys((locale, key) for locale in locales)
        if event.action == "deleted":
            plan.withdrawn.add(key)
        former = list(self._former(event, key, locales))
        plan.former |= dict.fromkeys(former)
        if event.number is not None:
            plan.numbers[event.kind, event.number] = key
        return f"asked for, after {former[0][1].id}" if former else "asked for"

    def _former(self, event: Event, key: Key, locales: Iterable[str]) -> Iterator[Place]:
        """Yield what is stored under another slug with the event's number."""
        for locale in locales if event.number is not None else ():
            generation = self._latest[locale]
            former = self._state.key_of(generation.scope, event.kind, event.number or 0)
            is_same_kind = former is not None and former.kind == key.kind
            if former and is_same_kind and former != key and former in generation.manifest:
                yield locale, former
