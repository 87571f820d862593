"""The JSON files of a snapshot: written for review, and checked like a pull when read.

The key lies beside the data, and the file's name follows from it: names need not be read back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
import json
from typing import Annotated, Any, Final, cast
from urllib.parse import unquote

import msgspec
from msgspec import Meta, Struct

from pelican_buttercms.content import (
    Key,
    Kind,
    RawRecord,
    split_item,
    split_page,
    split_post,
    split_profile,
)
from pelican_buttercms.content.raw_records import KINDS
from pelican_buttercms.content.status import published
from pelican_buttercms.errors import ContentError
from pelican_buttercms.filesystem import printable
from pelican_buttercms.store.record_encoding import ordered
from pelican_buttercms.store.scope import Mode
from pelican_buttercms.store.snapshots.filesystem import LONGEST, escaped, file_name

FORMAT: Final = 1
ABOUT: Final = "snapshot.json"
SHARED: Final = "shared"
DEFAULT: Final = "default"
SHARED_KINDS: Final = {"author", "category", "tag"}

_GROUPED: Final = {"page", "item"}
_SPLIT: Mapping[Kind, Callable[[dict[str, Any]], list[RawRecord]]] = {
    "page": split_page,
    "author": partial(split_profile, "author"),
    "category": partial(split_profile, "category"),
    "tag": partial(split_profile, "tag"),
}


class About(Struct, forbid_unknown_fields=True):
    """`snapshot.json`."""

    format: int
    mode: Mode
    pulled_at: Annotated[datetime, Meta(tz=True)]
    wanted: list[str]
    locales: Annotated[list[str], Meta(min_length=1)]
    post_groups: dict[str, str] = {}
    listed: dict[str, tuple[str, ...]] = {}


class _RecordFile(Struct, forbid_unknown_fields=True):
    """The file of a record."""

    key: str
    data: dict[str, Any]


def locale_folders(locales: Iterable[str]) -> dict[str, str]:
    """Return the folder of each locale; disks may fold case, and some names are taken."""
    reserved = (ABOUT, SHARED, DEFAULT)
    names = {locale: escaped(locale, reserved) if locale else DEFAULT for locale in locales}
    count = Counter(name.lower() for name in names.values())
    return {
        locale: name if count[name.lower()] == 1 and len(name) <= LONGEST else file_name(locale)
        for locale, name in names.items()
    }


def place_of(key: Key) -> str:
    """Return the path of a record below the folder of its locale.

    Raises:
        ValueError: there is no such key.
    """
    if (key.kind in _GROUPED) != bool(key.group) or not key.id:
        raise ValueError("has no key of a record")
    group = [file_name(key.group)] if key.group else []
    return "/".join([key.kind, *group, f"{file_name(key.id)}.json"])


def encode_about(
    mode: Mode,
    pulled_at: datetime,
    wanted: Iterable[str],
    locales: Any,
    *,
    post_groups: Mapping[str, str],
    listed: Mapping[str, tuple[str, ...]],
) -> bytes:
    """Encode what the snapshot is; in an order that settings do not change."""
    return _encode(
        {
            "format": FORMAT,
            "locales": sorted(locales),
            "mode": mode,
            **({"post_groups": dict(sorted(post_groups.items()))} if post_groups else {}),
            **({"listed": dict(sorted(listed.items()))} if listed else {}),
            "pulled_at": pulled_at.astimezone(UTC).isoformat(),
            "wanted": sorted(set(wanted)),
        }
    )


def encode_record(raw: RawRecord, mode: Mode) -> bytes:
    """Encode a record; the same record gives the same bytes.

    Raises:
        ValueError: it is not what a scope of this mode may hold; what is wrong with it.
    """
    place_of(raw.key)
    check(raw, mode)
    return _encode({"data": ordered(raw.key, raw.data), "key": _format_key(raw.key)})


def decode_about(data: bytes) -> About:
    """Read what a snapshot is.

    Raises:
        ValueError: it is no snapshot, or one of another version; what is wrong with it.
    """
    fields = _decode(data, dict[str, Any])
    number = fields.get("format")
    if type(number) is int and number > FORMAT:
        raise ValueError(
            f"was written by a newer version of pelican-buttercms (its format is {number}, this"
            f" version knows up to {FORMAT}): upgrade pelican-buttercms to use it"
        )
    if type(number) is not int or number != FORMAT:
        raise ValueError("does not name a format of snapshots")
    try:
        about = msgspec.convert(fields, About)
        about.pulled_at = about.pulled_at.astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise ValueError(f"does not say what an export writes ({_error_text(exc)})") from exc
    if len(set(about.locales)) != len(about.locales):
        raise ValueError("names a locale twice")
    return about


def decode_record(data: bytes, place: str) -> RawRecord:
    """Read a record whose key belongs where it lies; `check` looks at its data.

    Raises:
        ValueError: it is none; what is wrong with it.
    """
    file = _decode(data, _RecordFile)
    kind, _, rest = file.key.partition("/")
    group, _, name = rest.partition("/")
    if kind not in KINDS:
        raise ValueError("has no key of a record")
    key = Key(cast("Kind", kind), unquote(group), name)
    if place.partition("/")[2] != place_of(key) or file.key != _format_key(key):
        raise ValueError(f"has the key {printable(file.key)}, which belongs elsewhere")
    return RawRecord(key, file.data)


def check(raw: RawRecord, mode: Mode) -> None:
    """Check a record as a pull would.

    Raises:
        ValueError: it is not what a pull of this mode stores; what is wrong with it.
    """
    try:
        key = _key_of(raw)
    except ContentError as exc:
        problem = _error_text(exc.__cause__ or exc)
        raise ValueError(f"does not hold what a pull stores ({problem})") from exc
    if key != raw.key:
        claimed = printable(str(raw.key))
        raise ValueError(f"has the key {claimed}, and holds {printable(str(key))}")
    if mode == "live" and published(raw) != raw:
        raise ValueError("holds a draft, which no live content may")


def _key_of(raw: RawRecord) -> Key:
    if raw.key.kind == "post":
        return split_post(_expanded(raw.data))[0].key
    if raw.key.kind == "item":
        return split_item(raw.key.group, raw.data)[0].key
    records = _SPLIT[raw.key.kind](raw.data)
    if not records:
        raise ContentError("it has neither a slug nor a name")
    return records[0].key


def _expanded(data: dict[str, Any]) -> dict[str, Any]:
    """Return a stored post as the API does: with its author and terms as objects, not slugs."""
    author = data.get("author")
    terms = {
        name: [{"slug": slug} for slug in data[name]]
        for name in ("categories", "tags")
        if isinstance(data.get(name), list)
    }
    return {**data, **terms, "author": None if author is None else {"slug": author}}


def _format_key(key: Key) -> str:
    """Spell a key so that it can be read back: a group has no slash then."""
    group = key.group.replace("%", "%25").replace("/", "%2F")
    return f"{key.kind}/{group}/{key.id}"


def _encode(value: Any) -> bytes:
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2)
        return f"{text}\n".encode()
    except (TypeError, ValueError, RecursionError) as exc:
        raise ValueError(f"holds what JSON cannot ({_error_text(exc)})") from exc


def _decode(data: bytes, shape: Any) -> Any:
    """Decode JSON; of two equal names no parser would say which one counts."""
    try:
        json.loads(data, object_pairs_hook=_refuse_twins)
        return msgspec.convert(msgspec.json.decode(data), shape)
    except (ValueError, RecursionError) as exc:
        raise ValueError(f"is not the JSON that an export writes ({_error_text(exc)})") from exc


def _refuse_twins(pairs: list[tuple[str, Any]]) -> None:
    for name, number in Counter(name for name, _ in pairs).items():
        if number > 1:
            raise ValueError(f"the name {name!r} occurs twice in one object")


def _error_text(exc: BaseException) -> str:
    return printable(str(exc).splitlines()[0][:300] if str(exc) else type(exc).__name__)
