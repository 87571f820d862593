"""Who is looking? The open pages of the preview, and how they are told of a new build."""

from __future__ import annotations

from collections.abc import Callable, Iterator
import json
import queue
from threading import Lock

HEARTBEAT = 10.0
"""Seconds after which a silent connection is tried, to find that its page was closed."""


class Hub:
    """The connections of all pages that are open and visible.

    Args:
        on_seen: called when a page comes into view.
    """

    def __init__(self, on_seen: Callable[[], None] = lambda: None) -> None:
        self._on_seen = on_seen
        self._lock = Lock()
        self._pages: set[queue.Queue[str | None]] = set()
        self.build = 0

    @property
    def watchers(self) -> int:
        """The number of pages that somebody looks at."""
        with self._lock:
            return len(self._pages)

    def built(self) -> None:
        """Tell every page that there is a new build."""
        self.build += 1
        self._send("build", str(self.build))

    def failed(self, message: str) -> None:
        """Tell every page why there is none."""
        self._send("failed", message)

    def close(self) -> None:
        """End all connections."""
        with self._lock:
            for page in self._pages:
                page.put(None)

    def connect(self) -> Iterator[bytes]:
        """Give what one page is sent, as server-sent events, until the page is closed."""
        page: queue.Queue[str | None] = queue.Queue()
        with self._lock:
            self._pages.add(page)
        self._on_seen()
        try:
            yield _event("build", str(self.build))
            while True:
                try:
                    message = page.get(timeout=HEARTBEAT)
                except queue.Empty:
                    message = ": still there\n\n"
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
