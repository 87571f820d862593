"""Before anything is sent: the plan, the question, saved plans and exit codes."""

import json
import os
import pty

import pytest

POST = "Title: {0}\nSlug: {0}\nStatus: published\n\nThe body of {0}.\n"


@pytest.fixture
def at(account, desk):
    """A desk with one draft."""
    account.post("other")
    made = desk()
    made.path = made.write("one.md", POST.format("one"))
    return made


@pytest.mark.parametrize(
    ("keys", "code", "told"), [("n\n", 0, "Nothing was sent"), ("y\n", 0, "1 created")]
)
def test_a_terminal_is_asked(at, keys, code, told):
    """Only a yes sends anything."""
    above, below = pty.openpty()
    running = at.start("publish", at.path, stdin=below)
    os.write(above, keys.encode())
    text, _ = running.communicate(timeout=30)
    os.close(above)
    os.close(below)
    assert running.returncode == code
    assert "Send this to the CMS?" in text
    assert told in text
    assert ("one" in at.account.posts) == (keys == "y\n")


def test_without_a_terminal_nothing_is_sent(at):
    """In a pipe nobody can answer: it takes --yes."""
    done = at.command("publish", at.path)
    assert done.code == 1
    assert "Give --yes to publish without asking" in done.err
    assert at.sent() == []


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--dry-run"], 0),
        (["--dry-run", "--exit-code"], 3),
        (["--dry-run", "--exit-code", "--no-such-option"], 2),
        (["--dry-run", "--exit-code", "--ours", "--theirs"], 2),
        (["--dry-run", "--exit-code", "--wait", "soon"], 2),
        (["--dry-run", "--exit-code", "content/none.md"], 1),
        (["-s", "none.py", "--dry-run", "--exit-code"], 2),
    ],
)
def test_exit_codes(at, arguments, code):
    """3 says that there are changes and nothing else; every error is another one."""
    done = at.command("publish", *arguments, at.path)
    assert done.code == code, done
    assert at.sent() == []


def test_nothing_to_do(at):
    """With --exit-code, 0 says that the CMS holds what the drafts say."""
    assert at.publish("--exit-code", at.path).code == 3
    done = at.publish("--exit-code", at.path)
    assert done.code == 0
    assert "Published: 1 unchanged." in done.out


def test_the_plan_as_json(at):
    """Other programs read what would be done, field by field."""
    done = at.plan("--json", at.path)
    assert done.code == 3
    plan = json.loads(done.out)
    (step,) = plan["steps"]
    assert (step["action"], step["kind"], step["id"], step["status"]) == (
        "create", "post", "one", "published",
    )  # fmt: skip
    fields = {field["path"]: field["new"] for field in step["fields"]}
    assert fields["title"] == "one"
    assert plan["conflicts"] == plan["problems"] == []


def test_a_saved_plan_is_done_exactly(at):
    """What was looked at is what is sent, though the draft has changed since; it knows its id."""
    saved = at.command("publish", "--out", "plan.json", at.path)
    assert saved.code == 0, saved
    at.write("one.md", POST.format("one").replace("The body", "Another body"))
    done = at.publish("plan.json")
    assert done.code == 0, done
    assert "The body of one" in at.account.posts["one"]["body"]
    assert "Id: one" in at.read("one.md")
    plan = at.plan(at.path)
    assert plan.code == 3
    assert "[-The-] {+Another+} body" in plan.out


def test_a_saved_plan_travels_with_its_new_items(account, desk):
    """A reference to what the plan makes is kept in the file."""
    account.schemas(
        collections={"team": {"name": {}, "boss": {"type": "reference", "to": "item:team"}}}
    )
    account.collection("team", {"id": 1, "name": "Jane", "boss": {"$ref": "item:team/1"}})
    at = desk()
    head = "kind: item\ncollection: team\n"
    at.write("a.yaml", f"{head}fields: {{name: Joe, boss: b.yaml}}\n")
    at.write("b.yaml", f"{head}fields: {{name: Zoe, boss: team:1}}\n")
    assert at.command("publish", "--out", "plan.json", "content/drafts").code == 0
    done = at.publish("plan.json")
    assert done.code == 0, done
    names = {item["name"]: number for number, item in at.items("team").items()}
    assert at.items("team")[names["Joe"]]["boss"] == {"$ref": f"item:team/{names['Zoe']}"}
    assert at.plan("content/drafts").code == 0


@pytest.mark.parametrize(
    "spoil", ["{}", '{"pelican-buttercms plan": 9, "account": "x", "steps": []}']
)
def test_a_file_that_is_no_plan(at, spoil):
    """A damaged or foreign plan is refused, with what to do."""
    (at.site.folder / "plan.json").write_text(spoil)
    done = at.publish("plan.json")
    assert done.code == 1
    assert "plan" in done.err
    assert at.sent() == []


def test_a_plan_for_another_account(at, desk, account):
    """Ids of one account mean nothing in another."""
    assert at.command("publish", "--out", "plan.json", at.path).code == 0
    at.environment["BUTTERCMS_API_URL"] = f"{desk().url}/v2/"
    done = at.publish("plan.json")
    assert done.code == 1
    assert "was made for another account" in done.err


def test_a_dry_run_needs_no_write_token(at):
    """It is not looked for, so a pull request's build can show the plan."""
    del at.environment["BUTTERCMS_WRITE_TOKEN"]
    assert at.plan(at.path).code == 3


def test_offline_and_empty(at):
    """Without the network nothing is planned; without drafts nothing is published."""
    at.environment["BUTTERCMS_OFFLINE"] = "1"
    assert "BUTTERCMS_OFFLINE" in at.publish(at.path).err
    del at.environment["BUTTERCMS_OFFLINE"]
    (at.site.folder / "content/empty").mkdir()
    done = at.publish("content/empty")
    assert done.code == 1
    assert "content/empty" in done.err


def test_a_plan_is_written_over_nothing_else(at):
    """A typing mistake must not cost a draft."""
    draft = at.read("one.md")
    for name, told in (("content/drafts/one.md", "a .json file"), ("none/plan.json", "no folder")):
        stopped = at.command("publish", "--out", name, at.path)
        assert stopped.code == 1
        assert told in stopped.err
    assert at.read("one.md") == draft
    (at.site.folder / "data.json").write_text("{}")
    stopped = at.command("publish", "--out", "data.json", at.path)
    assert stopped.code == 1
    assert "exists and is not a plan" in stopped.err


def test_a_plan_is_found_from_everywhere(at):
    """Its drafts are named from its own folder; without them it is refused."""
    assert at.command("publish", "--out", "plan.json", at.path).code == 0
    away = at.site.folder / "content"
    plan = away.parent / "plan.json"
    folder, at.site.folder = at.site.folder, away
    (away / "pelicanconf.py").touch()
    done = at.publish("-s", folder / "pelicanconf.py", plan)
    at.site.folder = folder
    assert done.code == 0, done
    assert "Id: one" in at.read("one.md")
    (folder / "content/drafts/one.md").unlink()
    gone = at.publish(plan)
    assert gone.code == 1
    assert "Drafts of the plan are missing" in gone.err


def test_a_saved_plan_takes_no_other_wishes(at):
    """They would be ignored."""
    assert at.command("publish", "--out", "plan.json", at.path).code == 0
    stopped = at.publish("--status", "draft", "plan.json")
    assert stopped.code == 2
    assert "A saved plan is applied as it is" in stopped.err


def test_slugs_of_any_script(at, account):
    """In the emulator inside the process, too."""
    at.environment["BUTTERCMS_API_URL"] = f"emulator:{account.folder}"
    path = at.write("u.md", "Title: \u00dcn\u00ef\nSlug: \u00fcn\u00ef\n\nBody\n")
    done = at.publish(path)
    assert done.code == 0, done
    assert at.plan(path).code == 0
