"""`pelican-buttercms pull`: ask the account for everything, now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
import json
import logging

import click
from rich.console import Console

from pelican_buttercms.cli.options import settings_option
from pelican_buttercms.content import Key
from pelican_buttercms.fetch.plan import PlannedCalls
from pelican_buttercms.fetch.progress import (
    LineProgress,
    Progress,
    RichProgress,
    SilentProgress,
    summary_lines,
)
from pelican_buttercms.fetch.pull import PullResult
from pelican_buttercms.fetch.source import Source
from pelican_buttercms.plugin.config import load
from pelican_buttercms.store import Changes


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@click.option("--dry-run", is_flag=True, help="Tell what it will cost, by listing; ask nothing.")
@click.option(
    "--allow-deletions", is_flag=True, help="Believe that everything that has vanished is deleted."
)
@click.option("-v", "--verbose", is_flag=True, help="Show each retry.")
@settings_option
def pull(
    *,
    settings: str | None,
    as_json: bool,
    dry_run: bool,
    allow_deletions: bool,
    verbose: bool,
) -> None:
    """Pull everything the settings name into the cache, whatever its age.

    Exits with 0 when a whole generation was stored, with 1 when the pull failed (the cache is as
    it was), and with 2 when the settings are wrong.
    """
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING, format="%(levelname)s: %(message)s"
    )
    options, environment = load(settings)
    source = Source(options, environment, now=lambda: datetime.now(UTC))
    if dry_run:
        _tell_plan(source.planned(), as_json=as_json)
        return
    progress = SilentProgress() if as_json else _progress()
    result = source.refresh(progress, allow_deletions=allow_deletions)
    if as_json:
        click.echo(json.dumps(_as_json(result), indent=2))
    else:
        for line in summary_lines(result.changes, result.calls, result.seconds):
            click.echo(line)


def _tell_plan(planned: list[PlannedCalls], *, as_json: bool) -> None:
    calls = sum(one.calls for one in planned)
    if as_json:
        listings = [asdict(one) for one in planned]
        click.echo(json.dumps({"calls": calls, "listings": listings}, indent=2))
        return
    for one in planned:
        size = "" if one.items is None else f" ({one.items:,} items)"
        click.echo(f"{one.listing}: {one.calls:,}{size}")
    click.echo(f"A pull takes {calls:,} API calls, if the account is as large as at the last one.")


def _progress() -> Progress:
    console = Console(stderr=True)
    say = partial(click.echo, err=True)
    return RichProgress(console, otherwise=say) if console.is_terminal else LineProgress(say)


def _as_json(result: PullResult) -> dict[str, object]:
    return {
        "generation": result.generation.id,
        "pulled_at": result.generation.pulled_at.isoformat(),
        "calls": result.calls,
        "seconds": round(result.seconds, 3),
        "discovered": sorted(result.discovered),
        "changes": {
            locale or "default": _changes_as_json(changes)
            for locale, changes in result.changes.items()
        },
    }


def _changes_as_json(changes: Changes) -> dict[str, object]:
    return {
        kind: {
            "new": _named(kind, changes.new),
            "updated": _named(kind, changes.updated),
            "deleted": _named(kind, changes.deleted),
            "unchanged": row["unchanged"],
        }
        for kind, row in changes.counts().items()
    }


def _named(kind: str, keys: Iterable[Key]) -> list[str]:
    return [str(key) for key in keys if key.kind == kind]
