"""What all kinds of writes share: the account, the clock, checks, and effects of a change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
import re
from typing import Any
import unicodedata

from pelican_buttercms.emulator.account import Data, EmulatedAccount
from pelican_buttercms.emulator.delayed_writes import DelayedWrites
from pelican_buttercms.emulator.error_responses import Refusal, invalid_write, unknown_locale
from pelican_buttercms.emulator.persist import Persistence
from pelican_buttercms.emulator.quirks import Behaviour
from pelican_buttercms.emulator.remote_files import Check, MediaLibrary, media_check, unchecked
from pelican_buttercms.emulator.validation import Problems, find_problems
from pelican_buttercms.emulator.webhooks import Webhooks
from pelican_buttercms.emulator.write_fields import read_fields

STATUSES = ("draft", "published")
SCHEDULED = "scheduled"
LONGEST = 100
PENDING = (202, {"status": "pending"})


@dataclass(frozen=True)
class WriteContext:
    """The account and everything else that a write needs besides its body."""

    account: EmulatedAccount
    behaviour: Behaviour
    effects: DelayedWrites
    webhooks: Webhooks
    persistence: Persistence
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def timestamp(self) -> str:
        """Return the current time in the API's format."""
        return f"{self.now().astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"

    @property
    def media(self) -> Check:
        """The check of media values, if the behaviour has one."""
        return media_check(self.account) if self.behaviour.media_check == "on" else unchecked

    @property
    def library(self) -> MediaLibrary | None:
        """The media library for remote files, if the behaviour fetches them."""
        fetches = self.behaviour.uploads == "library"
        return MediaLibrary(self.account, self.persistence) if fetches else None

    def find_problems(self, fields: Any, schema: Data | None, *, complete: bool) -> Problems:
        """Return the problems of fields."""
        return find_problems(
            self.account,
            fields,
            schema,
            complete=complete,
            media=self.media,
            picker_form=self.behaviour.picker_form,
            write_back=self.behaviour.write_back == "allow",
        )

    def stored(self, fields: Data, schema: Data | None) -> Data:
        """Return fields in their stored form."""
        upload = self.library.upload if self.library else None
        return read_fields(self.account, fields, schema, upload)

    def refuse(self, problems: dict[str, list[str]]) -> None:
        """Raise a 400 if there is any problem."""
        if problems:
            raise invalid_write(self.behaviour, problems)

    def refuse_beyond_plan(
        self, kind: str, number: int, words: str, status: int | None = None
    ) -> None:
        """Raise the answer of an account whose plan allows no more of a kind."""
        limit = self.account.config.get("limits", {}).get(kind)
        if limit is not None and number > limit:
            raise Refusal(status or int(self.behaviour.plan_limit), {"error": words})

    def status(self, body: Data, problems: dict[str, list[str]], default: str = "draft") -> str:
        """Return the status of a write; null, which reads may have, is none."""
        status = body.get("status")
        if status is None:
            return default
        if status not in STATUSES:
            problems["status"] = [f"Status must be one of {', '.join(STATUSES)}."]
        return str(status)

    def new_status(self, body: Data, problems: Problems, default: str) -> str:
        """Return the status of a change; "scheduled", which only reads have, is none."""
        if body.get("status") == SCHEDULED:
            body = body | {"status": None}
        return self.status(body, problems, default)

    def locale(self, locale: Any) -> str | None:
        """Return the locale of a write; None if it names none."""
        if locale is not None and locale not in self.account.locales:
            raise unknown_locale(self.behaviour)
        return None if locale is None else str(locale)


def kept_schedule(before: str, status: str) -> str:
    """Return the status after a change: a scheduled item stays scheduled until it is published."""
    return SCHEDULED if before == SCHEDULED and status != "published" else status


def check_slug(slug: Any, problems: Problems) -> None:
    """Add the problem of a slug that no path of the API could name."""
    if isinstance(slug, str) and len(slug) > LONGEST:
        problems["slug"] = [f"A slug has at most {LONGEST} characters."]


def slugify(name: str) -> str:
    """Return the slug of a new category or tag."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "untitled"


def text_of(body: Data, name: str, problems: dict[str, list[str]], missing: str) -> str:
    """Return a required text."""
    value: Any = body.get(name)
    if not isinstance(value, str) or not value.strip():
        problems[name] = [missing]
        return ""
    return value
