"""`pelican-buttercms diff`: the differences between two generations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
import sys
from typing import Any

import click

from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.cli.formatting import echo, echo_json, word_diff
from pelican_buttercms.cli.options import settings_option
from pelican_buttercms.cli.stored_pulls import (
    CHANGES,
    StoredPulls,
    compare,
    open_pulls,
    preview_option,
    spell_cause,
    spell_totals,
)
from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.content.diff import Difference, differences
from pelican_buttercms.content.fallbacks import LOCALISED
from pelican_buttercms.content.naming import title_of
from pelican_buttercms.content.raw_records import KINDS
from pelican_buttercms.errors import CHANGES_FOUND, SettingsError
from pelican_buttercms.store import Generation
from pelican_buttercms.sync.progress import PLURALS

_SIGNS = {"new": "+", "updated": "~", "deleted": "-"}
_COLOURS = {"new": "green", "updated": "yellow", "deleted": "red"}


@dataclass(frozen=True)
class ItemChange:
    """An item that differs between two generations.

    Attributes:
        raw: the newer version; of a deleted item, the last one.
        change: "new", "updated" or "deleted".
        fields: the fields that differ, for an updated item.
    """

    raw: RawRecord
    change: str
    fields: tuple[Difference, ...] = ()


@click.command()
@click.argument("old", required=False)
@click.argument("new", required=False)
@preview_option("Compare what is live with the preview content: what publishing all would change.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.option("--exit-code", is_flag=True, help="Exit with 3 when there are differences.")
@settings_option
def diff(
    *,
    settings: str | None,
    old: str | None,
    new: str | None,
    preview: bool,
    as_json: bool,
    exit_code: bool,
) -> None:
    """Show what changed from the pull OLD to the pull NEW, field by field.

    Each is a pull's id, its number, or a part of it. The default of NEW is the pull that builds
    read, and of OLD the one before. With --preview, OLD is a live pull and NEW a preview pull, by
    default the ones that builds read. Sends no request to the API.
    """
    with _sides(settings, old, new, preview=preview) as ((past, before), (present, after)):
        changes = list(_changes(past, before, present, after))
        if preview:  # publishing changes what editors wrote, not when they saved it
            changes = [item for item in changes if item.change != "updated" or item.fields]
        if as_json:
            items = [_as_json(item) for item in changes]
            report = {"old": before[0].id, "new": after[0].id, "items": items}
            echo_json(report)
        else:
            for line in _lines(past, before, after, changes):
                echo(line)
    sys.exit(CHANGES_FOUND if changes and exit_code else 0)


Side = tuple[StoredPulls, list[Generation]]


@contextmanager
def _sides(
    settings: str | None, old: str | None, new: str | None, *, preview: bool
) -> Iterator[tuple[Side, Side]]:
    """Open both stores and read the generations to compare."""
    with open_pulls(settings, preview=preview) as present:
        last = present.find(new) if new else present.current()
        if not preview:
            first = present.find(old) if old else present.before(last)
            yield (present, present.read(first)), (present, present.read(last))
            return
        with open_pulls(settings, preview=False) as past:
            if past.scopes[0].mode == "preview":
                raise SettingsError(
                    "`diff --preview` needs live content, which BUTTERCMS_PREVIEW hides. Unset it"
                    " in the settings file or in the environment."
                )
            first = past.find(old) if old else past.current()
            yield (past, past.read(first)), (present, present.read(last))


def _changes(
    past: StoredPulls,
    before: Sequence[Generation],
    present: StoredPulls,
    after: Sequence[Generation],
) -> Iterator[ItemChange]:
    for old, new, changes in zip(before, after, compare(before, after).values(), strict=True):
        by_key: dict[Key, str] = {
            key: change for change in CHANGES for key in getattr(changes, change)
        }
        for key in sorted(by_key, key=lambda key: (KINDS.index(key.kind), key)):
            change = by_key[key]
            if change == "new":
                yield ItemChange(present.store.record(new, key), change)
            elif change == "deleted":
                yield ItemChange(past.store.record(old, key), change)
            else:
                raw = present.store.record(new, key)
                fields = differences(past.store.record(old, key), raw)
                yield ItemChange(raw, change, tuple(fields))


def _as_json(item: ItemChange) -> dict[str, Any]:
    fields = [{"path": field.path, "old": field.old, "new": field.new} for field in item.fields]
    return {
        "key": str(item.raw.key),
        "locale": item.raw.locale,
        "what": item.change,
        "title": title_of(item.raw.data) or item.raw.key.id,
        "fields": fields,
    }


def _lines(
    pulls: StoredPulls,
    before: Sequence[Generation],
    after: Sequence[Generation],
    changes: list[ItemChange],
) -> Iterator[str]:
    counts = {change: sum(item.change == change for item in changes) for change in CHANGES}
    yield f"from {_name(pulls, before[0])}"
    yield f"to   {_name(pulls, after[0])}: {spell_totals(counts)}"
    for heading, items in groupby(changes, key=_heading):
        yield ""
        yield click.style(heading, bold=True)
        for item in items:
            yield from _item_lines(item)


def _name(pulls: StoredPulls, generation: Generation) -> str:
    origin = f"{spell_cause(generation.cause)}, {pulls.age(generation)}"
    return f"{generation.scope.mode} {generation.id} ({origin})"


def _heading(item: ItemChange) -> str:
    kind, locale = item.raw.key.kind, item.raw.locale
    return f"{PLURALS[kind]} [{locale}]" if locale and kind in LOCALISED else PLURALS[kind]


def _item_lines(item: ItemChange) -> Iterator[str]:
    sign = click.style(_SIGNS[item.change], fg=_COLOURS[item.change])
    title = title_of(item.raw.data) or item.raw.key.id
    yield f"  {sign} {clean_line(title)} ({clean_line(str(item.raw.key))})"
    for field in item.fields:
        yield f"      {clean_line(field.path)}: {word_diff(field.old, field.new)}"
    if item.change == "updated" and not item.fields:
        yield "      (saved again; nothing that editors write differs)"
