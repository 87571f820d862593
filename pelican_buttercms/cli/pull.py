"""`pelican-buttercms pull`: pull everything, or only the items of a webhook's events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
import logging
import sys

import click
from rich.console import Console

from pelican_buttercms.cli.formatting import begin_logging, echo, echo_json, table
from pelican_buttercms.cli.options import settings_option
from pelican_buttercms.content import Key
from pelican_buttercms.errors import CHANGES_FOUND
from pelican_buttercms.plugin import github
from pelican_buttercms.plugin.settings_file import load
from pelican_buttercms.store import Changes, MediaStore, Store
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.build_trigger import MOST_BYTES, Trigger, read_trigger
from pelican_buttercms.sync.change_check import UNDETECTABLE, ChangeReport, check_for_changes
from pelican_buttercms.sync.cost_estimate import PlannedCalls
from pelican_buttercms.sync.progress import Progress, show_progress, summary_lines
from pelican_buttercms.sync.refresh.apply_events import AppliedEvents, result_lines
from pelican_buttercms.sync.refresh.partial_pull import RefreshResult
from pelican_buttercms.sync.refresh.requested_events import apply_requested_events
from pelican_buttercms.wording import count_noun


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@click.option("--dry-run", is_flag=True, help="Print the calls it will cost; send none.")
@click.option(
    "--event",
    metavar="FILE",
    help="Pull only what the webhook's events in FILE name; - reads standard input.",
)
@click.option(
    "--check", is_flag=True, help="Only check for changes: exits with 3 when there are any."
)
@click.option("--allow-deletions", is_flag=True, help="Accept any number of deletions.")
@click.option("-v", "--verbose", is_flag=True, help="Show each retry.")
@settings_option
def pull(
    *,
    settings: str | None,
    as_json: bool,
    dry_run: bool,
    event: str | None,
    check: bool,
    allow_deletions: bool,
    verbose: bool,
) -> None:
    """Pull everything that the settings name into the cache, whatever its age.

    With --event, pull only what the events name, or everything if that is not enough or the last
    full pull is older than BUTTERCMS_RECONCILE. With --check, nothing is stored.

    Exits with 0 when a whole generation was stored (with --check: when nothing changed), with 3
    when --check saw a change, with 75 when --event has to be tried again later, and with another
    code when the pull failed: then the cache is unchanged.
    """
    if sum((dry_run, event is not None, check)) > 1:
        raise click.UsageError("--dry-run, --event and --check exclude each other.")
    begin_logging(level=logging.INFO if verbose else logging.WARNING)
    options, environment = load(settings)
    source = Source(options, environment, now=lambda: datetime.now(UTC))
    if dry_run:
        with Store(options.cache_path, source.now) as store:
            _print_plan(source.estimate(store), as_json=as_json)
        return
    if check:
        sys.exit(_print_check(check_for_changes(source), as_json=as_json))
    progress = (
        Progress() if as_json else show_progress(Console(stderr=True), partial(echo, err=True))
    )
    if event is not None:
        _pull_events(source, event, progress, as_json=as_json, allow_deletions=allow_deletions)
        return
    result = source.refresh(progress, allow_deletions=allow_deletions)
    if options.media == "download":
        with MediaStore(options.cache_path) as media:
            media.forget_failures()
    github.report_pull(source, result)
    lines = summary_lines(result.changes, result.calls, result.seconds)
    _print_result(result, lines, as_json=as_json)


def _pull_events(
    source: Source, event: str, progress: Progress, *, as_json: bool, allow_deletions: bool
) -> None:
    """Pull the items of events, from a file or from standard input."""
    trigger = (
        Trigger.parse(sys.stdin.buffer.read(MOST_BYTES + 1), "standard input")
        if event == "-"
        else read_trigger(event)
    )
    report = partial(echo, err=True)
    result = apply_requested_events(
        source, trigger, report, progress, allow_deletions=allow_deletions
    )
    scoped = isinstance(result, RefreshResult)
    lines = (
        result_lines(trigger, result)
        if isinstance(result, RefreshResult)
        else summary_lines(result.changes, result.calls, result.seconds)
    )
    github.report_pull(source, result, trigger)
    _print_result(result, lines, as_json=as_json, scoped=scoped)


def _print_result(
    result: AppliedEvents, lines: Iterable[str], *, as_json: bool, scoped: bool | None = None
) -> None:
    if as_json:
        echo_json(({} if scoped is None else {"scoped": scoped}) | _as_json(result))
    else:
        for line in lines:
            echo(line)


def _print_check(result: ChangeReport, *, as_json: bool) -> int:
    """Print what was checked and found; returns the exit code."""
    if as_json:
        report = {
            "changed": result.difference is not None,
            "because": result.difference,
            "looked_at": list(result.listings_checked),
            "not_looked_at": result.listings_skipped,
            "calls": result.calls,
        }
        echo_json(report)
        return CHANGES_FOUND if result.difference else 0
    calls = count_noun(result.calls, "call")
    echo(f"looked at {', '.join(result.listings_checked) or 'nothing'} with {calls}")
    if result.difference:
        echo(f"changed: {result.difference}")
        return CHANGES_FOUND
    echo(f"nothing changed. {UNDETECTABLE}")
    return 0


def _print_plan(planned: list[PlannedCalls], *, as_json: bool) -> None:
    calls = sum(listing.calls for listing in planned)
    if as_json:
        listings = [asdict(listing) for listing in planned]
        echo_json({"calls": calls, "listings": listings})
        return
    rows = []
    for listing in planned:
        items = "" if listing.items is None else f"{listing.items:,}"
        rows.append((listing.listing, f"{listing.calls:,}", items))
    for line in table(("LISTING", "CALLS", "ITEMS"), rows):
        echo(line)
    total = count_noun(calls, "API call")
    echo(f"A pull takes {total}, if the account is as large as at the last one.")


def _as_json(result: AppliedEvents) -> dict[str, object]:
    generation = result.generations[0]
    return {
        "generation": generation.id,
        "pulled_at": generation.pulled_at.isoformat(),
        "calls": result.calls,
        "seconds": round(result.seconds, 3),
        "discovered": [] if isinstance(result, RefreshResult) else sorted(result.discovered),
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
