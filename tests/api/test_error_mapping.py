"""What an error of a write is told as."""

import json

import pytest

from pelican_buttercms.api.error_mapping import error_of
from pelican_buttercms.errors import (
    APIError,
    AuthenticationError,
    InvalidRequestError,
    NotFoundError,
    ResponseTooLargeError,
)


def error(status, body, method="POST"):
    """Give the error of an answer."""
    return error_of(method, "pages/", status, {}, json.dumps(body).encode())


@pytest.mark.parametrize(
    ("body", "told", "fields"),
    [
        (
            {"title": ["You must specify a title."], "slug": ["Taken.", "Too long."]},
            "title: You must specify a title.; slug: Taken. Too long.",
            {"title": ["You must specify a title."], "slug": ["Taken.", "Too long."]},
        ),
        (["One.", "Two."], "One. Two.", {}),
        ({"error": "Limited."}, "Limited.", {}),
        ({"": ["One.", "Two."]}, "One. Two.", {"": ["One.", "Two."]}),
        ({"detail": "Wrong."}, "Wrong.", {}),
        (
            {"fields": {"hero": {"line": ["Too long."]}, "n": "Not a number."}},
            "fields.hero.line: Too long.; fields.n: Not a number.",
            {"fields.hero.line": ["Too long."], "fields.n": ["Not a number."]},
        ),
    ],
)
def test_every_shape_of_a_refusal_is_told_field_by_field(body, told, fields):
    """The five shapes of the contract, and one inside another."""
    found = error(400, body)
    assert isinstance(found, InvalidRequestError)
    assert (found.detail, found.fields) == (told, fields)
    assert str(found) == (
        f'POST pages/ was answered with 400. The API says: "{told}" Nothing was changed. Mend what'
        " it names, then try again."
    )


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_write_names_the_write_token(method, status):
    """And a refused read the read token."""
    found = error(status, {"detail": "Invalid token."}, method)
    assert isinstance(found, AuthenticationError)
    assert "BUTTERCMS_WRITE_TOKEN" in str(found)
    assert "BUTTERCMS_READ_TOKEN" in str(error(status, {"detail": "x"}, "GET"))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (403, "Page creation limit is over"),
        (400, "Page creation limit is over"),
        (400, "Cannot create a new Collection Item. Collection Item Limit Reached."),
    ],
)
def test_a_full_plan_is_told_as_such(status, words):
    """With either status; the token is not to blame."""
    text = str(error(status, {"error": words}))
    assert "plan allows no more" in text
    assert "TOKEN" not in text


def test_a_collision_is_told_as_such():
    """409 is in no document, and plain to understand."""
    found = error(409, {"detail": "Conflict."}, "PATCH")
    assert isinstance(found, InvalidRequestError)
    assert "collides" in str(found)


def test_a_write_to_what_is_gone_says_so():
    """What is not published is no reason: writes see drafts."""
    found = error(404, {"detail": "Not found."}, "PATCH")
    assert isinstance(found, NotFoundError)
    assert "not published" not in str(found)
    assert "not there (any more)" in str(found)


def test_other_refusals_of_a_write_are_told():
    """405 and 415 are mistakes of the program's."""
    assert "is not what the API takes" in str(error(405, {"detail": "No."}))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 429, 500, 503])
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
@pytest.mark.parametrize(
    "body",
    [
        {"detail": "WORDS"},
        {"error": "WORDS"},
        "WORDS",
        ["WORDS"],
        {"field": ["WORDS"]},
        {"WORDS": ["x"]},
        {"a": {"WORDS": {"b": "WORDS"}}},
        {"a": [{"b": "WORDS"}]},
    ],
)
def test_the_words_of_the_api_steer_no_terminal_and_forge_no_line(status, method, body):
    """In whatever shape they come, and they are bounded."""
    words = "\x1b]0;pwn\x07\x1b[2J\r\n12:00 INFO well\x85\u2028\u202eabc\x9b2J\ud800" + "y" * 9999
    text = json.dumps(body).replace("WORDS", json.dumps(words)[1:-1])
    found = error_of(method, "pages/", status, {}, text.encode())
    fields = getattr(found, "fields", {})
    says = [one for of_field in fields.values() for one in of_field]
    told = [str(found), getattr(found, "detail", ""), *fields, *says]
    for text in told:
        assert not {"\x1b", "\x07", "\n", "\r", "\x85", "\u2028", "\u202e", "\x9b"} & set(text)
        assert len(text) < 1500


def test_deep_and_wide_bodies_are_bounded():
    """An answer of megabytes does not become the message, nor a recursion."""
    deep = b'{"a":' * 500 + b"1" + b"}" * 500
    wide = json.dumps({f"field-{n}": ["x"] for n in range(10_000)}).encode()
    for body in (deep, wide, b"[" * 100_000, b'"' + b"x" * 10**6 + b'"', b"1" * 5000, b"\xff"):
        found = error_of("POST", "pages/", 400, {}, body)
        assert len(str(found)) < 1500
        assert len(found.fields) <= 100


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (413, ""),
        (400, {"detail": "Response is too large."}),
        (500, {"detail": "Response size limit exceeded"}),
        (403, {"error": "The response is larger than 10MB"}),
    ],
)
def test_an_answer_that_the_api_calls_too_large_is_known_as_such(status, body):
    """So that less is asked for at once; a write is another matter."""
    assert isinstance(error(status, body, "GET"), ResponseTooLargeError)
    assert not isinstance(error(status, body, "POST"), ResponseTooLargeError)


@pytest.mark.parametrize(
    ("detail", "end"),
    [("Page not found.", ': "Page not found."'), ("No such page", ': "No such page".'), ("", ".")],
)
def test_the_answer_is_a_sentence_that_ends_once(detail, end):
    """The API's own words may end in a full stop, or there may be none."""
    exc = APIError("x", status=404, method="GET", path="pages/a/", detail=detail)
    assert exc.answer == f"GET pages/a/ was answered with 404{end}"
