"""Where the events of a build are found."""

import json

import pytest

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.settings import Environment
from pelican_buttercms.sync.build_trigger import find_trigger, read_trigger


def found(**environ):
    """Find the events in this environment: their origin and ids."""
    trigger = find_trigger(Environment(environ))
    return trigger and (trigger.origin, trigger.events and [one.id for one in trigger.events])


def test_a_build_that_nothing_started_has_no_events():
    """A developer's, a push's, a deploy hook without a body."""
    assert found() is None
    assert found(INCOMING_HOOK_BODY="") is None


def test_netlify_gives_the_body_of_its_hook_in_a_variable(make_body):
    """As it is, or percent-encoded."""
    text = json.dumps(make_body("post.published"))
    assert found(INCOMING_HOOK_BODY=text) == ("INCOMING_HOOK_BODY", ["hello"])
    encoded = text.replace("{", "%7B").replace('"', "%22") + "="
    assert found(INCOMING_HOOK_BODY=encoded) == ("INCOMING_HOOK_BODY", ["hello"])
    assert found(INCOMING_HOOK_BODY="{}") == ("INCOMING_HOOK_BODY", None)


def test_github_gives_a_file_that_counts_for_a_dispatch_only(tmp_path, make_body):
    """For a push it tells of commits."""
    file = tmp_path / "event.json"
    payload = {"events": "ignored", "buttercms": [{"event": "post.published", "id": "hello"}]}
    file.write_text(json.dumps({"action": "buttercms", "client_payload": payload}))
    where = {"GITHUB_EVENT_PATH": str(file)}
    assert found(GITHUB_EVENT_NAME="repository_dispatch", **where) == (
        "GITHUB_EVENT_PATH",
        ["hello"],
    )
    assert found(GITHUB_EVENT_NAME="push", **where) is None


def test_the_relays_file_comes_first_and_one_that_is_gone_asks_for_everything(tmp_path, make_body):
    """A build must not stop because a file was cleared away."""
    file = tmp_path / "event.json"
    file.write_text(json.dumps([make_body("post.published", "a")]))
    other = {"INCOMING_HOOK_BODY": json.dumps(make_body("post.published", "b"))}
    assert found(BUTTERCMS_EVENT_FILE=str(file), **other) == ("BUTTERCMS_EVENT_FILE", ["a"])
    file.unlink()
    trigger = find_trigger(Environment({"BUTTERCMS_EVENT_FILE": str(file)}))
    assert trigger.events is None
    assert trigger.why.startswith("the file that BUTTERCMS_EVENT_FILE names cannot be read (")


def test_an_endless_file_is_not_read_to_its_end(tmp_path):
    """No more than any host passes on."""
    file = tmp_path / "event.json"
    file.write_text(" " * 3 * 1024 * 1024)
    assert read_trigger(str(file)).events is None


def test_a_file_that_a_user_names_has_to_be_there(tmp_path):
    """What cannot be meant is said."""
    with pytest.raises(SettingsError, match=r"nowhere cannot be read \(No such file"):
        read_trigger(str(tmp_path / "nowhere"))
