"""A relay in a process of its own, a place where builds are started, and a real Redis."""

from __future__ import annotations

import json
import os
from threading import Lock, Thread
import time
import urllib.error
import urllib.request

import msgspec
import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from pelican_buttercms.settings import Environment
from pelican_buttercms.store.queue import DiskQueue
from pelican_buttercms.webhooks.config import RelayOptions
from pelican_buttercms.webhooks.dispatcher import Worker
from tests.commands import Running, until

from .places import Clock

SECRET = "a-secret-of-some-length"
QUICK = {
    "QUIET": "0.2",
    "LONGEST": "1",
    "FIRST_RETRY": "0.1",
    "LAST_RETRY": "0.4",
    "LEASE": "0.6",
}


def options(**values):
    """Return a relay's options, quick ones."""
    environ = {f"BUTTERCMS_RELAY_{k}": v for k, v in QUICK.items()}
    environ |= {"BUTTERCMS_WEBHOOK_SECRET": SECRET, "BUTTERCMS_RELAY_RUN": "true"}
    environ |= {name: value for name, value in values.items() if name.isupper()}
    given = {name: value for name, value in values.items() if name.islower()}
    return RelayOptions.read(Environment(environ), given)


class Builds:
    """A place where builds are started, on loopback; it answers as it is told."""

    def __init__(self):
        self.requests = []
        self.statuses = []
        self.headers = {}
        self.delay = 0.0
        self._lock = Lock()
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def _answer(self, environ, start_response):
        request = Request(environ)
        data = request.get_data()
        with self._lock:
            status = self.statuses.pop(0) if self.statuses else 204
            self.requests.append((request.full_path, dict(request.headers), data, status))
        time.sleep(self.delay)
        return Response("", status, self.headers)(environ, start_response)

    def payloads(self):
        """Return the payloads of the builds that were started."""
        report = [json.loads(data) for _, _, data, status in self.requests if status < 300]
        return [item.get("client_payload", item)["buttercms"] for item in report]

    def ids(self):
        """Return the ids of all items that a build was started for."""
        return {item["id"] for payload in self.payloads() for item in payload}

    def close(self):
        """End."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Relay(Running):
    """The relay, while it runs."""

    def __init__(self, folder, builds, *arguments, env=None):
        environ = {name: value for name, value in os.environ.items() if "BUTTERCMS" not in name}
        environ |= {f"BUTTERCMS_RELAY_{k}": v for k, v in QUICK.items()}
        environ |= {
            "BUTTERCMS_WEBHOOK_SECRET": SECRET,
            "BUTTERCMS_GITHUB_TOKEN": "gh-token",
            "GITHUB_API_URL": builds.url,
            "BUTTERCMS_NETLIFY_HOOK": f"{builds.url}/build_hooks/n3tlify?trigger_branch=main",
            "BUTTERCMS_DEPLOY_HOOK": f"{builds.url}/deploy/d3ploy",
        }
        super().__init__(folder, ["relay", "--port", "0", *arguments], environ | (env or {}))

    @property
    def address(self):
        """Wait until it takes webhooks; returns the address."""
        return self.serves_at(r"Taking webhooks at (http://[^/]+)/")

    def post(self, data, secret=SECRET):
        """Send a webhook; returns the status, 0 when no answer came."""
        headers = {"Content-Type": "application/json", "X-Buttercms-Secret": secret}
        request = urllib.request.Request(
            f"{self.address}/", json.dumps(data).encode(), headers, method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as exc:
            with exc:
                return exc.code
        except OSError:
            return 0

    def get(self, path):
        """Ask for something else; returns the text."""
        request = urllib.request.Request(
            self.address + path, headers={"X-Buttercms-Secret": SECRET}
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.read().decode()


@pytest.fixture
def builds():
    """A place where builds are started."""
    builds = Builds()
    yield builds
    builds.close()


@pytest.fixture
def start(tmp_path, builds):
    """Start a relay that starts GitHub's builds, and end it."""
    running = []

    def start(*arguments, env=None):
        arguments = arguments or ("--github", "me/site")
        running.append(Relay(tmp_path, builds, *arguments, env=env))
        return running[-1]

    yield start
    for relay in running:
        relay.end()


@pytest.fixture
def redis_url(redis_server):
    """An empty Redis of a test's own."""
    redis_server.clear()
    return redis_server.url


@pytest.fixture
def make_options():
    """Return a relay's options."""
    return options


@pytest.fixture
def wait():
    """Wait for what another process does."""
    return until


@pytest.fixture
def secret():
    """Return the relay's secret."""
    return SECRET


@pytest.fixture
def clock():
    """A clock."""
    return Clock()


@pytest.fixture
def queue(tmp_path, clock):
    """A queue with that clock."""
    queue = DiskQueue(tmp_path, now=clock)
    yield queue
    queue.close()


@pytest.fixture
def work(queue, make_options):
    """Return a worker that never jitters, with the options' own defaults."""
    plain = {"QUIET": "10", "LONGEST": "60", "FIRST_RETRY": "5", "LAST_RETRY": "600"}

    def make(*places, **values):
        environ = {f"BUTTERCMS_RELAY_{name}": value for name, value in plain.items()}
        worker = Worker(queue, places, make_options(**environ, **values), jitter=lambda: 0.5)
        worker.register()
        return worker

    return make


@pytest.fixture
def happen(queue, make_event):
    """Add an event to the queue."""

    def add(slug, name="page.published"):
        event = make_event(name, slug)
        queue.add(event.identity(), msgspec.json.encode(event), "event:x", b"{}")

    return add
