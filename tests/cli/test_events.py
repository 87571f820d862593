"""`pull --event`, `pull --check` and `next-publish`, as a user runs them."""

from datetime import UTC, datetime, timedelta
import json

from click.testing import CliRunner
import pytest

from pelican_buttercms.cli.next_publish import next_publish
from pelican_buttercms.cli.pull import pull
from pelican_buttercms.errors import NoContentError, SettingsError


@pytest.fixture
def run(site, account, monkeypatch):
    """Run a command in this process; an error of ours is raised."""
    account.post("hello")
    account.page("news", "home")
    account.page("*", "about")
    account.collection("people", {"id": 7, "name": "Ada"})
    site.configure(BUTTERCMS_PAGE_TYPES=["news", "*"], BUTTERCMS_COLLECTIONS=["people"])
    monkeypatch.chdir(site.folder)

    def start(command, *arguments, **options):
        done = CliRunner().invoke(command, arguments, **options)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return start


def test_an_event_is_pulled_from_a_file_or_standard_input(run, account, tmp_path, make_body):
    """Lines tell what was asked because of which event; JSON tells the same."""
    run(pull)
    account.post("hello", title="New")
    file = tmp_path / "event.json"
    file.write_text(json.dumps(make_body("post.published")))
    lines = run(pull, "--event", str(file)).stdout.splitlines()
    assert lines[:2] == ["post.published hello: asked for.", "updated: posts/hello"]
    assert lines[2].startswith(f"took in 1 event from {file} with 1 API call in")
    body = json.dumps(make_body("page.draft", "home"))
    told = json.loads(run(pull, "--event", "-", "--json", input=body).stdout)
    assert (told["scoped"], told["calls"], told["changes"]) == (True, 0, {})
    done = run(pull, "--event", "-", "--json", input="nonsense")
    assert json.loads(done.stdout)["scoped"] is False
    assert done.stderr.startswith("pulling everything, because standard input names no events")


def test_what_cannot_be_meant_together_is_refused(run, tmp_path):
    """And so is a file that is not there."""
    assert run(pull, "--event", "-", "--check").exit_code == 2
    with pytest.raises(SettingsError, match="cannot be read"):
        run(pull, "--event", str(tmp_path / "nowhere"))


def test_check_says_that_nothing_changed_and_what_it_cannot_see(run):
    """One call a listing; nothing is stored."""
    run(pull)
    done = run(pull, "--check")
    assert done.exit_code == 0
    first, second = done.stdout.splitlines()
    assert first == "looked at news, single pages, people, posts with 4 calls"
    assert second.startswith("nothing changed. A file behind a media URL that was replaced")


@pytest.mark.parametrize(
    ("change", "because", "calls"),
    [
        (lambda a: a.page("news", "home", updated="2026-01-01T00:00:00Z"), "news: the newest", 1),
        (lambda a: a.page("news", "more"), "news: there are 2, and 1 are stored", 1),
        (lambda a: a.page("*", "about", line="New"), "single pages: pages/*/about differs", 2),
        (lambda a: a.collection("people"), "people: collections/people/7 is gone", 3),
        (
            lambda a: a.post("hello", updated="2026-01-01T00:00:00Z"),
            "posts: posts/hello differs",
            4,
        ),
        (lambda a: a.post("more"), "posts: posts/more is new", 4),
        (lambda a: a.post("hello", status="draft"), "posts: posts/hello is gone", 4),
    ],
)
def test_check_exits_with_3_at_the_first_change(run, account, change, because, calls):
    """The cheapest listings first; an edit of an old post is seen, too."""
    run(pull)
    change(account)
    done = run(pull, "--check")
    assert done.exit_code == 3
    first, second = done.stdout.splitlines()
    assert first.endswith(f" with {calls} call{'s' if calls > 1 else ''}")
    assert second.startswith(f"changed: {because}")
    told = json.loads(run(pull, "--check", "--json").stdout)
    assert (told["changed"], told["calls"], told["not_looked_at"]) == (True, calls, 4 - calls)


@pytest.mark.parametrize("preview", ["0", "1"])
@pytest.mark.parametrize("locales", [None, {"en": [], "de": ["en"]}])
def test_check_never_costs_more_than_a_pull(run, site, account, monkeypatch, locales, preview):
    """Collections are asked for together, as in a pull, and a change in each of them is seen."""
    monkeypatch.setenv("BUTTERCMS_PREVIEW", preview)
    account.settings(locales=["en", "de"])
    names = ["people", "faqs", "offices"]
    for name in names:
        account.collection(name, {"id": 7, "name": "Ada"}, {"id": 8, "name": "Ben"})
    for number in range(120):
        account.post(f"many-{number}")
    site.configure(
        BUTTERCMS_PAGE_TYPES=["news", "*"], BUTTERCMS_COLLECTIONS=names, BUTTERCMS_LOCALES=locales
    )
    pulled = json.loads(run(pull, "--json").stdout)["calls"]
    unchanged = json.loads(run(pull, "--check", "--json").stdout)
    assert unchanged["changed"] is False
    assert unchanged["calls"] < pulled
    for name in names:
        account.collection(name, {"id": 7, "name": "Ada"}, {"id": 8, "name": "Changed"})
        changed = json.loads(run(pull, "--check", "--json").stdout)
        assert f"collections/{name}/8 differs" in changed["because"]
        assert changed["calls"] <= unchanged["calls"]
        account.collection(name, {"id": 7, "name": "Ada"}, {"id": 8, "name": "Ben"})


def test_check_sees_the_author_inside_a_post_and_drafts_under_preview(run, account, monkeypatch):
    """What comes along is compared; under preview page types are read whole."""
    run(pull)
    account.lists["authors"][0]["bio"] = "New"
    account._write("authors.json", account.lists["authors"])
    assert "authors/ada-lane differs" in run(pull, "--check").stdout
    monkeypatch.setenv("BUTTERCMS_PREVIEW", "1")
    with pytest.raises(NoContentError, match="The store holds nothing"):
        run(pull, "--check")
    run(pull)
    assert run(pull, "--check").exit_code == 0
    account.overlay("pages/news/home", fields={"line": "Draft"})
    assert "news: pages/news/home differs" in run(pull, "--check").stdout


def moment(**span):
    """Return a moment from now, as the API writes it."""
    return f"{datetime.now(UTC) + timedelta(**span):%Y-%m-%dT%H:%M:%SZ}"


def test_next_publish_asks_where_nothing_is_stored(run, account):
    """Posts without bodies and the named page types; nothing scheduled is 3."""
    nothing = run(next_publish)
    assert (nothing.exit_code, nothing.stdout) == (3, "")
    assert nothing.stderr == "Nothing is due (asked with 3 API calls).\n"
    later, soon = moment(hours=5), moment(minutes=30)
    account.post("later", status="scheduled", scheduled=later, published=None)
    account.post("soon", status="scheduled", scheduled=soon, published=None)
    done = run(next_publish)
    assert (done.exit_code, done.stdout) == (0, f"{soon}\n")
    assert done.stderr == "posts/soon (asked with 3 API calls)\n"
    told = json.loads(run(next_publish, "--json").stdout)
    assert told["next"] == soon
    assert [one["key"] for one in told["items"]] == ["posts/soon", "posts/later"]
    assert run(next_publish, "--within", "20m").exit_code == 3
    assert run(next_publish, "--within", "40m").exit_code == 0
    assert run(next_publish, "--within", "soon").exit_code == 2


def test_next_publish_says_so_where_the_api_gives_no_status(run, account):
    """Accounts as recorded in 2024: what is scheduled cannot be told from what is not."""
    account.settings(behaviour={"api": "2024"})
    done = run(next_publish)
    assert done.exit_code == 3
    assert "gives no status of pages" in done.stderr
    assert json.loads(run(next_publish, "--json").stdout)["status_unknown"] == ["page"]


def test_next_publish_looks_into_stored_preview_content(run, account, monkeypatch):
    """What was due before the last live pull is in it; `--ask` asks all the same."""
    account.post("past", status="scheduled", scheduled=moment(hours=-1), published=None)
    monkeypatch.setenv("BUTTERCMS_PREVIEW", "1")
    run(pull)
    monkeypatch.delenv("BUTTERCMS_PREVIEW")
    assert run(next_publish).exit_code == 0
    run(pull)
    done = run(next_publish)
    assert (done.exit_code, done.stdout) == (3, "")
    soon = moment(minutes=30)
    account.post("soon", status="scheduled", scheduled=soon, published=None)
    assert run(next_publish).exit_code == 3
    done = run(next_publish, "--ask")
    assert done.stdout == f"{soon}\n"
    assert "posts/soon (asked with 3 API calls)" in done.stderr
    monkeypatch.setenv("BUTTERCMS_OFFLINE", "1")
    with pytest.raises(SettingsError, match="BUTTERCMS_OFFLINE is set"):
        run(next_publish, "--ask")
    assert json.loads(run(next_publish, "--json").stdout)["calls"] == 0
