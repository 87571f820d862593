import pytest

from pelican_buttercms.content.reference_syntax import ItemTarget, PageTarget, parse, targets


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("/v2/pages/news/first", PageTarget("news", "first")),
        ("/v2/pages/news/first/", PageTarget("news", "first")),
        ("https://api.buttercms.com/v2/pages/news/first/", PageTarget("news", "first")),
        ("/v2/pages/*/homepage%20en", PageTarget("*", "homepage en")),
        ("/v2/pages/*/homepage en", PageTarget("*", "homepage en")),
        ("/v2/pages/news/caf%C3%A9%2Fbar/", PageTarget("news", "café/bar")),
        ("/v2/content/?keys=team[_id=12]", ItemTarget("team", 12)),
        ("/v2/content?keys=team[_id=12]", ItemTarget("team", 12)),
        ("/v2/content/?keys=team%5B_id%3D12%5D", ItemTarget("team", 12)),
        ("https://api.buttercms.com/v2/content/?keys=team[_id=12]", ItemTarget("team", 12)),
        ("/v2/content/team/12/", ItemTarget("team", 12)),
        ("/v2/content/team/12", ItemTarget("team", 12)),
    ],
)
def test_every_form_of_a_reference(text, target):
    """Each form that the contract names for a reference is read."""
    assert parse(text) == target


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#home",
        "plain text",
        "see /v2/pages/news/first",
        "/v2/pages/news/",
        "/v2/pages/search/?query=x",
        "/v2/posts/hello/",
        "/v2/content/team/",
        "/v2/content/?keys=team",
        "/v2/content/?keys=team,menu",
        "/v2/pages/news/first/extra",
        "/v2/pages/news/first\n",
        "https://example.com/v2/pages/news/first/",
        "https://api.buttercms.com.example.com/v2/pages/news/first/",
    ],
)
def test_text_that_is_no_reference(text):
    """Text that only resembles a reference stays text."""
    assert parse(text) is None


def test_targets_are_found_at_any_depth():
    """Every reference in a tree of fields is found: in components, repeaters and lists."""
    fields = {
        "one": "/v2/pages/news/first",
        "many": ["/v2/content/?keys=team[_id=1]", "/v2/content/?keys=team[_id=2]"],
        "body": [{"type": "hero", "fields": {"deep": [{"link": "/v2/pages/*/about/"}]}}],
        "text": "nothing",
        "number": 7,
    }

    assert targets(fields) == {
        PageTarget("news", "first"),
        ItemTarget("team", 1),
        ItemTarget("team", 2),
        PageTarget("*", "about"),
    }


def test_expanded_pages_are_targets_too():
    """A page that came expanded names its page type, and so does what is inside it."""
    expanded = {
        "slug": "first",
        "page_type": "news",
        "fields": {"up": {"slug": "home", "page_type": None, "fields": {}}},
    }

    assert targets([{"link": expanded}]) == {PageTarget("news", "first"), PageTarget("*", "home")}


def test_target_keys():
    """A target has the key of the record that it means."""
    assert str(PageTarget("news", "first").key) == "pages/news/first"
    assert str(ItemTarget("team", 12).key) == "collections/team/12"
