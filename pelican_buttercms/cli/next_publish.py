"""`pelican-buttercms next-publish`: when the next scheduled item is due."""

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
from pelican_buttercms.sync.progress import PLURALS
from pelican_buttercms.sync.scheduled import Schedule, ScheduledItem, find_scheduled
from pelican_buttercms.wording import count_noun


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

    Uses the stored preview content; without it, requests posts and page types with their drafts.
    Items that were due before the last full pull of live content are left out. ButterCMS's API does
    not have the dates of collection items.

    Exits with 0 when something is due (with --within: by then), with 3 when nothing is, with 1 when
    the request failed, and with 2 when the settings are wrong.
    """
    options, environment = load(settings)
    now = datetime.now(UTC)
    schedule = find_scheduled(Source(options, environment, lambda: now), ask=ask)
    items = [item for item in schedule.items if _is_within(item, now, within)]
    if as_json:
        echo_json(_as_json(schedule))
    elif items:
        echo(_spell(items[0].at))
        echo(f"{items[0].key}{_origin(schedule, now)}", err=True)
    else:
        echo(f"Nothing is due{_origin(schedule, now)}.", err=True)
    if schedule.unknown:
        kinds = " and ".join(PLURALS[kind] for kind in schedule.unknown)
        echo(
            f"The API of this account gives no status of {kinds}, so nobody can know which are"
            " scheduled. Build at fixed times as well.",
            err=True,
        )
    sys.exit(0 if items else 3)


def _is_within(item: ScheduledItem, now: datetime, within: timedelta | None) -> bool:
    return within is None or within == FOR_EVER or item.at - now <= within


def _origin(schedule: Schedule, now: datetime) -> str:
    """Return where the dates come from, as text."""
    if schedule.pulled_at is None:
        return f" (asked with {count_noun(schedule.calls, 'API call')})"
    age = spell_duration(now - schedule.pulled_at)
    return f" (by preview content of {age} ago; --ask asks anew)"


def _as_json(schedule: Schedule) -> dict[str, Any]:
    return {
        "next": _spell(schedule.items[0].at) if schedule.items else None,
        "pulled_at": schedule.pulled_at and _spell(schedule.pulled_at),
        "calls": schedule.calls,
        "status_unknown": schedule.unknown,
        "items": [
            {"at": _spell(item.at), "key": str(item.key), "locale": item.locale or None}
            for item in schedule.items
        ],
    }


def _spell(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
