"""Feeds are written again when anything that they show has changed, and only then."""

import pytest

from .builds import difference

EDITS = {
    "a profile": lambda account: account.lists["authors"][0].update(bio="Other"),
    "a name of an author": lambda account: account.lists["authors"][0].update(last_name="Reed"),
    "a name of a category": lambda account: account.lists["categories"][0].update(name="Brews"),
    "a name of a tag": lambda account: account.lists["tags"][0].update(name="Aged"),
    "a picture": lambda account: put(account, featured_image="https://cdn.buttercms.com/BBB"),
    "its alternative text": lambda account: put(account, featured_image_alt="A pot"),
}


def put(account, **values):
    """Write the post with a picture."""
    more = {"featured_image": "https://cdn.buttercms.com/AAA", "summary": "S", "tags": ["old"]}
    account.post("post-8", day="2024-01-08", **(more | values))


@pytest.fixture
def feeds(posts):
    """A site with many feeds, JSON feeds among them."""
    put(posts.account)
    posts.settings |= {
        "BUTTERCMS_JSON_FEEDS": True,
        "FEED_ALL_RSS": "feeds/all.rss.xml",
        "TAG_FEED_ATOM": "feeds/tag-{slug}.atom.xml",
        "RSS_FEED_SUMMARY_ONLY": False,
    }
    posts.make()
    assert posts.remake().rendered == 0
    return posts


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_of_what_feeds_show_writes_them_again(feeds, edit):
    """In every format."""
    account = feeds.account
    EDITS[edit](account)
    for name, entries in account.lists.items():
        account._write(f"{name}.json", entries)
    changed = feeds.changed()
    feeds.is_right()
    expected = {"feeds/ada-lane.atom.xml", "feeds/ada-lane.json"}
    if edit != "a profile":
        expected |= {"feeds/all.atom.xml", "feeds/all.rss.xml", "feeds/all.json"}
    if edit == "its alternative text":  # of which JSON feeds have none
        expected = {name for name in expected if name.endswith(".xml")}
    assert expected <= changed


SETTINGS = {
    "LABELS": {"en": {"Sub": "Other"}},
    "SITESUBTITLE": "Sub",
    "AUTHOR": "Somebody",
    "CATEGORY_URL": "in/{slug}/",
    "AUTHOR_URL": "by/{slug}/",
    "BUTTERCMS_JSON_FEEDS": False,
}


def test_settings_that_feeds_show_write_them_again(feeds):
    """One after the other."""
    for name, value in SETTINGS.items():
        feeds.settings[name] = value
        feeds.make()
        found = difference(feeds.tree(), feeds.full())
        assert not found, f"{name}: {found}"
    assert not [name for name in feeds.files() if name.endswith(".json")]


def test_what_search_engines_are_told_is_written_again(posts, root):
    """An edit of a profile, of a question and of a product changes the heads that say it."""
    account = posts.account
    account.collection("faqs", {"id": 1, "question": "Why?", "answer": "So"})
    account.page("*", "about", questions=["/v2/content/?keys=faqs[_id=1]"], price=3)
    posts.settings |= {
        "THEME": str(root / "themes/buttercms"),
        "BUTTERCMS_COLLECTIONS": ["faqs"],
        "BUTTERCMS_STRUCTURED_DATA": {"*": {"@type": "Product", "offers.price": "price"}},
    }
    posts.make()
    assert posts.remake().rendered == 0
    account.collection("faqs", {"id": 1, "question": "Why not?", "answer": "So"})
    assert "pages/about.html" in posts.changed()
    posts.is_right()
    assert "Why not?" in posts.read("pages/about.html").partition("</head>")[0]
    account.page("*", "about", questions=["/v2/content/?keys=faqs[_id=1]"], price=4)
    assert "pages/about.html" in posts.changed()
    posts.is_right()
    assert '"price": 4' in posts.read("pages/about.html")
    account.lists["authors"][0].update(linkedin_url="https://linkedin.example/ada")
    account._write("authors.json", account.lists["authors"])
    changed = posts.changed()
    posts.is_right()
    assert {"post-1.html", "author/ada-lane.html"} <= changed
    for name, value in {"SOCIAL": [("X", "https://x.example")], "SITE_IMAGE": "a.png"}.items():
        posts.settings[name] = value
        posts.make()
        posts.is_right()
    account.post("post-8", day="2024-01-08", title="Other", categories=["coffee"], tags=["new"])
    assert {"category/coffee.html", "index.html"} <= posts.changed()
    posts.is_right()
