"""Writes to pages: creation, versions, locales, what is fixed, and deletion."""

import pytest

from .bodies import EMPTY, new_page


@pytest.fixture
def news(account):
    """An account with one published page."""
    account.page("news", "live", **EMPTY | {"headline": "Old"})


@pytest.mark.parametrize("spelling", ["page_type", "page-type"])
def test_a_page_is_created_under_both_spellings_of_its_type(play, news, spelling):
    """Old documents write page-type, new ones page_type; both are taken."""
    ask = play()
    body = new_page(headline="Hi")
    body[spelling] = body.pop("page_type")
    ask.accepted("POST", "pages/", body)
    page = ask.get("pages/news/p/")["data"]
    assert (page["name"], page["fields"]["headline"]) == ("P", "Hi")


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


def test_a_patch_without_a_status_makes_a_draft_over_the_live_page(play, news):
    """The live page stays; the draft is seen under preview."""
    ask = play()
    ask.accepted("PATCH", "pages/news/live/", {"fields": {"headline": "New"}})
    assert ask.get("pages/news/live/")["data"]["fields"]["headline"] == "Old"
    assert ask.get("pages/news/live/", preview=1)["data"]["fields"]["headline"] == "New"
    ask.accepted("PATCH", "pages/news/live/", {"status": "published", "fields": {}})
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


def test_both_locale_formats_write_the_same(play, news):
    """Fields inside locale codes, or fields with ?locale=; each locale has its own status."""
    ask = play()
    both = {"en": EMPTY | {"headline": "Hello"}, "de": EMPTY | {"headline": "Hallo"}}
    ask.accepted("POST", "pages/", new_page() | {"fields": both})
    assert ask.get("pages/news/p/")["data"]["fields"]["headline"] == "Hello"
    assert ask.get("pages/news/p/", locale="de")["data"]["fields"]["headline"] == "Hallo"
    change = {"status": "published", "fields": {"headline": "Servus"}}
    ask.accepted("PATCH", "pages/news/p/", change, query_string={"locale": "de"})
    assert ask.get("pages/news/p/", locale="de")["data"]["fields"]["headline"] == "Servus"
    assert ask.get("pages/news/p/")["data"]["fields"]["headline"] == "Hello"
    assert ask("GET", "pages/news/live/", query_string={"locale": "de"}).status_code == 404
    wrong = ask("PATCH", "pages/news/p/", change, query_string={"locale": "fr"})
    assert wrong.status_code == 400


def test_a_draft_in_another_locale_was_never_published_there(play, news):
    """Each locale's version has its own status and dates; the locale may be in the body."""
    ask = play()
    ask.accepted("PATCH", "pages/news/live/", {"locale": "de", "fields": {"headline": "Neu"}})
    assert ask("GET", "pages/news/live/", query_string={"locale": "de"}).status_code == 404
    german = ask.get("pages/news/live/", locale="de", preview=1)["data"]
    assert (german["fields"]["headline"], german["published"]) == ("Neu", None)
    assert ask.get("pages/news/live/")["data"]["published"] is not None


def test_a_pages_title_and_slug_cannot_change_and_it_cannot_be_deleted(play, news):
    """Both are fixed; DELETE is not among the recorded Allow."""
    ask = play(immutable="refuse")
    answer = ask("PATCH", "pages/news/live/", {"slug": "other", "title": "Other"})
    assert answer.status_code == 400
    assert set(answer.json) == {"slug", "title"}
    refused = ask("DELETE", "pages/news/live/")
    assert refused.status_code == 405
    assert refused.json == {"detail": 'Method "DELETE" not allowed.'}
    assert refused.headers["Allow"] == "GET, PUT, PATCH, HEAD, OPTIONS"
    ask = play()
    ask.accepted("PATCH", "pages/news/live/", {"slug": "other", "title": "Other"})
    page = ask.get("pages/news/live/")["data"]
    assert (page["slug"], page["name"]) == ("live", "Live")


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
