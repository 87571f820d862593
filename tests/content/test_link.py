import copy
import sys

import pytest

from pelican_buttercms.content import Key, RawRecord, split_page
from pelican_buttercms.content.fields import Component, Fields
from pelican_buttercms.content.graph import Dangling, link
from pelican_buttercms.content.media import Media


def test_every_form_of_a_reference_is_the_one_record(page, item):
    """A string, a list, an expanded item and an expanded page all become the same objects."""
    about = page("about", {"title": "About"}, page_type=None)
    anna = item("team", 1, name="Anna")
    home = page(
        "home",
        {
            "uri": "/v2/content/?keys=team[_id=1]",
            "path": "https://api.buttercms.com/v2/content/team/1/",
            "list": ["/v2/content/?keys=team[_id=1]"],
            "expanded": {"meta": {"id": 1}, "name": "Anna"},
            "many": [{"meta": {"id": 1}, "name": "Anna"}, {"meta": {"id": 1}}],
            "page": "/v2/pages/*/about",
            "expanded_page": about.data,
        },
    )

    graph = link([home, about, anna])
    fields, team, about = (
        graph.page("news", "home").fields,
        graph.item("team", 1),
        graph.page("*", "about"),
    )

    assert fields.uri is fields.path is fields.expanded is team
    assert fields.list == [team]
    assert fields.many == [team, team]
    assert fields.page is fields.expanded_page is about
    assert graph.dangling == ()


def test_item_attributes_fall_through_to_its_fields(item):
    """`item.label` is its field; `item.url` too, when it is text, for an item has no page."""
    graph = link([item("menu", 1, label="Home", url="#home", items=["a"])])
    entry = graph.item("menu", 1)

    assert (entry.label, entry.items, entry.id, entry.collection) == ("Home", ["a"], 1, "menu")
    assert (entry.url, entry.fields.url) == ("#home", "#home")
    assert link([item("menu", 1, url=["a"])]).item("menu", 1).url is None
    assert "meta" not in entry.fields
    with pytest.raises(AttributeError, match="'nothing'"):
        _ = entry.nothing


def test_items_can_be_copied(item):
    """An item's fall-through does not mislead Python's own protocols."""
    anna = link([item("team", 1, name="Anna")]).item("team", 1)

    assert copy.copy(anna).name == "Anna"
    assert not hasattr(anna, "__html__")


def test_unset_references_and_other_values_stay(page):
    """Unset references and every ordinary value stay what the API gave."""
    fields = {"none": None, "text": "", "many": [], "yes": True, "n": 1.5, "list": [None, "a"]}

    assert link([page("a", fields)]).page("news", "a").fields == fields


def test_components_repeaters_and_media(recorded):
    """A real page's components, repeaters and media are reached as templates do."""
    raw = split_page(recorded("pages/test_page_get")["data"])
    fields = link(raw).page("landing-page", "landing-page-with-components").fields

    assert fields.seo.title.startswith("Sample Landing Page")
    assert [type(entry) for entry in fields.body] == [Component] * len(fields.body)
    hero, features = fields.body[0], next(c for c in fields.body if c.type == "features")
    assert hero.type == "hero"
    assert isinstance(hero.fields.image, Media)
    assert hero.fields.image.handle == "DVG5DLMQ9ywaCwfEAgL2"
    assert isinstance(features.fields.features[0], Fields)
    assert features.fields.features[0].icon.handle == "1evWeDvPQ3eby8N5pZsg"


def test_media_with_alternative_text(page):
    """Media that came as objects are media with their alternative texts."""
    fields = {"image": {"url": "https://cdn.buttercms.com/abc", "alt": "A cat"}}

    assert link([page("a", fields)]).page("news", "a").fields.image.alt == "A cat"


def test_objects_that_only_resemble_others(page):
    """Objects that only resemble components and records stay fields."""
    fields = {
        "typed": {"type": "hero", "fields": "none"},
        "wide": {"type": "hero", "fields": {}, "more": 1},
        "meta": {"meta": {"id": "1"}},
        "flag": {"meta": {"id": True}},
        "slug": {"slug": "a", "fields": {}},
        "unnamed": {"slug": "", "page_type": "news", "fields": {}},
    }

    assert link([page("a", fields)]).page("news", "a").fields == fields


def test_cycles(page, item):
    """Records that refer to each other, and to themselves, hold each other."""
    anna = item("team", 1, boss="/v2/content/team/2/", self="/v2/content/team/1/")
    bert = item("team", 2, boss=["/v2/content/team/1/"])
    graph = link([anna, bert])
    anna, bert = graph.item("team", 1), graph.item("team", 2)

    assert anna.boss is bert
    assert bert.boss[0] is anna
    assert anna.boss.boss[0].self.self is anna


def test_dangling_references_are_all_reported(page, item, post):
    """Every reference that leads nowhere is reported, in order, and is None or left out."""
    body = [{"type": "hero", "fields": {"team": ["/v2/content/team/1/", "/v2/content/team/9/"]}}]
    graph = link(
        [
            page("b", {"up": "/v2/pages/news/gone/", "rows": [{"up": "/v2/pages/*/gone/"}]}),
            page("a", {"text": "x", "body": body}),
            item("team", 1, boss={"up": {"team": "/v2/content/menu/1/"}}),
            post("p", author="nobody", categories=["gone"]),
        ]
    )

    assert graph.dangling == (
        Dangling(Key("item", "team", "1"), "boss.up.team", "collections/menu/1"),
        Dangling(Key("page", "news", "a"), "body[0].fields.team[1]", "collections/team/9"),
        Dangling(Key("page", "news", "b"), "rows[0].up", "pages/*/gone"),
        Dangling(Key("page", "news", "b"), "up", "pages/news/gone"),
        Dangling(Key("post", "", "p"), "author", "authors/nobody"),
        Dangling(Key("post", "", "p"), "categories[0]", "categories/gone"),
    )
    assert graph.page("news", "b").fields == {"up": None, "rows": [{"up": None}]}
    assert graph.page("news", "a").fields.body[0].fields.team == [graph.item("team", 1)]
    assert (graph.post("p").author, graph.post("p").categories) == (None, [])


def test_referrers(page, item, post):
    """A record knows who refers to it, and where, in order."""
    body = [{"type": "hero", "fields": {"team": ["/v2/content/team/1/", "/v2/content/team/1/"]}}]
    graph = link(
        [
            post("p", author="jane"),
            RawRecord(Key("author", "", "jane"), {"slug": "jane"}),
            page("b", {"lead": "/v2/content/team/1/"}),
            page("a", {"body": body}),
            item("team", 1),
        ]
    )
    anna = graph.item("team", 1)

    assert [(r.owner, r.path) for r in anna.referrers] == [
        (graph.page("news", "a"), "body[0].fields.team[0]"),
        (graph.page("news", "a"), "body[0].fields.team[1]"),
        (graph.page("news", "b"), "lead"),
    ]
    assert [(r.owner, r.path) for r in graph.authors[0].referrers] == [(graph.post("p"), "author")]


def test_star_finds_a_page_of_any_type(page):
    """A page reference of the type "*" prefers a single page, then takes the first type's."""
    from_home = {"a": "/v2/pages/*/about/", "b": "/v2/pages/*/jobs/"}
    graph = link(
        [
            page("home", from_home),
            page("about", {}),
            page("about", {}, page_type=None),
            page("jobs", {}, page_type="z"),
            page("jobs", {}, page_type="team"),
        ]
    )
    fields = graph.page("news", "home").fields

    assert fields.a is graph.page("*", "about")
    assert fields.b is graph.page("team", "jobs")


def test_expanded_item_of_an_unknown_collection(page, item):
    """An item that came only expanded is one linked record, without collection, for everyone."""
    poor = {"meta": {"id": 7}, "label": "Tag"}
    rich = {"meta": {"id": 7}, "label": "Tag", "team": "/v2/content/team/1/", "x": "/v2/pages/a/b"}
    graph = link(
        [
            page("a", {"tag": poor}),
            page("b", {"rows": [{"tag": rich}], "uri": "/v2/content/tags/7/"}),
            item("team", 1, tag={"meta": {"id": 7}, "inner": poor}),
        ]
    )
    tag = graph.page("news", "a").fields.tag

    assert (tag.collection, tag.id, tag.label) == (None, 7, "Tag")
    assert tag.team is graph.item("team", 1)
    assert tag is graph.page("news", "b").fields.rows[0].tag is graph.page("news", "b").fields.uri
    assert tag is graph.item("team", 1).tag
    assert graph.dangling == (Dangling(Key("item", "", "7"), "x", "pages/a/b"),)
    assert graph.get(tag.key) is None
    assert list(graph.collections) == ["team"]


def test_expanded_page_that_was_not_pulled(page):
    """A page that came only expanded is one linked record, but not one of the site's pages."""
    inner = {"slug": "x", "page_type": "case", "name": "X", "fields": {"up": "/v2/pages/news/a"}}
    graph = link([page("a", {"case": inner}), page("b", {"case": [inner, "/v2/pages/case/x/"]})])
    case = graph.page("news", "a").fields.case

    assert (case.name, case.fields.up) == ("X", graph.page("news", "a"))
    assert graph.page("news", "b").fields.case == [case, case]
    assert list(graph.pages) == ["news"]


def test_item_of_another_collection_is_not_meant(page, item):
    """A reference that names a collection does not find an item of another one."""
    graph = link([page("a", {"x": "/v2/content/team/1/"}), item("menu", 1)])

    assert graph.page("news", "a").fields.x is None
    assert graph.dangling[0].target == "collections/team/1"


def test_depth_of_references_costs_no_recursion(item):
    """A chain of references longer than Python's stack is linked."""
    length = sys.getrecursionlimit() * 3
    chain = [item("c", n, next=f"/v2/content/c/{n + 1}/") for n in range(1, length)]
    graph = link([*chain, item("c", length)])

    assert graph.item("c", length - 1).next is graph.item("c", length)
    assert graph.dangling == ()


def test_fields_as_deep_as_allowed_are_linked(item):
    """Fields nested as deep as a pull accepts them are linked."""
    deep = "/v2/content/c/1/"
    for _ in range(99):
        deep = {"a": deep}
    found = link([item("c", 1, deep=deep)]).item("c", 1).deep
    for _ in range(99):
        found = found.a

    assert found.id == 1
