"""Filters, order, and both paginations."""

import pytest


def slugs(listing):
    """Return the slugs of a listing."""
    return [entry["slug"] for entry in listing["data"]]


def test_filters_reach_through_components_and_references(play, account):
    """`fields.` filters are equal, dotted, and all of them hold."""
    account.collection("farms", {"id": 7, "name": "F"}, {"id": 8, "name": "G"})
    account.page("coffee", "a", farm={"$ref": "item:farms/7"}, hero={"line": "x"}, hot=True)
    account.page("coffee", "b", farm={"$ref": "item:farms/8"}, hero={"line": "x"}, hot=False)
    ask = play()
    for query, result in (
        ({"fields.farm.name": "G"}, ["b"]),
        ({"fields.hero.line": "x"}, ["a", "b"]),
        ({"fields.hero.line": "x", "fields.hot": "true"}, ["a"]),
        ({"fields.nothing": "x"}, []),
    ):
        assert slugs(ask.get("pages/coffee/", **query)) == result


def test_order_is_by_a_date_or_a_field_and_may_be_turned_round(play, account):
    """An unknown field is refused."""
    account.page("coffee", "a", price=9, published="2024-01-01T00:00:00Z")
    account.page("coffee", "b", price=11, published="2023-01-01T00:00:00Z")
    ask = play()
    for order, result in (
        ("published", "ba"),
        ("-published", "ab"),
        ("price", "ab"),
        ("-price", "ba"),
    ):
        assert "".join(slugs(ask.get("pages/coffee/", order=order))) == result
    assert ask("GET", "pages/coffee/?order=nothing").status_code == 403


@pytest.fixture
def seven(account):
    """Seven posts."""
    for number in range(1, 8):
        account.post(f"p{number}", day=f"2024-01-0{8 - number}")
    return account


def test_pages_are_numbered_and_counted(play, seven):
    """Ten by default, at most a hundred; the meta has numbers, not addresses."""
    ask = play()
    listing = ask.get("posts/", page=2, page_size=3)
    assert slugs(listing) == ["p4", "p5", "p6"]
    assert listing["meta"] == {"next_page": 3, "previous_page": 1, "count": 7}
    assert ask.get("posts/")["meta"]["next_page"] is None
    assert len(ask.get("posts/", page_size=500)["data"]) == 7


def test_offsets_take_precedence_over_pages(play, seven):
    """With limit or offset, page and page_size are ignored; the meta has offsets."""
    listing = play().get("posts/", limit=3, offset=2, page=9)
    assert slugs(listing) == ["p3", "p4", "p5"]
    assert listing["meta"] == {"next_offset": 5, "previous_offset": 0, "count": 7}


@pytest.mark.parametrize(
    "query",
    [
        *("page=0", "page=x", "page=\u00b2", "page=" + "9" * 5000),
        *("page_size=0", "limit=-1", "offset=-1"),
    ],
)
def test_a_page_that_is_no_number_is_refused(play, seven, query):
    """400, with the parameter's name."""
    answer = play()("GET", f"posts/?{query}")
    assert answer.status_code == 400
    assert query.split("=")[0] in answer.json["detail"]


@pytest.mark.parametrize("number", ["x", "\u00b2", "-1", "9" * 5000])
def test_an_item_whose_id_is_no_number_is_not_found(play, account, number):
    """In a path and in a reference of the account's own files."""
    account.collection("people", {"id": 7, "name": "Ada"})
    account.page("news", "p", author={"$ref": f"item:people/{number}"})
    ask = play()
    for method in ("GET", "DELETE"):
        assert ask(method, f"content/people/{number}/").status_code == 404
    uri = f"/v2/content/?keys=people[_id={number}]"
    assert ask.get("pages/news/p/")["data"]["fields"]["author"] == uri
    assert ask.get("pages/news/", fields__author__name="Ada")["data"] == []


def test_past_the_end_is_a_404(play, seven):
    """Undocumented: the framework's default."""
    answer = play()("GET", "posts/?page=2")
    assert (answer.status_code, answer.json) == (404, {"detail": "Invalid page."})


def test_posts_are_filtered_by_author_category_and_tag(play, account):
    """Each filter names a slug; they hold together, in feeds as well."""
    account.post("a", categories=["x"], tags=["t"])
    account.post("b", categories=["x", "y"], author="bea")
    ask = play()
    assert slugs(ask.get("posts/", category_slug="x")) == ["a", "b"]
    assert slugs(ask.get("posts/", category_slug="x", author_slug="bea")) == ["b"]
    assert slugs(ask.get("posts/", tag_slug="t")) == ["a"]
    assert "/b<" not in ask.get("feeds/sitemap/", tag_slug="t")["data"]
