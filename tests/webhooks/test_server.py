"""Who is slow, or sends too much, holds nobody up."""

from contextlib import ExitStack
import json
import socket
import time

import pytest
from werkzeug.wrappers import Request, Response

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.webhooks.request_body import RequestRefusedError, read_body
from pelican_buttercms.webhooks.server import MAX_CONNECTIONS, listening


@Request.application
def echo(request):
    """Return how much arrived, or why not."""
    try:
        return Response(str(len(read_body(request.environ, 1000, 0.4))), 202)
    except RequestRefusedError as exc:
        return Response(exc.text, exc.status)


@pytest.fixture
def port():
    """The port of a server."""
    with listening(echo, "127.0.0.1", 0, 0.4, 1000) as port:
        yield port


def talk(port, *parts, pause=0.0):
    """Send the parts, as far as they are taken; gives what came back, and how long it took."""
    started = time.monotonic()
    got = b""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        try:
            for part in parts:
                connection.sendall(part)
                time.sleep(pause)
        except OSError:
            pass  # it has hung up
        try:
            while chunk := connection.recv(4096):
                got += chunk
        except OSError:
            pass
    return got.decode(), time.monotonic() - started


def head(*lines):
    """Return a request's head."""
    return "\r\n".join(["POST / HTTP/1.1", "Host: x", *lines, "", ""]).encode()


def test_a_plain_and_a_chunked_body_are_read(port):
    """Both ways in which a body may come."""
    assert talk(port, head("Content-Length: 3"), b"abc")[0].endswith("3")
    chunks = (b"3\r\nabc\r\n", b"2\r\nde\r\n", b"0\r\n\r\n")
    assert "202" in talk(port, head("Transfer-Encoding: chunked"), *chunks)[0]


def test_fifty_megabytes_are_refused_whichever_way_they_come(port):
    """Declared, the answer comes before the body; chunked, soon after the bound."""
    got, seconds = talk(port, head("Content-Length: 50000000"), b"x" * 1000)
    assert " 413 " in got
    assert seconds < 3
    sent = 0

    def flood():
        nonlocal sent
        for _ in range(50_000):
            sent += 1000
            yield b"3e8\r\n" + b"x" * 1000 + b"\r\n"

    got, _ = talk(port, head("Transfer-Encoding: chunked"), *flood())
    assert " 413 " in got or not got  # or it was reset while still sending
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head("Transfer-Encoding: chunked"))
        connection.sendall(b"7d0\r\n" + b"x" * 2000 + b"\r\n")
        assert b" 413 " in connection.recv(4096)


@pytest.mark.parametrize("kind", ["Content-Length: 900", "Transfer-Encoding: chunked"])
def test_a_body_that_drips_is_ended_in_time(port, kind):
    """Each byte in time does not make the whole in time: no request, no answer."""
    drops = [b"1\r\nx\r\n" if "chunked" in kind else b"x"] * 15
    got, seconds = talk(port, head(kind), *drops, pause=0.05)
    assert got == ""
    assert seconds < 3


def test_a_head_that_drips_is_ended_in_time(port):
    """Nothing is answered: there was no request."""
    got, seconds = talk(port, b"POST / HTTP/1.1\r\n", *[b"X-A: b\r\n"] * 15, pause=0.05)
    assert got == ""
    assert seconds < 3


def test_a_body_that_is_cut_off_or_malformed_is_refused(port):
    """Chunks that are none get a 400; who hangs up before the end has not asked for anything."""
    assert " 400 " in talk(port, head("Transfer-Encoding: chunked"), b"zz\r\n\r\n")[0]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head("Content-Length: 100") + b"x")
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(4096) == b""


@pytest.mark.parametrize("number", [40, MAX_CONNECTIONS + 60])
@pytest.mark.parametrize("sent", [b"", b"POST / HTTP/1.1\r\nHost: x\r\n"])
def test_connections_that_wait_keep_nobody_out(number, sent):
    """However many there are, and whether they are silent or stop in the middle of a request."""
    with listening(echo, "127.0.0.1", 0, 60, 1000) as port, ExitStack() as stack:
        for _ in range(number):
            connection = socket.create_connection(("127.0.0.1", port), timeout=10)
            stack.enter_context(connection).sendall(sent)
        got, _ = talk(port, head("Content-Length: 3"), b"abc")
    assert " 202 " in got


def test_a_connection_answers_one_request(port):
    """The next one on it would have no time left; proxies are told that it is closed."""
    got, _ = talk(port, head("Content-Length: 3"), b"abc", head("Content-Length: 3"), b"abc")
    assert got.count("HTTP/1.1") == 1
    assert "Connection: close" in got


def test_a_request_under_way_is_answered_before_the_end():
    """ButterCMS would not send it again."""

    @Request.application
    def slow(request):
        time.sleep(0.3)
        return Response("done", 202)

    with listening(slow, "127.0.0.1", 0, 2, 1000) as port:
        connection = socket.create_connection(("127.0.0.1", port), timeout=10)
        connection.sendall(head("Content-Length: 0"))
        time.sleep(0.1)
    assert b" 202 " in connection.recv(4096)
    connection.close()


def test_a_port_that_is_taken_is_told(port):
    """With what to do."""
    with pytest.raises(SettingsError, match="--port"), listening(echo, "127.0.0.1", port, 1, 1):
        pass


def test_a_mistake_of_ours_is_logged_and_nothing_else(port, caplog):
    """A traceback for us, 500 for the other side; no line for each request."""

    def broken(environ, start_response):
        raise RuntimeError("a mistake")

    caplog.set_level("DEBUG")
    talk(port, head("Content-Length: 0"))
    assert caplog.text == ""
    with listening(broken, "127.0.0.1", 0, 2, 1000) as other:
        assert " 500 " in talk(other, head("Content-Length: 0"))[0]
    assert "a mistake" in caplog.text


def test_json_is_unharmed(port):
    """Just to be sure that the bound does not eat a byte."""
    data = json.dumps({"a": "x" * 900}).encode()
    assert talk(port, head(f"Content-Length: {len(data)}"), data)[0].endswith(str(len(data)))
