"""From an editor's click to the page on disk: emulator, webhook, relay, build."""

import json
import shlex
import signal
import sys

import pytest

from pelican_buttercms.emulator import create_app
from pelican_buttercms.emulator.server import serving


@pytest.fixture
def site_and_app(site, account):
    """A site that was built once, and the account behind it."""
    account.post("hello", title="Old title")
    account.post("other")
    account.page("news", "first", headline="Old headline")
    account.collection("faqs", {"id": 1, "question": "Old question"})
    site.configure(
        BUTTERCMS_PAGE_TYPES=["news"],
        BUTTERCMS_COLLECTIONS=["faqs"],
        CACHE_PATH=str(site.folder / "cache"),  # the relay runs elsewhere
    )
    app = create_app(account.folder)
    with serving(app) as url:
        site.url = url
        site.build(env=environment(site))
        yield site, app


def environment(site):
    """What a build service's build has."""
    return {"BUTTERCMS_API_URL": f"{site.url}/v2/", "BUTTERCMS_READ_TOKEN": "x", "CI": "1"}


@pytest.mark.parametrize(
    ("what", "change", "page", "calls"),
    [
        ("post/hello", {"title": "New title"}, "hello.html", 1),
        ("page/news/first", {"name": "New title"}, "pages/first.html", 1),
        ("item/faqs/1", {"question": "New title"}, None, 1),
    ],
)
def test_one_change_is_one_call(site_and_app, start, secret, wait, what, change, page, calls):
    """The build asks for what changed, with one call, and the page is on the disk."""
    site, app = site_and_app
    command = f"{shlex.quote(sys.executable)} -m pelican -s {site.folder}/pelicanconf.py"
    relay = start("--run", command, env=environment(site))
    app.account.config["webhooks"] = [
        {"url": f"{relay.address}/", "headers": {"X-Buttercms-Secret": secret}}
    ]
    before = len(app.calls)
    app.change(what, **change)
    wait(lambda: "Done: Processed" in relay.printed, 60)
    assert len(app.calls) - before == calls, relay.printed
    if page:
        assert "New title" in (site.output / page).read_text()


@pytest.mark.parametrize("fault", ["quota", "status=503", "refuse"])
def test_an_outage_leaves_the_site_and_the_edit_goes_online_after_it(
    site_and_app, start, secret, wait, fault
):
    """Nobody edits again, and the relay is killed in between: it tries until the API is well."""
    site, app = site_and_app
    command = f"{shlex.quote(sys.executable)} -m pelican -s {site.folder}/pelicanconf.py"
    relay = start("--run", command, env=environment(site))
    app.account.config["webhooks"] = [
        {"url": f"{relay.address}/", "headers": {"X-Buttercms-Secret": secret}}
    ]
    app.faults.add(f"{fault}@/v2/*")
    app.change("post/hello", title="New title")
    wait(lambda: "ended with exit code 75: it could not use the events yet" in relay.printed, 60)
    health = json.loads(relay.get("/healthz"))["targets"]["run"]
    assert (health["waiting"], health["failed_attempts"] > 0) == (1, True)
    assert 'buttercms_relay_builds_total{target="run",result="postponed"}' in relay.get("/metrics")
    relay.end(signal.SIGKILL)
    assert "Old title" in (site.output / "hello.html").read_text()
    relay = start("--run", command, env=environment(site))
    wait(lambda: "exit code 75" in relay.printed, 60)
    app.faults.clear()
    wait(lambda: "Done: Processed" in relay.printed, 60)
    wait(lambda: json.loads(relay.get("/healthz"))["waiting"] == 0)
    assert "New title" in (site.output / "hello.html").read_text()


def test_a_forged_deletion_takes_nothing_away(site_and_app, start, wait, make_body):
    """The post is asked for, and is there."""
    site, app = site_and_app
    command = f"{shlex.quote(sys.executable)} -m pelican -s {site.folder}/pelicanconf.py"
    relay = start("--run", command, env=environment(site))
    before = len(app.calls)
    assert relay.post(make_body("post.delete", "hello")) == 202
    wait(lambda: json.loads(relay.get("/healthz"))["waiting"] == 0, 60)
    assert len(app.calls) - before == 1
    assert (site.output / "hello.html").exists()


def test_an_event_that_comes_while_a_build_runs_is_another_build(start, make_body, tmp_path, wait):
    """What the first one was told does not have it."""
    out = tmp_path / "out"
    script = tmp_path / "build.sh"
    script.write_text(
        f"cat >> {out}; echo >> {out}\nwhile [ ! -e {tmp_path}/go ]; do sleep 0.05; done\n"
    )
    relay = start("--run", f"sh {script}")
    assert relay.post(make_body(slug="a")) == 202
    wait(lambda: out.exists() and out.read_text().endswith("\n"))
    assert relay.post(make_body(slug="a")) == 202
    assert relay.post(make_body(slug="b")) == 202
    (tmp_path / "go").touch()
    wait(lambda: json.loads(relay.get("/healthz"))["waiting"] == 0)
    builds = [json.loads(line)["buttercms"] for line in out.read_text().splitlines()]
    assert [[event["id"] for event in events] for events in builds] == [["a"], ["a", "b"]]


def test_a_deletion_takes_the_page_away(site_and_app, start, secret, wait):
    """What was deleted is gone from the site, and costs at most one look."""
    site, app = site_and_app
    command = f"{shlex.quote(sys.executable)} -m pelican -s {site.folder}/pelicanconf.py"
    relay = start("--run", command, env=environment(site))
    app.account.config["webhooks"] = [
        {"url": f"{relay.address}/", "headers": {"X-Buttercms-Secret": secret}}
    ]
    before = len(app.calls)
    app.change("post/hello", "deleted")
    wait(lambda: "Done: Processed" in relay.printed, 60)
    assert len(app.calls) - before <= 1
    assert not (site.output / "hello.html").exists()
    assert (site.output / "other.html").exists()
