"""The history of publish runs: what each one overwrote, for as long as the bases are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
import re
from typing import Any, Self

import msgspec

from pelican_buttercms.content import Key
from pelican_buttercms.errors import PublishError, StoreError
from pelican_buttercms.filesystem import read_regular
from pelican_buttercms.publish.apply.run_journal import append_line
from pelican_buttercms.publish.apply.types import Written
from pelican_buttercms.publish.base_versions import BaseVersions
from pelican_buttercms.publish.plan.plan import Action, Step
from pelican_buttercms.publish.write_model import (
    STATUS,
    FieldPath,
    Values,
    WriteTarget,
    digest_values,
    encode_values,
)
from pelican_buttercms.wording import suggest

KEPT = 50
"""So many runs can be undone."""

RUN_NAME = re.compile(r"[0-9]{8}T[0-9]{6}(?:-[0-9]{1,4})?")
_MAX_BYTES = 64 * 2**20


class _Line(msgspec.Struct, omit_defaults=True):
    """A line of a run's file: a part that was about to be sent, or, with `shows`, that shows."""

    account: str
    action: Action
    draft: str
    target: tuple[str, str, str, str]
    before: str = ""
    after: str = ""
    paths: list[list[str]] = msgspec.field(default_factory=list)
    shows: bool = False
    renamed: tuple[str, str, str, str] | None = None


@dataclass(frozen=True)
class PastWrite:
    """What a run did to one version.

    Attributes:
        action: what was done.
        draft: the draft's path.
        target: what was written, as it is called since.
        before: the digest of what the CMS held, "" if it held nothing.
        after: the digest of what it holds since; as it was sent, if that was not seen.
        paths: the fields that were sent.
    """

    action: Action
    draft: Path
    target: WriteTarget
    before: str
    after: str
    paths: tuple[FieldPath, ...] = ()


@dataclass(frozen=True)
class PastRun:
    """A run of publish.

    Attributes:
        name: its name, which is when it began (UTC).
        account: whose content it wrote.
        writes: what it did, in order.
    """

    name: str
    account: str
    writes: tuple[PastWrite, ...]


class RunHistory:
    """The runs of one cache folder.

    Args:
        folder: the cache folder.
        bases: keeps the versions.
        account: the account of this run.

    Raises:
        StoreError: from every method, when the disk fails.
    """

    def __init__(self, folder: Path, bases: BaseVersions, account: str) -> None:
        self._folder = folder / "publish" / "runs"
        self._bases = bases
        self._account = account
        self._file: Path | None = None

    def begin(self, now: datetime) -> Self:
        """Choose the name of a new run; nothing is written before its first step."""
        name, number = f"{now:%Y%m%dT%H%M%S}", 1
        self._file = self._path(name)
        while self._file.exists():
            number += 1
            self._file = self._path(f"{name}-{number}")
        return self

    def sending(self, step: Step) -> None:
        """Keep what a step is about to overwrite."""
        for part in step.parts:
            before = part.before.values if part.before else None
            after = {**(before or {}), **part.values, STATUS: step.status}
            self._append(
                _Line(
                    self._account,
                    step.action,
                    str(part.draft.resolve()),
                    _as_tuple(part.target),
                    self._keep(before),
                    "" if step.action == "delete" else self._keep(after),
                    [list(path) for path in part.values],
                )
            )

    def shown(self, written: Written) -> None:
        """Record that a part of a step shows, and under which name."""
        part = written.part
        self._append(
            _Line(
                self._account,
                "change",
                str(part.draft.resolve()),
                _as_tuple(part.target),
                after=self._keep(written.version.values if written.version else None),
                shows=True,
                renamed=_as_tuple(written.target),
            )
        )

    def names(self) -> list[str]:
        """Return the names of the runs, the newest first."""
        names = (path.stem for path in self._folder.glob("*.jsonl"))
        return sorted(filter(RUN_NAME.fullmatch, names), key=_order, reverse=True)

    def load(self, name: str) -> PastRun:
        """Return a run by its name, or the last one by "last".

        Raises:
            PublishError: there is no such run, or it was one of another account.
        """
        if name == "last":
            run = next(self.runs(), None)
            if run is None:
                raise PublishError("No run of publish is kept here: there is nothing to undo.")
            return run
        if name not in (names := self.names()):
            raise PublishError(
                f"There is no run {name!r}{suggest(name, names)} `publish undo --runs` lists them."
            )
        run = self._read(name)
        if run.account != self._account:
            raise PublishError(
                f"The run {run.name} wrote to another account or address: use the settings and the"
                " tokens of that one, or name another run."
            )
        return run

    def runs(self) -> Iterator[PastRun]:
        """Yield the runs of this account, the newest first; what cannot be read is left out."""
        for name in self.names():
            with suppress(PublishError):
                run = self._read(name)
                if run.account == self._account:
                    yield run

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.jsonl"

    def _keep(self, values: Values | None) -> str:
        if values is None:
            return ""
        digest = digest_values(values)
        self._bases.keep(digest, encode_values(values))
        return digest

    def _append(self, line: _Line) -> None:
        if self._file is None:
            return
        try:
            is_new = not self._file.exists()
            self._folder.mkdir(parents=True, exist_ok=True)
            append_line(self._file, msgspec.to_builtins(line))
            if is_new:
                for name in self.names()[KEPT:]:
                    self._path(name).unlink(missing_ok=True)
        except OSError as exc:
            raise StoreError(
                f"The history of publish cannot be kept in {self._folder} ({exc}). Look at that"
                " disk and its rights, then publish again."
            ) from exc

    def _read(self, name: str) -> PastRun:
        try:
            data = read_regular(self._path(name), _MAX_BYTES, follow=False)
            whole = data[: data.rfind(b"\n") + 1]  # a line that was cut off was never sent
            lines = [msgspec.json.decode(line, type=_Line) for line in whole.splitlines()]
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
            raise PublishError(
                f"The run {name} cannot be read ({exc}): move {self._path(name)} away."
            ) from exc
        return PastRun(name, lines[0].account if lines else "", tuple(_writes(lines)))


def _writes(lines: Sequence[_Line]) -> Iterator[PastWrite]:
    shown = {(line.draft, line.target): line for line in lines if line.shows}
    new = {(line.draft, line.target[3]): line for line in lines if line.shows and line.renamed}
    sent: dict[Any, _Line] = {}
    for line in lines:
        if not line.shows:  # of one that was sent again, the first saw what it overwrote
            sent.setdefault((line.action, line.draft, line.target), line)
    for line in sent.values():
        seen = shown.get((line.draft, line.target)) or new.get((line.draft, line.target[3]))
        target = seen.renamed if seen and seen.renamed else line.target
        yield PastWrite(
            line.action,
            Path(line.draft),
            _as_target(target),
            line.before,
            seen.after if seen and line.action != "delete" else line.after,
            tuple(tuple(path) for path in line.paths),
        )


def _as_tuple(target: WriteTarget) -> tuple[str, str, str, str]:
    return target.key.kind, target.key.group, target.key.id, target.locale


def _as_target(names: tuple[str, str, str, str]) -> WriteTarget:
    kind, group, name, locale = names
    key: Any = Key(kind, group, name)  # type: ignore[arg-type]
    return WriteTarget(key, locale)


def _order(name: str) -> tuple[str, int]:
    start, _, number = name.partition("-")
    return start, int(number or 1)
