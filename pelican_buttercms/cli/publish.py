"""The command `pelican-buttercms publish`, which writes local drafts to the CMS."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
import logging
import os
from pathlib import Path
import sys
from typing import Any

import click

from pelican_buttercms.cli.formatting import begin_logging, echo, echo_json, table
from pelican_buttercms.cli.options import settings_option
from pelican_buttercms.cli.plan_output import (
    done_line,
    outcomes_as_json,
    plan_as_json,
    plan_lines,
)
from pelican_buttercms.errors import CHANGES_FOUND, DraftError, PublishError, SettingsError
from pelican_buttercms.plugin.settings_file import load, read_file
from pelican_buttercms.publish.apply.run_history import RUN_NAME, RunHistory
from pelican_buttercms.publish.apply.types import PublishReport
from pelican_buttercms.publish.base_versions import BaseVersions
from pelican_buttercms.publish.drafts.pelican_site import DraftSite
from pelican_buttercms.publish.drafts.read import is_plan
from pelican_buttercms.publish.plan.options import PublishOptions
from pelican_buttercms.publish.plan.plan import Plan, Problem
from pelican_buttercms.publish.plan.plan_file import save_plan
from pelican_buttercms.publish.plan.three_way_merge import Policy
from pelican_buttercms.publish.session import PublishSession, open_session
from pelican_buttercms.publish.undo import run_rows
from pelican_buttercms.settings.durations import parse_duration
from pelican_buttercms.sync.account import Source, account_name


class _Command(click.Command):
    """A command that knows `publish undo`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments, `undo` among them."""
        return super().parse_args(ctx, _spell_out_undo(args))


def _spell_out_undo(args: list[str]) -> list[str]:
    """Return `undo [RUN]` as `--restore RUN`, unless a draft is called undo."""
    if "undo" not in args or os.path.lexists("undo"):
        return args
    rest = [arg for arg in args if arg != "undo"]
    at = args.index("undo")
    following = args[at + 1 : at + 2]
    runs = [arg for arg in rest if RUN_NAME.fullmatch(arg)]
    runs = runs or [arg for arg in following if not arg.startswith("-")] or ["last"]
    return ["--restore", runs[0], *(arg for arg in rest if arg != runs[0])]


@click.command(cls=_Command)
@click.argument("drafts", nargs=-1, type=click.Path(path_type=Path))
@click.option("--restore", metavar="RUN", help="Put back what a run overwrote; `last` is the last.")
@click.option("--runs", is_flag=True, help="List the runs that can be undone.")
@click.option("--dry-run", is_flag=True, help="Show the plan, and send nothing.")
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path), help="Save the plan there.")
@click.option("--exit-code", is_flag=True, help="Exit with 3 when the plan has changes.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--status", type=click.Choice(["draft", "published"]), help="Give everything this status."
)
@click.option("--merge", is_flag=True, help="Keep what only the CMS has changed since.")
@click.option("--ours", is_flag=True, help="Where the CMS has changed since, the draft wins.")
@click.option("--theirs", is_flag=True, help="Where the CMS has changed since, the CMS wins.")
@click.option("--delete", is_flag=True, help="Delete what the drafts were published as.")
@click.option(
    "--include-pending", is_flag=True, help="Publish an editor's unpublished changes along."
)
@click.option(
    "--allow-unknown", is_flag=True, help="Send fields and components that no content has yet."
)
@click.option(
    "--upload-images", is_flag=True, help="Take the pictures in posts into the media library."
)
@click.option(
    "--wait", default="60s", metavar="DURATION", help="How long a write may take to show.",
    show_default=True,
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
@click.option("-v", "--verbose", is_flag=True, help="Show each retry.")
@settings_option
def publish(settings: str | None, drafts: tuple[Path, ...], **options: Any) -> None:
    """Publish DRAFTS (files and folders), or a plan that --out saved; or undo a run.

    Compares them with what the CMS holds now, shows what would change, asks, writes one after the
    other, and checks each write until it shows. Exits with 0 when everything is as the drafts
    say, with 3 when --exit-code is given and the plan has changes, and with 1 when something is
    wrong: then nothing was sent, or the message says what was.

    `publish undo [RUN]` restores what a run overwrote, with a plan like any other.
    """
    begin_logging(
        level=logging.INFO if options["verbose"] else logging.WARNING,
    )
    try:
        changed = _publish(settings, drafts, options)
    except DraftError as exc:
        if options["as_json"]:
            problems = tuple(Problem((), text) for text in exc.problems)
            echo_json({**plan_as_json(Plan("", problems=problems)), "outcomes": []})
        raise
    if changed and options["exit_code"]:
        sys.exit(CHANGES_FOUND)


def _publish(settings: str | None, paths: tuple[Path, ...], options: dict[str, Any]) -> bool:
    """Plan and, unless only a plan was asked for, apply; return whether there were changes."""
    loaded, environment = load(settings)
    now = datetime.now(UTC)
    source = Source(replace(loaded, preview=False), environment, now=lambda: now)
    locales = {locale.lang: locale.name for locale in loaded.locales}
    _check_arguments(paths, options)
    if options["runs"]:
        _list_runs(source)
        return False
    site = DraftSite(read_file(settings, {}), locales, media_url=loaded.files_url)
    plan_only = options["dry_run"] or options["out"] is not None
    within = _seconds(options["wait"])
    _check_there(paths)
    with open_session(source, site, _emit, writing=not plan_only, within=within) as session:
        publish_options = _publish_options(options)
        if publish_options != PublishOptions() and any(map(is_plan, paths)):
            raise SettingsError(
                "A saved plan is applied as it is. Give --status, --delete and the like when you"
                " make it, and publish it without them."
            )
        undone = options["restore"]
        plan = (
            session.plan_undo(undone, publish_options)
            if undone
            else session.plan(paths, publish_options)
        )
        if options["out"] and not plan.refused:
            save_plan(options["out"], plan)
        _show(plan, options, is_last=plan_only or plan.refused)
        if plan.refused:
            raise PublishError("Nothing was sent, because of the lines with a !.")
        if not plan_only and _agreed(plan, yes=options["yes"]):
            _apply(session, plan, options)
    return bool(plan.steps)


def _check_arguments(paths: tuple[Path, ...], options: dict[str, Any]) -> None:
    """Check that there is something to do, and one thing only."""
    undoing = options["restore"] is not None or options["runs"]
    if undoing and paths:
        raise SettingsError("A run is undone as a whole: give no drafts with `undo` or --restore.")
    if options["restore"] and options["out"]:
        raise SettingsError("A plan that undoes a run is not saved: give --dry-run to see it.")
    if options["restore"] and options["status"] == "published":
        raise SettingsError("--status draft makes drafts of what the run created; nothing else is.")
    if not undoing and not paths:
        raise SettingsError(
            "Name the drafts to publish: files or folders. `publish undo` undoes the last run."
        )


def _list_runs(source: Source) -> None:
    folder = source.options.cache_path
    rows = list(run_rows(RunHistory(folder, BaseVersions(folder), account_name(source)).runs()))
    if not rows:
        echo("No run of publish is kept in this cache folder.")
        return
    for line in table(("RUN", "CHANGES", "DRAFTS"), rows):
        echo(line)


def _check_there(paths: tuple[Path, ...]) -> None:
    """Check that all named files exist, before any call.

    Raises:
        DraftError: with every missing file.
    """
    if missing := [path for path in paths if not os.path.lexists(path)]:
        raise DraftError([f"{path}: there is no such file: check the name." for path in missing])


def _publish_options(options: dict[str, Any]) -> PublishOptions:
    if options["ours"] and options["theirs"]:
        raise SettingsError("--ours and --theirs contradict each other: give one of them.")
    wins: Any = "ours" if options["ours"] else "theirs" if options["theirs"] else ""
    return PublishOptions(
        options["status"],
        Policy(merge=options["merge"], wins=wins),
        include_pending=options["include_pending"],
        allow_unknown=options["allow_unknown"],
        delete=options["delete"],
    )


def _seconds(text: str) -> float:
    try:
        return parse_duration(text).total_seconds()
    except ValueError as exc:
        raise SettingsError(f"--wait: {exc}.") from exc


def _show(plan: Plan, options: dict[str, Any], *, is_last: bool) -> None:
    """Print the plan; as JSON only where nothing follows, as what was done comes with it."""
    if options["as_json"] and is_last:
        outcomes = {"outcomes": outcomes_as_json(plan, None)} if plan.refused else {}
        echo_json({**plan_as_json(plan), **outcomes})
    elif not (options["as_json"] and options["yes"]):
        for line in plan_lines(plan):
            echo(line, err=options["as_json"])


def _agreed(plan: Plan, *, yes: bool) -> bool:
    """Return whether to apply the plan; ask the user unless --yes was given."""
    if not plan.steps or yes:
        return True
    if not sys.stdin.isatty():
        raise PublishError(
            "Nothing was sent: there is no terminal to ask on. Give --yes to publish without"
            " asking, or --dry-run for the plan only."
        )
    if click.confirm("Send this to the CMS?", err=True):
        return True
    echo("Nothing was sent.", err=True)
    return False


def _apply(session: PublishSession, plan: Plan, options: dict[str, Any]) -> None:
    """Apply the plan; print what was done, even after an error or an interrupt."""
    report = PublishReport()
    interrupted = False
    try:
        session.apply(plan, report, upload_images=options["upload_images"])
    except KeyboardInterrupt:
        interrupted = True
        raise
    finally:
        for text in report.warnings:
            echo(f"note: {text}", err=True)
        if options["as_json"]:
            echo_json({**plan_as_json(plan), "outcomes": outcomes_as_json(plan, report)})
        echo(done_line(plan, report), err=options["as_json"])
        if interrupted:
            _emit("Publishing was interrupted. Publish the same drafts again for the rest.")


def _emit(text: str) -> None:
    echo(text, err=True)
