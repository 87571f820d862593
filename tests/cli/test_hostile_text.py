"""What the API, the CMS, drafts and stored names say steers no terminal, log or runner."""

import json
import re

import pytest
from werkzeug.wrappers import Request, Response

from pelican_buttercms.cli import _COMMANDS
from tests.servers import serving_app

TOKEN = "the-read-token-0123456789"
WORDS = (
    "x\n::set-output name=due::true\r\n::add-mask::y\n12:00:00 INFO all is well"
    "\x1b[2J\x1b]0;pwn\x07\x9b31m \u202eevil\u2028::error::z [bold]b[/bold] [en]"
)
RUN = {
    "build": [()],
    "pull": [(), ("--json",), ("--dry-run",), ("--check",), ("--event", "event.json")],
    "next-publish": [(), ("--ask",), ("--json", "--ask")],
    "status": [(), ("--json",), ("--untranslated",)],
    "new": [
        ("page", "news", "--to", "made"),
        ("post", "--to", "made"),
        ("item", "menu", "--to", "made"),
    ],
    "publish": [
        ("--dry-run", "drafts"),
        ("--dry-run", "--json", "drafts"),
        ("--yes", "drafts"),
        ("--dry-run", "wrong"),
    ],
    "export": [("--to", "exported")],
    "show": [("posts/p0",), ("pages/news/n", "--json"), ("nothing",)],
    "explain": [("posts/p0",), ("pages/news/n", "--json"), ("nothing",)],
    "schema": [(), ("--check",), ("--template", "news")],
    "notify": [(), ("--list",)],
    "generations": [(), ("--json",)],
    "diff": [(), ("--json",)],
    "lint": [("--level", "info"), ("--json",), ("--format", "github")],
    "rollback": [()],
    "init": [("--yes",)],
    "verify": [(), ("--json",)],
    "doctor": [("--repair", "--dry-run"), ("--repair",), ("--offline",)],
    "prune": [("--dry-run",)],
    "snapshot": [("export", "snap"), ("import", "snap")],
    "store": [("push",), ("pull",)],
}
SERVING = {
    "preview": "serves until it is ended; what it says comes through `echo`, too",
    "relay": "serves until it is ended; its log is cleaned by the filter of all logs",
    "emulate": "serves until it is ended, and asks nothing of anybody",
}


def test_every_command_is_run():
    """A command that comes later is looked at."""
    assert set(RUN) | set(SERVING) == set(_COMMANDS)


def test_everything_is_printed_by_one_function(root):
    """And logged through one filter: a command that prints by itself would not be cleaned."""
    for path in (root / "pelican_buttercms/cli").glob("*.py"):
        if path.name != "formatting.py":
            pattern = r"click\.s?echo|\bprint\(|basicConfig|sys\.std(?:out|err)\.write"
            own = re.findall(pattern, path.read_text())
            assert not own, path.name


@pytest.fixture
def refusing():
    """An API that refuses everything, in words of its own, and echoes the token."""

    def app(environ, start_response):
        told = {"detail": f"{WORDS} {Request(environ).headers.get('Authorization')}"}
        body = json.dumps(told).encode()
        return Response(body, 400, content_type="application/json")(environ, start_response)

    with serving_app(app) as url:
        yield f"{url}/v2/"


@pytest.fixture
def named(site, account):
    """A site whose content, drafts and events are named as badly as they can be."""
    for number in range(2):
        account.post(f"p{number}", title=f"{WORDS} {number}", summary=WORDS, categories=["c"])
    account.term("categories", "d", name=WORDS)
    account.page("news", "n", name=WORDS, headline=WORDS, friend="/v2/pages/news/gone/")
    account.collection("menu", {"id": 1, "label": WORDS})
    account.post("later", title=WORDS, status="scheduled", scheduled="2099-01-01T00:00:00Z")
    site.write("drafts/draft.md", f"Title: {' '.join(WORDS.split())}\nSlug: draft\n\nx\n")
    site.write("wrong/wrong.md", "Title: \x1b[2J\x9b\u202e\nColour: ::error::\n\nx\n")
    event = {"webhook": {"event": "post.published"}, "data": {"id": "p0\u202e\x9b", "_id": 1}}
    site.write("event.json", json.dumps(event))
    site.configure(
        BUTTERCMS_PAGE_TYPES=["news"],
        BUTTERCMS_COLLECTIONS=["menu"],
        BUTTERCMS_DANGLING="warn",
        BUTTERCMS_STORE_URL=f"file://{site.folder}/shared",
    )
    return site


def harmless(done):
    """Check that what was printed is text, and commands are our own."""
    for printed in (done.stdout, done.stderr):
        assert not set(printed) & set("\x1b\x9b\u202e\u2028\x07\r"), ascii(printed)
        assert TOKEN not in printed
        assert not re.search(r"(?m)^12:00:00 INFO all", printed)
        assert "Traceback" not in printed
        stored = re.search(r"\b(post|author|category|tag)//|\b(page|item)/(news|menu|\*)/", printed)
        assert not stored, printed  # the spelling of the store, which is nobody's to read
    quiet, inside = None, []
    for line in done.stderr.splitlines():
        if quiet is None and line.startswith("::"):
            assert line.startswith("::stop-commands::"), line
            quiet = line.removeprefix("::stop-commands::")
        elif line == f"::{quiet}::":
            quiet = None
            break
        else:
            inside.append(line)
    assert "::stop-commands::" in done.stderr
    assert not re.search(r"(?m)^::(set-output|add-mask)", done.stdout)


@pytest.mark.parametrize("command", RUN)
def test_names_of_content_steer_nothing(named, account, command):
    """Titles, names, events and drafts, in every command that prints them."""
    env = {"GITHUB_ACTIONS": "true", "BUTTERCMS_READ_TOKEN": TOKEN, "BUTTERCMS_WRITE_TOKEN": TOKEN}
    quiet = {"BUTTERCMS_READ_TOKEN": TOKEN}
    assert named.command("pull", env=quiet).returncode == 0
    account.post("p0", title=f"changed {WORDS}", summary=f"{WORDS} too")
    account.delete("posts/p1.json")
    assert named.command("pull", "--allow-deletions", env=quiet).returncode == 0
    for arguments in RUN[command]:
        harmless(named.command(command, *arguments, env=env))


@pytest.mark.parametrize("command", RUN)
def test_the_words_of_the_api_steer_nothing(named, refusing, command):
    """Its errors hold line breaks, escape sequences, and the token that it was sent."""
    env = {"GITHUB_ACTIONS": "true", "BUTTERCMS_READ_TOKEN": TOKEN, "BUTTERCMS_WRITE_TOKEN": TOKEN}
    named.configure(BUTTERCMS_API_URL=refusing)
    for arguments in RUN[command]:
        harmless(named.command(command, *arguments, env=env))


def test_a_build_of_pelican_itself_is_harmless(named, refusing):
    """Its log, and the runner's commands among it, come on standard output."""
    env = {"GITHUB_ACTIONS": "true", "BUTTERCMS_READ_TOKEN": TOKEN}
    for url in (named.settings["BUTTERCMS_API_URL"], refusing):
        named.configure(BUTTERCMS_API_URL=url, BUTTERCMS_MAX_AGE=0)
        printed = named.pelican(env=env).stdout
        assert not set(printed) & set("\x1b\x9b\u202e\u2028\x07")
        assert TOKEN not in printed
        lines = [line for line in printed.splitlines() if line.startswith("::")]
        assert lines[0].startswith("::stop-commands::")
        end = lines.index(f"::{lines[0].removeprefix('::stop-commands::')}::")
        assert all(re.match("::(error|warning|notice) title=", line) for line in lines[end + 1 :])
