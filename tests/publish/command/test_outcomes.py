"""A write that fails stops what depends on it and nothing else; each draft has one outcome."""

import json

import pytest

from pelican_buttercms.emulator.error_responses import Refusal

POST = "Title: {0}\nSlug: {0}\nStatus: published\n\nThe body of {0}.\n"
ITEM = "kind: item\ncollection: team\nstatus: published\nfields: {{name: {0}}}\n"
PAGE = (
    "kind: page\npage_type: news\ntitle: {0}\nslug: {0}\nstatus: published\n"
    "fields: {{text: {0}, lead: {{ref: {1}}}}}\n"
)


def _refuse(at, needle, status=400, detail="no"):
    """Let the API refuse each write whose body has a word; gives what ends that."""
    handle = at.app.writes.handle

    def refusing(request, *rest):
        if needle in request.get_data(as_text=True):
            raise Refusal(status, {"detail": detail})
        return handle(request, *rest)

    at.app.writes.handle = refusing
    return lambda: setattr(at.app.writes, "handle", handle)


@pytest.fixture
def at(account, desk):
    """An account with a collection and a page that refers to it."""
    account.post("other")
    account.schemas(
        collections={"team": {"name": {"type": "text"}}},
        page_types={
            "news": {"text": {"type": "text"}, "lead": {"type": "reference", "to": "item:team"}}
        },
    )
    account.collection("team", {"id": 1, "name": "Jane"})
    account.page("news", "first", text="x", lead="/v2/content/?keys=team[_id=1]")
    made = desk()
    made.site.configure(BUTTERCMS_PAGE_TYPES=["news"], BUTTERCMS_COLLECTIONS=["team"])
    return made


def _outcomes(done):
    found = json.loads(done.out)["outcomes"]
    return {one["draft"].rpartition("/")[2]: (one["outcome"], one["cause"]) for one in found}


@pytest.mark.parametrize("status", [400, 403, 409, 422, 500])
def test_what_depends_on_a_failure_waits_and_the_rest_goes_on(at, status):
    """One item is refused: the page that refers to it waits, and what is independent is written."""
    at.write("a.md", POST.format("a"))
    at.write("joe.yaml", ITEM.format("Joe"))
    # a refused call is sent again without the item; one without an answer is not
    kim = ITEM if status < 500 else ITEM.replace("published", "draft")
    at.write("kim.yaml", kim.format("Kim"))
    at.write("needs.yaml", PAGE.format("needs", "joe.yaml"))
    at.write("other.yaml", PAGE.format("other", "kim.yaml"))
    at.write("z.md", POST.format("z"))
    mend = _refuse(at, "Joe", status, "Item creation limit is over" if status == 403 else "no")
    done = at.publish("--json", "content/drafts")
    assert done.code == 1, done
    outcomes = _outcomes(done)
    assert {name: word for name, (word, _) in outcomes.items()} == {
        "a.md": "created", "joe.yaml": "failed", "kim.yaml": "created", "needs.yaml": "waiting",
        "other.yaml": "created", "z.md": "created",
    }  # fmt: skip
    assert (
        outcomes["needs.yaml"][1]
        == "it needs create collections/team/(new) of content/drafts/joe.yaml"
    )
    assert outcomes["joe.yaml"][1]
    assert "Published: 4 created, 1 failed, 1 waiting." in done.err
    mend()
    again = at.publish("content/drafts")
    assert again.code == 0, again
    assert "Published: 2 created, 4 unchanged." in again.out
    assert sorted(item["name"] for item in at.items("team").values()) == ["Jane", "Joe", "Kim"]


@pytest.mark.parametrize(
    ("status", "detail"), [(401, "Invalid token."), (429, "API Calls limit reached.")]
)
def test_what_must_stop_everything_does(at, status, detail):
    """A wrong token and a spent quota would fail in the same way each time."""
    for slug in "abc":
        at.write(f"{slug}.md", POST.format(slug))
    _refuse(at, "body of b", status, detail)
    done = at.publish("--json", "content/drafts")
    assert done.code == 1
    words = [word for word, _ in _outcomes(done).values()]
    assert words == ["created", "failed", "not tried"]


def test_an_equal_item_waits_until_it_is_known_what_became_of_the_first(at):
    """The first may still appear, and could not be told from the second."""
    at.write("a.yaml", ITEM.format("Twin"))
    other = ITEM.replace("published", "draft")  # not in the same call
    at.write("b.yaml", other.format("Twin"))
    at.write("c.yaml", other.format("Kim"))
    handle, sent = at.app.writes.handle, []

    def late(request, *rest):
        sent.append(request)
        if len(sent) == 1:
            raise Refusal(500, {"detail": "no"})
        return handle(request, *rest)

    at.app.writes.handle = late
    done = at.publish("--json", "content/drafts")
    assert [word for word, _ in _outcomes(done).values()] == ["failed", "waiting", "created"]
    again = at.publish("content/drafts")
    assert again.code == 0, again
    names = sorted(item["name"] for item in at.items("team").values())
    assert names == ["Jane", "Kim", "Twin", "Twin"]


def test_a_refused_plan_names_every_draft(at):
    """Nothing is sent, and `--json` says for each draft whether it was the cause."""
    at.write("a.md", POST.format("a"))
    at.write("b.yaml", ITEM.format("Joe").replace("name", "nam"))
    done = at.command("publish", "--json", "--yes", "content/drafts")
    assert done.code == 1
    outcomes = _outcomes(done)
    assert outcomes["a.md"] == ("not tried", "the plan is refused")
    assert outcomes["b.yaml"][0] == "refused"
    assert "name" in outcomes["b.yaml"][1]
    assert at.sent() == []
