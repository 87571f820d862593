"""Many new items in one call: some may be refused, come to nothing, or be interrupted."""

from collections import Counter
import random
import signal
import time

import pytest

from pelican_buttercms.emulator.error_responses import Refusal
from pelican_buttercms.publish.apply import item_creation

ITEM = "collection: team\nstatus: {1}\nfields: {{name: {0}, role: x}}\n"


@pytest.fixture
def make(account, desk):
    """Make a desk with a collection of one."""

    def start(**behaviour):
        text = {"type": "text"}
        account.schemas(collections={"team": {"name": text, "role": text}})
        account.collection("team", {"id": 1, "name": "Jane", "role": "Boss"})
        at = desk(**behaviour)
        at.site.configure(BUTTERCMS_COLLECTIONS=["team"])
        return at

    return start


def _write(at, count, status="published", name="Name {0}"):
    for number in range(count):
        at.write(f"{number:02}.yaml", ITEM.format(name.format(number), status))
    return "content/drafts"


def _names(at):
    return Counter(item["name"] for item in at.items("team").values() if item["name"] != "Jane")


def _ids(at, count):
    """The ids that the drafts have, which must be those of the items."""
    texts = [at.read(f"{number:02}.yaml").lower() for number in range(count)]
    ids = [int(text.split("id: ")[1].split()[0]) for text in texts]
    assert sorted(ids) == sorted(set(at.items("team")) - {1})
    return ids


@pytest.mark.parametrize("status", ["published", "draft"])
@pytest.mark.parametrize("name", ["Name {0}", "Twin"])
def test_what_came_to_nothing_is_created_by_the_next_run(make, status, name):
    """202, and only half of them are there: those have their ids, and nothing is there twice."""
    at = make(new_items="half")
    folder = _write(at, 9, status, name)
    done = at.publish(folder)
    assert done.code == 1
    assert "5 created, 4 failed" in done.text, done
    assert len(at.items("team")) == 6
    for left in (2, 1, 1):
        done = at.publish(folder)
        assert len(at.sent()) > 0
        assert 9 - (len(at.items("team")) - 1) <= left, done
    done = at.publish(folder)
    assert done.code == 0, done
    assert sum(_names(at).values()) == 9
    ids = _ids(at, 9)
    if name != "Twin":
        assert [at.items("team")[i]["name"] for i in ids] == [f"Name {n}" for n in range(9)]


def test_an_answer_that_is_lost_after_the_write(make):
    """Whatever became of the call is looked up; it is not sent again in the same run."""
    at = make()
    folder = _write(at, 6)
    assert at.plan(folder).code == 3
    handle = at.app.writes.handle

    def lost(request, *rest):
        handle(request, *rest)
        at.app.writes.handle = handle
        raise Refusal(500, {"detail": "lost"})

    at.app.writes.handle = lost
    done = at.publish(folder)
    assert done.code == 0, done
    assert at.sent() == [("POST", "/content/")]
    assert set(_names(at).values()) == {1}
    _ids(at, 6)


def test_one_that_is_refused_does_not_stop_the_others(make):
    """The refused call is made in halves until the wrong one is alone."""
    at = make()
    folder = _write(at, 20)
    handle = at.app.writes.handle

    def refusing(request, *rest):
        if b"Name 13" in request.get_data():
            raise Refusal(400, {"fields": ["no"]})
        return handle(request, *rest)

    at.app.writes.handle = refusing
    done = at.publish(folder)
    assert done.code == 1
    assert "19 created, 1 failed" in done.text, done
    assert "Name 13" not in _names(at)
    assert set(_names(at).values()) == {1}
    assert len(at.sent()) <= 12
    at.app.writes.handle = handle
    done = at.publish(folder)
    assert done.code == 0, done
    assert "an earlier run was interrupted" not in done.text
    assert len(_ids(at, 20)) == 20


def test_what_a_refused_call_created_all_the_same_is_not_created_twice(make):
    """A 400 after half of the work: what is there is seen before anything is sent again."""
    at = make(new_items="half")
    folder = _write(at, 8)
    handle = at.app.writes.handle

    def refusing(request, *rest):
        handle(request, *rest)
        at.app.writes.handle = handle
        raise Refusal(400, {"fields": ["one of them is wrong"]})

    at.app.writes.handle = refusing
    for _ in range(5):
        done = at.publish(folder)
    assert done.code == 0, done
    assert set(_names(at).values()) == {1}
    assert len(_ids(at, 8)) == 8


def test_the_plans_limit_takes_what_fits(make):
    """The rest is named, with the API's own words, after few calls."""
    at = make(account={"limits": {"items": 13}})
    done = at.publish(_write(at, 40))
    assert done.code == 1
    assert "Collection Item Limit Reached" in done.text
    assert len(at.items("team")) == 13
    assert set(_names(at).values()) == {1}
    assert len(at.sent()) <= 20


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_any_moment(make, seed):
    """SIGKILL during the call, while it is looked for, and while ids are written back."""
    at = make(delay="1")
    folder = _write(at, 12, name="Twin" if seed % 2 else "Name {0}")
    assert at.plan(folder).code == 3
    dice = random.Random(seed)
    for _ in range(2):
        running = at.start("publish", "--yes", "--wait", "2s", folder)
        before, end = len(at.sent()), time.monotonic() + 20
        while len(at.sent()) == before and running.poll() is None and time.monotonic() < end:
            time.sleep(0.002)
        time.sleep(dice.random() * 0.3)
        running.send_signal(signal.SIGKILL)
        running.communicate()
    done = at.command("publish", "--yes", "--wait", "2s", folder)
    assert done.code == 0, done
    at.app.settle()
    assert sum(_names(at).values()) == 12
    _ids(at, 12)
    assert at.plan(folder).code == 0


def test_a_draft_that_was_left_out_of_the_next_run(make):
    """What another draft has got is not taken for what an interrupted run left open."""
    at = make(new_items="half")
    _write(at, 2, name="Twin")
    assert at.publish("content/drafts").code == 1
    assert len(at.items("team")) == 2
    done = at.publish("content/drafts/01.yaml")
    assert done.code == 0, done
    assert len(at.items("team")) == 3
    assert len(set(_ids(at, 2))) == 2


def test_large_items_go_out_in_several_calls(make, monkeypatch):
    """A call of many megabytes might be refused."""
    monkeypatch.setattr(item_creation, "LARGEST_CALL", 2_000)
    at = make()
    folder = _write(at, 5, name="N{0} " + "x" * 900)
    done = at.publish(folder)
    assert done.code == 0, done
    assert len(at.sent()) == 3
    assert len(_ids(at, 5)) == 5


def test_an_editor_is_faster(make):
    """An equal item that appears between plan and write is not taken for ours."""
    at = make()
    folder = _write(at, 3)
    assert at.command("publish", "--out", "plan.json", folder).code == 0
    at.items("team")[50] = {
        "meta": {"id": 50},
        "status": "published",
        "name": "Name 1",
        "role": "x",
    }
    done = at.publish("plan.json")
    assert done.code == 1
    assert "team:50 has appeared at the CMS since the plan was made" in done.text
    assert _names(at) == {"Name 0": 1, "Name 1": 1, "Name 2": 1}
