"""Real builds that a webhook started."""

import json

import pytest

CI = {"CI": "true"}


@pytest.fixture
def built(site, account):
    """A site that was built once, in a build service."""
    account.post("hello")
    account.post("other")
    account.page("news", "home", body="<p>Old</p>")
    site.configure(BUTTERCMS_PAGE_TYPES=["news"])
    text = site.build(env=CI)
    assert "5 API calls made" in text
    return site


def test_netlifys_hook_builds_the_changed_post_for_one_call(built, account, make_body):
    """The page on disk is new, and what was not named is not asked for."""
    account.post("hello", title="Published just now")
    account.post("other", title="Never told of")
    body = json.dumps(make_body("post.published"))
    text = built.build(env=CI | {"INCOMING_HOOK_BODY": body})
    assert "ButterCMS: post.published hello: asked for.\n" in text
    assert "took in 1 event from INCOMING_HOOK_BODY with 1 API call in" in text
    assert "1 API call made, 4 saved, 6 this month." in text
    assert "Published just now" in built.read("hello.html")
    assert "Never told of" not in built.read("other.html")


def test_githubs_dispatch_takes_a_page_away_for_none(built, account, make_body, tmp_path):
    """Its page goes from the output; a push pulls everything, as ever."""
    account.delete("pages/news/home.json")
    body = make_body("page.delete", "home", timestamp="2099-01-01T00:00:00")
    file = tmp_path / "event.json"
    file.write_text(json.dumps({"client_payload": body}))
    event = CI | {"GITHUB_EVENT_PATH": str(file)}
    text = built.build(env=event | {"GITHUB_EVENT_NAME": "repository_dispatch"})
    assert "page.delete news/home: removed.\n" in text
    assert "0 API calls made, 5 saved" in text
    assert not (built.output / "pages/home.html").exists()
    assert "5 API calls made" in built.build(env=event | {"GITHUB_EVENT_NAME": "push"})


def test_a_failure_is_made_good_by_the_next_build(built, account, make_body):
    """The event is not missed, though nothing tells of it again."""
    account.post("hello", title="Published just now")
    account.settings(faults=["quota"])
    body = json.dumps(make_body("post.published"))
    text = built.build(env=CI | {"INCOMING_HOOK_BODY": body})
    assert "the events could not be taken in: the next build pulls everything." in text
    assert "Published just now" not in built.read("hello.html")
    account.settings()
    text = built.build()
    assert "because the events of an earlier build could not be taken in." in text
    assert "Published just now" in built.read("hello.html")
