"""The 48 recorded responses: built as they were asked for, decoded to what they say."""

import pytest

from pelican_buttercms.api import Request, Response, read_requests
from pelican_buttercms.api.responses import (
    decode_collection,
    decode_collections,
    decode_item,
    decode_listing,
)
from pelican_buttercms.errors import APIError, AuthenticationError, NotFoundError


def split(recording):
    """Return the first part of a recording's path, and the other ones."""
    kind, *names = recording.path.removeprefix("/v2/").strip("/").split("/")
    return kind, names


def build(recording):
    """Build the recorded request with the client's own builders; None if it never asks that."""
    kind, names = split(recording)
    query = dict(recording.query)
    if kind == "posts" and names != ["search"]:
        return (
            read_requests.post(*names) if names else read_requests.posts(exclude_body=bool(query))
        )
    if kind == "pages" and names != ["search"]:
        return read_requests.page(*names) if len(names) == 2 else read_requests.pages(*names)
    if kind == "content" and not names:
        return read_requests.collections(query["keys"].split(",") if query else ())
    if kind == "content" and not query:
        return read_requests.collection(*names)
    if kind in {"authors", "categories", "tags"} and not names and not query:
        return getattr(read_requests, kind)()
    return None


def decode(recording, request, response):
    """Decode as the request's kind is decoded; return what `data` holds."""
    kind, names = split(recording)
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
    request = build(recording)
    if request is None:
        return  # feeds, searches, filters and single profiles are never asked for
    assert f"/v2/{request.path}" == recording.path.rstrip("/") + "/"
    lower = {name: value.replace("True", "true") for name, value in recording.query.items()}
    assert dict(request.params) == lower


def test_each_response_decodes_to_what_it_says(recording):
    """A good answer is its data; a bad one is the error that it means, in the API's own words."""
    path = recording.path.removeprefix("/v2/").strip("/") + "/"
    request = build(recording) or Request("GET", path)
    headers = {name.lower(): value for name, value in recording.headers.items()}
    response = Response(recording.status, headers, recording.body.encode())
    if recording.status == 200:
        if split(recording)[0] != "feeds":
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


def test_the_client_asks_for_most_of_what_was_recorded(recordings):
    """No recording is passed over by mistake: the builders cover what pulls ask for."""
    assert len(recordings) == 48
    kinds = {split(one)[0] for one in recordings.values() if build(one)}
    assert kinds == {"posts", "pages", "content", "authors", "categories", "tags"}
