"""What forked processes give back, and what counts when one of them does not come to its end."""

import logging
import os
from pathlib import Path
import shutil
import signal
import subprocess
import sys
import time

import pytest

import pelican_buttercms
from pelican_buttercms.incremental import process_pool
from pelican_buttercms.incremental.build_key import code
from pelican_buttercms.incremental.dependency_table import DependencyTable
from pelican_buttercms.incremental.fact_groups import GROUP
from pelican_buttercms.incremental.page_results import PageOutcomes
from tests.commands import until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pages are rendered by one process")

LOGGER = logging.getLogger("tests.workers")


def crew(render, begin=lambda: None, more=0):
    """Make a crew whose processes tell which jobs they have done, and some names besides."""
    done = set()

    def work(job):
        render(job)
        done.add(job)

    def learnt():
        facts = DependencyTable()
        end = facts.end
        facts.number("Article|a", "title")
        facts.group([0])
        names = {f"{number:0100}" for number in range(more)}
        return PageOutcomes(names=names, rendered=len(done)).learnt(facts.since(end), done)

    return process_pool.ProcessPool(begin, work, learnt)


def test_what_was_learnt_arrives_whole():
    """From each process, also if it is more than a pipe holds."""
    found = crew(lambda _job: None, more=30_000).work([[1, 3], [2]])
    assert [one.numbers for one in found] == [{1, 3}, {2}]
    assert [one.rendered for one in found] == [2, 1]
    assert {len(one.names) for one in found} == {30_000}
    facts = DependencyTable()
    facts.number("Article|b", "title")
    facts.group([0])
    numbers = facts.take(found[0].news)
    assert numbers == {0: 1, GROUP: GROUP + 1}
    assert facts.expanded([GROUP + 1]) == {1}
    assert facts.asked(1) == ("Article|a", "title")


def test_a_job_that_fails_ends_its_process_share():
    """What was done before counts, and what was logged of it."""

    def render(job):
        if job == 3:
            raise ValueError("no")

    found = crew(render).work([[1, 2, 3, 4], [5]])
    assert [one.numbers for one in found] == [{1, 2}, {5}]


@pytest.mark.parametrize("when", ["while it renders", "while it tells"])
def test_a_process_that_is_killed_has_told_nothing(when):
    """Half of what it has learnt is nothing; the others' counts."""

    def die():
        os.kill(os.getpid(), signal.SIGKILL)

    def write(pipe, data, write=os.write):
        write(pipe, data)
        die()

    def render(job):
        if job == 1 and when == "while it renders":
            die()
        elif job == 1:
            os.write = write  # of this process alone

    found = crew(render, more=30_000).work([[1], [2]])
    assert [one.numbers for one in found] == [{2}]


def test_what_is_logged_is_told_by_the_parent(caplog):
    """With what Pelican limits it by, a traceback, and a name that no text can have."""

    def render(_job):
        LOGGER.warning("%s has %d", "a", 1, extra={"limit_msg": "%s", "limit_args": ("more",)})
        try:
            Path("broken \udcff/x").read_text(encoding="utf-8")
        except OSError:
            LOGGER.exception("at %r", b"\xff".decode(errors="surrogateescape"))

    crew(render).work([[1]])
    first, second = caplog.records
    assert (first.getMessage(), first.levelno, first.name) == ("a has 1", 30, LOGGER.name)
    assert (first.limit_msg, first.limit_args) == ("%s", ("more",))
    assert "Traceback" in second.exc_text
    assert "broken \\udcff" in second.exc_text
    assert "udcff" in second.getMessage()


def test_shares_are_consecutive_and_alike():
    """Of each group; small ones go to whoever has the least to do."""
    assert process_pool.partition(2, [range(200), range(200, 300), [300], [301]]) == [
        [*range(100), *range(200, 250), 300],
        [*range(100, 200), *range(250, 300), 301],
    ]
    assert process_pool.partition(8, [range(120)]) == [[*range(60)], [*range(60, 120)]]
    assert process_pool.partition(8, [range(3)]) == [[0, 1, 2]]


def test_forked_processes_end_with_the_build(plain):
    """A build that is killed cannot tell them; nothing is written after it has gone."""
    plain.plugin(
        "few",
        "from pelican_buttercms.incremental import process_pool\n"
        "process_pool.FEWEST = 1\n"
        "def register(): pass\n",
    )
    for number in range(40):
        plain.account.post(f"more-{number}", day="2024-03-01")
    plain.make()
    loop = "{% for i in range(9999) %}{{ i }}{{ article.slug }}{% endfor %}"
    plain.template("article.html", f"OLD {loop * 20}")
    plain.settings["BUTTERCMS_WORKERS"] = 2
    plain.configure()
    command = [sys.executable, "-m", "pelican", "content", "-s", "pelicanconf.py"]
    with subprocess.Popen(command, cwd=plain.folder, stdout=subprocess.DEVNULL) as process:
        until(lambda: len(old_pages(plain)) > 3 or process.poll() is not None)
        process.kill()
    time.sleep(0.3)
    written = old_pages(plain)
    assert 3 < len(written) < 48
    time.sleep(1)
    assert old_pages(plain) == written
    plain.template("article.html", "NEW {{ article.title }}")
    plain.remake()


def old_pages(site):
    """Return the pages that the killed build has written."""
    pages = site.output.glob("*.html")
    return {path.name for path in pages if path.read_bytes().startswith(b"OLD")}


def test_another_installation_of_the_same_code_is_the_same(tmp_path):
    """Its files have other times, and lie elsewhere; only what they hold counts."""
    package = Path(pelican_buttercms.__file__).parent
    one, two = tmp_path / "one", tmp_path / "two"
    for place in (one, two):
        shutil.copytree(package, place, ignore=shutil.ignore_patterns("*.pyc"))
    for path in two.rglob("*.py"):
        os.utime(path, (1, 1))
    before = list(code(one))
    assert len(before) > 300
    assert list(code(two)) == before
    with (two / "errors.py").open("a") as file:
        file.write("\n")
    assert list(code(two)) != before
