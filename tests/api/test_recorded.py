"""The 48 recorded responses: built as they were asked for, decoded to what they say."""

import pytest

from pelican_buttercms.api import Response, read_requests
from pelican_buttercms.api.responses import (
    decode_collection,
    decode_collections,
    decode_feed,
    decode_item,
    decode_listing,
)
from pelican_buttercms.errors import APIError, AuthenticationError, NotFoundError


def build(recording):
    """Build the recorded request with the client's own builders."""
    query = dict(recording.query)
    kind, *names = recording.path.removeprefix("/v2/").strip("/").split("/")
    recent = query.pop("include", None) == "recent_posts"
    fields = {n.removeprefix("fields."): v for n, v in query.items() if n.startswith("fields.")}
    if kind == "posts":
        if names == ["search"]:
            return read_requests.search_posts(query["query"])
        return (
            read_requests.post(*names) if names else read_requests.posts(exclude_body=bool(query))
        )
    if kind == "pages":
        if names == ["search"]:
            return read_requests.search_pages(query["query"])
        return read_requests.page(*names) if len(names) == 2 else read_requests.pages(*names)
    if kind == "content":
        if names:
            return read_requests.collection(*names, fields=fields)
        return read_requests.collections(query["keys"].split(",") if query else ())
    if kind == "feeds":
        return read_requests.feed(*names)
    singular = {"authors": "author", "categories": "category", "tags": "tag"}[kind]
    return getattr(read_requests, singular if names else kind)(*names, recent_posts=recent)


def decode(recording, request, response):
    """Decode as the request's kind is decoded; gives what `data` holds."""
    kind, *names = recording.path.removeprefix("/v2/").strip("/").split("/")
    if kind == "feeds":
        return decode_feed(request, response)
    if kind == "content":
        if names:
            return {names[0]: decode_collection(request, response, names[0]).items}
        return decode_collections(request, response)
    single = len(names) == 2 if kind == "pages" else bool(names)
    if single and names != ["search"]:
        return decode_item(request, response)
    return decode_listing(request, response).items


def test_each_request_can_be_built(recording):
    """The client asks what was asked: the same path with its slash, and the same query."""
    if "feeds/non-existent" in recording.path:
        with pytest.raises(ValueError, match="no feed 'non-existent'"):
            build(recording)
        return
    request = build(recording)
    assert f"/v2/{request.path}" == recording.path.rstrip("/") + "/"
    lower = {name: value.replace("True", "true") for name, value in recording.query.items()}
    assert dict(request.params) == lower


def test_each_response_decodes_to_what_it_says(recording):
    """A good answer is its data; a bad one is the error that it means, in the API's own words."""
    unknown = "feeds/non-existent" in recording.path
    request = read_requests.Request("GET", "feeds/non-existent/") if unknown else build(recording)
    headers = {name.lower(): value for name, value in recording.headers.items()}
    response = Response(recording.status, headers, recording.body.encode())
    if recording.status == 200:
        assert decode(recording, request, response) == recording.json.get("data", {})
        return
    expected = {401: AuthenticationError, 404: NotFoundError}[recording.status]
    with pytest.raises(APIError) as caught:
        decode(recording, request, response)
    error = caught.value
    assert type(error) is expected
    assert (error.status, error.method, error.path) == (recording.status, "GET", request.path)
    assert error.detail == recording.json["detail"]
    assert recording.json["detail"] in str(error)


def test_there_are_48(recordings):
    """No recording is passed over."""
    assert len(recordings) == 48
