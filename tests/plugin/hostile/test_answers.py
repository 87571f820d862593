"""Answers that are too deep, or no listing at all."""

import pytest

from pelican_buttercms.api import Response as ApiResponse
from pelican_buttercms.api import read_requests
from pelican_buttercms.api.responses import decode_listing
from pelican_buttercms.content import split_post
from pelican_buttercms.errors import ContentError, ResponseError

from .checks import is_one_paragraph, told_well
from .contents import page

WHOLE = {
    "wrong-top": b"[]",
    "no-data": b"{}",
    "null": b'{"data": null}',
    "numbers": b'{"data": [1, 2]}',
    "meta": b'{"data": [], "meta": {"count": "many"}}',
    "endless": b'{"data": [], "meta": {"count": 5, "next_page": 2}}',
    "surrogate": b'{"data": [{"slug": "p", "title": "\\ud800"}]}',
    "bytes": b'{"data": [{"slug": "\xff\xfe"}]}',
    "nan": b'{"data": [{"slug": "p", "title": NaN}]}',
    "twice": b'{"data": [{"slug": "p"}, {"slug": "p"}], "meta": {"count": 2}}',
    "keys": b'{"data": [{"slug": "p", "slug": "q", "title": "a", "title": 1}]}',
    "big": b'{"data": [{"slug": "' + b"a" * 10_000_000 + b'", "title": 3}]}',
    "html": b"<html>",
    "nothing": b"",
}


@pytest.mark.parametrize("depth", [200, 2_000, 200_000])
def test_depth_ends_no_process(hostile, api, depth):
    """JSON inside JSON, deeper than any content, is refused and not recursed into."""
    deep = b'{"a":' * depth + b"1" + b"}" * depth
    api.answers["pages/*"] = b'{"data":[{"slug":"deep","fields":' + deep + b"}]}"
    assert not told_well(hostile.pelican())


def test_the_deepest_content_is_built(hostile, api):
    """What is not too deep to be kept is not too deep for templates either."""
    objects, parts = {"end": "<b>end</b>"}, {"end": "<b>end</b>"}
    for _ in range(95):
        objects = {"a": objects}
    for _ in range(31):
        parts = {"b": [{"type": "t", "fields": parts}]}
    api.answers["pages/*"] = [page("o", x=objects), page("p", body=parts["b"])]
    done = hostile.pelican()
    assert told_well(done), done.stdout[-3000:]
    for name in ("pages/o.html", "pages/p.html"):
        assert "<b>end</b>" in hostile.read(name)


@pytest.mark.parametrize("name", WHOLE)
def test_answers_that_are_no_listing(name):
    """Each is refused in one paragraph, or is the listing that it turns out to be."""
    try:
        listing = decode_listing(read_requests.posts(), ApiResponse(200, {}, WHOLE[name]))
        records = [record for data in listing.items for record in split_post(data)]
    except (ContentError, ResponseError) as exc:
        is_one_paragraph(exc)
    else:
        assert all(record.key.id in {"p", "q"} for record in records)
