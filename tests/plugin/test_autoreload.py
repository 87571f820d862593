"""Building again and again in one process, as `pelican --autoreload` does."""

import os
import signal
import subprocess
import sys
import time

import pytest

from pelican_buttercms.emulator import create_app
from pelican_buttercms.emulator.server import serving

THREE_RUNS = """
import gc
from pelican import Pelican
from pelican.contents import Article
from pelican.settings import read_settings

instance = Pelican(read_settings("pelicanconf.py"))
for _ in range(3):
    instance.run()
    gc.collect()
    print("ALIVE", sum(isinstance(o, Article) for o in gc.get_objects()))
"""

REBUILDS = """
import gc
from pathlib import Path
from pelican import Pelican
from pelican.contents import Article
from pelican.settings import read_settings

instance = Pelican(read_settings("pelicanconf.py"))
for number in range(12):
    Path("templates/article.html").write_text("{% wrong %}" if number % 2 else str(number))
    try:
        instance.run()
    except Exception as exc:
        print("FAILED", type(exc).__name__)
    print("ALIVE", sum(isinstance(o, Article) for o in gc.get_objects()))
"""


def test_builds_that_nobody_collects_after_do_not_add_up(site, account):
    """Pauses of the collector must not keep the cycles of past builds, of failed ones neither."""
    for number in range(30):
        account.post(f"p{number}", tags=["tea"])
    site.configure(THEME_TEMPLATES_OVERRIDES=["templates"], LOG_FILTER=[])
    site.write("templates/article.html", "")
    done = _python(site, REBUILDS)
    alive = [int(line.split()[1]) for line in done.splitlines() if line.startswith("ALIVE")]
    assert done.count("FAILED") == 6
    assert len(alive) == 12
    assert max(alive) <= 60


def test_old_articles_are_let_go(site, account):
    """Pelican memoises every article's content for ever; a rebuild must not keep the last one."""
    for number in range(30):
        account.post(f"p{number}", tags=["tea"])
    account.page("*", "about", body="<p>x</p>")
    site.configure(BUTTERCMS_PAGE_TYPES=["*"])
    done = _python(site, THREE_RUNS)
    alive = [int(line.split()[1]) for line in done.splitlines() if line.startswith("ALIVE")]
    assert len(alive) == 3
    assert max(alive) <= 30
    assert alive[2] <= alive[0]


def _python(site, code):
    """Run Python code in the site's folder."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=site.folder,
        env={**os.environ, "COLUMNS": "10000"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(("preview", "calls"), [("0", 4), ("1", 8)])
def test_autoreload_rebuilds_without_a_call_inside_max_age(site, account, preview, calls):
    """The real `pelican --autoreload`: a local file is changed, the CMS is not asked again.

    Nor under preview, whose first build asks for what is live as well.
    """
    account.post("p")
    app = create_app(account.folder)
    site.write("content/local.md", "Title: Before\nDate: 2024-01-01\nSlug: local\n\nx")
    with serving(app) as url:
        site.configure(BUTTERCMS_API_URL=f"{url}/v2/", BUTTERCMS_MAX_AGE="10m")
        process = subprocess.Popen(
            [sys.executable, "-m", "pelican", "--autoreload", "-s", "pelicanconf.py"],
            cwd=site.folder,
            env={
                **os.environ,
                "BUTTERCMS_READ_TOKEN": "x",
                "BUTTERCMS_PREVIEW": preview,
                "NO_COLOR": "1",
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _until(lambda: "Before" in _read(site, "local.html"))
            first = len(app.calls)
            time.sleep(1)  # the watch begins after the first build, and says nothing
            site.write("content/local.md", "Title: After\nDate: 2024-01-01\nSlug: local\n\nx")
            _until(lambda: "After" in _read(site, "local.html"))
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=20)
    assert "The body of p." in site.read("p.html")
    assert len(app.calls) == first == calls


def _read(site, path):
    file = site.output / path
    return file.read_text() if file.is_file() else ""


def _until(condition, seconds=30):
    """Wait for what another process does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


TWO_RUNS = """
from pathlib import Path
from pelican import Pelican
from pelican.settings import read_settings

instance = Pelican(read_settings("pelicanconf.py"))
instance.run()
assert Path("output/de/second.html").exists()
Path("../cms/posts/second.json").unlink()
instance.run()
"""


@pytest.mark.parametrize("incremental", [True, False])
def test_what_goes_from_a_subsite_goes_in_a_rebuild(site, account, incremental):
    """What a sub-site had in the build before keeps nothing in this one."""
    account.settings(locales=["en", "de"], default_locale="en")
    for slug in ("first", "second"):
        account.post(slug)
        account.translate(f"posts/{slug}", "de", title="Auf Deutsch", body="<p>x</p>")
    site.configure(
        BUTTERCMS_LOCALES={"en": [], "de": []},
        BUTTERCMS_MAX_AGE=0,
        BUTTERCMS_MAX_DELETIONS=None,
        BUTTERCMS_INCREMENTAL=incremental,
        PLUGINS=["pelican_buttercms", "i18n_subsites"],
        I18N_SUBSITES={"de": {"SITENAME": "Deutsch"}},
    )
    _python(site, TWO_RUNS)
    assert {"first.html", "de/first.html"} <= site.files()
    assert not {"second.html", "de/second.html"} & site.files()
