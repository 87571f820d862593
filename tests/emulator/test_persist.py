"""What is written back to the account's folder, and what is not."""

import pytest

from pelican_buttercms.emulator import create_app

from .bodies import new_page


def everything(folder):
    """Return the content of every file."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_without_being_asked_nothing_is_written(play, account):
    """Changes live in memory: the sample account is as clean after a demonstration as before."""
    account.post("p")
    ask = play()
    before = everything(account.folder)
    ask.accepted("PATCH", "posts/p/", {"title": "New", "tags": ["New"]})
    assert ask("DELETE", "posts/p/").status_code == 204
    assert everything(account.folder) == before


def test_changes_are_written_back_when_asked(account, play, news):
    """An emulator that is started again has what was written to the last one."""
    account.post("html")
    (account.folder / "posts/html.html").write_text("<p>from a file</p>")
    ask = play(persist=True)
    ask.accepted("POST", "posts/", {"title": "T", "slug": "t", "tags": ["New"]})
    ask.accepted("PATCH", "posts/html/", {"slug": "moved"})
    ask.accepted("POST", "pages/", new_page())
    item = {"status": "published", "fields": {"en": {"name": "Z"}}}
    ask.accepted("PATCH", "content/people/7/", item)
    assert ask("DELETE", "posts/t/").status_code == 204
    again = type(ask)(create_app(account.folder))
    assert again.get("posts/moved/")["data"]["body"] == "<p>from a file</p>"
    assert again("GET", "posts/html/").status_code == 404
    assert again("GET", "posts/t/").status_code == 404
    assert again.get("pages/news/p/") == ask.get("pages/news/p/")
    assert again.get("content/people/") == ask.get("content/people/")
    assert [tag["slug"] for tag in again.get("tags/")["data"]] == ["new"]
    assert not list(account.folder.rglob("*.new"))


def test_a_slug_cannot_write_outside_the_account(account, play, news):
    """A slug from outside is data: no file is written for one that leads elsewhere."""
    ask = play(persist=True)
    before = everything(account.folder.parent)
    ask.accepted("POST", "posts/", {"title": "T", "slug": "../../evil", "status": "published"})
    assert everything(account.folder.parent) == before


@pytest.mark.parametrize("slug", ["../pages/news/live", "..", "a/b", "a\\b", "nul\0"])
def test_a_slug_that_is_no_file_name_touches_no_file(play, account, caplog, slug):
    """Not even another one inside the folder; the post is kept in memory, and a warning says so."""
    account.page("news", "live", headline="Old")
    ask = play(persist=True)
    before = everything(account.folder)
    ask.accepted("POST", "posts/", {"title": "T", "slug": slug, "status": "published"})
    assert [post["slug"] for post in ask.get("posts/")["data"]] == [slug]
    after = everything(account.folder)
    assert {name: after[name] for name in before} == before
    assert all(name.startswith("posts/") for name in after.keys() - before.keys())
    assert ("in memory only" in caplog.text) == (slug != "..")


def test_a_name_too_long_for_the_disk_is_kept_in_memory(play, account, caplog):
    """100 characters are allowed, and a file system counts bytes: the write is still done."""
    ask = play(persist=True)
    slug = "\N{GRINNING FACE}" * 100
    ask.accepted("POST", "posts/", {"title": "T", "slug": slug, "status": "published"})
    assert ask.get("posts/")["data"][0]["slug"] == slug
    assert ask("DELETE", f"posts/{slug}/").status_code == 204
    assert "in memory only" in caplog.text


def test_drafts_and_locales_outlive_the_emulator(play, account):
    """They are written where the account's format has them."""
    account.page("blog", "p", headline="Old")
    ask = play(persist=True)
    ask.accepted("PATCH", "pages/blog/p/", {"fields": {"headline": "Draft"}})
    german = {"status": "published", "fields": {"headline": "Neu"}}
    ask.accepted("PATCH", "pages/blog/p/", german, query_string={"locale": "de"})
    again = type(ask)(create_app(account.folder))
    assert again.get("pages/blog/p/")["data"]["fields"] == {"headline": "Old"}
    assert again.get("pages/blog/p/", preview=1)["data"]["fields"] == {"headline": "Draft"}
    assert again.get("pages/blog/p/", locale="de")["data"]["fields"] == {"headline": "Neu"}


def test_what_is_deleted_has_no_file_any_more(play, account):
    """A page by an editor, a single page by DELETE, an item, a post with its body's file."""
    account.page("blog", "p")
    account.page("*", "about")
    account.post("html")
    (account.folder / "posts/html.html").write_text("<p>from a file</p>")
    account.collection("people", {"id": 7, "name": "Ada"})
    ask = play(persist=True, page_delete="allow")
    ask.app.change("page/blog/p", "deleted")
    for path in ("pages/*/about/", "posts/html/", "content/people/7/"):
        assert ask("DELETE", path).status_code == 204
    assert not (account.folder / "pages/blog/p.json").exists()
    assert not (account.folder / "single_pages/about.json").exists()
    assert not list((account.folder / "posts").iterdir())
    again = type(ask)(create_app(account.folder))
    assert again.get("content/people/")["data"] == {"people": []}


def test_a_failed_write_leaves_the_old_file_whole(play, account, monkeypatch, caplog):
    """A file is replaced in one step: until then the old one is there."""
    account.post("p")
    ask = play(persist=True)
    before = (account.folder / "posts/p.json").read_bytes()

    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr("pelican_buttercms.emulator.persist.write_whole", full)
    ask.accepted("PATCH", "posts/p/", {"title": "New"})
    assert (account.folder / "posts/p.json").read_bytes() == before
    assert "No space left on device" in caplog.text
    assert ask.get("posts/p/")["data"]["title"] == "New"


def test_a_page_type_that_leads_out_of_the_folder_is_kept_in_memory(play, account, caplog):
    """A schema may come from elsewhere; what it names is written into the folder or nowhere."""
    ask = play(persist=True)
    ask.app.account.schemas = {"page_types": {"../../out": {}}, "collections": {"../../c": {}}}
    page = {"title": "P", "slug": "p", "page_type": "../../out", "fields": {}}
    ask.accepted("POST", "pages/", page)
    ask.accepted("POST", "content/", {"key": "../../c", "fields": [{}]})
    assert caplog.text.count("in memory only") == 2
    assert not list(account.folder.parent.rglob("p.json"))
    assert not list(account.folder.parent.rglob("c.json"))
