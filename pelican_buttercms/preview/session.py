"""What does a preview do from its start to its end? Wait, look, build, tell."""

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
from pelican_buttercms.preview.live_reload import Hub
from pelican_buttercms.preview.server import PreviewServer
from pelican_buttercms.preview.site import PreviewSite
from pelican_buttercms.store import CallLog, Changes

logger = logging.getLogger(__name__)

_QUIET = 0.3
"""Seconds without a further event, after which several are taken as one."""

_MOST_NAMES = 8


@dataclass
class Session:
    """One preview under way.

    Attributes:
        site: builds it.
        hub: the open pages.
        server: shows it.
        budget: how often the CMS is asked.
        events: what happens.
        say: where lines go.
    """

    site: PreviewSite
    hub: Hub
    server: PreviewServer
    budget: Budget
    events: Events
    say: Callable[[str], None]
    calls: int = 0
    _stopped: bool = False

    @property
    def offline(self) -> bool:
        """Say whether the CMS may not be asked; known after the first build."""
        return bool(self.site.source.options.offline)

    def run(self) -> None:
        """Build and go on building until `q` or Ctrl-C."""
        watch = FileWatch(self.events, self._is_ignored)
        try:
            while not self._stopped:
                watch.watch(self.site.watched())
                self._wait()
        finally:
            watch.close()
            self.hub.close()

    def first_build(self) -> None:
        """Build from what is stored, or pulled if that is due; the settings must be right.

        Raises:
            ButterCMSError: there is nothing to build from.
        """
        self.site.open()
        with _Counted(self) as counted:
            self.server.folder = self.site.build()
        self.hub.built()
        self.budget.spent(counted.calls)
        self.budget.cost = max(self.site.cost, 1)

    def _wait(self) -> None:
        """Wait for something to happen, and do what it asks for."""
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
        if self._wants_look(kinds, files):
            self._look(asked=bool(kinds & {"look", "webhook"}))
        if "files" in kinds:
            self._rebuild(files)

    def _wants_look(self, kinds: set[Kind], files: set[Path]) -> bool:
        """Say whether the CMS is to be asked: on demand, or when somebody is there to see it."""
        if self.offline:
            return "look" in kinds  # it is told why not, to whoever asks for it
        account = self.site.account_folder()
        if account and any(path.is_relative_to(account) for path in files):
            return True
        if kinds & {"look"}:
            return True
        if kinds & {"webhook", "seen"}:
            return self.budget.allows()
        return self.hub.watchers > 0 and self.budget.is_time()

    def _look(self, *, asked: bool) -> None:
        try:
            with _Counted(self) as counted:
                result = self.site.look()
        except ButterCMSError as exc:
            self.budget.failed()
            self._fail(f"The CMS could not be asked: {exc}")
            if isinstance(exc, AuthenticationError | QuotaError):
                self.say("It is asked again when you press r.")
                self.budget.cost = 10**9
            return
        self.budget.spent(result.calls)
        changes = list(_told(result.changes))
        for line in changes:
            self.say(line)
        if changes or asked:
            self.say(f"{'looked' if changes else 'nothing new'}: {counted}")
        if changes:
            self._build()

    def _rebuild(self, files: Iterable[Path]) -> None:
        """Build because local files changed."""
        account = self.site.account_folder()
        own = sorted(p for p in files if not (account and p.is_relative_to(account)))
        if not own:
            return
        self.say(f"changed: {', '.join(path.name for path in own[:_MOST_NAMES])}")
        if any(map(self.site.is_settings, own)):
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
        except Exception as exc:  # templates and plugins may raise anything: the preview goes on
            logger.debug("The build failed", exc_info=True)
            self._fail(f"The build failed, and the last one is shown: {exc or type(exc).__name__}")
            return
        self.hub.built()
        self.say(f"built in {time.monotonic() - started:.1f} s")

    def _fail(self, message: str) -> None:
        self.say(message)
        self.hub.failed(message)

    def _is_ignored(self, path: Path) -> bool:
        """Leave out what changes by the preview's own doing, and editors' temporary files."""
        cache = Path(self.site.source.options.cache_path).absolute()
        return path.is_relative_to(cache) or path.name.startswith(".") or path.name.endswith("~")


class _Counted:
    """Counts the calls of what is done inside; prints as "8 calls, 24 in all, 310 this month"."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.calls = self.month = 0

    def __enter__(self) -> _Counted:
        self._before = self._read()
        return self

    def __exit__(self, *error: object) -> None:
        self.month = self._read()
        self.calls = max(0, self.month - self._before)
        self._session.calls += self.calls

    def __str__(self) -> str:
        noun = "call" if self.calls == 1 else "calls"
        return (
            f"{self.calls:,} {noun}, {self._session.calls:,} in this preview,"
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


def _told(changes: dict[str, Changes]) -> Iterable[str]:
    """Tell what changed, a line a kind of change and locale."""
    for locale, of_locale in changes.items():
        where = f" [{locale}]" if locale else ""
        lists = (("new", of_locale.new), ("updated", of_locale.updated))
        for what, keys in (*lists, ("deleted", of_locale.deleted)):
            if keys:
                yield f"{what}{where}: {_names(keys)}"


def _names(keys: tuple[Key, ...]) -> str:
    shown = ", ".join(map(str, keys[:_MOST_NAMES]))
    more = len(keys) - _MOST_NAMES
    return f"{shown} and {more:,} more" if more > 0 else shown
