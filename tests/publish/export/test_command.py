"""`pelican-buttercms export`: the command, and the site of plain files that it leaves."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from pelican_buttercms import cli


@pytest.fixture
def export(site, monkeypatch, capsys):
    """Run `pelican-buttercms export` in the site's folder."""
    monkeypatch.setitem(cli._COMMANDS, "export", "export")
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
