"""An API that answers anything, and a site that is built from it."""

import json
import logging

import pytest
from werkzeug.wrappers import Request, Response

from tests.servers import serving_app


class Api:
    """Answers each listing with whatever it was given, well-formed or not."""

    def __init__(self):
        self.answers = {}

    def __call__(self, environ, start_response):
        path = Request(environ).path.removeprefix("/v2/").strip("/")
        found = self.answers.get(path)
        if isinstance(found, bytes):
            body = found
        elif path.startswith("content"):
            body = json.dumps({"data": found or {"k": []}}).encode()
        else:
            found = found or []
            meta = {"count": len(found), "next_page": None, "previous_page": None}
            body = json.dumps({"meta": meta, "data": found}).encode()
        return Response(body, content_type="application/json")(environ, start_response)


@pytest.fixture
def api(caplog):
    """The far end, on a port of this machine; `url` is its address."""
    app = Api()
    caplog.set_level(logging.ERROR, "werkzeug")
    with serving_app(app) as url:
        app.url = f"{url}/v2/"
        yield app


@pytest.fixture
def hostile(site, api):
    """A site that is built from whatever `api` answers, with a secret beside it."""
    site.write(".env", "BUTTERCMS_READ_TOKEN=the-read-token\n")
    site.write("content/images/é.png", "png")
    site.configure(
        BUTTERCMS_API_URL=api.url,
        BUTTERCMS_PAGE_TYPES=["*"],
        BUTTERCMS_COLLECTIONS=["k"],
        BUTTERCMS_MAX_AGE=0,
        BUTTERCMS_DANGLING="drop",
        BUTTERCMS_DISCOVER=False,
        DEFAULT_PAGINATION=False,
    )
    files = (path for path in site.folder.parent.rglob("*") if path.is_file())
    site.mine = set(files)
    return site
