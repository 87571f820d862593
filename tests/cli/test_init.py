"""`init`, as a user runs it: in an empty folder, and beside a site that exists."""

import json
import os
import pty
import subprocess
import sys

import pytest

from pelican_buttercms.emulator import create_app
from tests.servers import serving_app

TOKEN = "0123456789abcdef"


def run(folder, *words, env=None, stdin="", module="pelican_buttercms"):
    """Run a command in a folder, in a new interpreter."""
    return subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1", **(env or {})},
        input=stdin,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


def contents(folder):
    """Return the bytes of every file outside the cache and the output."""
    paths = (p for p in folder.rglob("*") if p.is_file())
    names = {str(path.relative_to(folder)): path.read_bytes() for path in paths}
    return {n: data for n, data in names.items() if n.split("/")[0] not in {"cache", "output"}}


@pytest.fixture
def folder(tmp_path):
    """An empty folder."""
    (tmp_path / "new").mkdir()
    return tmp_path / "new"


@pytest.fixture
def served(account):
    """The variables of an account with posts, a page type and two collections, and its app."""
    account.post("from-the-account")
    account.page("landing-page", "home", rel={"$ref": "item:people/7"})
    account.collection("people", {"id": 7, "name": "Ada"})
    account.collection("faqs", {"id": 8, "question": "Why?"})
    (account.folder / "account.json").write_text(json.dumps({"read_token": TOKEN}))
    app = create_app(account.folder)
    with serving_app(app) as url:
        yield {"BUTTERCMS_API_URL": f"{url}/v2/"}


@pytest.mark.parametrize(
    "build", [("pelican", "content"), ("pelican_buttercms", "build")], ids=lambda words: words[0]
)
def test_an_empty_folder_becomes_a_site_in_two_commands(folder, build):
    """Without a token and without a network: the small sample account lies in the site."""
    done = run(folder, "init", "--yes")
    assert done.returncode == 0, done.stderr
    module, *words = build
    built = run(folder, *words, module=module)
    assert built.returncode == 0, built.stdout + built.stderr
    assert "Welcome to your site" in (folder / "output/index.html").read_text()
    assert (folder / "output/pages/from-the-sample-account.html").is_file()
    assert not list((folder / "output").rglob("*draft-that-nobody*"))


def test_with_a_token_the_account_becomes_the_site(folder, served):
    """What references lead to is found; the token is in `.env`, and nowhere else."""
    done = run(folder, "init", "--yes", "--token-stdin", env=served, stdin=f"{TOKEN}\n")
    assert done.returncode == 0, done.stderr
    settings = (folder / "pelicanconf.py").read_text()
    assert 'BUTTERCMS_PAGE_TYPES = ["*", "landing-page"]' in settings
    assert 'BUTTERCMS_COLLECTIONS = ["people"]' in settings
    assert [n for n, data in contents(folder).items() if TOKEN.encode() in data] == [".env"]
    assert (folder / ".env").stat().st_mode & 0o777 == 0o600
    assert "/.env" in (folder / ".gitignore").read_text().splitlines()
    assert TOKEN not in done.stdout + done.stderr
    built = run(folder, "content", env=served, module="pelican")
    assert built.returncode == 0, built.stdout + built.stderr
    assert (folder / "output/from-the-account.html").is_file()


def test_a_second_run_changes_nothing(folder, served):
    """Not one byte, and it costs no call."""
    arguments = ("init", "--yes", "--deploy", "netlify", "--site-url", "https://a.example")
    run(folder, *arguments, "--token-stdin", env=served, stdin=TOKEN)
    before = contents(folder)
    assert "netlify/functions/reconcile.mjs" in before
    again = run(folder, *arguments, env={"BUTTERCMS_API_URL": "http://127.0.0.1:9/v2/"})
    assert again.returncode == 0, again.stderr
    assert "nothing was changed" in again.stdout
    assert contents(folder) == before


def test_an_existing_site_keeps_every_line(folder, served):
    """Lines are only added at the end, with the line ends of the file; PLUGINS keep the others."""
    old = b"SITENAME = 'Old'\r\nPATH = 'content'\r\nPLUGINS = ['pelican.plugins.sitemap']"
    (folder / "content").mkdir()
    (folder / "content/own.md").write_text("Title: Own\nDate: 2024-01-01\n\nText.\n")
    (folder / "pelicanconf.py").write_bytes(old)
    (folder / ".gitignore").write_text("output\n*.tmp")
    (folder / ".env").write_text("OTHER=1\n")
    words = ("init", "--yes", "--token-stdin", "--collection", "faqs")
    done = run(folder, *words, env=served, stdin=TOKEN)
    assert done.returncode == 0, done.stderr
    new = (folder / "pelicanconf.py").read_bytes()
    assert new.startswith(old + b"\r\n\r\n# begin: ")
    assert b'PLUGINS = ["pelican_buttercms", *PLUGINS]\r\n' in new
    assert b'BUTTERCMS_COLLECTIONS = ["faqs"]\r\n' in new
    ignored = (folder / ".gitignore").read_text()
    assert ignored.startswith("output\n*.tmp\n/.env\n/cache/*\n!/cache/snapshots/\n")
    assert (folder / ".env").read_text() == f"OTHER=1\nBUTTERCMS_READ_TOKEN={TOKEN}\n"
    built = run(folder, "content", env=served, module="pelican")
    assert built.returncode == 0, built.stdout + built.stderr
    assert (folder / "output/own.html").is_file()
    assert (folder / "output/from-the-account.html").is_file()


@pytest.mark.parametrize(
    ("words", "stdin", "said"),
    [
        (("--collection", "faq"), TOKEN, "no collection 'faq'. Did you mean 'faqs'?"),
        ((), "wrong", "401"),
        ((), "", "no token"),
        (("--deploy", "github"), TOKEN, "--site-url"),
    ],
)
def test_what_is_wrong_writes_nothing(folder, account, served, words, stdin, said):
    """A misspelt name, a wrong token, none, or a missing address."""
    account.page("landing-page", "more", rel={"$ref": "item:faqs/8"})
    with serving_app(create_app(account.folder)) as url:
        env = {"BUTTERCMS_API_URL": f"{url}/v2/"}
        done = run(folder, "init", "--yes", "--token-stdin", *words, env=env, stdin=stdin)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert contents(folder) == {}


def test_a_settings_file_that_does_not_run_is_left(folder):
    """It is read before anything is written."""
    (folder / "pelicanconf.py").write_text("SITENAME = (\n")
    done = run(folder, "init", "--yes")
    assert done.returncode == 2
    assert "is not Python" in done.stderr
    assert contents(folder) == {"pelicanconf.py": b"SITENAME = (\n"}


def test_an_addition_that_does_not_run_is_not_made(folder):
    """The file with the new lines is read, too, before it takes the old one's place."""
    text = "SITENAME = 'Odd'\nimport os\nif 'BUTTERCMS' in open(__file__).read(): raise OSError\n"
    (folder / "pelicanconf.py").write_text(text.replace("'BUTTERCMS'", "'BUTTER' + 'CMS'"))
    before = contents(folder)
    done = run(folder, "init", "--yes")
    assert done.returncode == 2
    assert contents(folder) == before


def test_without_a_terminal_it_does_not_ask(folder):
    """It ends with what to add."""
    done = run(folder, "init")
    assert done.returncode == 2
    assert "Add --yes" in done.stderr
    assert contents(folder) == {}


def test_a_dry_run_writes_nothing(folder):
    """It shows the same."""
    done = run(folder, "init", "--dry-run")
    assert done.returncode == 0
    assert "new file pelicanconf.py" in done.stdout
    assert contents(folder) == {}


def test_at_a_terminal_it_asks_and_does_not_show_the_token(folder, served):
    """A name that the account does not have is asked for again."""
    answers = ["none", TOKEN, "landing-pag", "landing-page", "-", "My own site", "y"]
    control, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "pelican_buttercms", "init"],
        cwd=folder,
        env={**os.environ, **served, "NO_COLOR": "1"},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    )
    os.close(terminal)
    printed = ""
    questions = ["Deploy to", "Read token", "Page types,", "Page types,", "Collections,"]
    for question, answer in zip([*questions, "name of", "Write this"], answers, strict=True):
        text = ""
        while f"{question}" not in text or not text.rstrip().endswith(":"):
            text += os.read(control, 4096).decode()
        printed += text
        os.write(control, f"{answer}\n".encode())
    try:
        while piece := os.read(control, 4096).decode():
            printed += piece
    except OSError:
        pass  # Linux says so that the other end is closed
    os.close(control)
    assert process.wait(timeout=30) == 0, printed
    assert TOKEN not in printed
    assert "no page type 'landing-pag'. Did you mean 'landing-page'?" in printed
    settings = (folder / "pelicanconf.py").read_text()
    assert 'BUTTERCMS_PAGE_TYPES = ["landing-page"]' in settings
    assert "SITENAME = 'My own site'" in settings
    assert f"BUTTERCMS_READ_TOKEN={TOKEN}\n" == (folder / ".env").read_text()
