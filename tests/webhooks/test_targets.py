"""How builds are started: what is sent or run, and what the answers mean."""

import json
import os
from pathlib import Path
import sys
import time
from urllib.parse import parse_qs, urlsplit

from msgspec import structs
import pytest

from pelican_buttercms.api.webhook_events.payload import parse_payload
from pelican_buttercms.errors import SettingsError, TransportError
from pelican_buttercms.settings import Token
from pelican_buttercms.sync.http.post import Answer
from pelican_buttercms.webhooks.command import Command
from pelican_buttercms.webhooks.targets import DeployHook, GitHub, title


class Far:
    """The far end; answers as it is told."""

    def __init__(self, answer):
        self.answer = answer
        self.asked = []

    def __call__(self, url, body, headers, *, token=None):
        """Take a request."""
        self.asked.append((url, body, headers, token))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def answer(status=204, retry_after=None, limited=False, detail=""):
    """Return an answer."""
    return Answer(status, retry_after, limited, detail)


def running():
    """The relay goes on."""
    return False


def test_github_gets_a_dispatch_with_the_events(make_event):
    """In the shape that its API asks for, within its limits."""
    far = Far(answer())
    github = GitHub("me/site", Token("gh-s3cret"), "content", deliver=far)
    outcome = github.start([make_event()], running)
    assert outcome.started
    ((url, body, headers, token),) = far.asked
    assert url == "https://api.github.com/repos/me/site/dispatches"
    report = json.loads(body)
    assert report["event_type"] == "content"
    assert list(report["client_payload"]) == ["buttercms"]
    assert parse_payload(json.dumps({"action": "content"} | report)) == [make_event()]
    assert headers["Accept"] == "application/vnd.github+json"
    assert token.reveal() == "gh-s3cret"
    assert "gh-s3cret" not in repr(github)


def test_netlify_gets_the_events_and_a_title(make_event):
    """The hook's own parameters stay."""
    far = Far(answer(200))
    hook = DeployHook(
        Token("https://api.example/build_hooks/s3cret?trigger_branch=main&trigger_title=x"),
        "netlify",
        passes_events=True,
        deliver=far,
    )
    events = [make_event(), make_event("post.delete", "p")]
    assert hook.start(events, running).started
    ((url, body, headers, token),) = far.asked
    assert parse_qs(urlsplit(url).query) == {
        "trigger_branch": ["main"],
        "trigger_title": ["ButterCMS: news/hello published, and 1 more"],
    }
    assert parse_payload(body) == events
    assert headers == {"Content-Type": "application/json"}
    assert token is None


def test_a_deploy_hook_is_only_asked(make_event):
    """Its hosts pass nothing on."""
    far = Far(answer(201))
    hook = DeployHook(Token("https://api.example/s3cret"), "deploy-hook", deliver=far)
    assert hook.start([make_event()], running).started
    assert far.asked[0][:3] == ("https://api.example/s3cret", b"", {})


@pytest.mark.parametrize(
    ("far", "permanent", "report"),
    [
        (answer(500, detail="<html>"), False, "answered 500"),
        (answer(408), False, "408"),
        (answer(425), False, "425"),
        (answer(429, 30.0, limited=True), False, "429"),
        (answer(403, 60.0, limited=True), False, "403"),
        (answer(401, detail="Bad credentials"), True, "BUTTERCMS_GITHUB_TOKEN is wrong"),
        (answer(403), True, "may not write"),
        (answer(404), True, "no such repository"),
        (answer(422, detail="too big"), True, "It says: too big"),
        (answer(418), True, "418"),
        (answer(301), True, "has moved"),
        (TransportError("api.github.com did not answer within 10 s"), False, "did not answer"),
        (SettingsError("the token holds a space"), True, "holds a space"),
    ],
)
def test_an_answer_tells_whether_another_try_soon_is_worth_it(make_event, far, permanent, report):
    """What only people can mend is tried slowly, and told with what to do."""
    outcome = GitHub("me/site", Token("gh-s3cret"), deliver=Far(far)).start([make_event()], running)
    assert not outcome.started
    assert outcome.permanent is permanent
    assert report in outcome.note
    assert outcome.retry_after == getattr(far, "retry_after", None)


def test_no_note_holds_an_address(make_event):
    """Whoever reads the log could start builds."""
    for far in (answer(404), answer(500), TransportError("api.example could not be reached")):
        hook = DeployHook(Token("https://api.example/s3cret"), "deploy-hook", deliver=Far(far))
        outcome = hook.start([make_event()], running)
        assert "api.example" in outcome.note
        assert "s3cret" not in f"{outcome}{hook}"


def test_titles_name_the_first(make_event):
    """And how many more there are."""
    assert title([]) == "ButterCMS"
    assert title([make_event("post.delete", "p")]) == "ButterCMS: p delete"
    event = structs.replace(make_event("page.published", "p"), group="news", editor="Ada Lane")
    assert title([event, event]) == "ButterCMS: news/p published by Ada Lane, and 1 more"


def python(code):
    """Return a command of a Python program."""
    return f"{sys.executable} -c '{code}'"


def test_a_command_gets_the_events_and_not_our_secrets(make_event, tmp_path, caplog):
    """On its standard input and in a file; the build's own token stays."""
    caplog.set_level("INFO")
    code = """
import json, os, sys
told = sys.stdin.read()
assert open(os.environ["BUTTERCMS_EVENT_FILE"]).read() == told
assert json.loads(told)["buttercms"][0]["id"] == "hello"
print("secrets", [name for name in os.environ if "BUTTERCMS" in name])
"""
    environ = {name: value for name, value in os.environ.items() if "BUTTERCMS" not in name} | {
        "BUTTERCMS_READ_TOKEN": "r",
        "BUTTERCMS_WEBHOOK_SECRET": "s",
        "BUTTERCMS_GITHUB_TOKEN": "g",
    }
    outcome = Command(python(code), 20, environ).start([make_event()], running)
    assert outcome.started, caplog.text
    assert "['BUTTERCMS_READ_TOKEN', 'BUTTERCMS_EVENT_FILE']" in caplog.text.replace('"', "'")


def test_a_commands_exit_code_decides(make_event, caplog):
    """What it prints is logged; one that is not there is a matter of configuration."""
    caplog.set_level("INFO")
    code = 'import sys; print("no such theme"); sys.exit(3)'
    outcome = Command(python(code), 20, os.environ).start([make_event()], running)
    assert (outcome.started, outcome.permanent) == (False, False)
    assert "exit code 3" in outcome.note
    assert "| no such theme" in caplog.text
    later = Command(python("import sys; sys.exit(75)"), 20, os.environ)
    outcome = later.start([make_event()], running)
    assert (outcome.started, outcome.permanent, outcome.postponed) == (False, False, True)
    assert "could not use the events yet" in outcome.note
    missing = Command("no-such-command --now", 20, os.environ).start([make_event()], running)
    assert missing.permanent
    assert "--run" in missing.note


@pytest.mark.parametrize("stopping", [False, True])
def test_a_command_that_hangs_is_ended_with_its_children(make_event, tmp_path, stopping):
    """After its time, or with the relay; the events stay."""
    file = tmp_path / "pid"
    command = Command(f"sh -c 'sleep 60 & echo $! > {file}; wait'", 0.4, os.environ)
    started = time.monotonic()
    outcome = command.start([make_event()], lambda: stopping and file.exists())
    assert not outcome.started
    assert ("with the relay" if stopping else "--run-timeout") in outcome.note
    assert time.monotonic() - started < 5
    if pid := file.read_text().strip():
        for _ in range(100):
            status = Path(f"/proc/{pid}/stat")
            if not status.exists() or status.read_text().split()[2] == "Z":
                break
            time.sleep(0.02)
        else:
            raise AssertionError("its child lives on")
