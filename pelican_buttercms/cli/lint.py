"""`pelican-buttercms lint`: what editors may want to mend in the stored content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
import os.path
from pathlib import Path
import sys
from urllib.parse import unquote, urlsplit

import click
from rich.console import Console

from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.cli.account import stored_account
from pelican_buttercms.cli.formatting import echo, echo_json
from pelican_buttercms.cli.options import settings_option
from pelican_buttercms.content.lint import CHECKS, LEVELS, Linter, LintFinding
from pelican_buttercms.content.raw_records import RawRecord
from pelican_buttercms.errors import CHANGES_FOUND
from pelican_buttercms.plugin import github
from pelican_buttercms.plugin.settings_file import read_file
from pelican_buttercms.sync import load
from pelican_buttercms.sync.progress import show_progress
from pelican_buttercms.wording import count_noun

_LONGEST = 300
_COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}


@click.command()
@click.option("--preview", is_flag=True, help="Look at the drafts too.")
@click.option(
    "--level",
    type=click.Choice(LEVELS),
    default="warning",
    show_default=True,
    help="What is shown, and exits with 3: this level and graver ones.",
)
@click.option(
    "--skip",
    multiple=True,
    metavar="CHECK",
    type=click.Choice(sorted(CHECKS)),
    help=f"Leave out a check: {', '.join(CHECKS)}.",
)
@click.option("--limit", default=200, show_default=True, type=click.IntRange(1), help="How many.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.option(
    "--format", "layout", type=click.Choice(("text", "github")), default="text", show_default=True,
    help="github: annotations of a step of GitHub Actions.",
)  # fmt: skip
@settings_option
def lint(
    *,
    settings: str | None,
    preview: bool,
    level: str,
    skip: Sequence[str],
    limit: int,
    as_json: bool,
    layout: str,
) -> None:
    """Find what editors may want to mend: texts, pictures and links.

    Looks at the stored content and sends no request to the API. Addresses that begin with `/` or
    with SITEURL are looked for in the output folder as the last build left it; without one, links
    are not looked at.

    Exits with 3 when something is found, with 0 when nothing is, with 1 when nothing is stored, and
    with 2 when the settings are wrong.
    """
    source, options = stored_account(settings, preview=preview)
    emit = partial(echo, err=True)
    stored = load.read_content(source, emit, show_progress(Console(stderr=True), emit))
    site = read_file(settings, {})
    output = Path(str(site["OUTPUT_PATH"]))
    if not (has_output := output.is_dir()):
        emit(f"Links were not looked at: there is no {output} yet. Build the site first.")
    check = partial(leads_nowhere, str(site["SITEURL"]), output) if has_output else _never
    everything = Linter(options.page_types, check).findings(_records(stored.versions.values()))
    rank = list[str](LEVELS).index(level)
    found = [one for one in everything if one.rank <= rank and one.check not in skip]
    shown = found[:limit]
    counts = Counter[str](one.level for one in found)
    if as_json:
        items = list(map(_as_json, shown))
        echo_json({"total": len(found), "counts": dict(counts), "findings": items})
    elif layout == "github":
        for one in shown:
            kind = "notice" if one.level == "info" else one.level
            if line := github.annotate(kind, f"ButterCMS: {one.check}", _spell(one)):
                echo(line)
    else:
        for one in shown:
            mark = click.style(one.level, fg=_COLOURS[one.level])
            echo(f"{mark} {_spell(one)} ({one.check})")
    more = f", of which {limit:,} are shown (--limit)" if len(found) > limit else ""
    names = [name for name in ("error", "warning") if counts[name]]
    told = ", ".join(count_noun(counts[name], name) for name in names)
    if counts["info"]:
        told = f"{told}, {counts['info']:,} of level info".removeprefix(", ")
    emit(f"Found {told or 'nothing'}{more}.")
    sys.exit(CHANGES_FOUND if found else 0)


def _records(versions: Iterable[list[RawRecord]]) -> Iterator[RawRecord]:
    """Yield each version of each record once, wherever it stands in for a translation."""
    seen = set()
    for records in versions:
        for raw in records:
            if (raw.key, raw.locale) not in seen:
                seen.add((raw.key, raw.locale))
                yield raw


def _spell(finding: LintFinding) -> str:
    locale = f" [{finding.locale}]" if finding.locale else ""
    path = f" {finding.path}" if finding.path else ""
    return clean_line(f"{finding.record}{locale}{path}: {finding.text}", _LONGEST)


def _as_json(finding: LintFinding) -> dict[str, str | None]:
    return {
        "level": finding.level,
        "check": finding.check,
        "record": finding.record,
        "locale": finding.locale or None,
        "path": finding.path,
        "text": clean_line(finding.text, _LONGEST),
    }


def _never(_address: str) -> bool:
    return False


def leads_nowhere(siteurl: str, output: Path, address: str) -> bool:
    """Return whether an address of the site has no file in the output folder.

    Args:
        siteurl: the address of the site; "" where it is not known.
        output: the folder.
        address: as editors wrote it. Those of other hosts, and those that are relative to a page,
            are nobody's to judge here.
    """
    with suppress(ValueError):
        own, asked = urlsplit(siteurl), urlsplit(address)
        is_own = asked.scheme in {"http", "https"} and asked.netloc.lower() == own.netloc.lower()
        is_path = not asked.scheme and not asked.netloc and asked.path.startswith("/")
        base = own.path.rstrip("/")
        path = asked.path or "/"
        if not (is_own or is_path) or not f"{path}/".startswith(f"{base}/"):
            return False
        name = unquote(path[len(base) :]).strip("/")
        if "\0" in name or ".." in name.split("/"):
            return True
        places = (name, f"{name}.html", f"{name}/index.html") if name else ("index.html",)
        return not any(map(os.path.isfile, (output / place for place in places)))
    return False
