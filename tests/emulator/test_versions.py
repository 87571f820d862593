"""Which version of an item a request sees: previews, drafts, locales."""

import json


def patch(account, path, **changes):
    """Change a file of the account."""
    target = account.folder / path
    target.write_text(json.dumps(json.loads(target.read_text()) | changes))


def slugs(listing):
    """Return the slugs of a listing."""
    return [entry["slug"] for entry in listing["data"]]


def test_preview_shows_the_draft_over_what_is_published(play, account):
    """The newest draft under preview, otherwise the published version; unpublished pages null."""
    account.page("news", "live", headline="Old")
    draft = {"fields": {"headline": "New"}, "updated": "2024-09-01T00:00:00.000000Z"}
    patch(account, "pages/news/live.json", draft=draft)
    account.page("news", "never", status="draft", published=None)
    ask = play()
    assert slugs(ask.get("pages/news/")) == ["live"]
    assert slugs(ask.get("pages/news/", preview=1)) == ["never", "live"]
    assert ask.get("pages/news/live/")["data"]["fields"]["headline"] == "Old"
    assert ask.get("pages/news/live/", preview=1)["data"]["fields"]["headline"] == "New"
    assert ask.get("pages/news/never/", preview=1)["data"]["published"] is None
    assert ask("GET", "pages/news/never/").status_code == 404


def test_collections_take_the_old_word_for_preview(play, account):
    """`test=1` is what legacy clients send to /content/."""
    account.collection("faqs", {"id": 1, "q": "a"}, {"id": 2, "q": "b", "status": "draft"})
    ask = play()
    for path in ("content/faqs/", "content/"):
        counted = [
            len(ask.get(path, keys="faqs", **query)["data"]["faqs"])
            for query in ({}, {"preview": 1}, {"test": 1})
        ]
        assert counted == [1, 2, 2]
    assert "status" not in ask.get("content/faqs/", preview=1)["data"]["faqs"][1]


def test_a_single_post_is_given_whatever_its_status(play, account):
    """Documented, and the reason why a live build looks at what it gets."""
    account.post("secret", status="draft")
    ask = play()
    assert ask.get("posts/")["data"] == []
    assert ask.get("posts/secret/")["data"]["status"] == "draft"


def test_a_locale_has_its_own_versions_and_no_fallback(play, account):
    """An untranslated item is a 404, an unknown locale a 400; no payload names its locale."""
    account.page("news", "n", headline="Hello")
    account.page("news", "untranslated", headline="Only English")
    german = {"status": "published", "fields": {"headline": "Hallo"}, "name": "N auf Deutsch"}
    patch(account, "pages/news/n.json", locales={"de": german})
    ask = play()
    assert slugs(ask.get("pages/news/", locale="de")) == ["n"]
    page = ask.get("pages/news/n/", locale="de")["data"]
    assert (page["fields"]["headline"], page["name"]) == ("Hallo", "N auf Deutsch")
    assert "locale" not in page
    assert ask.get("pages/news/n/", locale="en")["data"]["fields"]["headline"] == "Hello"
    missing = ask("GET", "pages/news/untranslated/", query_string={"locale": "de"})
    assert missing.status_code == 404
    for shape in ("detail", "locale"):
        wrong = play(locale_error=shape)("GET", "pages/news/", query_string={"locale": "xx"})
        assert (wrong.status_code, wrong.json) == (400, {shape: "Invalid locale parameter"})


def test_a_translated_post_may_have_another_slug(play, account):
    """Each slug leads to the group; the locale decides, and by default the slug's own."""
    account.post("hello", title="Hello")
    account.translate("posts/hello", "de", slug="hallo", title="Hallo")
    account.settings(locales=["en", "de"])
    ask = play()
    assert slugs(ask.get("posts/", locale="de")) == ["hallo"]
    for slug in ("hello", "hallo"):
        assert ask.get(f"posts/{slug}/", locale="de")["data"]["title"] == "Hallo"
        assert ask.get(f"posts/{slug}/", locale="en")["data"]["title"] == "Hello"
    assert ask.get("posts/hallo/")["data"]["title"] == "Hallo"
    assert ask.get("posts/hello/")["data"]["title"] == "Hello"
    assert ask("GET", "posts/servus/").status_code == 404


def test_a_locales_draft_stays_a_draft(play, account):
    """Each locale has its own status."""
    account.page("news", "n", headline="Hello")
    german = {"status": "draft", "fields": {"headline": "Hallo"}}
    patch(account, "pages/news/n.json", locales={"de": german})
    ask = play()
    assert slugs(ask.get("pages/news/", locale="de")) == []
    assert slugs(ask.get("pages/news/", locale="de", preview=1)) == ["n"]
