"""Which requests a build makes when a webhook started it, and what is stored then."""

from datetime import timedelta
import json

import pytest
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Response

from pelican_buttercms.content import Key
from pelican_buttercms.sync.build_trigger import Trigger
from pelican_buttercms.sync.progress import Progress
from pelican_buttercms.sync.refresh.requested_events import apply_requested_events

from .keys import ADA, PAGE, POST

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    ("what", "path", "key"),
    [
        ("post/hello", "/v2/posts/hello/", POST),
        ("page/news/home", "/v2/pages/news/home/", PAGE),
        ("item/people/7", "/v2/content/people/", ADA),
    ],
)
def test_what_was_published_is_one_call(played, what, path, key):
    """A post, a page, an item's collection; the calls and what they saved are told."""
    before = played.manifests()[""]
    played.edit(what, title="New", name="New")
    stored = played.build()
    assert played.calls == [path]
    assert (stored.calls.made, stored.calls.saved, stored.calls.month) == (1, 5, 7)
    after = played.manifests()[""]
    assert {k for k in before if before[k] != after[k]} == {key}
    assert played.manifests() == played.pulled()
    assert played.said[-2] == f"updated: {key}"
    assert played.said[-1].startswith("took in 1 event from the test with 1 API call in ")


PATHS = {
    "post/hello": "/v2/posts/hello/",
    "page/news/home": "/v2/pages/news/home/",
    "item/people/7": "/v2/content/people/",
}


@pytest.mark.parametrize("what", PATHS)
@pytest.mark.parametrize("status", ["unpublished", "deleted"])
def test_what_was_withdrawn_goes_after_one_call(played, what, status):
    """Both are deletions for the public; the author stays until the next full pull."""
    played.edit(what, status)
    stored = played.build()
    assert (played.calls, stored.calls.made) == ([PATHS[what]], 1)
    assert played.manifests() == played.pulled()


def test_both_spellings_of_unpublished_are_understood(played, make_body):
    """The documents have both; each is looked at, and believed only as far as the API agrees."""
    del played.emulator.account.collections["people"][7]
    for number, name in ((7, "collectionitem.unpublish"), (8, "collectionitem.unpublished")):
        body = make_body(name, number, timestamp="2027-01-01T00:00:00")
        played.build(json.dumps(body))
        assert played.calls == ["/v2/content/people/"]
    assert played.manifests() == played.pulled()
    assert Key("item", "people", "8") in played.manifests()[""]


def test_a_draft_costs_a_live_build_nothing_and_a_preview_one_call(played):
    """Each mode takes in for itself; an overlay stays out of what is live."""
    played.plain(preview=True)
    before = played.manifests()
    played.edit("page/news/home", "draft", name="Draft")
    payload = played.payload()
    played.build(payload)
    assert (played.calls, played.manifests()) == ([], before)
    assert played.said[0] == "page.draft news/home (Home) by Emulator: nothing that is live."
    played.build(payload, preview=True)
    assert played.calls == ["/v2/pages/news/home/"]
    assert played.manifests(preview=True) == played.pulled(preview=True)
    assert played.manifests() == before


def test_a_draft_that_is_fetched_by_its_slug_does_not_enter_live_content(played, make_body):
    """The API gives a single post whatever its status; what became a draft leaves."""
    account = played.emulator.account
    account.posts["other"] |= {"status": "draft", "published": None}
    account.posts["secret"] = account.posts["hello"] | {"slug": "secret", "status": "draft"}
    played.build(json.dumps([make_body("post.all", "other"), make_body("post.all", "secret")]))
    assert sorted(played.calls) == ["/v2/posts/", "/v2/posts/other/"]
    kept = {key.id for key in played.manifests()[""] if key.kind == "post"}
    assert kept == {"hello"}


@pytest.mark.parametrize("is_live", [True, False])
def test_a_draft_that_was_published_is_live_if_the_listing_has_it(played, make_body, is_live):
    """A draft may lie over what is public: the single answer does not tell, and nothing is lost."""
    if not is_live:
        played.emulator.account.posts["other"]["status"] = "draft"

    def with_draft(environ, start_response):
        if environ["PATH_INFO"] != "/v2/posts/other/":
            return played.emulator(environ, start_response)
        plain = environ | {"HTTP_ACCEPT_ENCODING": "identity"}
        parts, status, _ = run_wsgi_app(played.emulator, plain)
        body = json.loads(b"".join(parts))
        body["data"] |= {"title": "Begun", "status": "draft"}
        return Response(json.dumps(body), status, {"Content-Type": "application/json"})(
            environ, start_response
        )

    type(played.source).app = staticmethod(with_draft)
    played.build(json.dumps(make_body("post.published", "other")))
    assert "other came as a draft; only the listing tells what is live" in " ".join(played.said)
    kept = {key.id for key in played.manifests()[""] if key.kind == "post"}
    assert kept == ({"hello", "other"} if is_live else {"hello"})


def test_a_withdrawn_post_that_came_as_a_draft_is_gone_after_one_call(played, make_body):
    """The event and the answer agree, although the post keeps its time of publication."""
    post = played.emulator.account.posts["other"]
    post["status"] = "draft"
    assert post["published"]
    played.build(json.dumps(make_body("post.delete", "other")))
    assert played.calls == ["/v2/posts/other/"]
    assert Key("post", "", "other") not in played.manifests()[""]


def test_an_items_draft_may_be_what_was_public(played):
    """Collection items have no versions: one that is stored is looked at."""
    played.edit("item/people/7", "draft")
    played.build()
    assert played.calls == ["/v2/content/people/"]
    assert ADA not in played.manifests()[""]
    played.edit("item/people/7", "draft")
    played.build()
    assert played.calls == []


def test_what_is_all_is_looked_at_and_a_404_is_gone(played, make_body):
    """`.all` tells a status that may be a draft's; the API's own answer counts."""
    del played.emulator.account.pages["news"]["home"]
    played.build(json.dumps(make_body("page.all", "home", status="draft")))
    assert played.calls == ["/v2/pages/news/home/"]
    assert PAGE not in played.manifests()[""]


def test_a_burst_is_merged_and_a_large_one_is_a_full_pull(played):
    """Each item once; when asking for all costs no more, all is asked for."""
    for _ in range(5):
        played.edit("post/hello", title="New")
    played.edit("page/news/home", name="New")
    played.build()
    assert sorted(played.calls) == ["/v2/pages/news/home/", "/v2/posts/hello/"]
    for number in range(3):
        new(played, f"p{number}")
        played.edit(f"post/p{number}")
    played.edit("page/news/home", name="New")
    played.build()
    assert sorted(played.calls) == ["/v2/pages/news/home/", "/v2/posts/"]
    assert played.manifests() == played.pulled()
    for slug in ("hello", "other", "p0", "p1", "p2"):
        played.edit(f"post/{slug}")
    played.edit("item/people/7", name="New")
    played.build()
    assert played.said[0] == (
        "pulling everything, because what changed takes 6 calls, and everything 6."
    )
    assert len(played.calls) == 6


def new(played, slug, **values):
    """Make a post that nobody was told of yet."""
    posts = played.emulator.account.posts
    posts[slug] = {**posts["hello"], "published": None, "status": "draft", "slug": slug, **values}


def test_a_new_post_is_found_among_the_newest_or_by_a_full_pull(played, make_body):
    """A slug alone may be a translation's, which the API gives without saying so."""
    locales = {"de": {"status": "published", "slug": "hallo", "title": "Hallo"}}
    played.emulator.account.config["locales"] = ["en", "de"]
    played.emulator.account.posts["hello"]["locales"] = locales
    played.build(json.dumps(make_body("post.published", "hallo")))
    assert played.calls == ["/v2/posts/"]
    assert Key("post", "", "hallo") not in played.manifests()[""]
    for number in range(12):
        new(played, f"p{number}")
        played.edit(f"post/p{number}")
    played.sent.clear()
    played.plain()
    new(played, "old", published="2020-01-01T00:00:00Z")
    played.edit("post/old")
    played.build()
    assert played.said[0] == "pulling everything, because old is not among the newest posts."
    assert played.manifests() == played.pulled()


def test_the_same_events_again_change_nothing(played):
    """Not even the generation: it is looked at, and is what it was."""
    played.edit("post/hello", title="New")
    payload = played.payload()
    first = played.build(payload)
    again = played.build(payload)
    assert again.generation.id == first.generation.id
    assert played.said[-1].endswith(", nothing changed.")


@pytest.mark.parametrize("preview", [False, True])
def test_an_event_about_a_new_slug_takes_the_old_one_away(played, make_body, preview):
    """ButterCMS's number stays when a slug changes; it is known from the last event."""
    played.plain(preview=preview)
    posts = played.emulator.account.posts
    played.build(json.dumps(make_body("post.published", "hello")), preview=preview)
    posts["renamed"] = posts.pop("hello") | {"slug": "renamed"}
    played.build(json.dumps(make_body("post.published", "renamed")), preview=preview)
    assert len(played.calls) == 2
    assert played.said[0] == ("post.published renamed: asked for, after hello.")
    assert POST not in played.manifests(preview=preview)[""]
    assert played.manifests(preview=preview) == played.pulled(preview=preview)
    played.build(json.dumps(make_body("post.published", "renamed")), preview=preview)
    assert played.said[0] == "post.published renamed: asked for."  # the same slug is no older one


def test_a_page_that_got_a_date_in_the_future_is_looked_at(played, make_body):
    """Its event is `page.draft`; the same event for a page that was never public costs nothing."""
    dated = {"published": None, "scheduled": "2099-01-01T00:00:00Z", "status": "draft"}
    played.build(json.dumps(make_body("page.draft", "home", **dated)))
    assert played.calls == ["/v2/pages/news/home/"]
    assert PAGE in played.manifests()[""]
    del played.emulator.account.pages["news"]["home"]
    played.build(json.dumps(make_body("page.draft", "home", **dated)))
    assert PAGE not in played.manifests()[""]
    played.build(json.dumps(make_body("page.draft", "home", **dated)))
    assert played.calls == []


def test_a_deletion_of_what_no_event_named_brings_it_where_it_is_there(played, make_body):
    """Its publication was lost, and the deletion is late or forged."""
    account = played.emulator.account
    account.pages["news"]["lost"] = account.pages["news"]["home"] | {"slug": "lost"}
    account.posts["lost"] = account.posts["hello"] | {"slug": "lost"}
    bodies = [make_body("page.delete", "lost"), make_body("post.delete", "lost")]
    played.build(json.dumps(bodies))
    assert len(played.calls) == 2
    assert played.manifests() == played.pulled()


def test_a_draft_over_a_public_page_that_no_event_named_brings_that(played, make_body):
    """The event says that a version is public, and none is stored."""
    account = played.emulator.account
    account.pages["news"]["lost"] = account.pages["news"]["home"] | {"slug": "lost"}
    body = make_body("page.draft", "lost", published="2026-01-01T00:00:00Z")
    played.build(json.dumps(body))
    assert played.calls == ["/v2/pages/news/lost/"]
    assert played.manifests() == played.pulled()


def test_without_events_nothing_is_different(played):
    """Age decides, as ever: a scoped pull does not make the content younger."""
    played.clock.move(minutes=8)
    played.edit("post/hello", title="New")
    played.build(max_age=timedelta(minutes=10))
    played.plain(max_age=timedelta(minutes=10))
    assert (played.calls, played.said) == ([], ["content of 9 minutes ago, no call made."])
    played.clock.move(minutes=1)
    played.plain(max_age=timedelta(minutes=10))
    assert len(played.calls) == 6


def test_what_is_not_pulled_is_not_asked_for(played, make_body):
    """Neither a page type that nothing leads to, nor a locale that the site has not."""
    bodies = [make_body("page.published", "x", page_type="team")]
    played.build(json.dumps(bodies))
    assert (played.calls, played.said[0]) == (
        [],
        "page.published team/x: not among what is pulled.",
    )
    assert played.said[-1].startswith("took in 1 event from the test with 0 API calls in ")
    played.build(json.dumps(make_body("post.published", "hello")), posts=False)
    assert played.calls == ["/v2/posts/hello/"]  # the stored pull has posts, and is kept whole


def test_media_events_ask_the_files_for_news_and_the_api_nothing(account, play, make_body):
    """The file behind an address can change without the address."""
    account.media("AAA.png", PNG + b"old")
    account.page("news", "home", picture="https://cdn.buttercms.com/AAA")
    played = play(collections=(), posts=False, media="download")
    url = "https://cdn.buttercms.com/AAA"
    assert played.plain().media[url].read() == PNG + b"old"
    account.media("AAA.png", PNG + b"new")
    played.edit("page/news/home", name="New")
    assert played.build().media[url].read() == PNG + b"old"
    body = make_body("media.updated", media_id=5, id=5, url=url)
    stored = played.build(json.dumps(body))
    assert (played.calls, stored.media[url].read()) == ([], PNG + b"new")
    account.media("AAA.png", PNG + b"newer")
    trigger = Trigger.parse(json.dumps(body), "x")
    apply_requested_events(played.of(media="download"), trigger, played.said.append, Progress())
    assert played.plain(offline=True).media[url].read() == PNG + b"newer"
