"""One owner for what is stale: the same things go, and stay, with and without reuse of pages."""

from __future__ import annotations

import hashlib
import json
import shutil

import pytest

from pelican_buttercms.errors import FileSystemError
from pelican_buttercms.incremental.output import name_list, record
from pelican_buttercms.incremental.output.file_state import BEGUN
from pelican_buttercms.incremental.output.name_list import PREVIEW_HEAD, PREVIEW_LIST, NameList
from pelican_buttercms.incremental.output.site_output import SiteOutput

PREVIEW = {"BUTTERCMS_PREVIEW": "1"}
LOCAL = "Title: Local\nDate: 2024-01-01\nSlug: local\nTags: lonely\n\nx"
IMAGE = "https://cdn.buttercms.com/AAA"


@pytest.fixture(params=[True, False], ids=["reused", "all rendered"])
def either(posts, request):
    """A site with and without reuse of pages."""
    posts.settings |= {"BUTTERCMS_INCREMENTAL": request.param, "BUTTERCMS_MAX_DELETIONS": None}
    return posts


def records(site):
    """Return the names of what is remembered of output folders."""
    return sorted(path.name for path in (site.folder / "cache/buttercms/outputs").iterdir())


def gone_local(site):
    """A local article, and the page of its tag."""
    (site.folder / "content/local.md").unlink()
    return {"local.html", "tag/lonely.html"}


def gone_post(site):
    """A post, and what a plugin has compressed of it."""
    site.account.delete("posts/post-1.json")
    return {"post-1.html", "post-1.html.gz"}


def gone_media(site):
    """A media file that no page shows any more."""
    site.account.post("post-2", day="2024-01-02", body="<p>No image.</p>")
    return {name for name in site.files() if name.startswith("media/")}


def gone_static(site):
    """A copied file."""
    (site.folder / "content/images/a.txt").unlink()
    return {"images/a.txt"}


def gone_feed(site):
    """A feed that is turned off."""
    site.settings["FEED_ALL_ATOM"] = ""
    return {"feeds/all.atom.xml"}


def gone_list(site):
    """The last pages of lists."""
    site.settings["DEFAULT_PAGINATION"] = 30
    return {"index2.html", "index3.html"}


@pytest.mark.parametrize(
    "edit", [gone_local, gone_post, gone_media, gone_static, gone_feed, gone_list]
)
def test_what_goes(either, edit):
    """Whatever it was; a file of somebody else stays."""
    either.account.media("AAA.png", b"\x89PNG PNG")
    either.account.post("post-2", day="2024-01-02", body=f'<img src="{IMAGE}">')
    either.settings |= {"BUTTERCMS_MEDIA": "download", "FEED_ALL_ATOM": "feeds/all.atom.xml"}
    either.write("content/local.md", LOCAL)
    either.write("content/images/a.txt", "a")
    either.make()
    either.write("output/post-1.html.gz", "packed")
    either.write("output/by-hand.html", "mine")
    before = either.files()
    gone = edit(either)
    assert gone
    assert gone <= before
    either.make()
    assert not gone & either.files()
    assert "by-hand.html" in either.files()


def test_what_somebody_changed_is_left_and_named(either):
    """A local page as well as one of the CMS; again by each build, until it is deleted."""
    either.write("content/local.md", LOCAL)
    either.make()
    for name in ("local.html", "post-1.html"):
        (either.output / name).write_text("by hand")
    gone_local(either)
    gone_post(either)
    for _ in range(2):
        assert "left in the output: local.html, post-1.html. Delete" in either.make().log
        assert {"local.html", "post-1.html"} <= either.files()
    for name in ("local.html", "post-1.html"):
        (either.output / name).unlink()
    assert "Delete them by hand" not in either.make().log


SAME_BYTES = """
from pathlib import Path
from pelican import signals

def write(generator, writer):
    path = Path(generator.output_path, "post-1.html")
    text = path.read_bytes()
    path.unlink()
    path.write_bytes(text)

def register():
    signals.article_writer_finalized.connect(write)
"""


def test_whoever_writes_the_same_bytes_has_the_place(either):
    """A plugin that keeps the page of a post that is gone, for good."""
    either.make()
    gone_post(either)
    either.plugin("keeps", SAME_BYTES)
    for _ in range(3):
        either.make()
        assert "Body 1" in either.read("post-1.html")


def test_a_build_that_fails_leaves_nothing_behind_for_ever(either):
    """What it alone had begun goes, a local page too."""
    either.make()
    either.write("content/short.md", LOCAL.replace("local", "short"))
    either.template("archives.html", "{{ 1 // 0 }}")
    assert either.attempt()[0] == 1
    assert "short.html" in either.files()
    (either.folder / "content/short.md").unlink()
    either.template("archives.html", "well again")
    either.make()
    assert "short.html" not in either.files()
    assert not [name for name in records(either) if name.endswith(".started")]


def test_two_sites_in_one_output_folder(either):
    """With one cache: each removes what is its own, and nothing of the other."""
    either.write("content/local.md", LOCAL)
    for name in ("one", "two"):
        either.write(f"other/{name}.md", LOCAL.replace("local", name))
    for folder in ("content", "other"):
        either.write(f"{folder}/images/shared.txt", "of both")

    def both():
        for either.source in ("content", "other", "content"):
            either.make()

    both()
    assert {"local.html", "one.html", "two.html"} <= either.files()
    (either.folder / "other/one.md").unlink()
    (either.folder / "content/images/shared.txt").unlink()
    either.make()  # of `content` alone
    assert "images/shared.txt" in either.files()
    both()
    assert {"local.html", "two.html", "images/shared.txt"} <= either.files()
    assert "one.html" not in either.files()
    shutil.rmtree(either.folder / "other")  # that site is given up
    either.make()
    assert "two.html" not in either.files()
    assert len([name for name in records(either) if name.endswith(".files")]) == 1


def test_an_output_folder_that_was_moved(either):
    """What is in its place by now is somebody else's, and the moved folder is left alone."""
    either.write("content/local.md", LOCAL)
    either.make()
    either.output.rename(either.folder / "moved")
    either.write("output/local.html", "mine")
    gone_local(either)
    either.make()
    assert either.read("local.html") == "mine"
    assert (either.folder / "moved/local.html").exists()


def test_a_link_in_the_place_of_a_page_leads_nowhere(either):
    """It is no page of ours: neither it nor what it leads to is removed."""
    either.write("content/local.md", LOCAL)
    either.make()
    either.write("elsewhere.html", "mine")
    (either.output / "local.html").unlink()
    (either.output / "local.html").symlink_to(either.folder / "elsewhere.html")
    gone_local(either)
    either.make()
    assert (either.folder / "elsewhere.html").read_text() == "mine"
    assert (either.output / "local.html").is_symlink()


def test_what_an_earlier_version_remembered(either):
    """Its list is read once; what it listed otherwise than it is now stays."""
    either.make()
    folder = either.folder / "cache/buttercms/outputs"
    shutil.rmtree(folder)
    name = hashlib.sha256(str(either.output).encode()).hexdigest()[:16]
    sizes = {one: (either.output / one).stat().st_size for one in ("post-1.html", "post-2.html")}
    listed = {"post-1.html": sizes["post-1.html"], "post-2.html": sizes["post-2.html"] + 1}
    folder.mkdir()
    (folder / f"{name}.json").write_text(json.dumps({"format": 2, "output": "x", "files": listed}))
    (folder / f"{name}.pages").write_bytes(b"of an earlier version")
    either.account.delete("posts/post-1.json")
    either.account.delete("posts/post-2.json")
    either.make()
    assert "post-1.html" not in either.files()
    assert "post-2.html" in either.files()
    assert not [one for one in records(either) if one.startswith(f"{name}.")]


FOREIGN = """
from pelican import signals
from pelican.writers import Writer

class Mine(Writer):
    {body}

def get(pelican):
    return Mine

def register():
    signals.get_writer.connect(get)
"""
WRITERS = {
    "opens as Pelican does": "pass",
    "opens otherwise": "_open_w = property()\n    write_file = lambda self, name, *a, **o: 1",
    "tells nothing": (
        "def write_file(self, name, template, context, *a, **o):\n"
        "        from pathlib import Path\n"
        "        if name: Path(self.output_path, name).write_text(str(name))\n"
        "    def write_feed(self, *a, **o): pass"
    ),
}


def test_a_writer_that_is_not_known(either):
    """Every page is rendered by it; what is gone goes, and no draft of a preview stays."""
    either.plugin("mine", FOREIGN.format(body="pass"))
    either.account.post("secret", status="draft", day="2024-02-01", tags=["hush"])
    either.make(env=PREVIEW)
    assert {"secret.html", "tag/hush.html", PREVIEW_LIST} <= either.files()
    listed = (either.output / PREVIEW_LIST).read_text().splitlines()
    assert {"secret.html", "tag/hush.html", "index.html"} <= {*listed}
    shutil.rmtree(either.folder / "cache")
    either.make()
    assert not {"secret.html", "tag/hush.html", PREVIEW_LIST} & either.files()
    gone = gone_post(either)
    either.make()
    assert not gone & either.files()
    assert "post-2.html" in either.files()


def test_a_writer_that_tells_of_nothing(either):
    """Nobody knows what it has written: everything stays, and is known again later."""
    either.make()
    either.plugin("mine", FOREIGN.format(body=WRITERS["tells nothing"]))
    gone = gone_post(either) - {"post-1.html.gz"}
    either.make()
    assert {"post-1.html", "post-2.html"} <= either.files()
    either.settings["PLUGINS"] = ["pelican_buttercms"]
    either.make()
    assert not gone & either.files()


def test_the_preview_server_remembers_nothing_in_the_cache(posts, monkeypatch):
    """Its output folders are gone when it ends."""
    from pelican_buttercms.preview.site import PreviewSite

    monkeypatch.chdir(posts.folder)
    posts.configure()
    preview = PreviewSite("pelicanconf.py", "http://localhost:1")
    try:
        preview.open()
        shown = [path for _ in range(2) for path in preview.build().values()]
    finally:
        preview.close()
    assert shown
    assert not any(path.exists() for path in shown)
    outputs = posts.folder / "cache/buttercms/outputs"
    assert not outputs.exists() or not list(outputs.iterdir())


# without a build


@pytest.fixture
def previewed(tmp_path):
    """The output folder of a site, with the page of a draft and the list that has it."""
    (tmp_path / "output").mkdir()
    (tmp_path / "output/secret.html").write_text("draft")
    site = SiteOutput(tmp_path / "output", tmp_path / "content", tmp_path / "records")
    site.preview_list.add(["secret.html"])
    return site


def test_a_draft_that_cannot_be_removed_ends_the_build(previewed, monkeypatch):
    """It would be deployed; the list stays for the next try."""
    page = previewed.folder / "secret.html"
    with monkeypatch.context() as patch:
        unlink = type(page).unlink

        def refuse(path, **options):
            if path == page:
                raise PermissionError(13, "Permission denied", str(path))
            unlink(path, **options)

        patch.setattr(type(page), "unlink", refuse)
        with pytest.raises(FileSystemError, match=r"secret\.html\. It shows drafts"):
            previewed.remove_preview()
    assert previewed.preview_list.names() == ["secret.html"]
    previewed.remove_preview()
    assert not page.exists()
    assert not previewed.preview_list.exists


def test_a_preview_removes_nothing_of_the_preview_before(previewed):
    """It may use it again."""
    previewed.is_preview = True
    previewed.remove_preview()
    assert (previewed.folder / "secret.html").exists()


@pytest.mark.parametrize("head", ["", PREVIEW_HEAD])
def test_a_list_that_was_cut_off(tmp_path, head):
    """A full disk has taken half a name: that file was not begun, and the next name is whole."""
    path = tmp_path / "list"
    first = NameList(path, head)
    first.add(["a.html", "b/c.html"])
    first.close()
    path.write_text(path.read_text() + "half-a-na")
    assert NameList(path, head).names() == ["a.html", "b/c.html"]
    NameList(path, head).add(["d.html"])
    assert {"a.html", "b/c.html", "d.html"} <= set(NameList(path, head).names())


def test_a_list_that_is_removed_meanwhile(tmp_path):
    """As a plugin does that empties the folder: it is begun anew."""
    names = NameList(tmp_path / "list", PREVIEW_HEAD)
    names.add(["a.html"])
    (tmp_path / "list").unlink()
    names.add(["a.html", "b.html"])
    assert NameList(tmp_path / "list", PREVIEW_HEAD).names() == ["a.html", "b.html"]
    assert (tmp_path / "list").read_text().startswith(PREVIEW_HEAD)


def test_names_that_are_no_text(tmp_path):
    """A file's name may be any bytes; one with a line break, or that leads out, is not listed."""
    names = NameList(tmp_path / "list")
    names.add(["\udcff.html", "a\nb.html", "../x", "/etc/passwd"])
    assert NameList(tmp_path / "list").names() == ["\udcff.html"]
    assert name_list.PREVIEW_LIST == ".buttercms-preview"  # lists of earlier versions are read


def test_a_record_names_its_folder_and_what_was_left(tmp_path):
    """Whole or not at all; that of another version knows of nothing."""
    path = record.path_of(tmp_path, tmp_path / "o", tmp_path / "o", tmp_path / "c")
    record.save(path, tmp_path / "o", tmp_path / "c", {"b": BEGUN, "a": ((1, 2, 3), b"x")})
    found = record.load(path)
    assert (found.output, found.content) == (str(tmp_path / "o"), str(tmp_path / "c"))
    assert found.files == {"a": ((1, 2, 3), b"x"), "b": BEGUN}
    path.write_bytes(path.read_bytes()[:-1])
    assert record.load(path).files == {}
    sub = record.path_of(tmp_path, tmp_path / "o/de", tmp_path / "o", tmp_path / "c")
    record.save(sub, tmp_path / "o/de", tmp_path / "c", {})
    other = record.path_of(tmp_path, tmp_path / "o", tmp_path / "o", tmp_path / "d")
    record.save(other, tmp_path / "o", tmp_path / "d", {})
    assert record.of_subsites(path) == [sub]
    assert [one for one, _ in record.of_other_sites(path)] == [other]
    assert [one for one, _ in record.of_other_sites(sub)] == [other]
