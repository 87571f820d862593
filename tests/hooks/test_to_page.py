"""From an editor's click to the page on disk: emulator, webhook, relay, build."""

import shlex
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
