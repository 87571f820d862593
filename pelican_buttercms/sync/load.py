"""The content that a build reads: one whole pull with its media files, or a snapshot."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
import logging
from pathlib import Path

from pelican_buttercms.content import RawRecord
from pelican_buttercms.content.fallbacks import identified
from pelican_buttercms.content.media_addresses import media_urls
from pelican_buttercms.content.status import is_published
from pelican_buttercms.errors import ContentError, NoContentError, SettingsError, StoreError
from pelican_buttercms.settings import Settings
from pelican_buttercms.store import Changes, Generation, MediaFile, MediaStore, Scope, Store
from pelican_buttercms.store.snapshots import read_snapshot
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.build_trigger import Trigger
from pelican_buttercms.sync.freshness import Calls, FreshnessPolicy, News
from pelican_buttercms.sync.left_out import warn_of_left_out
from pelican_buttercms.sync.picture_sizes import make_pictures, recipe_of, warn_of_problems
from pelican_buttercms.sync.progress import Progress
from pelican_buttercms.wording import count_noun

logger = logging.getLogger(__name__)

_MEDIA_LIBRARY = "https://cdn.buttercms.com/"

Versions = dict[str, list[RawRecord]]
Media = dict[str, MediaFile | None]
MediaOf = Callable[[Collection[str]], Media]
IsKnown = Callable[[Sequence[Generation], MediaOf], bool]


@dataclass(frozen=True)
class LoadedContent:
    """One whole pull with its media files, as a build reads it.

    Attributes:
        generation: the generation of the first locale; all were pulled together.
        versions: the records of each locale, with their identities.
        media: the media files by URL; None for a file that could not be fetched.
        live: under preview, what is live, if that is known.
        live_at: when that was pulled.
        stale: why older content is served than was asked for; None if it is not.
        calls: what reading it has cost, and saved.
        changes: what was pulled for it, by locale; None if nothing was.
        is_read: whether the records were read; if not, there are none here.
        generations: those that they were read from, one for each locale; none of a snapshot.
    """

    generation: Generation
    versions: Versions
    media: Media
    live: Versions | None = None
    live_at: datetime | None = None
    stale: str | None = None
    calls: Calls = field(default_factory=Calls)
    changes: Mapping[str, Changes] | None = None
    is_read: bool = True
    generations: tuple[Generation, ...] = ()


def read_content(
    source: Source,
    say: Callable[[str], None],
    progress: Progress,
    trigger: Trigger | None = None,
    is_known: IsKnown | None = None,
) -> LoadedContent:
    """Return what to build from, pulled anew if it is due.

    Args:
        source: the account.
        say: where a line about each step goes.
        progress: shows a pull.
        trigger: the events that the build was started for; None when there are none.
        is_known: returns whether the records of these generations, one for each locale, need not
            be read. It also gets a function that returns the media files of URLs. It is not called
            if older content is served than was asked for.

    Raises:
        ButterCMSError: there is nothing whole to build from.
    """
    options = source.options
    if options.snapshot is not None:
        return _read_exported(source, options.snapshot, say)
    calls = Calls()
    with Store(options.cache_path, source.now) as store:
        policy = FreshnessPolicy(source, store, say, progress, calls, trigger=trigger)
        generations = policy.current()
        if not policy.pulled:  # a pull has warned of them already
            warn_of_left_out(
                {k: v for generation in generations for k, v in generation.left_out.items()}
            )
        media = MediaReader(options, policy.news, say)
        if is_known is not None and policy.stale is None and is_known(generations, media.read):
            policy.settle_media(media.unfetched)
            calls.month = source.calls_this_month()
            return LoadedContent(
                generations[0], {}, {}, calls=calls, changes=policy.changes, is_read=False
            )
        try:
            versions = read_versions(options, store, generations, policy.encoded)
        except StoreError as exc:
            generations = policy.again(exc)
            versions = read_versions(options, store, generations, policy.encoded)
        live = policy.live() if options.preview else None
        compared = read_versions(options, store, live, policy.encoded) if live else None
    files = media.read_all(versions)
    policy.settle_media(media.unfetched)
    calls.month = source.calls_this_month()
    return LoadedContent(
        generation=generations[0],
        versions=versions,
        media=files,
        live=compared,
        live_at=live[0].pulled_at if live else None,
        stale=policy.stale,
        calls=calls,
        changes=policy.changes,
        generations=tuple(generations),
    )


def read_versions(
    options: Settings,
    store: Store,
    generations: Iterable[Generation],
    encoded: dict[str, bytes] | None = None,
) -> Versions:
    """Read the records of each locale, with their identities.

    Args:
        options: the checked settings.
        store: where they are.
        generations: one for each locale.
        encoded: the bytes of records by digest, as far as they were just pulled; used up.
    """
    ids = options.translation_ids
    return {
        generation.scope.locale: list(
            identified(
                _read_records(options, store, generation, encoded),
                ids,
                generation.post_groups,
                generation.listed,
            )
        )
        for generation in generations
    }


def _read_records(
    options: Settings, store: Store, generation: Generation, encoded: dict[str, bytes] | None
) -> Iterator[RawRecord]:
    """Read a generation; a store that came from elsewhere must not bring a draft along."""
    is_live = generation.scope.mode == "live"
    for raw in store.records(generation, encoded):
        if is_live and raw.key.kind in {"post", "page"} and not is_published(raw.data):
            raise ContentError(
                f"{raw.key} in the live content of {options.cache_path} is a draft, which"
                " no pull stores there: something else wrote to it. Move that folder away, then"
                " run `pelican-buttercms pull`."
            )
        yield raw


class MediaReader:
    """Reads media files from the store, and fetches those that are missing or may have changed.

    Args:
        options: the checked settings.
        news: which stored files are checked for changes.
        say: where a line about each step goes.

    Attributes:
        unfetched: the URLs of files that could not be fetched, and that a later build may get.
    """

    def __init__(self, options: Settings, news: News, say: Callable[[str], None]) -> None:
        self._options = options
        self._news = news
        self._say = say
        self.unfetched: set[str] = set()

    def read_all(self, versions: Versions) -> Media:
        """Return the media files that records show."""
        if self._options.media not in {"download", "stored"}:
            return {}
        raws = (raw for records in versions.values() for raw in records)
        return self.read(media_urls(raws))

    def read(self, urls: Collection[str]) -> Media:
        """Return the media files of some URLs; None for a file that could not be fetched."""
        with MediaStore(self._options.cache_path) as store:
            asked = [url for url in urls if self._news is not None or store.get(url) is None]
            if self._options.media == "stored":  # a preview's, after an edit of a local file
                asked = []
            if asked and self._options.offline:
                number = count_noun(len(asked), "media file is", "media files are")
                logger.warning(
                    "%s not there yet, and BUTTERCMS_OFFLINE is set: pages show them from"
                    " ButterCMS's CDN. Build once with the network.",
                    number,
                )
            elif asked:
                self._fetch(asked, store)
            recipe = recipe_of(self._options)
            files = {url: store.get(url, recipe) for url in urls}
            if recipe and make_pictures(files, store, self._options, recipe, self._say):
                files = {url: store.get(url, recipe) for url in urls}
            warn_of_problems(files)
            return files

    def _fetch(self, urls: Collection[str], store: MediaStore) -> None:
        # httpx takes long to import, and most rebuilds at a desk ask for nothing
        from pelican_buttercms.sync.http.transport import open_transport  # noqa: PLC0415
        from pelican_buttercms.sync.media_download import fetch_media  # noqa: PLC0415

        options = self._options
        address = options.api_url if options.emulated else _MEDIA_LIBRARY
        again = self._news == "again"
        self.unfetched |= fetch_media(urls, store, open_transport(address), again=again)


def _read_exported(source: Source, folder: Path, say: Callable[[str], None]) -> LoadedContent:
    """Read a snapshot that has all that is wanted: no token, no store, no call.

    Raises:
        SettingsError: it is of the other mode, or lacks a locale.
        NoContentError: it was exported without something that is wanted.
    """
    options, spec, snapshot = source.options, source.pull_spec(), read_snapshot(folder)
    missing = [
        name or "the account's default" for name in spec.locales if name not in snapshot.locales
    ]
    if snapshot.mode != options.mode or missing:
        what = f"has no {', '.join(missing)}" if missing else f"holds {snapshot.mode} content"
        raise SettingsError(
            f"The snapshot in {folder} {what}, and this is a {options.mode} build. Export"
            " it again with these settings, or unset BUTTERCMS_SNAPSHOT."
        )
    if lacking := sorted(set(spec.names()) - set(snapshot.wanted)):
        raise NoContentError(
            f"The snapshot in {folder} was exported without {', '.join(lacking)}. Export it"
            " again with these settings, or unset BUTTERCMS_SNAPSHOT."
        )
    scope = Scope("snapshot", spec.locales[0], snapshot.mode, spec.selection)
    generation = Generation("snapshot", scope, snapshot.pulled_at, {}, 0, snapshot.wanted)
    ids = options.translation_ids
    versions = {
        name: list(identified(snapshot.versions[name], ids, snapshot.post_groups, snapshot.listed))
        for name in spec.locales
    }
    media = MediaReader(options, None, say).read_all(versions)
    say(f"snapshot {folder}, content of {source.age(generation)} ago, no call made.")
    calls = Calls(month=source.calls_this_month())
    return LoadedContent(generation, versions, media, calls=calls)
