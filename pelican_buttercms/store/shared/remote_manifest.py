"""The manifests of a shared store: files that name records; nothing in them is trusted.

Layout: `v1/records/<two digits>/<digest>`, the bytes as in the local store, and
`v1/pulls/<account>/<mode>/<moment>-<digest of the file>.json`. Both are never changed. A manifest
names those that it was merged from; one that no other names is a head, and all heads together are
what is shared. `v1/accounts/<address>/<account>` marks whose API address an account has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import re
from typing import Annotated, Any, Final
from urllib.parse import quote

import msgspec
from msgspec import Meta, Struct

from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.content import Key
from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.errors import StoreError
from pelican_buttercms.store.merging import Observations
from pelican_buttercms.store.scope import Scope
from pelican_buttercms.store.shared.object_storage import ObjectInfo, ObjectStorage
from pelican_buttercms.store.shared.remote_pull import RemotePull
from pelican_buttercms.store.snapshots.record_files import place_of

FORMAT: Final = 2
"""Of manifests; those of format 1 name no moments of records, and no other manifests."""
RECORDS: Final = "v1/records"
PULLS: Final = "v1/pulls"
ACCOUNTS: Final = "v1/accounts"
MAX_PULL: Final = 256 * 2**20
MAX_RECORD: Final = 32 * 2**20

_NAME: Final = re.compile(r"(?P<moment>\d{8}T\d{6}\.\d{6}Z)-(?P<digest>[0-9a-f]{64})\.json", re.A)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.A)
_SKEW: Final = timedelta(hours=1)  # between the clocks of two machines


class MalformedManifestError(StoreError):
    """An object that is not what a push writes."""


class _Format(Struct):
    format: int


_Moment = Annotated[datetime, Meta(tz=True)]


class _ManifestFile(Struct, omit_defaults=True):
    format: int
    pulled_at: _Moment
    wanted: list[str]
    locales: dict[str, dict[str, str]]
    observed_at: dict[str, _Moment] = {}
    asked_at: dict[str, dict[str, _Moment]] = {}
    merged: list[str] = []
    left_out: dict[str, str] = {}
    post_groups: dict[str, str] = {}
    listed: dict[str, tuple[str, ...]] = {}


def record_path(digest: str) -> str:
    """Return the name of a record's object."""
    return f"{RECORDS}/{digest[:2]}/{digest}"


def record_digest(name: str) -> str | None:
    """Return the digest of a record by its name in the folder of records, None for other files."""
    digest = name.rpartition("/")[2]
    return digest if _DIGEST.fullmatch(digest) and name == f"{digest[:2]}/{digest}" else None


def folder_of(scope: Scope) -> str:
    """Return the folder of the pulls of an account and mode, with the same filters."""
    mode = f"{scope.mode}-{quote(scope.selection, safe='')}" if scope.selection else scope.mode
    return f"{PULLS}/{quote(scope.account, safe='')}/{mode}"


def is_pull(name: str) -> bool:
    """Return whether a name is that of a pull's file."""
    return _NAME.fullmatch(name.rpartition("/")[2]) is not None


def format_moment(moment: datetime) -> str:
    """Spell a moment so that texts sort as moments do."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}"


def encode(pull: RemotePull, scope: Scope) -> tuple[str, bytes]:
    """Encode a manifest: the name of its file, and always the same bytes.

    Raises:
        StoreError: it is larger than anybody would read.
    """
    file = _ManifestFile(
        format=FORMAT,
        pulled_at=pull.pulled_at,
        wanted=list(pull.wanted),
        locales={name: _with_text_keys(seen.manifest) for name, seen in pull.locales.items()},
        observed_at={name: seen.observed_at for name, seen in pull.locales.items()},
        asked_at={name: _with_text_keys(seen.asked_at) for name, seen in pull.locales.items()},
        merged=sorted(pull.merged),
        left_out={key.stored: status for key, status in sorted(pull.left_out.items())},
        post_groups=dict(pull.post_groups),
        listed=dict(pull.listed),
    )
    data = msgspec.json.encode(file, order="deterministic")
    if len(data) > MAX_PULL:
        raise StoreError(f"The list of records has {len(data):,} bytes, too many to be shared.")
    name = f"{format_moment(pull.newest())}-{sha256_hex(data)}.json"
    return f"{folder_of(scope)}/{name}", data


def _with_text_keys(values: Mapping[Key, Any]) -> dict[str, Any]:
    return {key.stored: value for key, value in values.items()}


def names(remote: ObjectStorage, scope: Scope) -> dict[str, ObjectInfo]:
    """List the manifests of an account and mode, newest first; one call."""
    folder = folder_of(scope)
    listing = remote.listing(folder)
    names_found = (name for name in listing if is_pull(name) and "/" not in name)
    return {f"{folder}/{name}": listing[name] for name in sorted(names_found, reverse=True)}


def read(remote: ObjectStorage, name: str, entry: ObjectInfo, now: datetime) -> RemotePull:
    """Read a manifest, and check all that it says.

    No moment is believed that lies after the manifest was written, by the storage's clock: it
    would count more than whatever is asked for until then.

    Args:
        remote: the shared place.
        name: the manifest's.
        entry: how it is listed.
        now: the moment of writing, where the storage has none.

    Raises:
        MalformedManifestError: it is not what a push writes; names the object.
        StoreError: it cannot be read, or a newer version wrote it.
    """
    data = remote.read(name, MAX_PULL)
    where = remote.address(name)
    match = _NAME.fullmatch(name.rpartition("/")[2])
    if match is None or match["digest"] != sha256_hex(data):
        raise malformed(where, "its bytes do not fit the digest in its name")
    try:
        number = msgspec.json.decode(data, type=_Format).format
        if number > FORMAT:
            raise StoreError(
                f"{where} was written by a newer version of pelican-buttercms (its format is"
                f" {number}, this version knows up to {FORMAT}). Upgrade pelican-buttercms."
            )
        file = msgspec.json.decode(data, type=_ManifestFile)
        pulled_at = file.pulled_at.astimezone(UTC)
        locales = {locale: _observations(file, locale) for locale in file.locales}
        left_out = {Key.parse(key): status for key, status in file.left_out.items()}
    except (ValueError, OverflowError, RecursionError) as exc:
        raise malformed(where, f"{exc}") from exc
    pull = RemotePull(
        pulled_at,
        tuple(sorted(set(file.wanted))),
        locales,
        name,
        left_out=left_out,
        post_groups=file.post_groups,
        listed=file.listed,
    )
    if number < 1 or not locales or format_moment(pull.newest()) != match["moment"]:
        raise malformed(where, "its format, locales or moment are wrong")
    folder = name.rpartition("/")[0]
    if not all(
        is_pull(merged_name) and merged_name.rpartition("/")[0] == folder
        for merged_name in file.merged
    ):
        raise malformed(where, "it names manifests that lie elsewhere")
    written = entry.modified or now
    is_ahead = max(pull.newest(), pulled_at) > written + _SKEW
    if is_ahead:
        locales = {locale: seen.bounded(written) for locale, seen in locales.items()}
    return replace(
        pull,
        pulled_at=min(pulled_at, written) if is_ahead else pulled_at,
        locales=locales,
        merged=frozenset(file.merged) - {name},
        is_ahead=is_ahead,
    )


def _observations(file: _ManifestFile, locale: str) -> Observations:
    """Check what a manifest says of a locale.

    Raises:
        ValueError: a key or a digest is none.
    """
    observed_at = file.observed_at.get(locale, file.pulled_at).astimezone(UTC)
    asked_at = {
        _key(text): at.astimezone(UTC) for text, at in file.asked_at.get(locale, {}).items()
    }
    return Observations(
        observed_at, _manifest(file.locales[locale]), dict(sorted(asked_at.items()))
    )


def _manifest(records: Mapping[str, str]) -> dict[Key, str]:
    """Check a list of records.

    Raises:
        ValueError: a key or a digest is none.
    """
    manifest = {}
    for text, digest in records.items():
        if not _DIGEST.fullmatch(digest):
            raise ValueError(f"{text!r} has {digest!r} for a digest")
        manifest[_key(text)] = digest
    return dict(sorted(manifest.items()))


def _key(text: str) -> Key:
    """Check a key.

    Raises:
        ValueError: it is none.
    """
    key = Key.parse(text)
    place_of(key)
    if ".." in (key.group, *key.id.split("/")):
        raise ValueError(f"{text!r} is a key that leads elsewhere")
    return key


def malformed(where: str, problem: str) -> MalformedManifestError:
    """Build the error for an object that no push writes."""
    return MalformedManifestError(
        f"{where} is not what `pelican-buttercms store push` writes: {clean_line(problem, 300)}."
        " Find out who wrote it, delete it, and push again from a machine that has the content; the"
        " store on this machine is as it was."
    )


def marker(address: str, account: str) -> str:
    """Return the name of the object that marks the API address of an account."""
    return f"{accounts_folder(address)}/{quote(account, safe='')}"


def accounts_folder(address: str) -> str:
    """Return the folder of the accounts of an API address."""
    return f"{ACCOUNTS}/{sha256_hex(address.encode())[:16]}"
