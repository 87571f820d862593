"""Failures on request: rules that make answers slow, wrong or missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
import gzip
import re
from threading import Lock
import time

from werkzeug.wrappers import Response

from pelican_buttercms.errors import AccountError

KINDS = ("latency", "quota", "status", "cut", "malformed", "refuse")
_RULE = re.compile(
    r"(?P<kind>[a-z]+)(=(?P<value>[0-9]+(\.[0-9]*)?|\.[0-9]+))?(@(?P<path>[^#\s]+?))?"
    r"(%(?P<every>[1-9]\d*))?(#(?P<times>\d+))?"
)
_HTML = "<!DOCTYPE html>\n<html><head><title>Application Error</title></head></html>\n"


@dataclass
class Fault:
    """A rule of failures.

    Attributes:
        kind: `latency` (value: seconds), `quota` (429; value: seconds of Retry-After), `status`
            (value: the status, with a page of HTML), `cut` (in the middle of the body),
            `malformed` (JSON that ends too early) or `refuse` (the connection).
        value: see above; None means the kind's default.
        path: the pattern of the paths, with `*` for anything.
        every: 1 matches each request to such a path, 2 every second one, and so on.
        times: how many requests it matches, None for all.
    """

    kind: str
    value: float | None = None
    path: str = "*"
    times: int | None = None
    every: int = 1
    seen: int = field(default=0, compare=False)

    @classmethod
    def parse(cls, rule: str) -> Fault:
        """Read `KIND[=VALUE][@PATH][%EVERY][#TIMES]`, such as `status=503@/v2/posts/*#2`.

        Raises:
            AccountError: the rule cannot be read.
        """
        match = _RULE.fullmatch(rule.strip())
        if match is None or match["kind"] not in KINDS:
            raise AccountError(
                f"{rule!r} is not a fault: use KIND[=VALUE][@PATH][%EVERY][#TIMES] with one of"
                f" {', '.join(KINDS)}, such as status=503@/v2/posts/*#2."
            )
        value, times = match["value"], match["times"]
        return cls(
            match["kind"],
            float(value) if value else None,
            match["path"] or "*",
            int(times) if times else None,
            int(match["every"] or 1),
        )

    def matches(self, path: str) -> bool:
        """Return whether the rule matches a request, and count it."""
        if self.times == 0 or not fnmatchcase(path, self.path):
            return False
        self.seen += 1
        if self.seen % self.every:
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass
class Faults:
    """The active rules; thread-safe."""

    rules: list[Fault] = field(default_factory=list)
    sleep: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        self._lock = Lock()

    def add(self, *rules: str | Fault) -> None:
        """Add rules, as texts or objects."""
        with self._lock:
            self.rules += [r if isinstance(r, Fault) else Fault.parse(str(r)) for r in rules]

    def clear(self) -> None:
        """Remove all rules."""
        with self._lock:
            self.rules.clear()

    def match(self, path: str) -> list[Fault]:
        """Return the rules that match a request, and count it."""
        with self._lock:
            return [rule for rule in self.rules if rule.matches(path)]

    def before(self, faults: Iterable[Fault]) -> Response | None:
        """Delay a request, refuse it, or return an answer in the API's place."""
        for fault in faults:
            if fault.kind == "latency":
                self.sleep(fault.value or 0)
            elif fault.kind == "refuse":
                raise ConnectionRefusedError("refused by the emulator")
            elif fault.kind == "quota":
                return _quota(fault.value)
            elif fault.kind == "status":
                return Response(_HTML, int(fault.value or 503), content_type="text/html")
        return None

    @staticmethod
    def after(faults: Iterable[Fault], response: Response) -> Response:
        """Damage an answer."""
        for fault in faults:
            data = response.get_data()
            if fault.kind == "malformed":
                if response.headers.pop("Content-Encoding", "") == "gzip":
                    data = gzip.decompress(data)  # half of the JSON, not half of a gzip file
                response.set_data(data[: max(1, len(data) // 2)])
            elif fault.kind == "cut":
                response.response = _cut(data)
                response.headers["Content-Length"] = str(len(data))
        return response


def _quota(retry_after: float | None) -> Response:
    response = Response(
        '{"detail":"API Calls limit reached."}', 429, content_type="application/json"
    )
    if retry_after is not None:
        response.headers["Retry-After"] = str(int(retry_after))
    return response


def _cut(data: bytes) -> Iterator[bytes]:
    yield data[: len(data) // 2]
    raise ConnectionResetError("cut off by the emulator")
