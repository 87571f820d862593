"""The command `pelican-buttercms`: arguments in, exit code out.

init, build, pull, lint, preview, notify, publish, new, export, diff, relay, emulate, snapshot
status         what is stored
store          `store push` and `store pull`
show, explain  a record and its paths in templates, and why it is on the site
schema         `schema`: the fields that content has, as JSON Schema or as a template
generations    `generations` and `rollback`
site_files     the files that `init` writes
doctor         `doctor`: the checks of settings, account and store
local_checks   the checks of `doctor` on this machine
maintenance    `verify`, `prune`, and the repair of `doctor`
next_publish   `next-publish`
options        options that several commands share
account        the configured account, live or with drafts
stored_content  the stored content, linked, and records by their names
recording      an account as a folder that the emulator plays
stored_pulls   stored pulls, by id or number
formatting     lines, JSON, logs and word diffs
plan_output    plans of `publish`
termination    signals that end a command as Ctrl-C does
"""

from __future__ import annotations

from importlib import import_module
import os
import sys
from typing import NamedTuple

import click

from pelican_buttercms._version import __version__
from pelican_buttercms.cli.formatting import echo
from pelican_buttercms.cli.termination import treat_as_interrupt
from pelican_buttercms.errors import ButterCMSError
from pelican_buttercms.filesystem import explained
from pelican_buttercms.wording import did_you_mean


class _CommandEntry(NamedTuple):
    """A command of the group: its module and function, and its line in `--help`."""

    module: str
    function: str
    line: str


# in the order in which --help lists them; a line is whole in a terminal of 80 columns
_SECTIONS: dict[str, dict[str, _CommandEntry]] = {
    "Begin": {
        "init": _CommandEntry("init", "init", "Set up a site, or add ButterCMS to one"),
        "doctor": _CommandEntry(
            "doctor", "doctor", "Check settings, account and store, and say what to mend"
        ),
    },
    "Build": {
        "build": _CommandEntry(
            "build", "build", "Build the site as `pelican` does, and verify rebuilds"
        ),
        "preview": _CommandEntry(
            "preview", "preview", "Show the site with its drafts, always up to date"
        ),
        "notify": _CommandEntry(
            "notify", "notify", "Send what a deploy has changed to search engines"
        ),
    },
    "Content": {
        "pull": _CommandEntry("pull", "pull", "Pull everything that the settings name"),
        "status": _CommandEntry(
            "status", "status", "Show what is stored, its age, and this month's calls"
        ),
        "show": _CommandEntry(
            "show", "show", "Show a record, and what templates write for its values"
        ),
        "explain": _CommandEntry(
            "explain", "explain", "Say why something is on the site, or is not"
        ),
        "schema": _CommandEntry(
            "schema", "schema", "Write the fields that content has, and find what changed"
        ),
        "lint": _CommandEntry("lint", "lint", "Find what editors may want to mend"),
        "next-publish": _CommandEntry(
            "next_publish", "next_publish", "Print when the next item is due"
        ),
    },
    "Drafts": {
        "new": _CommandEntry("new", "new", "Write a draft to be filled in"),
        "publish": _CommandEntry(
            "publish", "publish", "Publish local drafts to ButterCMS, with a plan first"
        ),
        "export": _CommandEntry("export", "export", "Write content of the CMS as drafts"),
    },
    "History": {
        "generations": _CommandEntry(
            "generations", "generations", "List the pulls that are stored"
        ),
        "diff": _CommandEntry("diff", "diff", "Show what changed from one pull to another"),
        "rollback": _CommandEntry("generations", "rollback", "Make builds read an older pull"),
        "snapshot": _CommandEntry(
            "snapshot", "snapshot", "Export or import content as files to commit"
        ),
    },
    "Store": {
        "store": _CommandEntry("store", "share", "Share the store among build runners"),
        "verify": _CommandEntry("maintenance", "verify", "Check that everything stored is whole"),
        "prune": _CommandEntry("maintenance", "prune", "Drop old pulls and what only they needed"),
    },
    "Servers": {
        "relay": _CommandEntry("relay", "relay", "Receive webhooks and start builds"),
        "emulate": _CommandEntry("emulate", "emulate", "Play an account from a folder"),
    },
}
_COMMANDS = {name: entry for section in _SECTIONS.values() for name, entry in section.items()}


def commands_by_name() -> dict[str, click.Command]:
    """Return every command, imported, in the order of `--help`."""
    return {name: _imported(entry) for name, entry in _COMMANDS.items()}


def _imported(entry: _CommandEntry) -> click.Command:
    command: click.Command = getattr(import_module(f"{__name__}.{entry.module}"), entry.function)
    return command


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
        return _imported(_COMMANDS[cmd_name])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the arguments name.

        Raises:
            click.UsageError: there is none of that name; the nearest one is offered.
        """
        if args and args[0] not in _COMMANDS:  # click knows only commands that are imported
            ctx.fail(f"No such command {args[0]!r}.{did_you_mean(args[0], _COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands in their sections, without importing one."""
        del ctx
        width = max(map(len, _COMMANDS))
        for title, section in _SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl(
                    [(name.ljust(width), entry.line) for name, entry in section.items()]
                )


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
