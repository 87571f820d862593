"""Posts in several locales: a draft in another one changes the translation, or creates it."""

import pytest

from pelican_buttercms.publish.apply.publisher import Publisher

HELLO = "Title: Hello\nSlug: hello\nStatus: published\n{0}\nThe body.\n"
HALLO = "Title: Hallo\nStatus: published\n{0}\nDer Text.\n"


@pytest.fixture
def make(account, desk):
    """Make a desk of three locales, with a post in one and a post in two of them."""

    def start(**behaviour):
        account.post("other")
        account.post("tea", title="Tea")
        account.translate("posts/tea", "de", slug="tee", title="Tee", body="<p>Tee</p>")
        at = desk(account={"locales": ["en", "de", "fr"], "default_locale": "en"}, **behaviour)
        at.site.configure(BUTTERCMS_LOCALES=["en", "de", "fr"])
        return at

    return start


def german(at, slug):
    """The German version of a post, as the account holds it."""
    return at.account.posts[slug]["locales"]["de"]


@pytest.mark.parametrize(
    ("name", "words", "slug"),
    [
        ("x.md", "Lang: de\nId: other\n", "other-de"),
        ("x.md", "Lang: de\nId: other\nSlug: andere\n", "andere"),
        ("x.md", "Locale: de\nSlug: other\n", "other-de"),
        ("other.de.md", "Slug: andere\nId: other\n", "andere"),
    ],
)
def test_a_translation_of_a_post_that_is_there(make, name, words, slug):
    """It is named by its slug; the original stays as it is, and the file learns its own slug."""
    at = make()
    before = dict(at.account.posts["other"])
    done = at.publish(at.write(name, HALLO.format(words)))
    assert done.code == 0, done
    assert "is a new translation" in done.out
    assert at.sent() == [("PATCH", "/posts/other/")]
    version = german(at, "other")
    assert (version["slug"], version["title"], version["status"]) == (slug, "Hallo", "published")
    after = {n: v for n, v in at.account.posts["other"].items() if n != "locales"}
    assert after == before
    assert f"Id: {slug}\n" in at.read(name)
    again = at.plan(f"content/drafts/{name}")
    assert again.code == 0, again
    at.write(name, at.read(name).replace("Hallo", "Servus"))
    done = at.publish(f"content/drafts/{name}")
    assert done.code == 0, done
    assert at.sent()[1:] == [("PATCH", f"/posts/{slug}/")]
    assert german(at, "other")["title"] == "Servus"
    assert at.account.posts["other"]["title"] == before["title"]


def test_a_translation_that_is_there_is_changed(make):
    """By the slug of its original or its own; nobody's version is overwritten unseen."""
    at = make()
    path = at.write("tea.de.md", "Title: Tee, neu\nId: tea\n\nTee\n")
    stopped = at.publish(path)
    assert stopped.code == 1
    assert "conflict" in stopped.out
    assert at.sent() == []
    done = at.publish("--ours", path)
    assert done.code == 0, done
    version = german(at, "tea")
    assert (version["slug"], version["title"]) == ("tee", "Tee, neu")
    assert at.account.posts["tea"]["title"] == "Tea"
    assert "Id: tee\n" in at.read("tea.de.md")


def test_a_translation_cannot_take_the_slug_of_another_post(account, make):
    """The slug of its original is no wish for another one; that of a translation elsewhere is."""
    account.post("coffee")
    account.translate("posts/coffee", "de", slug="kaffee", title="Kaffee")
    at = make()
    draft = at.write("tee.md", HALLO.format("Lang: de\nId: tee\nSlug: kaffee\n"))
    done = at.publish(draft)
    assert done.code != 0
    assert "another post has the slug 'kaffee'" in done.out
    assert at.sent() == []
    draft = at.write("tee.md", HALLO.format("Lang: de\nId: tee\nSlug: tea\n"))
    assert at.publish("--ours", draft).code == 0
    assert german(at, "tea")["slug"] == "tee"
    assert german(at, "coffee")["title"] == "Kaffee"


def test_new_posts_in_two_locales_are_linked(make):
    """Files whose names differ in the locale are one post; the original is created first."""
    at = make()
    at.write("a.de.md", HALLO.format("Slug: hallo\n"))
    at.write("a.md", HELLO.format(""))
    done = at.publish("content/drafts")
    assert done.code == 0, done
    assert at.sent() == [("POST", "/posts/"), ("PATCH", "/posts/hello/")]
    assert german(at, "hello")["slug"] == "hallo"
    assert "Id: hallo\n" in at.read("a.de.md")
    again = at.plan("content/drafts")
    assert again.code == 0, again


def test_one_file_of_several_locales(make):
    """`fields` by locale: the file keeps the slug of the original as its Id."""
    at = make()
    fields = (
        "fields:\n  en: {title: Hello, body: <p>Hi</p>}\n"
        "  de: {title: Hallo, slug: hallo, body: <p>Tag</p>}\n"
    )
    path = at.write("one.yaml", f"kind: post\nslug: hello\nstatus: published\n{fields}")
    done = at.publish(path)
    assert done.code == 0, done
    assert at.account.posts["hello"]["title"] == "Hello"
    assert (german(at, "hello")["slug"], german(at, "hello")["title"]) == ("hallo", "Hallo")
    again = at.plan(path)
    assert again.code == 0, (again, at.read("one.yaml"))
    assert "id: hello\n" in at.read("one.yaml")
    at.write("one.yaml", at.read("one.yaml").replace("Hallo", "Servus"))
    done = at.publish(path)
    assert done.code == 0, done
    assert german(at, "hello")["title"] == "Servus"


def test_a_translation_of_nothing_is_refused(make):
    """The API creates posts in the default locale only; the message says how to name one."""
    at = make()
    stopped = at.publish(at.write("x.md", HALLO.format("Lang: de\nSlug: nichts\n")))
    assert stopped.code == 1
    assert "Write the slug of that post as Id" in stopped.out
    assert at.sent() == []


@pytest.mark.parametrize("words", ["Id: other\n", "Slug: other\n", "Id: other\nSlug: andere\n"])
def test_an_account_that_ignores_the_locale_is_recognised(make, words):
    """It would replace the original, so nothing is sent."""
    at = make(post_locales="ignored")
    before = dict(at.account.posts["other"])
    for flags in ([], ["--ours"]):
        stopped = at.publish(*flags, at.write("x.md", HALLO.format(f"Lang: de\n{words}")))
        assert stopped.code == 1
        assert "this account does not translate posts" in stopped.out
    assert at.sent() == []
    assert at.account.posts["other"] == before


def test_many_drafts_on_an_account_that_ignores_the_locale(account, make):
    """Those are read by listings, whose objects have other keys than single posts."""
    for number in range(12):
        account.post(f"p{number}")
    at = make(post_locales="ignored")
    for number in range(12):
        at.write(f"{number}.md", HALLO.format(f"Lang: de\nId: p{number}\n"))
    stopped = at.publish("--ours", "content/drafts")
    assert stopped.code == 1
    assert stopped.out.count("this account does not translate posts") == 12
    stopped = at.publish("--ours", "content/drafts/1.md")
    assert stopped.out.count("this account does not translate posts") == 1
    assert at.sent() == []


def test_many_new_translations(account, make):
    """More than are read one by one: the listing of their locale has none of them."""
    for number in range(12):
        account.post(f"p{number}")
    at = make()
    for number in range(12):
        at.write(f"{number}.md", HALLO.format(f"Lang: de\nId: p{number}\n"))
    done = at.publish("content/drafts")
    assert done.code == 0, done
    assert [german(at, f"p{n}")["slug"] for n in range(12)] == [f"p{n}-de" for n in range(12)]
    assert at.plan("content/drafts").code == 0


def test_an_exported_translation_is_published_again(make):
    """Nothing to do without an edit; with one, that version alone is changed."""
    at = make()
    at.site.configure(BUTTERCMS_LOCALES=["en", "de", "fr"], BUTTERCMS_LOCALE_SETTINGS=None)
    assert at.command("export", "--to", "content/drafts").code == 0
    again = at.plan("content/drafts")
    assert again.code == 0, again
    (path,) = (at.site.folder / "content/drafts").rglob("*tee*.md")
    path.write_text(path.read_text().replace("Tee", "Schwarzer Tee"))
    done = at.publish("content/drafts")
    assert done.code == 0, done
    assert at.sent() == [("PATCH", "/posts/tee/")]
    assert german(at, "tea")["title"] == "Schwarzer Tee"
    assert at.account.posts["tea"]["title"] == "Tea"


def test_a_deleted_translation_leaves_its_original(make):
    """--delete is about the version of each draft."""
    at = make()
    assert at.command("export", "--to", "content/drafts").code == 0
    (path,) = (at.site.folder / "content/drafts").rglob("*tee*.md")
    done = at.publish("--delete", str(path.relative_to(at.site.folder)))
    assert done.code == 0, done
    assert "de" not in at.account.posts["tea"].get("locales", {})
    assert at.account.posts["tea"]["title"] == "Tea"


def test_the_next_build_links_a_new_translation(make):
    """The store took it in, with its group, and the build makes no call."""
    at = make()
    at.site.write(
        "templates/article.html", "{% for t in article.translations %}{{ t.url }}{% endfor %}"
    )
    at.site.configure(
        BUTTERCMS_LOCALES=["en", "de", "fr"],
        BUTTERCMS_MAX_AGE="*",
        ARTICLE_EXCLUDES=["drafts"],
        THEME_TEMPLATES_OVERRIDES=["templates"],
    )
    assert at.command("pull").code == 0
    done = at.publish(at.write("x.md", HALLO.format("Lang: de\nId: other\nSlug: andere\n")))
    assert done.code == 0, done
    before = len(at.app.calls)
    at.site.build(env=at.environment)
    assert len(at.app.calls) == before
    assert at.site.read("other.html") == "andere-de.html"
    assert at.site.read("andere-de.html") == "other.html"
    assert at.site.read("tea.html") == "tee-de.html"


def test_versions_of_one_slug_are_two_posts(make, account):
    """Where translations have no slug of their own; each is written and deleted alone."""
    account.post("same", title="Same")
    account.translate("posts/same", "de", title="Gleich")
    at = make()
    assert at.command("export", "--to", "content/drafts").code == 0
    files = sorted(p for p in (at.site.folder / "content/drafts").rglob("*same*.md"))
    assert len(files) == 2
    for path in files:
        path.write_text(path.read_text().replace("Gleich", "Anders"))
    done = at.publish("content/drafts")
    assert done.code == 0, done
    assert at.account.posts["same"]["title"] == "Same"
    assert german(at, "same")["title"] == "Anders"
    names = {len(path.suffixes): str(path.relative_to(at.site.folder)) for path in files}
    done = at.publish("--delete", names[1])
    assert done.code == 0, done  # the slug still leads to the translation
    assert at.account.posts["same"]["title"] == "Anders"
    again = at.plan("--delete", names[1])
    assert "posts/same is not at the CMS" in again.out, again
    done = at.publish("--delete", names[2])
    assert done.code == 0, done
    assert "same" not in at.account.posts


def test_killed_between_a_post_and_its_translation(make, monkeypatch):
    """The next run finds the original as it was sent, and writes the rest."""
    at = make()
    at.write("a.md", HELLO.format(""))
    at.write("a.de.md", HALLO.format("Slug: hallo\n"))
    with monkeypatch.context() as patch:
        patch.setattr(Publisher, "_finish", _die)
        with pytest.raises(SystemError):
            at.publish("content/drafts")
    assert at.sent() == [("POST", "/posts/")]
    done = at.publish("content/drafts")
    assert done.code == 0, done
    assert at.sent() == [("POST", "/posts/"), ("PATCH", "/posts/hello/")]
    assert german(at, "hello")["slug"] == "hallo"
    with monkeypatch.context() as patch:
        at.write("b.de.md", HALLO.format("Id: other\n"))
        patch.setattr(Publisher, "_finish", _die)
        with pytest.raises(SystemError):
            at.publish("content/drafts")
    done = at.publish("content/drafts")
    assert done.code == 0, done
    assert "Id: other-de\n" in at.read("b.de.md")
    assert len(at.sent()) == 3


def _die(*_):
    raise SystemError("killed")


def test_an_editor_translates_meanwhile(make):
    """A plan that was made before does not write over the new translation."""
    at = make()
    path = at.write("b.de.md", HALLO.format("Id: other\n"))
    assert at.command("publish", "--out", "plan.json", path).code == 0
    at.account.posts["other"]["locales"] = {
        "de": {"slug": "andere", "title": "Des Redakteurs", "status": "draft"}
    }
    stopped = at.publish("plan.json")
    assert stopped.code == 1
    assert "has changed at the CMS since the plan was made" in stopped.text
    assert at.sent() == []
    stopped = at.publish(path)
    assert stopped.code == 1
    assert "conflict" in stopped.out
    assert german(at, "other")["title"] == "Des Redakteurs"


def test_a_translation_that_was_deleted_is_not_written_again_unasked(make):
    """Its file has a Base, so somebody deleted it since."""
    at = make()
    assert at.command("export", "--to", "content/drafts").code == 0
    (path,) = (at.site.folder / "content/drafts").rglob("*tee*.md")
    path.write_text(path.read_text().replace("Tee", "Neu"))
    del at.account.posts["tea"]["locales"]
    stopped = at.publish("content/drafts")
    assert stopped.code == 1
    assert "is no longer at the CMS" in stopped.out
    assert at.sent() == []


@pytest.mark.parametrize("account_has", ["pt-BR", "pt_BR"])
@pytest.mark.parametrize("name", ["hello.pt-BR.md", "hello.pt_BR.md", "hello.pt-br.md"])
def test_a_locale_of_two_parts_is_recognised_in_a_name(account, desk, account_has, name):
    """However it is joined: otherwise the file would become another post in the main locale."""
    account.post("other")
    at = desk(account={"locales": ["en", account_has], "default_locale": "en"})
    at.site.configure(BUTTERCMS_LOCALES=["en", account_has])
    at.write("hello.md", HELLO.format(""))
    at.write(name, HALLO.format(""))
    done = at.publish("content/drafts")
    assert done.code == 0, done
    assert sorted(at.account.posts) == ["hello", "other"]
    assert at.account.posts["hello"]["locales"][account_has]["title"] == "Hallo"


TWO = (
    "kind: post\nstatus: published\nslug: nn\nfields:\n"
    "  en: {title: A, body: <p>a</p>}\n  de: {title: B, body: <p>b</p>, slug: mm}\n"
)


def test_a_file_of_two_versions_is_deleted_whole(make):
    """The translation first: once its original is gone, no slug of the file leads to it."""
    at = make()
    path = at.write("p.yaml", TWO)
    assert at.publish(path).code == 0
    done = at.publish("--delete", path)
    assert done.code == 0, done
    assert sorted(at.account.posts) == ["other", "tea"]
    assert "published" not in at.read("p.yaml")
    assert "id:" not in at.read("p.yaml")
    undone = at.command("publish", "undo", "--yes", "--wait", "2s")
    assert undone.code == 0, undone
    assert at.account.posts["nn"]["title"] == "A"
    assert german(at, "nn")["title"] == "B"


def test_a_deletion_that_stops_between_two_versions_loses_neither(make, monkeypatch):
    """The file still knows what is left, and the next run deletes it."""
    at = make()
    path = at.write("p.yaml", TWO)
    assert at.publish(path).code == 0
    finish = Publisher._finish

    def once(*arguments):
        finish(*arguments)
        raise SystemError

    with monkeypatch.context() as patch:
        patch.setattr(Publisher, "_finish", once)
        with pytest.raises(SystemError):
            at.publish("--delete", path)
    text = at.read("p.yaml")
    assert "id: nn" in text
    assert "de: draft" in text
    assert "en: published" in text
    done = at.publish("--delete", path)
    assert done.code == 0, done
    assert sorted(at.account.posts) == ["other", "tea"]
    assert "id:" not in at.read("p.yaml")
