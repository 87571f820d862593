"""Fields come in the order of the schema, which is what editors see."""

import json
import re

import pytest

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.store.record_encoding import encode

NAMES = ["zebra", "mango", "apple", "nested", "banana"]
FIELDS = {"zebra": "1", "mango": "2", "apple": "3", "nested": {"y": "4", "x": "5"}, "banana": "6"}


@pytest.mark.parametrize("kind", ["page", "item"])
def test_the_store_keeps_the_order(kind):
    """Of a page's fields, and of an item's beside its `meta`."""
    data = {"meta": {"id": 1}, **FIELDS} if kind == "item" else {"slug": "p", "fields": FIELDS}
    kept = json.loads(encode(RawRecord(Key(kind, "x", "1"), data)).data)
    fields = kept["fields"] if kind == "page" else kept
    assert [name for name in fields if name != "meta"] == NAMES
    assert list(fields["nested"]) == ["y", "x"]


def test_a_post_is_the_same_from_every_endpoint():
    """Its own names come in another order in a listing than alone."""
    one, other = {"slug": "p", "title": "T"}, {"title": "T", "slug": "p"}
    key = Key("post", "", "p")
    assert encode(RawRecord(key, one)).digest == encode(RawRecord(key, other)).digest


@pytest.mark.parametrize("source", ["pull", "snapshot"])
@pytest.mark.parametrize("kind", ["page", "component", "item"])
def test_a_page_shows_its_fields_in_the_order(site, account, kind, source):
    """Built from the store and from a snapshot, whose files keep it as well."""
    if kind == "item":
        account.collection("things", {"id": 1, **FIELDS})
        loop = '{% for n in x.fields %}<i data-field="{{ n }}"></i>{% endfor %}'
        all_items = f"{{% for x in buttercms.collections.things %}}{loop}{{% endfor %}}"
        site.write("templates/page.html", all_items)
        site.configure(THEME_TEMPLATES_OVERRIDES=["templates"], BUTTERCMS_COLLECTIONS=["things"])
        account.page("*", "p", title="x")
    elif kind == "component":
        account.page("*", "p", body=[{"type": "unheard", "fields": FIELDS}])
    else:
        account.page("*", "p", **FIELDS)
    site.configure(BUTTERCMS_PAGE_TYPES=["*"])
    if source == "snapshot":
        assert site.command("pull").returncode == 0
        assert site.command("snapshot", "export", "snap").returncode == 0
        site.configure(BUTTERCMS_SNAPSHOT="snap")
    site.build()
    shown = re.findall(r'data-field="(\w+)"', site.read("pages/p.html"))
    assert [name for name in shown if name in NAMES] == NAMES
    if kind != "item":
        assert [name for name in shown if name in {"x", "y"}] == ["y", "x"]


def test_an_export_writes_fields_in_the_order(site, account):
    """The drafts that `export` writes are what an editor sees."""
    account.page("news", "p", **FIELDS)
    site.configure(BUTTERCMS_PAGE_TYPES=["news"])
    assert site.command("pull").returncode == 0
    done = site.command("export", "--to", "exported")
    assert done.returncode == 0, done.stdout + done.stderr
    (file,) = (site.folder / "exported").rglob("p.*")
    found = re.findall(r"^\s+(\w+):", file.read_text(), re.MULTILINE)
    assert [name for name in found if name in NAMES] == NAMES
