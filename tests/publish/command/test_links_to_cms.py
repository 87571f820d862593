"""Links from a draft to the CMS's content: they become the addresses that the built site has."""

import re

import pytest

DRAFT = "Title: X\nSlug: x\nId: x\nStatus: published\n\n{}\n"
PATHS = {
    "posts/hello": "hello",
    "de/posts/hello": "hallo",
    "pages/about": "about",
    "pages/news/first": "first",
    "de/pages/news/first": "erste",
    "pages/event/party": "party",
    "pages/home": "home",
}


@pytest.fixture
def at(account, desk):
    """A desk with an account in two languages, whose posts and pages say who they are."""
    account.post("hello", body="<p>hello!</p>", categories=["coffee-talk"])
    account.post("x", body="<p>x</p>")
    account.post("bare", categories=[])
    account.post("later", status="draft")
    account.page("*", "about", body="<p>about!</p>")
    account.page("*", "home", body="<p>home!</p>")
    account.page("news", "first", body="<p>first!</p>")
    account.page("event", "party", body="<p>party!</p>", day="2024-02-03")
    account.page("hidden", "secret", body="<p>secret!</p>")
    account.translate("posts/hello", "de", title="Hallo", body="<p>hallo!</p>")
    account.translate("pages/news/first", "de", fields={"body": "<p>erste!</p>"})
    made = desk(account={"locales": ["en", "de"]})
    made.site.configure(
        BUTTERCMS_LOCALES=["en", "de"],
        BUTTERCMS_FRONT_PAGE="*/home",
        BUTTERCMS_PAGE_TYPES={
            "*": {},
            "news": {"url": "n/{page_type}/{slug}/"},
            "event": {"as": "article", "fields": {"date": "day"}, "url": "e/{slug}.html"},
            "hidden": {"as": "data"},
        },
        ARTICLE_URL="{date:%Y/%m}/{category}/{author}/{slug}.html",
        ARTICLE_SAVE_AS="{date:%Y/%m}/{category}/{author}/{slug}.html",
        TIMEZONE="Pacific/Auckland",
    )
    return made


def test_addresses_are_those_of_the_built_site(at):
    """Every kind of content, in both languages, and after the path of a file the rest stays."""
    links = [f"[a]({{filename}}/buttercms/{path}?q=1#top)" for path in PATHS]
    links.append("[a]({filename}../buttercms/posts/hello)")
    done = at.publish("--ours", at.write("x.md", DRAFT.format(" ".join(links))))
    assert done.code == 0, done
    found = re.findall('href="([^"]*)"', at.account.posts["x"]["body"])
    at.site.build(env=at.environment)
    for words, url in zip([*PATHS.values(), "hello"], found, strict=True):
        path = url.removesuffix("?q=1#top").removeprefix("/")
        file = path if path.endswith(".html") else f"{path}index.html"
        assert f"{words}!" in at.site.read(file), url
    assert found[0].endswith("?q=1#top")
    assert at.publish("content/drafts").code == 0  # the file has learnt its base


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("posts/helo", "none with the slug 'helo' is stored; did you mean 'hello'?"),
        ("pages/news/zzz", "link to that file, as in {filename}zzz.md"),
        ("de/pages/about", "none with the slug 'about' is stored for the language 'de'. Correct"),
        ("fr/posts/hello", "{filename}/buttercms/posts/SLUG"),
        ("posts/", "{filename}/buttercms/posts/SLUG"),
        ("pages/hidden/secret", "makes no pages of its page type 'hidden'"),
    ],
)
def test_content_that_has_no_address(at, path, told):
    """The message says what the link is, and what to write instead; nothing is sent."""
    done = at.publish(at.write("x.md", DRAFT.format(f"[a]({{filename}}/buttercms/{path})")))
    assert done.code == 1
    assert "there is no such file" not in done.err
    assert f"x.md: it links to '{{filename}}/buttercms/{path}', a" in done.err
    assert told in done.err
    assert at.sent() == []


@pytest.mark.parametrize(
    ("settings", "path", "told"),
    [
        ({"ARTICLE_URL": "{series}/{slug}"}, "posts/hello", "from ARTICLE_URL = '{series}/{slug}'"),
        ({"BUTTERCMS_POSTS": False}, "posts/hello", "BUTTERCMS_POSTS leaves them out"),
        ({"PLUGINS": ["i18n_subsites"]}, "de/posts/hello", "a subsite of i18n_subsites"),
    ],
)
def test_an_address_that_cannot_be_told(at, settings, path, told):
    """Rather none than a wrong one."""
    at.site.write("plugins/i18n_subsites.py", "def register():\n    pass\n")
    at.site.configure(PLUGIN_PATHS=["plugins"], **settings)
    done = at.publish(at.write("x.md", DRAFT.format(f"[a]({{filename}}/buttercms/{path})")))
    assert done.code == 1
    assert told in done.err


def test_a_post_without_a_category_and_one_that_is_not_published_yet(at):
    """What has no category gets the default one; what is a draft has its date yet to come."""
    at.site.configure(DEFAULT_CATEGORY="Odds & Ends")
    link = "[a]({{filename}}/buttercms/posts/{})".format
    done = at.publish("--ours", at.write("x.md", DRAFT.format(link("bare"))))
    assert done.code == 0, done
    assert "/odds-ends/ada-lane/bare.html" in at.account.posts["x"]["body"]
    at.environment["BUTTERCMS_PREVIEW"] = "1"
    assert at.command("pull").code == 0
    del at.environment["BUTTERCMS_PREVIEW"]
    done = at.publish(at.write("x.md", DRAFT.format(link("later"))))
    assert done.code == 1
    assert "whose address cannot be determined from ARTICLE_URL" in done.err
