"""The command `pelican-buttercms`, as a user runs it."""

import json

import pytest

from pelican_buttercms import __version__, cli


def test_pull_shows_what_changed_and_what_it_cost(site, account):
    """The summary has new, updated, deleted, unchanged per kind, and the calls."""
    site.fresh = True  # a process as a user starts it
    account.post("one")
    account.post("two")
    first = site.command("pull")
    assert first.returncode == 0, first.stderr
    assert "post" in first.stdout
    account.post("one", title="Changed")
    account.delete("posts/two.json")
    account.post("three")
    done = json.loads(site.command("pull", "--json").stdout)
    assert done["changes"]["default"]["post"] == {
        "new": ["posts/three"],
        "updated": ["posts/one"],
        "deleted": ["posts/two"],
        "unchanged": 0,
    }
    assert done["calls"] == 4


def test_status_shows_what_is_stored_and_counts_this_months_calls(site, account):
    """Status asks the API nothing, and says how to begin when nothing is stored."""
    account.post("one")
    empty = site.command("status")
    assert empty.returncode == 1
    assert "`pelican-buttercms pull` fills it" in empty.stdout
    assert not (site.folder / "cache").exists()
    site.command("pull")
    site.command("pull")
    done = site.command("status", "--json")
    assert done.returncode == 0
    report = json.loads(done.stdout)
    assert report["calls"] == 8
    (scope,) = report["scopes"]
    assert scope["records"] == {"author": 1, "category": 1, "post": 1}
    assert scope["mode"] == "live"
    assert scope["generations"] == 2
    text = site.command("status").stdout
    assert "live: pulled" in text
    assert "authors: 1, categories: 1, posts: 1" in text
    assert ": 8\n" in text


def test_live_and_preview_are_stored_apart(site, account):
    """Drafts are another scope, and status shows both."""
    account.post("draft", status="draft")
    site.command("pull")
    site.command("pull", env={"BUTTERCMS_PREVIEW": "1"})
    scopes = json.loads(site.command("status", "--json").stdout)["scopes"]
    counted = {scope["mode"]: scope["records"].get("post", 0) for scope in scopes}
    assert counted == {"live": 0, "preview": 1}


def test_status_shows_how_far_each_locale_is_translated(site, account):
    """What is translated, what falls back and to which locale, and what is missing."""
    account.settings(locales=["en", "de", "de-AT"])
    account.post("a")
    account.post("b")
    account.translate("posts/a", "de")
    account.page("news", "n")
    chains = {"de": {"fallback": {"posts": ["en"]}}, "de-AT": ["de", "en"]}
    site.configure(BUTTERCMS_LOCALES={"en": [], **chains}, BUTTERCMS_PAGE_TYPES=["news"])
    site.command("pull")
    text = site.command("status").stdout
    assert "Translated into en, live: 3 of 3\n" in text
    assert "Translated into de, live: 1 of 3, 1 falls back to en, 1 missing\n" in text
    assert "  pages/news: 0 of 1, 1 missing\n" in text
    assert "live: 0 of 3, 1 falls back to de, 2 fall back to en\n" in text
    assert "posts/b" not in text
    named = site.command("status", "--untranslated").stdout
    assert "    posts/b falls back to en\n" in named
    assert "    pages/news/n is missing\n" in named
    german = json.loads(site.command("status", "--json").stdout)["coverage"][1]
    assert german["locale"] == "de"
    assert german["content"]["posts"] == {
        "translated": 1,
        "fallback": {"posts/b": "en"},
        "missing": [],
    }


def test_pull_offline_is_refused(site):
    """What cannot be meant is said."""
    done = site.command("pull", env={"BUTTERCMS_OFFLINE": "yes"})
    assert done.returncode == 2
    assert done.stderr.startswith("Error: BUTTERCMS_OFFLINE is set")


def test_another_settings_file_is_named_with_s(site, account):
    """`-s` is Pelican's own, and a missing file is said with its full name."""
    account.post("one")
    site.configure()
    (site.folder / "pelicanconf.py").rename(site.folder / "other.py")
    assert site.run("pelican_buttercms", "-s", "other.py", "pull").returncode == 0
    assert site.run("pelican_buttercms", "status", "-s", "other.py").returncode == 0
    site.write("pelicanconf.py", "")
    (site.folder / "pelicanconf.py").unlink()
    done = site.run("pelican_buttercms", "-s", "gone.py", "status")
    assert done.returncode == 2
    assert f"There is no settings file {site.folder / 'gone.py'}" in done.stderr
    done = site.run("pelican_buttercms", "-s", "gone.py", "build")
    assert done.returncode == 2
    assert done.stderr.startswith(f"Error: There is no settings file {site.folder / 'gone.py'}")
    assert "Traceback" not in done.stdout + done.stderr


def test_a_settings_file_that_fails_is_one_paragraph(site):
    """The user's own mistake in Python is told without a traceback."""
    site.write("pelicanconf.py", "import nowhere_to_be_found\n")
    done = site.run("pelican_buttercms", "status")
    assert done.returncode == 2
    assert "nowhere_to_be_found" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_settings_file_that_is_no_python_names_the_line_and_does_not_show_it(site):
    """Its own line, or that of a file that it imports; a token may be in it."""
    site.write("pelicanconf.py", 'SITENAME = "x"\nTOKEN = "t0psecret\n')
    done = site.run("pelican_buttercms", "status")
    assert done.returncode == 2
    assert "Error: The settings file pelicanconf.py is not Python: unterminated" in done.stderr
    assert f"in line 2 of {site.folder / 'pelicanconf.py'}. Correct it there" in done.stderr
    assert "t0psecret" not in done.stderr
    site.write("more.py", "\n\nx = = 1\n")
    site.write("pelicanconf.py", "import sys\nsys.path.insert(0, '.')\nimport more\n")
    done = site.run("pelican_buttercms", "status")
    assert "invalid syntax in line 3 of " in done.stderr
    assert "more.py" in done.stderr


def test_an_env_file_that_is_no_text_is_one_paragraph(site):
    """For the commands and for Pelican alike; none of it is shown."""
    (site.folder / ".env").write_bytes(b"BUTTERCMS_READ_TOKEN=t0psecret\xff\n")
    told = f"{site.folder / '.env'} cannot be read, because it is not saved as UTF-8."
    done = site.command("pull")
    assert done.returncode == 2
    assert done.stderr.startswith(f"Error: {told}")
    assert done.stderr.count("\n") == 1
    done = site.pelican("-D")
    assert done.returncode == 2
    assert f"SettingsError: {told}" in done.stdout + done.stderr
    assert "t0psecret" not in done.stdout + done.stderr


@pytest.mark.parametrize("command", [["preview"], ["relay", "--no-secret", "--run", "true"]])
def test_a_port_that_there_is_not_is_refused(site, command):
    """Numbers beyond the last one would listen at another port."""
    site.configure()
    for port in ("-1", "65536"):
        done = site.command(*command, f"--port={port}")
        assert done.returncode == 2
        assert "0<=x<=65535" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_count_of_one_is_singular(site, account):
    """In every command."""
    site.configure(BUTTERCMS_POSTS=False, BUTTERCMS_PAGE_TYPES=["news"], BUTTERCMS_DISCOVER=False)
    account.page("news", "n")
    assert "A pull takes 1 API call, if" in site.command("pull", "--dry-run").stdout
    site.command("pull")
    assert "news     1      1\n" in site.command("pull", "--dry-run").stdout
    assert " ago  full pull  1      1        the oldest" in site.command("generations").stdout


def test_the_help_has_every_command_in_one_line_of_80_columns(site):
    """In groups, and no line is cut off or wrapped."""
    text = site.command("--help", env={"COLUMNS": "80"}).stdout
    lines = [line for line in text.splitlines() if line.startswith("  ")]
    assert not any(line.endswith("...") for line in lines)
    assert all(len(line) <= 80 for line in lines)
    for name in cli.commands_by_name():
        assert len([line for line in lines if line.startswith(f"  {name} ")]) == 1, name


def test_a_command_that_is_not_there_is_answered_with_the_nearest(site):
    """A slip of the fingers costs one look."""
    done = site.command("plul")
    assert done.returncode == 2
    assert "No such command 'plul'. Did you mean 'pull'?" in done.stderr


@pytest.mark.parametrize("name", sorted(cli.commands_by_name()))
def test_help_is_there(site, name):
    """Every command explains itself."""
    done = site.command(name, "--help")
    assert done.returncode == 0
    assert "Usage:" in done.stdout


def test_the_version_is_reported(site):
    """`--version` names the installed version."""
    assert site.command("--version").stdout.strip().endswith(__version__)


def test_a_dry_run_shows_the_calls_by_listing_and_asks_nothing(site, account):
    """Before the first pull a page each; afterwards by what there was."""
    for number in range(101):
        account.post(f"p{number}")
    first = site.command("pull", "--dry-run")
    assert first.returncode == 0
    assert "posts       1\n" in first.stdout
    assert site.command("status").returncode == 1
    site.command("pull")
    text = site.command("pull", "--dry-run").stdout
    assert "posts       3      101\n" in text
    assert "A pull takes 6 API calls" in text
    assert json.loads(site.command("pull", "--dry-run", "--json").stdout)["calls"] == 6
    assert json.loads(site.command("pull", "--json").stdout)["calls"] == 6


def test_deletions_are_believed_when_the_user_says_so(site, account):
    """A pull that lost most of a kind fails, and tells how to go on."""
    for number in range(9):
        account.post(f"p{number}")
    site.command("pull")
    for number in range(8):
        account.delete(f"posts/p{number}.json")
    held = site.command("pull")
    assert held.returncode == 5
    assert "8 of 9 of posts (p0, p1, p2, p3, p4, p5, p6, p7)" in held.stderr
    done = site.command("pull", "--allow-deletions")
    assert done.returncode == 0
    assert "posts: 8 deleted\n" in done.stdout


def test_a_build_ends_with_what_it_has_cost(site, account):
    """Made, saved, and this month's; with the bound, if there is one."""
    account.post("p")
    site.configure(BUTTERCMS_MAX_CALLS={"month": 500})
    assert "ButterCMS: 4 API calls made, 0 saved, 4 of 500 this month." in site.build()
    assert "ButterCMS: 0 API calls made, 4 saved, 4 of 500 this month." in site.build()
    offline = site.build(env={"BUTTERCMS_OFFLINE": "1"})
    assert "ButterCMS: 0 API calls made, 4 saved, 4 of 500 this month." in offline
