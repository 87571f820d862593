"""Media files that cannot be fetched, while somebody edits."""

import httpx
import pytest

from pelican_buttercms.preview.site import PreviewSite
from pelican_buttercms.store import MediaStore
from pelican_buttercms.sync.http.transport import open_transport

URL = "https://cdn.buttercms.com/gone.jpg"


class MediaServer:
    """The far end: counts the files that it is asked for, and fails until it is told to work."""

    def __init__(self, account):
        self.account = open_transport(f"emulator:{account.folder}")
        self.asked = []
        self.works = False

    def __call__(self, request):
        if str(request.url) != URL:
            return self.account.handle_request(request)
        self.asked.append(str(request.url))
        if not self.works:
            return httpx.Response(503)
        return httpx.Response(200, headers={"content-type": "image/jpeg"}, content=b"\xff\xd8\xff")


@pytest.fixture
def server(account, monkeypatch):
    """The server that all requests reach, and an account that shows a file of it."""
    account.post("p", body=f'<img src="{URL}">')
    server = MediaServer(account)
    monkeypatch.setattr(
        "pelican_buttercms.sync.http.transport.open_transport",
        lambda *_, **__: httpx.MockTransport(server),
    )
    return server


def test_what_is_missing_is_asked_for_with_the_content_and_not_after_each_edit(
    site, account, server, monkeypatch
):
    """An edit of a local file is no reason to try again."""
    site.configure(BUTTERCMS_API_URL=f"emulator:{account.folder}", BUTTERCMS_MEDIA="download")
    monkeypatch.chdir(site.folder)
    preview = PreviewSite(None, "http://localhost:8000")
    try:
        preview.open()
        preview.build(None)
        assert set(server.asked) == {URL}
        asked = len(server.asked)
        server.works = True
        with MediaStore(site.folder / "cache/buttercms") as store:
            store.forget_failures()  # as if the time to wait had passed
        files = preview.build(asks_media=False)
        assert len(server.asked) == asked
        assert URL in files["p.html"].read_text()
        files = preview.build()
        assert server.asked[asked:] == [URL]
        assert URL not in files["p.html"].read_text()
    finally:
        preview.close()
