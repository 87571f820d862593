"""What does a machine take from the shared place? The newest pull that fits, checked throughout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.errors import NoContentError, StoreError
from pelican_buttercms.store.entries import digest_of, encode_all
from pelican_buttercms.store.scope import Scope
from pelican_buttercms.store.shared import pulls
from pelican_buttercms.store.shared.parallel import in_parallel
from pelican_buttercms.store.shared.pulls import RemotePull
from pelican_buttercms.store.shared.remote import Remote
from pelican_buttercms.store.shared.sharing import Sharing, Travelled
from pelican_buttercms.store.snapshots import records as checks

MAX_TOTAL: Final = 2 * 2**30


def pull(sharing: Sharing, *, force: bool = False) -> Travelled:
    """Store the newest shared content that fits, unless content as new is stored here.

    Args:
        sharing: what is shared, and where.
        force: take it though newer content is stored.

    Raises:
        NoContentError: nothing that fits is shared.
        StoreError: a storage fails, or what is there is not what a push writes; nothing is stored.
    """
    found = _newest_that_fits(sharing, force=force)
    if isinstance(found, datetime):
        return Travelled(done=False, pulled_at=found)
    manifests = {scope: found.locales[scope.locale] for scope in sharing.scopes}
    digests = {digest for manifest in manifests.values() for digest in manifest.values()}
    missing = sorted(digest for digest in digests if sharing.record_here(digest) is None)
    fetched = _download(sharing.remote, missing)
    contents = {
        scope: list(_checked(sharing, scope, manifest, fetched))
        for scope, manifest in manifests.items()
    }
    local = None if force else sharing.newest_here()
    if local is not None and local >= found.pulled_at:  # somebody pulled meanwhile
        return Travelled(done=False, pulled_at=local)
    sharing.store.commit_together(contents, calls=0, wanted=found.wanted, pulled_at=found.pulled_at)
    return Travelled(
        done=True,
        pulled_at=found.pulled_at,
        records=len(fetched),
        bytes=sum(map(len, fetched.values())),
        skipped=len(digests) - len(fetched),
    )


def _newest_that_fits(sharing: Sharing, *, force: bool) -> RemotePull | datetime:
    """Give the newest shared pull that fits, or the age of what is here when that is as new."""
    local = None if force else sharing.newest_here()
    there = sharing.pulls_there()
    for name in there:
        if local and pulls.moment_of(name) <= pulls.spell_moment(local):
            return local
        found = pulls.read(sharing.remote, name, sharing.now)
        if found.fits(sharing.scopes, sharing.wanted):
            return found
    if local:
        return local
    problem = (
        f"none of its {len(there)} {sharing.mode} pulls of this account has all locales, page"
        " types and collections that the settings name"
        if there
        else f"it has no {sharing.mode} content of this account"
    )
    raise NoContentError(
        f"There is nothing to pull from {sharing.remote.url}: {problem}. Run"
        " `pelican-buttercms pull`, then `pelican-buttercms store push`."
    )


def _download(remote: Remote, digests: Sequence[str]) -> dict[str, bytes]:
    fetched: dict[str, bytes] = {}
    total = 0
    for digest, data in in_parallel(lambda one: (one, _fetch(remote, one)), digests):
        fetched[digest] = data
        total += len(data)
        if total > MAX_TOTAL:
            raise StoreError(
                f"The newest pull in {remote.url} has more than {MAX_TOTAL:,} bytes, which no"
                " content of ButterCMS has. Find out who wrote it, and delete it."
            )
    return fetched


def _fetch(remote: Remote, digest: str) -> bytes:
    data = remote.read(pulls.record_path(digest), pulls.MAX_RECORD)
    if digest_of(data) != digest:
        raise _unfit(remote, digest, "its bytes do not fit the digest that is its name")
    return data


def _checked(
    sharing: Sharing, scope: Scope, manifest: Mapping[Key, str], fetched: Mapping[str, bytes]
) -> Iterator[RawRecord]:
    """Give the records of a scope, once they are what a pull would have stored."""
    for key, digest in manifest.items():
        data = fetched.get(digest) or sharing.record_here(digest)
        try:
            raw = RawRecord(key, _decode(data), scope.locale)
            checks.check(raw, scope.mode)
        except (ValueError, RecursionError) as exc:
            raise _unfit(sharing.remote, digest, f"as {key}, it {exc}") from exc
        if encode_all([raw])[0][key] != digest:
            raise _unfit(sharing.remote, digest, "it is not JSON as a pull stores it")
        yield raw


def _decode(data: bytes | None) -> dict[str, Any]:
    try:
        return msgspec.json.decode(data or b"", type=dict[str, Any])
    except (ValueError, RecursionError) as exc:
        raise ValueError(f"is not the JSON of a record ({exc})") from exc


def _unfit(remote: Remote, digest: str, problem: str) -> StoreError:
    return pulls.malformed(remote.address(pulls.record_path(digest)), problem)
