"""`pelican-buttercms diff`: what changed from one generation to another."""

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
    Pulls,
    compare,
    open_pulls,
    preview_option,
    spell_cause,
    spell_totals,
)
from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.content.diff import Difference, differences
from pelican_buttercms.content.fallbacks import LOCALISED
from pelican_buttercms.content.raw_records import KINDS
from pelican_buttercms.errors import SettingsError
from pelican_buttercms.store import Generation
from pelican_buttercms.sync.progress import PLURALS

_SIGNS = {"new": "+", "updated": "~", "deleted": "-"}
_COLOURS = {"new": "green", "updated": "yellow", "deleted": "red"}
_LABELS = ("title", "name", "label", "headline", "question")


@dataclass(frozen=True)
class Change:
    """One item that differs.

    Attributes:
        raw: its newer version; of a deleted one, the last.
        what: "new", "updated" or "deleted".
        fields: what differs, for an updated one.
    """

    raw: RawRecord
    what: str
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

    Each is a pull's id, its number, or a part of it. Without NEW, the pull that builds read;
    without OLD, the one before. With --preview, OLD is live and NEW is preview content; without
    them, the ones that builds read. Asks the API nothing.
    """
    with _sides(settings, old, new, preview=preview) as ((past, before), (present, after)):
        found = list(_changes(past, before, present, after))
        if preview:  # publishing changes what editors wrote, not when they saved it
            found = [one for one in found if one.what != "updated" or one.fields]
        if as_json:
            items = [_as_json(one) for one in found]
            report = {"old": before[0].id, "new": after[0].id, "items": items}
            echo_json(report)
        else:
            for line in _lines(past, before, after, found):
                echo(line)
    sys.exit(3 if found and exit_code else 0)


Side = tuple[Pulls, list[Generation]]


@contextmanager
def _sides(
    settings: str | None, old: str | None, new: str | None, *, preview: bool
) -> Iterator[tuple[Side, Side]]:
    """Open what is compared."""
    with open_pulls(settings, preview=preview) as present:
        last = present.find(new) if new else present.current()
        if not preview:
            first = present.find(old) if old else present.before(last)
            yield (present, present.read(first)), (present, present.read(last))
            return
        with open_pulls(settings, preview=False) as past:
            if past.scopes[0].mode == "preview":
                raise SettingsError(
                    "`diff --preview` compares with what is live, which BUTTERCMS_PREVIEW hides."
                    " Unset it, in the settings file or in the environment."
                )
            first = past.find(old) if old else past.current()
            yield (past, past.read(first)), (present, present.read(last))


def _changes(
    past: Pulls, before: Sequence[Generation], present: Pulls, after: Sequence[Generation]
) -> Iterator[Change]:
    for one, other, changes in zip(before, after, compare(before, after).values(), strict=True):
        kinds: dict[Key, str] = {key: what for what in CHANGES for key in getattr(changes, what)}
        for key in sorted(kinds, key=lambda key: (KINDS.index(key.kind), key)):
            what = kinds[key]
            if what == "new":
                yield Change(present.store.record(other, key), what)
            elif what == "deleted":
                yield Change(past.store.record(one, key), what)
            else:
                raw = present.store.record(other, key)
                fields = differences(past.store.record(one, key), raw)
                yield Change(raw, what, tuple(fields))


def _title(raw: RawRecord) -> str:
    """Name an item for people."""
    fields = raw.data.get("fields")
    for data in (raw.data, fields if isinstance(fields, dict) else {}):
        found = (data.get(name) for name in _LABELS)
        if title := next((value for value in found if isinstance(value, str) and value), None):
            return title
    names = (raw.data.get("first_name"), raw.data.get("last_name"))
    return " ".join(name for name in names if isinstance(name, str) and name) or raw.key.id


def _as_json(change: Change) -> dict[str, Any]:
    return {
        "key": str(change.raw.key),
        "locale": change.raw.locale,
        "what": change.what,
        "title": _title(change.raw),
        "fields": [{"path": one.path, "old": one.old, "new": one.new} for one in change.fields],
    }


def _lines(
    pulls: Pulls, before: Sequence[Generation], after: Sequence[Generation], found: list[Change]
) -> Iterator[str]:
    counts = {what: sum(one.what == what for one in found) for what in CHANGES}
    yield f"from {_name(pulls, before[0])}"
    yield f"to   {_name(pulls, after[0])}: {spell_totals(counts)}"
    for heading, changes in groupby(found, key=_heading):
        yield ""
        yield click.style(heading, bold=True)
        for change in changes:
            yield from _change_lines(change)


def _name(pulls: Pulls, generation: Generation) -> str:
    made = f"{spell_cause(generation.cause)}, {pulls.age(generation)}"
    return f"{generation.scope.mode} {generation.id} ({made})"


def _heading(change: Change) -> str:
    kind, locale = change.raw.key.kind, change.raw.locale
    return f"{PLURALS[kind]} [{locale}]" if locale and kind in LOCALISED else PLURALS[kind]


def _change_lines(change: Change) -> Iterator[str]:
    sign = click.style(_SIGNS[change.what], fg=_COLOURS[change.what])
    yield f"  {sign} {clean_line(_title(change.raw))} ({clean_line(str(change.raw.key))})"
    for field in change.fields:
        yield f"      {clean_line(field.path)}: {word_diff(field.old, field.new)}"
    if change.what == "updated" and not change.fields:
        yield "      (saved again; nothing that editors write differs)"
