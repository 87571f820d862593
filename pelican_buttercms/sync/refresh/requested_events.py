"""Taking in events without a build: now, and with an error where it fails."""

from __future__ import annotations

from collections.abc import Callable

from pelican_buttercms.store import Store
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.build_trigger import Trigger
from pelican_buttercms.sync.freshness import Calls, FreshnessPolicy
from pelican_buttercms.sync.load import read_media, read_versions
from pelican_buttercms.sync.progress import Progress
from pelican_buttercms.sync.refresh.apply_events import Outcome, take
from pelican_buttercms.sync.refresh.partial_pull import RefreshResult


def take_now(
    source: Source,
    trigger: Trigger,
    say: Callable[[str], None],
    progress: Progress,
    *,
    allow_deletions: bool = False,
) -> Outcome:
    """Pull what some events name; everything, where that is not enough.

    What somebody rolled back to is replaced, as by every pull that is asked for.

    Args:
        source: the account.
        trigger: the events.
        say: told why a full pull is needed.
        progress: shows a full pull.
        allow_deletions: whether everything that has vanished is believed to be deleted.

    Raises:
        EventsPendingError: the API failed, or its answers were held back; the content is as it
            was, and the events wait.
        ButterCMSError: the pull failed otherwise; the same is true then.
    """
    source.refuse_offline()
    with Store(source.options.cache_path, source.now) as store:
        latest = FreshnessPolicy(source, store, say, progress, Calls()).latest
        found = take(
            source,
            store,
            trigger,
            latest,
            say=say,
            progress=progress,
            allow_deletions=allow_deletions,
        )
        if isinstance(found, RefreshResult) and found.media:
            read_media(
                source.options, read_versions(source.options, store, found.generations), "again"
            )
    return found
