"""Content as files: the same content to the same bytes, and read back as it was."""

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.errors import NoContentError, StoreError
from pelican_buttercms.store import Scope, read_snapshot, write_snapshot
from pelican_buttercms.store.snapshots import filesystem as snapshot_files
from pelican_buttercms.store.snapshots.record_files import place_of
from tests.strategies import JSON

from .files import LIVE, MOMENT, files, item, page, plain, post, term, write

NASTY = ["../x", "CON", "con", "nul.txt", "a/b", "Ä", "ä", "x", "X", "x" * 500, "X" * 500]
NASTY += ["ä" * 200, ".", "..", ".git", "a.", "~", "%2e", "a\nb\x1b[31m", "a\\b", "a:b", "*", " "]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
SLUGS = st.sampled_from(NASTY) | TEXTS
TYPES = SLUGS.filter(lambda slug: "/" not in slug and slug != "*")
RECORDS = st.one_of(
    st.builds(lambda slug, x: post(slug, x=x), SLUGS, JSON),
    st.builds(lambda kind, slug, x: page(kind, slug, x=x), TYPES | st.just("*"), SLUGS, JSON),
    st.builds(lambda key, n, x: item(key, n, x=x), SLUGS, st.integers(0, 9), JSON),
    st.builds(
        lambda kind, slug, x: term(kind, slug, x=x),
        st.sampled_from(["author", "category", "tag"]),
        SLUGS,
        JSON,
    ),
)


@settings(max_examples=100)
@given(st.lists(RECORDS, max_size=6), st.lists(RECORDS, max_size=6))
def test_any_content_is_read_back(tmp_path_factory, english, german):
    """Whatever keys and fields editors make, it is read back as it was, and its bytes repeat."""
    folder = tmp_path_factory.mktemp("any")
    contents = {Scope("f", "en", "live"): english, Scope("f", "de-AT", "live"): german}
    write_snapshot(folder / "one", contents, MOMENT, ["b", "a"])
    read = read_snapshot(folder / "one")
    for scope, raws in contents.items():
        newest = {raw.key: raw for raw in raws}
        assert plain(read.versions[scope.locale]) == plain(newest[key] for key in sorted(newest))
        assert {raw.locale for raw in read.versions[scope.locale]} <= {scope.locale}
    again = {Scope("g", name, read.mode): raws for name, raws in read.versions.items()}
    write_snapshot(folder / "two", again, read.pulled_at, read.wanted)
    assert files(folder / "one") == files(folder / "two")


def test_what_a_snapshot_says_of_itself(folder):
    """Mode, moment, wishes and locales are kept, and sorted."""
    scopes = {Scope("f", name, "preview"): [] for name in ("fr", "de")}
    write_snapshot(folder, scopes, MOMENT, ["posts", "collection faq"])
    read = read_snapshot(folder)
    assert (read.mode, read.pulled_at, read.locales) == ("preview", MOMENT, ("de", "fr"))
    assert read.wanted == ("collection faq", "posts")
    assert read.versions == {"de": [], "fr": []}


def test_names_that_every_disk_keeps_apart(folder):
    """No two slugs have one name, though the disk folds case; none leaves the folder."""
    write(folder, *(post(slug) for slug in NASTY))
    names = [path.name for path in folder.rglob("*.json") if path.name != "snapshot.json"]
    assert len({name.lower() for name in names}) == len(set(NASTY))
    assert all(name.isascii() and len(name) <= 160 and name[0] != "." for name in names)
    assert place_of(Key("post", "", "hello-world_1.2")) == "post/hello-world_1.2.json"
    assert place_of(Key("page", "*", "a/b")) == "page/%2A/a%2Fb.json"
    assert place_of(Key("post", "", "a~1")) == "post/a%7E1.json"
    assert place_of(Key("post", "", "con")) == "post/%63on.json"


@pytest.mark.parametrize(
    "locales",
    [["", "default", "shared"], ["de-AT", "de-at"], ["Default", "SHARED", "snapshot.json"]],
)
def test_locales_that_are_named_like_folders_of_ours(folder, locales):
    """A locale's name is never mistaken for another's, nor for the shared folder."""
    contents = {Scope("f", name, "live"): [post("a", title=name)] for name in locales}
    write_snapshot(folder, contents, MOMENT, [])
    assert {
        name: [raw.data["title"] for raw in raws]
        for name, raws in read_snapshot(folder).versions.items()
    } == {name: [name] for name in locales}


def test_a_file_is_made_for_its_reviewer(folder):
    """Sorted, indented, with the letters as they are and a newline at the end."""
    write(folder, post("a", title="Käse"))
    assert files(folder)["default/post/a.json"].decode() == (
        '{\n  "data": {\n    "author": null,\n    "categories": [],\n    "slug": "a",\n'
        '    "tags": [],\n    "title": "Käse"\n  },\n  "key": "post//a"\n}\n'
    )


def test_one_change_is_one_file(folder):
    """A changed record changes its own file, and no other."""
    write(folder, post("a"), post("b"), term("tag", "t"))
    before = files(folder)
    write(folder, post("a", title="new"), post("b"), term("tag", "t"))
    after = files(folder)
    assert [name for name in before if before[name] != after[name]] == ["default/post/a.json"]
    assert before.keys() == after.keys()
    write(folder, post("b"))
    assert set(files(folder)) == {"snapshot.json", "default/post/b.json"}


def test_what_all_locales_share_is_there_once(folder):
    """Authors and terms are one file, unless a locale differs; every locale has them."""
    same, other = term("author", "ada"), term("tag", "t", name="T")
    contents = {
        Scope("f", "en", "live"): [same, other],
        Scope("f", "de", "live"): [same, term("tag", "t", name="D"), term("category", "c")],
    }
    write_snapshot(folder, contents, MOMENT, [])
    assert set(files(folder)) == {
        "snapshot.json",
        "shared/author/ada.json",
        "en/tag/t.json",
        "de/tag/t.json",
        "de/category/c.json",
    }
    read = read_snapshot(folder).versions
    assert [raw.locale for raw in read["de"]] == ["de"] * 3
    assert plain(read["en"]) == plain([same, other])


def test_no_account_is_told(folder):
    """Neither the account's fingerprint nor a number of calls is in any file or name."""
    write(folder, post("a"), scope=Scope("5ec7e7f1n6e7p71n", "en", "live"))
    assert all("5ec7e7" not in f"{name}{data!r}" for name, data in files(folder).items())
    assert b"calls" not in files(folder)["snapshot.json"]


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (post("a", status="draft"), "posts/a holds a draft"),
        (page("*", "a", other=page("news", "b").data | {"status": "draft"}), "holds a draft"),
        (post("a", title=5), "does not hold what a pull stores"),
        (
            RawRecord(Key("post", "", "a"), {"slug": "b"}),
            "has the key posts/a, and holds posts/b",
        ),
        (post("a", x="\ud800"), "holds what JSON cannot"),
        (post("a", x=float("nan")), "holds what JSON cannot"),
        (post("a", x={1, 2}), "holds what JSON cannot"),
        (RawRecord(Key("item", "", "1"), {"meta": {"id": 1}}), "has no key of a record"),
    ],
)
def test_nothing_is_written_that_would_be_refused(folder, raw, problem):
    """A store that somebody else wrote to brings no draft, and nothing damaged, into a snapshot."""
    write(folder, post("old"))
    with pytest.raises(StoreError, match=rf"{problem}.*`pelican-buttercms pull`"):
        write(folder, post("new"), raw)
    assert plain(read_snapshot(folder).versions[""]) == plain([post("old")])


def test_nothing_is_written_that_would_be_too_large(folder, monkeypatch):
    """What no reader would accept is an error of the export already."""
    monkeypatch.setattr(snapshot_files, "MAX_FILE", 300)
    with pytest.raises(StoreError, match=r"default/post/big\.json alone is larger"):
        write(folder, post("big", body="x" * 300))
    monkeypatch.setattr(snapshot_files, "MAX_TOTAL", 300)
    with pytest.raises(StoreError, match="the content is larger"):
        write(folder, post("a"), post("b"), post("c"))
    assert not folder.exists()


def test_one_snapshot_is_of_one_account_and_mode(folder):
    """Drafts and live content, or two accounts, are never mixed."""
    for other in (Scope("fingerprint", "de", "preview"), Scope("other", "de", "live")):
        with pytest.raises(ValueError, match="one account"):
            write_snapshot(folder, {LIVE: [], other: []}, MOMENT, [])


def test_there_is_no_snapshot(tmp_path, folder):
    """A folder that is missing or empty is named, with how to fill it."""
    for place in (folder, tmp_path):
        with pytest.raises(NoContentError, match=f"no snapshot in {place}.*snapshot export"):
            read_snapshot(place)
