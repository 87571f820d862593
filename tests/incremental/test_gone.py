"""What goes, goes at once, wherever the output folder has been; and takes nothing along."""

import shutil
import subprocess

import pytest

from .builds import Code

LOCAL = "Title: Local\nDate: 2024-01-01\nSlug: local\nTags: lonely\n\nx"
PREVIEW = {"BUTTERCMS_PREVIEW": "1"}


def restored(site):
    """Bring the output folder back from elsewhere, as a CI's cache does."""
    shutil.copytree(site.output, site.folder / "copy")
    shutil.rmtree(site.output)
    (site.folder / "copy").rename(site.output)


def touched(site):
    """Change the rights of all files."""
    subprocess.run(["chmod", "-R", "g+w", site.output], check=True)


def linked(site):
    """Return every file a second name."""
    subprocess.run(["cp", "-al", site.output, site.folder / "backup"], check=True)


@pytest.mark.parametrize("wiped", [False, True])
@pytest.mark.parametrize("happens", [restored, touched, linked])
def test_what_goes_after_the_output_was_elsewhere(posts, happens, wiped):
    """Last pages of lists, tags, feeds, local pages and copied files, by their bytes."""
    posts.settings["DELETE_OUTPUT_DIRECTORY"] = wiped
    posts.write("content/local.md", LOCAL)
    posts.write("content/images/a.txt", "a")
    posts.make()
    happens(posts)
    (posts.folder / "content/local.md").unlink()
    (posts.folder / "content/images/a.txt").unlink()
    for number in (1, 2, 3):
        posts.account.delete(f"posts/post-{number}.json")
    posts.remake()
    assert not {"local.html", "tag/lonely.html", "images/a.txt", "index3.html"} & posts.files()


@pytest.mark.parametrize("wiped", [False, True])
def test_what_somebody_has_changed_stays_unless_the_folder_is_wiped(posts, wiped):
    """DELETE_OUTPUT_DIRECTORY takes everything that is not written again."""
    posts.settings["DELETE_OUTPUT_DIRECTORY"] = wiped
    posts.write("content/local.md", LOCAL)
    posts.make()
    page = posts.output / "local.html"
    page.write_text(page.read_text() + "by hand")
    (posts.folder / "content/local.md").unlink()
    posts.make()
    assert page.exists() is not wiped


def test_what_changed_while_reuse_was_off_goes_as_well(posts):
    """The ledger was not written then."""
    posts.write("content/local.md", LOCAL)
    posts.make()
    posts.settings["BUTTERCMS_INCREMENTAL"] = False
    for title in ("Another", "A third"):
        posts.write("content/local.md", LOCAL.replace("Local", title))
        posts.make()
    posts.settings["BUTTERCMS_INCREMENTAL"] = True
    (posts.folder / "content/local.md").unlink()
    posts.remake()
    assert "local.html" not in posts.files()


@pytest.mark.parametrize("then", ["restored", "no ledger", "incremental off", "nothing"])
@pytest.mark.parametrize("wiped", [False, True])
def test_no_draft_outlives_its_preview(posts, then, wiped):
    """Though its page was kept by the second preview, and is on the list of the first."""
    posts.settings["DELETE_OUTPUT_DIRECTORY"] = True
    posts.account.post("secret", status="draft", day="2024-02-01", tags=["hush"])
    for _ in range(3):
        posts.make(env=PREVIEW)
        listed = (posts.output / ".buttercms-preview").read_text().splitlines()[1:]
        assert len(listed) == len(set(listed))
        assert posts.files() - {".buttercms-preview", "sitemap.xml"} <= set(listed)
    assert "secret.html" in posts.files()
    posts.settings["DELETE_OUTPUT_DIRECTORY"] = wiped
    if then == "restored":
        restored(posts)
    elif then == "no ledger":
        shutil.rmtree(posts.folder / "cache")
    elif then == "incremental off":
        posts.settings["BUTTERCMS_INCREMENTAL"] = False
    posts.make()
    assert not {"secret.html", "tag/hush.html", "drafts/index.html"} & posts.files()
    assert ".buttercms-preview" not in posts.files()
    posts.is_right()


def test_no_draft_outlives_a_preview_whose_list_is_lost(posts):
    """Whoever copies a folder may leave out what begins with a dot."""
    posts.account.post("secret", status="draft", day="2024-02-01", tags=["hush"])
    posts.make(env=PREVIEW)
    (posts.output / ".buttercms-preview").unlink()
    assert posts.make(env=PREVIEW).kept > 30
    shutil.rmtree(posts.folder / "cache")
    posts.make()
    assert not {"secret.html", "tag/hush.html", "drafts/index.html"} & posts.files()


def test_no_draft_outlives_a_preview_that_broke_off(posts):
    """It had emptied the folder, but for what could be used again."""
    posts.settings["DELETE_OUTPUT_DIRECTORY"] = True
    posts.account.post("secret", status="draft", day="2024-02-01", tags=["hush"])
    posts.make(env=PREVIEW)
    posts.template("index.html", "{{ 1 / 0 }}")
    assert posts.attempt(env=PREVIEW)[0] != 0
    assert "secret.html" in posts.files()
    posts.template("index.html", "")
    posts.settings["DELETE_OUTPUT_DIRECTORY"] = False
    shutil.rmtree(posts.folder / "cache")
    posts.make()
    assert not {"secret.html", "tag/hush.html", "drafts/index.html"} & posts.files()


REDIRECTS = """
from pathlib import Path
from pelican import signals

def write(pelican):
    Path(pelican.output_path, "post-1.html").write_text("moved")

def register():
    signals.finalized.connect(write)
"""
EARLY = """
from pathlib import Path
from pelican import signals

def write(generator, writer):
    Path(generator.output_path, "post-1.html").write_text("moved")

def register():
    signals.article_writer_finalized.connect(write)
"""
LISTS = """
from pathlib import Path
from pelican import signals

def write(pelican):
    folder = Path(pelican.output_path)
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
    (folder / "names.txt").write_text("\\n".join(names))

def register():
    signals.finalized.connect(write)
"""


@pytest.mark.parametrize("incremental", [True, False])
@pytest.mark.parametrize(
    ("redirects", "wiped"), [(REDIRECTS, False), (EARLY, False), (EARLY, True)]
)
def test_what_others_write_in_the_place_of_what_is_gone(posts, incremental, redirects, wiped):
    """A copied file, and the redirect of a plugin, at once and for good."""
    posts.settings["DELETE_OUTPUT_DIRECTORY"] = wiped
    posts.settings |= {"PAGE_SAVE_AS": "{slug}.html", "PAGE_URL": "{slug}.html"}
    posts.settings |= {"EXTRA_PATH_METADATA": {"static/about.txt": {"path": "about.html"}}}
    posts.settings |= {"STATIC_PATHS": ["static"], "BUTTERCMS_INCREMENTAL": incremental}
    posts.make()
    assert "Body 1" in posts.read("post-1.html")
    posts.account.delete("single_pages/about.json")
    posts.account.delete("posts/post-1.json")
    posts.write("content/static/about.txt", "COPIED")
    posts.plugin("redirects", redirects)
    for _ in range(3):
        posts.make()
        assert posts.read("about.html") == "COPIED"
        assert posts.read("post-1.html") == "moved"


@pytest.mark.parametrize("wiped", [False, True])
def test_other_plugins_find_what_stays(posts, wiped):
    """Those that look through the folder when all is written."""
    posts.settings["DELETE_OUTPUT_DIRECTORY"] = wiped
    posts.plugin("lists", LISTS)
    posts.make()
    for number in (1, 2, 3):
        posts.account.delete(f"posts/post-{number}.json")
    posts.make()
    pages = {name for name in posts.files() if name.endswith(".html")}
    assert set(posts.read("names.txt").split()) == pages
    assert "index3.html" not in pages


def test_another_spelling_of_a_path_is_the_same_file(posts):
    """Where Pelican would not copy it again."""
    path = "static/robots.txt"
    posts.settings |= {"STATIC_PATHS": ["static"], "STATIC_CHECK_IF_MODIFIED": True}
    posts.write(f"content/{path}", "r")
    for name in ("./robots.txt", "robots.txt"):
        posts.settings["EXTRA_PATH_METADATA"] = Code({path: {"path": name}})
        posts.make()
        assert posts.read("robots.txt") == "r"


@pytest.mark.parametrize("incremental", [True, False])
def test_a_copy_of_what_is_gone(posts, incremental):
    """A page that is frozen as a static file has the same bytes in the same place."""
    posts.settings["BUTTERCMS_INCREMENTAL"] = incremental
    posts.settings |= {"ARTICLE_EXCLUDES": ["static"], "READERS": {"html": None}}
    posts.make()
    text = posts.read("post-1.html")
    posts.account.delete("posts/post-1.json")
    posts.write("content/static/post-1.html", text)
    posts.settings["EXTRA_PATH_METADATA"] = {"static/post-1.html": {"path": "post-1.html"}}
    for _ in range(2):
        posts.make()
        assert posts.read("post-1.html") == text


LAST = """
from pelican import signals
from pelican.generators import Generator

class Last(Generator):
    def generate_output(self, writer):
        writer.write_file("terms.html", self.get_template("terms"), self.context)

def get(pelican):
    return Last

def register():
    signals.get_generators.connect(get)
"""


def test_what_the_last_generator_writes_is_not_gone_before(plain):
    """It keeps its time, as it has the same bytes."""
    plain.plugin("last", LAST)
    plain.template("terms.html", "Terms")
    plain.make()
    before = (plain.output / "terms.html").stat().st_mtime_ns
    plain.make()
    assert (plain.output / "terms.html").stat().st_mtime_ns == before
