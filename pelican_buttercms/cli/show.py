"""`pelican-buttercms show`: a record, and what a template writes to reach each of its values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.cli.formatting import echo, echo_json
from pelican_buttercms.cli.options import settings_option
from pelican_buttercms.cli.stored_content import one_key, open_content
from pelican_buttercms.cli.stored_pulls import preview_option
from pelican_buttercms.content.fields import Component
from pelican_buttercms.content.media import Media
from pelican_buttercms.content.naming import name_of
from pelican_buttercms.content.records import Page, Post, Record
from pelican_buttercms.content.template_paths import (
    TemplateValue,
    global_path,
    root_of,
    values_of,
)
from pelican_buttercms.settings import Settings
from pelican_buttercms.wording import count_noun

_SHOWN = 60


@click.command()
@click.argument("name")
@click.option("--locale", default="", help="The locale's API slug [default: the main one]")
@preview_option("Show the drafts that a preview has.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, with whole values.")
@settings_option
def show(*, name: str, locale: str, preview: bool, as_json: bool, settings: str | None) -> None:
    """Show a record, with what a template writes to reach each of its values.

    NAME is posts/SLUG, pages/TYPE/SLUG, collections/KEY/ID, authors/SLUG, categories/SLUG or
    tags/SLUG; its end alone, such as a slug, is enough where only one record has it. Sends no
    request to the API.
    """
    content = open_content(settings, preview=preview)
    chosen = content.locale(locale)
    graph = content.graph(chosen)
    records = {record.key: record for record in graph.records}
    record = records[one_key(name, records)]
    root = root_of(record, _role(record, content.options))
    report = {
        "name": str(record.key),
        "title": _title(record),
        "locale": record.locale or chosen.name,
        "template": root,
        "everywhere": global_path(record),
        "values": [_as_json(value) for value in values_of(record, root)],
        "missing": [
            {"field": missing.path, "target": missing.target}
            for missing in graph.dangling
            if missing.owner == record.key
        ],
        "referrers": list(_referrers(record, content.options)),
    }
    if as_json:
        echo_json(report)
        return
    for line in _lines(report, values_of(record, root)):
        echo(line)


def _role(record: Record, options: Settings) -> str:
    known = options.page_types.get(record.key.group) if isinstance(record, Page) else None
    return known.role if known else "data"


def _title(record: Record) -> str:
    return record.title if isinstance(record, Post) else name_of(record)


def _as_json(value: TemplateValue) -> dict[str, Any]:
    shown: dict[str, Any] = {"path": value.path, "is": _kind(value.value)}
    if isinstance(value.value, Record):
        shown["name"] = str(value.value.key)
    elif not value.holds_others:
        plain = value.value
        is_json = plain is None or isinstance(plain, bool | int | float)
        shown["value"] = plain if is_json else str(plain)
    return shown


def _kind(value: Any) -> str:
    if isinstance(value, Component):
        return f"component {value.type}"
    if isinstance(value, list):
        return f"list of {len(value):,}"
    if isinstance(value, Media):
        return "media"
    if isinstance(value, Record):
        return "record"
    names = {"str": "text", "NoneType": "empty", "datetime": "date", "bool": "yes or no"}
    kind = type(value).__name__
    return names.get(kind, "number" if kind in ("int", "float") else "fields")


def _referrers(record: Record, options: Settings) -> Iterator[dict[str, str]]:
    """Yield each record that refers to another, with the paths that a template writes for it."""
    owners = {referrer.owner.key: referrer.owner for referrer in record.referrers}
    for _, owner in sorted(owners.items()):
        for value in values_of(owner, root_of(owner, _role(owner, options))):
            if value.value is record:
                yield {"name": str(owner.key), "path": value.path}


def _lines(report: dict[str, Any], values: Iterator[TemplateValue]) -> Iterator[str]:
    where = f" [{report['locale']}]" if report["locale"] else ""
    yield click.style(f"{report['name']}{where}", bold=True) + f"  {_short(report['title'])}"
    if report["template"] != report["everywhere"]:
        yield f"In the template of its own page it is {report['template']}; in every template"
    yield f"{report['everywhere']}"
    yield ""
    for value in values:
        yield f"{'  ' * (value.depth + 1)}{clean_line(value.path, 2000)}  {_spelt(value)}"
    for title, rows in (
        ("Leads nowhere:", [f"{m['field']} → {m['target']}" for m in report["missing"]]),
        ("Referred to by:", [f"{r['name']}  {r['path']}" for r in report["referrers"]]),
    ):
        if rows:
            yield ""
            yield click.style(f"{title} {count_noun(len(rows), 'field')}", bold=True)
            yield from (f"  {clean_line(row, 2000)}" for row in rows)


def _spelt(value: TemplateValue) -> str:
    if isinstance(value.value, Record):
        name = f"→ {value.value.key}  {_title(value.value)}"
        return click.style(_short(name), fg="cyan")
    if value.holds_others or value.value is None:
        return click.style(f"({clean_line(_kind(value.value), _SHOWN)})", fg="yellow")
    return _short(str(value.value)) or click.style("(empty)", fg="yellow")


def _short(text: str) -> str:
    return clean_line(text, _SHOWN)
