"""The read token is in the request's header and nowhere else, whatever goes wrong."""

import base64
import gzip
from html import escape
import json
import logging
import os
import subprocess
import sys
from urllib.parse import quote, quote_plus
import zlib

import pytest
from werkzeug.wrappers import Request, Response

from pelican_buttercms.emulator import create_app
from pelican_buttercms.emulator.server import serving
from tests.servers import serving_app

TOKEN = "Zq9$kX2-distinctive+/=%26&'\"\\n~end"
PLAIN = "Zq9kX2-distinctive-token-of-an-env-file"  # a .env file has rules for quotes of its own

IMPATIENT = """
from pelican_buttercms.sync.http import network, retry
network._TIMEOUTS["read"] = 0.3
defaults = list(retry.Retry.__init__.__defaults__)
defaults[2] = 0.0  # the pause
retry.Retry.__init__.__defaults__ = tuple(defaults)
"""
CRASH = """
from pelican.plugins import signals
def crash(*_): raise RuntimeError("a plugin crashed")
signals.{}.connect(crash)
"""
FAULTS = {
    "401": "status=401",
    "403": "status=403",
    "404": "status=404",
    "429": "quota=1000",
    "500": "status=500",
    "malformed": "malformed",
    "cut": "cut",
    "time-out": "latency=1",
    "refused": "refuse",
}
WRONG = {
    "wrong-setting": {"BUTTERCMS_DANGLING": "maybe", "BUTTERCMS_LEVELS": 9},
    "misspelt-setting": {"BUTTERCMS_COLECTIONS": ["a"]},
    "token-in-settings": {"BUTTERCMS_READ_TOKEN": TOKEN},
    "unknown-type": {"BUTTERCMS_PAGE_TYPES": ["no-such"]},
    "dangling": {"BUTTERCMS_DANGLING": "fail"},
    "closed-port": {"BUTTERCMS_API_URL": "http://127.0.0.1:9/v2/"},
    "front-page": {"BUTTERCMS_FRONT_PAGE": "landing-page/gone"},
}
BROKEN = {
    "template-error": "{{ 1 / 0 }}",
    "template-syntax": "{% raise %}",
    "template-prints-all": "{{ buttercms }} {{ buttercms.options }} {{ article.__dict__ }}",
}
CASES = [
    *(
        "success",
        *FAULTS,
        *WRONG,
        *BROKEN,
        "crash-early",
        "crash-late",
        "redirect",
        "not-the-token",
    ),
]

# what is logged at INFO is logged at DEBUG as well: all levels for some, the lowest for each
ALL_LEVELS = ((), ("--verbose",), ("-D",))
LEVELS = dict.fromkeys(CASES, (("-D",),)) | dict.fromkeys(("success", "401", "cut"), ALL_LEVELS)


def forms(token):
    """Return every spelling in which a token could lie about."""
    data = token.encode()
    found = {
        *(token, quote(token), quote(token, safe=""), quote_plus(token), escape(token)),
        *(repr(token)[1:-1], repr(data)[2:-1], json.dumps(token)[1:-1], data.hex(), token[::-1]),
    }
    for ahead in range(3):  # in base64 it depends on what stands before
        spelt = base64.b64encode(b"x" * ahead + data).decode()[4:-4]
        found |= {spelt, spelt.replace("+", "-").replace("/", "_")}
    return {form.encode() for form in found}


def layers(data):
    """Return some bytes, and what they are when they are decompressed."""
    yield data
    if data[:2] == b"\x1f\x8b":
        yield gzip.decompress(data)
    start = -1
    while (start := data.find(b"\x78", start + 1)) >= 0 and data[start + 1 : start + 2]:
        if data[start + 1] in {0x01, 0x5E, 0x9C, 0xDA}:
            try:
                yield zlib.decompressobj().decompress(data[start:])
            except zlib.error:
                continue


def assert_secret(token, site, *printed):
    """Look for the token in everything printed, and in every file of the site but `.env`."""
    looked = {"printed": "\n".join(printed).encode()}
    looked |= {
        str(path): path.read_bytes()
        for path in site.folder.rglob("*")
        if path.is_file() and path.name not in {".env", "pelicanconf.py"}
    }
    for name, data in looked.items():
        for layer in layers(data):
            for form in forms(token):
                assert form not in layer, f"{form!r} is in {name}"


def run(site, token, *commands):
    """Run commands with the token in the environment; give what they printed."""
    printed = []
    for command in commands:
        done = site.run(*command, env={"BUTTERCMS_READ_TOKEN": token})
        printed += [done.stdout, done.stderr]
    return printed


@pytest.fixture
def guarded(site, account):
    """A site over real HTTP, its account opened by the token alone, with Pelican's cache."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    account.settings(read_token=TOKEN)
    account.media("AAA.png", b"\x89PNG png")
    account.post("p", featured_image="https://cdn.buttercms.com/AAA", tags=["t"])
    account.page("landing-page", "home", body="<p>x</p>", gone="/v2/pages/*/gone/")
    site.write("content/local.md", "Title: Local\nDate: 2024-01-01\n\nText.\n")
    app = create_app(account.folder)
    with serving(app) as url:
        site.app = app
        site.conf = {
            "BUTTERCMS_API_URL": f"{url}/v2/",
            "BUTTERCMS_PAGE_TYPES": ["landing-page"],
            "BUTTERCMS_MAX_AGE": 0,
            "CACHE_CONTENT": True,
            "LOAD_CONTENT_CACHE": True,
            "THEME_TEMPLATES_OVERRIDES": ["templates"],
        }
        site.configure(IMPATIENT, **site.conf)
        yield site


@pytest.fixture
def elsewhere():
    """Another host, and a server that redirects everything there."""
    seen = []

    def app(environ, start_response):
        request = Request(environ)
        seen.append((request.host, request.headers.get("Authorization")))
        port = request.host.rpartition(":")[2]
        to = f"http://localhost:{port}{request.full_path}"
        return Response("", 302, {"Location": to})(environ, start_response)

    with serving_app(app) as url:
        yield f"{url}/v2/", seen


@pytest.mark.parametrize("case", CASES)
def test_no_build_tells_the_token(guarded, elsewhere, case):
    """However a build ends and however much it logs, no file and no line has the token."""
    guarded.fresh = case == "success"  # a process as a user starts it
    token = TOKEN
    if case in FAULTS:
        guarded.app.faults.add(f"{FAULTS[case]}@/v2/*")
    elif case in WRONG:
        guarded.configure(IMPATIENT, **WRONG[case])
    elif case in BROKEN:
        guarded.write("templates/article.html", BROKEN[case])
    elif case.startswith("crash"):
        signal = "article_generator_finalized" if case == "crash-early" else "finalized"
        guarded.configure(IMPATIENT + CRASH.format(signal), **guarded.conf)
    elif case == "redirect":
        guarded.configure(IMPATIENT, BUTTERCMS_API_URL=elsewhere[0])
    elif case == "not-the-token":
        token = f"{TOKEN} with a space"
    printed = run(guarded, token, *[("pelican", *level) for level in LEVELS[case]])
    assert_secret(TOKEN, guarded, *printed)
    works = case in {"success", "template-prints-all"}
    assert ("Done: Processed" in printed[0]) == works or case == "crash-late", printed[0]
    if case == "redirect":
        assert {host.partition(":")[0] for host, _ in elsewhere[1]} == {"127.0.0.1"}
        assert {sent for _, sent in elsewhere[1]} == {
            f"Token {TOKEN}"
        }  # it is sent, and there only


@pytest.mark.parametrize("how", ["works", "401", "refused", "no-content"])
def test_no_command_tells_the_token(guarded, how):
    """Neither do the commands, nor Pelican when it prints its settings."""
    if how in FAULTS:
        guarded.app.faults.add(f"{FAULTS[how]}@/v2/*")
    elif how == "works":
        run(guarded, TOKEN, ("pelican",))
    commands = [
        ("pelican", "--print-settings"),
        ("pelican_buttercms", "pull"),
        ("pelican_buttercms", "pull", "-v"),
        ("pelican_buttercms", "pull", "--json"),
        ("pelican_buttercms", "status", "--json"),
        ("pelican_buttercms", "generations"),
        ("pelican_buttercms", "verify"),
        ("pelican_buttercms", "snapshot", "export", "snapshot"),
        ("pelican_buttercms", "store", "push", f"file://{guarded.folder}/shared"),
        ("pelican_buttercms", "-s", "gone.py", "status"),
    ]
    assert_secret(TOKEN, guarded, *run(guarded, TOKEN, *commands))


def test_a_token_in_an_env_file_stays_there(guarded, account):
    """A build, its caches, its media and the commands read `.env`, and copy nothing of it."""
    account.settings(read_token=PLAIN)
    guarded.app.account.config["read_token"] = PLAIN
    with serving(create_app(account.folder)) as url:
        guarded.write(".env", f"BUTTERCMS_READ_TOKEN={PLAIN}\n")
        guarded.configure(IMPATIENT, BUTTERCMS_API_URL=f"{url}/v2/")
        printed = []
        for command in (("pelican", "-D"), ("pelican", "--print-settings")):
            done = guarded.run(*command)
            assert done.returncode == 0, done.stdout[-2000:]
            printed += [done.stdout, done.stderr]
        for command in (("pull",), ("status", "--json")):
            done = guarded.command(*command)
            assert done.returncode == 0, done.stderr
            printed += [done.stdout, done.stderr]
    assert_secret(PLAIN, guarded, *printed)


@pytest.mark.parametrize("fault", ["status=401", "refuse"])
def test_a_preview_that_cannot_start_tells_no_token(guarded, fault):
    """It ends, or waits for better times, without the token in what it says or leaves."""
    guarded.app.faults.add(f"{fault}@/v2/*")
    environ = {**os.environ, "BUTTERCMS_READ_TOKEN": TOKEN, "TMPDIR": str(guarded.folder)}
    command = [sys.executable, "-m", "pelican_buttercms", "preview", "--port", "0"]
    with subprocess.Popen(
        command,
        cwd=guarded.folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            printed, _ = process.communicate(timeout=8)
        except subprocess.TimeoutExpired:
            process.terminate()
            printed, _ = process.communicate(timeout=20)
    assert printed.strip()
    assert "Traceback" not in printed
    assert_secret(TOKEN, guarded, printed)


def test_the_search_finds_what_it_looks_for(guarded):
    """Were the token in a file, compressed or encoded, the tests above would see it."""
    for number, form in enumerate(forms(TOKEN)):
        for name, data in ((f"{number}", form), (f"{number}.gz", gzip.compress(b"x" * 99 + form))):
            path = guarded.folder / name
            path.write_bytes(data)
            with pytest.raises(AssertionError):
                assert_secret(TOKEN, guarded)
            path.unlink()
    with pytest.raises(AssertionError):
        assert_secret(TOKEN, guarded, "Token " + TOKEN)
