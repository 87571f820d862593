"""Which writes are tried again, and what is told when it is not known whether one was done."""

import traceback

import httpx
import pytest
from werkzeug.wrappers import Response

from pelican_buttercms.api import write_requests
from pelican_buttercms.emulator.server import serving
from pelican_buttercms.errors import (
    NotFoundError,
    ResponseError,
    ServerError,
    TransportError,
    UncertainWriteError,
)
from pelican_buttercms.sync.call_budget import Meter
from pelican_buttercms.sync.http.write_client import Accepted

from .samples import ALL, CHANGE, CREATE, DELETE, TOKEN, served


@pytest.mark.parametrize("fault", ["status=503", "cut", "malformed"])
@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_harmless_repeat_is_made(writing, blog, slept, fault, method):
    """What was deleted by the try before is not missing."""
    emulator = blog(faults=[f"{fault}@*#1"])
    with serving(emulator) as url:
        assert writing(url).send(ALL[method]) == Accepted()
    empty = method == "DELETE" and fault != "status=503"  # there is nothing to spoil
    assert len(slept) == (0 if empty else 1)
    assert ("hello" in emulator.account.posts) == (method == "PATCH")


def test_what_an_unanswered_try_has_deleted_is_not_missing(writing, slept):
    """The 404 of the second try says that the first one was done."""
    answers = iter([httpx.ReadTimeout("x"), httpx.Response(404)])

    def answer(request):
        if isinstance(one := next(answers), Exception):
            raise one
        return one

    assert writing(httpx.MockTransport(answer)).send(DELETE) == Accepted()
    assert len(slept) == 1


def test_a_deletion_of_what_was_never_there_is_reported(writing, blog):
    """Only a try that may have arrived explains a 404."""
    emulator = blog(faults=["refuse@*#1"])  # in this process nothing arrives then
    with pytest.raises(NotFoundError):
        writing(emulator).send(write_requests.delete_post("nothing"))


def test_a_rename_that_may_have_been_done_is_uncertain(writing, blog):
    """Under its old slug it is missing; where it is has to be looked up."""
    emulator = blog(faults=["cut@*#1"])
    write = write_requests.change_post("hello", {"slug": "hi", "status": "published"})
    with pytest.raises(UncertainWriteError, match="earlier try"):
        writing(emulator).send(write)
    assert list(emulator.account.posts) == ["hi"]


@pytest.mark.parametrize(
    ("fault", "arrived"),
    [("status=503", False), ("cut", True), ("malformed", True), ("refuse", False)],
)
def test_a_creation_is_never_repeated(writing, blog, slept, fault, arrived):
    """Whether it arrived is not known: only a look can tell."""
    emulator = blog(faults=[f"{fault}@*#1"])
    with serving(emulator) as url, pytest.raises(UncertainWriteError, match="not certain") as told:
        writing(url).send(CREATE)
    assert slept == []
    assert ("new" in emulator.account.posts) == arrived
    assert TOKEN not in "".join(traceback.format_exception(told.value))


def test_a_creation_that_was_not_answered_in_time_is_uncertain(writing):
    """It may be on its way."""

    def answer(request):
        raise httpx.ReadTimeout("x")

    with pytest.raises(UncertainWriteError, match="not answered in time"):
        writing(httpx.MockTransport(answer)).send(CREATE)


def test_a_creation_that_never_arrived_is_plain(writing):
    """Nobody listens there: nothing was made, nothing is billed."""
    with served(lambda _: Response()) as url:
        pass
    writer = writing(url, meter=(meter := Meter()))
    with pytest.raises(TransportError):
        writer.send(CREATE)
    assert meter.calls == 0


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_lasting_failure_is_reported_after_a_few_tries(writing, blog, slept, method):
    """As for a read."""
    with pytest.raises(ServerError, match=method):
        writing(blog(faults=["status=500"])).send(ALL[method])
    assert len(slept) == 4


def test_an_answer_that_is_no_answer_is_reported(writing, slept):
    """JSON of another kind, from a proxy."""
    strange = httpx.MockTransport(lambda _: httpx.Response(200, content=b"[]"))
    with pytest.raises(ResponseError, match="Check whether the write was done"):
        writing(strange).send(CHANGE)
    with pytest.raises(UncertainWriteError):
        writing(strange).send(CREATE)
