"""`pelican-buttercms emulate`, as a server in a process of its own."""

import json
import os
import re
import signal
import subprocess
import sys
from urllib.request import Request, urlopen

import pytest


def start(account, *arguments):
    """Start the command on a free port; gives the process and its address."""
    command = [sys.executable, "-m", "pelican_buttercms", "emulate", str(account.folder)]
    process = subprocess.Popen(
        [*command, "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    line = process.stdout.readline()
    return process, re.search(r"http://\S+/v2/", line)[0]


def finish(process):
    """Wait for the end, and bring it about where it does not come."""
    try:
        return process.communicate(timeout=20)
    finally:
        process.kill()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_plays_the_folder_until_interrupted(account, how):
    """It says where it listens, answers, and ends with the number of calls."""
    account.post("p")
    process, url = start(account, "--behaviour", "post_url=slug", "--fault", "status=500@/v2/tags/")
    try:
        request = Request(f"{url}posts/p/", headers={"Authorization": "Token any"})
        with urlopen(request, timeout=10) as answer:
            assert json.load(answer)["data"]["url"] == "p"
    finally:
        process.send_signal(how)
        output, _ = finish(process)
    assert process.returncode == 0
    assert "Stopped after 1 call." in output


def test_a_wrong_folder_behaviour_or_fault_is_one_paragraph(site, account):
    """Exit code and words for each mistake, before anything listens."""
    site.configure()
    for arguments, words in (
        (["nowhere"], "There is no folder nowhere"),
        (["."], ". holds no account: it has no account.json"),
        ([str(account.folder), "--port", "70000"], "0<=x<=65535"),
        ([str(account.folder), "--behaviour", "levls=cap"], "the nearest is 'levels'"),
        ([str(account.folder), "--behaviour", "levels"], "--behaviour takes NAME=VALUE"),
        ([str(account.folder), "--fault", "explode"], "is not a fault"),
    ):
        done = site.command("emulate", *arguments)
        assert done.returncode in {1, 2}
        assert words in done.stderr
        assert "Traceback" not in done.stderr
