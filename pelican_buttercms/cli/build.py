"""`pelican-buttercms build`: a build by Pelican, with an optional check of its pages."""

from __future__ import annotations

import os

import click

from pelican_buttercms.cli.options import settings_option
from pelican_buttercms.plugin.settings_file import existing_file


@click.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": ["-h", "--help"]}
)
@click.option(
    "--verify-incremental",
    is_flag=True,
    help="Render every page, and compare those that would have been kept.",
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@settings_option
def build(*, settings: str | None, verify_incremental: bool, arguments: tuple[str, ...]) -> None:
    """Build the site as `pelican` does; ARGUMENTS are Pelican's own.

    With --verify-incremental the exit code is 1 if a page would have been kept although it has
    changed. The written page is correct then.
    """
    import pelican  # noqa: PLC0415  (slow, and it sets up logging)

    file = existing_file(settings)
    if verify_incremental:
        os.environ["BUTTERCMS_INCREMENTAL"] = "verify"
    pelican.main(["-s", str(file), *arguments])
