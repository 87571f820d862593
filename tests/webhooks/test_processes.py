"""The real relay, in processes of its own: from a webhook to a build, whatever ends it."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
import json
import os
import random
import signal
import subprocess
import sys
from threading import Event as Flag
from threading import Thread
import time

import pytest

from pelican_buttercms.api.webhook_events.payload import parse_payload
from pelican_buttercms.emulator import create_app


def test_a_hundred_events_in_a_burst_are_one_build(start, builds, make_body, wait):
    """All of them are in it, each answered within a second."""
    relay = start(env={"BUTTERCMS_RELAY_QUIET": "0.6", "BUTTERCMS_RELAY_LONGEST": "20"})
    assert relay.address
    slowest = 0.0

    def post(number):
        nonlocal slowest
        began = time.monotonic()
        status = relay.post(make_body(slug=f"p{number}"))
        slowest = max(slowest, time.monotonic() - began)
        return status

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(post, range(100))) == {202}
    wait(lambda: builds.requests)
    time.sleep(0.8)
    ((path, headers, data, _),) = builds.requests
    assert path.startswith("/repos/me/site/dispatches")
    assert headers["Authorization"] == "Bearer gh-token"
    assert {event.id for event in parse_payload(data)} == {f"p{n}" for n in range(100)}
    assert slowest < 1
    assert json.loads(relay.get("/healthz"))["waiting"] == 0
    assert relay.end() == 0
    assert "What was not delivered is kept." in relay.printed
    assert "gh-token" not in relay.printed
    assert "a-secret" not in relay.printed


def test_an_edit_in_the_cms_is_a_build(start, builds, account, wait, secret):
    """The emulator's own webhooks, over loopback, to what a build is told."""
    account.post("hello", title="Hello")
    account.page("news", "n", title="News")
    account.collection("people", {"id": 7, "name": "Ada"})
    relay = start("--netlify")
    app = create_app(account.folder)
    app.account.config["webhooks"] = [
        {
            "url": f"{relay.address}/",
            "events": ["post.published", "page.unpublished", "collectionitem.all"],
            "headers": {"X-Buttercms-Secret": secret},
        }
    ]
    app.change("post/hello", "published", title="New")
    app.change("page/news/n", "unpublished")
    app.change("item/people/7", "deleted")
    app.settle()
    assert app.writes.webhooks.failures == []
    wait(lambda: builds.requests)
    ((path, _, data, _),) = builds.requests
    assert path.startswith("/build_hooks/n3tlify?trigger_branch=main&trigger_title=ButterCMS")
    events = parse_payload(data)
    assert [(e.kind, e.group, e.id, e.action) for e in events] == [
        ("post", "", "hello", "changed"),
        ("page", "news", "n", "deleted"),
        ("item", "people", "7", "deleted"),
    ]


def test_what_was_taken_is_delivered_after_a_restart(start, builds, make_body, wait):
    """Ended in order, in the middle of a window; and while the target was away."""
    slow = {"BUTTERCMS_RELAY_QUIET": "30", "BUTTERCMS_RELAY_LONGEST": "30"}
    relay = start(env=slow)
    assert relay.post(make_body(slug="window")) == 202
    assert relay.end() == 0
    assert builds.requests == []
    builds.statuses = [503, 404, 500]
    relay = start()
    wait(lambda: len(builds.requests) >= 2)
    assert relay.post(make_body(slug="later")) == 202
    wait(lambda: builds.ids() == {"window", "later"})
    log = json.loads(relay.get("/log"))
    assert [entry["event"]["id"] for entry in log if "event" in entry] == ["later", "window"]
    assert [entry["started"] for entry in log if "build" in entry][-3:] == [False] * 3


class Posting:
    """Posts events one after the other, and notes which were taken."""

    def __init__(self, make_body):
        self.taken = set()
        self.relays = []
        self._body = make_body
        self._numbers = count()
        self._stop = Flag()
        self._threads = [Thread(target=self._run) for _ in range(2)]

    def _run(self):
        while not self._stop.is_set():
            slug = f"p{next(self._numbers)}"
            for relay in self.relays:
                if relay.post(self._body(slug=slug)) == 202:
                    self.taken.add(slug)
            time.sleep(0.02)

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self._stop.set()
        for thread in self._threads:
            thread.join()


@pytest.mark.parametrize("kind", ["disk", "redis"])
def test_no_event_is_lost_when_the_relay_is_killed(kind, start, builds, make_body, wait, request):
    """Killed at random moments, with deliveries that fail and hang: everything arrives."""
    arguments = ["--github", "me/site"]
    if kind == "redis":
        arguments += ["--redis", request.getfixturevalue("redis_url")]
    builds.delay = 0.05
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    with Posting(make_body) as posting:
        for _ in range(4):
            relay = start(*arguments)
            assert relay.address
            builds.statuses = chance.choices([204, 503, 429], k=3)
            posting.relays = [relay]
            time.sleep(chance.uniform(0.1, 0.7))
            relay.end(signal.SIGKILL)
    assert len(posting.taken) > 10
    relay = start(*arguments)
    wait(lambda: json.loads(relay.get("/healthz"))["waiting"] == 0)
    assert posting.taken <= builds.ids(), f"seed {seed}"


def test_two_relays_share_one_redis(start, builds, make_body, wait, redis_url):
    """Whichever takes an event, each is in one build; one that is killed is stood in for."""
    arguments = ["--github", "me/site", "--redis", redis_url]
    element, other = start(*arguments), start(*arguments)
    assert element.address != other.address
    for number in range(20):
        relay = element if number % 2 else other
        assert relay.post(make_body(slug=f"p{number}")) == 202
    wait(lambda: len(builds.ids()) == 20)
    time.sleep(0.3)
    ids = [element["id"] for payload in builds.payloads() for element in payload]
    assert len(ids) == 20
    builds.delay = 0.5
    assert element.post(make_body(slug="last")) == 202
    element.end(signal.SIGKILL)
    wait(lambda: "last" in builds.ids())
    wait(lambda: json.loads(other.get("/healthz"))["waiting"] == 0)


def test_a_command_builds_and_is_ended_with_the_relay(start, make_body, tmp_path, wait):
    """Its events are kept, and it runs again next time."""
    out = tmp_path / "out"
    script = tmp_path / "build.sh"
    script.write_text(f"cat > {out}; [ -e {tmp_path}/quick ] || sleep 60\n")
    relay = start("--run", f"sh {script}")
    assert relay.post(make_body()) == 202
    wait(lambda: out.exists() and out.read_bytes())
    assert relay.end() == 0
    assert "was stopped with the relay" in relay.printed
    out.unlink()
    (tmp_path / "quick").touch()
    relay = start("--run", f"sh {script}")
    wait(lambda: json.loads(relay.get("/healthz"))["waiting"] == 0)
    assert [event.id for event in parse_payload(out.read_bytes())] == ["hello"]


@pytest.mark.parametrize(
    ("arguments", "env", "report"),
    [
        (["--github", "me/site"], {"BUTTERCMS_GITHUB_TOKEN": ""}, "BUTTERCMS_GITHUB_TOKEN"),
        (["--run", "true", "--no-secret", "--host", "0.0.0.0"], {}, "--no-secret is for this"),
        (["--run", "true"], {"BUTTERCMS_WEBHOOK_SECRET": ""}, "no BUTTERCMS_WEBHOOK_SECRET"),
        (["--run", "no-such-program site"], {}, "no such program on the PATH"),
    ],
)
def test_what_is_missing_is_told_before_it_begins(start, arguments, env, report):
    """One paragraph and exit code 2."""
    relay = start(*arguments, env=env)
    assert relay.process.wait(20) == 2
    relay.end()
    assert report in relay.printed
    assert "Traceback" not in relay.printed


def test_on_this_machine_no_secret_is_needed(start, make_body):
    """When that is asked for."""
    relay = start("--run", "true", "--no-secret", env={"BUTTERCMS_WEBHOOK_SECRET": ""})
    assert relay.post(make_body(), secret="") == 202


def test_a_test_event_tells_whether_it_would_work(start, builds, wait, tmp_path, secret):
    """`relay --check` goes the way of a webhook; what is wrong is one paragraph."""
    relay = start("--github", "me/site")
    address = f"{relay.address}/"
    asked = start("--check", address)  # the relay there knows where it starts builds
    assert asked.process.wait(20) == 0
    asked.end()
    assert asked.printed.startswith("The relay took the test event. In 0 s it starts one build")
    wait(lambda: builds.requests)
    (payload,) = builds.payloads()
    assert payload[0]["id"].startswith("relay-check-")
    assert payload[0]["action"] == "draft"  # nothing that a build asks for
    wrong = start("--check", address, env={"BUTTERCMS_WEBHOOK_SECRET": "x" * 20})
    assert wrong.process.wait(20) == 2
    wrong.end()
    assert "answered 401" in wrong.printed
    relay.end()
    nobody = start("--check", address)
    assert nobody.process.wait(20) == 1
    nobody.end()
    assert "No relay took the test event" in nobody.printed
    for shown in (relay, asked, wrong, nobody):
        assert secret not in shown.printed
        assert "Traceback" not in shown.printed


def test_a_host_that_configures_no_logging_logs_all_the_same(tmp_path, secret):
    """As under gunicorn: what was taken and what failed is on standard error, cleaned."""
    code = """
from werkzeug.test import Client
from pelican_buttercms.webhooks.factory import create_app
relay = create_app(runs=False)
headers = {"X-Buttercms-Secret": %r}
body = {"webhook": {"event": "post.published"}, "data": {"id": "hello"}}
Client(relay).post("/", json=body, headers=headers)
Client(relay).post("/", json=body)
"""
    environ = {name: value for name, value in os.environ.items() if "BUTTERCMS" not in name} | {
        "BUTTERCMS_WEBHOOK_SECRET": secret,
        "BUTTERCMS_RELAY_RUN": "true",
    }
    done = subprocess.run(
        [sys.executable, "-c", code % secret],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    received, refused = done.stderr.splitlines()
    assert received.endswith("INFO received: post.published hello")
    assert "WARNING refused POST / from an unknown address with 401" in refused


def test_other_hosts_run_it(tmp_path, builds, make_body, wait, secret, monkeypatch):
    """As a WSGI application behind an ASGI adapter: here one that is at hand."""
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    import a2wsgi

    from pelican_buttercms.webhooks.factory import create_app as create_relay

    environ = {
        "BUTTERCMS_WEBHOOK_SECRET": secret,
        "BUTTERCMS_NETLIFY_HOOK": f"{builds.url}/hook",
        "BUTTERCMS_RELAY_NETLIFY": "1",
        "BUTTERCMS_RELAY_QUIET": "0.1",
        "BUTTERCMS_RELAY_QUEUE": str(tmp_path),
    }
    relay = create_relay(environ)
    data = json.dumps(make_body()).encode()
    sent = []

    async def ask():
        scope = {"type": "http", "method": "POST", "path": "/", "query_string": b""}
        scope |= {"headers": [(b"x-buttercms-secret", secret.encode())]}
        scope["headers"] += [(b"content-length", b"%d" % len(data))]
        scope |= {"http_version": "1.1", "server": ("x", 80), "client": ("x", 1), "scheme": "http"}

        async def receive():
            return {"type": "http.request", "body": data, "more_body": False}

        async def send(message):
            sent.append(message)

        await a2wsgi.WSGIMiddleware(relay)(scope, receive, send)

    with ThreadPoolExecutor() as threads:  # a browser's test may have left a loop in this one
        threads.submit(asyncio.run, ask()).result()
    assert sent[0]["status"] == 202
    wait(lambda: builds.ids() == {"hello"})
    relay.close()


def test_a_port_that_is_taken_is_one_paragraph(start):
    """Nothing is printed before it."""
    port = start().address.rpartition(":")[2]
    other = start("--github", "me/site", "--port", port)
    assert other.process.wait(timeout=20) == 2
    other.end()
    assert other.printed.startswith(f"Error: The relay cannot listen at 127.0.0.1:{port}: ")
    assert len(other.lines) == 1
