"""The download of the media files that a generation shows, and the check for newer versions.

The file behind a CDN URL can change without the URL changing, so a stored file is asked for again
with the validators that came with it. Requests to the CDN are not API calls, and carry no token.
Source: contract, "Media".
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
import logging
import re
import time

import httpx

from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.errors import RefusedResponseError, ResponseError, TransportError
from pelican_buttercms.store import MediaFile, MediaStore
from pelican_buttercms.sync.http.download import Downloaded, download, in_library, secured
from pelican_buttercms.sync.media_types import media_type
from pelican_buttercms.wording import count_noun

logger = logging.getLogger(__name__)

MOST_FILES = 5000
MOST_BYTES = 2 * 1024**3
LONGEST = 600.0
"""The bounds of one build, the last in seconds; the next build goes on where this one ended."""

_NAMED = 3
_LONGEST_URL = 2000
_PASSING = frozenset({408, 425, 429})
_VALIDATORS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
_PRINTABLE = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,255}")


@dataclass(frozen=True, slots=True)
class _FileAnswer:
    """The answer for a file: its bytes, or why there are none, or that nothing changed.

    Attributes:
        data: the file.
        kind: its media type.
        validators: the headers that ask for a newer version; None if nothing changed.
        failure: why there is no file.
        may_pass: whether the same request may succeed later.
    """

    data: bytes = b""
    kind: str = ""
    validators: Mapping[str, str] | None = None
    failure: str = ""
    may_pass: bool = False


def fetch_media(
    urls: Iterable[str],
    store: MediaStore,
    transport: httpx.BaseTransport,
    concurrency: int = 8,
    *,
    again: bool = True,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    clock: Callable[[], float] = time.monotonic,
) -> set[str]:
    """Fetch new and changed files into the store.

    A file that cannot be fetched is left out, and pages load it from the CDN; one warning names
    all of them. A stored file whose check fails is served as it was.

    Args:
        urls: the media URLs.
        store: where the files are kept.
        transport: where requests go; it is closed at the end.
        concurrency: how many requests run at once.
        again: whether to ask for files that failed a short while ago, too.
        now: the time of day.
        clock: measures the time.

    Returns:
        the URLs that a later build may get: those that failed for a passing reason, and those
        that were not asked for, because of the bounds.
    """
    urls = list(urls)
    moment, ends, bytes_left = now(), clock() + LONGEST, MOST_BYTES
    # disk is written by this thread alone: diskcache holds a connection per thread
    known = {url: store.get(url) for url in urls}
    failed: dict[str, str] = {}
    asked: list[str] = []
    later: set[str] = set()
    for url in urls:
        last = None if again else store.failure(url)
        if last is not None and last.until > moment:
            when = f"asked again after {last.until:%Y-%m-%d %H:%M} UTC"
            failed[url] = f"{clean_line(last.reason)}, {when}"
        else:
            asked.append(url)
    done = 0
    with transport, ThreadPoolExecutor(concurrency) as pool:
        answers = _in_order(
            pool, asked[:MOST_FILES], lambda u: _ask(transport, u, known[u]), concurrency
        )
        for done, (url, answer) in enumerate(answers, 1):  # noqa: B007
            if answer.failure:
                failed[url] = answer.failure
                later |= {url} if answer.may_pass else set()
                store.note_failure(url, answer.failure, moment)
            elif answer.validators is not None:
                store.put(url, answer.data, answer.kind, dict(answer.validators))
            else:
                store.note_success(url)
            bytes_left -= len(answer.data)
            if bytes_left < 0 or clock() > ends:
                break
    left_out = asked[done:]
    _report(failed, known, len(left_out))
    return later.union(left_out)


def _in_order(
    pool: ThreadPoolExecutor, urls: list[str], ask: Callable[[str], _FileAnswer], at_once: int
) -> Iterator[tuple[str, _FileAnswer]]:
    """Yield the answer for each URL, with few files in memory at a time."""
    running: deque[tuple[str, Future[_FileAnswer]]] = deque()
    rest = iter(urls)
    try:
        while True:
            while len(running) < at_once and (url := next(rest, None)) is not None:
                running.append((url, pool.submit(ask, url)))
            if not running:
                return
            url, future = running.popleft()
            yield url, future.result()
    finally:
        for _, future in running:
            future.cancel()


def _ask(transport: httpx.BaseTransport, url: str, known: MediaFile | None) -> _FileAnswer:
    """Ask for a file; for a newer version if one is stored."""
    if len(url) > _LONGEST_URL:
        return _FileAnswer(failure="its address is too long")
    headers = (
        {n: v for n, v in known.validators.items() if n in _VALIDATORS.values()} if known else {}
    )
    try:
        answer = download(transport, secured(url), in_library, headers=headers)
    except (TransportError, ResponseError) as exc:
        may_pass = not isinstance(exc, RefusedResponseError)
        return _FileAnswer(failure=str(exc).rstrip("."), may_pass=may_pass)
    if answer.status == httpx.codes.NOT_MODIFIED and known:
        return _FileAnswer()
    if answer.status != httpx.codes.OK:
        may_pass = answer.status in _PASSING or answer.status >= 500
        return _FileAnswer(failure=f"the answer was {answer.status}", may_pass=may_pass)
    kind = media_type(answer.body)
    if kind is None:
        return _FileAnswer(failure="it is of no type that a site serves safely")
    return _FileAnswer(answer.body, kind, _validators(answer))


def _validators(answer: Downloaded) -> dict[str, str]:
    return {
        ask: value
        for name, ask in _VALIDATORS.items()
        if _PRINTABLE.fullmatch(value := answer.headers.get(name, ""))
    }


def _report(failed: Mapping[str, str], known: Mapping[str, MediaFile | None], left: int) -> None:
    """Log one warning for all files that could not be fetched."""
    if failed:
        named = [f"{clean_line(url, 120)} ({why})" for url, why in list(failed.items())[:_NAMED]]
        more = f" and {len(failed) - _NAMED:,} more" if len(failed) > _NAMED else ""
        kept = sum(known[url] is not None for url in failed)
        logger.warning(
            "%s could not be fetched; %s: %s%s.",
            count_noun(len(failed), "media file"),
            _consequence(kept, len(failed)),
            "; ".join(named),
            more,
        )
    if left:
        logger.warning(
            "%s not asked for: a build fetches at most %s files or %s GiB, and for at most"
            " %s minutes. The next build goes on.",
            count_noun(left, "media file was", "media files were"),
            f"{MOST_FILES:,}",
            MOST_BYTES // 1024**3,
            f"{LONGEST / 60:.0f}",
        )


def _consequence(kept: int, number: int) -> str:
    if not kept:
        return "pages load it from the CDN" if number == 1 else "pages load them from the CDN"
    if kept == number:
        return "the stored one is used" if number == 1 else "the stored ones are used"
    return f"{kept:,} stored ones are used, and pages load the others from the CDN"
