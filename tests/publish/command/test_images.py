"""Local pictures: the CMS fetches them from where the site is public, and keeps copies."""

from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
import json

import pytest

from pelican_buttercms.sync.http.download import Downloads
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
def at(account, desk, public, tmp_path, monkeypatch):
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
    made.public = public
    made.silence = lambda: monkeypatch.setattr(Downloads, "__call__", _only(public))
    return made


def _only(public):
    """Let nobody but the deployed site answer."""
    whole = Downloads.__call__
    return lambda self, url: whole(self, url) if url.startswith(public) else None


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
    assert plan.code == 3
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


PAGE = """\
kind: page
page_type: landing
title: Home
slug: home
status: published
fields:
  hero: {headline: Hi, image: ../images/swell.png}
  rows:
    - {label: One, image: images/swell.png}
    - {label: Two, image: "/images/waves.png"}
  text: <p>A <img src="/images/waves.png"></p>
"""
COPY = "https://cdn.buttercms.com/"


@pytest.fixture
def page(at, account):
    """The desk with a page that shows pictures in a component, in a repeater and in HTML."""
    text, image = {"type": "text"}, {"type": "media"}
    account.schemas(
        components={"hero": {"headline": text, "image": image}},
        page_types={
            "landing": {
                "hero": {"type": "component", "component": "hero"},
                "rows": {"type": "repeater", "fields": {"label": text, "image": image}},
                "text": {"type": "html"},
            }
        },
        collections={"team": {"name": text, "photo": image}},
    )
    first = {"label": "x", "image": f"{COPY}x"}
    hero = {"headline": "x", "image": f"{COPY}x"}
    account.page("landing", "first", hero=hero, rows=[first], text="<p>x</p>")
    account.collection("team", {"id": 1, "name": "Jane", "photo": f"{COPY}x"})
    at.site.configure(
        BUTTERCMS_FILES_URL=at.public,
        BUTTERCMS_PAGE_TYPES=["landing"],
        BUTTERCMS_COLLECTIONS=["team"],
    )
    at.path = at.write("home.yaml", PAGE)
    return at


def _fields(account):
    return json.loads((account.folder / "pages/landing/home.json").read_text())["fields"]


def _edit(at, old, new):
    at.write("home.yaml", at.read("home.yaml").replace(old, new))


def test_a_picture_in_a_list_stays_what_it_is(page, account):
    """Another word, another order, one more entry: the CMS keeps its copies and their addresses."""
    assert page.publish(page.path).code == 0
    rows = _fields(account)["rows"]
    swell, waves = [row["image"] for row in rows]
    assert swell.startswith(COPY)
    assert waves.startswith(COPY)
    assert page.plan(page.path).code == 0
    copies = len(list((account.folder / "media").iterdir()))
    _edit(page, "label: One", "label: Uno")
    done = page.publish(page.path)
    assert done.code == 0, done
    assert _fields(account)["rows"] == [
        {"label": "Uno", "image": swell}, {"label": "Two", "image": waves},
    ]  # fmt: skip
    lines = page.read("home.yaml").splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if "Uno" in line)
    lines[at : at + 2] = [
        lines[at + 1],
        lines[at],
        "    - {label: Three, image: images/swell.png}\n",
    ]
    page.write("home.yaml", "".join(lines))
    done = page.publish(page.path)
    assert done.code == 0, done
    assert [row["image"] for row in _fields(account)["rows"]] == [waves, swell, swell]
    assert len(list((account.folder / "media").iterdir())) == copies


def test_a_picture_that_cannot_be_compared_is_taken_for_the_same(page, account):
    """The library does not answer, and nothing is remembered: the words change, pictures stay."""
    assert page.publish(page.path).code == 0
    before = _fields(account)
    for kept in (page.site.folder / "cache/buttercms/publish/bases").glob(f"{'?' * 64}.json"):
        kept.unlink()
    page.site.configure(
        BUTTERCMS_FILES_URL=page.public,
        BUTTERCMS_PAGE_TYPES=["landing"],
        BUTTERCMS_COLLECTIONS=["team"],
    )
    page.silence()
    done = page.plan(page.path)
    assert done.code == 0, done
    assert "could not be compared with" in done.out
    _edit(page, "label: One", "label: Uno")
    done = page.publish(page.path)
    assert done.code == 0, done
    after = _fields(account)
    assert [row["image"] for row in after["rows"]] == [row["image"] for row in before["rows"]]
    assert after["rows"][0]["label"] == "Uno"
    assert after["hero"] == before["hero"]


def test_an_item_whose_picture_cannot_be_compared_is_made_once(page, account):
    """It is there, with a copy of the picture that nobody can fetch: it is that item."""
    page.silence()
    path = page.write(
        "joe.yaml",
        "kind: item\ncollection: team\nstatus: published\n"
        "fields: {name: Joe, photo: images/swell.png}\n",
    )
    done = page.publish(path)
    assert done.code == 0, done
    assert page.plan(path).code == 0
    assert sorted(one["name"] for one in json.loads(
        (account.folder / "collections/team.json").read_text()
    )) == ["Jane", "Joe"]  # fmt: skip


def test_a_picture_that_left_the_library_is_sent_again(page, account):
    """Its address answers 404: that is no doubt."""
    assert page.publish(page.path).code == 0
    old = _fields(account)["rows"][0]["image"]
    assert old.startswith(COPY)
    for kept in (page.site.folder / "cache/buttercms/publish/bases").glob(f"{'?' * 64}.json"):
        kept.unlink()
    for file in (account.folder / "media").glob(f"{old.removeprefix(COPY)}*"):
        file.unlink()
    done = page.plan(page.path)
    assert done.code == 3, done
    assert "rows:" in done.out


WAYS = [
    "images/my photo.png", "../images/my photo.png", "/images/my photo.png",
    "{static}/images/my photo.png", "{attach}/images/my photo.png", "images/my%20photo.png",
    "{static}/images/my%20photo.png", "images\\my photo.png", "|static|/images/my photo.png",
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_every_spelling_of_a_path_is_resolved_everywhere(page, account, tmp_path, way):
    """In a field, a component, a repeater, HTML, Markdown and as the featured image."""
    for folder in (page.site.folder / "content", tmp_path / "public"):
        (folder / "images/my photo.png").write_bytes(PNG + b"3")
    quoted = json.dumps(way)
    text = PAGE.replace("../images/swell.png", quoted).replace("images/swell.png", quoted)
    text = text.replace('"/images/waves.png"}', f"{quoted}}}")
    text = text.replace('<p>A <img src="/images/waves.png"></p>', f"'<p>A <img src={quoted}></p>'")
    page.write("home.yaml", text.replace("\\\\my photo.png></p>", "\\my photo.png></p>"))
    post = f'Title: P\nSlug: p\nImage: {way}\n\n<img alt="" src="{way}">\n\nEnd\n'
    done = page.plan("--json", page.path, page.write("p.md", post))
    assert done.code == 3, done
    sent = {
        field["path"]: json.dumps(field["new"])
        for step in json.loads(done.out)["steps"]
        for field in step["fields"]
    }
    url = f"{page.public}/images/my%20photo.png"
    for name in ("hero.image", "rows", "text", "featured_image", "body"):
        assert url in sent[name], (name, sent[name])
    assert sent["rows"].count(url) == 2


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("../images/swell.png", "../images/Swell.png", "did you mean 'swell.png'?"),
        ("../images/swell.png", "swel.png", "looked for content/drafts/swel.png and content/swel"),
        ("One, image: images/swell.png", "One, image: img/swell.png", "`rows[0].image` shows"),
        ('/images/waves.png"></p>', 'images/wave.png"></p>', "its text links to 'images/wave.png'"),
    ],
)
def test_a_path_that_names_nothing_says_what_was_looked_for(page, old, new, told):
    """Where, and what lies there."""
    page.write("home.yaml", PAGE.replace(old, new))
    done = page.plan(page.path)
    assert done.code == 1
    assert told in done.text


def test_an_edit_of_a_text_keeps_the_copies_of_its_pictures(at, account):
    """What --upload-images brought into the library stays there without the option."""
    assert at.publish("--upload-images", at.path).code == 0
    copies = sorted(file.name for file in (account.folder / "media").iterdir())
    at.write("swell.md", at.read("swell.md").replace("Look:", "See:"))
    for options in ((), ("--upload-images",)):
        at.write("swell.md", f"{at.read('swell.md')}\nMore.\n")
        done = at.publish(*options, at.path)
        assert done.code == 0, done
        post = json.loads((account.folder / "posts/swell.json").read_text())
        assert "See:" in post["body"]
        assert f'src="{COPY}' in post["body"]
        assert post["featured_image"].startswith(COPY)
        assert sorted(file.name for file in (account.folder / "media").iterdir()) == copies


def test_what_the_cms_has_as_a_path_is_no_change(page, account):
    """HTML and texts with paths of files that exist: exported and published, nothing changes."""
    html = '<p><img src="/images/waves.png"><img src="{static}/images/swell.png"></p>'
    account.page("landing", "old", hero={"headline": "x", "image": ""}, rows=[], text=html)
    account.post("old", body=html, featured_image="")
    done = page.command("export", "--to", "content/cms")
    assert done.code == 0, done
    done = page.plan("content/cms")
    assert done.code == 0, done
