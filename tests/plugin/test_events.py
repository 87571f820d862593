"""Real builds that a webhook started."""

import json

import pytest

CI = {"CI": "true"}


@pytest.fixture
def built(site, account):
    """A site that was built once, in a build service."""
    account.post("hello")
    account.post("other")
    account.page("news", "home", body="<p>Old</p>")
    site.configure(BUTTERCMS_PAGE_TYPES=["news"])
    text = site.build(env=CI)
    assert "5 API calls made" in text
    return site


def test_netlifys_hook_builds_the_changed_post_for_one_call(built, account, make_body):
    """The page on disk is new, and what was not named is not asked for."""
    account.post("hello", title="Published just now")
    account.post("other", title="Never told of")
    body = json.dumps(make_body("post.published"))
    text = built.build(env=CI | {"INCOMING_HOOK_BODY": body})
    assert "ButterCMS: post.published hello: asked for.\n" in text
    assert "took in 1 event from INCOMING_HOOK_BODY with 1 API call in" in text
    assert "1 API call made, 4 saved, 6 this month." in text
    assert "Published just now" in built.read("hello.html")
    assert "Never told of" not in built.read("other.html")


def test_githubs_dispatch_takes_a_page_away_for_one(built, account, make_body, tmp_path):
    """Its page goes from the output; a push pulls everything, as ever."""
    account.delete("pages/news/home.json")
    body = make_body("page.delete", "home", timestamp="2099-01-01T00:00:00")
    file = tmp_path / "event.json"
    file.write_text(json.dumps({"client_payload": body}))
    event = CI | {"GITHUB_EVENT_PATH": str(file)}
    text = built.build(env=event | {"GITHUB_EVENT_NAME": "repository_dispatch"})
    assert "page.delete news/home: asked for.\n" in text
    assert "1 API call made, 4 saved" in text
    assert not (built.output / "pages/home.html").exists()
    assert "5 API calls made" in built.build(env=event | {"GITHUB_EVENT_NAME": "push"})


@pytest.mark.parametrize("name", ["page.delete", "page.unpublished", "page.all"])
def test_a_deletion_of_what_is_there_takes_nothing_away(built, make_body, name):
    """Forged, late, or told twice: one call tells."""
    body = make_body(name, "home", timestamp="2099-01-01T00:00:00", status="deleted")
    assert "1 API call made" in built.build(env=CI | {"INCOMING_HOOK_BODY": json.dumps(body)})
    assert (built.output / "pages/home.html").exists()


EVENT = {
    "netlify": lambda body, file: {"INCOMING_HOOK_BODY": body},
    "relay": lambda body, file: {"BUTTERCMS_EVENT_FILE": str(file)},
    "github": lambda body, file: {
        "GITHUB_EVENT_PATH": str(file),
        "GITHUB_EVENT_NAME": "repository_dispatch",
    },
}


@pytest.mark.parametrize("host", EVENT)
@pytest.mark.parametrize(
    "settings",
    [
        {"account": {"faults": ["quota"]}},
        {"account": {"faults": ["status=503"]}},
        {"BUTTERCMS_MAX_CALLS": {"month": 5}},
        {"DELETE_OUTPUT_DIRECTORY": True, "account": {"faults": ["quota"]}},
    ],
    ids=["quota", "503", "bound", "output-deleted"],
)
def test_a_build_that_cannot_take_its_events_in_ends_with_75(
    built, account, make_body, tmp_path, host, settings
):
    """The output is as it was, byte for byte; the next build of any kind makes it good."""
    account.post("hello", title="Published just now")
    account.settings(**settings.get("account", {}))
    built.configure(**{k: v for k, v in settings.items() if k != "account"})
    before = {name: (built.output / name).read_bytes() for name in built.files()}
    body = json.dumps({"client_payload": make_body("post.published")})
    file = tmp_path / "event.json"
    file.write_text(body)
    done = built.pelican(env=CI | EVENT[host](body, file))
    assert done.returncode == 75, done.stdout + done.stderr
    assert "could not be taken in, so nothing was built" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert {name: (built.output / name).read_bytes() for name in built.files()} == before
    account.settings()
    built.configure(BUTTERCMS_MAX_CALLS=None, BUTTERCMS_MAX_AGE="1h")
    text = built.build()
    assert "took in 1 event from an earlier build with 1 API call" in text
    assert "Published just now" in built.read("hello.html")


def test_without_an_event_a_failure_builds_what_is_stored(built, account):
    """As ever."""
    account.settings(faults=["quota"])
    assert "is built from ButterCMS content of" in built.build(env=CI)


def test_pull_and_build_commands_end_with_75_too(built, account, make_body, tmp_path):
    """One paragraph on standard error; wrong settings are 2, as ever."""
    account.settings(faults=["quota"])
    file = tmp_path / "event.json"
    file.write_text(json.dumps(make_body("post.published")))
    done = built.command("pull", "--event", str(file))
    assert done.returncode == 75
    assert done.stderr.startswith("Error: The events from")
    assert len(done.stderr.splitlines()) == 1
    assert built.command("build", env=CI | {"BUTTERCMS_EVENT_FILE": str(file)}).returncode == 75
    assert built.command("pull").returncode == 6
    assert built.command("pull", "--event", str(tmp_path / "nowhere")).returncode == 2
