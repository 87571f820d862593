"""The report of one process to GitHub, written when the process ends, however it ends."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
import logging
import os
from pathlib import Path
import secrets
import sys
from typing import Any, TextIO

from pelican.plugins import signals

from pelican_buttercms.errors import ButterCMSError
from pelican_buttercms.plugin import registry
from pelican_buttercms.plugin.github import facts
from pelican_buttercms.plugin.github.commands import (
    Level,
    annotation,
    resume_commands,
    stop_commands,
)
from pelican_buttercms.plugin.github.summary import render, safe
from pelican_buttercms.settings.environment import SECRETS
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.build_trigger import Trigger
from pelican_buttercms.titled_logs import title_of

logger = logging.getLogger(__name__)

_OURS = "pelican_buttercms"
_MOST = 9  # GitHub shows ten annotations of a kind for each step
_MOST_TEXTS = 20  # a summary may have 1 MiB
_SHORTEST_SECRET = 4

_current: list[GitHubReport] = []


class GitHubReport(logging.Handler):
    """Gathers what a process reports to GitHub.

    Args:
        environ: GitHub's variables, and the secrets that are hidden.
        stream: where the runner reads commands.
        now: the clock, giving aware times.
    """

    def __init__(
        self, environ: Mapping[str, str], stream: TextIO, now: Callable[[], datetime]
    ) -> None:
        super().__init__(logging.WARNING)
        self.facts: facts.BuildFacts | None = None
        self._environ, self._stream, self._now = environ, stream, now
        self._secrets = _values(environ.get)
        self._token = secrets.token_hex(16)
        self._messages: dict[tuple[Level, str, str], None] = {}

    def begin(self) -> None:
        """Stop commands: everything that this process prints from now on is text."""
        print(stop_commands(self._token), file=self._stream, flush=True)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep our own warnings, and the error that ends Pelican."""
        try:
            self._keep(record)
        except Exception:  # noqa: BLE001  (as handlers of the standard library do)
            self.handleError(record)

    def _keep(self, record: logging.LogRecord) -> None:
        error = sys.exception()  # the record's own may be gone, see `messages`
        if record.levelno >= logging.CRITICAL and isinstance(error, ButterCMSError):
            self.add("error", "ButterCMS", str(error))
        elif record.levelno >= logging.CRITICAL:
            self.add("error", "Pelican", record.getMessage())
        elif record.name.partition(".")[0] == _OURS:
            level: Level = "error" if record.levelno >= logging.ERROR else "warning"
            self.add(level, title_of(record, "ButterCMS"), record.getMessage())

    def add(self, level: Level, title: str, text: str) -> None:
        """Keep a message; once, however often it comes."""
        self._messages[level, title, text] = None

    def hide(self, get: Callable[[str], str | None]) -> None:
        """Hide these secrets in the report, too."""
        self._secrets |= _values(get)

    def finish(self) -> None:
        """Write the report; a failure to write it is logged only."""
        with suppress(OSError, ValueError):
            sys.stdout.flush()  # what was printed is read before commands are commands again
        if self.facts and self.facts.mode == "preview":
            text = f"This build shows what is not published: {self.facts.drafts:,}."
            self.add("notice", "ButterCMS: drafts", text)
        for write in (self._write_annotations, self._write_summary):
            try:
                write()
            except (OSError, ValueError) as exc:  # ValueError: the stream is closed
                logger.info("The report to GitHub could not be written: %s", exc)

    def _write_annotations(self) -> None:
        lines = [resume_commands(self._token)]
        for level in ("error", "warning", "notice"):
            lines += self._annotations(level)
        print("\n".join(lines), file=self._stream, flush=True)

    def _annotations(self, level: Level) -> Iterable[str]:
        messages = [(title, text) for of, title, text in self._messages if of == level]
        for title, text in messages[:_MOST]:
            yield annotation(level, title, self._hidden(text))
        if more := len(messages[_MOST:]):
            yield annotation(level, "ButterCMS", f"And {more:,} more, in the summary of the job.")

    def _write_summary(self) -> None:
        if path := self._environ.get("GITHUB_STEP_SUMMARY"):
            texts = {level: self._texts(level) for level in ("error", "warning")}
            text = render(self.facts, texts["warning"], texts["error"], self._now())
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(self._hidden(text))

    def _texts(self, level: str) -> list[str]:
        return [self._hidden(text) for of, _, text in self._messages if of == level][:_MOST_TEXTS]

    def _hidden(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***").replace(safe(secret), "***")
        return text


def _values(get: Callable[[str], str | None]) -> set[str]:
    values = ((get(name) or "").strip() for name in SECRETS)
    return {value for value in values if len(value) >= _SHORTEST_SECRET}


def watch(stream: TextIO | None = None) -> None:
    """Begin to gather, where this is a step of GitHub Actions; once, however often called.

    Args:
        stream: where the runner reads commands; by default the standard output. A command that
            prints JSON there names the standard error.
    """
    if _current or os.environ.get("GITHUB_ACTIONS") != "true":
        return
    report = GitHubReport(os.environ, stream or sys.stdout, lambda: datetime.now(UTC))
    _current.append(report)
    logging.getLogger().addHandler(report)
    signals.generator_init.connect(_on_generator)
    atexit.register(report.finish)
    report.begin()


def report_pull(source: Source, pulled: facts.Pulled, trigger: Trigger | None = None) -> None:
    """Report the result of a pull without a build."""
    for report in _current:
        report.hide(source.environment.get)
        report.facts = facts.of_pull(source, pulled, trigger)


def fail(error: ButterCMSError) -> None:
    """Report the error that ends a command."""
    for report in _current:
        report.add("error", "ButterCMS", str(error))


def _on_generator(generator: Any) -> None:
    """Keep the facts of a build as soon as its content is read."""
    site = registry.site_of(generator)
    waiting = [report for report in _current if report.facts is None]
    if site is None or site.stored is None or not waiting:
        return
    for report in waiting:
        report.hide(site.source.environment.get)
        try:
            run = registry.run_of(generator)
            report.facts = facts.of_build(site.stored, run, site.started_by)
        except Exception as exc:  # noqa: BLE001  (a report must not cost the build)
            logger.info("The content cannot be summed up: %r", exc)
