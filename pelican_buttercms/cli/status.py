"""`pelican-buttercms status`: what is stored, how old it is, and what this month has cost."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
import json
import sys
from typing import Any

import click

from pelican_buttercms.cli.options import settings_option
from pelican_buttercms.fetch.progress import PLURALS
from pelican_buttercms.plugin.config import load
from pelican_buttercms.settings import Settings
from pelican_buttercms.settings.durations import spell_duration
from pelican_buttercms.store import Ledger, Scope, Store


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@settings_option
def status(*, settings: str | None, as_json: bool) -> None:
    """Show what is stored, how old it is, and the calls of this month.

    Asks the API nothing. Exits with 0, or with 1 when nothing is stored yet.
    """
    options, _ = load(settings)
    now = datetime.now(UTC)
    report = _report(options, now)
    click.echo(json.dumps(report, indent=2) if as_json else _spell(report, options, now))
    sys.exit(0 if report["scopes"] else 1)


def _report(options: Settings, now: datetime) -> dict[str, Any]:
    report: dict[str, Any] = {"folder": str(options.cache_path), "scopes": [], "calls": 0}
    if not options.cache_path.is_dir():
        return report  # looking must not create a store
    with Store(options.cache_path, lambda: now) as store:
        report["scopes"] = [_scope(store, scope) for scope in store.scopes()]
    ledger = Ledger(options.cache_path, lambda: now)
    try:
        report["calls"] = ledger.this_month()
    finally:
        ledger.close()
    return report


def _scope(store: Store, scope: Scope) -> dict[str, Any]:
    generations = store.generations(scope)
    newest = generations[0]
    return {
        "account": scope.account,
        "locale": scope.locale,
        "mode": scope.mode,
        "generation": newest.id,
        "pulled_at": newest.pulled_at.isoformat(),
        "records": dict(sorted(Counter(key.kind for key in newest.manifest).items())),
        "generations": len(generations),
    }


def _spell(report: dict[str, Any], options: Settings, now: datetime) -> str:
    lines = [_spell_scope(scope, now) for scope in report["scopes"]]
    if not lines:
        lines = [f"Nothing is stored in {options.cache_path}. `pelican-buttercms pull` fills it."]
    month = f"{now:%B %Y}"
    return "\n".join([*lines, f"API calls in {month}: {report['calls']:,}"])


def _spell_scope(scope: dict[str, Any], now: datetime) -> str:
    age = spell_duration(now - datetime.fromisoformat(scope["pulled_at"]))
    told = (f"{PLURALS[kind]}: {number:,}" for kind, number in scope["records"].items())
    records = ", ".join(told)
    locale = f", locale {scope['locale']}" if scope["locale"] else ""
    return (
        f"Account {scope['account']}, {scope['mode']}{locale}: pulled {age} ago"
        f" (generation {scope['generation']}, {scope['generations']} kept)\n"
        f"  {records or 'no records'}"
    )
