"""Server-sent events to the open pages of the preview, which reload after a build."""

from __future__ import annotations

from collections.abc import Callable, Iterator
import json
import queue
from threading import Lock

HEARTBEAT = 10.0
"""Seconds of silence after which a message is sent, to detect that the page was closed."""


class LiveReload:
    """The connections of all pages that are open and visible.

    Args:
        on_visible: called when a page becomes visible.
    """

    def __init__(self, on_visible: Callable[[], None] = lambda: None) -> None:
        self._on_visible = on_visible
        self._lock = Lock()
        self._pages: set[queue.Queue[str | None]] = set()
        self._problems = "[]"
        self.build = 0

    @property
    def watchers(self) -> int:
        """The number of visible pages."""
        with self._lock:
            return len(self._pages)

    def send_build(self, problems: str = "[]") -> None:
        """Send every page the number of a new build.

        Args:
            problems: what that build left out, as JSON.
        """
        self.build += 1
        self._problems = problems
        self._send("build", str(self.build))

    def send_styles(self) -> None:
        """Ask every page to load its stylesheets again."""
        self._send("styles", "")

    def send_problems(self, problems: str) -> None:
        """Send every page, and each that connects, what is wrong as JSON; "[]" means mended."""
        if problems != self._problems:
            self._problems = problems
            self._send("problems", problems)

    def close(self) -> None:
        """End all connections."""
        with self._lock:
            for page in self._pages:
                page.put(None)

    def connect(self) -> Iterator[bytes]:
        """Yield the server-sent events for one page until it is closed."""
        page: queue.Queue[str | None] = queue.Queue()
        with self._lock:
            self._pages.add(page)
        self._on_visible()
        try:
            yield _event("build", str(self.build))
            yield _event("problems", self._problems)
            while True:
                try:
                    message = page.get(timeout=HEARTBEAT)
                except queue.Empty:
                    message = ": heartbeat\n\n"
                if message is None:
                    return
                yield message.encode()
        finally:
            with self._lock:
                self._pages.discard(page)

    def _send(self, name: str, data: str) -> None:
        with self._lock:
            for page in self._pages:
                page.put(_event(name, data).decode())


def _event(name: str, data: str) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
