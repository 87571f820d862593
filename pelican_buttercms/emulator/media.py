"""The media library, as the CDN serves it."""

from __future__ import annotations

import mimetypes
import re

from werkzeug.wrappers import Request, Response

from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.emulator.account import EmulatedAccount

_LIBRARY = "/_media/"
_HOSTS = {
    "cdn.buttercms.com": re.compile(r"/(?:[^/]+/)*([^/]+)/?"),
    "d2wzhk7xhrnk1x.cloudfront.net": re.compile(r"/([^/_]+)_[^/]*"),
    "d2devwt40at1e2.cloudfront.net": re.compile(r"/api/file/([^/]+)/?"),
}
CDN_HOSTS = frozenset(_HOSTS)
_IN_LIBRARY = re.compile(rf"{_LIBRARY}(?:[^/]+/)*([^/]+)/?")


def asked_for(request: Request) -> str | None:
    """Return the handle of a media request, None for another request.

    Image transformations before the handle are accepted; the picture is not resized.
    """
    pattern = _HOSTS.get(request.host.partition(":")[0])
    if pattern is None and not request.path.startswith(_LIBRARY):
        return None
    match = (pattern or _IN_LIBRARY).fullmatch(request.path)
    return match[1] if match else request.path


def serve(account: EmulatedAccount, handle: str, request: Request) -> Response:
    """Return the file of a handle, or 304 when the client has it, or 404."""
    file = account.media(handle)
    if file is None:
        return Response("Not found", 404, content_type="text/plain")
    name, data = file
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if name.endswith(".webp"):
        kind = "image/webp"  # not in every system's table
    response = Response(data, content_type=kind)
    response.set_etag(sha256_hex(data, 32))
    response.make_conditional(request)
    return response
