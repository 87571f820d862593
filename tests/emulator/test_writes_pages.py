"""Writes to pages: shapes of fields, versions, and what some documents have."""

from threading import Thread

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

EMPTY = {"headline": "", "hero": {}, "body": [], "links": [], "author": None, "related": []}


@pytest.fixture
def remote():
    """A server that answers with the status its path names; gives its address."""

    @Request.application
    def answer(request):
        return Response("", int(request.path.strip("/")))

    server = make_server("127.0.0.1", 0, answer, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def news(account):
    """An account with one published page."""
    account.page("news", "live", **EMPTY | {"headline": "Old"})


@pytest.mark.parametrize(
    "fields",
    [
        {"hero": "text"},
        {"hero": {"unknown": 1}},
        {"body": "text"},
        {"body": ["text"]},
        {"body": [{}]},
        {"body": [{"hero": {}, "quote": {}}]},
        {"body": [{"nothing": {}}]},
        {"body": [{"type": "quote", "fields": "x"}]},
        {"body": [{"type": ["quote"], "fields": {}}]},
        {"body": [{"quote": {"unknown": 1}}]},
        {"links": {}},
        {"links": ["text"]},
        {"links": [{"unknown": 1}]},
        {"author": "seven"},
        {"author": True},
        {"author": [7, 8]},
        {"related": [7]},
        {"related": [""]},
        {"related": {"slug": "live"}},
    ],
)
def test_a_value_of_the_wrong_shape_is_a_400_that_names_its_field(play, news, fields):
    """Components are objects, pickers and repeaters lists of them, references slugs or ids."""
    ask = play()
    answer = ask("PATCH", "pages/news/live/", {"fields": fields})
    assert answer.status_code == 400
    assert list(answer.json) == list(fields)


def test_fields_have_to_be_given_for_a_new_page(play, account):
    """They are required even where the account's schema is not known."""
    account.page("blog", "first")
    body = {"title": "T", "slug": "t", "page_type": "blog"}
    answer = play()("POST", "pages/", body)
    assert (answer.status_code, list(answer.json)) == (400, ["fields"])


def test_an_unset_component_is_an_empty_string(play, news):
    """Unset optional values are sent as empty strings."""
    ask = play()
    ask.accepted("PATCH", "pages/news/live/", {"status": "published", "fields": {"hero": ""}})
    assert ask.get("pages/news/live/")["data"]["fields"]["hero"] == ""


def test_pickers_are_known_by_their_components_without_a_schema(play, account):
    """Both forms are stored as reads give them; other lists stay what they are."""
    account.page("blog", "p")
    values = {
        "body": [{"hero": {"line": "a"}}, {"type": "quote", "fields": {"text": "b"}}],
        "list": [{"a": 1}, {}],
        "empty": [],
    }
    ask = play()
    ask.accepted("PATCH", "pages/blog/p/", {"status": "published", "fields": values})
    fields = ask.get("pages/blog/p/")["data"]["fields"]
    assert [entry["type"] for entry in fields["body"]] == ["hero", "quote"]
    assert fields["body"][0]["fields"] == {"line": "a"}
    assert (fields["list"], fields["empty"]) == ([{"a": 1}, {}], [])


def test_a_new_page_is_a_draft_that_was_never_published(play, news):
    """The default status is draft: `published` is null under preview, and the live site has 404."""
    ask = play()
    body = {"title": "T", "slug": "t", "page_type": "news", "fields": EMPTY}
    ask.accepted("POST", "pages/", body)
    assert ask("GET", "pages/news/t/").status_code == 404
    assert ask.get("pages/news/t/", preview=1)["data"]["published"] is None
    ask.accepted("PATCH", "pages/news/t/", {"status": "published"})
    assert ask.get("pages/news/t/")["data"]["published"] is not None


def test_a_single_page_is_made_with_a_star_and_found_with_it(play, news):
    """`*` is the type of pages without one, and a single GET with it looks through all types."""
    ask = play()
    body = {"title": "T", "slug": "t", "page_type": "*", "status": "published", "fields": {}}
    ask.accepted("POST", "pages/", body)
    assert ask.get("pages/*/")["data"][0]["page_type"] is None
    ask.accepted("PATCH", "pages/*/live/", {"status": "published", "fields": {"headline": "New"}})
    assert ask.get("pages/news/live/")["data"]["fields"]["headline"] == "New"


def test_drafts_add_up_and_are_published_together(play, news):
    """A second PATCH changes the draft, not what is live; publishing publishes both."""
    ask = play()
    ask.accepted("PATCH", "pages/news/live/", {"fields": {"headline": "New"}})
    ask.accepted("PATCH", "pages/news/live/", {"fields": {"hero": {"line": "Also"}}})
    ask.accepted("PATCH", "pages/news/live/", {"status": "published"})
    for query in ({}, {"preview": 1}):
        fields = ask.get("pages/news/live/", **query)["data"]["fields"]
        assert (fields["headline"], fields["hero"]) == ("New", {"line": "Also"})


def test_publishing_takes_all_of_the_draft_along(play, news):
    """A name that an editor's draft changed is published with the fields."""
    ask = play()
    ask.app.change("page/news/live", "draft", name="Renamed")
    ask.accepted("PATCH", "pages/news/live/", {"fields": {"headline": "New"}})
    assert ask.get("pages/news/live/")["data"]["name"] == "Live"
    ask.accepted("PATCH", "pages/news/live/", {"status": "published"})
    assert ask.get("pages/news/live/")["data"]["name"] == "Renamed"


def test_a_draft_in_another_locale_was_never_published_there(play, news):
    """Each locale's version has its own status and dates; the locale may be in the body."""
    ask = play()
    ask.accepted("PATCH", "pages/news/live/", {"locale": "de", "fields": {"headline": "Neu"}})
    assert ask("GET", "pages/news/live/", query_string={"locale": "de"}).status_code == 404
    german = ask.get("pages/news/live/", locale="de", preview=1)["data"]
    assert (german["fields"]["headline"], german["published"]) == ("Neu", None)
    assert ask.get("pages/news/live/")["data"]["published"] is not None


def test_a_page_can_be_deleted_where_the_other_document_is_believed(play, news):
    """One page of the documents lists DELETE; Allow says so then, and the answer is 204."""
    ask = play(page_delete="allow")
    assert "DELETE" in ask("GET", "pages/news/live/").headers["Allow"]
    assert ask("DELETE", "pages/news/live/").status_code == 204
    assert ask("DELETE", "pages/news/live/").status_code == 404


def test_a_change_of_a_page_that_is_deleted_meanwhile_comes_to_nothing(play, account, news):
    """The 202 was given; nothing is made of it."""
    ask = play(page_delete="allow", delay="manual", persist=True)
    assert ask("DELETE", "pages/news/live/").status_code == 204
    ask.accepted("PATCH", "pages/news/live/", {"status": "published", "fields": {}})
    ask.app.settle()
    assert ask("GET", "pages/news/live/").status_code == 404
    assert not list((account.folder / "pages/news").iterdir())


def test_of_two_new_pages_with_one_slug_the_first_is_made(play, account):
    """Both were valid when they were accepted; where slugs may clash the second replaces it."""
    account.page("news", "other", **EMPTY)
    for clash, name in (("refuse", "First"), ("allow", "Second")):
        ask = play(delay="manual", slug_clash=clash)
        for title in ("First", "Second"):
            page = {"title": title, "slug": "t", "page_type": "news", "status": "published"}
            ask.accepted("POST", "pages/", page | {"fields": EMPTY})
        ask.app.settle()
        assert ask.get("pages/news/t/")["data"]["name"] == name


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("no url", 400),
        ("{remote}/404/", 400),
        ("{remote}/200/", 202),
        ("{remote}/500/", 202),
        ("http://127.0.0.1:9/", 202),
        ("https://cdn.buttercms.com/unknown", 400),
        ("https://cdn.buttercms.com/resize=width:9/known", 202),
        ("", 202),
    ],
)
def test_media_are_looked_at_when_told_to(play, account, news, remote, value, status):
    """What is not a URL and what answers 404 is a 400; no other failure is documented as one."""
    account.media("known.png", b"png")
    url = value.format(remote=remote)
    page, post = {"fields": {"hero": {"image": url}}}, {"title": "T", "slug": "t"}
    ask = play(media_check="on")
    assert ask("PATCH", "pages/news/live/", page).status_code == status
    assert ask("POST", "posts/", post | {"featured_image": url}).status_code == status
    ask = play()
    ask.accepted("PATCH", "pages/news/live/", page)
    ask.accepted("POST", "posts/", post | {"featured_image": url})
