"""Answers and names that nobody promised: nothing is lost over them, and nothing crashes."""

import httpx
import pytest

from pelican_buttercms.api import read_requests
from pelican_buttercms.api.responses import decode_listing
from pelican_buttercms.errors import ContentError, ResponseError, SettingsError
from pelican_buttercms.sync.progress import Progress
from pelican_buttercms.sync.pull import pull
from pelican_buttercms.sync.pull_spec import PullSpec


class Far:
    """The far end: gives what it is told for a path, and 404 for the rest."""

    def __init__(self, **answers):
        self.answers = {f"/v2/{path.replace('__', '/')}/": data for path, data in answers.items()}
        self.asked = []

    def __call__(self, request):
        self.asked.append(request.url.path)
        data = self.answers.get(request.url.path)
        if data is None:
            return httpx.Response(404, json={"detail": "Not found."})
        return httpx.Response(200, json=data(request) if callable(data) else data)


@pytest.fixture
def run(connect, store, scope):
    """Pull from such a far end; gives the keys that were stored."""

    def start(far, **wanted):
        client = connect(httpx.MockTransport(far))
        options = PullSpec(**{"posts": False} | wanted)
        result = pull(client, store, [scope], options, Progress())
        return sorted(str(key) for key in result.generation.manifest)

    return start


def page(slug, **fields):
    """Make a page as the API gives it."""
    return {"slug": slug, "name": slug, "page_type": "news", "fields": fields}


def items(key, *ids):
    """Make the listing of a collection."""
    return {
        "meta": {"count": len(ids), "next_page": None, "previous_page": None},
        "data": {key: [{"meta": {"id": number}} for number in ids]},
    }


@pytest.mark.parametrize(
    "together",
    [
        {},
        {"data": {"a": [{"meta": {"id": 1}}]}},
        {"meta": {"count": 9, "next_page": 2}, "data": {"a": [{"meta": {"id": 1}}], "b": []}},
        {"meta": {"count": 9, "next_offset": 1}, "data": {"a": [{"meta": {"id": 1}}], "b": []}},
    ],
    ids=["empty", "one is missing", "only a page", "only an offset's worth"],
)
def test_an_incomplete_joined_answer_empties_no_collection(run, together):
    """What the answer lacks would look deleted: each collection is asked for alone instead."""
    far = Far(content=together, content__a=items("a", 1, 2), content__b=items("b", 3))
    assert run(far, collections=("a", "b")) == [
        "collections/a/1",
        "collections/a/2",
        "collections/b/3",
    ]


def test_an_answer_with_more_than_was_asked_for_brings_no_more(run):
    """Only the collections that were named are kept."""
    extra = {"data": {key: [{"meta": {"id": n}}] for n, key in enumerate("abc", 1)}}
    assert run(Far(content=extra), collections=("a", "b")) == ["collections/a/1", "collections/b/2"]


@pytest.mark.parametrize("key", ["x" * 101, "a,b", "%2C"])
def test_what_cannot_be_asked_for_dangles(run, key):
    """An editor may write anything that looks like a reference; the pull does not break on it."""
    links = [f"/v2/pages/{key}/slug", f"/v2/content/?keys={key}[_id=1]"]
    listing = {"meta": {"count": 1, "next_page": None}, "data": [page("n", links=links)]}
    far = Far(pages__news=listing)
    assert run(far, page_types=("news",)) == ["pages/news/n"]
    assert far.asked == ["/v2/pages/news/"]


def test_names_that_no_key_can_have_are_refused_before_the_first_call(run):
    """Both settings are told together, and nothing is billed."""
    far = Far()
    with pytest.raises(SettingsError) as caught:
        run(far, page_types=("x" * 101,), collections=("a,b",))
    types, collections = caught.value.problems
    assert types.startswith("BUTTERCMS_PAGE_TYPES names 'xxx")
    assert collections.startswith("BUTTERCMS_COLLECTIONS names 'a,b'")
    assert far.asked == []


@pytest.mark.parametrize("broken", [{"slug": ["n"]}, {"slug": None}, {}], ids=str)
def test_a_page_without_a_usable_slug_is_named_as_the_problem(run, broken):
    """Two of them are not a listing that changed while it was read."""
    listing = {"data": [{"name": "one"} | broken, {"name": "two"} | broken]}
    with pytest.raises(ContentError, match="slug"):
        run(Far(pages__news=listing), page_types=("news",))


@pytest.mark.parametrize("meta", [None, 5, {}, {"id": "1"}], ids=str)
def test_an_item_without_a_usable_id_is_named_as_the_problem(run, meta):
    """`meta.id` is what identifies an item."""
    with pytest.raises(ContentError, match="item of the collection faqs"):
        run(Far(content__faqs={"data": {"faqs": [{"meta": meta}]}}), collections=("faqs",))


def test_smaller_pages_than_were_asked_for_are_followed_to_the_end(run):
    """The first page tells how many the API gives at once."""

    def ten_a_page(request):
        number = int(request.url.params["page"])
        pages = [page(f"n{n:02}") for n in range(25)][(number - 1) * 10 : number * 10]
        return {"meta": {"count": 25, "next_page": number + 1 if number < 3 else None}} | {
            "data": pages
        }

    far = Far(pages__news=ten_a_page)
    assert run(far, page_types=("news",)) == [f"pages/news/n{n:02}" for n in range(25)]
    assert len(far.asked) == 4  # the first page is looked at again


@pytest.mark.parametrize("shape", ["detail", "locale"])
@pytest.mark.parametrize("posts", [True, False])
def test_an_unknown_locale_is_blamed_on_the_locale(
    connect, store, scope, account, app, shape, posts
):
    """The API refuses every listing then; the names of page types are not what is wrong."""
    account.post("p")
    account.page("news", "n")
    client = connect(app(locale_error=shape))
    wanted = PullSpec(posts=posts, page_types=("news",), collections=("a", "b"), locales=("xx",))
    with pytest.raises(SettingsError, match=r"BUTTERCMS_LOCALES names 'xx'") as caught:
        pull(client, store, [scope], wanted, Progress())
    assert "BUTTERCMS_PAGE_TYPES" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "options"),
    [
        (httpx.Response(302, headers={"Location": "https://evil.example/"}), {}),
        (httpx.Response(200, content=b"x" * 2000), {"max_bytes": 1000}),
    ],
    ids=["redirect elsewhere", "too large"],
)
def test_what_would_come_again_is_not_asked_for_again(connect, slept, answer, options):
    """Every try is billed: a redirect elsewhere and a body beyond the bound end the first one."""
    client = connect(httpx.MockTransport(lambda request: answer), **options)
    with pytest.raises(ResponseError):
        client.get(read_requests.posts(), decode_listing)
    assert client.calls == 1
    assert slept == []


@pytest.mark.parametrize("value", ["text", "", 3, True, None, ["a", "b"], {"a": "b"}], ids=str)
@pytest.mark.parametrize("meta", [True, False])
def test_a_legacy_content_field_with_a_single_value_is_one_item(connect, store, scope, value, meta):
    """Alone and together with collections: its field is `value`."""
    told = {"meta": {"count": 1, "next_page": None}} if meta else {}
    joined = {"data": {"headline": value, "a": [{"meta": {"id": 1}}]}}
    for collections in (("headline",), ("a", "headline")):
        far = Far(content=joined, content__headline={"data": {"headline": value}} | told)
        wanted = PullSpec(posts=False, collections=collections)
        client = connect(httpx.MockTransport(far))
        generation = pull(client, store, [scope], wanted, Progress()).generation
        found = {str(raw.key): raw.data for raw in store.records(generation)}
        assert found["collections/headline/0"]["value"] == value
        assert len(far.asked) == 1


def test_a_collection_of_items_and_other_values_is_refused(run):
    """Neither a collection nor a single value."""
    mixed = {"data": {"people": [{"meta": {"id": 1}}, "x"]}}
    with pytest.raises(ResponseError, match="holds items and other values"):
        run(Far(content__people=mixed), collections=("people",))


@pytest.mark.parametrize("place", ["author", "categories", "tags"])
@pytest.mark.parametrize("empty", ["", None])
def test_a_post_with_an_empty_author_or_term_does_not_stop_a_pull(run, place, empty):
    """Real posts have them: nothing is shown of what has neither slug nor name."""
    nothing = {"slug": empty, "name": empty, "first_name": empty, "last_name": empty}
    named = {"slug": empty, "name": "", "first_name": ""} | (
        {"first_name": "Ann", "last_name": "Lee"} if place == "author" else {"name": "Ann Lee"}
    )
    listing = "authors" if place == "author" else place

    def pulled(one):
        value = one if place == "author" else [one, None]
        post = {"slug": "p", "title": "P", "status": "published", place: value}
        meta = {"count": 1, "next_page": None}
        lists = {name: {"data": []} for name in ("authors", "categories", "tags")}
        lists[listing] = {"data": [one, dict(one)]}
        return run(Far(posts={"data": [post], "meta": meta}, **lists), posts=True)

    assert pulled(nothing) == ["posts/p"]
    assert set(pulled(named)) == {f"{listing}/ann-lee", "posts/p"}
