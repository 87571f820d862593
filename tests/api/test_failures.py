"""What an error of a write is told as."""

import json

import pytest

from pelican_buttercms.api.failures import error_of
from pelican_buttercms.errors import AuthenticationError, InvalidRequestError, NotFoundError


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
