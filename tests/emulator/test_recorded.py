"""The 48 recorded requests, answered by the emulator as the real API answered them."""

import json

import pytest
from werkzeug.test import Client

from pelican_buttercms.emulator import create_app

OF_SERVERS = {
    *("date", "connection", "server", "via", "x-served-by", "x-timer", "content-length"),
}
OF_CACHES = {"age", "x-cache", "x-cache-hits"}
"""They are there, with other values each time."""


def ask(account, recording, **options):
    """Send a recorded request; returns the answer, and the emulator."""
    app = create_app(account.folder, **options)
    token = "wrong" if recording.status == 401 else "the-read-token"
    answer = Client(app).get(
        recording.path,
        query_string=recording.query_string,
        headers={"Authorization": f"Token {token}"},
    )
    return answer, app


def test_each_recorded_request_is_answered_as_it_was(recording, recorded_account):
    """The same status and text: keys in their order, nulls, blanks, error words."""
    answer, app = ask(recorded_account, recording, api="2024")
    assert answer.status_code == recording.status
    text = answer.get_data(as_text=True)
    if "rank" in recording.body:  # how the real search weighs is not known
        text = set_rank(text, 1.0)
        assert text == set_rank(recording.body, 1.0)
    else:
        assert text == recording.body
    assert len(app.calls) == 1


@pytest.mark.parametrize("api", ["today", "2024"])
def test_each_recorded_request_has_the_headers_it_had(recording, recorded_account, api):
    """All of the API's own by name and value, those of its caches by name, and no other."""
    answer, _ = ask(recorded_account, recording, api=api)
    got = {name.lower(): value for name, value in answer.headers.items()}
    expected = {name.lower(): value for name, value in recording.headers.items()}
    assert got.keys() - OF_SERVERS == expected.keys() - OF_SERVERS
    fixed = expected.keys() - OF_SERVERS - OF_CACHES
    assert {name: got[name] for name in fixed} == {name: expected[name] for name in fixed}


def test_today_the_same_keys_come_with_two_more(recording, recorded_account):
    """Errors are as they were; pages have `status` and `scheduled`, posts `scheduled`."""
    answer, _ = ask(recorded_account, recording, item_order="ascending")
    assert answer.status_code == recording.status
    if recording.status != 200:
        assert answer.get_data(as_text=True) == recording.body
        return
    old, new = keys(recording.json), keys(answer.json)
    kept = [name for name in new if not name.endswith(("scheduled", ".status"))]
    assert kept == [name for name in old if not name.endswith((".status", "scheduled"))]
    added = {name.rpartition(".")[2] for name in set(new) - set(old)}
    assert added <= {"status", "scheduled"}
    shows = recording.path.startswith(("/v2/posts", "/v2/pages")) or "recent" in recording.name
    assert ("scheduled" in added) == (shows or "with_posts" in recording.name)


def keys(value, path=""):
    """List every key with its place, in order."""
    if isinstance(value, dict):
        pairs = [(f"{path}.{name}", inner) for name, inner in value.items()]
        return [match for name, inner in pairs for match in (name, *keys(inner, name))]
    if isinstance(value, list):
        return [match for entry in value for match in keys(entry, path)]
    return []


def set_rank(text, rank):
    """Return a search result's text with one rank for all posts."""
    data = json.loads(text)
    for post in data["data"]:
        assert isinstance(post["rank"], float)
        post["rank"] = rank
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
