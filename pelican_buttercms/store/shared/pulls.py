"""How does a pull lie in a shared store? One file that names its records; nothing in it is trusted.

Layout: `v1/records/<two digits>/<digest>`, the bytes as in the local store, and
`v1/pulls/<account>/<mode>/<moment>-<digest of the file>.json`. Both are never changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import re
from typing import Annotated, Final
from urllib.parse import quote

import msgspec
from msgspec import Meta, Struct

from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.content import Key
from pelican_buttercms.errors import StoreError
from pelican_buttercms.store.entries import digest_of
from pelican_buttercms.store.generation import Generation
from pelican_buttercms.store.scope import Scope
from pelican_buttercms.store.shared.remote import Remote
from pelican_buttercms.store.snapshots.records import place_of

FORMAT: Final = 1
RECORDS: Final = "v1/records"
PULLS: Final = "v1/pulls"
MAX_PULL: Final = 256 * 2**20
MAX_RECORD: Final = 32 * 2**20

_NAME: Final = re.compile(r"(?P<moment>\d{8}T\d{6}\.\d{6}Z)-(?P<digest>[0-9a-f]{64})\.json", re.A)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.A)
_SKEW: Final = timedelta(hours=1)  # between the clocks of two machines


class MalformedError(StoreError):
    """An object that is not what a push writes."""


class _Format(Struct):
    format: int


class _File(Struct):
    format: int
    pulled_at: Annotated[datetime, Meta(tz=True)]
    wanted: list[str]
    locales: dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class RemotePull:
    """A pull in a shared store.

    Attributes:
        name: the object that tells of it.
        pulled_at: when it was pulled from ButterCMS, aware and in UTC.
        wanted: as in `Generation.wanted`.
        locales: the digest of every record, by locale and key, in the order of keys.
    """

    name: str
    pulled_at: datetime
    wanted: tuple[str, ...]
    locales: Mapping[str, Mapping[Key, str]]

    def fits(self, scopes: Sequence[Scope], wanted: Sequence[str]) -> bool:
        """Say whether it has all of these scopes, and at least what is wanted."""
        has_all = {scope.locale for scope in scopes} <= self.locales.keys()
        return has_all and set(wanted) <= set(self.wanted)

    def digests(self) -> set[str]:
        """Name all records."""
        return {digest for records in self.locales.values() for digest in records.values()}


def record_path(digest: str) -> str:
    """Say where a record lies."""
    return f"{RECORDS}/{digest[:2]}/{digest}"


def record_digest(name: str) -> str | None:
    """Give the digest of a record by its name in the folder of records, None for other files."""
    digest = name.rpartition("/")[2]
    return digest if _DIGEST.fullmatch(digest) and name == f"{digest[:2]}/{digest}" else None


def folder_of(scope: Scope) -> str:
    """Say where the pulls of an account and mode lie."""
    return f"{PULLS}/{quote(scope.account, safe='')}/{scope.mode}"


def is_pull(name: str) -> bool:
    """Say whether a name is that of a pull's file, and not of something else that lies there."""
    return _NAME.fullmatch(name.rpartition("/")[2]) is not None


def moment_of(name: str) -> str:
    """Give the sortable moment in a pull's name."""
    return name.rpartition("/")[2].partition("-")[0]


def spell_moment(moment: datetime) -> str:
    """Spell a moment so that texts sort as moments do."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}"


def encode(generations: Sequence[Generation]) -> tuple[str, bytes]:
    """Encode what one pull brought: the name of its file, and always the same bytes.

    Raises:
        StoreError: it is larger than anybody would read.
    """
    first = generations[0]
    file = _File(
        format=FORMAT,
        pulled_at=first.pulled_at,
        wanted=sorted(first.wanted),
        locales={
            one.scope.locale: {str(key): digest for key, digest in one.manifest.items()}
            for one in generations
        },
    )
    data = msgspec.json.encode(file, order="deterministic")
    if len(data) > MAX_PULL:
        raise StoreError(f"The list of records has {len(data):,} bytes, too many to be shared.")
    name = f"{spell_moment(first.pulled_at)}-{digest_of(data)}.json"
    return f"{folder_of(first.scope)}/{name}", data


def names(remote: Remote, scope: Scope) -> list[str]:
    """Name the pulls of an account and mode, newest first; one call."""
    folder = folder_of(scope)
    found = (name for name in remote.listing(folder) if is_pull(name) and "/" not in name)
    return [f"{folder}/{name}" for name in sorted(found, reverse=True)]


def read(remote: Remote, name: str, now: datetime) -> RemotePull:
    """Read a pull's file, and check all that it says.

    Raises:
        MalformedError: it is not what a push writes; names the object.
        StoreError: it cannot be read, or a newer version wrote it.
    """
    data = remote.read(name, MAX_PULL)
    where = remote.address(name)
    match = _NAME.fullmatch(name.rpartition("/")[2])
    if match is None or match["digest"] != digest_of(data):
        raise malformed(where, "its bytes do not fit the digest in its name")
    try:
        number = msgspec.json.decode(data, type=_Format).format
        if number > FORMAT:
            raise StoreError(
                f"{where} was written by a newer version of pelican-buttercms (its format is"
                f" {number}, this version knows up to {FORMAT}). Upgrade pelican-buttercms."
            )
        file = msgspec.json.decode(data, type=_File)
        pulled_at = file.pulled_at.astimezone(UTC)
        locales = {locale: _manifest(keys) for locale, keys in file.locales.items()}
    except (ValueError, OverflowError, RecursionError) as exc:
        raise malformed(where, f"{exc}") from exc
    if number != FORMAT or not locales or spell_moment(pulled_at) != match["moment"]:
        raise malformed(where, "its format, locales or moment are wrong")
    if pulled_at > now + _SKEW:
        raise malformed(where, "it was pulled in the future, by a clock that is wrong")
    return RemotePull(name, pulled_at, tuple(file.wanted), locales)


def _manifest(records: Mapping[str, str]) -> dict[Key, str]:
    """Check a list of records.

    Raises:
        ValueError: a key or a digest is none.
    """
    manifest = {}
    for text, digest in records.items():
        key = Key.parse(text)
        place_of(key)
        if ".." in (key.group, *key.id.split("/")):
            raise ValueError(f"{text!r} is a key that leads elsewhere")
        if not _DIGEST.fullmatch(digest):
            raise ValueError(f"{text!r} has {digest!r} for a digest")
        manifest[key] = digest
    return dict(sorted(manifest.items()))


def malformed(where: str, problem: str) -> MalformedError:
    """Say of an object that it is not what a push writes; what is wrong with it."""
    return MalformedError(
        f"{where} is not what `pelican-buttercms store push` writes: {clean_line(problem, 300)}."
        " Find out who wrote it, delete it, and push again from a machine that has the content; the"
        " store on this machine is as it was."
    )
