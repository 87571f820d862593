"""Twice the same: what a second build costs, and what it writes."""

import hashlib

import pytest

from pelican_buttercms.emulator import create_app
from pelican_buttercms.emulator.server import serving

NO_NETWORK = """
import socket

class Refusing(socket.socket):
    def __init__(self, family=-1, *args, **kwargs):
        if family != socket.AF_UNIX:
            open({marker!r}, "w").close()
            raise OSError("no network in this test")
        super().__init__(family, *args, **kwargs)

socket.socket = Refusing
"""


def digests(site):
    """Return a digest of every file of the output."""
    return {
        name: hashlib.sha256((site.output / name).read_bytes()).hexdigest() for name in site.files()
    }


@pytest.fixture
def app(account):
    """The account's emulator, with one of each kind."""
    account.post("p", tags=["tea"], body="<p>x</p>")
    account.page("*", "about", body="<p>y</p>")
    account.collection("faqs", {"id": 1, "question": "Why?"})
    return create_app(account.folder)


@pytest.fixture
def online(app, site):
    """The site, building from the emulator over real HTTP."""
    with serving(app) as url:
        site.configure(
            BUTTERCMS_API_URL=f"{url}/v2/",
            BUTTERCMS_PAGE_TYPES=["*"],
            BUTTERCMS_COLLECTIONS=["faqs"],
        )
        yield site


TOKEN = {"BUTTERCMS_READ_TOKEN": "a-read-token"}


def test_a_second_build_within_max_age_makes_no_call(online, app):
    """`pelican content` twice costs one pull."""
    online.build(env=TOKEN)
    first = len(app.calls)
    assert first == 6  # posts, single pages, one collection, authors, categories, tags
    assert "no call made" in online.build(env=TOKEN)
    assert len(app.calls) == first
    online.build("-e", "BUTTERCMS_MAX_AGE=0", env=TOKEN)
    assert len(app.calls) == 2 * first


def test_offline_opens_no_socket_and_writes_the_same_bytes(online, app):
    """With the network gone and no token, the stored generation gives the same site."""
    online.build("-d", env=TOKEN)
    before = digests(online)
    marker = online.folder / "socket-was-opened"
    online.write("no_network/sitecustomize.py", NO_NETWORK.format(marker=str(marker)))
    cut_off = {"PYTHONPATH": str(online.folder / "no_network")}
    failed = online.pelican("-e", "BUTTERCMS_MAX_AGE=0", env=cut_off | TOKEN)
    assert marker.exists(), "the trap must catch a build that does open a socket"
    assert "built from ButterCMS content of" in failed.stdout
    marker.unlink()
    online.build("-d", env=cut_off | {"BUTTERCMS_OFFLINE": "1"})
    assert not marker.exists()
    assert digests(online) == before


def test_a_thousand_posts_cost_eleven_calls(account, site):
    """100 items a call, and the first page once more at the end: it may have changed meanwhile."""
    for number in range(1000):
        account.post(f"p{number:04}", day=f"20{number % 20 + 5:02}-01-01")
    app = create_app(account.folder)
    with serving(app) as url:
        site.configure(BUTTERCMS_API_URL=f"{url}/v2/")
        done = site.command("pull", env=TOKEN)
    assert done.returncode == 0, done.stderr
    assert len([call for call in app.calls if call.path.startswith("/v2/posts/")]) == 11
    assert len(app.calls) == 14  # and one each for authors, categories, tags
