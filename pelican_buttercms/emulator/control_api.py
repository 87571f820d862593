"""Requests with which a test controls an emulator that runs as a server; they are not counted."""

from __future__ import annotations

from dataclasses import asdict
import json
from typing import Any, Protocol

from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Request, Response

from pelican_buttercms.emulator.faults import Faults
from pelican_buttercms.emulator.guard import is_same_origin
from pelican_buttercms.errors import AccountError

CONTROL = "/_emulator/"


class Controllable(Protocol):
    """The parts of an emulator that can be controlled."""

    calls: list[Any]
    faults: Faults

    def settle(self) -> None:
        """Apply every accepted write."""


def control(emulator: Controllable, request: Request) -> Response:
    """Answer `GET calls`, `POST faults` (a JSON list of rules), `POST settle`, `POST reset`.

    Pages of other origins are refused: any page may send these requests from a browser.
    """
    if not is_same_origin(request):
        words = "Pages of other origins must not control the emulator."
        return _json({"detail": words}, 403)
    return _answer(emulator, request)


def _answer(emulator: Controllable, request: Request) -> Response:
    what = (request.method, request.path.removeprefix(CONTROL).strip("/"))
    if what == ("GET", "calls"):
        return _json([asdict(call) for call in emulator.calls])
    if what == ("POST", "faults"):
        try:
            emulator.faults.add(*request.get_json(force=True))
        except (AccountError, TypeError, BadRequest) as exc:
            return _json({"detail": str(exc)}, 400)
        return _json({"rules": len(emulator.faults.rules)})
    if what == ("POST", "settle"):
        emulator.settle()
        return _json({})
    if what == ("POST", "reset"):
        emulator.faults.clear()
        emulator.calls.clear()
        return _json({})
    return _json({"detail": "The emulator knows calls, faults, settle and reset."}, 404)


def _json(body: object, status: int = 200) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")
