"""What is easily overlooked: files, code, clocks and warnings that are not where one looks."""

import os
from pathlib import Path
import resource
import subprocess
import sys
import time

import pytest

from .conftest import py, rested

FULL = ("-o", "other", "-e", "BUTTERCMS_INCREMENTAL=false")
BROKEN = "Title: B\nDate: 2024-01-09\n\n[x]({filename}nope.md)"


def alone(site, *more, limit=0):
    """Build in a fresh process; `limit` bounds the size of files."""
    site.configure()
    script = ["-m", "pelican", "content", "-v", "-s", "pelicanconf.py"]
    bound = (lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))) if limit else None
    done = subprocess.run(
        [sys.executable, *script, *more],
        cwd=site.folder,
        env={**os.environ, "COLUMNS": "400", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=20,
        preexec_fn=bound,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("folder", ["content", "theme"])
def test_a_file_whose_name_is_no_text(still, folder):
    """It is not even shown."""
    still.write("theme/templates/none.html", "")
    still.settings["THEME"] = "theme"
    Path(os.fsdecode(os.fsencode(still.folder / folder) + b"/caf\xe9.txt")).touch()
    assert alone(still, "-e", "BUTTERCMS_INCREMENTAL=false")[0] == 0
    code, log = alone(still)
    assert code == 0, log[-500:]


def test_a_static_file_whose_name_is_no_text(still):
    """Older: the ledger of pages fails as well."""
    Path(os.fsdecode(os.fsencode(still.folder / "content/images") + b"/caf\xe9.txt")).touch()
    assert alone(still, "-e", "BUTTERCMS_INCREMENTAL=false")[0] == 0
    code, log = alone(still)
    assert code == 0, log[-500:]


def test_a_pipe_in_the_content_folder(still):
    """Pelican only lists it; reading it waits for ever."""
    os.mkfifo(still.folder / "content/pipe")
    assert alone(still, "-e", "BUTTERCMS_INCREMENTAL=false")[0] == 0
    assert alone(still)[0] == 0


def test_a_copy_that_failed_is_made_again(still):
    """The disk was full; Pelican warns, and leaves half a file."""
    still.write("content/images/big.txt", "x" * 3_000_000)
    code, log = alone(still, limit=1_000_000)
    assert code == 0
    assert "A problem occurred copying file" in log
    alone(still)
    assert (still.output / "images/big.txt").stat().st_size == 3_000_000


@pytest.mark.parametrize("name", ["ARTICLE_ORDER_BY", "PAGE_ORDER_BY"])
def test_an_order_that_is_read_from_a_file(still, name):
    """Pelican takes a function there."""
    still.write("order.json", '{"one": 1, "two": 2, "local": 3, "about": 1, "page": 2}')
    py(still, f"import json\n{name} = lambda one: json.load(open('order.json')).get(one.slug, 0)")
    still.make()
    still.write("order.json", '{"one": 3, "two": 2, "local": 1, "about": 2, "page": 1}')
    still.make()
    still.is_right()


def test_a_function_in_the_options_of_markdown(still):
    """The extension is Markdown's own, what it calls is not."""
    still.write("prefix.txt", "a")
    py(
        still,
        "slugify = lambda text, separator: open('prefix.txt').read()\n"
        "MARKDOWN = {'extension_configs': {'markdown.extensions.toc': {'slugify': slugify}}}",
    )
    still.write("content/notes/local.md", "Title: Local\nDate: 2024-01-03\n\n# Head\n")
    still.make()
    still.write("prefix.txt", "b")
    still.make()
    still.is_right()


@pytest.mark.parametrize(
    ("code", "env"),
    [
        ("class T(str): pass\nDEFAULT_CATEGORY = T(os.environ.get('X', 'a'))", {"X": "b"}),
        ("class L(list): pass\nSTATIC_PATHS = L(['images', *os.environ])", {"extra": "1"}),
    ],
)
def test_values_of_derived_types(still, code, env):
    """Only what is in their `__dict__` is told, which is nothing."""
    py(still, f"import os\n{code}\n")
    still.settings["USE_FOLDER_AS_CATEGORY"] = False
    still.write("content/extra/two.txt", "two")
    still.make()
    still.make(env=env)
    still.is_right(env=env)


PATCHES = {
    "reader": """
import pelican.readers as r
r.was = r.MarkdownReader.read
def read(self, path):
    content, metadata = r.was(self, path)
    return content + open('more.txt').read(), metadata
r.MarkdownReader.read = read""",
    "markdown": """
import markdown
was = markdown.Markdown.convert
markdown.Markdown.convert = lambda self, text: was(self, text) + open('more.txt').read()""",
    "generator": """
import pelican.generators as g
was = g.StaticGenerator.generate_output
def go(self, writer):
    was(self, writer)
    open(self.output_path + '/robots.txt', 'w').write(open('more.txt').read())
g.StaticGenerator.generate_output = go""",
    "class": """
from pelican import Pelican
class Mine(Pelican):
    def _get_generator_classes(self):
        found = super()._get_generator_classes()
        self.settings['DEFAULT_CATEGORY'] = open('more.txt').read()
        return found
PELICAN_CLASS, USE_FOLDER_AS_CATEGORY = Mine, False""",
    "function": """
import pelican.contents
was = pelican.contents.slugify
pelican.contents.slugify = lambda *all, **more: open('more.txt').read() + was(*all, **more)""",
}


@pytest.mark.parametrize("name", PATCHES)
def test_other_parts_that_the_settings_file_replaces(still, name):
    """Only `Content`, `URLWrapper`, paginators and our records are looked at."""
    still.write("more.txt", "aaa")
    py(still, PATCHES[name])
    still.make()
    still.write("more.txt", "bbb")
    still.make()
    still.is_right()


@pytest.mark.parametrize(
    "value",
    [
        "os.environ.get('NOW', '1')",
        "type('D', (), {'__get__': lambda *_: os.environ.get('NOW', '1')})()",
    ],
)
def test_attributes_of_classes_that_are_no_functions(still, value):
    """Page by page they are seen."""
    py(still, f"import os, pelican.contents\npelican.contents.Article.built = {value}")
    still.template("extra.html", "{{ articles[0].built }}")
    still.make()
    still.make(env={"NOW": "2"})
    still.is_right(env={"NOW": "2"})


def test_restructured_text_outside_of_the_content_folder(still):
    """ARTICLE_PATHS may lead there."""
    text = "Clock\n#####\n\n:date: 2024-01-05\n\n.. include:: ../more.txt\n"
    still.write("notes/clock.rst", text)
    still.write("more.txt", "first")
    still.settings["ARTICLE_PATHS"] = ["notes", "../notes"]
    still.make()
    still.write("more.txt", "second")
    still.make()
    still.is_right()


@pytest.mark.parametrize(
    "more",
    [
        {"STATIC_SAVE_AS": "static/{path}", "STATIC_URL": "static/{path}"},
        {"EXTRA_PATH_METADATA": {"../aside/one.txt": {"path": "one.txt"}}},
    ],
)
def test_a_link_to_a_static_file_outside_of_the_content_folder(still, more):
    """Pelican follows and copies it."""
    still.write("aside/one.txt", "one")
    text = "Title: Local\nDate: 2024-01-03\n\n[x]({static}/../aside/one.txt)"
    still.write("content/notes/local.md", text)
    still.settings |= more
    still.make()
    still.write("aside/one.txt", "two")
    still.make()
    still.is_right()


def test_a_content_cache_that_was_cleared(still):
    """CACHE_PATH is something that a build reads, too."""
    still.settings |= {"CACHE_CONTENT": True, "LOAD_CONTENT_CACHE": True}
    still.settings["CHECK_MODIFIED_METHOD"] = "mtime"
    still.make()
    path = still.folder / "content/notes/local.md"
    before = path.stat()
    path.write_text(path.read_text().replace("Local", "Lucal"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    still.make()  # Pelican's cache believes the time
    for one in (still.folder / "cache").iterdir():
        if one.is_file():
            one.unlink()
    still.make()
    still.is_right()


def test_static_files_with_a_date(still):
    """They have none, and so that of the build."""
    still.settings["STATIC_SAVE_AS"] = "{date:%H%M%S}/{path}"
    still.make()
    time.sleep(1.1)
    assert not rested(still)


@pytest.mark.parametrize("text", ["{{ articles[0].date.now() }}", "{{ SOME.now() }}"])
def test_the_time_from_a_date(still, text):
    """Any `datetime` can tell it. Page by page it is not seen either."""
    py(still, "import datetime\nSOME = datetime.datetime(2020, 1, 1)")
    still.template("extra.html", text)
    still.make()
    assert not rested(still)


def test_warnings_of_a_page_that_was_kept(still):
    """It warned when it was rendered, and not in the build that has made the record."""
    still.account.page("*", "comp", body=[{"type": "unknown-thing", "fields": {"a": 1}}])
    still.make()
    still.write("content/images/one.txt", "two")
    still.make()
    code, build = still.attempt("-v", "--fatal", "warnings")
    full, _ = still.attempt("--fatal", "warnings", *FULL)
    assert full == 1
    assert code == full, build.log


def test_a_warning_that_log_filter_hides(still):
    """Its template is lost, by which LOG_FILTER knows it."""
    still.write("content/notes/broken.md", BROKEN)
    still.settings["LOG_FILTER"] = [(30, "Unable to find '%s', skipping url replacement.")]
    still.make("--logs-dedup-min-level", "INFO")  # which leaves LOG_FILTER out of account
    full, _ = still.attempt("--fatal", "warnings", *FULL)
    code, build = still.attempt("-v", "--fatal", "warnings")
    assert full == 0
    assert code == full, build.log


def test_a_warning_of_a_text_that_several_pages_show(still):
    """Each that is left as it was has it, and they tell it once: Pelican may not count for us."""
    still.write("content/notes/broken.md", BROKEN)
    still.make()
    build = still.make("--logs-dedup-min-level", "INFO")  # so that Pelican tells all it hears
    assert build.rendered == 0
    told = build.log.count("Unable to find 'nope.md'")
    assert told <= 2  # once more by whoever asks for the text before anything is written
