"""A full pull: one whole generation of each locale, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
import logging
import time
from typing import TYPE_CHECKING

from pelican_buttercms.content import Key
from pelican_buttercms.errors import DatabaseError, StoreError
from pelican_buttercms.store import Changes, Generation, Scope, Store
from pelican_buttercms.sync.deletion_guard import DeletionGuard
from pelican_buttercms.sync.encode_pipeline import EncodedRecord, RecordEncoder
from pelican_buttercms.sync.left_out import warn_of_left_out
from pelican_buttercms.sync.post_groups import link_posts
from pelican_buttercms.sync.progress import Progress
from pelican_buttercms.sync.pull_rounds import PullRounds
from pelican_buttercms.sync.pull_spec import PullSpec

if TYPE_CHECKING:
    from pelican_buttercms.sync.http.client import Client

logger = logging.getLogger(__name__)

MOST_AT_HAND = 32 * 1024 * 1024
"""Bytes of records that are kept for who reads them at once; more are read from the store, since
the memory would cost more than the reading."""


@dataclass(frozen=True)
class PullResult:
    """The result of a full pull.

    Attributes:
        generations: what was stored, in the order of the scopes.
        changes: how each differs from the generation before, by locale.
        calls: requests that reached the API, retries and redirects included.
        seconds: how long it took.
        discovered: page types and collections that were found through references.
        encoded: the bytes of all records by digest, for who reads them at once; none if too many.
    """

    generations: list[Generation]
    changes: dict[str, Changes]
    calls: int
    seconds: float
    discovered: tuple[str, ...]
    encoded: dict[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def generation(self) -> Generation:
        """The generation of the first scope; all of a pull have one id and one moment."""
        return self.generations[0]


def pull(
    client: Client,
    store: Store,
    scopes: Sequence[Scope],
    spec: PullSpec,
    progress: Progress,
    *,
    check: DeletionGuard | None = None,
    identify: Callable[[Mapping[str, Mapping[Key, str]]], None] | None = None,
) -> PullResult:
    """Pull everything that the spec names, and store it as a generation for each scope.

    The scopes are those of one account and mode, one for each of `spec.locales`. All of them
    are stored or none, so that no site is half translated. `check` may hold the result back.
    `identify` gets the digests of all records, and may find out whose content it is.

    Raises:
        SettingsError: locales, page types or collections that do not exist, all together.
        ButterCMSError: anything else that failed; the store is as it was.
    """
    started, asked_at = time.monotonic(), store.next_moment(scopes)
    progress.start(client.host)
    try:
        with (
            store.stage() as staged,
            RecordEncoder(preview=spec.preview, now=asked_at, keep=staged.put) as encoder,
        ):
            rounds = PullRounds(client, spec, progress, encoder, partial(_last, store, scopes))
            rounds.run()
        groups = link_posts(client, rounds.records, _known_groups(store, scopes), spec)
        warn_of_left_out(encoder.left_out)
    finally:
        progress.stop()
    if identify:
        identify(
            {
                locale: {key: encoded.record.digest for key, encoded in records.items()}
                for locale, records in rounds.records.items()
            }
        )
    for scope in scopes if check else ():
        before = _latest(store, scope)
        if check and before:
            asked = rounds.listings_of(scope.locale)
            check.check_full(scope, before.manifest, rounds.records[scope.locale].keys(), asked)
    contents = {
        scope: (encoded.record for encoded in rounds.records[scope.locale].values())
        for scope in scopes
    }
    names = (*spec.names(), *rounds.marks)
    stored = store.commit_together(
        contents,
        client.calls,
        names,
        staged=staged,
        asked_at=asked_at,
        left_out=encoder.left_out,
        post_groups=groups,
        listed=rounds.listed,
    )
    return PullResult(
        [generation for generation, _ in stored],
        {generation.scope.locale: changes for generation, changes in stored},
        client.calls,
        time.monotonic() - started,
        tuple(sorted(rounds.discovered)),
        _at_hand(rounds.records.values()),
    )


def _at_hand(pulled: Iterable[Mapping[Key, EncodedRecord]]) -> dict[str, bytes]:
    records = (encoded.record for of_locale in pulled for encoded in of_locale.values())
    data = {record.digest: record.data for record in records}
    return data if sum(map(len, data.values())) <= MOST_AT_HAND else {}


def _known_groups(store: Store, scopes: Iterable[Scope]) -> dict[str, str]:
    """Return what earlier pulls found of posts that are translations of each other."""
    return {k: v for last in _last(store, scopes) for k, v in last.post_groups.items()}


def _last(store: Store, scopes: Iterable[Scope]) -> list[Generation]:
    """Return the last generation of each scope that has one."""
    return [latest for scope in scopes if (latest := _latest(store, scope))]


def _latest(store: Store, scope: Scope) -> Generation | None:
    """Return the last generation; a damaged one counts as none, and this pull replaces it."""
    try:
        return store.latest(scope)
    except DatabaseError:
        raise
    except StoreError as exc:
        logger.info("%s", exc)
        return None
