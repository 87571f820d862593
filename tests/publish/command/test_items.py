"""Collection items: the API numbers them and does not tell the number."""

import pytest

TEXT = {"type": "text"}
SCHEMAS = {
    "collections": {
        "team": {"name": TEXT, "boss": {"type": "reference", "to": "item:team"}},
        "offices": {"city": TEXT},
    },
    "page_types": {"landing": {"headline": TEXT, "lead": {"type": "reference", "to": "item:team"}}},
}


@pytest.fixture
def team(account):
    """An account with a collection of two, and a page that refers to one of them."""
    account.schemas(**SCHEMAS)
    account.collection(
        "team",
        {"id": 7, "name": "Jane", "boss": None},
        {"id": 8, "name": "Joe", "boss": {"$ref": "item:team/7"}, "status": "draft"},
    )
    account.collection("offices", {"id": 20, "city": "Hull"})
    account.page("landing", "home", headline="Hi", lead={"$ref": "item:team/7"})
    return account


def _item(name, **words):
    lines = "".join(f"{key}: {value}\n" for key, value in words.items())
    return f"kind: item\ncollection: team\n{lines}fields:\n  name: {name}\n  boss: team:7\n"


def test_a_new_item_is_found_and_its_number_written_back(team, desk):
    """The id goes into the draft, and publishing again changes nothing."""
    at = desk()
    done = at.publish(at.write("joan.yaml", _item("Joan", status="published")))
    assert done.code == 0, done
    (number,) = set(at.items("team")) - {7, 8}
    item = at.items("team")[number]
    assert (item["name"], item["status"]) == ("Joan", "published")
    assert item["boss"] == {"$ref": "item:team/7"}
    assert f"id: {number}" in at.read("joan.yaml").lower()
    again = at.plan("content/drafts/joan.yaml")
    assert again.code == 0, again
    assert at.sent() == [("POST", "/content/")]


def test_two_equal_new_items_are_two_items(team, desk):
    """Each draft gets an item of its own, though nothing tells them apart."""
    at = desk()
    at.write("one.yaml", _item("Twin"))
    at.write("two.yaml", _item("Twin"))
    done = at.publish("content/drafts")
    assert done.code == 0, done
    numbers = set(at.items("team")) - {7, 8}
    assert len(numbers) == 2
    written = {
        at.read(name).lower().split("id: ")[1].split()[0] for name in ("one.yaml", "two.yaml")
    }
    assert written == {str(number) for number in numbers}


def test_a_change_keeps_status_and_other_fields(team, desk):
    """An item that is a draft stays one, and PATCH leaves what is not named."""
    at = desk()
    draft = "kind: item\ncollection: team\nid: 8\nfields: {name: Joseph}\n"
    done = at.publish("--ours", at.write("joe.yaml", draft))
    assert done.code == 0, done
    item = at.items("team")[8]
    assert (item["name"], item["status"]) == ("Joseph", "draft")
    assert item["boss"] == {"$ref": "item:team/7"}
    assert at.sent() == [("PATCH", "/content/team/8/")]


def test_what_is_referred_to_is_made_first(team, desk):
    """A page that refers to the draft of a new item gets that item's number."""
    at = desk()
    fields = "fields: {headline: Hi, lead: ./zoe.yaml}\n"
    page = f"kind: page\npage_type: landing\ntitle: New\nslug: new\n{fields}"
    at.write("a-page.yaml", page)
    at.write("zoe.yaml", _item("Zoe").replace("team:7", "./boss.yaml"))
    at.write("boss.yaml", _item("Boss"))
    done = at.publish("content/drafts")
    assert done.code == 0, done
    names = {item["name"]: number for number, item in at.items("team").items()}
    assert at.items("team")[names["Zoe"]]["boss"] == {"$ref": f"item:team/{names['Boss']}"}
    assert at.page("landing", "new")["fields"]["lead"] == {"$ref": f"item:team/{names['Zoe']}"}
    assert [path for _, path in at.sent()] == ["/content/", "/content/", "/pages/"]
    again = at.plan("content/drafts")
    assert again.code == 0, again


def test_new_items_that_refer_to_each_other_are_refused(team, desk):
    """Neither can be made first; both files are named, and nothing is sent."""
    at = desk()
    at.write("one.yaml", _item("One").replace("team:7", "./two.yaml"))
    at.write("two.yaml", _item("Two").replace("team:7", "./one.yaml"))
    done = at.publish("content/drafts")
    assert done.code == 1
    assert "refer to each other" in done.out
    assert "one.yaml" in done.out
    assert at.sent() == []


def test_a_deletion_is_asked_for_and_says_who_still_refers(team, desk):
    """--delete deletes what the draft was published as; its file may then make a new one."""
    at = desk()
    at.site.configure(BUTTERCMS_PAGE_TYPES=["landing"])
    made = at.publish(at.write("joan.yaml", _item("Joan", status="published")))
    assert made.code == 0, made
    (number,) = set(at.items("team")) - {7, 8}
    refused = at.command("publish", "--delete", "content/drafts/joan.yaml")
    assert refused.code == 1
    assert "there is no terminal to ask on" in refused.err
    assert number in at.items("team")
    done = at.publish("--delete", "content/drafts/joan.yaml")
    assert done.code == 0, done
    assert "- delete collections/team/" in done.out
    assert set(at.items("team")) == {7, 8}
    assert "base" not in at.read("joan.yaml").lower()
    jane = at.write("jane.yaml", "kind: item\ncollection: team\nid: 7\nfields: {name: Jane}\n")
    unseen = at.publish("--delete", jane)
    assert unseen.code == 1
    assert "conflict" in unseen.out
    named = at.plan("--delete", "--ours", jane)
    assert "Still referenced by pages/landing/home" in named.out


def test_pages_cannot_be_deleted(team, desk):
    """The API has no such call, and the plan says so."""
    at = desk()
    draft = "kind: page\npage_type: landing\nid: home\nslug: home\nfields: {headline: Hi}\n"
    done = at.publish("--delete", "--ours", at.write("home.yaml", draft))
    assert done.code == 1
    assert "the API cannot delete pages" in done.out
    assert at.sent() == []


def test_an_item_in_two_locales_is_one_item(team, desk):
    """Files that differ only in their locale make one item, in one write."""
    at = desk(account={"locales": ["en", "de"], "default_locale": "en"})
    at.site.configure(BUTTERCMS_LOCALES=["en", "de"])
    at.write("joan.en.yaml", _item("Joan"))
    at.write("joan.de.yaml", _item("Johanna"))
    done = at.publish("content/drafts")
    assert done.code == 0, done
    (number,) = set(at.items("team")) - {7, 8}
    item = at.items("team")[number]
    assert (item["name"], item["locales"]["de"]["name"]) == ("Joan", "Johanna")
    assert at.sent() == [("POST", "/content/")]
    assert at.plan("content/drafts").code == 0


def test_a_locale_may_be_named_by_its_language(team, desk):
    """`de-at` in a file's name is the locale de-AT: both files are one item."""
    at = desk(account={"locales": ["en", "de-AT"], "default_locale": "en"})
    at.site.configure(BUTTERCMS_LOCALES=["en", "de-AT"])
    at.write("joan.yaml", _item("Joan"))
    at.write("joan.de-at.yaml", _item("Johanna"))
    at.write("joan.json", '{"collection": "team", "fields": {"name": "Third", "boss": "team:7"}}')
    done = at.publish("content/drafts")
    assert done.code == 0, done
    new = [item for number, item in at.items("team").items() if number not in {7, 8}]
    assert sorted(item["name"] for item in new) == ["Joan", "Third"]
    assert [item["locales"]["de-AT"]["name"] for item in new if "locales" in item] == ["Johanna"]


def test_an_id_that_is_not_there_makes_no_new_item(team, desk):
    """A misspelt number is a problem, and not a wish for another item."""
    at = desk()
    stopped = at.publish(at.write("x.yaml", _item("X", id=999)))
    assert stopped.code == 1
    assert "is no longer at the CMS" in stopped.out
    assert at.sent() == []


def test_a_deletion_shows_the_locales_that_nobody_has_seen(team, desk):
    """The item goes in all its locales, so each has to be known by a draft, or --ours."""
    team.collection("team", {"id": 7, "name": "Jane", "boss": None, "locales": {
        "de": {"status": "published", "name": "Johanna"}}})  # fmt: skip
    at = desk(account={"locales": ["en", "de"], "default_locale": "en"})
    at.site.configure(BUTTERCMS_LOCALES=["en", "de"], BUTTERCMS_COLLECTIONS=["team"])
    assert at.command("export", "--to", "content/drafts").code == 0
    folder = at.site.folder / "content/drafts/collections/team"
    german = folder / "7.de.yaml"
    kept = german.read_text()
    german.unlink()
    stopped = at.publish("--delete", "content/drafts")
    assert stopped.code == 1
    assert "the CMS: Johanna" in stopped.out
    assert "--ours deletes it anyway" in stopped.out
    german.write_text(kept)
    done = at.publish("--delete", "content/drafts")
    assert done.code == 0, done
    assert "It is deleted in all its locales: de, en." in done.out
    assert at.items("team") == {}
    assert "base" not in german.read_text().lower()
    assert "base" not in (folder / "7.yaml").read_text().lower()


def test_statuses_by_locale_of_an_item_that_waits_for_another(team, desk):
    """What refers to a new item is made after it, and published only then."""
    at = desk(account={"locales": ["en", "de"], "default_locale": "en"})
    at.site.configure(BUTTERCMS_LOCALES=["en", "de"])
    versions = "  en: {name: A, boss: ./b.yaml}\n  de: {name: AA, boss: ./b.yaml}\n"
    status = "status: {en: published, de: draft}"
    at.write("a.yaml", f"collection: team\n{status}\nfields:\n{versions}")
    at.write("b.yaml", _item("Boss"))
    done = at.publish("content/drafts")
    assert done.code == 0, done
    items = {item["name"]: item for item in at.items("team").values()}
    assert (items["A"]["status"], items["A"]["locales"]["de"]["status"]) == ("published", "draft")
    assert items["A"]["boss"] == {"$ref": f"item:team/{items['Boss']['meta']['id']}"}
