"""Where nobody can know what a build reads, it looks at everything."""

from datetime import date
from itertools import count
import sys
from types import SimpleNamespace

import pelican.__main__
from pelican.log import LimitFilter
from pelican.settings import DEFAULT_CONFIG
import pytest

from pelican_buttercms.incremental.fingerprint import UntrackableError
from pelican_buttercms.incremental.known_plugins import KnownPlugins
from pelican_buttercms.incremental.up_to_date import build_inputs, check, file_snapshot
from pelican_buttercms.plugin.incremental_host import render_options, site_inputs
from pelican_buttercms.settings import Environment, Settings
from tests.incremental.builds import Code

from .conftest import py, rested

OTHER = "def register(): pass\n"
PATCH = "pelican.contents.Article.days = property(lambda self: __import__('time').time())"
HEARS = "pelican.plugins.signals.finalized.connect(hear)\n"
READER = """
import pelican.readers
class Clock(pelican.readers.BaseReader):
    file_extensions = ["clock"]
"""
UNKNOWN = {
    "future dates": {"WITH_FUTURE_DATES": False},
    "dates of files": {"DEFAULT_DATE": "fs"},
    "readers": {"READERS": {"md": Code("__import__('pelican.readers').readers.MarkdownReader")}},
    "Markdown": {"MARKDOWN": {"extensions": ["smarty"]}},
    "links": {"STATIC_CREATE_LINKS": True},
    "template pages": {"TEMPLATE_PAGES": {"images/one.txt": "own.html"}},
    "sources": {"OUTPUT_SOURCES": True},
    "a cache of contents": {"LOAD_CONTENT_CACHE": True, "CACHE_CONTENT": True},
    "dates of pages": {"PAGE_SAVE_AS": "{date:%H%M%S}/{slug}.html"},
    "a place in the content": {"CACHE_PATH": "content/cache"},
    "code in the settings": {"extra": PATCH},
    "a listener in the settings": {"extra": f"def hear(pelican): pass\n{HEARS}"},
    "a reader in the settings": {"extra": READER},
    "a method of ours": {
        "extra": "import pelican_buttercms.content.records as r\nr.Post.more = lambda self: 1"
    },
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_nobody_knows_of(still, name):
    """The settings say so, or what is done there besides."""
    more = dict(UNKNOWN[name])
    extra = more.pop("extra", None)
    still.settings |= more
    if extra:
        py(still, f"import pelican.plugins.signals\n{extra}")
    still.make()
    log = still.make("-D").log
    assert "is looked at page by page" in log, log
    assert not rested(still)


def test_another_plugin(still):
    """Even one that seems to do nothing."""
    still.plugin("other", OTHER)
    still.make()
    assert not rested(still)


def test_restructured_text(still):
    """It can include files, and the time of day; a theme's README cannot."""
    still.write("theme/README.rst", "A theme")
    still.write("theme/templates/none.html", "")
    still.settings["THEME"] = "theme"
    still.make()
    assert rested(still)
    still.write("content/notes/clock.rst", "Clock\n#####\n\n:date: 2024-01-05\n\nText")
    still.make()
    assert not rested(still)


def test_a_page_that_is_rendered_each_time(still):
    """There is something to do in each build."""
    still.settings["JINJA_FILTERS"] = Code("{'shout': lambda text: text.upper()}")
    still.make()
    assert rested(still)  # no template uses it
    still.template("extra.html", "{{ SITENAME|shout }}")
    still.make()
    assert not rested(still)


def test_a_page_that_tells_how_old_the_content_is(still):
    """It is another page each time."""
    still.settings["BUTTERCMS_MAX_AGE"] = "1h"
    still.template("extra.html", "{{ buttercms.age }}")
    still.make()
    assert not rested(still)


def test_a_file_that_could_not_be_read(still):
    """Errors are told by whoever meets them."""
    still.write("content/notes/broken.md", "Date: 2024-01-05\n\nNo title")
    assert "could not find information about" in still.make().log.replace("\n", " ")
    build = still.make("-v")
    assert "could not find information about" in build.log.replace("\n", " ")
    assert "Nothing has changed" not in build.log


def test_a_snapshot(still):
    """Its files are read each time."""
    assert still.command("snapshot", "export", "snap").returncode == 0
    still.settings["BUTTERCMS_SNAPSHOT"] = "snap"
    still.make()
    assert not rested(still)


@pytest.fixture
def found(tmp_path, monkeypatch):
    """What a site reads, by its settings."""
    monkeypatch.chdir(tmp_path)
    for name in ("content", "theme"):
        (tmp_path / name).mkdir()
    running = SimpleNamespace(modules={"__main__": pelican.__main__}, path=sys.path)
    monkeypatch.setattr(build_inputs, "sys", running)  # as if Pelican was started by itself
    settings = {**DEFAULT_CONFIG, "PATH": "content", "THEME": "theme", "PLUGINS": []}
    settings["CACHE_PATH"] = "cache"
    options = Settings.from_pelican(settings, Environment({}))

    def find(**more):
        now, output = {**settings, **more}, tmp_path / "output"
        known = KnownPlugins(now)
        return build_inputs.find(now, render_options(options), site_inputs(options), output, known)

    return find


@pytest.mark.parametrize(
    "code",
    [
        "import pelican",
        "import pelican.contents as c",
        "from pelican import contents",
        "from markdown.extensions import toc",
        "def late():\n    import jinja2",
        "import sys; sys.modules['pelican.contents']",
        "__import__('pel' + 'ican')",
        "import importlib",
        "exec('import ' + 'pelican')",
        "import builtins",
        "no Python at all",
    ],
)
def test_code_that_could_change_what_a_build_is_made_of(tmp_path, code):
    """It is enough that it gets hold of it."""
    path = tmp_path / "one.py"
    path.write_text(code)
    assert list(build_inputs._reached(str(path)))


def test_code_that_could_not(tmp_path):
    """Most settings files are like this."""
    path = tmp_path / "one.py"
    path.write_text(
        "from __future__ import annotations\nimport os, sys, json\nfrom pathlib import Path\n"
        "from . import pelicanconf\nsys.path.append('.')\n"
        "SITEURL = os.environ.get('URL', '')\nJINJA_FILTERS = {'up': str.upper}\n"
    )
    assert not list(build_inputs._reached(str(path)))


def test_a_program_that_nobody_knows(found, monkeypatch):
    """What has no file may have changed anything."""
    monkeypatch.setattr(build_inputs.sys, "modules", {"__main__": SimpleNamespace()})
    with pytest.raises(UntrackableError, match="a program that has no file"):
        found()


def test_a_process_that_has_built_before(found, monkeypatch, caplog, tmp_path):
    """Pelican tells no warning twice in a process, so the second build has not all of them."""
    settings = {**DEFAULT_CONFIG, "PATH": "content", "THEME": "theme", "PLUGINS": []}
    options = Settings.from_pelican(settings | {"CACHE_PATH": "cache"}, Environment({}))
    monkeypatch.setattr(check, "_builds", count())
    caplog.set_level("DEBUG", logger=check.__name__)
    check.UpToDateCheck(
        settings, render_options(options), site_inputs(options), tmp_path / "output"
    )
    assert "built before" not in caplog.text
    check.UpToDateCheck(
        settings, render_options(options), site_inputs(options), tmp_path / "output"
    )
    assert "this process has built before" in caplog.text


def test_a_content_that_was_read_from_elsewhere(found, monkeypatch, tmp_path):
    """By whatever way: it is none of the files that are looked at."""
    settings = {**DEFAULT_CONFIG, "PATH": "content", "THEME": "theme", "PLUGINS": []}
    options = Settings.from_pelican(settings | {"CACHE_PATH": "cache"}, Environment({}))
    (tmp_path / "content/a.md").write_text("a")
    monkeypatch.setattr(check, "_builds", count())
    one = check.UpToDateCheck(
        settings, render_options(options), site_inputs(options), tmp_path / "output"
    )
    files = file_snapshot.digests(file_snapshot.look([tmp_path / "content"]))
    monkeypatch.setattr(one, "_files", file_snapshot.look(found().folders))
    for place, reason in (("content", None), ("elsewhere", "read from elsewhere")):
        article = SimpleNamespace(source_path=f"{tmp_path}/{place}/a.md")
        why_not = one._why_not_files([SimpleNamespace(articles=[article])], files, {})
        assert (why_not or "None").endswith(str(reason))
    path, (stamp, _) = files.popitem()
    monkeypatch.setattr(one, "_recent", {path: (stamp, b"what it was before the build")})
    files = file_snapshot.digests({path: stamp})
    assert one._why_not_files([], files, {}) == "a file was changed meanwhile"


def test_a_file_that_was_changed_within_a_tick():
    """Its stamp is the same; its bytes, as they were before the build, are not."""
    seen = {"one": ((3, 1, 1), b"1")}
    assert check._agree(seen, {"one": ((3, 1, 1), b"1"), "two": ((3, 1, 1), b"2")})
    assert not check._agree(seen, {"one": ((3, 1, 1), b"2")})


def test_another_day_is_another_build(found, monkeypatch):
    """A local file may be dated by an hour alone, which is of today."""
    before = found()
    assert found() == before
    monkeypatch.setattr(build_inputs, "date", SimpleNamespace(today=lambda: date(2031, 5, 17)))
    assert found().text != before.text


def test_how_many_warnings_are_told(found, monkeypatch):
    """Pelican's `--logs-dedup-min-level` is no setting."""
    before = found()
    monkeypatch.setattr(LimitFilter, "LOGS_DEDUP_MIN_LEVEL", 10)
    assert found().text != before.text


def test_settings_are_told_apart(found):
    """Sets are the same in any order, and functions have their code."""
    assert found(ONE={"b", "a"}) == found(ONE={"a", "b"})
    assert found(ONE=1) != found(ONE=2)
    one, two = ({"f": str.upper}, {"f": str.lower})
    assert found(JINJA_FILTERS=one) == found(JINJA_FILTERS=dict(one)) != found(JINJA_FILTERS=two)
    with pytest.raises(UntrackableError):
        found(ARTICLE_ORDER_BY=str.upper)


def test_folders_that_paths_of_the_content_lead_to(found, tmp_path):
    """Those that are outside of it; all others are in there already."""
    assert tmp_path / "aside" not in found().folders
    for name in ("ARTICLE_PATHS", "PAGE_PATHS", "STATIC_PATHS"):
        assert tmp_path / "aside" in found(**{name: ["in", "../aside"]}).folders
    assert len(found(STATIC_PATHS=["in"]).folders) == len(found().folders)


def test_a_cache_or_an_output_folder_that_is_read(found, tmp_path):
    """It changes with each build."""
    with pytest.raises(UntrackableError, match="is in a folder that is read"):
        found(PATH=".")
    with pytest.raises(UntrackableError, match="is in a folder that is read"):
        found(THEME=str(tmp_path / "output/theme"))


def test_a_file_that_was_changed_just_before_is_read(tmp_path):
    """Some file systems tell one time of all changes within two seconds."""
    path = tmp_path / "one"
    path.write_text("one")
    seen = file_snapshot.look([tmp_path])
    known = file_snapshot.digests(seen)
    (stamp,) = seen.values()
    path.write_text("two")
    later = stamp[2] + 10**10
    assert file_snapshot.are_as_before(seen, known, later)  # the stamp is what it was
    assert not file_snapshot.are_as_before(seen, known, stamp[2] + 10**9)
