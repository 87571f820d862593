"""Pushes to a shared store, and what is shared there.

Nothing in the shared place is ever changed: records are named by their digest, and each push
writes a manifest of its own, last. It names the manifests that it was merged from, so two pushes
at once leave two heads, and whoever comes next merges both: no push can take back what another
one has brought, nor leave half of itself behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce
import logging
import re
from typing import Final
from urllib.parse import unquote

from pelican_buttercms.content import Key
from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.errors import NoContentError, StoreError
from pelican_buttercms.store.content_store import Store
from pelican_buttercms.store.generation import Generation
from pelican_buttercms.store.record_encoding import record_name
from pelican_buttercms.store.scope import Scope
from pelican_buttercms.store.shared import remote_manifest
from pelican_buttercms.store.shared.garbage import GARBAGE_AGE
from pelican_buttercms.store.shared.object_storage import (
    MissingError,
    ObjectInfo,
    ObjectStorage,
    in_parallel,
)
from pelican_buttercms.store.shared.remote_manifest import MalformedManifestError
from pelican_buttercms.store.shared.remote_pull import RemotePull

logger = logging.getLogger(__name__)

KEEP: Final = 10
TRIES: Final = 20
_ID: Final = re.compile(r"[0-9a-f]{16}", re.A)
_FRESH: Final = GARBAGE_AGE / 2


@dataclass(frozen=True, slots=True)
class Transfer:
    """The outcome of a push or a pull.

    Attributes:
        done: whether there was anything to do; otherwise the other side is as new.
        pulled_at: when the content was pulled from ButterCMS.
        records: how many records were transferred.
        bytes: how many bytes they have.
        skipped: how many records were there already.
    """

    done: bool
    pulled_at: datetime
    records: int = 0
    bytes: int = 0
    skipped: int = 0


@dataclass
class SharedContent:
    """The shared manifests of one account and mode.

    Attributes:
        entries: all manifests, newest first.
        heads: those that no other names; all of them together are what is shared.
    """

    entries: dict[str, ObjectInfo] = field(default_factory=dict)
    heads: list[RemotePull] = field(default_factory=list)


@dataclass(frozen=True)
class SharedStore:
    """A local store, and the place where it is shared.

    Attributes:
        store: the local store.
        remote: the shared place.
        scopes: what is shared together: all locales of one account and mode.
        wanted: what the settings want, as in `Generation.wanted`.
        now: the moment.
        address: the API address of the account; "" has none.
        own: the account's id by the present token and that address; "" without a token.
        former: its id in the layout of older versions.
        predecessors: the accounts whose history goes on in this one.
    """

    store: Store
    remote: ObjectStorage
    scopes: list[Scope]
    wanted: tuple[str, ...]
    now: datetime
    address: str = ""
    own: str = ""
    former: str = ""
    predecessors: tuple[str, ...] = ()

    @property
    def mode(self) -> str:
        """The mode of the content that is shared."""
        return self.scopes[0].mode

    def of_account(self, account: str) -> SharedStore:
        """Return the same for another account."""
        return replace(self, scopes=[replace(scope, account=account) for scope in self.scopes])

    def account_there(self) -> tuple[SharedStore, str]:
        """Return the same for the account whose content is shared there, and what is unchecked.

        A machine whose token was replaced, and that has no history of its own yet, takes the only
        account that is shared of its API address.
        """
        if not self.own:
            return self, ""
        own = self.of_account(self.own)
        if remote_manifest.names(self.remote, own.scopes[0]):
            return own, ""
        former = self.of_account(self.former)
        if remote_manifest.names(self.remote, former.scopes[0]):
            return former, "an older version shared it, which did not note the API's address"
        marked = [
            unquote(n) for n in self.remote.listing(remote_manifest.accounts_folder(self.address))
        ]
        if len(marked) != 1 or not _ID.fullmatch(marked[0]):
            return own, ""
        return self.of_account(marked[0]), "it was pulled with another token of the same address"

    def record_here(self, digest: str) -> bytes | None:
        """Read a record's bytes here, of whatever generation; None if they are not there whole."""
        data = self.store._database.get(record_name(digest))
        return data if data is not None and sha256_hex(data) == digest else None

    def newest_here(self) -> list[Generation]:
        """Return the newest content here, though builds may read an older one."""
        return self.store.newest_together(self.scopes)

    def shared(self, *, tolerant: bool = False) -> SharedContent:
        """Read what is shared.

        Args:
            tolerant: pass over what is malformed; a push goes past it.

        Raises:
            MalformedManifestError: a manifest is not what a push writes.
            StoreError: the storage fails.
        """
        for _ in range(TRIES):
            entries = remote_manifest.names(self.remote, self.scopes[0])
            try:
                return SharedContent(entries, list(self._heads(entries, tolerant=tolerant)))
            except MissingError:  # another push removed what it had merged; its own is there
                continue
        raise StoreError(f"{self.remote.url} changed again and again while it was read. Try again.")

    def _heads(self, entries: Mapping[str, ObjectInfo], *, tolerant: bool) -> list[RemotePull]:
        pulls: list[RemotePull] = []
        merged: set[str] = set()
        for name, entry in entries.items():
            if name in merged:
                continue
            try:
                pull = remote_manifest.read(self.remote, name, entry, self.now)
            except MalformedManifestError:
                if not tolerant:
                    raise
                continue
            pulls.append(pull)
            merged |= pull.merged
        heads = [pull for pull in pulls if pull.name not in merged]
        for pull in heads:
            if pull.is_ahead:
                logger.warning(
                    "%s was written by a machine whose clock is ahead. Its content counts as of"
                    " when it was written; set that machine's clock.",
                    self.remote.address(pull.name),
                )
        return heads


def merge_pulls(pulls: Iterable[RemotePull]) -> RemotePull:
    """Merge manifests of the same settings; at least one."""
    return reduce(RemotePull.merge, pulls)


def push(sharing: SharedStore) -> Transfer:
    """Share the newest content here, merged with what others have shared, unless it adds nothing.

    Raises:
        NoContentError: nothing is stored here.
        StoreError: a storage fails; what was shared before is as it was.
    """
    generations = sharing.newest_here()
    if not generations:
        raise NoContentError(
            f"There is nothing to push: this store holds no {sharing.mode} content of this account"
            " in all of its locales. Run `pelican-buttercms pull` first."
        )
    ours = RemotePull.of(generations)
    shared = sharing.shared(tolerant=True)
    same_settings = [head for head in shared.heads if head.settings == ours.settings]
    if _adds_nothing(sharing, ours, same_settings, shared.heads):
        return Transfer(done=False, pulled_at=ours.pulled_at)
    merged = merge_pulls([ours, *same_settings])
    merged_names = {
        name for head in same_settings for name in (head.name, *head.merged)
    } & shared.entries.keys()
    merged = replace(merged, merged=frozenset(merged_names))
    name, data = remote_manifest.encode(merged, sharing.scopes[0])
    digests = {
        digest: key for generation in generations for key, digest in generation.manifest.items()
    }
    needed = merged.digests()
    digests = {digest: key for digest, key in digests.items() if digest in needed}
    missing = _missing_there(sharing, digests, same_settings)
    sizes = list(in_parallel(lambda record: _upload(sharing.remote, *record), missing))
    sharing.remote.write(name, data)
    _mark(sharing)
    for old in sorted({name, *shared.entries}, reverse=True)[KEEP:]:
        if old in merged_names or _is_outdated(old, shared.heads, merged):
            sharing.remote.remove(old)
    return Transfer(
        done=True,
        pulled_at=ours.pulled_at,
        records=len(sizes),
        bytes=sum(sizes),
        skipped=len(digests) - len(sizes),
    )


def _mark(sharing: SharedStore) -> None:
    """Mark which account is shared of an API address, and no longer those that it replaces."""
    account = sharing.scopes[0].account
    if not sharing.address or account != sharing.own:
        return
    sharing.remote.write(remote_manifest.marker(sharing.address, account), b"{}")
    for name in sharing.predecessors:
        sharing.remote.remove(remote_manifest.marker(sharing.address, name))


def _adds_nothing(
    sharing: SharedStore, ours: RemotePull, same_settings: list[RemotePull], heads: list[RemotePull]
) -> bool:
    """Return whether everything known here is shared already, in a pull that fits our settings."""
    if same_settings:
        theirs = merge_pulls(same_settings)
        return ours.merge(theirs).is_same(theirs)
    return any(
        head.fits(sharing.scopes, ours.wanted)
        and head.full_pull() >= ours.full_pull()
        and (part := head.only(ours.locales.keys())).overlay(ours).is_same(part)
        for head in heads
    )


def _is_outdated(name: str, heads: Iterable[RemotePull], merged: RemotePull) -> bool:
    """Return whether a head of other settings is older in every record than the last full pull."""
    return any(head.name == name and head.newest() < merged.full_pull() for head in heads)


def _missing_there(
    sharing: SharedStore, digests: Mapping[str, Key], same_settings: Iterable[RemotePull]
) -> Iterator[tuple[str, bytes]]:
    """Yield the records that the shared place lacks.

    One that no head names may be removed as garbage before ours names it, unless it is fresh: it
    is written again. So is one of a wrong size.
    """
    named = {digest for head in same_settings for digest in head.digests()}
    listing = sharing.remote.listing(remote_manifest.RECORDS)
    for digest, key in digests.items():
        data = sharing.record_here(digest)
        if data is None or len(data) > remote_manifest.MAX_RECORD:
            state = "missing or damaged" if data is None else "too large to be shared"
            raise StoreError(
                f"{key} is {state} in the store on this machine, so nothing was pushed. Run"
                " `pelican-buttercms pull` to refill it."
            )
        entry = listing.get(f"{digest[:2]}/{digest}")
        stays = entry is not None and (digest in named or _is_fresh(entry, sharing.now))
        if entry is None or not stays or entry.size != len(data):
            yield digest, data


def _upload(remote: ObjectStorage, digest: str, data: bytes) -> int:
    remote.write(remote_manifest.record_path(digest), data)
    return len(data)


def _is_fresh(entry: ObjectInfo, now: datetime) -> bool:
    return entry.modified is not None and now - entry.modified < _FRESH
