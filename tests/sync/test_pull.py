"""What a pull asks for, and what becomes of it."""

import json

import pytest

from pelican_buttercms.content import Key
from pelican_buttercms.emulator import reads
from pelican_buttercms.errors import ContentError, ResponseError, ServerError, SettingsError
from pelican_buttercms.store import Scope
from pelican_buttercms.sync.progress import LineProgress, Progress, summary_lines
from pelican_buttercms.sync.pull import pull
from pelican_buttercms.sync.pull_spec import PullSpec


@pytest.fixture
def run(connect, store, scope):
    """Pull from an emulator into the store."""

    def start(app, progress=None, **wanted):
        client = connect(app)
        return pull(client, store, [scope], PullSpec(**wanted), progress or Progress())

    return start


def asked(app):
    """Give the path and the telling part of each call's query, sorted."""
    return sorted(
        (call.path, call.query.get("keys") or call.query.get("page", "")) for call in app.calls
    )


def test_everything_is_asked_for_once_a_hundred_at_a_time(run, account, app):
    """Pages of 100 and the first once more, several collections in one call, types in order."""
    for number in range(205):
        account.post(f"p{number}")
    account.page("*", "about")
    account.page("news", "n")
    account.collection("a", {"id": 1})
    account.collection("b", {"id": 2})
    emulator = app()
    result = run(emulator, page_types=("*", "news"), collections=("a", "b"))
    assert asked(emulator) == [
        ("/v2/authors/", ""),
        ("/v2/categories/", ""),
        ("/v2/content/", "a,b"),
        ("/v2/pages/*/", "1"),
        ("/v2/pages/news/", "1"),
        ("/v2/posts/", "1"),
        ("/v2/posts/", "1"),
        ("/v2/posts/", "2"),
        ("/v2/posts/", "3"),
        ("/v2/tags/", ""),
    ]
    queries = {call.path: call.query for call in emulator.calls}
    assert queries["/v2/pages/news/"]["order"] == "-published"
    assert "order" not in queries["/v2/pages/*/"]
    assert queries["/v2/pages/news/"]["levels"] == queries["/v2/content/"]["levels"] == "1"
    assert queries["/v2/posts/"]["page_size"] == "100"
    assert result.calls == result.generation.calls == 10
    assert len([key for key in result.generation.manifest if key.kind == "post"]) == 205


def test_a_second_pull_shows_what_changed(run, account, app):
    """New, updated, deleted and unchanged, by kind."""
    account.post("kept")
    account.post("changed")
    account.post("gone")
    run(app())
    account.post("changed", title="Other")
    account.post("new")
    account.delete("posts/gone.json")
    result = run(app())
    assert result.changes[""].counts()["post"] == {
        "new": 1,
        "updated": 1,
        "deleted": 1,
        "unchanged": 1,
    }
    lines = summary_lines(result.changes, result.calls, 0.25)
    assert lines[0] == "posts: 1 new, 1 updated, 1 deleted"
    assert lines[-1] == "pulled with 4 API calls in 0.2 s"


def test_references_lead_to_what_was_not_named_until_nothing_is_new(run, account, app):
    """A chain of types and collections is followed; what does not exist is left to dangle."""
    account.page("a", "one", next="/v2/pages/b/two")
    account.page("b", "two", item={"$ref": "item:c/3"}, gone="/v2/pages/nothing/x")
    account.collection("c", {"id": 3, "back": {"$ref": "page:a/one"}})
    result = run(app(), page_types=("a",), posts=False)
    assert result.discovered == ("b", "c", "nothing")
    assert set(result.generation.manifest) == {
        Key("page", "a", "one"),
        Key("page", "b", "two"),
        Key("item", "c", "3"),
    }
    alone = run(app(), page_types=("a",), posts=False, discover=False)
    assert set(alone.generation.manifest) == {Key("page", "a", "one")}


@pytest.mark.parametrize("behaviour", [{}, {"joined_keys": "refused"}])
def test_collections_are_asked_for_one_by_one_where_together_fails(run, account, app, behaviour):
    """An account may refuse several keys; an unknown one is found and named."""
    account.collection("a", {"id": 1})
    account.collection("b", {"id": 2})
    result = run(app(**behaviour), collections=("a", "b"), posts=False)
    assert set(result.generation.manifest) == {Key("item", "a", "1"), Key("item", "b", "2")}
    with pytest.raises(SettingsError, match=r"BUTTERCMS_COLLECTIONS names 'aa'.*Did you mean 'a'"):
        run(app(**behaviour), collections=("a", "aa"), posts=False)


def test_unknown_names_are_reported_together_with_the_nearest_known(
    run, account, app, store, scope
):
    """What the account had at the last pull helps to find the name that was meant."""
    account.page("landing-page", "l")
    account.page("news", "n")
    run(app(), page_types=("landing-page", "news"))
    before = store.latest(scope)
    with pytest.raises(SettingsError) as caught:
        run(app(), page_types=("landing-pag", "zzz"), collections=("nwes",))
    one, two, three = caught.value.problems
    assert "BUTTERCMS_PAGE_TYPES names 'landing-pag'" in one
    assert "Did you mean 'landing-page'?" in one
    assert "Did you mean" not in two
    assert '404: "Not found." ' in three
    assert store.latest(scope) == before


def test_drafts_never_enter_a_live_scope(run, account, app, monkeypatch, caplog):
    """Even from an API that gives them: what enters is looked at, and what does not is named."""
    account.post("live")
    account.post("draft", status="draft", published=None)
    account.page("news", "n")
    account.page("news", "later", status="scheduled", published=None)
    for number in range(8):
        account.page("news", f"draft-{number}", status="draft", published=None)
    emulator = app(page_status="present")
    show_all = reads.View
    monkeypatch.setattr(reads, "View", lambda locale=None, *_: show_all(locale, True))
    result = run(emulator, page_types=("news",))
    kept = {str(key) for key in result.generation.manifest if key.kind in {"post", "page"}}
    assert kept == {"posts/live", "pages/news/n"}
    warned = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len(warned) == 2
    assert "9 pages of news: " in warned[0]
    assert '"draft-0 (draft)"' in warned[0]
    assert '"draft (draft)"' in warned[1]
    assert "and 4 more" in warned[0]


def test_what_a_live_listing_gives_with_a_time_is_live_whatever_its_status(
    run, account, app, monkeypatch, caplog, store
):
    """An editor has begun a new draft: the published version is what comes, and stays."""
    for status in ("draft", "scheduled", "something new"):
        account.post(f"p-{status}", status=status)
        account.page("news", f"n-{status}", status=status)
    show_all = reads.View
    monkeypatch.setattr(reads, "View", lambda locale=None, *_: show_all(locale, True))
    generation = run(app(page_status="present"), page_types=("news",)).generation
    records = [raw for raw in store.records(generation) if raw.key.kind in {"post", "page"}]
    assert len(records) == 6
    assert {raw.data["status"] for raw in records} == {"published"}
    assert "left out" not in caplog.text


def test_preview_pulls_drafts_into_their_own_scope(connect, store, account, app):
    """The draft version and unpublished items; the live scope does not change."""
    account.post("draft", status="draft")
    preview = Scope("account", "", "preview")
    wanted = PullSpec(preview=True)
    result = pull(connect(app()), store, [preview], wanted, Progress())
    assert Key("post", "", "draft") in result.generation.manifest
    assert store.latest(Scope("account", "", "live")) is None


def test_a_failure_in_the_middle_leaves_the_store_as_it_was(run, account, app, store, scope):
    """One listing that fails fails the pull; nothing of the others is kept."""
    account.post("p")
    account.page("news", "n")
    run(app(), page_types=("news",))
    before = store.latest(scope)
    account.post("new")
    with pytest.raises(ServerError):
        run(app(faults=["status=500@/v2/pages/*"]), page_types=("news",))
    assert store.latest(scope) == before


def test_a_listing_that_changes_while_it_is_read_is_read_again(run, account, app):
    """An editor publishes between two pages: items would be missed or come twice."""
    for number in range(150):
        account.post(f"p{number:03}", day="2024-01-01")
    emulator = app()
    moved = []

    def publish_once(environ, start_response):
        answer = emulator(environ, start_response)
        if "page=1" in environ["QUERY_STRING"] and not moved:
            moved.append(1)
            body = {**emulator.account.posts["p000"], "slug": "fresh", "published": "2026-01-01"}
            emulator.account.posts["fresh"] = body
        return answer

    result = run(publish_once)
    posts = [key for key in result.generation.manifest if key.kind == "post"]
    assert len(posts) == 151


def test_an_item_that_moves_to_another_page_is_not_missed(run, account, app):
    """One is published and one deleted between two pages: the count stays, the items move."""
    for number in range(150):
        account.post(f"p{number:03}", day="2024-01-01")
    emulator = app()

    def swap_once(environ, start_response):
        answer = emulator(environ, start_response)
        posts = emulator.account.posts
        if "page=1" in environ["QUERY_STRING"] and "p149" in posts:
            posts["fresh"] = {**posts.pop("p149"), "slug": "fresh", "published": "2026-01-01"}
        return answer

    result = run(swap_once)
    posts = {key.id for key in result.generation.manifest if key.kind == "post"}
    assert posts == {f"p{number:03}" for number in range(149)} | {"fresh"}


def test_a_listing_that_never_stands_still_is_an_error(run, account, app):
    """Twice changed while it was read: nothing of it is used."""
    for number in range(150):
        account.post(f"p{number:03}")
    emulator = app()

    def publish_always(environ, start_response):
        answer = emulator(environ, start_response)
        if "posts" in environ["PATH_INFO"]:
            slug = f"fresh{len(emulator.account.posts)}"
            emulator.account.posts[slug] = {**emulator.account.posts["p000"], "slug": slug}
        return answer

    with pytest.raises(ResponseError, match=r"posts changed while it was being read, twice"):
        run(publish_always)


def test_a_wrong_type_in_an_item_is_named(run, account, app):
    """Content that is not what the API promises is told with its item and field."""
    account.page("news", "n")
    path = account.folder / "pages/news/n.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"published": 7}))
    with pytest.raises(ContentError, match=r"n.*published"):
        run(app(), page_types=("news",))


def test_progress_is_reported_in_lines(run, account, app):
    """Where it asks, each listing when it is complete, and the calls so far."""
    for number in range(101):
        account.post(f"p{number}")
    lines = []
    run(app(), progress=LineProgress(lines.append))
    assert lines[0] == "pulling from api.example"
    assert any(line.strip().startswith("posts: 101 (call ") for line in lines)
    assert not any("posts: 100 " in line for line in lines)
