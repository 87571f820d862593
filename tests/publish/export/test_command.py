"""`pelican-buttercms export`: the command, and the site of plain files that it leaves."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from pelican_buttercms import cli


@pytest.fixture
def export(site, monkeypatch, capsys):
    """Run `pelican-buttercms export` in the site's folder."""
    monkeypatch.chdir(site.folder)

    def run(*arguments, env=None):
        site.configure()
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["pelican-buttercms", "export", *arguments])
        with monkeypatch.context() as patch:
            for name, value in (env or {}).items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                cli.main()
        out, err = capsys.readouterr()
        return SimpleNamespace(returncode=ended.value.code, stdout=out, stderr=err)

    return run


def test_plain_pelican_builds_it(account, site, export):
    """An export of the posts is a site: Pelican without any plugin builds it."""
    account.post(
        "hello", tags=["a"], summary="Short.", body="<h2>Head</h2><p>Text &amp; <b>b</b></p>"
    )
    account.post("odd", body="only text", day="2024-05-18")
    account.page("news", "one", body="<p>Page</p>", headline="x")
    site.configure(BUTTERCMS_PAGE_TYPES=["news"], BUTTERCMS_COLLECTIONS=["team"])
    account.collection("team", {"id": 7, "name": "Ada"})
    done = export("posts", "--to", "content/blog")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Exported to content/blog: 2 written.\n"
    site.configure(PLUGINS=[], BUTTERCMS_API_URL=None)
    site.build("--fatal", "errors")
    hello = site.read("hello.html")
    assert "<h2>Head</h2>" in hello
    assert "Text &amp; <b>b</b>" in hello
    assert {"odd.html", "tag/a.html", "category/news.html"} <= site.files()
    assert "2024-05-17T10:00:00+00:00" in hello


def test_what(account, site, export):
    """Kinds, groups and single items can be named; a name that nothing has is an error."""
    account.post("hello")
    account.page("news", "one", headline="x")
    account.page("news", "two", headline="x")
    account.collection("team", {"id": 7, "name": "Ada"})
    site.configure(BUTTERCMS_PAGE_TYPES=["news"], BUTTERCMS_COLLECTIONS=["team"])
    wrong = export("pages/new", "posts/helo", "--to", "out")
    assert wrong.returncode == 2
    assert "did you mean 'pages/news'?" in wrong.stderr
    assert "did you mean 'posts/hello'?" in wrong.stderr
    assert not (site.folder / "out").exists()
    done = export("pages/news/two", "collections/team", "--to", "out")
    assert done.stdout == "Exported to out: 2 written.\n"
    assert {path.name for path in (site.folder / "out").rglob("*.yaml")} == {"two.yaml", "7.yaml"}
    everything = export("--to", "out", env={"BUTTERCMS_OFFLINE": "1"})
    assert everything.stdout == "Exported to out: 2 written, 2 as they were.\n"


def test_preview(account, site, export):
    """Drafts are exported by name only, with their status, and never in production."""
    account.post("live")
    account.post("draft", status="draft", body='<a href="{filename}no.md">x</a>')
    account.overlay("posts/live", title="Changed")
    assert export("--to", "out").stdout == "Exported to out: 1 written.\n"
    refused = export("--to", "out", "--preview", env={"BUTTERCMS_ENVIRONMENT": "production"})
    assert refused.returncode == 2
    done = export("--to", "drafts", "--preview")
    assert done.returncode == 1
    assert "posts/draft cannot be written as a draft: " in done.stderr
    assert done.stdout == "Exported to drafts: 1 written, 1 failed.\n"
    text = (site.folder / "drafts/posts/live.md").read_text()
    assert "Title: Changed\n" in text
    assert "Status: draft\n" in text
    assert "keep it out of public repositories" in done.stderr


def test_edited_files(account, site, export):
    """Edits are left and named, and --force writes over them."""
    account.post("hello")
    export("--to", "out")
    file = site.folder / "out/posts/hello.md"
    file.write_text(file.read_text().replace("Title: Hello", "Title: Mine"))
    done = export("--to", "out")
    assert done.returncode == 0
    assert done.stdout.startswith(
        "1 file has edits of yours and was left alone: out/posts/hello.md."
    )
    assert export("--to", "out", "--force", "--html").stdout.endswith(": 1 written.\n")
    assert "Title: Hello\n" in file.read_text()


def test_what_has_a_draft_is_updated_there(account, site, export):
    """No second file is written; what the person added stays, and a draft with edits is left."""
    account.post("hello", tags=["a"])
    account.post("edited")
    export("--to", "content/drafts")
    folder = site.folder / "content/drafts"
    for name in ("hello", "edited"):
        text = (folder / f"posts/{name}.md").read_text()
        (folder / f"my-{name}.md").write_text(
            text.replace("Kind: post", "Template: wide\nKind: post")
        )
        (folder / f"posts/{name}.md").unlink()
    mine = (folder / "my-edited.md").read_text().replace("The body of", "Mine, of")
    (folder / "my-edited.md").write_text(mine)
    for name in ("hello", "edited"):
        account.post(name, tags=["a", "b"], title="New: title", summary="*s*", body="<p>New</p>")
    site.configure(BUTTERCMS_MAX_AGE="0")
    done = export("--to", "content/cms")
    assert done.returncode == 0, done.stderr
    assert "1 updated, 1 left." in done.stdout
    assert "my-edited.md. `publish --merge` takes in what" in done.stdout
    text = (folder / "my-hello.md").read_text()
    assert "Title: New: title\n" in text
    assert "Tags: A, B\n" in text
    assert "Template: wide\n" in text
    assert text.endswith("\n\nNew\n")
    assert (folder / "my-edited.md").read_text() == mine
    assert not (site.folder / "content/cms").exists()
    assert export("--to", "content/cms").stdout.startswith("1 file has edits")
    assert export("--to", "content/cms", "--force").returncode == 0
    assert "New: title" in (folder / "my-edited.md").read_text()


def test_what_an_editor_deletes_does_not_come_back(account, site, export):
    """The next build leaves it out, with or without this plugin once it was exported again."""
    account.post("stays")
    account.post("gone")
    account.page("news", "away", body="<p>Page</p>")
    site.configure(BUTTERCMS_PAGE_TYPES=["news"])
    assert export("--to", "content").returncode == 0
    site.configure(BUTTERCMS_MAX_AGE="0")
    account.delete("posts/gone.json")
    account.delete("pages/news/away.json")
    done = export("--to", "content")
    assert "content/posts/gone.md is Status: draft now" in done.stdout
    assert "2 withdrawn" in done.stdout
    assert "Status: draft\n" in (site.folder / "content/posts/gone.md").read_text()
    assert "status: draft\n" in (site.folder / "content/pages/news/away.md").read_text()
    assert "withdrawn" not in export("--to", "content").stdout
    for settings in ({}, {"PLUGINS": [], "BUTTERCMS_API_URL": None, "OUTPUT_PATH": "alone"}):
        site.configure(**settings)
        site.output = site.folder / site.settings["OUTPUT_PATH"]
        site.build("--fatal", "errors")
        public = {name for name in site.files() if not name.startswith("drafts/")}
        assert "stays.html" in public
        assert not {"gone.html", "pages/away.html", "away.html"} & public


@pytest.mark.parametrize(
    ("folder", "paths", "shown"),
    [
        ("content/cms", ["pages"], []),
        ("content/cms", ["pages", "cms/pages"], ["pages/about.html"]),
        ("content", ["pages"], ["pages/about.html"]),
    ],
)
def test_pages_and_items_are_no_articles_of_pelican(account, site, export, folder, paths, shown):
    """Not even beside a post of the same slug; where they would be, they are written as YAML."""
    account.post("about", title="The post")
    account.page("news", "about", body="<p>The page</p>")
    account.collection("team", {"id": 7, "name": "Ada", "body": "<p>The item</p>"})
    site.settings |= {"PAGE_PATHS": paths, "STATIC_PATHS": []}
    site.configure(BUTTERCMS_PAGE_TYPES=["news"], BUTTERCMS_COLLECTIONS=["team"])
    done = export("--to", folder)
    assert done.returncode == 0, done.stderr
    assert ("is not in PAGE_PATHS" in done.stderr) == (not shown)
    assert not [*(site.folder / folder / "collections").rglob("*.md")]
    planned = site.command("publish", "--dry-run", "--exit-code", folder)
    assert planned.returncode == 0, planned.stdout + planned.stderr
    site.configure(PLUGINS=[], BUTTERCMS_API_URL=None)
    site.build("--fatal", "warnings")
    assert "The post" in site.read("about.html")
    texts = {name: site.read(name) for name in site.files() if name.endswith((".html", ".xml"))}
    assert [name for name, text in texts.items() if "The page" in text] == shown
    assert not [name for name, text in texts.items() if "The item" in text]
