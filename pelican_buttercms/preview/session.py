"""The loop of a preview: wait for events, check the CMS, build, report."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
import logging
from pathlib import Path
from queue import Empty
import time

from pelican_buttercms.content import Key
from pelican_buttercms.errors import AuthenticationError, ButterCMSError, QuotaError
from pelican_buttercms.preview.budget import Budget
from pelican_buttercms.preview.events import Events, FileWatch, Kind
from pelican_buttercms.preview.live_reload import LiveReload
from pelican_buttercms.preview.server import PreviewServer
from pelican_buttercms.preview.site import PreviewSite
from pelican_buttercms.store import CallLog, Changes
from pelican_buttercms.wording import count_noun

logger = logging.getLogger(__name__)

_QUIET = 0.3
"""Seconds without a further event after which events are handled together."""

_MOST_NAMES = 8


@dataclass
class PreviewSession:
    """A running preview.

    Attributes:
        site: the site that is built.
        live_reload: the connections of the open pages.
        server: the server that shows the newest build.
        budget: how often the CMS may be asked.
        events: the queue of events.
        report: prints a line.
    """

    site: PreviewSite
    live_reload: LiveReload
    server: PreviewServer
    budget: Budget
    events: Events
    report: Callable[[str], None]
    calls: int = 0
    _stopped: bool = False

    @property
    def offline(self) -> bool:
        """Whether the CMS may not be asked; known after the first build."""
        return bool(self.site.source.options.offline)

    def run(self) -> None:
        """Handle events until `q` or Ctrl-C."""
        watch = FileWatch(self.events, self._is_ignored)
        try:
            while not self._stopped:
                watch.watch(self.site.watched_paths())
                self._handle_events()
        finally:
            watch.close()
            self.live_reload.close()

    def first_build(self) -> None:
        """Build from stored content, or pull first if that is due.

        Raises:
            ButterCMSError: there is nothing to build from.
        """
        self.site.open()
        with _CallCounter(self) as counter:
            self.server.folder = self.site.build()
        self.live_reload.send_build()
        self.budget.record(counter.calls)
        self.budget.cost = max(self.site.cost, 1)

    def _handle_events(self) -> None:
        """Wait for events, check the CMS if they require it, and build."""
        kinds: set[Kind] = set()
        files: set[Path] = set()
        timeout = 0.5
        while True:
            try:
                kind, paths = self.events.get(timeout=timeout)
            except Empty:
                break
            kinds.add(kind)
            files |= paths
            timeout = _QUIET
        if "quit" in kinds:
            self._stopped = True
            return
        if self._needs_check(kinds, files):
            self._check(requested=bool(kinds & {"check", "webhook"}))
        if "files" in kinds:
            self._rebuild(files)

    def _needs_check(self, kinds: set[Kind], files: set[Path]) -> bool:
        """Return whether to ask the CMS: on demand, or regularly while a page is visible."""
        if self.offline:
            return "check" in kinds  # the error says why the CMS is not asked
        account = self.site.account_folder()
        if account and any(path.is_relative_to(account) for path in files):
            return True
        if "check" in kinds:
            return True
        if kinds & {"webhook", "visible"}:
            return self.budget.allows()
        return self.live_reload.watchers > 0 and self.budget.is_time()

    def _check(self, *, requested: bool) -> None:
        try:
            with _CallCounter(self) as counter:
                result = self.site.pull()
        except ButterCMSError as exc:
            self.budget.record_failure()
            self._fail(f"The CMS could not be asked: {exc}")
            if isinstance(exc, AuthenticationError | QuotaError):
                self.report("It is asked again when you press r.")
                self.budget.cost = 10**9  # no automatic check can be paid for
            return
        self.budget.record(result.calls)
        changes = list(_change_lines(result.changes))
        for line in changes:
            self.report(line)
        if changes or requested:
            self.report(f"{'looked' if changes else 'nothing new'}: {counter}")
        if changes:
            self._build()

    def _rebuild(self, files: Iterable[Path]) -> None:
        """Build because local files changed."""
        account = self.site.account_folder()
        local = sorted(p for p in files if not (account and p.is_relative_to(account)))
        if not local:
            return
        self.report(f"changed: {', '.join(path.name for path in local[:_MOST_NAMES])}")
        if any(map(self.site.is_settings, local)):
            try:
                self.site.open()
            except ButterCMSError as exc:
                self._fail(str(exc))
                return
        self._build()

    def _build(self) -> None:
        started = time.monotonic()
        try:
            self.server.folder = self.site.build()
        except Exception as exc:  # templates and plugins may raise anything
            logger.debug("The build failed", exc_info=True)
            self._fail(f"The build failed, and the last one is shown: {exc or type(exc).__name__}")
            return
        self.live_reload.send_build()
        self.report(f"built in {time.monotonic() - started:.1f} s")

    def _fail(self, message: str) -> None:
        self.report(message)
        self.live_reload.send_failure(message)

    def _is_ignored(self, path: Path) -> bool:
        """Return whether a path is in the cache or an editor's temporary file."""
        cache = Path(self.site.source.options.cache_path).absolute()
        return path.is_relative_to(cache) or path.name.startswith(".") or path.name.endswith("~")


class _CallCounter:
    """The calls of a block, as text "8 calls, 24 in this preview, 310 this month"."""

    def __init__(self, session: PreviewSession) -> None:
        self._session = session
        self.calls = self.month = 0

    def __enter__(self) -> _CallCounter:
        self._before = self._read()
        return self

    def __exit__(self, *error: object) -> None:
        self.month = self._read()
        self.calls = max(0, self.month - self._before)
        self._session.calls += self.calls

    def __str__(self) -> str:
        return (
            f"{count_noun(self.calls, 'call')}, {self._session.calls:,} in this preview,"
            f" {self.month:,} this month"
        )

    def _read(self) -> int:
        path = self._session.site.source.options.cache_path
        if not path.is_dir():
            return 0
        ledger = CallLog(path, lambda: datetime.now(UTC))
        try:
            return ledger.this_month()
        finally:
            ledger.close()


def _change_lines(changes: dict[str, Changes]) -> Iterable[str]:
    """Yield a line for each kind of change and locale."""
    for locale, of_locale in changes.items():
        where = f" [{locale}]" if locale else ""
        for what in ("new", "updated", "deleted"):
            if keys := getattr(of_locale, what):
                yield f"{what}{where}: {_names(keys)}"


def _names(keys: tuple[Key, ...]) -> str:
    shown = ", ".join(map(str, keys[:_MOST_NAMES]))
    more = len(keys) - _MOST_NAMES
    return f"{shown} and {more:,} more" if more > 0 else shown
