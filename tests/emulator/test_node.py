"""The official JavaScript SDK, a second client that nobody here wrote."""

from functools import partial
import json
import os
from pathlib import Path
import shutil
import subprocess

from butter_cms import ButterCMS
import pytest
from requests import HTTPError

from pelican_buttercms.emulator import create_app
from pelican_buttercms.emulator.server import serving

HERE = Path(__file__).parent / "node"
MISSING = "Node, or the SDK: run npm ci in tests/emulator/node"

CALLS = {
    "post.list": [[], [{"page_size": 1, "page": 2}], [{"exclude_body": True, "tag_slug": "tea"}]],
    "post.retrieve": [["first"], ["draft"], ["none"]],
    "post.search": [["harbour"], [], ["harbour", {"page_size": 1}]],
    "page.list": [["*"], ["news"], ["news", {"order": "-published", "fields.headline": "Tide"}]],
    "page.retrieve": [["news", "n1"], ["*", "n1", {"levels": 1}], ["news", "none"]],
    "page.search": [["tide"], ["tide", {"page_type": "news"}]],
    "content.retrieve": [["faqs"], [["faqs"], {"page_size": 1}], [["none"]]],
    "author.list": [[], [{"include": "recent_posts"}]],
    "author.retrieve": [["ada-lane"], ["ada-lane", {"include": "recent_posts"}], ["none"]],
    "category.list": [[], [{"include": "recent_posts"}]],
    "category.retrieve": [["news"], ["none"]],
    "tag.list": [[], [{"include": "recent_posts"}]],
    "tag.retrieve": [["tea"], ["none"]],
    "feed.retrieve": [["rss"], ["atom"], ["sitemap", {"tag_slug": "tea"}], ["none"]],
}
PAIRS = [[name, args] for name, calls in CALLS.items() for args in calls]
PYTHON = {"list": "all", "retrieve": "get", "search": "search"}
PARTS = {
    "post": "posts",
    "page": "pages",
    "content": "content_fields",
    "author": "authors",
    "category": "categories",
    "tag": "tags",
    "feed": "feeds",
}


@pytest.fixture(scope="module")
def node():
    """Node with the SDK; without them the tests skip, unless CI requires them."""
    path = shutil.which("node")
    if path is None or not (HERE / "node_modules/buttercms").is_dir():
        (pytest.fail if os.environ.get("BUTTERCMS_TEST_NODE") == "required" else pytest.skip)(
            f"There is no {MISSING}."
        )
    return path


@pytest.fixture
def ask(node):
    """Ask an emulator through the SDK."""

    def run(url, calls, *, mode="live", token="the-read-token"):
        done = subprocess.run(
            [node, HERE / "ask.mjs", url, token, mode],
            input=json.dumps(calls),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout)
        return answer["methods"], answer["answers"]

    return run


@pytest.fixture
def url(account):
    """The address of an emulator whose account has something of every kind."""
    account.settings(read_token="the-read-token")
    account.post("first", tags=["tea"], body="<p>Harbour</p>")
    account.post("second", day="2024-06-01", body="<p>Harbour</p>")
    account.post("draft", status="draft", published=None)
    account.page("*", "about", headline="Hello")
    account.page("news", "n1", headline="Tide", link={"$ref": "page:*/about"})
    account.page("news", "n2", headline="Tide", status="draft", published=None)
    account.collection("faqs", {"id": 1, "q": "?"}, {"id": 2, "q": "!", "status": "draft"})
    account.collection("menu", {"id": 3, "label": "Home"})
    with serving(create_app(account.folder)) as address:
        yield address


def python_sdk(url, name, args, **extra):
    """Return what the official Python SDK gets for a call, or the status of its error."""
    client = ButterCMS("the-read-token")
    for part in vars(client).values():
        part.url = f"{url}/v2/"
    resource, method = name.split(".")
    words = [arg for arg in args if not isinstance(arg, dict)]
    params = next((arg for arg in args if isinstance(arg, dict)), {}) | extra
    if resource == "content" and isinstance(words[0], str):
        words = [words]
    try:
        call = getattr(getattr(client, PARTS[resource]), PYTHON[method])
        return call(*words) if name == "post.retrieve" else call(*words, params)
    except HTTPError as exc:
        return exc.args[0]  # it has no more


def test_every_method_is_tried(ask, url):
    """The SDK itself lists them; each has calls above."""
    methods, _ = ask(url, [])
    assert {name for name in methods if not name.endswith("cancelRequest")} == set(CALLS)


@pytest.mark.parametrize("mode", ["live", "preview"])
def test_both_official_sdks_get_the_same(ask, url, mode):
    """Live, and in test mode, which sends `test=1` and `preview=1` on every route."""
    extra = {"test": 1, "preview": 1} if mode == "preview" else {}
    _, answers = ask(url, PAIRS, mode=mode)
    for (name, args), answer in zip(PAIRS, answers, strict=True):
        if name == "post.search" and not args:
            assert answer["data"]["data"] == []  # the other SDK has to be given a text
            continue
        expected = python_sdk(url, name, args, **extra)
        got = answer["data"] if answer["status"] == 200 else answer["status"]
        assert got == expected, (name, args)
        assert ("none" in str(args)) == (answer["status"] == 404), (name, args)


def test_preview_sees_drafts_on_every_route_and_live_sees_none(ask, url):
    """A single post comes whatever its status."""
    calls = [["post.list", []], ["page.list", ["news"]], ["page.search", ["tide"]]]
    calls.append(["content.retrieve", ["faqs"]])

    def count(answer):
        data = answer["data"]["data"]
        return len(data["faqs"] if isinstance(data, dict) else data)

    live, preview = (ask(url, calls, mode=mode)[1] for mode in ("live", "preview"))
    assert [count(item) for item in live] == [2, 1, 1, 1]
    assert [count(item) for item in preview] == [3, 2, 2, 2]


def test_several_collections_are_asked_for_in_the_path(ask, url):
    """Version 3 joins the keys there; both come whole, as with `?keys=`."""
    _, (joined, unknown) = ask(
        url, [["content.retrieve", [["faqs", "menu"]]], ["content.retrieve", [["faqs", "none"]]]]
    )
    assert joined["data"] == python_sdk(url, "content.retrieve", [["faqs", "menu"]])
    assert list(joined["data"]["data"]) == ["faqs", "menu"]
    assert (unknown["status"], unknown["data"]) == (
        404,
        {"detail": "Content key none not found"},
    )


def test_a_wrong_token_is_an_error_with_its_cause(ask, url):
    """The message has the API's words, the cause its status."""
    _, (answer,) = ask(url, [["post.list", []]], token="wrong")
    assert answer["message"] == "[detail]: Invalid token. (401)"
    assert answer["status"] == 401


RECORDED = {
    "posts/test_post_all": ["post.list", []],
    "posts/test_post_all_exclude_body": ["post.list", [{"exclude_body": "True"}]],
    "posts/test_post_get": ["post.retrieve", ["example-post"]],
    "pages/test_page_all": ["page.list", ["landing-page"]],
    "pages/test_page_all_without_page_type": ["page.list", ["*"]],
    "pages/test_page_get": [
        "page.retrieve",
        ["landing-page", "landing-page-with-components"],
    ],
    "pages/test_page_search": ["page.search", ["sample landing page"]],
    "content_fields/test_content_field_get": ["content.retrieve", ["navigation_menu_item"]],
    "content_fields/test_content_field_all_filtered": [
        "content.retrieve",
        [["navigation_menu", "navigation_menu_item"]],
    ],
    "authors/test_author_all_with_posts": ["author.list", [{"include": "recent_posts"}]],
    "authors/test_author_get": ["author.retrieve", ["sdk-tests"]],
    "categories/test_category_get": ["category.retrieve", ["example-category"]],
    "tags/test_tag_all": ["tag.list", []],
    "feeds/test_feed_rss": ["feed.retrieve", ["rss"]],
    "feeds/test_feed_non_existent": ["feed.retrieve", ["non-existent"]],
    "posts/test_post_get_not_existent": ["post.retrieve", ["non-existent"]],
}


def test_it_gets_what_was_recorded(ask, recorded_account, recordings):
    """Key by key and in their order, from an account of May 2024."""
    with serving(create_app(recorded_account.folder, api="2024")) as address:
        _, answers = ask(address, list(RECORDED.values()))
    text = partial(json.dumps, ensure_ascii=False)
    for name, answer in zip(RECORDED, answers, strict=True):
        assert answer["status"] == recordings[name].status, name
        assert text(answer["data"]) == text(recordings[name].json), name
