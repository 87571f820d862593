"""A publish that is killed leaves nothing twice, and the next one finishes it."""

from collections import Counter
import random
import signal
import subprocess
import time

import pytest

from pelican_buttercms.errors import DraftError
from pelican_buttercms.publish.apply import draft_updates
from pelican_buttercms.publish.apply.cms import PACE

POST = "Title: {0}\nSlug: {0}\nStatus: published\n\nThe body of {0}.\n"
ITEM = "kind: item\ncollection: team\nstatus: published\nfields: {{name: {0}}}\n"


def _fill(at):
    """Write two posts, two equal items and one that refers to a new one, in one folder."""
    at.write("a.md", POST.format("one"))
    at.write("b.yaml", ITEM.format("Twin"))
    at.write("c.yaml", ITEM.format("Twin"))
    at.write("d.md", POST.format("two"))
    return "content/drafts"


def _held(at):
    """What the account holds, as often as it holds it."""
    posts = Counter(post["title"] for post in at.account.posts.values())
    return posts + Counter(item["name"] for item in at.items("team").values())


def _kill(at, running, writes, after):
    """Kill a publish some seconds after it has sent so many writes, unless it ends before."""
    before, end = len(at.sent()), time.monotonic() + 20
    while len(at.sent()) < before + writes and running.poll() is None and time.monotonic() < end:
        time.sleep(0.005)
    time.sleep(after)
    running.send_signal(signal.SIGKILL)
    running.communicate()


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment_and_taken_up(account, desk, seed):
    """SIGKILL at random moments, again and again: in the end everything is there exactly once."""
    account.post("other")
    account.collection("team", {"id": 1, "name": "Jane"})
    at = desk(delay="1")
    folder = _fill(at)
    assert at.plan(folder).code == 3  # the store is filled, so that the kills hit the writes
    dice = random.Random(seed)
    for writes in (dice.choice((1, 2)), 1):
        running = at.start("publish", "--yes", "--wait", "2s", folder)
        # between that write and the next: the moment is the same however fast the machine is
        _kill(at, running, writes, dice.random() * PACE)
        assert running.returncode == -signal.SIGKILL or len(at.sent()) >= 3  # two items go in one
    done = at.command("publish", "--yes", "--wait", "2s", folder)
    assert done.code == 0, done
    at.app.settle()
    assert _held(at) == {"Other": 1, "Jane": 1, "one": 1, "two": 1, "Twin": 2}
    again = at.plan(folder)
    assert again.code == 0, again
    for name in ("a.md", "b.yaml", "c.yaml", "d.md"):
        assert "base: " in at.read(name).lower()


def test_interrupted_by_hand_says_what_was_done(account, desk):
    """Ctrl-C in the middle: the summary tells how far it came."""
    account.post("other")
    account.collection("team", {"id": 1, "name": "Jane"})
    at = desk(delay="5")
    running = at.start("publish", "--yes", "--wait", "30s", _fill(at), stdin=subprocess.DEVNULL)
    end = time.monotonic() + 30
    while len(at.sent()) < 2 and time.monotonic() < end:
        time.sleep(0.01)
    running.send_signal(signal.SIGINT)
    text, _ = running.communicate(timeout=20)
    assert running.returncode == 1
    told = "Publishing was interrupted. Publish the same drafts again for the rest."
    assert f"Published: 1 created.\n{told}" in text
    assert "Traceback" not in text


def test_two_publishes_at_once(account, desk):
    """The second one is told to wait, and sends nothing."""
    account.post("other")
    account.collection("team", {"id": 1, "name": "Jane"})
    at = desk(delay="5")
    folder = _fill(at)
    running = at.start("publish", "--yes", "--wait", "30s", folder)
    end = time.monotonic() + 30
    while not at.sent() and time.monotonic() < end:
        time.sleep(0.01)
    second = at.publish(folder)
    assert second.code == 1
    assert "Another publish is under way" in second.err
    end = time.monotonic() + 60
    while running.poll() is None and time.monotonic() < end:
        at.app.settle()  # the first need not wait for what it has sent any longer
        time.sleep(0.05)
    text, _ = running.communicate(timeout=10)
    assert running.returncode == 0, text


def test_the_draft_cannot_be_written(account, desk, monkeypatch):
    """What is published stays published; the next run recognises the item and writes its id."""
    account.collection("team", {"id": 1, "name": "Jane"})
    at = desk()
    path = at.write("b.yaml", ITEM.format("Joe"))
    with monkeypatch.context() as patch:
        patch.setattr(draft_updates, "write_back", _full)
        done = at.publish(path)
    assert done.code == 0
    assert "is published, but its draft could not be updated: the disk is full" in done.err
    again = at.publish(path)
    assert again.code == 0, again
    assert "the item arrived as team:2" in again.err
    assert "id: 2" in at.read("b.yaml").lower()
    assert len(at.items("team")) == 2


def test_a_renamed_draft_is_recognised(account, desk, monkeypatch):
    """The file has another name since the interruption; what it made is found by what it says."""
    account.collection("team", {"id": 1, "name": "Jane"})
    at = desk()
    at.write("b.yaml", ITEM.format("Joe"))
    with monkeypatch.context() as patch:
        patch.setattr(draft_updates, "write_back", _full)
        at.publish("content/drafts")
    folder = at.site.folder / "content/drafts"
    (folder / "b.yaml").rename(folder / "joe.yaml")
    again = at.publish("content/drafts")
    assert again.code == 0, again
    assert "id: 2" in at.read("joe.yaml").lower()
    assert len(at.items("team")) == 2


def test_a_saved_plan_is_done_once(account, desk):
    """Applied again it would make its items again: that is noticed, and nothing is sent."""
    account.collection("team", {"id": 1, "name": "Jane"})
    at = desk()
    at.write("b.yaml", ITEM.format("Twin"))
    at.write("c.yaml", ITEM.format("Twin"))
    assert at.command("publish", "--out", "plan.json", "content/drafts").code == 0
    assert at.publish("plan.json").code == 0
    again = at.publish("plan.json")
    assert again.code == 1
    assert "has become an item since the plan was made" in again.err
    for name in ("b.yaml", "c.yaml"):  # as on a machine that has not seen it
        at.write(name, ITEM.format("Twin"))
    again = at.publish("plan.json")
    assert again.code == 1
    assert "has appeared at the CMS since the plan was made" in again.err
    assert len(at.items("team")) == 3


def test_another_account_does_not_finish_it(account, desk, monkeypatch):
    """The cache folder may be shared; what is open in one account stays open there."""
    account.collection("team", {"id": 1, "name": "Jane"})
    at = desk()
    path = at.write("b.yaml", ITEM.format("Joe"))
    with monkeypatch.context() as patch:
        patch.setattr(draft_updates, "write_back", _full)
        at.publish(path)
    first, other = at.environment["BUTTERCMS_API_URL"], desk()
    at.environment["BUTTERCMS_API_URL"] = f"{other.url}/v2/"
    with monkeypatch.context() as patch:
        patch.setattr(draft_updates, "write_back", _full)
        elsewhere = at.publish(path)
    assert "an earlier run was interrupted" not in elsewhere.err
    assert len(other.items("team")) == 2
    at.environment["BUTTERCMS_API_URL"] = first
    again = at.publish(path)
    assert "the item arrived as team:2" in again.err
    assert len(at.items("team")) == 2


def test_an_interrupted_saved_plan_is_not_done_again(account, desk, monkeypatch):
    """The drafts themselves finish it."""
    account.collection("team", {"id": 1, "name": "Jane"})
    at = desk()
    at.write("b.yaml", ITEM.format("Joe"))
    assert at.command("publish", "--out", "plan.json", "content/drafts").code == 0
    with monkeypatch.context() as patch:
        patch.setattr(draft_updates, "write_back", _full)
        at.publish("plan.json")
    again = at.publish("plan.json")
    assert again.code == 1
    assert "Publish the drafts themselves first" in again.err
    assert at.publish("content/drafts").code == 0
    assert at.publish("content/drafts").code == 0
    assert len(at.items("team")) == 2


def _full(*_, **__):
    raise DraftError("the disk is full")
