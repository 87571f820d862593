"""Tables and lists of items: each row is a draft, and gets its id back."""

import json

import pytest

TEXT = {"type": "text"}
TEAM = {
    "name": TEXT,
    "role": TEXT,
    "age": {"type": "number"},
    "remote": {"type": "boolean"},
    "boss": {"type": "reference", "to": "item:team"},
    "links": {"type": "repeater", "fields": {"label": TEXT}},
    "seo": {"type": "component", "component": "seo"},
}
JANE = {
    "id": 1, "name": "Jane", "role": "Lead", "age": 40, "remote": True, "boss": "",
    "links": [{"label": "x"}], "seo": {"title": "x"},
}  # fmt: skip
BOSS = "/v2/content/?keys=team[_id=1]"
NONE = {"age": "", "remote": False, "links": [], "seo": {"title": ""}, "role": ""}
KIM = {**JANE, **NONE, "id": 2, "name": "Kim", "boss": BOSS}


@pytest.fixture
def at(account, desk):
    """An account with a team."""
    account.schemas(collections={"team": TEAM}, components={"seo": {"title": TEXT}})
    account.collection("team", JANE, KIM)
    made = desk()
    made.site.configure(BUTTERCMS_COLLECTIONS=["team"])
    return made


def _bytes(at, name):
    return (at.site.folder / "content/drafts" / name).read_bytes()


def _put(at, name, data):
    at.write(name, "")
    (at.site.folder / "content/drafts" / name).write_bytes(data)
    return f"content/drafts/{name}"


def _names(at):
    return [one["name"] for one in at.items("team").values()]


ROWS = (
    "Name,Role,age,remote,boss,seo.title,links,status\n"
    'Joe,"Roaster, head",31,yes,1,Joe!,"[{""label"": ""a""}]",published\n'
    "Ann,,42,FALSE,team:2,,,published\n"
)


def test_rows_become_items_and_get_their_ids(at):
    """Values by the account's kinds; published again, nothing changes; an edit is one change."""
    path = at.write("team.csv", ROWS)
    done = at.publish(path)
    assert done.code == 0, done
    joe, ann = at.items("team")[3], at.items("team")[4]
    assert (joe["role"], joe["age"], joe["remote"]) == ("Roaster, head", 31, True)
    assert joe["links"] == [{"label": "a"}]
    assert joe["seo"]["title"] == "Joe!"
    assert ann["boss"] == {"$ref": "item:team/2"}
    assert ann["remote"] is False
    head, first, second = at.read("team.csv").splitlines()
    assert head == "Name,Role,age,remote,boss,seo.title,links,status,id,base"
    assert first.startswith(ROWS.splitlines()[1] + ",3,v")
    assert second.startswith(ROWS.splitlines()[2] + ",4,v")
    assert at.plan(path).code == 0
    at.write("team.csv", at.read("team.csv").replace("Ann,,", "Ann,Barista,"))
    sent = len(at.sent())
    done = at.publish(path)
    assert "Published: 1 changed, 1 unchanged." in done.out
    assert len(at.sent()) == sent + 1
    assert at.items("team")[4]["role"] == "Barista"
    assert at.plan(path).code == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"name,age\nJoe,3\n", b"name,age,id,base\nJoe,3,3,v%s\n"),
        (b"name,age\nJoe,3", b"name,age,id,base\nJoe,3,3,v%s"),
        (b"\xef\xbb\xbfname;age\r\nJoe;3\r\n", b"\xef\xbb\xbfname;age;id;base\r\nJoe;3;3;v%s\r\n"),
        (b"sep=;\r\nname;age\r\nJoe;3\r\n", b"sep=;\r\nname;age;id;base\r\nJoe;3;3;v%s\r\n"),
        (b'"name","age"\n"Joe","3"\n', b'"name","age",id,base\n"Joe","3",3,v%s\n'),
        (b"id,name,age\n,Joe,3\n", b"id,name,age,base\n3,Joe,3,v%s\n"),
        (b"ID,name,Base,age\n,Joe,,3\n", b"ID,name,Base,age\n3,Joe,v%s,3\n"),
        (b"name,age,id,base\nJoe,3\n", b"name,age,id,base\nJoe,3,3,v%s\n"),
        (b"name,age,,\nJoe,3,,\n", b"name,age,,,id,base\nJoe,3,,,3,v%s\n"),
        (
            b"name,age\n\n,\nJoe,3\n\n",
            b"name,age\n\n,\nJoe,3,3,v%s\n\n".replace(b"age\n", b"age,id,base\n"),
        ),
        (b'name,age\n"J ""oe""\nx",3\n', b'name,age,id,base\n"J ""oe""\nx",3,3,v%s\n'),
        ("name,age\nJoé 😀,3\n".encode(), "name,age,id,base\nJoé 😀,3,3,v%s\n".encode()),
    ],
)
def test_every_other_byte_stays(at, before, after):
    """Quotes, order, mark, line ends, empty columns and rows are those of whoever wrote them."""
    path = _put(at, "team.csv", before)
    done = at.publish(path)
    assert done.code == 0, done
    whole = _bytes(at, "team.csv")
    start, end = after.split(b"%s")
    assert whole.startswith(start), whole
    assert whole.endswith(end)
    base = whole.removeprefix(start)[:16]
    assert len(base) == 16
    assert at.plan(path).code == 0


def test_tabs_and_a_locale_in_the_name(at):
    """TSV has its own separator."""
    path = at.write("team.tsv", "name\trole\nJoe\tA, b; c\n")
    assert at.publish(path).code == 0
    assert at.items("team")[3]["role"] == "A, b; c"


def test_an_empty_cell_erases_nothing_and_two_quotes_do(at):
    """A cell that holds two quotes clears the field."""
    path = at.write("team.csv", "id,name,role\n1,Jane,\n")
    done = at.publish("--ours", path)
    assert done.code == 0, done
    assert at.items("team")[1]["role"] == "Lead"
    at.write("team.csv", at.read("team.csv").replace("Jane,,", 'Jane,"""""",'))
    assert at.publish(path).code == 0
    assert not at.items("team")[1]["role"]


LISTS = {
    "team.yaml": "# People\n- name: Joe\n  age: 3  # years\n\n- {name: Ann, age: 4}\n",
    "team.json": '[\n  {"name": "Joe", "age": 3},\n  {\n    "name": "Ann",\n    "age": 4\n  }\n]\n',
    "people.yml": (
        "- collection: team\n  status: draft\n  fields: {name: Joe, age: 3}\n"
        "- collection: team\n  fields:\n    name: Ann\n    age: 4\n"
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_a_file_of_drafts(at, name):
    """YAML and JSON; the ids go into the entries, and comments stay."""
    path = at.write(name, LISTS[name])
    done = at.publish(path)
    assert done.code == 0, done
    assert _names(at) == ["Jane", "Kim", "Joe", "Ann"]
    text = at.read(name)
    assert text.count("base") == 2
    assert [line for line in LISTS["team.yaml"].splitlines() if "#" in line] == [
        line for line in text.splitlines() if "#" in line
    ] or "#" not in LISTS[name]
    assert at.plan(path).code == 0, at.plan(path)
    at.write(name, text.replace("Ann", "Anna"))
    assert "Published: 1 changed, 1 unchanged." in at.publish(path).out
    assert at.items("team")[4]["name"] == "Anna"


BAD = {
    "twice": ("name,Name\nJoe,x\n", "the columns 1 and 2 are both named 'Name': rename one"),
    "no name": ("name,\nJoe,x\n", "row 2: there is a value in column 2, which has no name"),
    "ragged": ("name,role\nJoe,x\nAnn,y,z\n", "row 3: there is a value in column 3, which has"),
    "kind": ("name,age\nJoe,x\nAnn,y\n", "row 2: `age` is a number everywhere else, not 'x'"),
    "reference": ("name,boss\nJoe,99\nAnn,team:98\n", "team:98 is not at the CMS"),
    "field": ("name,rolle\n" + "Joe,x\n" * 20, "rows 2, 3, 4, 5, 6, 7, 8, 9 and 12 more: `rolle`"),
    "quote": ('name,role\nJoe,"x\nAnn,y\n', "row 2, column 2: a quote is not closed"),
    "empty": ("name,role\n", "the table has no rows"),
    "nothing": (",,\nJoe,x\n", "row 1 must name the columns"),
    "inside": ("seo,seo.title,name\nx,y,Joe\n", "keep one of both"),
    "list": (
        "name,links\nJoe,a\n",
        "row 2: `links` is a repeater, which one line holds as JSON only",
    ),
    "status": ("name,status\nJoe,live\n", "row 2: Status 'live' is none of published and draft"),
    "locale": ("name,locale\nJoe,xx\n", "row 2: there is no locale 'xx'"),
    "latin": ("name\nJo\xe9\n".encode("cp1252"), "is not UTF-8"),
    "base": ("name,base\nJoe,1.23E+15\n", "row 2: base '1.23E+15' is not what publish wrote"),
    "number": ("name,id\nJoe,x1\n", "row 2: `id` is 'x1', and an item has a number"),
    "dots": ("name," + "a." * 3000 + "b\nJoe,x\n", "has a dot too many"),
    "twofold": ("name,Status,status.en\nJoe,draft,draft\n", "keep one of both"),
    "id": ("id,name\n1,Jane\n1,Joe\n", "row 3: is a draft of collections/team/1, and so is"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_has_its_row(at, name):
    """Nothing is sent, and nothing of the file changes."""
    text, told = BAD[name]
    data = text if isinstance(text, bytes) else text.encode()
    path = _put(at, "team.csv", data)
    done = at.publish("--ours", path)
    assert done.code == 1, done
    assert told in done.text
    assert "Traceback" not in done.text
    assert at.sent() == []
    assert _bytes(at, "team.csv") == data


@pytest.mark.parametrize("name", ["team.xlsx", "team.ods", "team.xls"])
def test_a_spreadsheets_own_file(at, name):
    """What to do is said."""
    done = at.plan(_put(at, name, b"PK\x03\x04"))
    assert done.code == 1
    assert "save it as “CSV UTF-8”" in done.err


def test_a_table_that_is_too_large(at):
    """A bound, and no minutes."""
    done = at.plan(at.write("team.csv", "name\n" + "x\n" * 5000))
    assert "it has more than 2,000 rows" in done.err


def test_a_collection_that_is_not_there(at):
    """The name of the file is what to look at."""
    done = at.plan(at.write("teem.csv", "name\nJoe\nAnn\n"))
    assert done.code == 1
    assert (
        "teem.csv rows 2, 3: the account has no collection 'teem'; did you mean 'team'?" in done.out
    )
    assert "rename the file" in done.out


def test_tables_in_a_folder(at):
    """One that names its collection holds drafts; others are files of the site."""
    at.write("people.csv", "collection,name\nteam,Joe\n")
    at.write("prices.csv", "what,price\nCup,3\n")
    at.write("data.json", "[1, 2]")
    done = at.publish("content/drafts")
    assert done.code == 0, done
    assert "Published: 1 created." in done.out
    assert at.publish("content/drafts").out.endswith("Published: 1 unchanged.\n")


def test_a_row_that_moved_after_an_interruption(at, monkeypatch):
    """What its creation left open is found by what it says, not by its number."""
    from pelican_buttercms.errors import DraftError
    from pelican_buttercms.publish.apply import draft_updates

    def full(*_, **__):
        raise DraftError("the disk is full")

    path = at.write("team.csv", "name,age\nJoe,3\n")
    with monkeypatch.context() as patch:
        patch.setattr(draft_updates, "write_back", full)
        at.publish(path)
    at.write("team.csv", "name,age\nAnn,4\nJoe,3\n")
    done = at.publish(path)
    assert done.code == 0, done
    assert _names(at) == ["Jane", "Kim", "Joe", "Ann"]
    rows = at.read("team.csv").splitlines()
    assert rows[1].startswith("Ann,4,4,v")
    assert rows[2].startswith("Joe,3,3,v")


def test_a_saved_plan_of_a_table(at):
    """A plan names its rows."""
    path = at.write("team.csv", "name,age\nJoe,3\nAnn,4\n")
    assert at.command("publish", "--out", "plan.json", path).code == 0
    done = at.publish("plan.json")
    assert done.code == 0, done
    assert at.plan(path).code == 0


def test_a_deletion_of_rows(at):
    """The ids leave the cells, and nothing else does."""
    path = at.write("team.csv", "name,age\nJoe,3\nAnn,4\n")
    assert at.publish(path).code == 0
    done = at.publish("--delete", path)
    assert done.code == 0, done
    assert _names(at) == ["Jane", "Kim"]
    assert at.read("team.csv") == "name,age,id,base\nJoe,3,,\nAnn,4,,\n"


@pytest.fixture
def locales(account, desk):
    """An account with two locales."""
    account.schemas(collections={"team": {"name": TEXT, "role": TEXT}})
    account.collection("team", {"id": 1, "name": "Jane", "role": ""})
    made = desk(account={"locales": ["en", "de"], "default_locale": "en"})
    made.site.configure(BUTTERCMS_COLLECTIONS=["team"], BUTTERCMS_LOCALES=["en", "de"])
    return made


def test_a_row_in_two_locales_is_one_item(locales):
    """Columns named by locale, as the fields of an item's draft are."""
    path = locales.write(
        "team.csv",
        "en.name,en.role,de.name,de.role,status.en,status.de\n"
        "Joan,Cook,Johanna,Köchin,published,draft\nJim,Host,Jim,Wirt,published,published\n",
    )
    done = locales.publish(path)
    assert done.code == 0, done
    joan, jim = locales.items("team")[2], locales.items("team")[3]
    assert (joan["name"], joan["locales"]["de"]["name"]) == ("Joan", "Johanna")
    assert (jim["role"], jim["locales"]["de"]["role"]) == ("Host", "Wirt")
    assert locales.plan(path).code == 0, locales.read("team.csv")
    assert "base.en" in locales.read("team.csv").splitlines()[0]
    assert locales.publish("--delete", path).code == 0
    assert list(locales.items("team")) == [1]
    rows = locales.read("team.csv").splitlines()
    assert rows[1:] == [
        "Joan,Cook,Johanna,Köchin,published,draft,,,",
        "Jim,Host,Jim,Wirt,published,published,,,",
    ]


def test_a_table_in_another_locale(locales):
    """The locale in the file's name, and ids that say which items: translations, and no items."""
    path = locales.write("team.de.csv", "id,name,role\n1,Johanna,Leitung\n")
    done = locales.publish(path)
    assert done.code == 0, done
    (jane,) = locales.items("team").values()
    assert jane["locales"]["de"]["role"] == "Leitung"
    assert locales.plan(path).code == 0


def test_rows_of_two_files_are_not_one_item(locales):
    """Rows have no name that says that they belong together: only an id does."""
    locales.write("team.csv", "collection,name,role\nteam,Ann,A\nteam,Bob,B\n")
    locales.write("team.de.csv", "collection,name,role\nteam,Bernd,B\nteam,Anna,A\n")
    done = locales.plan("--json", "content/drafts")
    assert all(len(step["drafts"]) == 1 for step in json.loads(done.out)["steps"])


def test_pelican_builds_beside_tables(at):
    """A table in the content folder is no article, and no failure."""
    at.write("team.csv", ROWS)
    at.write("team.json", LISTS["team.json"])
    at.site.build("--fatal", "errors", env=at.environment)
    assert "team.csv" not in {name.rpartition("/")[2] for name in at.site.files()}


def test_what_an_editor_changed_is_merged_into_the_row(at):
    """As into any draft: a text with commas and quotes, a number, and in any row."""
    path = at.write("team.csv", "name,Role,age\nJoe,Cook,3\nAnn,Host,4\n")
    assert at.publish(path).code == 0
    at.items("team")[3]["role"] = 'Chef, "head"'
    at.items("team")[4] |= {"age": 44, "seo": {"title": "New"}}
    at.write("team.csv", at.read("team.csv").replace("Joe,Cook,3", "Joe,Cook,33"))
    done = at.publish("--merge", path)
    assert done.code == 0, done
    assert 'Joe,"Chef, ""head""",33,3,v' in at.read("team.csv")
    assert "Ann,Host,44,4,v" in at.read("team.csv"), done
    assert at.items("team")[3]["age"] == 33
    assert at.plan(path).code == 0, at.plan(path)


def test_export_updates_the_rows_that_exist(at):
    """A table that names its collection is where its items are."""
    at.write("people.csv", "collection,name,role,age\nteam,Joe,Cook,3\n")
    assert at.publish("content/drafts").code == 0
    at.items("team")[3]["role"] = "Chef"
    done = at.command("export", "--to", "content/drafts")
    assert "Traceback" not in done.text
    assert at.plan("content/drafts").code == 0, (done, at.plan("content/drafts"))
