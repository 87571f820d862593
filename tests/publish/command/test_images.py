"""Local pictures: the CMS fetches them from where the site is public, and keeps copies."""

from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
import json

import pytest

from tests.servers import running

READ = "read-token-of-the-tests"
PNG = b"\x89PNG\r\n\x1a\n" + b"picture"
POST = """\
Title: Swell
Slug: swell
Image: ../images/swell.png
Status: published

Look: ![waves]({static}/images/waves.png)
"""


@contextmanager
def _public(folder):
    """Serve a folder as the deployed site does."""

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=str(folder))

        def log_message(self, *_):
            pass

    with running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as url:
        yield url


@pytest.fixture
def public(tmp_path):
    """The site as it is deployed."""
    with _public(tmp_path / "public") as url:
        yield url


@pytest.fixture
def at(account, desk, public, tmp_path):
    """A desk with a draft that shows two pictures, both deployed; the library takes files in."""
    account.post("other")
    made = desk(account={"behaviour": {"uploads": "library", "media_check": "on"}})
    made.environment["BUTTERCMS_API_URL"] = f"emulator:{account.folder}"  # its CDN is in there
    made.environment["BUTTERCMS_READ_TOKEN"] = READ
    made.site.configure(BUTTERCMS_FILES_URL=public)
    for folder in (made.site.folder / "content" / "images", tmp_path / "public" / "images"):
        folder.mkdir(parents=True)
        (folder / "swell.png").write_bytes(PNG)
        (folder / "waves.png").write_bytes(PNG + b"2")
    made.path = made.write("swell.md", POST)
    return made


def test_pictures_are_taken_into_the_library_once(at, account):
    """The CMS's copy has another URL; it is the same picture, so publishing again does nothing."""
    done = at.publish("--upload-images", at.path)
    assert done.code == 0, done
    post = json.loads((account.folder / "posts/swell.json").read_text())
    assert post["featured_image"].startswith("https://cdn.buttercms.com/")
    assert 'src="https://cdn.buttercms.com/' in post["body"]
    again = at.plan(at.path)
    assert again.code == 0, again


def test_a_picture_that_changed_is_sent_again(at, tmp_path):
    """Its bytes tell: the old copy at the CMS is another file now."""
    assert at.publish("--upload-images", at.path).code == 0
    for folder in (at.site.folder / "content", tmp_path / "public"):
        (folder / "images/swell.png").write_bytes(PNG + b"new")
    plan = at.plan(at.path)
    assert plan.code == 2
    assert "featured_image" in plan.out
    assert "body" not in plan.out


def test_a_picture_that_is_not_deployed_stops_everything(at, account, tmp_path):
    """The file is there, and nobody can fetch it yet: that is said before the first write."""
    (tmp_path / "public/images/swell.png").unlink()
    done = at.publish(at.path)
    assert done.code == 1
    assert "is not public yet" in done.out
    assert "Deploy the site first" in done.out
    assert not (account.folder / "posts/swell.json").exists()


def test_another_picture_under_the_same_address_stops_everything(at, account, tmp_path):
    """The deployed site still has the old one: the CMS would fetch that."""
    (at.site.folder / "content/images/swell.png").write_bytes(b"new")
    done = at.publish(at.path)
    assert done.code == 1
    assert "differs from the public file at" in done.out
    assert not (account.folder / "posts/swell.json").exists()


def test_a_picture_that_is_not_there(at):
    """A misspelt path is a problem of the draft."""
    (at.site.folder / "content/images/waves.png").unlink()
    done = at.publish(at.path)
    assert done.code == 1
    assert "waves.png" in done.err


def test_a_picture_in_the_text_that_is_not_there(at):
    """A relative path that names no file is told before anything is sent, whatever else is fine."""
    at.write("fine.md", "Title: Fine\n\nText\n")
    at.write("swell.md", "Title: S\n\n![a](images/typo.png) ![b](images/waves.png) [c](../x/)\n")
    done = at.publish("content/drafts")
    assert done.code == 1
    assert (
        "! content/drafts/swell.md: its text links to 'images/typo.png', and there is no such file"
        " beside the draft or in the content folder: correct the path, or give an absolute URL."
    ) in done.out
    assert done.out.count("! ") == 1
    assert "Plan: 1 to create, 1 refused." in done.out
    assert list(at.account.posts) == ["other"]


def test_a_picture_that_is_not_there_and_that_the_cms_has(at, account):
    """A body that is not sent is not judged: what was exported is published as it was."""
    account.post("old", body='<p><img alt="a" src="images/gone.png"></p>')
    text = "Title: Old\nSlug: old\nStatus: published\n\n![a](images/gone.png)\n"
    path = at.write("old.md", text)
    done = at.plan(path)
    assert done.code == 0, done
    at.write("old.md", text.replace("Old", "New"))
    assert at.publish("--ours", path).code == 0
    at.write("old.md", f"{at.read('old.md')}\nMore\n")
    done = at.plan(path)
    assert done.code == 1
    assert "its text links to 'images/gone.png'" in done.out
