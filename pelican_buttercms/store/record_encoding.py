"""The names and bytes under which records lie in the store."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.errors import StoreError


class Encoded(msgspec.Struct, frozen=True, gc=False):
    """A record as it lies in the store: a third of what it takes as objects of Python.

    Attributes:
        key: kind, group and id.
        digest: of the bytes.
        data: its data as JSON, see `ordered`.
    """

    key: Key
    digest: str
    data: bytes


def record_name(digest: str) -> str:
    """Return the name of a record's entry; all generations and scopes share one namespace."""
    return f"record/{digest}"


def generation_name(number: str, scope: str) -> str:
    """Return the name of a generation's entry; one pull makes one of each of its scopes."""
    return f"generation/{number}/{scope}"


def encode(record: RawRecord) -> Encoded:
    """Encode a record; the same data gives the same bytes.

    Raises:
        StoreError: it holds what JSON cannot; names it.
    """
    data = _encode(record)
    return Encoded(record.key, sha256_hex(data), data)


def decode(data: bytes) -> dict[str, Any]:
    """Decode a record's data.

    Raises:
        ValueError: the bytes are not those of a record.
    """
    try:
        return msgspec.json.decode(data, type=dict[str, Any])
    except RecursionError as exc:
        raise ValueError("it is nested too deeply") from exc


def ordered(key: Key, data: dict[str, Any]) -> dict[str, Any]:
    """Return the data of a record in the order in which it is stored."""
    return data if key.kind == "item" else {name: data[name] for name in sorted(data)}


def encode_all(
    records: Iterable[RawRecord | Encoded],
) -> tuple[dict[Key, str], dict[str, bytes]]:
    """Return the digest of each record by key, in order of keys, and the bytes by digest.

    Of several records with one key the last counts.

    Raises:
        StoreError: a record holds what JSON cannot; names it.
    """
    manifest: dict[Key, str] = {}
    contents: dict[str, bytes] = {}
    newest = {record.key: record for record in records}
    for key in sorted(newest):
        record = newest[key]
        encoded = record if isinstance(record, Encoded) else encode(record)
        manifest[key] = encoded.digest
        contents[encoded.digest] = encoded.data
    return manifest, contents


def _encode(record: RawRecord) -> bytes:
    """Encode a record's data: its own names sorted, and editors' fields in the API's order.

    The names of a post or a page come in another order from another endpoint. The order of fields
    is that of the schema, which is what editors see; an item's fields lie beside its `meta`.
    """
    try:
        return msgspec.json.encode(ordered(record.key, record.data))
    except (TypeError, ValueError, OverflowError, RecursionError) as exc:
        raise StoreError(
            f"{record.key} cannot be stored: {exc}. Check it in the ButterCMS dashboard, then"
            " run `pelican-buttercms pull`."
        ) from exc
