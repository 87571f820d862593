"""What the relay answers: to ButterCMS, to whoever watches it, and to everybody else."""

import io
import json
import logging

import pytest
from werkzeug.test import Client

from pelican_buttercms.api.webhook_events.event import Event
from pelican_buttercms.errors import StoreError
from pelican_buttercms.store.queue import DiskQueue
from pelican_buttercms.webhooks.dispatcher import Worker
from pelican_buttercms.webhooks.wsgi import Relay

from .places import Clock


@pytest.fixture
def queue(tmp_path):
    """A queue on disk."""
    queue = DiskQueue(tmp_path)
    queue.register(["run"])
    yield queue
    queue.close()


@pytest.fixture
def client(queue, make_options):
    """Talk to a relay that starts no builds."""

    def make(**values):
        options = make_options(**values)
        return Client(Relay(options, queue, Worker(queue, [], options), runs=False))

    return make


@pytest.fixture
def headers(secret):
    """What ButterCMS sends along."""
    return {"X-Buttercms-Secret": secret, "Content-Type": "application/json"}


def test_a_webhook_is_kept_before_it_is_answered(client, queue, headers, make_body):
    """202, and the event is in the queue; the same again is harmless."""
    answer = client().post("/", json=make_body(), headers=headers)
    assert answer.status_code == 202
    assert answer.json == {"taken": True, "repeated": False}
    assert queue.state().waiting == 1
    answer = client().post("/", json=make_body(), headers=headers)
    assert (answer.status_code, answer.json["repeated"]) == (202, True)
    assert queue.state().waiting == 1


def test_an_event_that_is_not_known_is_kept_as_well(client, queue, headers, make_body):
    """ButterCMS sends it once: what it means is found out by a full pull."""
    body = make_body("form.submitted")
    assert client().post("/", json=body, headers=headers).status_code == 202
    body = make_body("page.published", id={"new": "shape"})
    assert client().post("/", json=body, headers=headers).status_code == 202
    queue.close_window(0, 0)
    items = queue.claim("run", "me", 1).items
    assert [json.loads(item)["name"] for item in items] == ["form.submitted", "page.published"]
    assert queue.state().counters == {"event:unknown": 2}


@pytest.mark.parametrize("given", [None, "", "wrong", "a-secret-of-some-lengthX", "ä€"])
def test_without_the_secret_nothing_is_taken(client, queue, headers, make_body, given, caplog):
    """Missing or wrong, the answer is the same, and the secret is in no log."""
    headers = {"Content-Type": "application/json"}
    environ = {"HTTP_X_BUTTERCMS_SECRET": given.encode().decode("latin-1")} if given else {}
    with caplog.at_level(logging.DEBUG):
        answer = client().post("/", json=make_body(), headers=headers, environ_overrides=environ)
    assert answer.status_code == 401
    assert answer.text == "The header X-Buttercms-Secret is missing or wrong.\n"
    assert queue.state().waiting == 0
    assert "a-secret" not in caplog.text


def test_several_secrets_are_taken_while_one_is_changed(client, make_body):
    """Separated by commas; the header's name is yours."""
    butter = client(BUTTERCMS_WEBHOOK_SECRET=" old-secret, nëw-secret ", header="X-My")
    for secret, status in (("old-secret", 202), ("nëw-secret", 202), ("old-secret,", 401)):
        environ = {"HTTP_X_MY": secret.encode().decode("latin-1")}
        answer = butter.post("/", json=make_body(), environ_overrides=environ)
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("change", "status", "report"),
    [
        ({"method": "GET"}, 405, "POST"),
        ({"method": "PUT"}, 405, "POST"),
        ({"path": "/other"}, 404, "nothing here"),
        ({"path": "/healthz"}, 404, "nothing here"),
        ({"content_type": "text/plain"}, 415, "application/json"),
        ({"data": b"{"}, 400, "not JSON"),
        ({"data": b"\xff\xfe"}, 400, "not JSON"),
        ({"data": b"[" * 20000}, 400, "not JSON"),
        ({"data": b"{}"}, 400, 'has no "webhook"'),
        ({"data": b"[]"}, 400, "is not a JSON object"),
        ({"data": b'{"webhook": {"event": "page.draft"}}'}, 400, 'has no "data"'),
        ({"data": b""}, 411, "Content-Length"),
        ({"data": b" " * 65537}, 413, "larger than 65536 bytes"),
    ],
)
def test_what_is_no_webhook_is_refused(client, queue, headers, change, status, report):
    """With one line that says why; nothing of it is kept."""
    values = {"method": "POST", "path": "/", "data": b"{}"} | change
    if kind := values.pop("content_type", None):
        headers = headers | {"Content-Type": kind}
    answer = client().open(headers=headers, **values)
    assert answer.status_code == status
    assert report in answer.text
    assert answer.headers.get("Allow") == ("POST" if status == 405 else None)
    assert queue.state().waiting == 0


def test_each_refusal_is_logged_without_what_was_sent(client, headers, make_body, caplog):
    """Who, what and why, never the secret; a flood fills no disk."""
    ask = client()
    wrong = headers | {"X-Buttercms-Secret": "not-the-secret"}
    sender = {"REMOTE_ADDR": "10.0.0.7"}
    ask.post("/", json=make_body(), headers=wrong, environ_base=sender)
    ask.get("/\x1b[2Jnowhere", headers=headers, environ_base=sender)
    secret, path = [record.getMessage() for record in caplog.records]
    assert secret.startswith("refused POST / from 10.0.0.7 with 401: The header X-Buttercms-Secret")
    assert path == "refused GET /nowhere from 10.0.0.7 with 404: There is nothing here."
    caplog.clear()
    for number in range(100):  # each from elsewhere: Pelican's logging drops what is the same
        other = {"REMOTE_ADDR": f"10.0.1.{number}"}
        ask.post("/", json=make_body(), headers=wrong, environ_base=other)
    assert len(caplog.records) == 18
    assert 'refused_total{reason="secret"} 101' in ask.get("/metrics").text
    assert "not-the-secret" not in caplog.text


def test_health_names_a_target_that_keeps_failing(make_options, headers, make_body, tmp_path):
    """The answer is 200 all the same: a load balancer must not take the relay out."""
    clock = Clock()
    queue = DiskQueue(tmp_path, clock)
    queue.register(["run"])
    options = make_options()
    ask = Client(Relay(options, queue, Worker(queue, [], options), runs=False))
    ask.post("/", json=make_body(), headers=headers)
    queue.close_window(0, 0)
    queue.failed(queue.claim("run", "me", 10), 5, "build:run:failed")
    fresh = ask.get("/healthz")
    assert (fresh.status_code, fresh.json["status"], fresh.json["failing"]) == (200, "ok", [])
    clock.time += 601
    failing = ask.get("/healthz")
    assert (failing.status_code, failing.json["status"]) == (200, "failing")
    assert failing.json["failing"] == ["run"]
    queue.close()


class Unread(io.RawIOBase):
    """A body of which nothing may be read."""

    def read(self, size=-1):
        """Fail."""
        raise AssertionError("it was read")


def test_fifty_megabytes_that_are_declared_are_not_read(client, headers):
    """The length alone is enough."""
    length = {"CONTENT_LENGTH": str(50_000_000), "wsgi.input": Unread()}
    answer = client().post("/", headers=headers, environ_overrides=length)
    assert answer.status_code == 413


class Endless(io.RawIOBase):
    """A body that goes on; counts what is read."""

    taken = 0

    def read(self, size=-1):
        """Return as much as is wanted."""
        self.taken += size
        return b" " * size


def test_fifty_megabytes_that_are_not_declared_are_not_read_either(client, headers):
    """Just one byte beyond the bound; without any end in sight nothing at all."""
    body = Endless()
    environ = {"wsgi.input": body, "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    assert client().post("/", headers=headers, environ_overrides=environ).status_code == 413
    assert body.taken == 65537
    environ |= {"wsgi.input_terminated": False}
    assert client().post("/", headers=headers, environ_overrides=environ).status_code == 411
    environ |= {"CONTENT_LENGTH": "+5"}
    assert client().post("/", headers=headers, environ_overrides=environ).status_code == 400


def test_a_body_that_breaks_off_is_refused(client, headers):
    """Half a webhook is none."""
    environ = {"CONTENT_LENGTH": "100", "wsgi.input": io.BytesIO(b"{}")}
    answer = client().post("/", headers=headers, environ_overrides=environ)
    assert (answer.status_code, answer.text) == (400, "The body was cut off.\n")


def test_who_has_the_secret_need_not_name_the_type(client, headers, make_body, queue):
    """Without a secret it must be named: another site's page could leave it out."""
    data = json.dumps(make_body()).encode()
    del headers["Content-Type"]
    assert client().post("/", data=data, headers=headers).status_code == 202
    options = {"BUTTERCMS_WEBHOOK_SECRET": ""}
    with pytest.raises(Exception, match="BUTTERCMS_WEBHOOK_SECRET"):
        client(**options)


def test_health_and_log_tell_how_it_goes(client, queue, headers, make_body):
    """How much waits and since when; the log is for who has the secret."""
    butter = client()
    assert butter.get("/healthz").json["waiting"] == 0
    butter.post("/", json=make_body(), headers=headers)
    health = butter.get("/healthz").json
    assert health["status"] == "ok"
    assert health["waiting"] == 1
    assert 0 <= health["oldest_seconds"] < 5
    assert health["last_delivery"] is None
    well = {"waiting": 1, "failed_attempts": 0, "failing_seconds": 0.0}
    assert health["targets"] == {"run": well}
    queue.close_window(0, 0)
    queue.failed(queue.claim("run", "me", 9), 0, "build:run:postponed")
    assert butter.get("/healthz").json["targets"]["run"]["failed_attempts"] == 1
    assert 'result="postponed"} 1' in butter.get("/metrics").text
    queue.done(queue.claim("run", "me", 9), "build:run:started")
    assert butter.get("/healthz").json["last_delivery"].startswith("20")
    assert butter.get("/log").status_code == 401
    (entry,) = butter.get("/log", headers=headers).json
    assert entry["event"]["name"] == "page.published"
    assert butter.get("/log", headers=headers).headers["Cache-Control"] == "no-store"


def test_a_queue_that_cannot_be_used_is_503(client, queue, headers, make_body, monkeypatch):
    """For ButterCMS, which logs it as failed, and for whoever watches; the cause is in our log."""

    def fail(*_):
        raise StoreError("The queue cannot be used (disk full at /secret/place).")

    monkeypatch.setattr(queue, "add", fail)
    monkeypatch.setattr(queue, "check", fail)
    for answer in (client().post("/", json=make_body(), headers=headers), client().get("/healthz")):
        assert answer.status_code == 503
        assert "/secret" not in answer.text


def test_the_metrics_are_read_by_prometheus_own_parser(client, queue, headers, make_body):
    """Each has its type and help, and tells what happened."""
    from prometheus_client import parser

    butter = client()
    for slug in ("a", "b", "b"):
        butter.post("/", json=make_body(slug=slug), headers=headers)
    butter.post("/", json=make_body())
    queue.close_window(0, 0)
    queue.failed(queue.claim("run", "me", 9), 0, "build:run:failed")
    queue.add("odd", b"{}", 'event:a"b\\c\nd', b"{}")
    answer = butter.get("/metrics")
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    families = list(parser.text_string_to_metric_families(answer.text))
    assert all(family.documentation for family in families)
    assert {family.type for family in families} == {"counter", "gauge"}
    outcome = {
        (sample.name.removeprefix("buttercms_relay_"), *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }
    assert outcome["events_total", "page.published"] == 2
    assert outcome["events_total", 'a"b\\c\nd'] == 1
    assert outcome["repeated_total",] == 1
    assert outcome["refused_total", "secret"] == 1
    assert outcome["builds_total", "run", "failed"] == 1
    assert outcome["waiting_events",] == 3
    assert outcome["open_events",] == 1
    assert outcome["target_failed_attempts", "run"] == 1
    assert outcome["last_delivery_timestamp_seconds",] == 0


def test_the_path_is_yours(client, headers, make_body):
    """As a host's function may ask for."""
    butter = client(path="/hooks/butter")
    assert butter.post("/hooks/butter", json=make_body(), headers=headers).status_code == 202
    assert butter.post("/", json=make_body(), headers=headers).status_code == 404


def test_what_is_stored_is_read_back():
    """The queue's form of an event is the event."""
    import msgspec

    event = Event(name="page.published", kind="page", group="*", id="a", locale="de", number=3)
    assert msgspec.json.decode(msgspec.json.encode(event), type=Event) == event


def test_a_length_of_thousands_of_digits_is_too_large(client, headers):
    """Python refuses to read such a number, and the answer is 413 all the same."""
    length = {"CONTENT_LENGTH": "9" * 5000, "wsgi.input": Unread()}
    answer = client().post("/", headers=headers, environ_overrides=length)
    assert answer.status_code == 413


@pytest.mark.parametrize("entry", [b"", b"\xff", b"{", b"[" * 5000])
def test_a_damaged_entry_hides_no_other_of_the_log(client, queue, headers, entry):
    """The log is read after a damage most of all."""
    queue.record(b'{"build": "run"}')
    queue.record(entry)
    damaged, whole = client().get("/log", headers=headers).json
    assert "damaged" in damaged
    assert whole == {"build": "run"}
