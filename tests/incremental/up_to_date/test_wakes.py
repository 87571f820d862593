"""Whatever has changed, a build sees it."""

import os
import shutil
import time

import pytest

from .conftest import py, rested

HELPER = "def shout(text): return text.upper() + {!r}\n"


def shouting(site):
    """Let a template use a function of the user's, from a module of its own."""
    site.write("helper.py", HELPER.format("!"))
    site.settings |= {"BUTTERCMS_PURE": ["shout"]}
    py(site, "import helper\nJINJA_FILTERS = {'shout': helper.shout}")
    site.template("extra.html", "{{ SITENAME|shout }}")
    time.sleep(0.02)  # the code is older than the process that reads it
    site.make()
    time.sleep(0.02)
    site.make()


WAKING = {
    "a post": lambda site: site.account.post("one", day="2024-01-01", title="Changed"),
    "a new post": lambda site: site.account.post("three"),
    "a post less": lambda site: site.account.delete("posts/one.json"),
    "a page": lambda site: site.account.page("*", "about", body="<p>Other.</p>"),
    "an item": lambda site: site.account.collection("faqs", {"id": 1, "question": "How?"}),
    "a category": lambda site: (
        site.account.lists["categories"][0].update(name="Other")
        or site.account.term("categories", "unused")
    ),
    "a local file": lambda site: site.write("content/notes/local.md", "Title: L\nDate: 2024-01-03"),
    "a new local file": lambda site: site.write("content/pages/new.md", "Title: New\n\nx"),
    "a local file less": lambda site: (site.folder / "content/pages/page.md").unlink(),
    "a static file": lambda site: site.write("content/images/one.txt", "two"),
    "a static file less": lambda site: (site.folder / "content/images/one.txt").unlink(),
    "a template": lambda site: site.template("extra.html", "other"),
    "a new template": lambda site: site.template("index.html", "other"),
    "a setting": lambda site: site.settings.update(SITENAME="Other"),
    "a setting of ours": lambda site: site.settings.update(BUTTERCMS_SITEMAP=False),
    "an unread setting": lambda site: site.settings.update(UNREAD="Other"),
    "a file of the output": lambda site: site.write("output/one.html", "other"),
    "a file of the output less": lambda site: (site.output / "images/one.txt").unlink(),
    "the output folder": lambda site: shutil.rmtree(site.output),
    "the output's sitemap": lambda site: site.write("output/sitemap.xml", "other"),
}


@pytest.mark.parametrize("name", WAKING)
def test_what_has_changed_is_seen(still, name):
    """And the build after it rests again."""
    assert rested(still)
    WAKING[name](still)
    assert not rested(still)
    still.is_right()
    assert rested(still)


def test_the_theme(still):
    """Its templates and its static files, wherever it lies."""
    still.write("theme/templates/extra2.html", "{{ SITENAME }}")
    still.write("theme/static/style.css", "one")
    still.write("more/print.css", "one")
    still.settings |= {"THEME": "theme", "DIRECT_TEMPLATES": ["index", "extra2"]}
    still.settings["THEME_STATIC_PATHS"] = ["static", str(still.folder / "more")]
    still.make()
    for path in ("theme/templates/extra2.html", "theme/static/style.css", "more/print.css"):
        assert rested(still)
        still.write(path, "two")
        assert not rested(still)
        still.is_right()


def test_static_files_outside_of_the_content_folder(still):
    """STATIC_PATHS may lead there; their copies lie outside of the output, so nobody rests."""
    still.write("aside/note.txt", "one")
    still.settings["STATIC_PATHS"] = ["images", "../aside"]
    still.make()
    assert not rested(still)
    still.write("aside/note.txt", "two")
    assert not rested(still)


def test_folders_behind_links(still):
    """Pelican follows them."""
    still.write("elsewhere/linked.md", "Title: Linked\nDate: 2024-01-04\n\nOne")
    (still.folder / "content/notes/linked").symlink_to(still.folder / "elsewhere")
    (still.folder / "content/notes/.#lock").symlink_to("nowhere")
    still.make()
    assert rested(still)
    still.write("elsewhere/linked.md", "Title: Linked\nDate: 2024-01-04\n\nTwo")
    assert not rested(still)
    assert "Two" in still.read("linked.html")
    still.is_right()


def test_a_file_of_the_same_size_at_the_same_time(still):
    """Its bytes are looked at, as its place in the folder has changed since."""
    path = still.folder / "content/notes/local.md"
    before = path.stat()
    path.write_text(path.read_text().replace("Local", "Lucal"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert not rested(still)
    still.is_right()


def test_the_code_of_the_users_functions(still):
    """In a module of the user's, that the settings import."""
    shouting(still)
    assert rested(still)
    still.write("helper.py", HELPER.format("?"))
    time.sleep(0.02)
    assert not rested(still)
    assert "TEST SITE?" in still.read("extra.html")
    still.is_right()


def test_a_file_that_is_changed_while_the_site_is_built(still):
    """By whom ever: nobody knows which of the two was read."""
    text = "Title: Local\\nDate: 2024-01-03\\n\\nWhile it was built"
    write = f"open('content/notes/local.md', 'w').write('{text}')"
    still.write("helper.py", f"def shout(text):\n    {write}\n    return text\n")
    still.settings |= {"BUTTERCMS_PURE": ["shout"]}
    py(still, "import helper\nJINJA_FILTERS = {'shout': helper.shout}")
    still.template("extra.html", "{{ SITENAME|shout }}")
    time.sleep(0.02)
    still.make()
    assert "While it was built" not in still.read("local.html")
    assert not rested(still)
    assert "While it was built" in still.read("local.html")
    assert rested(still)


def test_code_in_the_settings_file(still):
    """What it does besides setting anything is not seen, and so its whole text counts."""
    still.configure("# one")
    still.make()
    still.configure = lambda *_: None  # it stays as it is now
    still.write("pelicanconf.py", (still.folder / "pelicanconf.py").read_text() + "# two\n")
    assert not rested(still)
    assert rested(still)


def test_a_setting_that_tells_the_time(still):
    """It is another one each time."""
    py(still, "import datetime\nBUILT = datetime.datetime.now()")
    still.make()
    assert not rested(still)


def test_the_machine(still):
    """Its time zone, and what is installed."""
    assert rested(still)
    assert not rested(still, env={"TZ": "Asia/Tokyo"})
    still.write("other-1.0.dist-info/METADATA", "")  # Pelican looks for code in this folder, too
    assert not rested(still)
    assert rested(still)


def test_a_killed_build(still):
    """Whatever it has written, the next one looks at everything."""
    still.account.post("one", day="2024-01-01", title="Changed")
    for after in (0.05, 0.1, 0.15, 0.2, 0.3):
        still.kill(after)
        still.account.post("two", day="2024-01-02", title=f"After {after}")
    still.account.post("one", day="2024-01-01", tags=["red"], body="<p>One.</p>")
    still.account.post("two", day="2024-01-02", categories=["notes"])
    still.make()
    still.is_right()
    assert rested(still)


def test_a_build_that_fails(still):
    """It may have written some of its pages, which nothing leads to when all is as before."""
    good = "{{ SITENAME }} {{ articles|length }}"
    still.template("extra.html", "{{ 1 / 0 }}")
    still.account.post("added")
    code, _ = still.attempt()
    assert code != 0
    assert "added.html" in still.files()
    still.template("extra.html", good)
    still.account.delete("posts/added.json")
    assert not rested(still)
    still.is_right()
    assert rested(still)


def test_a_build_that_fails_listens_no_longer(still):
    """Where one process builds again and again, as with `--autoreload`."""
    fail = (
        "open('templates/extra.html', 'w').write('{{ 1 / 0 }}')\n"
        "try: build()\n"
        "except ZeroDivisionError: pass\n"
        "else: raise AssertionError\n"
        "open('templates/extra.html', 'w').write('fine')\n"
    )
    end = (
        "import logging\n"
        "kinds = [type(one).__module__ for one in logging.getLogger().handlers]\n"
        "assert not [one for one in kinds if 'up_to_date_check' in one], kinds\n"
    )
    still.live("", fail, end)
    still.is_right()


@pytest.mark.parametrize("value", [False, "verify"])
def test_builds_that_render_everything(still, value):
    """They do, however often; and the one after them looks at what they have left."""
    still.settings["BUTTERCMS_INCREMENTAL"] = value
    assert not rested(still)
    assert not rested(still)
    still.settings["BUTTERCMS_INCREMENTAL"] = True
    assert not rested(still)
    assert rested(still)
    still.is_right()


def test_a_damaged_record(still):
    """It says nothing."""
    (path,) = (still.folder / "cache/buttercms/outputs").glob("*.still")
    whole = path.read_bytes()
    for damaged in (b"", b"x" * 40, whole[:-1], whole[:30] + bytes([whole[30] ^ 1]) + whole[31:]):
        path.write_bytes(damaged)
        assert not rested(still)
        still.is_right()
        assert rested(still)


def test_older_content_that_an_api_which_fails_leaves(still):
    """Pages may say so; they do not say it any longer when it is back."""
    still.template("extra.html", "{{ buttercms.stale or 'fresh' }}")
    still.make()
    still.account.settings(faults=["quota"])
    assert not rested(still)
    assert "fresh" not in still.read("extra.html")
    assert not rested(still)
    offline = {"BUTTERCMS_OFFLINE": "1"}  # the same content, and nothing that fails
    assert not rested(still, env=offline)
    assert "fresh" in still.read("extra.html")
    assert rested(still, env=offline)


def test_a_preview_in_the_same_folder(still):
    """What it leaves there is removed."""
    still.account.post("secret", status="draft")
    still.settings["BUTTERCMS_PREVIEW"] = True
    assert not rested(still)
    assert not rested(still)
    assert "secret.html" in still.files()
    still.settings["BUTTERCMS_PREVIEW"] = False
    assert not rested(still)
    assert "secret.html" not in still.files()
    still.is_right()
