"""Searches, media, feeds, redirects, methods: the reads that nobody recorded."""

import pytest


def slugs(listing):
    """Return the slugs of a listing."""
    return [entry["slug"] for entry in listing["data"]]


def test_searches_find_all_words_and_rank_by_hits(play, account):
    """Posts by title and body, pages by their own fields but not through references."""
    account.post("tea", title="Tea", body="<p>tea and tea</p>")
    account.post("coffee", title="Coffee", body="<p>no tea</p>")
    account.page("news", "n", text="green tea", link={"$ref": "page:*/about"})
    account.page("*", "about", text="harbour")
    ask = play()
    result = ask.get("posts/search/", query="tea")["data"]
    assert [post["slug"] for post in result] == ["tea", "coffee"]
    assert result[0]["rank"] > result[1]["rank"]
    assert ask.get("search/", query="green coffee")["data"] == []
    assert slugs(ask.get("pages/search/", query="green")) == ["n"]
    assert slugs(ask.get("pages/search/", query="harbour")) == ["about"]
    assert slugs(ask.get("pages/search/", query="harbour", page_type="news")) == []
    assert ask("GET", f"posts/search/?query={'x' * 101}").status_code == 400


def test_alternative_texts_come_on_request_but_not_in_referenced_pages(play, account):
    """Media become objects; `alt` only where there is one."""
    item, two = "https://cdn.buttercms.com/AAA", "https://cdn.buttercms.com/BBB"
    account.page("news", "a", image=item, other=two, empty="", link={"$ref": "page:news/b"})
    account.page("news", "b", image=item)
    account.media("alts.json", b'{"AAA": "A boat"}')
    fields = play().get("pages/news/a/", alt_media_text=1)["data"]["fields"]
    assert fields["image"] == {"url": item, "alt": "A boat"}
    assert fields["other"] == {"url": two}
    assert fields["empty"] == ""
    assert fields["link"]["fields"]["image"] == item


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


def test_a_post_names_its_neighbours(play, account):
    """The next is the newer one; the newest and the oldest have one neighbour, drafts have none."""
    for number in range(1, 5):
        account.post(f"p{number}", day=f"2024-01-0{number}")
    account.post("draft", status="draft", published=None)
    ask = play()

    def neighbours(slug):
        meta = ask.get(f"posts/{slug}/")["meta"]
        return [post and post["slug"] for post in (meta["next_post"], meta["previous_post"])]

    assert neighbours("p2") == ["p3", "p1"]
    assert (neighbours("p4"), neighbours("p1")) == ([None, "p3"], ["p2", None])
    assert neighbours("draft") == [None, None]


def test_a_missing_slash_is_redirected_where_it_was_not_recorded_without(play, account):
    """The redirect is a call of its own; some routes answer without."""
    account.post("p")
    ask = play()
    answer = ask("GET", "posts?page=1")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/v2/posts/?page=1")
    assert ask("GET", "authors/ada-lane").status_code == 200
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
    """A token in the query is in no log of calls."""
    account.post("p")
    ask = play()
    bare = {"headers": {"Authorization": ""}}
    words = "Authentication credentials were not provided."
    assert ask("GET", "posts/", **bare).json == {"detail": words}
    assert ask("GET", "posts/?auth_token=read", **bare).status_code == 200
    assert ask("GET", "posts/?auth_token=no", **bare).json == {"detail": "Invalid token."}
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


def test_one_item_of_a_collection_is_given_by_its_id(play, account):
    """Listed in the documents, never recorded."""
    account.collection("faqs", {"id": 1, "q": "a"}, {"id": 2, "q": "b", "status": "draft"})
    ask = play()
    assert ask.get("content/faqs/1/")["data"] == {"meta": {"id": 1}, "q": "a"}
    for path in ("content/faqs/2/", "content/faqs/x/", "content/nothing/1/"):
        assert ask("GET", path).status_code == 404
