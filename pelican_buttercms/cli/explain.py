"""`pelican-buttercms explain`: why something is on the site, or is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

import click

from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.cli.account import asked_account
from pelican_buttercms.cli.formatting import echo, echo_json
from pelican_buttercms.cli.options import settings_option
from pelican_buttercms.errors import SettingsError
from pelican_buttercms.plugin.explain import Explanation
from pelican_buttercms.plugin.explain import explain as explain_word
from pelican_buttercms.plugin.settings_file import read_file

_LISTED = 5


@click.command()
@click.argument("word", metavar="URL-OR-NAME")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@settings_option
def explain(*, word: str, as_json: bool, settings: str | None) -> None:
    """Explain why something is on the site, or is not.

    Give a URL of the site, a path in the output folder, a record's name (posts/SLUG,
    pages/TYPE/SLUG, collections/KEY/ID) or its slug. Says its status in each language, what the
    settings make of it, the template, what its page was rendered from, and when ButterCMS was last
    asked. Sends no request to the API.
    """
    source, _ = asked_account(settings, preview=False)
    answers = explain_word(word, source, read_file(settings, {}))
    if not answers:
        raise SettingsError(
            f"Nothing that is stored or was built is called {word!r}. It may be misspelt, newer"
            " than the last pull (run `pelican-buttercms pull`), a draft (run"
            " `BUTTERCMS_PREVIEW=1 pelican-buttercms pull`), left out by a filter or limit of the"
            " settings, or of a page type or collection that they do not name."
        )
    if as_json:
        echo_json([asdict(answer) for answer in answers])
        return
    for answer in answers:
        for line in _lines(answer):
            echo(line)


def _lines(answer: Explanation) -> Iterator[str]:
    yield click.style(clean_line(answer.name), bold=True)
    yield from (f"  {clean_line(reason, 500)}" for reason in answer.reasons)
    for page in answer.pages[:_LISTED]:
        template = f" by {page.template}" if page.template else ""
        yield f"  {clean_line(page.path, 500)}{template}: {_sources(page.sources, answer.name)}"
    if len(answer.pages) > _LISTED:
        yield f"  and {len(answer.pages) - _LISTED:,} more pages show it"
    if not answer.pages:
        yield "  No page of the output folder is known to show it."


def _sources(names: Sequence[str], first: str) -> str:
    names = sorted(names, key=lambda name: name != first)
    if not names:
        return "what it was rendered from is not recorded"
    more = f" and {len(names) - _LISTED:,} more" if len(names) > _LISTED else ""
    return f"rendered from {clean_line(', '.join(names[:_LISTED]), 500)}{more}"
