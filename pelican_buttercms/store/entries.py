"""Under which name, and as which bytes, does a record lie in the store?"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

import msgspec

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.errors import StoreError


def digest_of(data: bytes) -> str:
    """Give the digest by which bytes are known: SHA-256 in hexadecimal."""
    return sha256(data).hexdigest()


def record_name(digest: str) -> str:
    """Name a record's entry; records of all generations and scopes share one namespace."""
    return f"record/{digest}"


def generation_name(number: str, scope: str) -> str:
    """Name a generation's entry; one pull makes a generation of each of its scopes."""
    return f"generation/{number}/{scope}"


def encode_all(records: Iterable[RawRecord]) -> tuple[dict[Key, str], dict[str, bytes]]:
    """Encode records: the digest of each by key, in order of keys, and the bytes of each digest.

    Of several records with one key the last counts.

    Raises:
        StoreError: a record holds what JSON cannot; names it.
    """
    manifest: dict[Key, str] = {}
    contents: dict[str, bytes] = {}
    newest = {record.key: record for record in records}
    for key in sorted(newest):
        data = _encode(newest[key])
        manifest[key] = digest_of(data)
        contents[manifest[key]] = data
    return manifest, contents


def _encode(record: RawRecord) -> bytes:
    """Encode a record's data as canonical JSON: the same data gives the same bytes."""
    try:
        return msgspec.json.encode(record.data, order="deterministic")
    except (TypeError, ValueError, OverflowError, RecursionError) as exc:
        raise StoreError(
            f"{record.key} cannot be stored: {exc}. Look at it in the ButterCMS dashboard, then"
            " run `pelican-buttercms pull`."
        ) from exc
