"""The official Python SDK, which nobody here wrote, gets from the emulator what it expects."""

from butter_cms import ButterCMS
import pytest
from requests import HTTPError

from pelican_buttercms.emulator import create_app
from pelican_buttercms.emulator.server import serving


@pytest.fixture
def connect(account):
    """Return SDK clients that ask an emulator on a port of this machine."""
    account.settings(read_token="the-read-token")
    account.post("first", tags=["tea"], body="<p>Harbour</p>")
    account.post("second", day="2024-06-01")
    account.post("draft", status="draft")
    account.page("*", "about", headline="Hello")
    account.page("news", "n1", headline="Spring tide", link={"$ref": "page:*/about"})
    account.collection("faqs", {"id": 1, "question": "Why?"}, {"id": 2, "question": "How?"})
    account.collection("menu", {"id": 3, "label": "Home"})

    with serving(create_app(account.folder)) as url:

        def make(token):
            client = ButterCMS(token)
            for part in vars(client).values():
                part.url = f"{url}/v2/"
            return client

        yield make


@pytest.fixture
def sdk(connect):
    """An SDK client with the right token."""
    return connect("the-read-token")


def slugs(answer):
    """Return the slugs of a listing."""
    return [entry["slug"] for entry in answer["data"]]


def test_posts(sdk):
    """The SDK lists, gets and searches posts."""
    assert slugs(sdk.posts.all()) == ["second", "first"]
    assert slugs(sdk.posts.all({"page_size": 1, "page": 2})) == ["first"]
    assert slugs(sdk.posts.all({"preview": 1})) == ["second", "draft", "first"]
    assert "body" not in sdk.posts.all({"exclude_body": "True"})["data"][0]
    assert sdk.posts.get("first")["data"]["body"] == "<p>Harbour</p>"
    assert sdk.posts.get("first")["meta"]["next_post"]["slug"] == "second"
    assert slugs(sdk.posts.search("harbour")) == ["first"]


def test_pages(sdk):
    """The SDK lists, gets and searches pages; references are one step deep by default."""
    assert slugs(sdk.pages.all("*")) == ["about"]
    assert sdk.pages.get("news", "n1")["data"]["fields"]["link"]["slug"] == "about"
    uri = sdk.pages.get("news", "n1", {"levels": 1})["data"]["fields"]["link"]
    assert uri == "/v2/pages/*/about"
    assert sdk.pages.get("*", "n1")["data"]["page_type"] == "news"
    assert slugs(sdk.pages.search("spring tide")) == ["n1"]


def test_content_fields(sdk):
    """The SDK asks for collections by keys: one is paged, two come whole."""
    both = sdk.content_fields.get(["faqs", "menu"])
    assert [item["meta"]["id"] for item in both["data"]["faqs"]] == [2, 1]
    assert "meta" not in both
    element = sdk.content_fields.get(["faqs"], {"page_size": 1})
    assert element["meta"] == {"count": 2, "next_page": 2, "previous_page": None}


def test_authors_categories_tags_and_feeds(sdk):
    """The SDK asks for these without the trailing slash, and is not redirected."""
    assert sdk.authors.get("ada-lane")["data"]["first_name"] == "Ada"
    recent = sdk.categories.get("news", {"include": "recent_posts"})["data"]["recent_posts"]
    assert [post["slug"] for post in recent] == ["second", "first"]
    assert slugs(sdk.tags.all()) == ["tea"]
    assert sdk.feeds.get("rss")["data"].startswith("<?xml")


def test_errors(sdk, connect):
    """The SDK raises for every status but 200."""
    with pytest.raises(HTTPError, match="404"):
        sdk.posts.get("gone")
    with pytest.raises(HTTPError, match="404"):
        sdk.content_fields.get(["faqs", "gone"])
    with pytest.raises(HTTPError, match="401"):
        connect("wrong").posts.all()
