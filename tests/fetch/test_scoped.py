"""What a build asks for when a webhook started it, and what it does when that fails."""

from datetime import timedelta
import json
import logging

import pytest

from pelican_buttercms.content import Key
from pelican_buttercms.errors import QuotaError
from pelican_buttercms.fetch.by_hand import take_now
from pelican_buttercms.fetch.progress import SilentProgress
from pelican_buttercms.fetch.trigger import Trigger
from pelican_buttercms.settings.durations import FOR_EVER
from pelican_buttercms.settings.limits import Deletions
from pelican_buttercms.settings.locales import Locale
from pelican_buttercms.store import Store

POST = Key("post", "", "hello")
PAGE = Key("page", "news", "home")
ADA = Key("item", "people", "7")


@pytest.fixture
def played(account, play):
    """An account with one of each kind, pulled once."""
    account.post("hello", tags=["old"])
    account.post("other")
    account.page("news", "home", line="Old")
    account.collection("people", {"id": 7, "name": "Ada"}, {"id": 8, "name": "Bob"})
    played = play()
    played.plain()
    return played


def locales(*names):
    """Give settings for these locales."""
    return {"locales": tuple(Locale(name, name or "en") for name in names)}


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


@pytest.mark.parametrize("what", ["post/hello", "page/news/home", "item/people/7"])
@pytest.mark.parametrize("status", ["unpublished", "deleted"])
def test_what_was_withdrawn_goes_without_a_call(played, what, status):
    """Both are deletions for the public; the author stays until the next full pull."""
    played.edit(what, status)
    stored = played.build()
    assert (played.calls, stored.calls.made) == ([], 0)
    assert played.manifests() == played.pulled()
    assert played.said[0].endswith(": removed.")


def test_both_spellings_of_unpublished_are_understood(played, make_body):
    """The documents have both."""
    for number, name in ((7, "collectionitem.unpublish"), (8, "collectionitem.unpublished")):
        body = make_body(name, number, timestamp="2027-01-01T00:00:00")
        played.build(json.dumps(body))
        assert played.calls == []
        assert Key("item", "people", str(number)) not in played.manifests()[""]


def test_a_draft_costs_a_live_build_nothing_and_a_preview_one_call(played):
    """Each mode takes in for itself; an overlay stays out of what is live."""
    played.plain(preview=True)
    before = played.manifests()
    played.edit("page/news/home", "draft", name="Draft")
    payload = played.payload()
    played.build(payload)
    assert (played.calls, played.manifests()) == ([], before)
    assert played.said[0] == "page.draft news/home: nothing that is live."
    played.build(payload, preview=True)
    assert played.calls == ["/v2/pages/news/home/"]
    assert played.manifests(preview=True) == played.pulled(preview=True)
    assert played.manifests() == before


def test_a_draft_that_is_fetched_by_its_slug_does_not_enter_live_content(played, make_body):
    """The API gives a single post whatever its status; what became a draft leaves."""
    account = played.emulator.account
    account.posts["other"]["status"] = "draft"
    account.posts["secret"] = account.posts["hello"] | {"slug": "secret", "status": "draft"}
    played.build(json.dumps([make_body("post.all", "other"), make_body("post.all", "secret")]))
    assert sorted(played.calls) == ["/v2/posts/", "/v2/posts/other/"]
    kept = {key.id for key in played.manifests()[""] if key.kind == "post"}
    assert kept == {"hello"}


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


@pytest.mark.parametrize("what", ["post/hello", "page/news/home", "item/people/7"])
def test_a_deletion_that_comes_late_or_again_takes_nothing_that_is_there(played, what):
    """What was published again after it is looked at, and stays."""
    played.edit(what, "unpublished")
    late = played.payload()
    played.edit(what, "published")
    published = played.payload()
    played.build(published)
    played.build(late)
    assert played.manifests() == played.pulled()
    played.clock.move(hours=5)
    played.edit(what, "unpublished")
    played.build()
    played.edit(what, "published")
    played.build()
    played.clock.move(hours=5)
    played.build(late)
    assert played.manifests() == played.pulled()
    assert Key.parse({"post/hello": "post//hello"}.get(what, what)) in played.manifests()[""]


def test_a_full_pull_is_due_after_a_while_whatever_was_told(played):
    """BUTTERCMS_RECONCILE counts from the last full pull; MAX_AGE does not matter then."""
    played.clock.move(hours=23)
    played.edit("post/hello", title="New")
    first = played.build()
    assert len(played.calls) == 1
    assert first.generation.pulled_at < played.clock() - timedelta(hours=23)
    played.clock.move(hours=1)
    played.edit("post/hello", title="Newer")
    payload = played.payload()
    second = played.build(payload)
    assert len(played.calls) == 6
    assert "because the last full pull was 1 day ago (BUTTERCMS_RECONCILE)" in played.said[0]
    assert second.generation.pulled_at == played.clock()
    played.clock.move(days=900)
    played.build(payload, reconcile=FOR_EVER)
    assert len(played.calls) == 1
    played.build(payload, reconcile=timedelta(0))
    assert len(played.calls) == 6


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


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        ("{}", "the test names no events"),
        ('{"buttercms": "all"}', "the test names no events"),
        ("not json", "the test names no events"),
        ('{"data": {"id": 5}, "webhook": {"event": "schema.changed"}}', "schema.changed changes"),
        ('{"data": {"id": 5}, "webhook": {"event": "post.published"}}', "post.published changes"),
        (
            '{"data": {"id": "%s", "_id": 1}, "webhook": {"event": "post.published"}}'
            % ("x" * 150),
            "names nothing that can be asked for alone",
        ),
    ],
)
def test_what_cannot_be_trusted_or_placed_is_a_full_pull(played, payload, why):
    """And the build says why, in one line."""
    played.build(payload)
    assert len(played.calls) == 6
    assert played.said[0].startswith("pulling everything, because ")
    assert why in played.said[0]


def test_without_a_last_pull_everything_is_pulled(account, play, make_body):
    """An empty store, or one that holds less than is wanted now."""
    account.post("hello")
    played = play(page_types={}, collections=())
    payload = json.dumps(make_body("post.published"))
    played.build(payload)
    assert (len(played.calls), "nothing is stored yet" in played.said[0]) == (4, True)
    account.page("news", "n")
    played.emulator.account.pages["news"] = {}
    played.build(payload, page_types={"news": None})
    assert "the settings ask for more than is stored" in played.said[0]


def test_a_reference_to_what_was_never_pulled_is_a_full_pull(played):
    """It brings what is referred to; when the last reference goes, that goes without a call."""
    team = {
        "x": {
            "slug": "x",
            "name": "X",
            "page_type": "team",
            "fields": {},
            "updated": "2026-01-01T00:00:00Z",
            "published": "2026-01-01T00:00:00Z",
        }
    }
    played.emulator.account.pages["team"] = team
    played.edit("page/news/home", fields={"a": "/v2/pages/team/x/"})
    played.build()
    assert played.said[0] == (
        "pulling everything, because what changed refers to team, never pulled yet."
    )
    assert Key("page", "team", "x") in played.manifests()[""]
    played.edit("page/team/x", name="Y")
    played.build()
    assert played.calls == ["/v2/pages/team/x/"]
    played.edit("page/news/home", fields={})
    played.build()
    assert len(played.calls) == 1
    assert played.manifests() == played.pulled()
    assert Key("page", "team", "x") not in played.manifests()[""]


def test_what_is_not_pulled_is_not_asked_for(played, make_body):
    """Neither a page type that nothing leads to, nor a locale that the site has not."""
    bodies = [make_body("page.published", "x", page_type="team")]
    played.build(json.dumps(bodies))
    assert (played.calls, played.said[0]) == (
        [],
        "page.published team/x: not among what is pulled.",
    )
    played.build(json.dumps(make_body("post.published", "hello")), posts=False)
    assert played.calls == ["/v2/posts/hello/"]  # the stored pull has posts, and is kept whole


def test_a_single_page_that_is_found_in_a_type_is_a_full_pull(account, play, make_body):
    """Under "*" the API looks in all types."""
    account.page("*", "about")
    account.page("news", "home")
    played = play(page_types={"*": None, "news": None}, collections=())
    played.plain()
    played.build(json.dumps(make_body("page.published", "home", page_type="*")))
    assert "a single page was named, and what is there is page/news/home" in played.said[0]
    assert played.manifests() == played.pulled()


@pytest.mark.parametrize("fault", ["status=503", "quota", "refuse", "malformed", "cut"])
def test_a_failing_call_serves_the_last_content_and_owes_a_full_pull(played, fault, caplog):
    """Loudly; and the next build, with events or without, pulls everything."""
    played.edit("post/hello", title="New")
    payload = played.payload()
    before = played.manifests()
    played.emulator.faults.add(f"{fault}@/v2/posts/hello/")
    with caplog.at_level(logging.WARNING):
        stored = played.build(payload)
    assert stored.stale
    assert "is built from ButterCMS content of 1 minute ago, because" in caplog.text
    assert played.said[-1] == "the events could not be taken in: the next build pulls everything."
    assert played.manifests() == before
    played.emulator.faults.clear()
    played.plain(max_age=timedelta(hours=1))
    assert len(played.calls) == 6
    assert played.said[0] == (
        "pulling everything, because the events of an earlier build could not be taken in."
    )
    assert played.manifests() == played.pulled()
    played.plain(max_age=timedelta(hours=1))
    assert played.calls == []


def test_events_after_a_failure_do_not_hide_it(played, make_body):
    """What is owed is pulled, though the next events name something else."""
    played.edit("post/hello", title="New")
    played.emulator.faults.add("quota#1")
    played.build()
    played.edit("page/news/home", name="New")
    played.build()
    assert len(played.calls) == 6
    assert played.manifests() == played.pulled()
    played.edit("page/news/home", name="Newer")
    played.build()
    assert len(played.calls) == 1


def test_a_build_that_is_killed_owes_a_full_pull(played, monkeypatch):
    """The note is on disk before the first call."""
    played.edit("post/hello", title="New")
    monkeypatch.setattr(Store, "fold_together", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        played.build()
    monkeypatch.undo()
    played.plain(max_age=timedelta(hours=1))
    assert played.manifests() == played.pulled()


def test_offline_and_rolled_back_content_stay_and_owe_what_was_told(played):
    """No call is made, and no event is lost."""
    played.edit("post/hello", title="New")
    payload = played.payload()
    played.build(payload, offline=True)
    assert played.calls == []
    assert "wait for the next full pull: BUTTERCMS_OFFLINE is set" in played.said[-1]
    played.plain(max_age=timedelta(hours=1))
    assert played.manifests() == played.pulled()
    source = played.source
    with Store(source.options.cache_path, played.clock) as store:
        scopes = source.scopes(store)
        numbers = store.pulls(scopes)
        store.roll_back(scopes, numbers[-1])
    played.build(payload)
    assert played.calls == []
    assert played.said[-1].startswith("rolled back to content of")
    take_now(source, Trigger.parse(payload, "x"), played.said.append, SilentProgress())
    assert (
        played.said[-1] == "pulling everything, because builds read what somebody rolled back to."
    )
    assert played.manifests() == played.pulled()


def test_by_hand_a_failure_is_an_error(played):
    """The content is as it was, and the full pull owed."""
    played.edit("post/hello", title="New")
    played.emulator.faults.add("quota#1")
    trigger = Trigger.parse(played.payload(), "x")
    with pytest.raises(QuotaError):
        take_now(played.source, trigger, played.said.append, SilentProgress())
    take_now(played.source, trigger, played.said.append, SilentProgress())
    assert "could not be taken in" in played.said[-1]


def test_a_listing_that_comes_back_almost_empty_is_held_back(played, account, caplog):
    """What an event names may go; that its neighbours went along is not believed at once."""
    items = {n: {"meta": {"id": n}, "name": f"N{n}"} for n in range(20)}
    played.emulator.account.collections["people"] = items
    bounds = {"max_deletions": Deletions(0.25, 5)}
    played.plain(**bounds)
    for number in range(1, 20):
        del items[number]
    played.edit("item/people/0", name="New")
    payload = played.payload()
    held = played.build(payload, **bounds)
    assert "because an answer was held back" in caplog.text
    assert held.stale
    assert len([key for key in played.manifests()[""] if key.kind == "item"]) == 20
    played.clock.move(minutes=6)
    played.build(payload, **bounds)
    assert played.manifests() == played.pulled()


def test_deletions_that_are_named_are_not_held_back(played):
    """Twenty events are twenty decisions; a neighbour that is gone goes with a listing."""
    items = {n: {"meta": {"id": n}, "name": f"N{n}"} for n in range(20)}
    played.emulator.account.collections["people"] = items
    bounds = {"max_deletions": Deletions(0.25, 5)}
    played.plain(**bounds)
    for number in range(1, 18):
        played.edit(f"item/people/{number}", "deleted")
    del items[18]
    played.edit("item/people/0", name="New")
    played.build(**bounds)
    assert played.calls == ["/v2/content/people/"]
    assert played.manifests() == played.pulled()


def test_a_collection_that_is_gone_is_a_full_pull(played):
    """Which says that a setting names it in vain."""
    del played.emulator.account.collections["people"][8]
    played.edit("item/people/7", name="New")
    payload = played.payload()
    collections = played.emulator.account.collections
    collections["crowd"] = collections.pop("people")
    with pytest.raises(Exception, match="BUTTERCMS_COLLECTIONS names 'people'"):
        played.build(payload)
    assert "the collection people is not there any more" in played.said[0]


def test_each_locale_is_asked_for_as_far_as_the_event_leaves_it_open(account, play, make_body):
    """A page's event names its locale; a post's does not, so its slug is asked for in each."""
    account.settings(locales=["en", "de"])
    account.post("hello")
    account.translate("posts/hello", "de", slug="hallo", title="Hallo")
    account.page("news", "home", line="Old")
    account.translate("pages/news/home", "de", fields={"line": "Alt"})
    account.collection("people", {"id": 7, "name": "Ada"})
    played = play(**locales("en", "de"))
    played.plain()
    account_ = played.emulator.account
    account_.pages["news"]["home"]["locales"]["de"]["fields"] = {"line": "Neu"}
    played.build(json.dumps(make_body("page.published", "home", locale="de")))
    assert played.calls == ["/v2/pages/news/home/"]
    assert played.manifests() == played.pulled()
    played.build(json.dumps(make_body("page.published", "home", locale="fr")))
    assert played.calls == []
    account_.posts["hello"]["locales"]["de"]["title"] = "Servus"
    played.build(json.dumps(make_body("post.published", "hallo")))
    assert played.calls == ["/v2/posts/hallo/"] * 2
    assert played.manifests() == played.pulled()
    played.clock.move(hours=2)
    played.build(json.dumps(make_body("post.delete", "hallo")))
    assert played.calls == []
    assert Key("post", "", "hallo") not in played.manifests()["de"]
    assert POST in played.manifests()["en"]
    late = make_body("page.delete", "home", timestamp="2027-01-01T00:00:00")
    played.build(json.dumps(late))
    assert played.calls == ["/v2/pages/news/home/"] * 2  # which version is gone, it does not say
    assert played.manifests()["en"].keys() >= {PAGE}


def test_a_store_of_the_unnamed_default_looks_at_named_locales(played, make_body):
    """It may be the default's name: looking is never wrong."""
    late = make_body("page.delete", "home", locale="en", timestamp="2027-01-01T00:00:00")
    played.build(json.dumps(late))
    assert played.calls == ["/v2/pages/news/home/"]
    assert PAGE in played.manifests()[""]


def test_media_events_ask_the_files_for_news_and_the_api_nothing(account, play, make_body):
    """The file behind an address can change without the address."""
    account.media("AAA.png", b"old")
    account.page("news", "home", picture="https://cdn.buttercms.com/AAA")
    played = play(collections=(), posts=False, media="download")
    url = "https://cdn.buttercms.com/AAA"
    assert played.plain().media[url].read() == b"old"
    account.media("AAA.png", b"new")
    played.edit("page/news/home", name="New")
    assert played.build().media[url].read() == b"old"
    body = make_body("media.updated", media_id=5, id=5, url=url)
    stored = played.build(json.dumps(body))
    assert (played.calls, stored.media[url].read()) == ([], b"new")
    account.media("AAA.png", b"newer")
    trigger = Trigger.parse(json.dumps(body), "x")
    take_now(played.of(media="download"), trigger, played.said.append, SilentProgress())
    assert played.plain(offline=True).media[url].read() == b"newer"
