"""`pelican-buttercms export`: what the CMS holds, as draft files to edit, to publish or to keep."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
import logging
from pathlib import Path
import sys

import click
from rich.console import Console

from pelican_buttercms.cli.account import asked_account
from pelican_buttercms.cli.formatting import begin_logging, echo
from pelican_buttercms.cli.options import settings_option
from pelican_buttercms.content import RawRecord
from pelican_buttercms.errors import NoContentError
from pelican_buttercms.plugin.settings_file import read_file
from pelican_buttercms.publish.base_versions import BaseVersions
from pelican_buttercms.publish.drafts.pelican_site import DraftSite
from pelican_buttercms.publish.export.candidates import Forms
from pelican_buttercms.publish.export.converter import converter
from pelican_buttercms.publish.export.exporter import Exporter, Outcome
from pelican_buttercms.publish.export.items import chosen, items_of
from pelican_buttercms.publish.export.roundtrip import ReadingBack
from pelican_buttercms.publish.resolve.account_schema import Known
from pelican_buttercms.sync import load
from pelican_buttercms.sync.account import Source, stored_records
from pelican_buttercms.sync.load import LoadedContent
from pelican_buttercms.sync.progress import LineProgress, Progress, RichProgress


@click.command()
@click.argument("what", nargs=-1)
@click.option(
    "--to", "folder", metavar="FOLDER", required=True, help="Where the files are written.",
    type=click.Path(path_type=Path, file_okay=False),
)  # fmt: skip
@click.option("--html", is_flag=True, help="Keep the bodies as HTML instead of Markdown.")
@click.option("--preview", is_flag=True, help="Export the drafts too; never make them public.")
@click.option("--force", is_flag=True, help="Write over files that have edits.")
@settings_option
def export(
    *,
    settings: str | None,
    what: Sequence[str],
    folder: Path,
    html: bool,
    preview: bool,
    force: bool,
) -> None:
    """Write posts, pages and collection items as files that `publish` reads back.

    WHAT is `posts`, `posts/SLUG`, `pages/TYPE`, `pages/TYPE/SLUG`, `collections/KEY` or
    `collections/KEY/ID`; without it, everything. The content is what a build would read: pulled
    when that is due. Each file is read back and compared before it is written, and a file that has
    edits of yours is left as it is.

    Exits with 0 when everything was written but files with edits of yours, with 1 when something
    could not be written, and with 2 when the settings or the names are wrong.
    """
    begin_logging(level=logging.WARNING)
    if not html:
        converter()  # say that it is missing before anything is asked
    source = asked_account(settings, preview=preview)[0]
    say = partial(echo, err=True)
    stored = load.read_content(source, say, _progress())
    items = chosen(items_of(stored.versions, _live(stored, preview=preview)), what)
    locales = source.options.locales
    site = DraftSite(read_file(settings, {}), {one.lang: one.name for one in locales})
    known = Known.learn(_records(source, stored), source.options)
    exporter = Exporter(
        folder,
        {one.name: one.lang for one in locales if one != source.options.main_locale},
        Forms(site, known, html=html),
        ReadingBack(site, known),
        BaseVersions(source.options.cache_path),
        force=force,
    )
    outcome = exporter.export(items)
    _tell(outcome, folder)
    if preview and items:
        say(f"{folder} holds drafts: keep it out of public repositories and sites.")
    if outcome.problems:
        sys.exit(1)


def _live(stored: LoadedContent, *, preview: bool) -> dict[str, list[RawRecord]]:
    """Give what is live; only that tells which of the drafts lie over something published.

    Raises:
        NoContentError: it is not known.
    """
    if not preview:
        return stored.versions
    if stored.live is None:
        raise NoContentError(
            "What is live is not known, so it cannot be told which of the content is a draft. Run"
            " `pelican-buttercms pull` without BUTTERCMS_PREVIEW first, or leave --preview away."
        )
    return stored.live


def _records(source: Source, stored: LoadedContent) -> list[RawRecord]:
    """Give what `publish` will know of the account, so that it reads what is written here."""
    shown = [raw for raws in stored.versions.values() for raw in raws]
    return shown if source.options.snapshot else [*stored_records(source)] or shown


def _progress() -> Progress:
    console = Console(stderr=True)
    say = partial(echo, err=True)
    return RichProgress(console, otherwise=say) if console.is_terminal else LineProgress(say)


def _tell(outcome: Outcome, folder: Path) -> None:
    for sentence in (*outcome.notes, *outcome.problems):
        echo(sentence, err=True)
    if outcome.edited:
        number = len(outcome.edited)
        files = "1 file has" if number == 1 else f"{number:,} files have"
        was = "was" if number == 1 else "were"
        names = ", ".join(str(path) for path in outcome.edited)
        echo(f"{files} edits of yours, and {was} left: {names}. --force writes over them.")
    parts = [f"{len(outcome.written):,} written"]
    parts += [f"{len(outcome.unchanged):,} as they were"] if outcome.unchanged else []
    parts += [f"{len(outcome.edited):,} left"] if outcome.edited else []
    parts += [f"{len(outcome.problems):,} failed"] if outcome.problems else []
    echo(f"Exported to {folder}: {', '.join(parts)}.")
