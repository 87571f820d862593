"""The workflows' own commands, run as GitHub Actions runs them."""

import re
import shutil

from pelican_buttercms.api.webhook_events.payload import to_payload

from .checkout import CLOCK, DECAF, TOKEN


def event_of(make_event, *slugs):
    """Make what a relay dispatches."""
    events = [make_event("post.published", slug) for slug in slugs]
    return {"action": "buttercms", "client_payload": to_payload(events)}


def test_from_push_to_push_no_event_is_lost(github, make_event):
    """A push pulls everything, an event one item; after a cancelled run, everything again."""
    job = github.run("publish.yml", "push", 41, BUTTERCMS_READ_TOKEN=TOKEN)
    assert not job.failed, job.printed
    assert list(github.caches) == ["buttercms-41-1"]
    assert "The first change" not in github.repository.read(f"journal/{CLOCK}/index.html")

    github.repository.edit(CLOCK, title="The first change")
    event = event_of(make_event, CLOCK)
    job = github.run("publish.yml", "repository_dispatch", 42, event, BUTTERCMS_READ_TOKEN=TOKEN)
    assert not job.failed, job.printed
    assert "The first change" in github.repository.read(f"journal/{CLOCK}/index.html")
    assert "| API calls | 1 made" in job.summary
    assert f"**1** The first change (posts/{CLOCK})" in job.summary

    github.repository.edit(CLOCK, title="The change whose run was cancelled")
    github.repository.edit(DECAF, title="The third change")
    event = event_of(make_event, DECAF)
    job = github.run("publish.yml", "repository_dispatch", 44, event, BUTTERCMS_READ_TOKEN=TOKEN)
    assert not job.failed, job.printed
    assert "whose run was cancelled" in github.repository.read(f"journal/{CLOCK}/index.html")
    assert "The third change" in github.repository.read(f"journal/{DECAF}/index.html")
    assert list(github.caches) == ["buttercms-41-1", "buttercms-42-1", "buttercms-44-1"]
    assert TOKEN not in job.printed + job.summary


def test_nobody_counts_on_what_a_failed_build_left(github, make_event):
    """It is stored, but the next build asks for everything; the summary says what failed."""
    (github.repository.folder / "cms/posts" / f"{CLOCK}.json").write_text("{")
    event = event_of(make_event, CLOCK)
    job = github.run("publish.yml", "repository_dispatch", 7, event, BUTTERCMS_READ_TOKEN=TOKEN)
    assert job.values["steps.build.outcome"] == "failure"
    assert all(key.startswith("buttercms-incomplete-7-1") for key in github.caches)
    assert "the build stopped" in job.summary
    assert "::error title=" in job.printed


def test_a_build_that_the_api_keeps_from_its_event_is_tried_again(github, make_event):
    """With longer and longer pauses; when the API is well in time, the edit is online."""
    job = github.run("publish.yml", "push", 41, BUTTERCMS_READ_TOKEN=TOKEN)
    assert not job.failed, job.printed
    github.repository.edit(CLOCK, title="Edited in an outage")
    github.repository.fail("quota")
    github.repository.program("sleep", f'echo "$1" >> {github.folder}/pauses')
    event = event_of(make_event, CLOCK)
    job = github.run("publish.yml", "repository_dispatch", 42, event, BUTTERCMS_READ_TOKEN=TOKEN)
    assert job.values["steps.build.outcome"] == "failure"
    assert (github.folder / "pauses").read_text().split() == ["30", "60", "120", "300"]
    assert list(github.caches) == ["buttercms-41-1", "buttercms-again-42-1"]

    github.repository.program("gh", f'echo "$*" >> {github.folder}/gh.txt')
    job = github.run("scheduled.yml", "schedule", 1, BUTTERCMS_READ_TOKEN=TOKEN)
    assert not job.failed, job.printed
    assert (github.folder / "gh.txt").read_text().startswith("workflow run publish.yml")

    account = github.repository.folder / "cms/account.json"
    github.repository.program("sleep", f"sed -i s/quota/status=503@none/ {account}")
    job = github.run("publish.yml", "workflow_dispatch", 43, BUTTERCMS_READ_TOKEN=TOKEN)
    assert not job.failed, job.printed
    assert "Edited in an outage" in github.repository.read(f"journal/{CLOCK}/index.html")
    assert "buttercms-43-1" in github.caches


def test_a_pull_request_is_built_without_any_secret(github):
    """From the committed snapshot, though the account is out of reach."""
    github.repository.snapshot()
    job = github.run("pull-request.yml", "pull_request", 5)
    assert not job.failed, job.printed
    assert github.repository.read(f"journal/{CLOCK}/index.html")
    assert "| API calls | 0 made" in job.summary


def test_scheduled_content_starts_a_build_when_it_is_due(github):
    """Nothing is started before the time has come, and then one build."""
    github.repository.program("gh", f'echo "$GH_TOKEN $*" >> {github.folder}/gh.txt')
    started = github.folder / "gh.txt"
    at = {"status": "scheduled", "published": None}
    github.repository.edit(CLOCK, **at, scheduled="2999-01-01T00:00:00Z")
    job = github.run("scheduled.yml", "schedule", 1, BUTTERCMS_READ_TOKEN=TOKEN)
    assert not job.failed, job.printed
    assert not started.exists()
    github.repository.edit(CLOCK, **at, scheduled="2020-01-01T00:00:00Z")
    github.repository.program("date", f'exec {shutil.which("date")} -d tomorrow "$@"')
    job = github.run("scheduled.yml", "schedule", 2, BUTTERCMS_READ_TOKEN=TOKEN)
    assert not job.failed, job.printed
    workflow = "workflow run publish.yml --repo harbour/lane --ref main"
    assert started.read_text() == f"a-github-token {workflow}\n"


def test_looking_every_hour_costs_less_than_a_thousand_calls_a_month(github):
    """ButterCMS is asked once a day, and again after a run of publish.yml; no draft is kept."""
    github.repository.program("gh", f'echo "$*" >> {github.folder}/gh.txt')

    def look(number):
        job = github.run("scheduled.yml", "schedule", number, BUTTERCMS_READ_TOKEN=TOKEN)
        assert not job.failed, job.printed
        asked = re.search(r"asked with (\d+) API call", job.printed)
        return int(asked[1]) if asked else 0

    def publish(number):
        job = github.run("publish.yml", "push", number, BUTTERCMS_READ_TOKEN=TOKEN)
        assert not job.failed, job.printed

    scheduled = "2031-02-14T08:00:00Z"
    github.repository.edit(CLOCK, status="scheduled", published=None, scheduled=scheduled)
    publish(1)
    first = look(1)
    assert look(2) == look(3) == 0
    publish(2)  # as once a day
    assert look(4) == first
    assert first == 4  # of one locale; the sample site has three
    assert 31 * 2 * 3 * first <= 1000
    (answer,) = {path.read_text() for path in github.folder.glob("schedule-*/cache/schedule/next")}
    assert answer == f"{scheduled}\n"
    started = github.folder / "gh.txt"
    assert not started.exists()
    for path in github.folder.glob("schedule-*/cache/schedule/next"):
        path.write_text("2020-01-01T00:00:00Z\n")
    assert look(5) == 0
    assert started.exists()
