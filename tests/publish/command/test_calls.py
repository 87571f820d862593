"""How many calls a publish makes, of which every one is billed."""

import json

import pytest

LOCALES = ["en", "de", "fr"]
ITEM = "kind: item\ncollection: team\nstatus: published\n{0}"


class Calls:
    """What reached the API since the last look: reads, and writes."""

    def __init__(self, at):
        self.at, self.before = at, len(at.app.calls)

    def __call__(self):
        calls = self.at.app.calls[self.before :]
        self.before = len(self.at.app.calls)
        writes = [call for call in calls if call.method not in {"GET", "HEAD"}]
        return len(calls) - len(writes), len(writes)


@pytest.fixture(params=[1, 3], ids=["one locale", "three locales"])
def locales(request):
    """The account's locales."""
    return LOCALES[: request.param]


@pytest.fixture
def make(account, desk, locales):
    """Make a desk with a collection of so many items, which is stored."""

    def start(count, other=False, status="published"):
        others = {
            code: {"status": status, "name": f"{code} {{0}}", "role": "Same"}
            for code in locales[1:]
        }
        account.schemas(collections={"team": {"name": {"type": "text"}, "role": {"type": "text"}}})
        items = [
            {
                "id": 100 + n, "name": f"Name {n}", "role": "Same", "status": status,
                "locales": json.loads(json.dumps(others).replace("{0}", str(n))),
            }
            for n in range(count)
        ]  # fmt: skip
        account.collection("team", *items)
        if other:
            account.collection("offices", {"id": 1, "city": "Hull"})
        at = desk(account={"locales": locales, "default_locale": "en"})
        at.site.configure(
            BUTTERCMS_COLLECTIONS=["team", *(["offices"] if other else [])],
            **({"BUTTERCMS_LOCALES": locales} if len(locales) > 1 else {}),
        )
        assert at.command("pull").code == 0
        return at, Calls(at)

    return start


def _new(at, count, locales):
    """Write so many drafts of new items, one file each, in all locales."""
    for n in range(count):
        if len(locales) > 1:
            lines = [f"  {code}: {{name: {code} New {n}, role: Same}}\n" for code in locales]
            at.write(f"new-{n}.yaml", ITEM.format("fields:\n" + "".join(lines)))
        else:
            at.write(f"new-{n}.yaml", ITEM.format(f"fields: {{name: New {n}, role: Same}}\n"))
    return "content/drafts"


@pytest.mark.parametrize(("there", "other"), [(3, False), (100, False), (450, True)])
def test_sixty_new_items(make, locales, there, other):
    """One look at the collection to plan; one write, and a look in each locale."""
    at, calls = make(there, other)
    folder = _new(at, 60, locales)
    planned = at.plan(folder)
    assert planned.code == 3, planned
    assert calls() == (1, 0)
    done = at.publish(folder)
    assert done.code == 0, done
    reads, writes = calls()
    assert writes == 1
    looks = 3 if there == 100 else 1  # the new ones are on a second page
    assert reads <= 2 + looks * len(locales)
    assert len(at.items("team")) == there + 60
    ids = {at.read(f"new-{n}.yaml").lower().split("id: ")[1].split()[0] for n in range(60)}
    assert len(ids) == 60
    before = len(at.app.calls)
    assert at.command("pull").code == 0
    told = at.command("diff", "--exit-code")
    assert told.code == 0, told  # the pull brings nothing that publish had not stored
    calls.before += len(at.app.calls) - before
    again = at.plan(folder)
    assert f"{60 * len(locales)} unchanged" in again.out, again
    assert sum(calls()) <= 6 * len(locales)


@pytest.mark.parametrize("status", ["published", "draft"])
def test_one_changed_of_450(make, locales, status):
    """Its own values find it: no listing is read."""
    at, calls = make(450, status=status)
    name = f"{locales[-1]} 7" if len(locales) > 1 else "Name 7"
    assert at.command(
        "export", "--to", "content/drafts", *(["--preview"] if status == "draft" else []),
        "collections/team/107",
    ).code == 0  # fmt: skip
    files = [
        p for p in (at.site.folder / "content/drafts").rglob("*.yaml") if name in p.read_text()
    ]
    assert files
    files[0].write_text(files[0].read_text().replace("Same", "Other"))
    calls()
    done = at.publish(str(files[0].relative_to(at.site.folder)))
    assert done.code == 0, done
    assert at.sent()[-1] == ("PATCH", "/content/team/107/")
    reads, writes = calls()
    assert writes == 1
    assert reads + writes <= 6


def test_sixty_unchanged(make, locales):
    """What an export wrote is compared with one listing in each locale."""
    at, calls = make(60)
    assert at.command("export", "--to", "content/drafts").code == 0
    calls()
    done = at.publish("content/drafts")
    assert done.code == 0, done
    assert f"{60 * len(locales)} unchanged" in done.out
    assert calls() == (len(locales), 0)
    assert at.sent() == []


def test_one_item_in_all_its_locales_is_one_write(make, locales):
    """Its versions are read one by one, and sent together."""
    at, calls = make(450)
    fields = "".join(f"  {code}: {{role: Other}}\n" for code in locales)
    fields = f"fields:\n{fields}" if len(locales) > 1 else "fields: {role: Other}\n"
    path = at.write("one.yaml", ITEM.format("id: 107\n" + fields))
    calls()
    done = at.publish("--ours", path)
    assert done.code == 0, done
    reads, writes = calls()
    assert writes == 1
    assert reads <= 3 * len(locales)
    item = at.items("team")[107]
    assert [item["role"], *(of["role"] for of in item["locales"].values())] == [
        "Other" for _ in locales
    ]
    assert item["name"] == "Name 7"


def test_a_collection_that_no_pull_brings(account, desk):
    """It is read once to learn its fields, and what was read tells how to find one item."""
    account.schemas(collections={"team": {"name": {"type": "text"}}})
    account.collection("team", *({"id": 100 + n, "name": f"Name {n}"} for n in range(450)))
    account.collection("offices", {"id": 1, "city": "Hull"})
    at = desk()
    at.site.configure(BUTTERCMS_COLLECTIONS=["offices"])
    assert at.command("pull").code == 0
    calls = Calls(at)
    done = at.publish(
        "--ours", at.write("one.yaml", "collection: team\nid: 107\nfields: {name: New}\n")
    )
    assert done.code == 0, done
    assert at.items("team")[107]["name"] == "New"
    reads, writes = calls()
    assert (reads <= 5, writes) == (True, 1)
