"""`pelican-buttercms generations` and `rollback`: the stored pulls, and which one builds read."""

from __future__ import annotations

from collections.abc import Iterator
import sys
from typing import Any

import click

from pelican_buttercms.cli.formatting import echo, echo_json, table
from pelican_buttercms.cli.options import settings_option
from pelican_buttercms.cli.stored_pulls import (
    StoredPulls,
    change_lines,
    compare,
    manifests,
    open_pulls,
    preview_option,
    spell_cause,
    spell_totals,
    totals,
)
from pelican_buttercms.errors import NoContentError, SettingsError, StoreError
from pelican_buttercms.store import Generation


@click.command()
@preview_option("List the pulls of preview content.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@settings_option
def generations(*, settings: str | None, preview: bool, as_json: bool) -> None:
    """List the stored generations of this account and these locales, newest first.

    Shows when and why each was created, and the calls that it cost. A star marks the one that
    builds read. Sends no request to the API. Exits with 0, or with 1 when nothing is stored yet.
    """
    try:
        with open_pulls(settings, preview=preview) as pulls:
            rows = list(_rows(pulls))
    except NoContentError as exc:
        if as_json:
            echo_json({"pulls": []})
        else:
            echo(exc)
        sys.exit(1)
    if as_json:
        echo_json({"pulls": [{n: v for n, v in row.items() if n != "age"} for row in rows]})
    else:
        for line in _table(rows):
            echo(line)


def _rows(pulls: StoredPulls) -> Iterator[dict[str, Any]]:
    ids, current = pulls.ids(), pulls.current()
    pinned = pulls.store.is_pinned(pulls.scopes)
    generations = {number: _read(pulls, number) for number in ids}
    for number, versions in generations.items():
        before = generations.get(_parent(versions, ids, number))
        row: dict[str, Any] = {
            "id": number,
            "mode": pulls.scopes[0].mode,
            "in_use": number == current,
            "pinned": pinned and number == current,
            "damaged": versions is None,
        }
        if versions:
            first = versions[0]
            row |= {
                "created_at": first.created.isoformat(),
                "cause": first.cause,
                "parents": list(first.parents),
                "pulled_at": first.pulled_at.isoformat(),
                "age": f"{first.created:%Y-%m-%d %H:%M} UTC, {pulls.age(first)}",
                "calls": first.calls,
                "records": sum(map(len, manifests(versions).values())),
                "changes": totals(compare(before, versions)) if before else None,
            }
        yield row


def _parent(versions: list[Generation] | None, ids: list[str], number: str) -> str:
    """Return the id to compare a generation with: its parent, else the one before."""
    older = [known for known in ids if known < number]
    parents = [parent for parent in versions[0].parents if parent in older] if versions else []
    return next(iter([*parents, *older]), "")


def _read(pulls: StoredPulls, number: str) -> list[Generation] | None:
    """Read a pull; None if it is damaged, so that the others are listed all the same."""
    try:
        return pulls.read(number)
    except StoreError:
        return None


def _table(rows: list[dict[str, Any]]) -> Iterator[str]:
    headings = ("", "PULL", "CREATED", "CAUSE", "CALLS", "RECORDS", "CHANGES")
    return table(headings, map(_cells, rows))


def _cells(row: dict[str, Any]) -> list[str]:
    star = "*" if row["in_use"] else " "
    note = "(builds read it; pinned)" if row["pinned"] else "(builds read it)" * row["in_use"]
    if row["damaged"]:
        damage = "damaged; `pelican-buttercms doctor` drops it"
        return [star, row["id"], "", "", "", "", damage]
    changes = "the oldest" if row["changes"] is None else spell_totals(row["changes"])
    return [
        star,
        row["id"],
        row["age"],
        spell_cause(row["cause"]),
        f"{row['calls']:,}",
        f"{row['records']:,}",
        f"{changes} {note}".rstrip(),
    ]


@click.command()
@click.argument("number", metavar="[ID]", required=False)
@click.option("--newest", is_flag=True, help="Let builds read the newest pull again.")
@preview_option("Roll the preview content back.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@settings_option
def rollback(
    *, settings: str | None, number: str | None, newest: bool, preview: bool, as_json: bool
) -> None:
    """Make builds read an older pull, until the next `pelican-buttercms pull`.

    ID is a pull's id, its number, or a part of it; the default is the pull before the current one.
    Sends no request to the API and builds nothing.
    """
    if newest and number:
        raise SettingsError("`rollback --newest` takes no ID: it means the newest pull.")
    with open_pulls(settings, preview=preview) as pulls:
        current = pulls.current()
        target = _target(pulls, current, number, newest=newest)
        before = _read(pulls, current)
        after = pulls.store.roll_back(pulls.scopes, target)
        changes = compare(before, after) if before else {}
        pinned = pulls.store.is_pinned(pulls.scopes)
        if as_json:
            counts = totals(changes) if before else None
            outcome = {"old": current, "new": target, "changes": counts, "pinned": pinned}
            echo_json(outcome)
            return
        if target == current:
            echo(f"Builds read the pull {target} already.")
        else:
            echo(
                f"Builds now read the pull {target} of {pulls.age(after[0])}, no longer {current}."
            )
            for line in change_lines(changes):
                echo(f"  {line}")
            echo("Build the site again to show it.")
        if pinned:
            flag = " --preview" if pulls.scopes[0].mode == "preview" else ""
            echo(
                f"`pelican-buttercms rollback --newest{flag}` goes back to the newest pull, and so"
                " does the next `pelican-buttercms pull`."
            )


def _target(pulls: StoredPulls, current: str, number: str | None, *, newest: bool) -> str:
    if newest:
        return pulls.ids()[0]
    return pulls.find(number) if number else pulls.before(current)
