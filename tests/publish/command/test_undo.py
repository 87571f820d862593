"""`publish undo` puts back what a run overwrote, as a plan like any other."""

import copy
import json
import signal
import time

import pytest

POST = "Title: {0}\nSlug: {0}\nStatus: published\n\nThe body of {0}.\n"
SCHEMAS = {
    "collections": {"team": {"name": {"type": "text"}, "role": {"type": "text"}}},
    "page_types": {"news": {"text": {"type": "text"}, "rows": {"type": "repeater", "fields": {}}}},
}


@pytest.fixture
def at(account, desk):
    """An account with a post, a page and an item, each with a draft that changes it."""
    account.schemas(**SCHEMAS)
    account.post("other", body="<p>Old body</p>", summary="Old summary")
    account.page("news", "first", text="Old text", rows=[])
    account.collection("team", {"id": 1, "name": "Jane", "role": "Old role"})
    made = desk()
    made.site.configure(BUTTERCMS_PAGE_TYPES=["news"], BUTTERCMS_COLLECTIONS=["team"])
    made.write("other.md", "Title: Other\nSlug: other\nSummary: New summary\n\nNew body\n")
    made.write(
        "first.yaml",
        "kind: page\npage_type: news\ntitle: First\nslug: first\nfields: {text: New text}\n",
    )
    made.write("jane.yaml", "collection: team\nid: 1\nfields: {role: New role}\n")
    return made


def _held(at):
    """What the account holds, as a reader has it."""
    post, page = at.account.posts["other"], at.page("news", "first")
    return copy.deepcopy({
        "post": (post["body"], post["summary"], post["status"]),
        "page": (page["fields"], page["status"]),
        "item": {k: v for k, v in at.items("team")[1].items() if k in {"name", "role"}},
    })  # fmt: skip


def test_a_run_is_undone_and_that_again(at):
    """Every kind is as it was; the drafts stay as they are; an undo is a run itself."""
    before = _held(at)
    assert at.publish("--ours", "content/drafts").code == 0
    after, drafts = _held(at), [at.read(name) for name in ("other.md", "first.yaml", "jane.yaml")]
    assert after != before
    plan = at.command("publish", "undo", "--dry-run", "--exit-code")
    assert plan.code == 3
    assert "role: [-New-] {+Old+} role" in plan.out
    assert _held(at) == after
    done = at.publish("undo")
    assert done.code == 0, done
    assert "Published: 3 changed." in done.out
    assert _held(at) == before
    assert drafts == [at.read(name) for name in ("other.md", "first.yaml", "jane.yaml")]
    assert at.publish("undo").code == 0
    assert _held(at) == after


def test_runs_are_listed_and_undone_by_name(at):
    """The name says when; what the drafts publish afterwards is another run."""
    assert at.publish("--ours", "content/drafts/other.md").code == 0
    first = at.command("publish", "undo", "--runs").out.splitlines()[1].split()[0]
    assert at.publish("--ours", "content/drafts/jane.yaml").code == 0
    lines = at.command("publish", "--runs").out.splitlines()
    assert [line.split()[1:] for line in lines] == [
        ["CHANGES", "DRAFTS"],
        ["1", "changed", "jane.yaml"],
        ["1", "changed", "other.md"],
    ]
    done = at.publish("--restore", first)
    assert done.code == 0, done
    assert "Old body" in at.account.posts["other"]["body"]
    assert at.items("team")[1]["role"] == "New role"
    assert "posts/new" not in at.command("publish", "undo", "--dry-run", "-y", first).out
    assert "There is no run '20200101T000000'" in at.publish("undo", "20200101T000000").err


def test_what_an_editor_did_since_is_not_lost(at):
    """A field that an editor changed since is a conflict, another one stays as it is."""
    assert at.publish("--ours", "content/drafts/other.md").code == 0
    at.account.posts["other"]["summary"] = "An editor's"
    at.account.posts["other"]["seo_title"] = "An editor's title"
    done = at.publish("undo")
    assert done.code == 1
    assert "the CMS has changed it since that run" in done.out
    assert "New body" in at.account.posts["other"]["body"]
    done = at.publish("undo", "--theirs")
    assert done.code == 0, done
    post = at.account.posts["other"]
    assert "Old body" in post["body"]
    assert (post["summary"], post["seo_title"]) == ("An editor's", "An editor's title")


def _new(at):
    at.write("new.md", POST.format("new"))
    at.write("joe.yaml", "collection: team\nstatus: published\nfields: {name: Joe, role: x}\n")
    at.write(
        "page.yaml",
        "kind: page\npage_type: news\ntitle: P\nslug: p\nstatus: published\n"
        "fields: {text: x, rows: []}\n",
    )
    names = ("new.md", "joe.yaml", "page.yaml")
    assert at.publish(*(f"content/drafts/{name}" for name in names)).code == 0


def test_what_a_run_created_stays_unless_asked(at):
    """By itself nothing happens to it; it becomes a draft, or is deleted, where that is said."""
    _new(at)
    done = at.publish("undo")
    assert done.code == 0
    assert (
        "posts/new was created by that run and stays: --status draft makes it a draft" in done.out
    )
    assert at.account.posts["new"]["status"] == "published"
    done = at.publish("undo", "--delete")
    assert done.code == 0, done
    assert list(at.account.posts) == ["other"]
    assert list(at.items("team")) == [1]
    assert "pages/news/p was created by that run and stays" in done.out
    assert "Id:" not in at.read("new.md")
    assert "id:" not in at.read("joe.yaml")


def test_what_a_run_created_becomes_a_draft(at):
    """Posts and items at least; of a page, that it cannot be withdrawn is said."""
    at.write("new.md", POST.format("new"))
    at.write("joe.yaml", "collection: team\nstatus: published\nfields: {name: Joe, role: x}\n")
    assert at.publish("content/drafts/new.md", "content/drafts/joe.yaml").code == 0
    done = at.publish("undo", "--status", "draft")
    assert done.code == 0, done
    assert at.account.posts["new"]["status"] == "draft"
    assert at.items("team")[2]["status"] == "draft"


def test_what_an_editor_changed_of_it_is_not_deleted(at):
    """Deleting asks whether it is as the run left it."""
    _new(at)
    at.account.posts["new"]["body"] = "An editor's"
    done = at.publish("undo", "--delete")
    assert done.code == 1
    assert "new" in at.account.posts


def test_what_a_run_deleted_is_created_again(at):
    """A post under its slug; an item under a new number, which its draft gets."""
    _new(at)
    assert at.publish("--delete", "content/drafts/new.md", "content/drafts/joe.yaml").code == 0
    assert "new" not in at.account.posts
    done = at.publish("undo")
    assert done.code == 0, done
    assert at.account.posts["new"]["status"] == "published"
    assert "The body of new" in at.account.posts["new"]["body"]
    (number,) = set(at.items("team")) - {1}
    assert at.items("team")[number]["name"] == "Joe"
    assert f"id: {number}" in at.read("joe.yaml")
    assert "under a new number" in done.out
    assert "new.md says Status: draft since the deletion" in done.out
    for name in ("new.md", "joe.yaml"):
        at.write(name, at.read(name).replace("draft", "published"))
    assert at.plan("content/drafts/new.md", "content/drafts/joe.yaml").code == 0


def test_a_renamed_post_gets_its_slug_back(at):
    """It is found under the new one."""
    at.write("other.md", "Title: Other\nId: other\nSlug: renamed\n\nNew body\n")
    assert at.publish("--ours", "content/drafts/other.md").code == 0
    assert list(at.account.posts) == ["renamed"]
    done = at.publish("undo")
    assert done.code == 0, done
    assert list(at.account.posts) == ["other"]
    assert "Old body" in at.account.posts["other"]["body"]


def test_what_was_live_is_live_again(at):
    """The status is part of what was overwritten."""
    assert at.publish("--ours", "--status", "draft", "content/drafts/other.md").code == 0
    assert at.account.posts["other"]["status"] == "draft"
    assert at.publish("undo").code == 0
    assert at.account.posts["other"]["status"] == "published"


@pytest.mark.parametrize("writes", [1, 2])
def test_killed_in_the_middle_and_taken_up(account, desk, writes):
    """What is put back already is as it was, so the same command does the rest."""
    for slug in "abc":
        account.post(slug, body=f"<p>Old {slug}</p>")
    at = desk(delay="1")
    for slug in "abc":
        at.write(f"{slug}.md", f"Title: {slug.upper()}\nSlug: {slug}\n\nNew {slug}\n")
    assert at.publish("--ours", "content/drafts").code == 0
    at.app.settle()
    name = at.command("publish", "--runs").out.splitlines()[1].split()[0]
    before = len(at.sent())
    running = at.start("publish", "--yes", "--wait", "20s", "--restore", name)
    end = time.monotonic() + 40
    while len(at.sent()) < before + writes and running.poll() is None and time.monotonic() < end:
        time.sleep(0.005)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    at.app.settle()
    assert "New a" in at.account.posts["a"]["body"]
    done = at.publish("--restore", name)
    assert done.code == 0, done
    at.app.settle()
    assert all(f"Old {slug}" in at.account.posts[slug]["body"] for slug in "abc")


def test_nothing_to_undo(at):
    """Before any run, and where what a run overwrote is no longer kept."""
    assert "there is nothing to undo" in at.publish("undo").err
    assert at.publish("--ours", "content/drafts/other.md").code == 0
    bases = next(at.site.folder.rglob("bases"))
    for path in bases.iterdir():
        path.unlink()
    done = at.publish("undo")
    assert done.code == 1
    assert "is no longer kept" in done.out
    assert "give no drafts with `undo`" in at.publish("undo", "last", "content/drafts").err
    assert "Name the drafts to publish" in at.publish().err


def test_an_undo_as_json(at):
    """As any plan."""
    assert at.publish("--ours", "content/drafts/other.md").code == 0
    done = at.publish("undo", "--json")
    (one,) = json.loads(done.out)["outcomes"]
    assert (one["outcome"], one["target"]) == ("changed", "posts/other")


def test_what_was_created_and_published_in_one_run_is_deleted(account, desk):
    """Locales of different statuses take two writes; the run itself is no change since."""
    account.schemas(**SCHEMAS)
    account.collection("team", {"id": 1, "name": "Jane", "role": ""})
    at = desk(account={"locales": ["en", "de"], "default_locale": "en"})
    at.site.configure(BUTTERCMS_COLLECTIONS=["team"], BUTTERCMS_LOCALES=["en", "de"])
    path = at.write(
        "joe.yaml",
        "collection: team\nstatus: {en: published, de: draft}\nfields:\n"
        "  en: {name: Joe, role: x}\n  de: {name: Joe, role: y}\n",
    )
    assert at.publish(path).code == 0
    assert len(at.items("team")) == 2
    undone = at.command("publish", "undo", "--delete", "--yes", "--wait", "2s")
    assert undone.code == 0, undone
    assert list(at.items("team")) == [1]
