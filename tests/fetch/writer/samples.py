"""A write of each kind, and a server that answers as it is told."""

from contextlib import contextmanager
from threading import Thread

from werkzeug.serving import make_server
from werkzeug.wrappers import Request

from pelican_buttercms.api import writes

TOKEN = "a-very-secret-write-token"
CREATE = writes.create_post({"title": "New", "slug": "new", "status": "published"})
CHANGE = writes.change_post("hello", {"title": "Changed", "status": "published"})
DELETE = writes.delete_post("hello")
ALL = {"POST": CREATE, "PATCH": CHANGE, "DELETE": DELETE}


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
