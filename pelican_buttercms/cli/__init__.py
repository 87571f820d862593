"""The command `pelican-buttercms`: arguments in, exit code out.

build, pull, preview, publish, new, export, diff, relay, emulate, snapshot, status, store
generations    `generations` and `rollback`
maintenance    `verify`, `doctor` and `prune`
next_publish   `next-publish`
options        options that several commands share
account        the configured account, live or with drafts
stored_pulls   stored pulls, by id or number
formatting     lines, JSON, logs and word diffs
plan_output    plans of `publish`
termination    signals that end a command as Ctrl-C does
"""

from __future__ import annotations

from importlib import import_module
import os
import sys

import click

from pelican_buttercms._version import __version__
from pelican_buttercms.cli.formatting import echo
from pelican_buttercms.cli.termination import treat_as_interrupt
from pelican_buttercms.errors import ButterCMSError
from pelican_buttercms.filesystem import explained

# in the order in which --help lists them
_COMMANDS = {
    "build": "build",
    "pull": "pull",
    "next-publish": "next_publish",
    "status": "status",
    "preview": "preview",
    "new": "new",
    "publish": "publish",
    "export": "export",
    "generations": "generations",
    "diff": "diff",
    "rollback": "generations",
    "verify": "maintenance",
    "doctor": "maintenance",
    "prune": "maintenance",
    "snapshot": "snapshot",
    "store": "store",
    "relay": "relay",
    "emulate": "emulate",
}
_FUNCTIONS = {"store": "share", "next-publish": "next_publish"}


class _LazyCommands(click.Group):
    """A group that imports a command when it is called: most need neither Pelican nor a server."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, None when there is none of that name."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"{__name__}.{_COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, _FUNCTIONS.get(cmd_name, cmd_name))
        return command


@click.group(cls=_LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-s",
    "--settings",
    metavar="FILE",
    help="Pelican's settings file [default: pelicanconf.py]",
)
@click.version_option(__version__, prog_name="pelican-buttercms")
@click.pass_context
def cli(context: click.Context, settings: str | None) -> None:
    """Bring ButterCMS content to Pelican, and local drafts to ButterCMS."""
    context.obj = settings


def main() -> None:
    """Run the command; our errors become one paragraph on standard error and an exit code.

    In a step of GitHub Actions, printed texts must not act as commands of its runner: texts of the
    API, of drafts and of the store are printed, too.
    """
    from pelican_buttercms.settings.terminal import print_any_text  # noqa: PLC0415  (--version)

    print_any_text()
    treat_as_interrupt()
    if os.environ.get("GITHUB_ACTIONS") == "true":
        from pelican_buttercms.plugin import github  # noqa: PLC0415  (it imports Pelican)

        github.watch(sys.stderr)
    try:
        with explained("The command ended, because a file cannot be read or written"):
            cli()
    except ButterCMSError as exc:
        for line in f"Error: {exc}".split("\n"):  # several problems have a line each
            echo(line, err=True)
        from pelican_buttercms.plugin import github  # noqa: PLC0415  (an error is rare)

        github.fail(exc)
        sys.exit(exc.exitcode)
