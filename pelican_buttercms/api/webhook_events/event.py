"""One event of a webhook: which item it names, in which locale, and what it claims.

Source: contract, "Webhooks": ids and no content, no event id, no zone in timestamps, and one event
that has two spellings. What cannot be placed is kept as unknown, and never guessed. An event is a
hint: whatever it claims, the API is asked, and its answer counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
import re
from typing import Any, Literal, Self

import msgspec

from pelican_buttercms.clean_text import clean_line, is_clean

EventKind = Literal["post", "page", "item", "media", "unknown"]
Action = Literal["changed", "draft", "deleted", "unknown"]
Effect = Literal["look", "nothing", "everything"]

_ACTIONS: dict[str, Action] = {
    "published": "changed",
    "draft": "draft",
    "delete": "deleted",
    "deleted": "deleted",
    "unpublish": "deleted",
    "unpublished": "deleted",
}
_EVERYTHING = ("all", "*")
"""How a subscription to all events of a kind is spelled; the event may carry its name."""

_LOCALIZED = "localization."

_LONGEST_ID = 300
_LONGEST_NAME = 100
_LONGEST_WORDS = 80
_LONGEST_URL = 1000
_UNSAFE = re.compile(r"[ ?#\\]|(?:^|/)\.{1,2}(?:/|$)")
_NAME = re.compile(r"[\w.*-]+")
_LOCALE = re.compile(r"[A-Za-z0-9_-]{1,35}")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d[\d:.]{0,14}(?:Z|[+-]\d\d:?\d\d)?")
_ITEM = re.compile(r"[?&]keys=(?P<key>[^&\[\]]+)\[_id=(?P<number>\d{1,18})\]$")


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event.

    Attributes:
        name: ButterCMS's own name of it, such as `page.published`.
        kind: what changed; the words are those of a record's key.
        group: the page type ("*" for single pages) or the collection's key, otherwise "".
        id: the slug, a collection item's number as text, or a media file's id; "" for an item
            that was not named: its whole collection.
        locale: the locale whose version it is, None for the default one and where there is none.
        action: what it claims. `changed` claims only that there may be something new, `deleted`
            that the item is not public any more.
        is_public: for the draft of a page, whether it claims that a version of the page is public;
            None if it does not say.
        number: ButterCMS's own number of a page or post, which stays when its slug changes.
        at: when, as ButterCMS wrote it, without a zone; posts and media have none.
        url: where a media file is, otherwise "".
        title: what people call it, "" if the webhook does not say; posts have none.
        editor: who did it, "" if the webhook does not say. Both are for people, and as claimed as
            everything else.
    """

    name: str
    kind: EventKind = "unknown"
    group: str = ""
    id: str = ""
    locale: str | None = None
    action: Action = "unknown"
    is_public: bool | None = None
    number: int | None = None
    at: str = ""
    url: str = ""
    title: str = ""
    editor: str = ""

    @classmethod
    def from_body(cls, body: Any) -> Self:
        """Read the body of one webhook.

        Raises:
            ValueError: it is no webhook of ButterCMS; the message is half a sentence. One that
                is, and names nothing that could be placed, is an unknown event.
        """
        match body:
            case {"webhook": {"event": str(name)}, "data": dict(data)}:
                return cls.of(name, data)
            case {"webhook": {"event": str()}}:
                raise ValueError('has no "data"')
            case {}:
                raise ValueError('has no "webhook" with an "event"')
            case _:
                raise ValueError("is not a JSON object")

    @classmethod
    def of(cls, name: str, data: Mapping[str, Any]) -> Self:
        """Read an event by its name and its `data`."""
        if not _NAME.fullmatch(name[:_LONGEST_NAME]):
            return cls(name="unknown")
        name = name[:_LONGEST_NAME]
        word, _, what = name.partition(".")
        if word not in _KINDS:
            return cls(name=name)
        kind, read = _KINDS[word]
        try:
            place = read(data)
        except ValueError:
            return cls(name=name)
        action = "changed" if kind == "media" else _action(what, data)
        if action == "deleted" and not place["id"]:
            action = "changed"  # only the listing shows which one of the collection
        has_public_state = action == "draft" and kind == "page" and "published" in data
        public = bool(data["published"]) and not data.get("scheduled") if has_public_state else None
        return cls(
            name=name,
            kind=kind,
            action=action,
            is_public=public,
            title=_words(data.get("name") or data.get("label")),
            editor=_words(data.get("editor")),
            **place,
        )

    def describe(self) -> str:
        """Return the event in one line for people: `page.published news/hello (Hello) by Ada`."""
        place = "/".join(filter(None, (self.group, self.id)))
        title = f" ({self.title})" if self.title and self.title != self.id else ""
        where = f" [{self.locale}]" if self.locale else ""
        editor = f" by {self.editor}" if self.editor else ""
        return f"{self.name}{' ' * bool(place)}{place}{where}{title}{editor}"

    def without_words(self) -> Self:
        """Return the event without what is only for people."""
        return msgspec.structs.replace(self, title="", editor="")

    def effect(self, mode: Literal["live", "preview"]) -> Effect:
        """Return what it asks of a pull: to look at the item, nothing, or everything.

        A draft is of no interest to the public site, unless it may have taken the place of what
        was public: collection items have no versions, and a page may have been given a date in the
        future. Source: contract, "Preview" and "Learnt later", 2.
        """
        if self.action == "unknown":
            return "everything"
        leaves_public_alone = self.kind in {"post", "page"} and self.is_public is not False
        if self.action == "draft" and mode == "live" and leaves_public_alone:
            return "nothing"
        return "look"

    def identity(self) -> str:
        """Return what two deliveries of the same event have in common."""
        return msgspec.json.encode(self.without_words()).decode()


def _action(what: str, data: Mapping[str, Any]) -> Action:
    """Return what an event's last word means.

    `.all` has the item's current status. Only `deleted` is clear: a draft may be one over
    a public version, or what was public until now, so it is looked at.
    """
    what = what.removeprefix(_LOCALIZED)
    if what in _EVERYTHING:
        return "deleted" if data.get("status") == "deleted" else "changed"
    return _ACTIONS.get(what, "unknown")


def _post(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": _id(data.get("id")),
        "locale": _locale(data.get("locale")),
        "number": _number(data.get("_id")),
        "at": _time(data),
    }


def _page(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "group": _id(data.get("page_type") or "*"),
        "id": _id(data.get("id")),
        "locale": _locale(data.get("locale")),
        "number": _number(data.get("buttercms_id")),
        "at": _time(data),
    }


def _item(data: Mapping[str, Any]) -> dict[str, Any]:
    group = _id(data.get("id"))
    match = _ITEM.search(data["itemid"]) if isinstance(data.get("itemid"), str) else None
    if match and match["key"] != group:
        raise ValueError("names two collections")
    return {
        "group": group,
        "id": str(int(match["number"])) if match else "",
        "locale": _locale(data.get("locale")),
        "at": _time(data),
    }


def _media(data: Mapping[str, Any]) -> dict[str, Any]:
    name = next((data[key] for key in ("media_id", "id") if data.get(key) is not None), "")
    url = data.get("url")
    good = isinstance(url, str) and url.startswith("https://") and len(url) <= _LONGEST_URL
    return {"id": _id(str(name)), "url": url if good else "", "at": _time(data)}


def _id(value: object) -> str:
    """Return a slug or key as it is, or refuse it: it becomes part of a request's path."""
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_ID:
        raise ValueError("names nothing")
    if is_clean(value) and not _UNSAFE.search(value):
        return value
    raise ValueError("names nothing")


def _words(value: object) -> str:
    return clean_line(value, _LONGEST_WORDS) if isinstance(value, str) else ""


def _locale(value: object) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, str) and _LOCALE.fullmatch(value):
        return value
    raise ValueError("has no locale's name")


def _number(value: object) -> int | None:
    return value if type(value) is int and 0 <= value < 2**53 else None


def _time(data: Mapping[str, Any]) -> str:
    value = data.get("timestamp")
    return value if isinstance(value, str) and _TIMESTAMP.fullmatch(value) else ""


_KINDS: dict[str, tuple[EventKind, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {
    "post": ("post", _post),
    "page": ("page", _page),
    "collectionitem": ("item", _item),
    "media": ("media", _media),
}
