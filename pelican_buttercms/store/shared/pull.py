"""Pulls from a shared store: all heads that fit, merged and checked throughout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
import logging
from typing import Any, Final

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.errors import NoContentError, StoreError
from pelican_buttercms.store.generation import Generation
from pelican_buttercms.store.record_encoding import decode, encode_all
from pelican_buttercms.store.scope import Scope
from pelican_buttercms.store.shared import remote_manifest
from pelican_buttercms.store.shared.object_storage import ObjectStorage, in_parallel
from pelican_buttercms.store.shared.push import TRIES, SharedStore, Transfer, merge_pulls
from pelican_buttercms.store.shared.remote_pull import RemotePull
from pelican_buttercms.store.snapshots import record_files as checks

logger = logging.getLogger(__name__)

MAX_TOTAL: Final = 2 * 2**30


def pull(sharing: SharedStore, *, force: bool = False) -> Transfer:
    """Store the shared content that fits, merged with what is here, unless it adds nothing.

    Args:
        sharing: what is shared, and where.
        force: take it as it is, though newer content is stored.

    Raises:
        NoContentError: nothing that fits is shared.
        StoreError: a storage fails, or what is there is not what a push writes; nothing is stored.
    """
    sharing, unchecked = sharing.account_there()
    if unchecked:
        logger.warning(
            "What is shared at %s belongs to the account %s: %s. Whether it is the present token's"
            " is checked by the next pull.",
            sharing.remote.url,
            sharing.scopes[0].account,
            unchecked,
        )
    for _ in range(TRIES):
        local = sharing.newest_here()
        ours = RemotePull.of(local) if local and not force else None
        resolved = _resolve(sharing, ours)
        if ours and resolved.is_same(ours):
            return Transfer(done=False, pulled_at=ours.pulled_at)
        done = _store(sharing, resolved, local)
        if done:
            if sharing.address and sharing.scopes[0].account != sharing.former:
                sharing.store.known_accounts.register(sharing.scopes[0].account, sharing.address)
            return done
    raise StoreError("Another process changes this store again and again. Try again.")


def _resolve(sharing: SharedStore, ours: RemotePull | None) -> RemotePull:
    """Return what is known in all, as far as it fits the settings: there, and here.

    Machines whose settings want other content have content of their own; of that only what was
    asked for alone is taken, after webhooks and by `publish`.
    """
    heads = sharing.shared().heads
    wanted = {scope.locale for scope in sharing.scopes}
    candidates = [head.only(wanted) for head in heads if head.fits(sharing.scopes, sharing.wanted)]
    if ours and ours.fits(sharing.scopes, sharing.wanted):
        candidates.append(ours)
    groups: dict[tuple[str, ...], list[RemotePull]] = {}
    for pull in candidates:
        groups.setdefault(pull.wanted, []).append(pull)
    if groups:
        merged = (merge_pulls(group) for group in groups.values())
        newest = max(merged, key=lambda pull: (pull.full_pull(), pull.wanted))
    elif ours:
        return ours
    else:
        raise _nothing_there(sharing, len(heads))
    others = [head for head in (*heads, *([ours] if ours else [])) if head.wanted != newest.wanted]
    others += [head for head in heads if not wanted <= head.locales.keys()]
    for other in others:
        newest = newest.overlay(other)
    return newest


def _nothing_there(sharing: SharedStore, count: int) -> NoContentError:
    problem = (
        f"none of its {count} {sharing.mode} pulls of this account has all locales, page"
        " types and collections that the settings name"
        if count
        else f"it has no {sharing.mode} content of this account"
    )
    return NoContentError(
        f"There is nothing to pull from {sharing.remote.url}: {problem}. Run"
        " `pelican-buttercms pull`, then `pelican-buttercms store push`."
    )


def _store(sharing: SharedStore, pull: RemotePull, local: list[Generation]) -> Transfer | None:
    """Fetch what is missing, and store it; None where the store has changed meanwhile."""
    digests = pull.digests()
    missing = sorted(digest for digest in digests if sharing.record_here(digest) is None)
    fetched = _download(sharing.remote, missing)
    contents = {}
    for scope in sharing.scopes:
        seen = pull.locales[scope.locale]
        data = encode_all(_checked(sharing, scope, seen.manifest, fetched))[1]
        contents[scope] = seen, data
    stored = sharing.store.commit_shared(
        contents,
        pull.pulled_at,
        pull.wanted,
        local,
        left_out=pull.left_out,
        post_groups=pull.post_groups,
        listed=pull.listed,
    )
    if stored is None:
        return None
    return Transfer(
        done=True,
        pulled_at=pull.pulled_at,
        records=len(fetched),
        bytes=sum(map(len, fetched.values())),
        skipped=len(digests) - len(fetched),
    )


def _download(remote: ObjectStorage, digests: Sequence[str]) -> dict[str, bytes]:
    fetched: dict[str, bytes] = {}
    total = 0
    for digest, data in in_parallel(lambda name: (name, _fetch(remote, name)), digests):
        fetched[digest] = data
        total += len(data)
        if total > MAX_TOTAL:
            raise StoreError(
                f"The newest pull in {remote.url} has more than {MAX_TOTAL:,} bytes, which no"
                " content of ButterCMS has. Find out who wrote it, and delete it."
            )
    return fetched


def _fetch(remote: ObjectStorage, digest: str) -> bytes:
    data = remote.read(remote_manifest.record_path(digest), remote_manifest.MAX_RECORD)
    if sha256_hex(data) != digest:
        raise _unfit(remote, digest, "its bytes do not fit the digest that is its name")
    return data


def _checked(
    sharing: SharedStore, scope: Scope, manifest: Mapping[Key, str], fetched: Mapping[str, bytes]
) -> Iterator[RawRecord]:
    """Yield the records of a scope; each is checked to be what a pull would have stored."""
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
        return decode(data or b"")
    except ValueError as exc:
        raise ValueError(f"is not the JSON of a record ({exc})") from exc


def _unfit(remote: ObjectStorage, digest: str, problem: str) -> StoreError:
    return remote_manifest.malformed(remote.address(remote_manifest.record_path(digest)), problem)
