"""`pelican-buttercms doctor`: checks of settings, account and store, each with its mending."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
import os
from pathlib import Path
import sys

import click

from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.cli.formatting import echo, echo_json
from pelican_buttercms.cli.local_checks import (
    Finding,
    Level,
    check_env_file,
    check_names,
    check_other_file,
    check_relay,
    check_store,
    check_templates,
    check_versions,
)
from pelican_buttercms.cli.maintenance import repair_store
from pelican_buttercms.cli.options import settings_option
from pelican_buttercms.errors import APIError, ButterCMSError, InvalidRequestError, SettingsError
from pelican_buttercms.plugin.settings_file import load, read_file, settings_file
from pelican_buttercms.settings import Environment, Settings
from pelican_buttercms.settings.environment import WRITE_TOKEN_NAME
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.account_survey import POSTS, AccountSurvey
from pelican_buttercms.wording import count_noun

_NEARLY_SPENT = 0.8


@click.command()
@click.option("--offline", is_flag=True, help="Look at this machine only; make no API call.")
@click.option("--repair", is_flag=True, help="Set aside what is damaged in the store.")
@click.option("--dry-run", is_flag=True, help="With --repair: only print what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@settings_option
def doctor(
    *, settings: str | None, offline: bool, repair: bool, dry_run: bool, as_json: bool
) -> None:
    """Check versions, settings, variables, templates, store, token and names; change nothing.

    Each fault comes with its mending. Asks the API once for posts, for each page type, collection
    and further locale, and for the write token; --offline asks nothing. Exits with 0, or with 1
    when there is a problem; warnings do not count.

    With --repair, the store is copied, and the pulls and media files that are not whole are
    dropped, for the next pull to fetch again. A database that cannot be read at all is moved aside.
    What is set aside is never deleted.
    """
    if dry_run and not repair:
        raise click.UsageError("--dry-run belongs to --repair; doctor alone changes nothing.")
    if repair:
        options, _ = load(settings)
        repair_store(options, dry_run=dry_run, as_json=as_json)
        return
    findings = list(_examine(settings, offline=offline))
    problems = [finding for finding in findings if finding.level == "problem"]
    if as_json:
        echo_json({"problems": len(problems), "findings": [asdict(found) for found in findings]})
    else:
        for finding in findings:
            _print(finding)
        warnings = sum(finding.level == "warning" for finding in findings)
        echo(f"{count_noun(len(problems), 'problem')}, {count_noun(warnings, 'warning')}.")
    sys.exit(1 if problems else 0)


def _print(finding: Finding) -> None:
    colour = {"ok": "green", "warning": "yellow", "problem": "red"}[finding.level]
    mark = click.style(finding.level.ljust(8), fg=colour)
    echo(f"{mark} {finding.check}: {clean_line(finding.text, 1000)}")
    if finding.mending:
        echo(f"         {clean_line(finding.mending, 1000)}")


def _examine(settings: str | None, *, offline: bool) -> Iterator[Finding]:
    yield from check_versions()
    file = settings_file(settings)
    try:
        environment = Environment.load(os.environ, [Path.cwd(), file.absolute().parent])
        site = read_file(settings, {})
        yield from check_names(site, environment)
        yield from check_other_file(file, site)
        options = Settings.from_pelican(site, environment)
    except SettingsError as exc:
        for problem in exc.problems:
            yield Finding("settings", "problem", problem)
        return
    yield Finding("settings", "ok", f"{file} can be used")
    yield from check_templates(options, site)
    yield from check_relay(environment)
    yield from check_store(options)
    yield from check_env_file(file.absolute().parent / ".env")
    now = datetime.now(UTC)
    source = Source(options, environment, now=lambda: now)
    if options.snapshot is not None:
        yield Finding("token", "ok", f"builds read the snapshot {options.snapshot} and need none")
    elif environment.read_token() is None and not options.emulated:
        yield Finding(
            "token",
            "problem",
            f"there is no BUTTERCMS_READ_TOKEN in {', '.join(environment.looked_in)}",
            "Copy it from ButterCMS (Settings, API Tokens) into .env, or run"
            " `pelican-buttercms init`.",
        )
    elif offline or options.offline:
        yield Finding("account", "ok", "not asked, because this is offline")
    else:
        yield from _check_account(source)
    yield from _check_calls(source)


def _check_account(source: Source) -> Iterator[Finding]:
    """Yield what the account answers; what stops one question stops those that follow it."""
    options = source.options
    try:
        with source.connect() as client:
            survey = AccountSurvey(client)
            survey.has(POSTS)
            yield Finding("token", "ok", "the API takes the read token")
            named = source.pull_spec().named
            missing = [name for name in named if not survey.has(name)]
            for name in missing:
                mending = "Copy the API slug from the dashboard into the settings file."
                yield Finding("names", "problem", survey.explain(name), mending)
            if not missing:
                listings = count_noun(len(named), "listing")
                text = f"the account has all that the settings name: {listings}"
                yield Finding("names", "ok", text)
            for locale in options.locales:
                yield from _check_locale(AccountSurvey(client, locale.name))
    except ButterCMSError as exc:
        yield Finding(_subject(exc), "problem", str(exc))
        return
    yield from _check_write_token(source)


def _subject(exc: ButterCMSError) -> str:
    return (
        {2: "token", 6: "calls"}.get(exc.exitcode, "account")
        if isinstance(exc, APIError)
        else "account"
    )


def _check_locale(survey: AccountSurvey) -> Iterator[Finding]:
    if not survey.locale:
        return
    try:
        survey.has(("page", "*"))
    except InvalidRequestError as exc:
        text = f"BUTTERCMS_LOCALES names {survey.locale!r}, which the account refuses: {exc.answer}"
        mending = "Copy the locale's API slug from the dashboard (Settings, Localization)."
        yield Finding("locales", "problem", text, mending)
    else:
        yield Finding("locales", "ok", f"the account has the locale {survey.locale}")


def _check_write_token(source: Source) -> Iterator[Finding]:
    """Yield whether the API takes the write token, asked for a reading: nothing is written."""
    token = source.environment.write_token()
    if token is None:
        return
    variables = {**source.environment.variables, "BUTTERCMS_READ_TOKEN": token.reveal()}
    places = {**source.environment.places, "BUTTERCMS_READ_TOKEN": WRITE_TOKEN_NAME}
    other = Source(source.options, Environment(variables, places=places), source.now)
    try:
        with other.connect() as client:
            AccountSurvey(client).has(POSTS)
    except ButterCMSError as exc:
        text = str(exc).replace("BUTTERCMS_READ_TOKEN", WRITE_TOKEN_NAME)
        yield Finding("write token", "problem", text)
    else:
        text = "the API takes it; whether it may write shows when something is published"
        yield Finding("write token", "ok", text)


def _check_calls(source: Source) -> Iterator[Finding]:
    if not source.options.cache_path.is_dir():
        return  # opening would create a call log
    calls, most = source.calls_this_month(), source.options.max_calls.month
    text = f"{count_noun(calls, 'API call')} this month, counted in this store"
    if most is None:
        yield Finding("calls", "ok", text)
    elif calls >= most * _NEARLY_SPENT:
        level: Level = "problem" if calls >= most else "warning"
        yield Finding("calls", level, f"{text}, of {most:,}", "Raise BUTTERCMS_MAX_CALLS, or wait.")
    else:
        yield Finding("calls", "ok", f"{text}, of {most:,}")
