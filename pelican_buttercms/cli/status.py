"""`pelican-buttercms status`: the stored content, its age, and the calls of this month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
import sys
from typing import Any

import click

from pelican_buttercms.cli.formatting import echo, echo_json
from pelican_buttercms.cli.options import settings_option
from pelican_buttercms.cli.stored_pulls import spell_cause
from pelican_buttercms.content.fallbacks import Coverage, coverage, identified
from pelican_buttercms.plugin.settings_file import load
from pelican_buttercms.settings import Settings
from pelican_buttercms.settings.durations import spell_duration
from pelican_buttercms.store import CallLog, Scope, Store
from pelican_buttercms.sync.progress import PLURALS
from pelican_buttercms.sync.pull_spec import ONLY
from pelican_buttercms.wording import count_noun


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.option("--untranslated", is_flag=True, help="List what falls back or is missing.")
@settings_option
def status(*, settings: str | None, as_json: bool, untranslated: bool) -> None:
    """Show what is stored, how old it is, what is translated, and the calls of this month.

    Sends no request to the API. Exits with 0, or with 1 when nothing is stored yet.
    """
    options, _ = load(settings)
    now = datetime.now(UTC)
    report = _report(options, now)
    if as_json:
        echo_json(report)
    else:
        for line in _lines(report, options, now, names=untranslated):
            echo(line)
    sys.exit(0 if report["scopes"] else 1)


def _report(options: Settings, now: datetime) -> dict[str, Any]:
    report: dict[str, Any] = {
        "folder": str(options.cache_path),
        "environment": options.deployment,
        "scopes": [],
        "coverage": [],
        "calls": 0,
    }
    if not options.cache_path.is_dir():
        return report  # opening would create a store
    with Store(options.cache_path, lambda: now) as store:
        report["scopes"] = [_scope(store, scope) for scope in store.scopes()]
        report["coverage"] = list(_coverage(store, options))
    with closing(CallLog(options.cache_path, lambda: now)) as log:
        report["calls"] = log.this_month()
    return report


def _scope(store: Store, scope: Scope) -> dict[str, Any]:
    generations = store.generations(scope)
    newest = generations[0]
    in_use = store.in_use([scope]) or newest.id
    current = next((known for known in generations if known.id == in_use), newest)
    return {
        "account": scope.account,
        "locale": scope.locale,
        "mode": scope.mode,
        "generation": newest.id,
        "created_at": newest.created.isoformat(),
        "cause": newest.cause,
        "pulled_at": newest.pulled_at.isoformat(),
        "records": dict(sorted(Counter(key.kind for key in newest.manifest).items())),
        "filters": [name for name in current.wanted if name.startswith(ONLY)],
        "generations": len(generations),
        "pinned": store.is_pinned([scope]),
        "in_use": in_use,
        "in_use_created_at": current.created.isoformat(),
        "in_use_pulled_at": current.pulled_at.isoformat(),
    }


def _coverage(store: Store, options: Settings) -> Iterator[dict[str, Any]]:
    """Yield how far each of the site's locales is translated, for each account and mode."""
    if len(options.locales) < 2:
        return
    for scope in sorted({replace(scope, locale="") for scope in store.scopes()}):
        scopes = [replace(scope, locale=locale.name) for locale in options.locales]
        generations = store.latest_together(scopes)
        if generations is None:
            continue
        ids = options.translation_ids
        versions = {
            generation.scope.locale: list(
                identified(
                    store.records(generation), ids, generation.post_groups, generation.listed
                )
            )
            for generation in generations
        }
        for locale in options.locales:
            rows = coverage(versions, locale.name, locale.chain)
            what = {row.what: _row(row) for row in rows}
            yield {
                "account": scope.account,
                "mode": scope.mode,
                "locale": locale.name,
                "content": what,
            }


def _row(row: Coverage) -> dict[str, Any]:
    return {
        "translated": len(row.translated),
        "fallback": {str(key): locale for key, locale in row.fallback.items()},
        "missing": [str(key) for key in row.missing],
    }


def _lines(
    report: dict[str, Any], options: Settings, now: datetime, *, names: bool
) -> Iterator[str]:
    if not report["scopes"]:
        yield f"Nothing is stored in {options.cache_path}. `pelican-buttercms pull` fills it."
    for scope in report["scopes"]:
        yield from _scope_lines(scope, now)
    for locale in report["coverage"]:
        yield from _coverage_lines(locale, names=names)
    yield f"API calls in {now:%B %Y}: {report['calls']:,}"


def _scope_lines(scope: dict[str, Any], now: datetime) -> Iterator[str]:
    age = spell_duration(now - datetime.fromisoformat(scope["pulled_at"]))
    records = (f"{PLURALS[kind]}: {number:,}" for kind, number in scope["records"].items())
    locale = f", locale {scope['locale']}" if scope["locale"] else ""
    yield (
        f"Account {scope['account']}, {scope['mode']}{locale}: pulled {age} ago"
        f" (generation {scope['generation']}, {scope['generations']} kept)"
    )
    if scope["cause"] != "pull":
        since = spell_duration(now - datetime.fromisoformat(scope["created_at"]))
        yield f"  Brought up to date by {spell_cause(scope['cause'])} {since} ago"
    yield f"  {', '.join(records) or 'no records'}"
    yield from (f"  {name}" for name in scope["filters"])
    if scope["pinned"]:
        yield _spell_pin(scope, now)


def _spell_pin(scope: dict[str, Any], now: datetime) -> str:
    """Return which older pull builds read after a rollback, and how to end that, as text."""
    age = spell_duration(now - datetime.fromisoformat(scope["in_use_created_at"]))
    flag = " --preview" if scope["mode"] == "preview" else ""
    return (
        f"  Builds read the older pull {scope['in_use']} of {age} ago, because of a rollback."
        f" `pelican-buttercms rollback --newest{flag}` goes back to the newest pull, and so does"
        " the next `pelican-buttercms pull`."
    )


def _coverage_lines(locale: dict[str, Any], *, names: bool) -> Iterator[str]:
    """Yield a line for a locale, and one for each kind that is not fully translated."""
    rows = locale["content"]
    yield f"Translated into {locale['locale']}, {locale['mode']}: {_spell_row(_sum(rows))}"
    for what, row in rows.items():
        if not row["fallback"] and not row["missing"]:
            continue
        yield f"  {what}: {_spell_row(row)}"
        if names:
            yield from (f"    {key} falls back to {to}" for key, to in row["fallback"].items())
            yield from (f"    {key} is missing" for key in row["missing"])


def _sum(rows: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "translated": sum(row["translated"] for row in rows.values()),
        "fallback": {key: to for row in rows.values() for key, to in row["fallback"].items()},
        "missing": [key for row in rows.values() for key in row["missing"]],
    }


def _spell_row(row: dict[str, Any]) -> str:
    number = row["translated"] + len(row["fallback"]) + len(row["missing"])
    text = f"{row['translated']:,} of {number:,}"
    if row["fallback"]:
        by_locale = Counter(row["fallback"].values())
        text += ", " + ", ".join(
            f"{count_noun(count, 'falls', 'fall')} back to {name}"
            for name, count in sorted(by_locale.items())
        )
    return f"{text}, {len(row['missing']):,} missing" if row["missing"] else text
