"""A write of each kind, and a server that answers as it is told."""

from contextlib import contextmanager

from werkzeug.wrappers import Request

from pelican_buttercms.api import write_requests
from tests.servers import serving_app

TOKEN = "a-very-secret-write-token"
CREATE = write_requests.create_post({"title": "New", "slug": "new", "status": "published"})
CHANGE = write_requests.change_post("hello", {"title": "Changed", "status": "published"})
DELETE = write_requests.delete_post("hello")
ALL = {"POST": CREATE, "PATCH": CHANGE, "DELETE": DELETE}


@contextmanager
def served(answer):
    """Serve a function of a request; gives its address."""
    with serving_app(Request.application(answer)) as url:
        yield url
