"""The command `pelican-buttercms`: arguments in, exit code out."""

from __future__ import annotations

import sys

import click

from pelican_buttercms import __version__
from pelican_buttercms.cli.diff import diff
from pelican_buttercms.cli.emulate import emulate
from pelican_buttercms.cli.generations import generations, rollback
from pelican_buttercms.cli.preview import preview
from pelican_buttercms.cli.pull import pull
from pelican_buttercms.cli.share import share
from pelican_buttercms.cli.snapshot import snapshot
from pelican_buttercms.cli.status import status
from pelican_buttercms.cli.upkeep import doctor, prune, verify
from pelican_buttercms.errors import ButterCMSError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-s",
    "--settings",
    metavar="FILE",
    help="Pelican's settings file [default: pelicanconf.py]",
)
@click.version_option(__version__, prog_name="pelican-buttercms")
@click.pass_context
def cli(context: click.Context, settings: str | None) -> None:
    """Pull a ButterCMS account into the cache that Pelican builds from."""
    context.obj = settings


cli.add_command(pull)
cli.add_command(status)
cli.add_command(generations)
cli.add_command(diff)
cli.add_command(rollback)
cli.add_command(verify)
cli.add_command(doctor)
cli.add_command(prune)
cli.add_command(snapshot)
cli.add_command(share)
cli.add_command(preview)
cli.add_command(emulate)


def main() -> None:
    """Run the command; our errors are one paragraph on standard error and an exit code."""
    try:
        cli()
    except ButterCMSError as exc:
        click.echo(f"Error: {exc}", err=True)
        sys.exit(exc.exitcode)
