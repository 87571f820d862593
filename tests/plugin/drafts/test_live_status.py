"""What is live: each status, time of publication and schedule, in both modes."""

from datetime import UTC, datetime
from itertools import product

from pelican_buttercms.emulator import create_app, reads
from pelican_buttercms.emulator.server import serving
from pelican_buttercms.store import Store

PAST, FUTURE = "2024-05-17T10:00:00.000000Z", "2031-01-01T00:00:00.000000Z"
STATUSES = ("published", None, "draft", "scheduled", "archived")
CASES = list(product(STATUSES, (PAST, FUTURE, None), (None, PAST, FUTURE)))


def is_live(status, published):
    """Return what the contract says of an item in a live listing, section 15."""
    return status in {"published", None} or published == PAST


def test_a_live_build_shows_what_is_live_and_nothing_else(sandbox, monkeypatch):
    """From an API that lists everything for everyone, and after a preview in the same place."""
    site, account = sandbox()
    account.settings(behaviour={"page_status": "present"})
    for number, (status, published, scheduled) in enumerate(CASES):
        values = {"status": status, "published": published, "scheduled": scheduled}
        account.post(f"post-{number}", title=f"Post {number}", **values)
        account.page("news", f"page-{number}", **values)
    site.configure(BUTTERCMS_PAGE_TYPES={"news": {}}, BUTTERCMS_MAX_AGE=0)
    view = reads.View
    monkeypatch.setattr(reads, "View", lambda locale=None, *_: view(locale, True))
    with serving(create_app(account.folder)) as url:
        environ = {"BUTTERCMS_API_URL": f"{url}/v2/", "BUTTERCMS_READ_TOKEN": "x"}
        site.build(env=environ | {"BUTTERCMS_PREVIEW": "1"})
        assert shown(site) == set(range(len(CASES)))
        printed = site.build(env=environ)
    live = {number for number, case in enumerate(CASES) if is_live(*case[:2])}
    assert shown(site) == live
    assert len(live) == 27
    assert stored(site, "live") == live
    assert stored(site, "preview") == set(range(len(CASES)))
    offline = {"BUTTERCMS_OFFLINE": "1"}
    again = [site.build(env=environ | offline) for _ in range(2)]
    for text in (printed, *again):
        assert text.count("Left out of the live site") == 2
        assert text.count("18 posts") == text.count("18 pages of news") == 1


def shown(site):
    """Return the numbers of the cases whose post and page are in the output, always both."""
    files = site.files()
    posts = {number for number in range(len(CASES)) if f"post-{number}.html" in files}
    pages = {number for number in range(len(CASES)) if f"pages/page-{number}.html" in files}
    assert posts == pages
    return posts


def stored(site, mode):
    """Return the numbers of the cases whose post is in the store."""
    with Store(site.folder / "cache/buttercms", lambda: datetime.now(UTC)) as store:
        (scope,) = (scope for scope in store.scopes() if scope.mode == mode)
        keys = store.latest(scope).manifest
        return {int(key.id.removeprefix("post-")) for key in keys if key.kind == "post"}
