"""What the CMS holds right now: both views of each target, past the caches, in few calls."""

import pytest

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.errors import SettingsError
from pelican_buttercms.publish.remote_state import RemoteReader
from pelican_buttercms.publish.write_model import TITLE, WriteTarget

HELLO = WriteTarget(Key("post", "", "hello"))
HOME = WriteTarget(Key("page", "news", "home"))
ADA = WriteTarget(Key("item", "people", "7"))
LINE = ("fields", "line")


def people(account, count=1):
    """Make a collection."""
    account.collection("people", *({"id": 7 + n, "name": f"N{n}"} for n in range(count)))


def test_each_kind_is_read_in_both_views(connect, account, app):
    """A post and a page cost two calls each, a collection of live items its listing."""
    account.post("hello")
    account.page("news", "home", line="Hi")
    people(account, 2)
    client = connect(app())
    fresh = RemoteReader(client)
    found = fresh.read([HELLO, HOME, ADA, WriteTarget(Key("item", "people", "8"))])
    assert [version.status for version in found.values()] == ["published"] * 4
    assert found[HELLO].values[TITLE] == "Hello"
    assert found[HOME].values[LINE] == "Hi"
    assert found[ADA].values["fields", "name"] == "N0"
    assert client.calls == 5
    seen = fresh.item(HOME)
    assert seen.latest == seen.live
    assert fresh.latest(HELLO)["slug"] == "hello"


def test_what_is_not_there_is_none(connect, account, app):
    """No post, no page type, no collection, no id yet: none of them is an error."""
    account.post("hello")
    gone = [
        WriteTarget(Key("post", "", "gone")),
        WriteTarget(Key("page", "nothing", "gone")),
        WriteTarget(Key("item", "nothing", "7")),
        WriteTarget(Key("item", "people", "")),
        WriteTarget(Key("post", "", "x" * 101)),
    ]
    fresh = RemoteReader(connect(app()))
    assert fresh.read(gone) == dict.fromkeys(gone)
    assert fresh.latest(gone[0]) is None


def test_a_draft_is_not_live_and_an_overlay_is_pending(connect, account, app):
    """A single post comes whatever its status; an editor's draft over it shows as pending."""
    account.post("hello", status="draft", published=None)
    account.page("news", "home", line="Live")
    account.overlay("pages/news/home", fields={"line": "Draft"})
    fresh = RemoteReader(connect(app()))
    found = fresh.read([HELLO, HOME])
    assert (found[HELLO].status, found[HELLO].pending) == ("draft", False)
    assert fresh.item(HELLO).live is None
    assert (found[HOME].status, found[HOME].pending) == ("draft", True)
    assert found[HOME].values[LINE] == "Draft"
    assert fresh.item(HOME).live["fields"] == {"line": "Live"}


def test_an_overlaid_post_shows_both_versions(connect, account, app):
    """The same for a post, whose two single reads differ by preview alone."""
    account.post("hello")
    account.overlay("posts/hello", title="New", status="draft")
    found = RemoteReader(connect(app())).read([HELLO])[HELLO]
    assert (found.values[TITLE], found.status, found.pending) == ("New", "draft", True)


@pytest.mark.parametrize(("there", "asked", "calls"), [(20, 8, 16), (20, 9, 2), (1000, 9, 19)])
def test_many_targets_are_read_by_the_cheaper_way(connect, account, app, there, asked, calls):
    """A listing in both views, unless it has more pages than the targets need calls."""
    for number in range(there):
        account.post(f"p{number}", author=None, categories=[])
    targets = [WriteTarget(Key("post", "", f"p{n}")) for n in range(asked)]
    client = connect(app())
    found = RemoteReader(client).read(targets)
    assert all(found.values())
    assert client.calls == calls


def test_many_pages_are_read_by_their_listing(connect, account, app):
    """Draft, overlay and live are told apart in listings as in single reads."""
    for number in range(10):
        account.page("news", f"p{number}", line="x")
    account.page("news", "p1", line="x", status="draft", published=None)
    account.overlay("pages/news/p2", fields={"line": "y"})
    targets = [WriteTarget(Key("page", "news", f"p{n}")) for n in range(11)]
    client = connect(app())
    by_listing = RemoteReader(client).read(targets)
    assert client.calls == 2
    one_by_one = {t: RemoteReader(connect(app())).read([t])[t] for t in targets}
    assert by_listing == one_by_one
    statuses = [version.status for version in list(by_listing.values())[:3]]
    assert statuses == ["published", "draft", "draft"]
    assert by_listing[targets[10]] is None


def test_a_locale_is_asked_for_by_its_name(connect, account, app):
    """Each version by itself; the slug of any post leads to its translation."""
    account.settings(locales=["en", "de"])
    account.page("news", "home", line="Hi")
    account.translate("pages/news/home", "de", fields={"line": "Hallo"}, status="draft")
    account.post("hello")
    account.translate("posts/hello", "de", slug="hallo", title="Hallo")
    targets = [
        WriteTarget(HOME.key, "de"),
        WriteTarget(HELLO.key, "de"),
        WriteTarget(Key("post", "", "hallo"), "de"),
    ]
    found = RemoteReader(connect(app())).read(targets)
    assert (found[targets[0]].values[LINE], found[targets[0]].status) == ("Hallo", "draft")
    assert found[targets[1]] == found[targets[2]]
    assert found[targets[2]].values[TITLE] == "Hallo"


@pytest.mark.parametrize("shape", ["detail", "locale"])
@pytest.mark.parametrize("target", [HELLO, HOME, ADA])
def test_an_unknown_locale_is_named(connect, account, app, shape, target):
    """It is a mistake of the user's, not of the item."""
    account.post("hello")
    account.page("news", "home")
    people(account)
    with pytest.raises(SettingsError, match="no locale 'xx'"):
        RemoteReader(connect(app(locale_error=shape))).read([WriteTarget(target.key, "xx")])


def test_a_single_page_is_no_page_of_a_type(connect, account, app):
    """The API looks for a slug under `*` in all types; what it finds there is another page."""
    account.page("news", "home")
    account.page("*", "about")
    targets = [WriteTarget(Key("page", "*", "home")), WriteTarget(Key("page", "*", "about"))]
    found = RemoteReader(connect(app())).read(targets)
    assert found[targets[0]] is None
    assert found[targets[1]].status == "published"


def test_the_caches_are_gone_past(connect, account, app):
    """No two reads ask for the same address, so that a cached 404 hides nothing."""
    emulator = app(cached_404="yes")
    fresh = RemoteReader(connect(emulator))
    assert fresh.read([HOME])[HOME] is None
    emulator.account.pages["news"] = {
        "home": {"slug": "home", "name": "Home", "page_type": "news", "fields": {}}
    }
    assert fresh.read([HOME])[HOME] is not None
    asked = [tuple(sorted(call.query.items())) for call in emulator.calls]
    assert len(set(asked)) == len(asked) == 4


def test_expanded_items_are_named_by_their_collection(connect, account, app):
    """An account that expands at level 1 gives the same values, once the collection is known."""
    people(account)
    account.page("news", "home", author={"$ref": "item:people/7"}, both=[{"$ref": "item:people/7"}])
    uri = "/v2/content/?keys=people[_id=7]"
    plain = RemoteReader(connect(app())).read([HOME])[HOME]
    expanded = RemoteReader(connect(app(expand="object")), {"7": "people"}.get).read([HOME])[HOME]
    assert plain == expanded
    assert plain.values["fields", "author"] == uri
    assert plain.values["fields", "both"] == [uri]


def test_items_are_listed_with_their_ids(connect, account, app):
    """A collection is read with one listing, drafts included or not."""
    people(account, 120)
    account.collection("few", {"id": 1, "name": "x"}, {"id": 2, "name": "y", "status": "draft"})
    client = connect(app())
    fresh = RemoteReader(client)
    assert len(fresh.items("people", "")) == 120
    assert client.calls == 3
    assert list(fresh.items("few", "")) == ["2", "1"]
    assert list(fresh.items("few", "", preview=False)) == ["1"]
    assert fresh.items("nobody", "") == {}
    assert fresh.latest(ADA)["name"] == "N0"


def stored(count, collection="people", first=7):
    """What is stored of a collection."""
    return [
        RawRecord(Key("item", collection, str(first + n)), {"name": f"N{n}", "x": "same"})
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("asked", "calls"), [(1, 1), (5, 5), (6, 6), (300, 6)], ids=["one", "few", "some", "many"]
)
def test_few_items_of_many_are_asked_for_by_a_value(connect, account, app, asked, calls):
    """Each by a filter, unless the listing takes fewer calls."""
    people(account, 450)
    client = connect(app())
    targets = [WriteTarget(Key("item", "people", str(7 + n))) for n in range(asked)]
    found = RemoteReader(client, stored=stored(450)).read(targets)
    assert [version.values["fields", "name"] for version in found.values()] == [
        f"N{n}" for n in range(asked)
    ]
    assert client.calls == calls


def test_an_item_that_has_another_value_by_now_is_found(connect, account, app):
    """What is stored is only a hint; a draft, and one that is gone, are told as well."""
    items = [{"id": 7 + n, "name": f"N{n}"} for n in range(450)]
    items[0]["name"] = "New"
    items[1]["status"] = "draft"
    account.collection("people", *items[:-1])
    targets = [WriteTarget(Key("item", "people", number)) for number in ("7", "8", "456")]
    reader = RemoteReader(connect(app()), stored=stored(450))
    found = reader.read(targets)
    assert found[targets[0]].values["fields", "name"] == "New"
    assert [v.status if v else None for v in found.values()] == ["published", "draft", None]
    written = {targets[0].key: {"name"}}
    assert reader.read(targets[:1], written)[targets[0]].values["fields", "name"] == "New"


def test_a_large_collection_is_asked_for_together_with_a_small_one(connect, account, app):
    """Several collections come whole, in one call; where that is refused, page by page."""
    people(account, 450)
    account.collection("few", {"id": 1, "name": "x"})
    known = [*stored(450), *stored(1, "few", 1)]
    client = connect(app())
    assert len(RemoteReader(client, stored=known).items("people", "")) == 450
    assert client.calls == 1
    client = connect(app(joined_keys="refused"))
    assert len(RemoteReader(client, stored=known).items("people", "")) == 450
    assert client.calls == 7


def test_groups_are_known_or_asked_for_once(connect, account, app):
    """A page type or collection is there or not, for one call; single pages always are."""
    account.page("news", "home")
    people(account)
    client = connect(app())
    fresh = RemoteReader(client)
    asked = [("page", "news"), ("page", "no"), ("item", "people"), ("item", "no"), ("item", "a,b")]
    assert [fresh.has_group(*one) for one in asked * 2] == [True, False, True, False, False] * 2
    assert fresh.has_group("page", "*")
    assert client.calls == 4
