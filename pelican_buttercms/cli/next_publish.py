"""`pelican-buttercms next-publish`: when is the next scheduled item due?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
import sys
from typing import Any

import click

from pelican_buttercms.cli.formatting import echo, echo_json
from pelican_buttercms.cli.options import settings_option
from pelican_buttercms.plugin.settings_file import load
from pelican_buttercms.settings.durations import FOR_EVER, parse_duration, spell_duration
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.scheduled import Schedule, ScheduledItem, find_scheduled


def _duration(_: click.Context, __: click.Parameter, value: str | None) -> timedelta | None:
    try:
        return None if value is None else parse_duration(value)
    except ValueError as exc:
        raise click.BadParameter(str(exc)) from exc


@click.command("next-publish")
@click.option("--json", "as_json", is_flag=True, help="Print everything that is scheduled as JSON.")
@click.option(
    "--within",
    metavar="DURATION",
    callback=_duration,
    help="Exit with 3 unless something is due within this time, such as 20m.",
)
@click.option("--ask", is_flag=True, help="Ask the account, though preview content is stored.")
@settings_option
def next_publish(
    *, settings: str | None, as_json: bool, within: timedelta | None, ask: bool
) -> None:
    """Print when the next scheduled post or page is due, as ISO 8601 in UTC.

    Looks into the stored preview content; where there is none, asks for posts and page types with
    their drafts. What was due before the last full pull of live content is left out. ButterCMS does
    not tell when collection items are due.

    Exits with 0 when something is due (with --within: by then), with 3 when nothing is, with 1 when
    the account could not be asked, and with 2 when the settings are wrong.
    """
    options, environment = load(settings)
    now = datetime.now(UTC)
    found = find_scheduled(Source(options, environment, lambda: now), ask=ask)
    items = [one for one in found.items if _is_within(one, now, within)]
    if as_json:
        echo_json(_as_json(found))
    elif items:
        echo(_spell(items[0].at))
        echo(f"{items[0].key}{_told(found, now)}", err=True)
    sys.exit(0 if items else 3)


def _is_within(one: ScheduledItem, now: datetime, within: timedelta | None) -> bool:
    return within is None or within == FOR_EVER or one.at - now <= within


def _told(found: Schedule, now: datetime) -> str:
    """Say where it is known from."""
    if found.pulled_at is None:
        return f" (asked with {found.calls:,} API {'call' if found.calls == 1 else 'calls'})"
    return f" (by preview content of {spell_duration(now - found.pulled_at)} ago; --ask asks anew)"


def _as_json(found: Schedule) -> dict[str, Any]:
    return {
        "next": _spell(found.items[0].at) if found.items else None,
        "pulled_at": found.pulled_at and _spell(found.pulled_at),
        "calls": found.calls,
        "items": [
            {"at": _spell(one.at), "key": str(one.key), "locale": one.locale or None}
            for one in found.items
        ],
    }


def _spell(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
