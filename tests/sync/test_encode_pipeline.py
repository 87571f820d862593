"""What is held of an answer while a pull goes on."""

from datetime import UTC, datetime
import json
import subprocess
import sys
from threading import Event

import pytest

from pelican_buttercms.api import Response, read_requests
from pelican_buttercms.content import Key
from pelican_buttercms.errors import ContentError
from pelican_buttercms.store.record_encoding import Encoded
from pelican_buttercms.sync import listings
from pelican_buttercms.sync.encode_pipeline import MAX_PENDING_ANSWERS, RecordEncoder
from pelican_buttercms.sync.pull_spec import PullSpec

NOW = datetime(2026, 1, 2, tzinfo=UTC)
POSTS = listings.posts(PullSpec(), "")
PLACES = listings.pages("place", PullSpec(), "")


def answer(*items, count=None):
    """Give a page of a listing."""
    meta = {"count": len(items) if count is None else count, "next_page": None}
    return Response(200, {}, json.dumps({"data": items, "meta": meta}).encode())


def post(slug, author="Ada", **more):
    """Give a post with an author."""
    return {"slug": slug, "author": {"slug": "ada", "first_name": author}, **more}


def encode_items(encoder, source, *answers):
    """Pack answers of one listing; gives its items."""
    listing = encoder.listing(source)
    pages = [listing.decode(read_requests.posts(), one) for one in answers]
    return [item for page in pages for item in page.items]


def test_a_record_becomes_the_bytes_that_are_stored():
    """What is packed is what the store would have made of the record."""
    with RecordEncoder(preview=False, now=NOW) as encoder:
        (item,) = encode_items(encoder, POSTS, answer(post("a", title="T", url="/x")))
    assert item.name == "a"
    own, author = (one.record for one in item.records)
    assert isinstance(own, Encoded)
    assert (own.key, author.key) == (Key("post", "", "a"), Key("author", "", "ada"))
    assert json.loads(own.data) == {
        "slug": "a", "author": "ada", "title": "T", "categories": [], "tags": [],
    }  # fmt: skip


def test_what_comes_again_is_packed_once():
    """An author inside a hundred posts is told once for each answer, and is one object."""
    with RecordEncoder(preview=False, now=NOW) as encoder:
        first = answer(post("a"), post("b"), post("c", author="Eve"), post("d"))
        items = encode_items(encoder, POSTS, first, answer(post("e"), post("f")))
    inside = [[json.loads(one.record.data)["first_name"] for one in i.records[1:]] for i in items]
    assert inside == [["Ada"], [], ["Eve"], ["Ada"], ["Ada"], []]
    assert items[3].records[1] is items[4].records[1]


def test_drafts_are_packed_for_preview_only():
    """A live pull keeps no draft; what came inside it is kept."""
    draft = post("a", status="draft")
    for preview, kinds in ((True, ["post", "author"]), (False, ["author"])):
        with RecordEncoder(preview=preview, now=NOW) as encoder:
            (item,) = encode_items(encoder, POSTS, answer(draft))
        assert [one.record.key.kind for one in item.records] == kinds


def test_references_are_remembered():
    """A packed page tells which page types and collections it leads to."""
    fields = {"a": "/v2/pages/news/one/", "b": ["/v2/content/?keys=team[_id=3]"]}
    page = {"slug": "p", "page_type": "place", "fields": fields}
    with RecordEncoder(preview=False, now=NOW) as encoder:
        (item,) = encode_items(encoder, PLACES, answer(page))
    led = {("page", "place"), ("page", "news"), ("item", "team")}
    assert item.records[0].references == led


def test_what_the_api_did_not_promise_is_reported_when_it_is_looked_at():
    """The length is known at once; the error comes to whoever takes the items."""
    with RecordEncoder(preview=False, now=NOW) as encoder:
        page = encoder.listing(POSTS).decode(
            read_requests.posts(), answer({"slug": "a", "title": 1})
        )
        assert len(page.items) == 1
        with pytest.raises(ContentError, match="title"):
            list(page.items)


def test_where_too_much_waits_it_is_packed_at_once():
    """No more answers are held as objects than a few; nothing waits for room."""
    going = Event()
    with RecordEncoder(preview=False, now=NOW) as encoder:
        listing = encoder.listing(POSTS)
        encoder._thread.submit(going.wait, 60)
        body = answer(post("a"))
        pages = [
            listing.decode(read_requests.posts(), body) for _ in range(MAX_PENDING_ANSWERS + 3)
        ]
        at_once = [type(page.items) is list for page in pages]
        going.set()
        assert at_once == [False] * MAX_PENDING_ANSWERS + [True] * 3
        assert all(page.items[0].name == "a" for page in pages)


RACE = """
import sys
from threading import Barrier, Thread
sys.setswitchinterval(1e-6)
from pelican_buttercms.content import split_post
barrier = Barrier(8)
def run():
    barrier.wait()
    split_post({"slug": "a", "author": {"slug": "b"}, "tags": [{"slug": "c"}]})
threads = [Thread(target=run) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def test_the_first_records_may_be_checked_at_once():
    """Several threads check their first posts; msgspec alone would crash at times."""
    for _ in range(4):
        done = subprocess.run(
            [sys.executable, "-c", RACE], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
