"""Paths are judged by where they lead, and not by their text: a symbolic link may lead out."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("placeholder", ["{static}", "{attach}", "|static|"])
@pytest.mark.parametrize(
    ("path", "link", "target"),
    [
        ("/up/.env", "up", "../private"),
        ("/up/sub/../.env", "up", "../private"),
        ("/file.txt", "file.txt", "../private/.env"),
        ("/deep/up/.env", "deep/up", "../../private"),
        ("../../up/.env", "up", "../private"),
        ("/up%2F.env", "up", "../private"),
        ("/up/./.env", "up", "../private"),
    ],
)
def test_an_editor_publishes_nothing_through_a_link(site, account, placeholder, path, link, target):
    """What a link of the owner's leads to is theirs; the site is built without it."""
    site.write("private/.env", "A_SECRET=secret")
    site.write("private/sub/x.txt", "x")
    site.write("content/deep/x.txt", "x")
    (site.folder / "content" / link).symlink_to(target)
    account.post("post", body=f'<a href="{placeholder}{path}">x</a>')
    site.configure(STATIC_PATHS=[])
    out = site.build()
    if "%" not in path:  # which Pelican does not take for a slash
        assert "which is no place in the content folder" in out
    assert not [name for name in site.files() if "secret" in site.read(name)]


def test_a_link_that_stays_inside_is_followed(site, account):
    """So are files that lie where they seem to, and a content folder that is a link itself."""
    site.write("real/inner/a.txt", "the file")
    (site.folder / "content").rmdir()
    (site.folder / "content").symlink_to("real")
    (site.folder / "content/there").symlink_to("inner")
    account.post("post", body='<a href="{static}/there/a.txt">x</a>')
    site.configure(STATIC_PATHS=[])
    site.build()
    assert site.read("there/a.txt") == "the file"


def test_an_export_writes_through_no_link(site, account):
    """A folder in the export that leads elsewhere ends it; nothing is written there."""
    account.post("post")
    site.configure()
    (site.folder / "elsewhere").mkdir()
    (site.folder / "out").mkdir()
    (site.folder / "out/posts").symlink_to(site.folder / "elsewhere")
    done = site.command("export", "--to", "out", "--html", "posts")
    assert done.returncode == 1
    assert "leads out of out through a link" in done.stderr
    assert not list((site.folder / "elsewhere").iterdir())
    (site.folder / "named").symlink_to(site.folder / "elsewhere")
    assert site.command("export", "--to", "named", "--html", "posts").returncode == 0
    assert list((site.folder / "elsewhere").rglob("post.*"))


def test_a_draft_behind_a_link_is_named_to_be_published(site, account):
    """A folder of drafts may hold a link to something private; one that is named is meant."""
    text = "Title: Private\nDate: 2024-01-01\nSlug: private\n\nText"
    site.write("private.md", text)
    site.write("content/drafts/own.md", text.replace("rivate", "ublic"))
    (site.folder / "content/drafts/link.md").symlink_to("../../private.md")
    (site.folder / "content/drafts/inner.md").symlink_to("own.md")
    site.configure()
    env = {"BUTTERCMS_WRITE_TOKEN": "w" * 20}
    done = site.command("publish", "--dry-run", "content/drafts", env=env)
    assert done.returncode == 1
    assert "content/drafts/link.md: this link leads out of the folder" in done.stderr
    assert "inner.md" not in done.stderr
    done = site.command("publish", "--dry-run", "content/drafts/link.md", env=env)
    assert done.returncode == 0, done.stderr
