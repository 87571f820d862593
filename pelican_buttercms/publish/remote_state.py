"""What does the CMS hold of these targets, right now? Asked past every cache, drafts included."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
import time
from typing import TYPE_CHECKING, Any, TypeVar

from pelican_buttercms.api.query import is_name
from pelican_buttercms.api.responses import decode_item
from pelican_buttercms.content import SINGLE_PAGES
from pelican_buttercms.content.raw_records import Key
from pelican_buttercms.content.reference_syntax import embedded_key
from pelican_buttercms.errors import InvalidRequestError, NotFoundError, SettingsError
from pelican_buttercms.publish.write_model import Target, Version, uri_of, version_of
from pelican_buttercms.sync.live_and_preview import (
    Data,
    ListingReader,
    Views,
    item_request,
    split_records,
)

if TYPE_CHECKING:
    from pelican_buttercms.sync.http.client import Client

FEW = 8
"""So many of one listing are asked for one by one; for more, the listing may cost fewer calls."""

Result = TypeVar("Result")
Group = tuple[str, str, str]
CollectionOf = Callable[[str], str | None]


@dataclass(frozen=True)
class Seen:
    """One target as the API gives it.

    Attributes:
        latest: the object as preview shows it.
        live: the object as everyone sees it, None when it is not live.
        version: what can be written of it.
    """

    latest: Data
    live: Data | None
    version: Version


class Fresh:
    """Reads what is at the CMS now.

    Args:
        client: sends the requests, within its bound on how many run at once.
        collection_of: names the collection of an item by its id, as far as that is known: an item
            that the API expands inside another does not name its collection.
        alt_media_text: whether media are asked for as pulls do, with their alternative texts: a
            component of just a URL and a text looks the same then, here and in the store.
    """

    def __init__(
        self,
        client: Client,
        collection_of: CollectionOf | None = None,
        *,
        alt_media_text: bool = False,
    ) -> None:
        self._client = client
        self._alts = alt_media_text
        self._listings = ListingReader(client, alt_media_text=alt_media_text)
        self._collection_of = collection_of or (lambda _: None)
        self._seen: dict[Target, Seen | None] = {}
        self._groups: dict[tuple[str, str], bool] = {}

    def read(self, targets: Iterable[Target]) -> dict[Target, Version | None]:
        """Give what there is of each target, None where there is nothing.

        Two calls for a post or a page, or its listings where those cost fewer; the two listings of
        a collection for its items, since no single item can be relied on.

        Raises:
            SettingsError: a locale is not the account's.
            ContentError: what the API gave is not what it promises.
            APIError, TransportError, ResponseError: as from `Client.get`.
        """
        targets = list(dict.fromkeys(targets))
        groups: dict[Group, list[Target]] = defaultdict(list)
        for target in filter(_can_be_there, targets):
            groups[target.key.kind, target.key.group, target.locale].append(target)
        begun = [(group, wanted, self._begin(group, wanted)) for group, wanted in groups.items()]
        for (_, _, locale), wanted, finish in begun:
            found = _in_locale(locale, finish)
            for target in wanted:
                self._seen[target] = self._judge(target.key, *found.get(target.key, (None, None)))
        return {target: seen.version if (seen := self.seen(target)) else None for target in targets}

    def seen(self, target: Target) -> Seen | None:
        """Give the API's own objects of a target, as they were when it was last read."""
        return self._seen.get(target)

    def latest(self, target: Target) -> Data | None:
        """Give a target as preview showed it when it was last read."""
        seen = self.seen(target)
        return seen.latest if seen else None

    def items(self, collection: str, locale: str) -> dict[str, Version]:
        """Give all items of a collection by their ids; none where there is no such collection."""
        group = ("item", collection, locale)
        found = _in_locale(locale, self._listings.begin(*group))
        judged = {key: self._judge(key, *both) for key, both in found.items()}
        self._seen |= {Target(key, locale): seen for key, seen in judged.items()}
        return {key.id: seen.version for key, seen in judged.items() if seen}

    def ids(self, collection: str, locale: str) -> frozenset[str]:
        """Give the ids of a collection's items, drafts included, by its one listing."""
        fetch = self._listings.begin("item", collection, locale, live=False)
        return frozenset(key.id for key in _in_locale(locale, fetch))

    def has_group(self, kind: str, group: str) -> bool:
        """Say whether there is such a page type or collection, in the account's default locale."""
        if group == SINGLE_PAGES and kind == "page":
            return True
        if (kind, group) not in self._groups:
            self._groups[kind, group] = self._listings.exists(kind, group)
        return self._groups[kind, group]

    def verify(
        self,
        target: Target,
        accept: Callable[[Version | None], bool],
        *,
        within: float,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> tuple[Version | None, bool]:
        """Read a target until it is as it should be; see `poll`."""
        return poll(
            lambda: self.read([target])[target], accept, within=within, sleep=sleep, clock=clock
        )

    def _begin(self, group: Group, wanted: list[Target]) -> Callable[[], Views]:
        """Ask for some targets of one listing in the cheaper way; gives what collects them."""
        if group[0] == "item":
            return self._listings.begin(*group)
        if len(wanted) > FEW:
            most = 2 * len(wanted)
            return self._listings.begin(*group, most=most, otherwise=partial(self._singles, wanted))
        return self._singles(wanted)

    def _singles(self, wanted: list[Target]) -> Callable[[], Views]:
        asked = [(t.key, self._start(t, preview=True), self._start(t)) for t in wanted]
        return lambda: {key: (_or_none(one), _or_none(two)) for key, one, two in asked}

    def _start(self, target: Target, *, preview: bool = False) -> Future[Data]:
        request = item_request(
            target.key, target.locale, preview=preview, alt_media_text=self._alts
        )
        return self._client.start(request, decode_item)

    def _judge(self, key: Key, latest: Data | None, live: Data | None) -> Seen | None:
        """Make a version of two answers; what is another item than was asked for is none."""
        latest, live = self._checked(key, latest), self._checked(key, live)
        if key.kind == "post" and live and (live.get("status") or "published") != "published":
            live = None  # a single post is given whatever its status
        latest = latest or live
        return Seen(latest, live, version_of(key, latest, live)) if latest else None

    def _checked(self, key: Key, data: Data | None) -> Data | None:
        if data is None:
            return None
        if split_records(key, data)[0].key != key:
            return None  # a translation under its own slug, or a page of another type
        if key.kind == "page":
            return {**data, "fields": self._named(data["fields"])}
        kept = {"meta"} if key.kind == "item" else data.keys()
        return {n: value if n in kept else self._named(value) for n, value in data.items()}

    def _named(self, value: Any) -> Any:
        """Put an item's URI for the item, where the API expanded it and its collection is known."""
        if isinstance(value, list):
            return [self._named(entry) for entry in value]
        if not isinstance(value, dict):
            return value
        key = embedded_key(value)
        if key and key.kind == "item" and (collection := self._collection_of(key.id)):
            return uri_of(Key("item", collection, key.id))
        return {name: self._named(entry) for name, entry in value.items()}


def poll(
    look: Callable[[], Result],
    accept: Callable[[Result], bool],
    *,
    within: float,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[Result, bool]:
    """Look again and again, at growing distances, until what is seen is accepted.

    Args:
        look: gives what is there now; each look is billed.
        accept: says whether that is it.
        within: seconds after which no further look begins.
        sleep: waits.
        clock: tells seconds.

    Returns:
        What was seen last, and whether it was accepted.
    """
    ends, pause = clock() + within, 0.5
    while True:
        found = look()
        if accept(found):
            return found, True
        left = ends - clock()
        if left <= 0:
            return found, False
        sleep(min(pause, left))
        pause = min(pause * 2, 5.0)


def _can_be_there(target: Target) -> bool:
    """Say whether the API can be asked for it: what is still to be made has no id."""
    return is_name(target.key.id) and (target.key.kind == "post" or is_name(target.key.group))


def _or_none(asked: Future[Data]) -> Data | None:
    try:
        return asked.result()
    except NotFoundError:
        return None


def _in_locale(locale: str, finish: Callable[[], Result]) -> Result:
    """Blame the locale where the API does."""
    try:
        return finish()
    except InvalidRequestError as exc:
        if locale and exc.status == 400 and "locale" in exc.detail.lower():
            raise SettingsError(
                f"The account has no locale {locale!r}: {exc.method} {exc.path} was answered with"
                f' 400 "{exc.detail}". Copy the API slug from the dashboard.'
            ) from exc
        raise
