"""Where nobody can know what a build reads, it looks at everything."""

from datetime import date
from types import SimpleNamespace

from pelican.settings import DEFAULT_CONFIG
import pytest

from pelican_buttercms.plugin.incremental.told import UntrackableError
from pelican_buttercms.plugin.standstill import folders, inputs
from pelican_buttercms.settings import Environment, Settings
from tests.plugin.incremental.builds import Code

from .conftest import rested

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
    "template pages": {"TEMPLATE_PAGES": {"images/one.txt": "one.html"}},
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
        configure = still.configure
        still.configure = lambda *_: configure(f"import pelican.plugins.signals\n{extra}")
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
    settings = {**DEFAULT_CONFIG, "PATH": "content", "THEME": "theme", "PLUGINS": []}
    settings["CACHE_PATH"] = "cache"
    options = Settings.from_pelican(settings, Environment({}))

    def find(**more):
        return inputs.find({**settings, **more}, options, tmp_path / "output")

    return find


def test_another_day_is_another_build(found, monkeypatch):
    """A local file may be dated by an hour alone, which is of today."""
    before = found()
    assert found() == before
    monkeypatch.setattr(inputs, "date", SimpleNamespace(today=lambda: date(2031, 5, 17)))
    assert found().text != before.text


def test_settings_are_told_apart(found):
    """Sets are the same in any order, and functions have their code."""
    assert found(ONE={"b", "a"}) == found(ONE={"a", "b"})
    assert found(ONE=1) != found(ONE=2)
    assert found(ONE=lambda: 1) != found(ONE=lambda: 2)
    with pytest.raises(UntrackableError):
        found(ONE=(number for number in (1, 2)))


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
    seen = folders.look([tmp_path])
    known = folders.remember(seen, {})
    (stamp,) = seen.values()
    path.write_text("two")
    later = stamp[2] + 10**10
    assert folders.are_as_before(seen, known, later)  # the stamp is what it was
    assert not folders.are_as_before(seen, known, stamp[2] + 10**9)
