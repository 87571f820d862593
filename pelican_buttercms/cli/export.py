"""The command `pelican-buttercms export`, which writes the CMS's content as draft files."""

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
from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.errors import NoContentError
from pelican_buttercms.plugin.settings_file import read_file
from pelican_buttercms.publish.base_versions import BaseVersions
from pelican_buttercms.publish.drafts.pelican_site import DraftSite
from pelican_buttercms.publish.export.candidates import Candidates
from pelican_buttercms.publish.export.converter import converter
from pelican_buttercms.publish.export.draft_changes import DraftEditor
from pelican_buttercms.publish.export.existing_drafts import find_drafts
from pelican_buttercms.publish.export.exporter import Exporter, ExportReport
from pelican_buttercms.publish.export.items import items_of, select_items
from pelican_buttercms.publish.export.roundtrip import RoundtripReader
from pelican_buttercms.publish.resolve.account_schema import AccountSchema
from pelican_buttercms.settings import Settings
from pelican_buttercms.sync import load
from pelican_buttercms.sync.account import Source, stored_records
from pelican_buttercms.sync.load import LoadedContent
from pelican_buttercms.sync.progress import show_progress
from pelican_buttercms.wording import count_noun


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
    edits of yours is left as it is. What a draft in the content folder was published as is written
    into that draft; what is not live any more becomes Status: draft in its file.

    Exits with 0 when everything was written but files with edits of yours, with 1 when something
    could not be written, and with 2 when the settings or the names are wrong.
    """
    begin_logging(level=logging.WARNING)
    if not html:
        converter()  # fail early if the library is missing
    source = asked_account(settings, preview=preview)[0]
    emit = partial(echo, err=True)
    stored = load.read_content(source, emit, show_progress(Console(stderr=True), emit))
    everything = items_of(stored.versions, _live(stored, preview=preview))
    items = select_items(everything, what)
    locales = source.options.locales
    site = DraftSite(read_file(settings, {}), {locale.lang: locale.name for locale in locales})
    known = AccountSchema.from_records(_records(source, stored), source.options)
    reader = RoundtripReader(site, known)
    drafts, unreadable = find_drafts([site.content, folder], site, reader, known.main_locale)
    exporter = Exporter(
        folder,
        {each.name: each.lang for each in locales if each != source.options.main_locale},
        Candidates(site, known, html=html),
        reader,
        BaseVersions(source.options.cache_path),
        DraftEditor(site, known),
        drafts,
        force=force,
    )
    report = exporter.export(items)
    unpulled = {target for target in drafts if not _is_pulled(target.key, source.options)}
    if not what:
        exporter.withdraw({item.target for item in everything} | unpulled, report)
    report.notes += unreadable
    _print_report(report, folder)
    if preview and items:
        emit(f"{folder} holds drafts: keep it out of public repositories and sites.")
    if report.problems:
        sys.exit(1)


def _is_pulled(key: Key, options: Settings) -> bool:
    """Return whether a build has an item if it is live."""
    selection = options.selections.get(key[:2])
    if selection and selection.is_narrow:
        return False
    return options.posts if key.kind == "post" else key.group in options.page_types


def _live(stored: LoadedContent, *, preview: bool) -> dict[str, list[RawRecord]]:
    """Return the live records, which show which drafts lie over published content.

    Raises:
        NoContentError: the live records are not stored.
    """
    if not preview:
        return stored.versions
    if stored.live is None:
        raise NoContentError(
            "The live content is not stored, so drafts cannot be told from published content. Run"
            " `pelican-buttercms pull` without BUTTERCMS_PREVIEW first, or omit --preview."
        )
    return stored.live


def _records(source: Source, stored: LoadedContent) -> list[RawRecord]:
    """Return the records that `publish` will know, so that it reads the drafts in the same way."""
    records = [raw for raws in stored.versions.values() for raw in raws]
    return records if source.options.snapshot else [*stored_records(source)] or records


def _print_report(report: ExportReport, folder: Path) -> None:
    for sentence in (*report.notes, *report.problems):
        echo(sentence, err=True)
    if report.edited:
        number = len(report.edited)
        files = count_noun(number, "file has", "files have")
        was = "was" if number == 1 else "were"
        names = ", ".join(str(path) for path in report.edited)
        echo(
            f"{files} edits of yours and {was} left alone: {names}. `publish --merge` takes in what"
            " the CMS has changed, and --force overwrites them."
        )
    for path in report.updated:
        echo(f"{path} is a draft of it already, and has the CMS's values now.")
    for path in report.withdrawn:
        echo(f"{path} is Status: draft now: ButterCMS has deleted or withdrawn what it was.")
    parts = [f"{len(report.written):,} written"]
    parts += [f"{len(report.unchanged):,} as they were"] if report.unchanged else []
    parts += [f"{len(report.updated):,} updated"] if report.updated else []
    parts += [f"{len(report.withdrawn):,} withdrawn"] if report.withdrawn else []
    parts += [f"{len(report.edited):,} left"] if report.edited else []
    parts += [f"{len(report.problems):,} failed"] if report.problems else []
    echo(f"Exported to {folder}: {', '.join(parts)}.")
