"""The reads that nobody recorded: previews, locales, references, filters, pages, searches."""

import json

import pytest


def patch(account, path, **changes):
    """Change a file of the account."""
    target = account.folder / path
    target.write_text(json.dumps(json.loads(target.read_text()) | changes))


def slugs(listing):
    """Name what a listing holds."""
    return [entry["slug"] for entry in listing["data"]]


# preview and drafts


def test_preview_shows_the_draft_over_what_is_published(play, account):
    """The newest draft under preview, otherwise the published version; unpublished pages null."""
    account.page("news", "live", headline="Old")
    draft = {"fields": {"headline": "New"}, "updated": "2024-09-01T00:00:00.000000Z"}
    patch(account, "pages/news/live.json", draft=draft)
    account.page("news", "never", status="draft", published=None)
    ask = play()
    assert slugs(ask.get("pages/news/")) == ["live"]
    assert slugs(ask.get("pages/news/", preview=1)) == ["live", "never"]
    assert ask.get("pages/news/live/")["data"]["fields"]["headline"] == "Old"
    assert ask.get("pages/news/live/", preview=1)["data"]["fields"]["headline"] == "New"
    assert ask.get("pages/news/never/", preview=1)["data"]["published"] is None
    assert ask("GET", "pages/news/never/").status_code == 404


def test_collections_take_the_old_word_for_preview(play, account):
    """`test=1` is what legacy clients send to /content/."""
    account.collection("faqs", {"id": 1, "q": "a"}, {"id": 2, "q": "b", "status": "draft"})
    ask = play()
    for path in ("content/faqs/", "content/"):
        counted = [
            len(ask.get(path, keys="faqs", **query)["data"]["faqs"])
            for query in ({}, {"preview": 1}, {"test": 1})
        ]
        assert counted == [1, 2, 2]
    assert "status" not in ask.get("content/faqs/", preview=1)["data"]["faqs"][1]


def test_a_single_post_is_given_whatever_its_status(play, account):
    """Documented, and the reason why a live build looks at what it gets."""
    account.post("secret", status="draft")
    ask = play()
    assert ask.get("posts/")["data"] == []
    assert ask.get("posts/secret/")["data"]["status"] == "draft"


# locales


def test_a_locale_has_its_own_versions_and_no_fallback(play, account):
    """An untranslated item is a 404, an unknown locale a 400; no payload names its locale."""
    account.page("news", "n", headline="Hello")
    account.page("news", "untranslated", headline="Only English")
    german = {"status": "published", "fields": {"headline": "Hallo"}, "name": "N auf Deutsch"}
    patch(account, "pages/news/n.json", locales={"de": german})
    ask = play()
    assert slugs(ask.get("pages/news/", locale="de")) == ["n"]
    page = ask.get("pages/news/n/", locale="de")["data"]
    assert (page["fields"]["headline"], page["name"]) == ("Hallo", "N auf Deutsch")
    assert "locale" not in page
    assert ask.get("pages/news/n/", locale="en")["data"]["fields"]["headline"] == "Hello"
    missing = ask("GET", "pages/news/untranslated/", query_string={"locale": "de"})
    assert missing.status_code == 404
    for shape in ("detail", "locale"):
        wrong = play(locale_error=shape)("GET", "pages/news/", query_string={"locale": "xx"})
        assert (wrong.status_code, wrong.json) == (400, {shape: "Invalid locale parameter"})


def test_a_locales_draft_stays_a_draft(play, account):
    """Each locale has its own status."""
    account.page("news", "n", headline="Hello")
    german = {"status": "draft", "fields": {"headline": "Hallo"}}
    patch(account, "pages/news/n.json", locales={"de": german})
    ask = play()
    assert slugs(ask.get("pages/news/", locale="de")) == []
    assert slugs(ask.get("pages/news/", locale="de", preview=1)) == ["n"]


# references


@pytest.fixture
def circle(account):
    """A page and an item that refer to each other."""
    account.collection("farms", {"id": 7, "name": "F", "coffee": {"$ref": "page:coffee/a"}})
    farms = [{"$ref": "item:farms/7"}]
    account.page("coffee", "a", farm={"$ref": "item:farms/7"}, farms=farms)
    return account


def depth(value):
    """Count how many steps of a circle are objects."""
    inner = value.get("fields", value)
    following = inner.get("farm") or inner.get("coffee")
    return 1 + depth(following) if isinstance(following, dict) else 1


@pytest.mark.parametrize(("levels", "shown"), [(1, 1), (2, 2), (3, 3), (5, 5), (9, 5), (0, 1)])
def test_references_are_objects_down_to_levels_and_uris_below(play, circle, levels, shown):
    """A circle goes round until the limit; out of range is capped."""
    assert depth(play().get("pages/coffee/a/", levels=levels)["data"]) == shown


def test_level_limits_have_the_documented_uris(play, circle):
    """A page's URI has no slash at its end, an item's has its id in brackets."""
    ask = play()
    fields = ask.get("pages/coffee/a/", levels=1)["data"]["fields"]
    assert fields["farm"] == "/v2/content/?keys=farms[_id=7]"
    assert fields["farms"] == ["/v2/content/?keys=farms[_id=7]"]
    (item,) = ask.get("content/farms/", levels=1)["data"]["farms"]
    assert item == {"meta": {"id": 7}, "name": "F", "coffee": "/v2/pages/coffee/a"}
    expanded = ask.get("pages/coffee/a/")["data"]["fields"]["farm"]
    assert expanded["meta"] == {"id": 7}


def test_levels_may_be_refused_out_of_range_and_always_when_not_a_number(play, circle):
    """The two documents disagree on numbers; neither takes a word."""
    for ask, levels, code in (
        (play(), "many", 400),
        (play(levels="refuse"), "6", 400),
        (play(levels="refuse"), "5", 200),
    ):
        answer = ask("GET", "pages/coffee/", query_string={"levels": levels})
        assert answer.status_code == code
    words = "levels query parameter should be an integer between 1 and 5 (inclusive)"
    assert play()("GET", "pages/coffee/?levels=x").json == {"detail": words}


def test_accounts_that_behave_otherwise_can_be_played(play, circle):
    """One-to-one as a list of one, expansion at level 1, references to drafts left out."""
    fields = play(one_to_one="list").get("pages/coffee/a/", levels=1)["data"]["fields"]
    assert fields["farm"] == ["/v2/content/?keys=farms[_id=7]"]
    fields = play(expand="object").get("pages/coffee/a/", levels=1)["data"]["fields"]
    assert fields["farm"]["name"] == "F"
    circle.collection("farms", {"id": 7, "name": "F", "status": "draft"})
    kept = play().get("pages/coffee/a/")["data"]["fields"]
    assert kept["farm"] == "/v2/content/?keys=farms[_id=7]"
    omitted = play(unpublished_references="omit").get("pages/coffee/a/")["data"]["fields"]
    assert (omitted["farm"], omitted["farms"]) == (None, [])


# filters, order, pagination


def test_filters_reach_through_components_and_references(play, account):
    """`fields.` filters are equal, dotted, and all of them hold."""
    account.collection("farms", {"id": 7, "name": "F"}, {"id": 8, "name": "G"})
    account.page("coffee", "a", farm={"$ref": "item:farms/7"}, hero={"line": "x"}, hot=True)
    account.page("coffee", "b", farm={"$ref": "item:farms/8"}, hero={"line": "x"}, hot=False)
    ask = play()
    for query, found in (
        ({"fields.farm.name": "G"}, ["b"]),
        ({"fields.hero.line": "x"}, ["a", "b"]),
        ({"fields.hero.line": "x", "fields.hot": "true"}, ["a"]),
        ({"fields.nothing": "x"}, []),
    ):
        assert slugs(ask.get("pages/coffee/", **query)) == found


def test_order_is_by_a_date_or_a_field_and_may_be_turned_round(play, account):
    """An unknown field is refused."""
    account.page("coffee", "a", price=9, published="2024-01-01T00:00:00Z")
    account.page("coffee", "b", price=11, published="2023-01-01T00:00:00Z")
    ask = play()
    for order, found in (
        ("published", "ba"),
        ("-published", "ab"),
        ("price", "ab"),
        ("-price", "ba"),
    ):
        assert "".join(slugs(ask.get("pages/coffee/", order=order))) == found
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
    refused = play(page_size="refuse")("GET", "posts/?page_size=101")
    assert refused.status_code == 400


def test_offsets_take_precedence_over_pages(play, seven):
    """With limit or offset, page and page_size are ignored; the meta has offsets, or pages."""
    listing = play().get("posts/", limit=3, offset=2, page=9)
    assert slugs(listing) == ["p3", "p4", "p5"]
    assert listing["meta"] == {"next_offset": 5, "previous_offset": 0, "count": 7}
    meta = play(offset_meta="page").get("posts/", limit=3, offset=3)["meta"]
    assert meta == {"next_page": 3, "previous_page": 1, "count": 7}


@pytest.mark.parametrize("query", ["page=0", "page=x", "page_size=0", "limit=-1", "offset=-1"])
def test_a_page_that_is_no_number_is_refused(play, seven, query):
    """400, with the parameter's name."""
    answer = play()("GET", f"posts/?{query}")
    assert answer.status_code == 400
    assert query.split("=")[0] in answer.json["detail"]


def test_past_the_end_is_a_404_or_empty(play, seven):
    """Undocumented: the framework's default, or the mild form."""
    answer = play()("GET", "posts/?page=2")
    assert (answer.status_code, answer.json) == (404, {"detail": "Invalid page."})
    assert play(past_the_end="empty").get("posts/", page=2)["data"] == []


def test_posts_are_filtered_by_author_category_and_tag(play, account):
    """Each filter names a slug; they hold together, in feeds as well."""
    account.post("a", categories=["x"], tags=["t"])
    account.post("b", categories=["x", "y"], author="bea")
    ask = play()
    assert slugs(ask.get("posts/", category_slug="x")) == ["a", "b"]
    assert slugs(ask.get("posts/", category_slug="x", author_slug="bea")) == ["b"]
    assert slugs(ask.get("posts/", tag_slug="t")) == ["a"]
    assert "/b<" not in ask.get("feeds/sitemap/", tag_slug="t")["data"]


# searches, media, feeds, the rest


def test_searches_find_all_words_and_rank_by_hits(play, account):
    """Posts by title and body, pages by their own fields but not through references."""
    account.post("tea", title="Tea", body="<p>tea and tea</p>")
    account.post("coffee", title="Coffee", body="<p>no tea</p>")
    account.page("news", "n", text="green tea", link={"$ref": "page:*/about"})
    account.page("*", "about", text="harbour")
    ask = play()
    found = ask.get("posts/search/", query="tea")["data"]
    assert [post["slug"] for post in found] == ["tea", "coffee"]
    assert found[0]["rank"] > found[1]["rank"]
    assert ask.get("search/", query="green coffee")["data"] == []
    assert slugs(ask.get("pages/search/", query="green")) == ["n"]
    assert slugs(ask.get("pages/search/", query="harbour")) == ["about"]
    assert slugs(ask.get("pages/search/", query="harbour", page_type="news")) == []
    assert ask("GET", f"posts/search/?query={'x' * 101}").status_code == 400


def test_alternative_texts_come_on_request_but_not_in_referenced_pages(play, account):
    """Media become objects; `alt` only where there is one."""
    one, two = "https://cdn.buttercms.com/AAA", "https://cdn.buttercms.com/BBB"
    account.page("news", "a", image=one, other=two, empty="", link={"$ref": "page:news/b"})
    account.page("news", "b", image=one)
    account.media("alts.json", b'{"AAA": "A boat"}')
    fields = play().get("pages/news/a/", alt_media_text=1)["data"]["fields"]
    assert fields["image"] == {"url": one, "alt": "A boat"}
    assert fields["other"] == {"url": two}
    assert fields["empty"] == ""
    assert fields["link"]["fields"]["image"] == one


def test_several_collections_in_one_call_may_be_refused(play, account):
    """Some accounts are said to take one key only; an unknown key is a 404 for all."""
    account.collection("a", {"id": 1})
    account.collection("b", {"id": 2})
    assert set(play().get("content/", keys="a,b")["data"]) == {"a", "b"}
    assert play(joined_keys="refused")("GET", "content/?keys=a,b").status_code == 400
    unknown = play()("GET", "content/?keys=a,x")
    assert unknown.json == {"detail": "Content key x not found"}


def test_feeds_may_come_as_a_bare_string(play, account):
    """Recorded inside an object, documented without."""
    account.post("p")
    assert play(feeds="string").get("feeds/rss/").startswith("<?xml")


def test_pages_may_tell_their_status_and_posts_their_url(play, account):
    """Documented but never recorded, and recorded in 2021 but not in 2024."""
    account.page("news", "n")
    account.post("p")
    page = play(page_status="present").get("pages/news/n/")["data"]
    assert (page["status"], page["scheduled"]) == ("published", None)
    assert play(post_url="slug").get("posts/p/")["data"]["url"] == "p"


def test_a_missing_slash_is_redirected_where_it_was_not_recorded_without(play, account):
    """The redirect is a call of its own; some routes answer without, or all redirect."""
    account.post("p")
    ask = play()
    answer = ask("GET", "posts?page=1")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/v2/posts/?page=1")
    assert ask("GET", "authors/ada-lane").status_code == 200
    assert play(slash="always")("GET", "authors/ada-lane").status_code == 301
    assert [call.status for call in ask.app.calls] == [301, 200]


def test_other_methods(play, account):
    """HEAD has no body, OPTIONS tells what is allowed, the rest is 405 after 401."""
    account.post("p")
    ask = play()
    head = ask("HEAD", "posts/p/")
    assert (head.status_code, head.data) == (200, b"")
    assert ask("OPTIONS", "tags/").headers["Allow"] == "GET, HEAD, OPTIONS"
    assert ask("PUT", "tags/", {}).status_code == 405
    assert ask("GET", "nothing/at/all/ever/").json == {"detail": "Not found."}
    ask.token = "wrong"
    assert ask("PUT", "tags/", {}).status_code == 401


def test_no_token_has_its_own_words_and_reads_take_it_from_the_query(play, account):
    """The texts end with a full stop, or not: the documents differ."""
    account.post("p")
    ask = play(full_stop="no")
    bare = {"headers": {"Authorization": ""}}
    words = "Authentication credentials were not provided"
    assert ask("GET", "posts/", **bare).json == {"detail": words}
    assert ask("GET", "posts/?auth_token=read", **bare).status_code == 200
    assert ask("GET", "posts/?auth_token=no", **bare).json == {"detail": "Invalid token"}
    assert all("auth_token" not in call.query for call in ask.app.calls)


def test_large_answers_are_compressed_when_asked(play, account):
    """Gzip on request, as recorded."""
    import gzip

    account.post("p", body="x" * 5000)
    plain = play()("GET", "posts/")
    packed = play()("GET", "posts/", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 5


@pytest.mark.parametrize(
    "url",
    [
        "https://cdn.buttercms.com/AAA",
        "https://cdn.buttercms.com/resize=width:800,fit:crop/rotate=deg:90/AAA",
        "https://d2wzhk7xhrnk1x.cloudfront.net/AAA_a-name.png",
        "https://d2devwt40at1e2.cloudfront.net/api/file/AAA",
        "http://127.0.0.1/_media/AAA",
    ],
)
def test_media_are_served_under_every_address_and_are_no_calls(play, account, url):
    """The file's type is in its header; an ETag spares the second transfer."""
    from urllib.parse import urlsplit

    from werkzeug.test import Client

    account.media("AAA.png", b"\x89PNG")
    app = play().app
    parts = urlsplit(url)
    base = f"{parts.scheme}://{parts.netloc}"
    answer = Client(app).get(parts.path, base_url=base)
    assert (answer.status_code, answer.data) == (200, b"\x89PNG")
    assert answer.headers["Content-Type"] == "image/png"
    again = Client(app).get(
        parts.path, base_url=base, headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304
    assert Client(app).get("/_media/..%2Faccount").status_code == 404
    assert app.calls == []


def test_media_can_be_given_another_address(play, account):
    """A browser on this machine shows the pictures of a server that plays the account."""
    account.page("news", "n", image="https://cdn.buttercms.com/AAA")
    ask = play(media_url="http://127.0.0.1:8008/_media")
    image = ask.get("pages/news/n/")["data"]["fields"]["image"]
    assert image == "http://127.0.0.1:8008/_media/AAA"
