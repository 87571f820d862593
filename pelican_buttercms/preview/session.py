"""The loop of a preview: wait for events, check the CMS, build, report."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
import logging
from pathlib import Path
from queue import Empty
import time

from pelican_buttercms.content import Key
from pelican_buttercms.errors import (
    AuthenticationError,
    ButterCMSError,
    EventsPendingError,
    QuotaError,
)
from pelican_buttercms.preview.budget import Budget
from pelican_buttercms.preview.events import Events, FileWatch, Kind
from pelican_buttercms.preview.live_reload import LiveReload
from pelican_buttercms.preview.problems import BuildProblem, of_exception, to_json
from pelican_buttercms.preview.server import PreviewServer
from pelican_buttercms.preview.site import PreviewSite
from pelican_buttercms.store import Changes
from pelican_buttercms.sync.build_trigger import STORED_ONLY, Trigger
from pelican_buttercms.wording import count_noun

logger = logging.getLogger(__name__)

_QUIET = 0.1
"""Seconds without a further event after which events are handled together."""

_MOST_NAMES = 8
_NOT_ASKED = "The CMS could not be asked"


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
    _pending: bool = False
    _failed_check: bool = False
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
            self.server.files = self.site.build(None)
        self._show_build()
        self.budget.record(counter.calls)
        self.budget.cost = max(self.site.cost, 1)
        self._pending = self.site.pending_events() is not None  # the CMS failed

    def _handle_events(self) -> None:
        """Wait for events, check the CMS if they require it, and build."""
        kinds: set[Kind] = set()
        files: set[Path] = set()
        as_of = b""
        timeout = 0.5
        while True:
            try:
                event = self.events.get(timeout=timeout)
            except Empty:
                break
            kinds.add(event.kind)
            files |= event.paths
            if event.kind == "webhook":
                self._note_webhook(event.body)
            elif event.kind == "as-of":
                as_of = event.body
            timeout = _QUIET
        if "quit" in kinds:
            self._stopped = True
            return
        if self._needs_check(kinds, files):
            self._check(requested="check" in kinds)
        if "as-of" in kinds:
            self._show_as_of(as_of)
        if self._pending and not self.offline and self.budget.allows(1):
            self._apply_webhooks()
        if "files" in kinds:
            self._rebuild(files)

    def _show_as_of(self, text: bytes) -> None:
        try:
            day = date.fromisoformat(text.decode()) if text else None
        except ValueError:
            self.report("A date is written as 2027-01-31.")
            return
        self.site.show_as_of(day)
        self.report(f"as of {day}" if day else "all drafts")
        self._build()

    def _note_webhook(self, body: bytes) -> None:
        try:
            self.site.note_webhook(body)
        except ButterCMSError as exc:
            self._fail(BuildProblem("A webhook could not be noted", f"{exc} Press r to check."))
            return
        self._pending = True
        if self.offline or not self.budget.allows(1):
            self.report("a webhook waits: ButterCMS is not asked now")

    def _apply_webhooks(self) -> None:
        """Ask for what webhooks named, and build; what fails stays pending, and waits longer."""
        pending = self.site.pending_events()
        self._pending = False
        if pending is None:  # another build has asked for it
            return
        with _CallCounter(self) as counter:
            error = self._build(replace(pending, origin="a webhook"))
        failed = self.site.pending_events() is not None
        self.budget.record_some(counter.calls, failed=failed)
        if failed:
            self._pending = self._may_pass(error)
        else:
            self.report(f"asked for what a webhook named: {counter}")

    def _may_pass(self, error: BaseException | None) -> bool:
        """Return whether a failed call is to be tried again without anybody asking for it."""
        if not isinstance(error, AuthenticationError | QuotaError):
            return True
        self.report("It is asked again when you press r.")
        return False

    def _needs_check(self, kinds: set[Kind], files: set[Path]) -> bool:
        """Return whether to ask the CMS: on demand, or regularly while a page is visible."""
        if self.offline:
            return "check" in kinds  # the error says why the CMS is not asked
        account = self.site.account_folder()
        if account and any(path.is_relative_to(account) for path in files):
            return True
        if "check" in kinds:
            return True
        if "visible" in kinds:
            return self.budget.allows()
        return self.live_reload.watchers > 0 and self.budget.is_time()

    def _check(self, *, requested: bool) -> None:
        try:
            with _CallCounter(self) as counter:
                result = self.site.pull()
        except ButterCMSError as exc:
            self.budget.record_failure()
            self._failed_check = True
            self._fail(BuildProblem(_NOT_ASKED, str(exc)))
            if not self._may_pass(exc):
                self.budget.cost = 10**9  # no automatic check can be paid for
            return
        self.budget.record(result.calls)
        self._pending = False
        if self._failed_check:
            self._failed_check = False
            self.live_reload.send_problems(to_json(self.site.problems))
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
            except Exception as exc:  # it is a program
                logger.debug("The settings cannot be read", exc_info=True)
                self._fail_by("The settings cannot be read", exc)
                return
        if (shown := self.site.replace_styles(local)) is not None:
            self.server.files = shown
            self.live_reload.send_styles()
            return
        self._build(asks_media=False)

    def _build(
        self, trigger: Trigger = STORED_ONLY, *, asks_media: bool = True
    ) -> BaseException | None:
        """Build and show it; return what it failed with."""
        started = time.monotonic()
        try:
            self.server.files = self.site.build(trigger, asks_media=asks_media)
        except Exception as exc:  # templates and plugins may raise anything
            logger.debug("The build failed", exc_info=True)
            error = (isinstance(exc, EventsPendingError) and exc.__cause__) or exc
            if trigger is not STORED_ONLY and self.site.pending_events():
                self._fail(BuildProblem(_NOT_ASKED, f"{error} What a webhook named is kept."))
            else:
                self._fail_by("The build failed, and the last one is shown", exc)
            return error
        self._show_build()
        self.report(f"built in {time.monotonic() - started:.1f} s")
        return None

    def _show_build(self) -> None:
        problems = self.site.problems
        self._failed_check = False
        for problem in problems:
            self._report(problem)
        self.live_reload.send_build(to_json(problems))

    def _fail_by(self, title: str, error: Exception) -> None:
        self._fail(of_exception(title, error, list(self.site.watched_paths())))

    def _fail(self, problem: BuildProblem) -> None:
        self._report(problem)
        self.live_reload.send_problems(to_json([problem]))

    def _report(self, problem: BuildProblem) -> None:
        for line in problem.lines():
            self.report(line)

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
        self._before = self._session.site.source.calls_this_month()
        return self

    def __exit__(self, *error: object) -> None:
        self.month = self._session.site.source.calls_this_month()
        self.calls = max(0, self.month - self._before)
        self._session.calls += self.calls

    def __str__(self) -> str:
        return (
            f"{count_noun(self.calls, 'call')}, {self._session.calls:,} in this preview,"
            f" {self.month:,} this month"
        )


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
