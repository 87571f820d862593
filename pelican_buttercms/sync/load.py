"""What does a build get to read? One whole pull with its media files, or a snapshot of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
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
from pelican_buttercms.sync.freshness import Calls, News, Reading
from pelican_buttercms.sync.left_out import warn_of_left_out
from pelican_buttercms.sync.progress import Progress
from pelican_buttercms.sync.pull_spec import Wanted

logger = logging.getLogger(__name__)

_MEDIA_LIBRARY = "https://cdn.buttercms.com/"

Versions = dict[str, list[RawRecord]]
Media = dict[str, MediaFile | None]
MediaOf = Callable[[Collection[str]], Media]
IsKnown = Callable[[Sequence[Generation], MediaOf], bool]


@dataclass(frozen=True)
class Stored:
    """One whole pull, read from the store.

    Attributes:
        generation: the generation of the first locale; all were pulled together.
        versions: the records of each locale, with their identities.
        media: the media files by their URLs, None for what could not be had.
        live: under preview, what is live, if that is known.
        live_at: when that was pulled.
        stale: why older content is served than was asked for, None if it is as asked for.
        calls: what reading it has cost, and saved.
        changes: what was pulled for it, by locale; None where nothing was.
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


def read(
    source: Source,
    say: Callable[[str], None],
    progress: Progress,
    trigger: Trigger | None = None,
    is_known: IsKnown | None = None,
) -> Stored:
    """Give what to build from, pulled anew if it is due.

    Args:
        source: the account.
        say: where a line about each step goes.
        progress: shows a pull.
        trigger: the events that the build was started for; None when there are none.
        is_known: says of the generations, one for each locale, that their records need not be read;
            it is given what gives the media files of URLs as well. It is not asked where older
            content is served than was asked for.

    Raises:
        ButterCMSError: there is nothing whole to build from.
    """
    options = source.options
    if options.snapshot is not None:
        return _snapshot(source, options.snapshot, say)
    calls = Calls()
    with Store(options.cache_path, source.now) as store:
        reading = Reading(source, store, say, progress, calls, trigger=trigger)
        generations = reading.current()
        if not reading.pulled:  # a pull has warned of them already
            warn_of_left_out({k: v for one in generations for k, v in one.left_out.items()})
        media_of = partial(_media_of, options, reading.news)
        if is_known is not None and reading.stale is None and is_known(generations, media_of):
            calls.month = source.calls_this_month()
            return Stored(
                generations[0], {}, {}, calls=calls, changes=reading.changes, is_read=False
            )
        try:
            versions = read_versions(options, store, generations)
        except StoreError as exc:
            generations = reading.again(exc)
            versions = read_versions(options, store, generations)
        live = reading.live() if options.preview else None
        compared = read_versions(options, store, live) if live else None
    media = read_media(options, versions, reading.news)
    calls.month = source.calls_this_month()
    return Stored(
        generation=generations[0],
        versions=versions,
        media=media,
        live=compared,
        live_at=live[0].pulled_at if live else None,
        stale=reading.stale,
        calls=calls,
        changes=reading.changes,
        generations=tuple(generations),
    )


def _snapshot(source: Source, folder: Path, say: Callable[[str], None]) -> Stored:
    calls = Calls(0, 0, source.calls_this_month())
    found = _read_exported(folder, source.options, source.wanted(), calls)
    say(f"snapshot {folder}, content of {source.age(found.generation)} ago, no call made.")
    return found


def read_versions(options: Settings, store: Store, generations: Iterable[Generation]) -> Versions:
    """Read the records of each locale, with their identities."""
    ids = options.translation_ids
    return {
        one.scope.locale: list(identified(read_records(options, store, one), ids))
        for one in generations
    }


def read_records(options: Settings, store: Store, generation: Generation) -> Iterator[RawRecord]:
    """Read a generation; a store that came from elsewhere must not bring a draft along."""
    is_live = generation.scope.mode == "live"
    for raw in store.records(generation):
        if is_live and raw.key.kind in {"post", "page"} and not is_published(raw.data):
            raise ContentError(
                f"{raw.key} in the live content of {options.cache_path} is a draft, which"
                " no pull stores there: something else wrote to it. Move that folder away, then"
                " run `pelican-buttercms pull`."
            )
        yield raw


def read_media(options: Settings, versions: Versions, news: News) -> Media:
    """Give the media files, after asking for what is missing, and for news of the others."""
    if options.media != "download":
        return {}
    raws = (raw for records in versions.values() for raw in records)
    return _media_of(options, news, media_urls(raws))


def _media_of(options: Settings, news: News, urls: Collection[str]) -> Media:
    """Return the media files of some URLs, None for what is not to be had."""
    with MediaStore(options.cache_path) as store:
        asked = [url for url in urls if news is not None or store.get(url) is None]
        if asked and options.offline:
            number = "1 media file is" if len(asked) == 1 else f"{len(asked):,} media files are"
            logger.warning(
                "%s not there yet, and BUTTERCMS_OFFLINE is set: pages show them from ButterCMS's"
                " CDN. Build once with the network.",
                number,
            )
        elif asked:
            from pelican_buttercms.sync.http.transport import open_transport  # noqa: PLC0415
            from pelican_buttercms.sync.media_download import fetch_media  # noqa: PLC0415  (see `connect`)

            address = options.api_url if options.emulated else _MEDIA_LIBRARY
            fetch_media(asked, store, open_transport(address), again=news == "again")
        return {url: store.get(url) for url in urls}


def _read_exported(folder: Path, options: Settings, wanted: Wanted, calls: Calls) -> Stored:
    """Read a snapshot that has all that is wanted: no token, no store, no call.

    Raises:
        SettingsError: it is of the other mode, or lacks a locale.
        NoContentError: it was exported without something that is wanted.
    """
    snapshot = read_snapshot(folder)
    missing = [
        name or "the account's default" for name in wanted.locales if name not in snapshot.locales
    ]
    if snapshot.mode != options.mode or missing:
        what = f"has no {', '.join(missing)}" if missing else f"holds {snapshot.mode} content"
        raise SettingsError(
            f"The snapshot in {folder} {what}, and this is a {options.mode} build. Export"
            " it again with these settings, or unset BUTTERCMS_SNAPSHOT."
        )
    if lacking := sorted(set(wanted.names()) - set(snapshot.wanted)):
        raise NoContentError(
            f"The snapshot in {folder} was exported without {', '.join(lacking)}. Export it"
            " again with these settings, or unset BUTTERCMS_SNAPSHOT."
        )
    scope = Scope("snapshot", wanted.locales[0], snapshot.mode)
    generation = Generation("snapshot", scope, snapshot.pulled_at, {}, 0, snapshot.wanted)
    ids = options.translation_ids
    versions = {name: list(identified(snapshot.versions[name], ids)) for name in wanted.locales}
    return Stored(generation, versions, read_media(options, versions, None), calls=calls)
