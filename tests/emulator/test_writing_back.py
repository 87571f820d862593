"""Writes of what a read gave, with one value changed: the recipe of the PHP SDK's README."""

import pytest

from .bodies import EMPTY


@pytest.fixture
def full(account, news):
    """A post, and a page with every kind of field."""
    account.post("p", categories=["news", "more"], tags=["tea"], featured_image=None)
    account.term("categories", "more", name="Much & More")
    fields = {
        "headline": "Old",
        "hero": {"line": "a", "image": "https://cdn.buttercms.com/AAA"},
        "body": [{"type": "quote", "fields": {"text": "x"}}],
        "links": [{"to": {"$ref": "page:news/live"}}],
        "author": {"$ref": "item:people/7"},
        "related": [{"$ref": "page:news/live"}, {"$ref": "page:news/full"}],
    }
    account.page("news", "full", **fields)
    return account


def same(before, after, *changed):
    """Compare two answers but for what the write changed."""
    return {n: v for n, v in before.items() if n not in changed} == {
        n: v for n, v in after.items() if n not in changed
    }


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
@pytest.mark.parametrize("path", ["posts/", "posts/p/"])
def test_a_post_is_read_changed_and_sent_whole(play, full, method, path):
    """Its terms and its author are objects, its dates and its url cannot be written."""
    ask = play()
    before = ask.get(path)["data"]
    post = before[0] if isinstance(before, list) else before
    ask.accepted(method, "posts/p/", post | {"title": "New", "status": None})
    after = ask.get("posts/p/")["data"]
    assert after["title"] == "New"
    assert same(ask.get("posts/")["data"][0], post | {"url": "/p"}, "title", "updated", "deleted")
    assert [term["slug"] for term in after["categories"]] == ["news", "more"]
    assert len(ask.get("categories/")["data"]) == 2


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
@pytest.mark.parametrize("levels", [1, 2, 3])
def test_a_page_is_read_changed_and_sent_whole(play, full, method, levels):
    """References are objects, or URIs; name, dates and type are no fields."""
    ask = play()
    page = ask.get("pages/news/full/", levels=levels)["data"]
    page["fields"] |= {"headline": "New"}
    ask.accepted(method, "pages/news/full/", page | {"title": "Other"})
    after = ask.get("pages/news/full/", levels=levels)["data"]
    assert after["fields"]["headline"] == "New"
    assert same(page, after, "updated", "fields")
    assert same(page["fields"], after["fields"], "related")
    for query in ({"levels": 1}, {}):
        after = ask.get("pages/news/full/", **query)["data"]["fields"]
        assert len(after["related"]) == 2


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_an_item_is_read_changed_and_sent_whole(play, full, account, method):
    """Its `meta` is not one of its fields."""
    account.settings(read_token="read", write_token="write")
    ask = play()
    (item,) = ask.get("content/people/")["data"]["people"]
    fields = {name: value for name, value in item.items() if name != "meta"} | {"role": "New"}
    body = {"status": "published", "fields": fields}
    ask.accepted(method, "content/people/7/", body)
    assert ask.get("content/people/")["data"]["people"] == [item | {"role": "New"}]


@pytest.mark.parametrize("author", [None, {"slug": "nobody", "email": "ada@site.example"}])
def test_an_author_that_a_read_gave_is_known_or_kept(play, full, author):
    """By either key; null, as of a post without one, changes nothing."""
    ask = play()
    ask.accepted("PATCH", "posts/p/", {"author": author})
    assert ask.get("posts/p/")["data"]["author"]["slug"] == "ada-lane"


def test_a_new_post_may_be_a_copy_of_what_a_read_gave(play, full):
    """`scheduled` and `status` are null then; a date to publish at is refused."""
    ask = play()
    copy = ask.get("posts/p/")["data"] | {"slug": "copy", "status": None}
    ask.accepted("POST", "posts/", copy)
    assert ask.get("posts/copy/")["data"]["status"] == "draft"
    refused = ask("POST", "posts/", copy | {"slug": "later", "scheduled": "2031-01-01"})
    assert (refused.status_code, list(refused.json)) == (400, ["scheduled"])


def test_terms_as_objects_are_made_when_they_are_new(play, full):
    """By their names."""
    ask = play()
    new = {"name": "Fresh Beans", "slug": "whatever"}
    ask.accepted("PATCH", "posts/p/", {"categories": [new, "News"], "tags": [{"name": "Oat"}]})
    post = ask.get("posts/p/")["data"]
    assert [term["slug"] for term in post["categories"]] == ["fresh-beans", "news"]
    assert [term["name"] for term in post["tags"]] == ["Oat"]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("posts/p/", {"tags": [{"name": "Tea", "slug": "tea"}]}, "tags"),
        ("pages/news/live/", {"fields": {"related": [{"slug": "live"}]}}, "related"),
        ("pages/news/live/", {"fields": {"author": {"meta": {"id": 7}}}}, "author"),
        ("pages/news/live/", {"fields": {"author": "/v2/content/?keys=people[_id=7]"}}, "author"),
    ],
)
def test_what_reads_give_may_be_refused(play, full, path, body, field):
    """As the write reference has it: names, slugs and ids."""
    play().accepted("PATCH", path, body)
    answer = play(write_back="refuse")("PATCH", path, body)
    assert (answer.status_code, list(answer.json)) == (400, [field])


LOCALES = {"en": {"name": "Bea", "role": ""}, "de": {"name": "Bea (de)", "role": ""}}
FLAT = LOCALES["en"]


@pytest.mark.parametrize(
    ("method", "path", "fields"),
    [
        ("POST", "content/", [FLAT]),
        ("POST", "content/", [LOCALES, FLAT]),
        ("POST", "content/", [LOCALES | {"fr": FLAT}]),
        ("POST", "content/", [LOCALES | {"name": "Bea"}]),
        ("PATCH", "content/people/7/", {"name": "Bea"}),
        ("PUT", "content/people/7/", FLAT),
        ("PATCH", "content/people/7/?locale=de", {"name": "Bea"}),
    ],
)
def test_flat_fields_of_items_are_refused_where_the_account_has_locales(
    play, full, method, path, fields
):
    """They have to stand inside locale codes; nothing is written of what is refused."""
    ask = play()
    before = ask.get("content/people/")
    answer = ask(method, path, {"key": "people", "status": "published", "fields": fields})
    assert (answer.status_code, list(answer.json)) == (400, ["fields"])
    assert ask.get("content/people/") == before
    if "fr" not in str(fields) and fields != [LOCALES | {"name": "Bea"}]:
        body = {"key": "people", "status": "published", "fields": fields}
        play(flat_items="allow").accepted(method, path, body)


def test_many_items_in_many_locales_are_written_at_once(play, full):
    """And so are all locales of a page, and of an item that is changed."""
    ask = play()
    published = {"status": "published"}
    ask.accepted("POST", "content/", published | {"key": "people", "fields": [LOCALES, LOCALES]})
    ask.accepted("PATCH", "content/people/7/", published | {"fields": LOCALES})
    ask.accepted("PATCH", "content/people/8/", published | {"fields": {"de": {"role": "Neu"}}})
    pages = {"en": EMPTY | {"headline": "Both"}, "de": EMPTY | {"headline": "Beide"}}
    ask.accepted("PATCH", "pages/news/full/", published | {"fields": pages})
    for locale, names, headline in (
        ("en", ["Bea"] * 3, "Both"),
        ("de", ["Bea (de)"] * 3, "Beide"),
    ):
        people = ask.get("content/people/", locale=locale)["data"]["people"]
        assert [item["name"] for item in people] == names
        page = ask.get("pages/news/full/", locale=locale)["data"]
        assert page["fields"]["headline"] == headline
    assert ask.get("content/people/8/", locale="de")["data"]["role"] == "Neu"


def test_a_status_alone_is_no_flat_field(play, full):
    """An item is withdrawn without its fields."""
    ask = play()
    for body in ({"status": "draft", "fields": {}}, {"status": "draft"}):
        ask.accepted("PATCH", "content/people/7/", body)
        assert ask.get("content/people/")["data"]["people"] == []
