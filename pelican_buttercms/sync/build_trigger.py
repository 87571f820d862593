"""The events that a build was started with, found where the hosts put them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pelican_buttercms.api.webhook_events.event import Event
from pelican_buttercms.api.webhook_events.payload import parse_payload
from pelican_buttercms.errors import SettingsError
from pelican_buttercms.filesystem import read_regular
from pelican_buttercms.settings import Environment
from pelican_buttercms.settings.environment import EVENT_FILE

NETLIFY = "INCOMING_HOOK_BODY"
GITHUB = "GITHUB_EVENT_PATH"

_DISPATCH = "repository_dispatch"
MOST_BYTES: Final = 1024 * 1024


@dataclass(frozen=True)
class Trigger:
    """What a build was started with.

    Attributes:
        origin: where it was found, for people.
        events: what happened, merged; None when a full pull is due.
        why: why it is due then; half a sentence.
    """

    origin: str
    events: tuple[Event, ...] | None
    why: str = ""

    @classmethod
    def parse(cls, data: bytes | str, origin: str) -> Trigger:
        """Read a payload; what cannot be trusted asks for everything."""
        events = parse_payload(data)
        if events is None:
            return cls(origin, None, f"{origin} names no events, or more than it can carry")
        return cls(origin, tuple(events))


STORED_ONLY: Final = Trigger("an edit", ())
"""Of a build after an edit of files: what is stored is enough, and pending events wait."""


def find_trigger(environment: Environment) -> Trigger | None:
    """Find the events that this build was started with; None when it was started otherwise.

    The relay's `BUTTERCMS_EVENT_FILE` comes first, then Netlify's `INCOMING_HOOK_BODY`, then the
    event file of GitHub, where a `repository_dispatch` started the workflow: for a push or a
    schedule that file is about something else.
    """
    if path := environment.get(EVENT_FILE):
        return _read(Path(path), EVENT_FILE)
    if body := environment.get(NETLIFY):
        return Trigger.parse(body, NETLIFY)
    path = environment.get(GITHUB)
    if path and environment.get("GITHUB_EVENT_NAME") == _DISPATCH:
        return _read(Path(path), GITHUB)
    return None


def read_trigger(path: str) -> Trigger:
    """Read the events in a file that a user names.

    Raises:
        SettingsError: there is no such file.
    """
    try:
        return Trigger.parse(_bytes(Path(path)), path)
    except OSError as exc:
        raise SettingsError(
            f"The events in {path} cannot be read ({exc.strerror or exc}). Name a file with the"
            " body of a webhook, or - for standard input."
        ) from exc


def _read(path: Path, variable: str) -> Trigger:
    try:
        return Trigger.parse(_bytes(path), variable)
    except OSError as exc:
        why = f"the file that {variable} names cannot be read ({exc.strerror or exc})"
        return Trigger(variable, None, why)


def _bytes(path: Path) -> bytes:
    return read_regular(path, MOST_BYTES + 1)
