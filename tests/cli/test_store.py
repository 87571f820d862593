"""`pelican-buttercms store`, as two runners use it."""

import hashlib
import json

import pytest

LOCALES = {"en": [], "de": ["en"]}


def digests(site):
    """Return a digest of every file of the output."""
    return {
        name: hashlib.sha256((site.output / name).read_bytes()).hexdigest() for name in site.files()
    }


@pytest.fixture
def url(tmp_path):
    """A common folder."""
    return f"file://{tmp_path / 'shared'}"


@pytest.fixture
def runners(tmp_path, site, account):
    """Two runners with the same settings, and disks of their own."""
    account.settings(locales=["en", "de"])
    account.post("one", tags=["tea"])
    account.translate("posts/one", "de", title="Eins")
    account.page("*", "about", body="<p>y</p>")
    account.collection("faqs", {"id": 1, "question": "Why?"})
    other = type(site)(tmp_path / "other", account)
    for runner in (site, other):
        runner.configure(
            BUTTERCMS_LOCALES=LOCALES, BUTTERCMS_PAGE_TYPES=["*"], BUTTERCMS_COLLECTIONS=["faqs"]
        )
    return site, other


def test_a_second_runner_builds_the_same_bytes_without_the_api(runners, url):
    """An empty disk, `store pull`, and an offline build: the same site."""
    one, two = runners
    assert one.command("pull").returncode == 0
    pushed = one.command("store", "push", url)
    assert pushed.returncode == 0, pushed.stderr
    assert pushed.stdout.startswith("Pushed live content of ")
    assert len(pushed.stdout.splitlines()) == 1
    share = {"BUTTERCMS_STORE_URL": url}
    pulled = two.command("store", "pull", env=share)
    assert pulled.returncode == 0, pulled.stderr
    assert f" ago from {url}: " in pulled.stdout
    one.build(env={"BUTTERCMS_OFFLINE": "1"})
    two.build(env={"BUTTERCMS_OFFLINE": "1"})
    assert digests(one) == digests(two) != {}
    status = json.loads(two.command("status", "--json").stdout)
    assert status["calls"] == 0


def test_what_travelled_is_reported_as_json(runners, url):
    """Records, bytes and what was skipped; the same again is nothing to do, and no failure."""
    one, two = runners
    one.command("pull")
    first = json.loads(one.command("store", "push", url, "--json").stdout)
    assert first["done"] is True
    assert first["records"] > 0
    assert first["bytes"] > 0
    assert (first["skipped"], first["mode"], first["url"]) == (0, "live", url)
    again = one.command("store", "push", url)
    assert again.returncode == 0
    assert again.stdout.startswith("Nothing to do: live content of ")
    garbage = json.loads(one.command("store", "push", url, "--gc", "--json").stdout)
    assert (garbage["done"], garbage["removed"]) == (False, 0)
    pulled = json.loads(two.command("store", "pull", url, "--json").stdout)
    assert {**pulled, "done": True} == first
    assert json.loads(two.command("store", "pull", url, "--json").stdout)["done"] is False
    assert json.loads(two.command("store", "pull", url, "--json", "--force").stdout)["done"] is True


def test_drafts_travel_only_by_name(runners, account, url):
    """`--preview` decides and not BUTTERCMS_PREVIEW; production takes none."""
    one, two = runners
    account.post("secret", status="draft")
    preview = {"BUTTERCMS_PREVIEW": "1"}
    assert one.command("pull", env=preview).returncode == 0
    done = one.command("store", "push", url, env=preview)
    assert done.returncode == 1
    assert "holds no live content" in done.stderr
    assert one.command("store", "push", url, "--preview").returncode == 0
    done = two.command("store", "pull", url)
    assert done.returncode == 1
    assert "it has no live content of this account" in done.stderr
    done = two.command("store", "pull", url, "--preview", env={"GITHUB_ACTIONS": "1"})
    assert done.returncode == 2
    assert "--preview uses drafts" in done.stderr
    assert two.command("store", "pull", url, "--preview").returncode == 0
    scopes = json.loads(two.command("status", "--json").stdout)["scopes"]
    assert {scope["mode"] for scope in scopes} == {"preview"}


@pytest.mark.parametrize("action", ["push", "pull"])
def test_what_cannot_be_is_reported_in_one_paragraph(site, action):
    """No URL, one with a password, and the network while offline: exit code 2, no traceback."""
    for arguments, env, problem in [
        ([], {}, "set BUTTERCMS_STORE_URL"),
        (["s3://me:hunter2-hunter2@bucket"], {}, "carries a user name"),
        (["s3://bucket/x"], {"BUTTERCMS_OFFLINE": "1"}, "BUTTERCMS_OFFLINE is set"),
    ]:
        done = site.command("store", action, *arguments, env=env)
        assert done.returncode == 2
        assert problem in done.stderr
        assert "hunter2" not in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert done.stdout == ""


def test_nothing_to_share_is_reported(site, account, tmp_path, url):
    """An empty store or an empty shared place is exit code 1, and says how to begin."""
    site.fresh = True  # a process as a user starts it
    account.post("one")
    done = site.command("store", "push", url)
    assert done.returncode == 1
    assert "There is nothing to push" in done.stderr
    done = site.command("store", "pull", url)
    assert done.returncode == 1
    assert "There is nothing to pull from" in done.stderr
    assert not (tmp_path / "shared").exists()


def test_a_failing_storage_is_reported_and_changes_nothing(site, account, tmp_path):
    """The store is as it was, and the exit code is 1."""
    account.post("one")
    site.command("pull")
    before = site.command("status", "--json").stdout
    (tmp_path / "file").write_text("")
    for action in ("push", "pull"):
        done = site.command("store", action, f"file://{tmp_path / 'file'}", "--json")
        assert (done.returncode, done.stdout) == (1, ""), action
        assert done.stderr.startswith("Error: The shared store file://")
        assert len(done.stderr.splitlines()) == 1
    assert site.command("status", "--json").stdout == before


@pytest.mark.parametrize("command", [["--help"], ["push", "--help"], ["pull", "-h"]])
def test_help_is_there(site, command):
    """Each command explains itself."""
    done = site.command("store", *command)
    assert done.returncode == 0
    assert "Usage:" in done.stdout


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_edits_that_two_runners_took_in_from_webhooks_are_both_shared(
    runners, account, url, tmp_path, make_body, order
):
    """Whoever pushes last; a third runner builds both, and `generations` tells what was done."""
    one, two = runners
    account.post("two")
    assert one.command("pull").returncode == 0
    assert one.command("store", "push", url).returncode == 0
    assert two.command("store", "pull", url).returncode == 0
    for runner, slug in ((one, "one"), (two, "two")):
        account.post(slug, title=f"Edited {slug}")
        runner.write("event.json", json.dumps(make_body("post.published", slug)))
        done = runner.command("pull", "--event", "event.json", "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["scoped"] is True
    for number in order:
        pushed = json.loads(runners[number].command("store", "push", url, "--json").stdout)
        assert pushed["done"] is True
    third = type(one)(tmp_path / "third", account)
    third.configure(**{k: v for k, v in one.settings.items() if k.startswith("BUTTERCMS_")})
    assert third.command("store", "pull", url).returncode == 0
    third.build(env={"BUTTERCMS_OFFLINE": "1"})
    assert "Edited one" in third.read("one.html")
    assert "Edited two" in third.read("two.html")
    event, full = json.loads(one.command("generations", "--json").stdout)["pulls"]
    assert (event["cause"], full["cause"]) == ("event", "pull")
    assert event["calls"] < full["calls"]
    assert event["created_at"] > event["pulled_at"] == full["pulled_at"]
    assert event["parents"] == [full["id"]]
    (shared,) = json.loads(third.command("generations", "--json").stdout)["pulls"]
    assert (shared["cause"], shared["calls"]) == ("shared", 0)
