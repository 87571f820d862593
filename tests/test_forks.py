"""What runs in a forked process is what would run in one that is started anew."""

import re
import signal

import pytest

from tests import forks

COMMANDS = {
    "a build": ("pelican",),
    "a failed build": ("pelican", "-e", "BUTTERCMS_LEVELS=99"),
    "a crash": ("pelican", "-s", "crash.py"),
    "no such option": ("pelican", "--nonsense"),
    "no such file": ("pelican", "-s", "gone.py"),
    "a command": ("pelican_buttercms", "pull"),
    "a failed command": ("pelican_buttercms", "rollback"),
    "no such settings": ("pelican_buttercms", "-s", "gone.py", "status"),
    "no such command": ("pelican_buttercms", "nonsense"),
}
TELLING = """
import atexit, logging, os, sys, threading
from pelican.log import console
print("at", os.getcwd(), sys.path[0], sys.argv, os.environ["WORD"])
print("as wide as", console.width * "-", console.no_color)
print("streams", *((s.isatty(), s.encoding, s.line_buffering) for s in (sys.stdout, sys.stderr)))
print("input", repr(sys.stdin.read()))
print("logging", logging.getLogger().handlers, threading.active_count())
print("modules", sys.modules["__main__"].__spec__.name, "seen" in os.environ)
os.environ["seen"] = "yes"
atexit.register(print, "the end", file=sys.stderr)
threading.Thread(target=lambda: (threading.main_thread().join(), print("late"))).start()
"""


def run(site, command, *, fresh):
    """Run a command; gives its exit code, and both outputs without numbers and tracebacks."""
    site.fresh = fresh
    done = site.run(*command, env={"WORD": "a word", "COLUMNS": "150"})
    varies = re.compile(r"(?m)^(  .*\n)+|\d+( seconds?)?")
    return done.returncode, varies.sub("#", done.stdout), varies.sub("#", done.stderr)


@pytest.mark.parametrize("what", COMMANDS)
def test_a_fork_prints_and_ends_as_a_process_of_its_own(site, account, what):
    """Its code, its output and errors apart, in folders of their own and as wide as it was told."""
    account.post("one", title="A title " * 10)
    site.configure(TELLING, BUTTERCMS_MAX_AGE="*")
    site.write("crash.py", TELLING + "raise RuntimeError('crash')")
    run(site, ("pelican_buttercms", "pull"), fresh=False)
    forked = run(site, COMMANDS[what], fresh=False)
    assert forked == run(site, COMMANDS[what], fresh=True)
    assert ("modules pelican" in forked[1]) == ("no such" not in what)


def test_one_leaves_nothing_to_the_next_but_hashes_are_others(site):
    """Two processes take turns: what depends on the order of a set is found out."""
    site.configure(TELLING + "print('hash', hash('word'))")
    environment = {"WORD": "a word"}
    printed = [site.run("pelican", env=environment).stdout for _ in range(3)]
    hashes = [re.search("hash .*", one)[0] for one in printed]
    assert hashes[0] != hashes[1]
    assert hashes[0] == hashes[2]
    assert all("modules pelican.__main__ False" in one for one in printed)


def test_a_fork_is_killed(site):
    """It says by which signal, and what it has printed is there."""
    site.configure("import time; print('here', flush=True); time.sleep(60)")
    running = forks.start(["pelican"], site.folder, {"PATH": ""})
    assert running.poll() is None
    running.kill()
    running.communicate(timeout=20)
    assert running.returncode == -signal.SIGKILL


def test_what_the_interpreter_reads_needs_one_of_its_own(site):
    """Such as PYTHONPATH; and whatever is no command of ours."""
    site.write("elsewhere/pelicanconf_of_a_friend.py", "")
    site.configure("import pelicanconf_of_a_friend")
    found = site.command("status", env={"PYTHONPATH": str(site.folder / "elsewhere")})
    assert "Nothing is stored" in found.stdout + found.stderr, found
    assert site.run("platform").stdout.strip()
