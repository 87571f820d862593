"""The sides that an account can take in how a write is spelt, and what the edge keeps."""

import pytest
from werkzeug.test import Client

from .bodies import EMPTY


@pytest.mark.parametrize(
    ("choice", "taken"),
    [
        ("both", {"page_type", "page-type"}),
        ("underscore", {"page_type"}),
        ("hyphen", {"page-type"}),
    ],
)
def test_a_pages_type_is_taken_under_its_names(play, account, choice, taken):
    """Under another it is missing."""
    account.page("news", "live", **EMPTY)
    ask = play(page_type_key=choice)
    for name in ("page_type", "page-type"):
        body = {"title": "T", "slug": name, name: "news", "fields": EMPTY}
        answer = ask("POST", "pages/", body)
        assert answer.status_code == (202 if name in taken else 400)
        assert name in taken or list(answer.json) == ["page_type"]


@pytest.mark.parametrize(
    ("choice", "taken"), [("both", [0, 1]), ("type", [0]), ("key", [1])]
)  # fmt: skip
def test_a_pickers_entries_are_taken_in_their_forms(play, account, choice, taken):
    """In whichever they came, they are read in one."""
    account.page("news", "live", **EMPTY)
    ask = play(picker_form=choice)
    forms = [{"type": "quote", "fields": {"text": "x"}}, {"quote": {"text": "x"}}]
    for number, entry in enumerate(forms):
        body = {"status": "published", "fields": {"body": [entry]}}
        answer = ask("PATCH", "pages/news/live/", body)
        assert answer.status_code == (202 if number in taken else 400)
        assert number in taken or list(answer.json) == ["body"]
    assert ask.get("pages/news/live/")["data"]["fields"]["body"] == [forms[0]]


def test_the_edge_keeps_a_404_at_its_very_address(play, account):
    """Another parameter goes past it; it is gone once everything has settled."""
    account.post("p")
    ask = play(cached_404="yes")
    new = {"title": "T", "slug": "new", "status": "published"}
    assert ask("GET", "posts/new/").status_code == 404
    ask.accepted("POST", "posts/", new)
    assert ask("GET", "posts/new/").status_code == 404
    assert ask("GET", "posts/new/?fresh=1").status_code == 200
    ask.accepted("PATCH", "posts/new/", {"status": "published"})
    assert Client(ask.app).post("/_emulator/settle").status_code == 200
    assert ask("GET", "posts/new/").status_code == 200
    assert ask("GET", "posts/other/").status_code == 404
    ask.accepted("POST", "posts/", new | {"slug": "other"})
    ask.app.invalidate()
    assert ask("GET", "posts/other/").status_code == 200
    assert len(ask.app.calls) == 9


def test_a_404_is_not_kept_by_default(play, account):
    """As if the API had told the edge at once."""
    ask = play()
    assert ask("GET", "posts/new/").status_code == 404
    ask.accepted("POST", "posts/", {"title": "T", "slug": "new", "status": "published"})
    assert ask("GET", "posts/new/").status_code == 200
