"""Events that a user names, applied without a build: at once, and with an error if that fails."""

from __future__ import annotations

from collections.abc import Callable

from pelican_buttercms.store import Store
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.build_trigger import Trigger
from pelican_buttercms.sync.freshness import Calls, FreshnessPolicy
from pelican_buttercms.sync.load import MediaReader, read_versions
from pelican_buttercms.sync.progress import Progress
from pelican_buttercms.sync.refresh.apply_events import (
    AppliedEvents,
    apply_events,
    settle_media,
)
from pelican_buttercms.sync.refresh.partial_pull import RefreshResult


def apply_requested_events(
    source: Source,
    trigger: Trigger,
    say: Callable[[str], None],
    progress: Progress,
    *,
    allow_deletions: bool = False,
) -> AppliedEvents:
    """Pull what some events name, or everything if that is not enough.

    What somebody rolled back to is replaced, as by every pull that a user asks for.

    Args:
        source: the account.
        trigger: the events.
        say: where a line about each step goes.
        progress: shows a full pull.
        allow_deletions: whether everything that has vanished is believed to be deleted.

    Raises:
        EventsPendingError: the API failed, or its answers were held back; the content is as it
            was, and the events stay pending.
        ButterCMSError: the pull failed otherwise; the same is true then.
    """
    source.refuse_offline()
    with Store(source.options.cache_path, source.now) as store:
        latest = FreshnessPolicy(source, store, say, progress, Calls()).latest
        result = apply_events(
            source,
            store,
            trigger,
            latest,
            say=say,
            progress=progress,
            allow_deletions=allow_deletions,
        )
        if isinstance(result, RefreshResult) and result.media:
            media = MediaReader(source.options, "again", say)
            media.read_all(read_versions(source.options, store, result.generations))
            settle_media(source, result.media_notes, media.unfetched, say)
    return result
