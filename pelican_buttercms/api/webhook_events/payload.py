"""The JSON text that carries events to a build, bounded by what the hosts pass on.

GitHub's `client_payload` may have ten keys and 64 KB; Netlify puts the text into an environment
variable, percent-encoded, and fails with more than some 60 KB. 32 KiB fits both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote_plus

import msgspec

from pelican_buttercms.api.webhook_events.coalesce import merge
from pelican_buttercms.api.webhook_events.event import Event

KEY = "buttercms"
MOST_BYTES = 32 * 1024
EVERYTHING: dict[str, Any] = {KEY: "all"}

_MOST_READ = 1024 * 1024
_MOST_EVENTS = 10_000
_DEEPEST = 3


def to_payload(events: Iterable[Event], most: int = MOST_BYTES) -> dict[str, Any]:
    """Return the payload for a build: `{"buttercms": [event, …]}`, merged.

    When that would be larger than `most` bytes, titles and editors are left out, and if it still
    is, it is `{"buttercms": "all"}`: a full pull, which is cheaper than so many single ones.
    """
    merged = merge(events)
    for several in (merged, [event.without_words() for event in merged]):
        payload = {KEY: [_compact(event) for event in several]}
        if len(msgspec.json.encode(payload)) <= most:
            return payload
    return dict(EVERYTHING)


def encode_payload(payload: Mapping[str, Any]) -> bytes:
    """Write a payload as JSON."""
    return msgspec.json.encode(payload)


def parse_payload(data: bytes | str) -> list[Event] | None:
    """Read the events that a build was started with.

    Takes the body of a ButterCMS webhook, a list of them, `to_payload`'s form, GitHub's whole event
    file with either of these as `client_payload`, and Netlify's INCOMING_HOOK_BODY of either, which
    comes percent-encoded.

    Returns:
        the events, merged; None when it cannot be trusted, names nothing, or says "all": a full
        pull is due.
    """
    try:
        events = _events(_decode(data), _DEEPEST)
    except (ValueError, TypeError, RecursionError):  # msgspec's errors are ValueErrors
        return None
    return merge(events) or None


def _decode(data: bytes | str) -> Any:
    text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
    text = text.strip()
    if not text or len(text) > _MOST_READ:
        raise ValueError("is empty or too long")
    if text[:1] not in "{[":
        text = unquote_plus(text, errors="strict").strip().removesuffix("=")  # as from a form
    return msgspec.json.decode(text)


def _events(value: Any, depth: int) -> list[Event]:
    """Read any of the forms.

    Raises:
        ValueError: it has none of them, or one event of several has not.
    """
    if depth == 0:
        raise ValueError("is nested too deep")
    match value:
        case [*several] if len(several) <= _MOST_EVENTS:
            return [event for item in several for event in _events(item, depth - 1)]
        case {"client_payload": {**payload}}:
            return _events(payload, depth - 1)
        case {"buttercms": [*compact]}:
            return list(map(_expand, compact))
        case {"buttercms": _}:
            raise ValueError("asks for everything")
        case _:
            return [Event.from_body(value)]


def _compact(event: Event) -> dict[str, Any]:
    """Return an event without what its name implies."""
    built: dict[str, Any] = msgspec.to_builtins(event)
    built["event"] = built.pop("name")
    built.pop("kind", None)
    return built


def _expand(value: Any) -> Event:
    """Read one event of our own form as strictly as one of ButterCMS's."""
    match value:
        case {"event": str(name)}:
            group, id_ = value.get("group", ""), value.get("id", "")
        case _:
            raise ValueError("has no event")
    data = {
        "timestamp": value.get("at"),
        "locale": value.get("locale"),
        "status": "deleted" if value.get("action") == "deleted" else "",
        "url": value.get("url"),
        "name": value.get("title"),
        "editor": value.get("editor"),
    }
    if name.startswith("collectionitem."):
        data |= {"id": group, "itemid": f"?keys={group}[_id={id_}]" if id_ else ""}
    else:
        number = value.get("number")
        data |= {"id": id_, "page_type": group, "_id": number, "buttercms_id": number}
    if isinstance(public := value.get("is_public"), bool):
        data["published"] = "yes" if public else None
    return Event.of(name, data)
