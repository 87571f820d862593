"""The events that the open pages of a preview get."""

import json
from threading import Event, Thread

from pelican_buttercms.preview.live_reload import LiveReload


def test_an_open_page_gets_builds_and_failures_until_it_is_closed():
    """As server-sent events; a page is counted while it is connected."""
    seen = []
    pages = LiveReload(on_visible=lambda: seen.append(1))
    stream = pages.connect()
    assert pages.watchers == 0
    assert next(stream) == b'event: build\ndata: "0"\n\n'
    assert next(stream) == b'event: problems\ndata: "[]"\n\n'
    assert (pages.watchers, seen) == (1, [1])
    pages.send_build()
    pages.send_problems("line one\nline two")
    assert next(stream) == b'event: build\ndata: "1"\n\n'
    name, data = next(stream).decode().strip().split("\n")
    assert name == "event: problems"
    assert json.loads(data.removeprefix("data: ")) == "line one\nline two"
    stream.close()
    assert pages.watchers == 0
    late = pages.connect()
    assert next(late) == b'event: build\ndata: "1"\n\n'
    assert b"line one" in next(late)
    pages.send_build()
    assert next(late) == b'event: build\ndata: "2"\n\n'
    late.close()
    mended = pages.connect()
    next(mended)
    assert next(mended) == b'event: problems\ndata: "[]"\n\n'


def test_closing_ends_every_connection():
    """So that the server can stop."""
    pages = LiveReload()
    ended = Event()

    def read():
        list(pages.connect())
        ended.set()

    Thread(target=read, daemon=True).start()
    while pages.watchers == 0:
        pass
    pages.close()
    assert ended.wait(5)


def test_a_silent_connection_gets_a_heartbeat(monkeypatch):
    """So that a closed page is detected."""
    monkeypatch.setattr("pelican_buttercms.preview.live_reload.HEARTBEAT", 0.01)
    stream = LiveReload().connect()
    next(stream)
    next(stream)
    assert next(stream).startswith(b":")
