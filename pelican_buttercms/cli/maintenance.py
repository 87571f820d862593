"""`pelican-buttercms verify` and `prune`, and the repair of `doctor`: the store is looked after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
import sys
from typing import Any

import click

from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.cli.formatting import echo, echo_json
from pelican_buttercms.cli.options import settings_option
from pelican_buttercms.content.media_addresses import media_urls
from pelican_buttercms.plugin.settings_file import load
from pelican_buttercms.settings import Settings
from pelican_buttercms.store.maintenance.prune import Pruned
from pelican_buttercms.store.maintenance.prune import prune as drop_old
from pelican_buttercms.store.maintenance.repair import describe
from pelican_buttercms.store.maintenance.repair import doctor as repair
from pelican_buttercms.store.maintenance.verify import Damage, Health
from pelican_buttercms.store.maintenance.verify import verify as check
from pelican_buttercms.sync.picture_sizes import recipe_of
from pelican_buttercms.wording import count_noun


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@settings_option
def verify(*, settings: str | None, as_json: bool) -> None:
    """Check that everything stored is whole; changes nothing.

    All accounts, locales and media files. Exits with 0, or with 1 when something is damaged.
    """
    options, _ = load(settings)
    health = check(options.cache_path)
    if as_json:
        echo_json(_health_as_json(health))
    else:
        for damage in health.damages:
            echo(clean_line(_spell_damage(damage)))
        for line in _summary(health):
            echo(line)
    sys.exit(1 if health.damages else 0)


def _summary(health: Health) -> Iterator[str]:
    """Yield the counts of whole entries, and advice for the damaged ones."""
    counts = {
        "generation": health.generations,
        "record": health.records,
        "media file": health.files,
    }
    # an unreadable database has not been counted, and no pull can write to it
    unread = any(damage.state.startswith("of no use") for damage in health.damages)
    parts = [count_noun(count, noun) for noun, count in counts.items() if count or not unread]
    if parts:
        yield f"{'Whole besides' if unread else 'Whole'}: {', '.join(parts)}."
    if unread:
        yield (
            "`pelican-buttercms doctor --repair` sets it aside; then `pelican-buttercms pull`"
            " fetches the newest content."
        )
    elif health.damages:
        yield (
            "`pelican-buttercms pull` restores the records that ButterCMS still has as they were;"
            " then `pelican-buttercms doctor --repair` drops what is still damaged."
        )


def _health_as_json(health: Health) -> dict[str, Any]:
    return {
        "generations": health.generations,
        "records": health.records,
        "files": health.files,
        "damages": [
            {
                "what": damage.what,
                "state": damage.state,
                "affects": [
                    {
                        "id": use.number,
                        "account": use.scope.account,
                        "locale": use.scope.locale,
                        "mode": use.scope.mode,
                        "in_use": use.in_use,
                    }
                    for use in damage.uses
                ],
            }
            for damage in health.damages
        ],
    }


def _spell_damage(damage: Damage) -> str:
    text = f"{damage.what} is {damage.state}."
    if not damage.uses:
        return text
    uses: dict[str, list[str]] = {}
    for use in damage.uses:
        mark = " (builds read it)" if use.in_use else ""
        uses.setdefault(describe(use.scope), []).append(f"{use.number}{mark}")
    affected = (f"{', '.join(numbers)} of {scope}" for scope, numbers in uses.items())
    return f"{text} It affects {'; '.join(affected)}."


def repair_store(options: Settings, *, dry_run: bool, as_json: bool) -> None:
    """Drop what is not whole, for the next pull to fetch again, and print each step.

    Raises:
        StoreError: a newer version wrote it, or something else than damage stands in the way.
    """
    outcome = repair(options.cache_path, datetime.now(UTC), dry_run=dry_run)
    if as_json:
        echo_json(asdict(outcome) | {"dry_run": dry_run})
        return
    if not outcome.steps:
        echo(f"Everything stored in {options.cache_path} is whole; there is nothing to do.")
        return
    echo("This would be done:" if dry_run else "Done:")
    for step in outcome.steps:
        echo(f"  {clean_line(step)}")
    if dry_run:
        echo("`pelican-buttercms doctor --repair` does it.")
    elif outcome.pull:
        echo("Run `pelican-buttercms pull` to get the newest content again.")
    else:
        echo("The content that builds read is whole and unchanged.")


@click.command()
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="How many pulls to keep.",
)
@click.option("--dry-run", is_flag=True, help="Only print what would be dropped.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@settings_option
def prune(*, settings: str | None, keep: int, dry_run: bool, as_json: bool) -> None:
    """Drop old pulls of all accounts and locales, and the records that only they needed.

    Never drops a pull that builds read. Removes records and media files that no kept pull needs,
    and pictures made by other settings, and frees their space on the disk.
    """
    options, _ = load(settings)
    pruned = drop_old(options.cache_path, keep, media_urls, recipe_of(options), dry_run=dry_run)
    if as_json:
        echo_json(asdict(pruned) | {"dry_run": dry_run})
    else:
        echo(_spell_pruned(pruned, dry_run=dry_run))


def _spell_pruned(pruned: Pruned, *, dry_run: bool) -> str:
    return (
        f"{'Would drop' if dry_run else 'Dropped'} {count_noun(len(pruned.pulls), 'pull')},"
        f" {count_noun(pruned.records, 'record')} and {count_noun(pruned.files, 'media file')}:"
        f" {count_noun(pruned.size, 'byte')}."
    )
