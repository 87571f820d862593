"""Files that are copied keep their time like pages, if they have the same bytes."""

import os
import time

import pytest


def times(site):
    """Return when each file was changed."""
    return {name: (site.output / name).stat().st_mtime_ns for name in site.files()}


@pytest.fixture
def copying(plain):
    """A site with pictures, and a theme with a style sheet and a script."""
    theme = plain.folder / "theme"
    (theme / "templates").mkdir(parents=True)
    for name in ("css/style.css", "js/a.js"):
        (theme / "static" / name).parent.mkdir(parents=True)
        (theme / "static" / name).write_text(f"/* {name} */")
    plain.settings |= {"THEME": "theme", "BUTTERCMS_CHANGED_FILES": "changed.txt"}
    for name in ("a.jpg", "b.jpg"):
        plain.write(f"content/images/{name}", name)
    plain.make()
    assert {"theme/css/style.css", "theme/js/a.js", "images/a.jpg"} <= plain.files()
    plain.changes = lambda: build_and_list(plain)
    return plain


def build_and_list(site):
    """Build a moment later; give the list of changed files, and see that it is right."""
    (site.folder / "changed.txt").unlink(missing_ok=True)
    time.sleep(0.01)
    before = times(site)
    site.make()
    after = times(site)
    listed = set((site.folder / "changed.txt").read_text().splitlines())
    assert listed == {n for n in {*before, *after} if before.get(n) != after.get(n)}
    return listed


@pytest.mark.parametrize("wiped", [False, True])
def test_what_is_the_same_keeps_its_time(copying, wiped):
    """Whether the output folder is emptied before or not."""
    copying.settings["DELETE_OUTPUT_DIRECTORY"] = wiped
    assert copying.changes() == set()
    assert copying.changes() == set()
    copying.settings["BUTTERCMS_INCREMENTAL"] = False
    if not wiped:
        assert copying.changes() == set()


def test_what_changes_is_copied(copying):
    """And nothing else; also where somebody has changed the copy, and where the size stays."""
    copying.write("content/images/a.jpg", "A.jpg")
    assert copying.changes() == {"images/a.jpg"}
    assert copying.read("images/a.jpg") == "A.jpg"
    copying.write("theme/static/css/style.css", "/* CSS/style.css */")
    assert copying.changes() == {"theme/css/style.css"}
    for name in ("images/b.jpg", "theme/js/a.js"):
        before = copying.read(name)
        (copying.output / name).write_text("changed by somebody")
        copying.changes()
        assert copying.read(name) == before
    (copying.folder / "content/images/a.jpg").unlink()
    assert copying.changes() == {"images/a.jpg"}
    assert "images/a.jpg" not in copying.files()


def test_a_newer_source_with_the_same_bytes_is_no_change(copying):
    """A checkout gives every file a new time."""
    for path in (*copying.folder.glob("content/images/*"), *copying.folder.glob("theme/**/*.*")):
        os.utime(path)
    assert copying.changes() == set()


def test_links_stay_links(copying):
    """Who wants links gets them, as from Pelican."""
    copying.settings["STATIC_CREATE_LINKS"] = True
    copying.changes()
    assert (copying.output / "images/a.jpg").stat().st_nlink == 2
    copying.settings["STATIC_CREATE_LINKS"] = False
    (copying.output / "images/a.jpg").unlink()
    (copying.output / "images/a.jpg").symlink_to(copying.folder / "content/images/a.jpg")
    copying.make("-e", "BUTTERCMS_CHANGED_FILES=null")
    assert copying.read("images/a.jpg") == "a.jpg"


def test_a_list_of_changed_files_that_cannot_be_one(copying):
    """A folder is refused before anything is written; what else fails is told."""
    before = times(copying)
    for name in ("output", ".", "content"):
        copying.settings["BUTTERCMS_CHANGED_FILES"] = name
        copying.account.post("post-1", day="2024-01-01", title=f"A title for {name}")
        code, build = copying.attempt()
        assert code == 2
        assert "BUTTERCMS_CHANGED_FILES names" in build.log
        assert "Traceback" not in build.log
        assert times(copying) == before
    copying.write("file", "x")
    copying.settings["BUTTERCMS_CHANGED_FILES"] = "file/changed.txt"
    code, build = copying.attempt()
    assert code == 2
    assert "The site is built, but the list of changed files" in " ".join(build.log.split())
    assert "Traceback" not in build.log
    assert not list(copying.folder.glob("*changed.txt.*"))


def test_another_file_of_the_same_size_and_time(copying):
    """In one process: `filecmp` remembers what it has compared."""
    name = "content/images/a.jpg"
    copying.live(
        "",
        "",
        f"found = os.stat({name!r})\n"
        f"open({name!r}, 'w').write('A.JPG')\n"
        f"os.utime({name!r}, ns=(found.st_atime_ns, found.st_mtime_ns))",
    )
    assert copying.read("images/a.jpg") == "A.JPG"


def test_a_list_of_changed_files_takes_no_other_files_place(copying):
    """Somebody's own file is as it was, and nothing is built."""
    own = copying.folder / "own.txt"
    own.write_text("second\nfirst\n")
    copying.settings["BUTTERCMS_CHANGED_FILES"] = "own.txt"
    code, build = copying.attempt()
    assert code == 2
    assert "would be lost" in build.log
    assert own.read_text() == "second\nfirst\n"
