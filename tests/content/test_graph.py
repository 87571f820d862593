from hypothesis import given
from hypothesis import strategies as st
import pytest

from pelican_buttercms.content import Key, RawRecord, split_item, split_page, split_post
from pelican_buttercms.content.graph import link
from pelican_buttercms.content.records import Item, Page


def test_posts_are_newest_first(post):
    """Posts come newest first, equal ones by slug, and what was never published last."""
    graph = link(
        [
            post("never"),
            post("old", published="2021-08-04T20:30:00Z"),
            post("new-b", published="2024-05-17T14:13:46.787544Z"),
            post("newest", published="2024-05-17T14:13:46.787545Z"),
            post("new-a", published="2024-05-17T14:13:46.787544Z"),
        ]
    )

    assert [p.slug for p in graph.posts] == ["newest", "new-a", "new-b", "old", "never"]


def test_pages_and_items_in_order(page, item):
    """Pages come by type and slug, items by collection and number."""
    graph = link(
        [
            page("b", {}),
            page("a", {}),
            page("x", {}, page_type=None),
            item("team", 10),
            item("team", 9),
            item("menu", 1),
        ]
    )

    assert {group: [p.slug for p in pages] for group, pages in graph.pages.items()} == {
        "*": ["x"],
        "news": ["a", "b"],
    }
    assert [entry.id for entry in graph.collections.team] == [9, 10]
    assert graph.collections["menu"] == (graph.item("menu", 1),)
    assert list(graph.pages) == ["*", "news"]
    assert list(graph.collections) == ["menu", "team"]


def test_posts_of_authors_categories_and_tags(post):
    """Author, category and tag hold their posts once each, in the order of the graph's."""
    graph = link(
        [
            post("a", published="2021-01-01T00:00:00Z", author="jane", tags=["t", "t"]),
            post("b", published="2022-01-01T00:00:00Z", author="jane", categories=["c"]),
            *[
                RawRecord(Key(kind, "", slug), {"slug": slug, "name": slug.upper()})
                for kind, slug in (("author", "jane"), ("category", "c"), ("tag", "t"))
            ],
        ]
    )
    newer, older = graph.posts

    assert graph.authors[0].posts == [newer, older]
    assert graph.categories[0].posts == [newer]
    assert graph.tags[0].posts == [older]
    assert newer.author is older.author is graph.authors[0]
    assert newer.categories[0].name == "C"


def test_lookups(post, page, item):
    """Records are found by slug, by type and slug, by collection and id, and by key."""
    graph = link([post("p"), page("a", {}), item("team", 1)])

    assert graph.post("p") is graph.get(Key("post", "", "p"))
    assert graph.page("news", "a") is graph.get(Key("page", "news", "a"))
    assert graph.item("team", 1) is graph.item("team", "1") is graph.collections.team[0]
    assert graph.post("x") is graph.page("*", "a") is graph.item("team", 2) is None
    assert repr(graph) == "<Graph of 3 records>"


def test_the_last_record_of_a_key_counts(page):
    """When a key comes twice, the last record counts."""
    graph = link([page("a", {"n": 1}), page("a", {"n": 2})])

    assert [p.fields.n for p in graph.pages["news"]] == [2]


def test_recorded_account(recorded):
    """The recorded account is linked: menus to their items, the post to author and terms."""
    collections = recorded("content_fields/test_content_field_all_filtered")["data"]
    raws = [r for key, items in collections.items() for i in items for r in split_item(key, i)]
    raws += split_page(recorded("pages/test_page_get")["data"])
    raws += split_post(recorded("posts/test_post_get")["data"])
    graph = link(raws)

    assert graph.dangling == ()
    assert graph.collections.navigation_menu[0].menu_items == list(
        graph.collections.navigation_menu_item
    )
    assert graph.posts[0].author.name == "SDK Tests"
    assert graph.tags[0].posts == list(graph.posts)


SLUGS = ["a", "b", "c"]
IDS = [1, 2, 3, 4]
PULLED_IDS = [1, 2, 3]
URIS = st.one_of(
    st.builds("/v2/pages/{}/{}".format, st.sampled_from(["news", "*"]), st.sampled_from(SLUGS)),
    st.builds("/v2/content/?keys=team[_id={}]".format, st.sampled_from(IDS)),
    st.builds("https://api.buttercms.com/v2/content/team/{}/".format, st.sampled_from(IDS)),
)
EXPANDED = st.builds(lambda number: {"meta": {"id": number}, "x": 1}, st.sampled_from(IDS))
LEAVES = st.one_of(st.none(), st.text(max_size=3), URIS, EXPANDED)
NAMES = st.sampled_from(["p", "q", "items"])
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(NAMES, inner, max_size=2),
        st.dictionaries(NAMES, inner, max_size=2).map(lambda f: {"type": "hero", "fields": f}),
    ),
    max_leaves=5,
)
FIELDS = st.dictionaries(NAMES, TREES, max_size=3)


@st.composite
def webs(draw):
    """Draw an account whose records refer to each other at random, or to nothing."""
    raws = []
    for slug in draw(st.sets(st.sampled_from(SLUGS), min_size=1)):
        data = {"slug": slug, "page_type": "news", "fields": draw(FIELDS)}
        raws += split_page(data)
    for number in draw(st.sets(st.sampled_from(PULLED_IDS))):
        raws += split_item("team", {**draw(FIELDS), "meta": {"id": number}})
    return raws


def _reached(value):
    """Give every record inside linked fields."""
    if isinstance(value, Page | Item):
        yield value
    elif isinstance(value, list):
        for entry in value:
            yield from _reached(entry)
    elif hasattr(value, "_data"):
        for name in value:
            yield from _reached(value[name])
    elif hasattr(value, "type"):
        yield from _reached(value.fields)


def _uris(value):
    """Count the references inside raw fields, expanded objects included."""
    if isinstance(value, str):
        return int(value.startswith(("/v2/", "https://api.")))
    if isinstance(value, list):
        return sum(map(_uris, value))
    if isinstance(value, dict):
        return 1 if "meta" in value else sum(map(_uris, value.values()))
    return 0


@given(webs())
def test_every_reference_is_resolved_or_reported(raws):
    """In any web, each reference is the one record of its key, with a referrer, or is reported."""
    graph = link(raws)
    owners = [graph.get(raw.key) for raw in raws]
    reached = [record for owner in owners for record in _reached(owner.fields)]
    count = sum(_uris(raw.data.get("fields") or _without_meta(raw.data)) for raw in raws)
    strays = {id(r): r for r in reached if graph.get(r.key) is None}

    assert len(reached) + len([d for d in graph.dangling if d.owner.group]) == count
    assert all(record is graph.get(record.key) or id(record) in strays for record in reached)
    assert len({record.key for record in strays.values()}) == len(strays)
    referrers = [(r.owner.key, r.path) for o in [*owners, *strays.values()] for r in o.referrers]
    assert len(referrers) == len(set(referrers)) == len(reached)


@given(webs(), st.randoms(use_true_random=False))
def test_order_of_records_does_not_matter(raws, random):
    """The same records give the same graph, in whatever order they come."""
    shuffled = list(raws)
    random.shuffle(shuffled)

    assert _spell(link(shuffled)) == _spell(link(raws))


def _without_meta(data):
    return {name: value for name, value in data.items() if name != "meta"}


def _spell(graph):
    records = [*(p for pages in graph.pages.values() for p in pages)]
    records += [i for items in graph.collections.values() for i in items]
    return (
        graph.dangling,
        [(r.key, _flat(r.fields), [(f.owner.key, f.path) for f in r.referrers]) for r in records],
    )


def _flat(value):
    if isinstance(value, Page | Item):
        return str(value.key)
    if isinstance(value, list):
        return [_flat(entry) for entry in value]
    if hasattr(value, "_data"):
        return {name: _flat(value[name]) for name in value}
    if hasattr(value, "type"):
        return (value.type, _flat(value.fields))
    return value


@pytest.mark.parametrize("kind", ["author", "category", "tag"])
def test_authors_and_terms_are_in_order_of_slugs(kind):
    """Authors, categories and tags come in the order of their slugs."""
    raws = [RawRecord(Key(kind, "", slug), {"slug": slug}) for slug in ("b", "a")]
    lists = {"author": "authors", "category": "categories", "tag": "tags"}

    assert [record.slug for record in getattr(link(raws), lists[kind])] == ["a", "b"]
