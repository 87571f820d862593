"""A build that has nothing to do, because nothing has changed since the last one."""

from io import BytesIO
import os
import re
import shutil

from PIL import Image
import pytest

from tests.incremental.builds import stamps

from .conftest import RESTED, rested

AGO = re.compile(r"\d+ seconds? ago|\(2\S+ \S+ UTC\)")
DONE = re.compile(r"Done: .*(?= in )")


def dangle(account):
    """Let a page refer to a draft."""
    account.page("*", "nobody", status="draft")
    account.page("*", "about", body="<p>x</p>", friend={"$ref": "page:*/nobody"})


def test_it_says_what_a_build_says_that_looks_at_every_page(still):
    """The same numbers, of pages, calls and articles; and no file is touched."""
    before = stamps(still.output)
    still.rests = False
    every = still.make("-v")
    still.rests = True
    none = still.make("-v")
    assert RESTED in none.log
    assert RESTED not in every.log
    assert (none.rendered, none.kept) == (every.rendered, every.kept)
    assert none.kept > 10
    assert DONE.findall(none.log) == DONE.findall(every.log)
    assert "Processed 3 articles, 0 drafts, 0 hidden articles, 2 pages" in none.log
    assert re.findall("[0-9]+ API calls made", none.log) == ["6 API calls made"]
    assert stamps(still.output) == before
    still.is_right()


def test_each_build_rests_until_something_changes(still):
    """And again afterwards."""
    assert rested(still)
    assert rested(still)
    still.account.post("one", day="2024-01-01", title="Changed")
    assert not rested(still)
    still.is_right()
    assert rested(still)
    assert "Changed" in still.read("one.html")


def test_the_same_bytes_at_another_time(still):
    """Whatever is checked out or restored has new times; its bytes count."""
    for folder in ("content", "templates", "output"):
        copy = still.folder / f"{folder}.copy"
        shutil.copytree(still.folder / folder, copy)
        shutil.rmtree(still.folder / folder)
        copy.rename(still.folder / folder)
    for path in (still.folder / "content").rglob("*.*"):
        os.utime(path, (10**9, 10**9))
    (record,) = (still.folder / "cache/buttercms/outputs").glob("*.files")
    before = record.read_bytes()
    assert rested(still)
    after = record.read_bytes()
    assert after != before  # the times of the output folder, so that its bytes are read once
    assert rested(still)
    assert record.read_bytes() == after
    still.is_right()


def test_a_pull_that_brings_nothing_new(still):
    """Every build pulls here; what it stores is another generation of the same content."""
    first = still.command("generations").stdout
    assert rested(still)
    assert still.command("generations").stdout != first


@pytest.mark.parametrize(
    "text",
    [
        "{{ buttercms.pulled_at }}",
        "{{ buttercms.generation.id }}",
        "{{ buttercms }}",
        "{% for lang in buttercms.langs.values() %}{{ lang.pulled_at }}{% endfor %}",
        "{% set b = buttercms %}{{ b['pulled_at'] }}",
        "{% if buttercms.stale %}old{% endif %}",
    ],
)
def test_a_page_that_shows_the_pull(still, text):
    """Another pull makes another page then, though it has brought nothing new."""
    still.template("extra.html", text)
    still.make()
    assert not rested(still)
    still.is_right()
    still.settings["BUTTERCMS_MAX_AGE"] = "1h"
    still.make()
    assert rested(still)
    still.is_right()


def test_warnings_are_told_again(still):
    """Their reasons are still there; and `--fatal warnings` still ends the build."""
    dangle(still.account)
    warned = [line for line in still.make().log.splitlines() if "WARNING" in line]
    assert any("nobody" in line for line in warned)
    build = still.make("-v")
    assert RESTED in build.log
    assert "pages/*/nobody" in build.log.replace("\n", "")
    assert build.log.count("WARNING") == len(warned)
    code, build = still.attempt("--fatal", "warnings")
    assert code != 0
    assert "nobody" in build.log


def test_warnings_that_a_quiet_build_has_kept_to_itself(still):
    """Nobody knows them, so the next build looks at everything, unless it is as quiet."""
    dangle(still.account)
    still.make("-q")
    assert "rendered" in still.make("-q").log
    build = still.make("-v")
    assert RESTED not in build.log
    assert "nobody" in build.log
    assert rested(still)


def test_a_wiped_output_folder(still):
    """DELETE_OUTPUT_DIRECTORY removes what is not the build's, and nothing of it."""
    still.settings["DELETE_OUTPUT_DIRECTORY"] = True
    still.make()
    assert rested(still)
    for make in (
        lambda: still.write("output/foreign.html", "x"),
        (still.output / "tag/empty").mkdir,
        lambda: (still.output / "link").symlink_to("index.html"),
        lambda: (still.output / "folder").symlink_to("tag"),
    ):
        make()
        assert not rested(still)
        still.is_right()
        assert rested(still)
    still.settings["OUTPUT_RETENTION"] = [".git"]
    still.make()
    still.write("output/.git/HEAD", "x")
    assert rested(still)
    assert still.read(".git/HEAD") == "x"


def test_files_of_others_stay(still):
    """Where the output folder is not emptied, they are nobody's business."""
    still.write("output/foreign.html", "x")
    assert rested(still)
    assert still.read("foreign.html") == "x"


def test_a_list_of_changed_files_is_there_and_empty(still):
    """Whoever deploys reads it."""
    still.settings["BUTTERCMS_CHANGED_FILES"] = "changed.txt"
    still.make()
    (still.folder / "changed.txt").unlink()
    assert rested(still)
    assert (still.folder / "changed.txt").read_text() == ""
    still.write("changed.txt", "index.html\n")
    assert rested(still)
    assert (still.folder / "changed.txt").read_text() == "index.html\n"


def test_media_files_are_asked_for_news(still):
    """A picture that has changed behind its address is one of the things that can change."""
    still.account.media("AAA.png", b"\x89PNG one")
    still.account.post("one", body='<img src="https://cdn.buttercms.com/AAA">')
    still.settings["BUTTERCMS_MEDIA"] = "download"
    still.make()
    assert rested(still)
    assert [f.read_bytes() for f in still.output.glob("media/AAA-*")] == [b"\x89PNG one"]
    still.account.media("AAA.png", b"\x89PNG two")
    assert not rested(still)
    assert [f.read_bytes() for f in still.output.glob("media/AAA-*")] == [b"\x89PNG two"]
    assert rested(still)
    (still.account.folder / "media/AAA.png").unlink()
    assert rested(still)  # the stored one is used, with a warning
    shutil.rmtree(still.folder / "cache/buttercms/media")
    assert not rested(still)
    assert not rested(still)  # it cannot be had


def test_pictures_that_were_made_once_are_no_change(still):
    """Other widths are one, and so is another picture."""
    data = BytesIO()
    Image.new("RGB", (900, 300), "navy").save(data, "PNG")
    still.account.media("AAA.png", data.getvalue())
    still.account.post("one", body='<img src="https://cdn.buttercms.com/AAA">')
    still.settings["BUTTERCMS_MEDIA"] = "download"
    still.make()
    assert rested(still)
    assert len(list(still.output.glob("media/*.webp"))) == 2
    still.settings["BUTTERCMS_IMAGE_WIDTHS"] = [200]
    assert not rested(still)
    assert len(list(still.output.glob("media/*.webp"))) == 1
    still.is_right()
    assert rested(still)


def test_builds_of_one_process(still):
    """As with `pelican --autoreload`: edits in between are seen."""
    edit = "open('content/notes/local.md', 'a').write('more')"
    has = "assert 'more' {} open('output/local.html').read()"
    still.live("", "", has.format("not in"), edit, has.format("in"), "", has.format("in"))
    still.is_right()


def test_a_job_summary_of_github(still, tmp_path):
    """It has the numbers of the content, and its warnings."""
    summary = tmp_path / "summary.md"
    env = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    dangle(still.account)
    still.make(env=env)
    still.settings["BUTTERCMS_MAX_AGE"] = "*"
    still.make(env=env)
    still.rests = False
    summary.write_text("")
    still.make(env=env)
    expected = summary.read_text()
    summary.write_text("")
    still.rests = True
    assert rested(still, env=env)
    assert AGO.sub("", summary.read_text()) == AGO.sub("", expected)
    assert "nobody" in expected
