"""What a terminal of 80 or 120 columns shows: whole words, and tables that keep their columns."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from threading import Thread

import pytest


def shown(site, columns, *arguments):
    """Run a command in a terminal; return the lines that it shows."""
    above, below = pty.openpty()
    fcntl.ioctl(below, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    pieces = []

    def read():
        while True:
            try:
                piece = os.read(above, 65536)
            except OSError:  # nobody writes any more
                return
            if not piece:
                return
            pieces.append(piece)

    thread = Thread(target=read)
    thread.start()
    environ = {k: v for k, v in os.environ.items() if k not in {"COLUMNS", "LINES", "CI"}}
    process = subprocess.Popen(
        [sys.executable, "-m", "pelican_buttercms", *arguments],
        cwd=site.folder,
        env=environ | {"NO_COLOR": "1", "TERM": "xterm"},
        stdin=below,
        stdout=below,
        stderr=below,
    )
    os.close(below)
    process.wait(60)
    thread.join(10)
    os.close(above)
    return b"".join(pieces).decode().replace("\r\n", "\n").splitlines()


def words(lines):
    """Return the words of some lines, but for how many seconds ago something was."""
    kept = (word for line in lines for word in line.split())
    return {word for word in kept if not word.isdigit() and not word.startswith("second")}


@pytest.mark.parametrize("columns", [80, 120])
def test_lines_and_tables_are_wrapped_at_words(site, account, columns):
    """No line is wider than the terminal, no word is cut, and a pipe gets whole lines."""
    for number in range(3):
        account.post(f"one-{number}")
    site.command("pull")
    for number in range(3):
        account.post(f"two-{number}")
    account.delete("posts/one-0.json")
    site.command("pull")
    for arguments in (["generations"], ["pull", "--check"], ["rollback", "no-such-pull"]):
        piped = site.command(*arguments)
        whole = (piped.stdout + piped.stderr).splitlines()
        lines = shown(site, columns, *arguments)
        assert max(map(len, lines)) <= columns
        assert max(map(len, whole)) > 80
        assert words(lines) == words(whole)
    headings, *rows = shown(site, columns, "generations")
    assert rows[0].index("full") == headings.index("CAUSE")


def test_a_pull_shows_each_listing_once_and_one_total(site, account):
    """A locale's name in brackets stays; the bars end with what was pulled."""
    account.settings(locales=["en", "de"])
    account.post("hello")
    account.page("news", "home")
    site.configure(BUTTERCMS_LOCALES={"en": [], "de": ["en"]}, BUTTERCMS_PAGE_TYPES=["news"])
    lines = shown(site, 100, "pull")
    last = "\n".join(lines[lines.index(next(line for line in lines[::-1] if "all " in line)) :])
    for name in ("posts [en]", "posts [de]", "news [en]", "news [de]", "authors"):
        assert len(re.findall(rf"^{re.escape(name)} +━", last, re.MULTILINE)) == 1, last
    assert last.count("calls") == 1 + 1  # of all, and in the summary
