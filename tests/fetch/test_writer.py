"""Writes on their way: once, to one host, and what is told when it is not known."""

from contextlib import closing, contextmanager
from datetime import timedelta
import json
import logging
from threading import Thread
import traceback

import httpx
import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from pelican_buttercms.api import writes
from pelican_buttercms.content import Key
from pelican_buttercms.content.writable import Target
from pelican_buttercms.emulator.server import serving
from pelican_buttercms.errors import (
    AuthenticationError,
    CallLimitError,
    InvalidRequestError,
    NotFoundError,
    QuotaError,
    RefusedResponseError,
    ResponseError,
    ServerError,
    SettingsError,
    TransportError,
    UncertainWriteError,
)
from pelican_buttercms.fetch.fresh import Fresh
from pelican_buttercms.fetch.meter import Meter
from pelican_buttercms.fetch.retry import Retry
from pelican_buttercms.fetch.source import Source
from pelican_buttercms.fetch.writer import Accepted, Writer, open_writing
from pelican_buttercms.settings import Environment, Settings, Token
from pelican_buttercms.settings.limits import Limits
from pelican_buttercms.store import Ledger

TOKEN = "a-very-secret-write-token"
CREATE = writes.create_post({"title": "New", "slug": "new", "status": "published"})
CHANGE = writes.change_post("hello", {"title": "Changed", "status": "published"})
DELETE = writes.delete_post("hello")
ALL = {"POST": CREATE, "PATCH": CHANGE, "DELETE": DELETE}


@pytest.fixture
def writing(slept):
    """Make a writer of an emulator, over real HTTP or in this process, or of a transport."""
    made = []

    def make(app, url="https://api.example/v2/", **options):
        if isinstance(app, str):
            url, transport = f"{app}/v2/", httpx.HTTPTransport()
        else:
            transport = app if isinstance(app, httpx.BaseTransport) else httpx.WSGITransport(app)
        retry = Retry(sleep=slept.append, jitter=lambda: 0.5, clock=lambda: sum(slept))
        defaults = {"transport": transport, "meter": Meter(), "retry": retry}
        made.append(Writer(url, Token(TOKEN), **defaults | options))
        return made[-1]

    yield make
    for writer in made:
        writer.close()


@pytest.fixture
def blog(account, app):
    """An account that only the tokens open, with one post and one page."""
    account.settings(read_token="read", write_token=TOKEN)
    account.post("hello")
    account.page("news", "home", line="Old")
    return app


@contextmanager
def served(answer):
    """Serve a function of a request; gives its address."""
    server = make_server("127.0.0.1", 0, Request.application(answer), threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def _quiet():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)


# what arrives


def test_writes_arrive_with_the_write_token_in_the_header(writing):
    """JSON in the body, the token nowhere but in its header."""
    seen = []

    def answer(request):
        seen.append((request, request.get_data()))
        return Response('{"status":"pending"}', 202, content_type="application/json")

    with served(answer) as url:
        writer = writing(url)
        for write in ALL.values():
            assert writer.send(write) == Accepted()
    for (request, data), write in zip(seen, ALL.values(), strict=True):
        assert request.headers["Authorization"] == f"Token {TOKEN}"
        assert TOKEN not in request.url + data.decode()
        assert (json.loads(data) if data else None) == write.body
        assert request.headers.get("Content-Type") == ("application/json" if data else None)


def test_an_account_is_written_over_real_http(writing, blog):
    """202 and 204 are success, and the ledger counts each."""
    emulator = blog()
    with serving(emulator) as url:
        writer = writing(url, meter=(meter := Meter()))
        for write in (CREATE, CHANGE, writes.change_page("news", "home", {"line": "New"},
                                                         status="draft")):  # fmt: skip
            writer.send(write)
        assert emulator.account.posts["hello"]["title"] == "Changed"
        assert emulator.account.pages["news"]["home"]["draft"]["fields"] == {"line": "New"}
        writer.send(DELETE)
    assert set(emulator.account.posts) == {"new"}
    assert meter.calls == len(emulator.calls) == 4


@pytest.mark.parametrize(
    ("body", "warnings"),
    [
        (b'{"status":"pending","warnings":["a","b"]}', ("a", "b")),
        (b'{"status":"pending","warning":"a"}', ("a",)),
        (b'{"status":"pending","warnings":null}', ()),
        (b"", ()),
    ],
)
@pytest.mark.parametrize("status", [200, 201, 202])
def test_warnings_are_given(writing, body, warnings, status):
    """Whichever success it is."""
    answer = httpx.MockTransport(lambda _: httpx.Response(status, content=body))
    assert writing(answer).send(CHANGE).warnings == warnings


def test_ignored_scheduling_is_a_warning(writing, blog):
    """As the API tells it of a post."""
    write = writes.change_post("hello", {"scheduled": "2030-01-01", "status": "draft"})
    assert "scheduling is not possible" in writing(blog()).send(write).warnings[0]


# when it fails


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


def test_a_deletion_of_what_was_never_there_is_told(writing, blog):
    """Only a try that may have arrived explains a 404."""
    emulator = blog(faults=["refuse@*#1"])  # in this process nothing arrives then
    with pytest.raises(NotFoundError):
        writing(emulator).send(writes.delete_post("nothing"))


def test_a_rename_that_may_have_been_done_is_uncertain(writing, blog):
    """Under its old slug it is missing; where it is has to be looked up."""
    emulator = blog(faults=["cut@*#1"])
    write = writes.change_post("hello", {"slug": "hi", "status": "published"})
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
def test_a_lasting_failure_is_told_after_a_few_tries(writing, blog, slept, method):
    """As for a read."""
    with pytest.raises(ServerError, match=method):
        writing(blog(faults=["status=500"])).send(ALL[method])
    assert len(slept) == 2


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("fault", "error"), [("quota=100000", QuotaError), ("status=409", InvalidRequestError)]
)
def test_what_will_not_pass_is_told_at_once(writing, blog, slept, method, fault, error):
    """A spent quota and a collision, without another try."""
    emulator = blog(faults=[fault])
    with pytest.raises(error):
        writing(emulator).send(ALL[method])
    assert len(emulator.calls) == 1
    assert slept == []


def test_a_wrong_token_is_told_by_its_variable(writing, blog):
    """The read token cannot write."""
    for token in ("read", "other"):
        transport = httpx.WSGITransport(blog())
        writer = Writer("https://x.example/v2/", Token(token), transport=transport, meter=Meter())
        with (
            closing(writer),
            pytest.raises(AuthenticationError, match="BUTTERCMS_WRITE_TOKEN") as told,
        ):
            writer.send(CHANGE)
        assert told.value.status == 401


def test_a_token_that_cannot_be_sent_is_told_by_its_variable():
    """And is not repeated."""
    with pytest.raises(SettingsError, match="BUTTERCMS_WRITE_TOKEN") as told:
        Writer(
            "https://x/", Token("two words", "BUTTERCMS_WRITE_TOKEN"), transport=None, meter=Meter()
        )
    assert "two words" not in str(told.value)


def test_a_full_plan_is_told(writing, blog, account):
    """403 with the API's words, and not the token's fault."""
    account.settings(write_token=TOKEN, limits={"posts": 1})
    with pytest.raises(AuthenticationError, match="plan allows no more"):
        writing(blog()).send(CREATE)


@pytest.mark.parametrize("shape", ["fields", "array", "error", "empty-key", "detail"])
def test_a_refusal_is_told_in_every_shape(writing, blog, shape):
    """With what the API says of each field, where it says so."""
    writer = writing(blog(errors=shape))
    taken = writes.create_post({"title": "T", "slug": "hello", "status": "draft"})
    with pytest.raises(InvalidRequestError, match="slug already exists") as told:
        writer.send(taken)
    assert bool(told.value.fields) == (shape in {"fields", "empty-key"})


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_no_write_follows_a_redirect(writing, slept, method):
    """On the same host its body would be lost; elsewhere the token would be, too."""
    seen, redirects = [], []

    def answer(request):
        seen.append((request.host, request.headers.get("Authorization"), request.method))
        status, where = redirects[-1]
        return Response("", status, {"Location": where})

    with served(answer) as url:
        port = url.rpartition(":")[2]
        places = (f"{url}/v2/elsewhere/", f"http://localhost:{port}/v2/", "/v2/posts/")
        for status in (301, 302, 303, 307, 308):
            redirects.append((status, places[status % 3]))
            with pytest.raises(RefusedResponseError, match="was redirected") as told:
                writing(url).send(ALL[method])
            assert TOKEN not in str(told.value)
    assert seen == [(f"127.0.0.1:{port}", f"Token {TOKEN}", method)] * 5
    assert slept == []


def test_writes_are_bounded(writing, blog):
    """BUTTERCMS_MAX_CALLS counts them like reads, and stops before the call."""
    emulator = blog()
    writer = writing(emulator, meter=Meter(limits=Limits(pull=1)))
    writer.send(CHANGE)
    with pytest.raises(CallLimitError):
        writer.send(CREATE)
    assert len(emulator.calls) == 1


def test_an_answer_that_is_no_answer_is_told(writing, slept):
    """JSON of another kind, from a proxy."""
    strange = httpx.MockTransport(lambda _: httpx.Response(200, content=b"[]"))
    with pytest.raises(ResponseError, match="Look whether it was done"):
        writing(strange).send(CHANGE)
    with pytest.raises(UncertainWriteError):
        writing(strange).send(CREATE)


# how it is spelt

PICK = [{"type": "hero", "fields": {"line": "x"}}]
SCHEMAS = {
    "page_types": {"news": {"line": {"type": "text"}, "body": {"type": "component_picker"}}},
    "components": {"hero": {"line": {"type": "text"}}},
}


@pytest.mark.parametrize("shape", ["fields", "array", "empty-key"])
@pytest.mark.parametrize("picker", ["both", "type", "key"])
@pytest.mark.parametrize("key", ["both", "underscore", "hyphen"])
def test_the_accounts_spelling_is_found_and_kept(writing, blog, account, shape, picker, key):
    """A refused write has done nothing, so the other spelling may be tried; then it is known."""
    account._write("schemas.json", SCHEMAS)
    emulator = blog(page_type_key=key, picker_form=picker, errors=shape)
    writer = writing(emulator)

    def page(slug):
        fields = {"line": "", "body": PICK}
        return writes.create_page("news", slug, "T", {"": fields}, status="published")

    writer.send(page("a"))
    calls = len(emulator.calls)
    wrong = (key == "hyphen") + (picker == "key")
    assert calls == 1 + wrong
    writer.send(page("b"))
    assert len(emulator.calls) == calls + 1
    assert emulator.account.pages["news"]["b"]["fields"]["body"] == PICK


def test_a_refusal_for_another_reason_is_told_as_it_was(writing, blog, account):
    """The first one, after one more try; what is no page type is none in either spelling."""
    emulator = blog()
    write = writes.create_page("nothing", "a", "T", {"": {}}, status="published")
    with pytest.raises(InvalidRequestError, match="page type that exists"):
        writing(emulator).send(write)
    assert len(emulator.calls) == 2


# one account for reading and writing


def source(account, tmp_path, clock, environ=None, **settings):
    """Give a source of the account."""
    options = {"api_url": f"emulator:{account.folder}", "cache_path": tmp_path / "cache"}
    return Source(
        Settings(**options | {"max_age": timedelta(0)} | settings),
        Environment(environ or {}, ("the environment", "/site/.env")),
        clock,
    )


def test_what_is_written_to_the_emulator_is_read_from_it(account, tmp_path, clock):
    """One emulator for both, which keeps it in its folder; the ledger counts both."""
    account.page("news", "home", line="Old")
    target = Target(Key("page", "news", "home"))
    opened = open_writing(source(account, tmp_path, clock))
    with opened as (client, writer):
        writer.send(writes.change_page("news", "home", {"line": "New"}, status="published"))
        assert Fresh(client).read([target])[target].values["fields", "line"] == "New"
        assert client.calls == 3
    kept = json.loads((account.folder / "pages/news/home.json").read_text())
    assert kept["fields"] == {"line": "New"}
    ledger = Ledger(tmp_path / "cache", clock)
    assert ledger.this_month() == 3
    ledger.close()


def test_without_a_write_token_nothing_is_opened(account, tmp_path, clock):
    """The message names the variable and where it was looked for; the read token is none."""
    url, read = "https://api.buttercms.com/v2/", {"BUTTERCMS_READ_TOKEN": "r"}
    here = source(account, tmp_path, clock, read, api_url=url)
    with pytest.raises(SettingsError, match=r"BUTTERCMS_WRITE_TOKEN.*nor in /site/\.env"):
        open_writing(here).__enter__()
    both = read | {"BUTTERCMS_WRITE_TOKEN": TOKEN}
    with open_writing(source(account, tmp_path, clock, both, api_url=url)) as (_, writer):
        assert TOKEN not in repr(writer) + repr(vars(writer))


def test_nothing_is_opened_offline(account, tmp_path, clock):
    """Publishing needs the network that is forbidden."""
    with pytest.raises(SettingsError, match="BUTTERCMS_OFFLINE"):
        open_writing(source(account, tmp_path, clock, offline=True)).__enter__()
