"""Who answers in a benchmark? The emulator, in a process of its own, after a wait.

Every answer is worked out once and kept, so that what is measured is the client. A request is
answered over HTTP/1.1 with the connection kept open, compressed if the client asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
import gzip
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
import subprocess
import sys
import time
from urllib.request import urlopen

from werkzeug.test import Client

from benchmarks.content import CORPORA, make_account
from pelican_buttercms.emulator import create_app

CHANGED = "changed by an editor"


class Answers:
    """What the emulator says to each request, kept until the content changes."""

    def __init__(self, posts: int, pages: int, corpus: str) -> None:
        self._app = create_app(make_account(posts, pages, corpus))
        self._client = Client(self._app)
        self._post = f"post-{posts // 2}"
        self._kept: dict[str, tuple[int, bytes]] = {}
        self.calls = 0

    def answer(self, path: str) -> tuple[int, bytes]:
        """Give the status and the gzip-compressed body of the answer."""
        if path.startswith("/change/"):
            return 200, gzip.compress(self._change(path.rpartition("/")[2]).encode())
        if path == "/calls":
            return 200, gzip.compress(str(self.calls).encode())
        self.calls += 1
        if path not in self._kept:
            self._kept[path] = self._ask(path)
        return self._kept[path]

    def _ask(self, path: str) -> tuple[int, bytes]:
        response = self._client.get(path, headers={"Authorization": "Token benchmark"})
        return response.status_code, gzip.compress(response.data, 1)

    def _change(self, number: str) -> str:
        """Change one post, and work out anew all answers that were asked for before."""
        title = f"Post {CHANGED} {number}"
        self._app.change(f"post/{self._post}", title=title)
        for path in list(self._kept):
            self._kept[path] = self._ask(path)
        return self._post


@contextmanager
def serving(posts: int, pages: int, latency: float, corpus: str = CORPORA[0]) -> Iterator[str]:
    """Serve an account from another process; gives its address without a path."""
    given = (str(posts), str(pages), str(latency), corpus)
    command = [sys.executable, "-m", "benchmarks.api", *given]
    root = Path(__file__).parent.parent
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:  # noqa: S603
        try:
            yield process.stdout.readline().strip() if process.stdout else ""
        finally:
            process.terminate()


def ask(url: str) -> str:
    """Ask for something that is no part of what is measured."""
    with urlopen(url, timeout=600) as answer:  # noqa: S310
        return str(answer.read().decode())


def main() -> None:
    """Serve until the process is ended."""
    answers = Answers(int(sys.argv[1]), int(sys.argv[2]), sys.argv[4])
    latency = float(sys.argv[3])

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            time.sleep(latency)
            status, body = answers.answer(self.path)
            compressed = "gzip" in self.headers.get("Accept-Encoding", "")
            body = body if compressed else gzip.decompress(body)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if compressed:
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """A line a request helps nobody."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
