"""A pull: one generation that holds everything wanted, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
import logging
import time
from typing import TYPE_CHECKING

from pelican_buttercms.content import Key
from pelican_buttercms.errors import DatabaseError, StoreError
from pelican_buttercms.store import Changes, Generation, Scope, Store
from pelican_buttercms.sync.deletion_guard import DeletionCheck
from pelican_buttercms.sync.encode_pipeline import Packer
from pelican_buttercms.sync.left_out import warn_of_left_out
from pelican_buttercms.sync.progress import Progress
from pelican_buttercms.sync.pull_rounds import PullRounds
from pelican_buttercms.sync.pull_spec import Wanted

if TYPE_CHECKING:
    from pelican_buttercms.sync.http.client import Client

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class PullResult:
    """What a pull brought.

    Attributes:
        generations: what was stored, in the order of the scopes.
        changes: how each differs from the generation before, by locale.
        calls: requests that reached the API, retries and redirects included.
        seconds: how long it took.
        discovered: page types and collections that were found through references.
    """

    generations: list[Generation]
    changes: dict[str, Changes]
    calls: int
    seconds: float
    discovered: tuple[str, ...]

    @property
    def generation(self) -> Generation:
        """The generation of the first scope; all of a pull have one id and one moment."""
        return self.generations[0]


def pull(
    client: Client,
    store: Store,
    scopes: Sequence[Scope],
    wanted: Wanted,
    progress: Progress,
    *,
    check: DeletionCheck | None = None,
    recognise: Callable[[Mapping[str, Mapping[Key, str]]], None] | None = None,
) -> PullResult:
    """Pull everything that is wanted and store it, a generation for each scope.

    The scopes are those of one account and mode, one for each of `wanted.locales`. All of them
    are stored or none, so that no site is half translated. `check` may hold the outcome back.
    `recognise` is given the digests that were found, and may find out whose content it is.

    Raises:
        SettingsError: locales, page types or collections that do not exist, all together.
        ButterCMSError: anything else that failed; the store is as it was.
    """
    started, asked_at = time.monotonic(), store.next_moment(scopes)
    progress.start(client.host)
    try:
        with (
            store.stage() as staged,
            Packer(preview=wanted.preview, now=asked_at, keep=staged.put) as packer,
        ):
            found = PullRounds(client, wanted, progress, packer, partial(_last, store, scopes))
            found.run()
        warn_of_left_out(packer.left_out)
    finally:
        progress.stop()
    if recognise:
        recognise(
            {
                locale: {key: one.record.digest for key, one in records.items()}
                for locale, records in found.records.items()
            }
        )
    for scope in scopes if check else ():
        before = _latest(store, scope)
        if check and before:
            asked = found.listings_of(scope.locale)
            check.look(scope, before.manifest, found.records[scope.locale].keys(), asked)
    contents = {
        scope: (one.record for one in found.records[scope.locale].values()) for scope in scopes
    }
    names = (*wanted.names(), *found.marks)
    stored = store.commit_together(
        contents,
        client.calls,
        names,
        staged=staged,
        asked_at=asked_at,
        left_out=packer.left_out,
    )
    return PullResult(
        [generation for generation, _ in stored],
        {generation.scope.locale: changes for generation, changes in stored},
        client.calls,
        time.monotonic() - started,
        tuple(sorted(found.discovered)),
    )


def _last(store: Store, scopes: Iterable[Scope]) -> list[Generation]:
    """Return the last generations, as far as there are any."""
    return [one for scope in scopes if (one := _latest(store, scope))]


def _latest(store: Store, scope: Scope) -> Generation | None:
    """Give what was pulled last; a damaged generation is none, and this pull takes its place."""
    try:
        return store.latest(scope)
    except DatabaseError:
        raise
    except StoreError as exc:
        logger.info("%s", exc)
        return None
