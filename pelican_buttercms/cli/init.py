"""`pelican-buttercms init`: sets up a site, or adds ButterCMS to one that exists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
import os
from pathlib import Path
import sys
from typing import Any

import click

from pelican_buttercms.cli.formatting import echo
from pelican_buttercms.cli.options import settings_option
from pelican_buttercms.cli.site_files import (
    FileChange,
    add_lines,
    added_settings,
    deployment,
    env_file,
    ignore_lines,
    new_file,
    new_settings,
    sample_account,
)
from pelican_buttercms.content import SINGLE_PAGES
from pelican_buttercms.errors import SettingsError
from pelican_buttercms.plugin.settings_file import read_file, settings_file
from pelican_buttercms.settings import Environment, Settings
from pelican_buttercms.settings.environment import READ_TOKEN_NAMES
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.account_survey import POSTS, STARTERS, AccountSurvey
from pelican_buttercms.wording import count_noun

_SETTINGS = {"page": "BUTTERCMS_PAGE_TYPES", "item": "BUTTERCMS_COLLECTIONS"}
_SAMPLE = "emulator:cms"


@click.command()
@click.option("--yes", is_flag=True, help="Ask nothing: take what is suggested, and write it.")
@click.option("--sample", is_flag=True, help="Use a small sample account, without a token.")
@click.option("--token-stdin", is_flag=True, help="Read the token from standard input.")
@click.option("--page-type", "types", multiple=True, metavar="KEY", help="To pull; repeatable.")
@click.option("--collection", "keys", multiple=True, metavar="KEY", help="To pull; repeatable.")
@click.option("--deploy", type=click.Choice(["github", "netlify", "none"]), help="Where to.")
@click.option("--site-name", metavar="TEXT", help="The name of a new site.")
@click.option("--site-url", metavar="URL", help="The public address, for --deploy.")
@click.option("--dry-run", is_flag=True, help="Only show what would be written.")
@settings_option
def init(
    *,
    settings: str | None,
    yes: bool,
    sample: bool,
    token_stdin: bool,
    types: tuple[str, ...],
    keys: tuple[str, ...],
    deploy: str | None,
    site_name: str | None,
    site_url: str | None,
    dry_run: bool,
) -> None:
    """Set up a site in this folder, or add ButterCMS to the Pelican site in it.

    Asks for the read token, looks at what the account has, shows what it would write, and writes it
    when you agree. Without a token, the site gets a small sample account, which needs no network.
    No file is overwritten: those that exist get lines at their end. A second run changes nothing.

    With --yes, nothing is asked: the token is BUTTERCMS_READ_TOKEN of the environment or of `.env`,
    or comes with --token-stdin.
    """
    if not yes and not (dry_run or sys.stdin.isatty()):
        raise click.UsageError(
            "init asks questions, and there is no terminal to ask at. Add --yes to take what it"
            " suggests; --help lists the other options."
        )
    if sample and (token_stdin or types or keys):
        raise click.UsageError("--sample goes without a token, --page-type and --collection.")
    if site_url is not None and not site_url.startswith(("https://", "http://")):
        raise click.BadParameter(
            "takes an address such as https://example.com", param_hint="--site-url"
        )
    sys.dont_write_bytecode = True  # of the settings file, which is read before it is written
    setup = _Setup(settings_file(settings), ask=not yes and sys.stdin.isatty())
    deploy = deploy or setup.choose_deployment()
    if deploy != "none" and not site_url and not (setup.folder / "publishconf.py").exists():
        site_url = setup.ask_for("The public address of the site, such as https://example.com")
        if not site_url:
            raise click.UsageError("--deploy needs --site-url, the public address of the site.")
    token = None if sample else setup.read_token(from_input=token_stdin)
    values = setup.settings_values(token, types, keys, sample=sample)
    changes = list(setup.changes(token, values, site_name))
    if deploy != "none":
        changes += deployment(setup.folder, deploy, setup.file.stem, site_url or "")
    _finish(setup, changes, settings, deploy=deploy, dry_run=dry_run)


def _finish(
    setup: _Setup,
    changes: Sequence[FileChange],
    settings: str | None,
    *,
    deploy: str,
    dry_run: bool,
) -> None:
    """Show the changes, write them if that is wanted, and print the next command."""
    for change in changes:
        _show(change, setup.folder)
    if not changes:
        echo("Everything is set up already; nothing was changed.")
    elif dry_run:
        echo("Nothing was written, because of --dry-run.")
        return
    elif setup.ask and not click.confirm("Write this?", default=True):
        echo("Nothing was written.")
        return
    for change in changes:
        change.write()
    if changes:
        echo(f"Wrote {count_noun(len(changes), 'file')}.")
    option = f" -s {settings}" if settings else ""
    echo(
        f"Next: `pelican{option} content` builds the site, and"
        f" `pelican-buttercms{option} preview` shows it."
    )
    if deploy == "github":
        echo("On GitHub: set the secret BUTTERCMS_READ_TOKEN, and choose GitHub Actions for Pages.")
    elif deploy == "netlify":
        echo("On Netlify: set the variable BUTTERCMS_READ_TOKEN, marked as a secret.")


def _show(change: FileChange, folder: Path) -> None:
    path = Path(os.path.relpath(change.path, folder))
    echo(f"{'new file' if change.before is None else 'add to'} {path}")
    if change.is_secret:
        echo("  BUTTERCMS_READ_TOKEN=(the token)")
    elif path.suffix in {".py", ".txt", ""}:  # the others are long, and the same for every site
        for line in change.added.decode().strip().splitlines():
            echo(f"  {line}")


class _Setup:
    """What is there already, and the questions.

    Attributes:
        file: the settings file.
        folder: where it is.
        ask: whether a person answers questions.
        site: Pelican's settings, empty for a new site.
        environment: the variables, with those of `.env`.
    """

    def __init__(self, file: Path, *, ask: bool) -> None:
        self.file, self.ask = file, ask
        self.folder = file.absolute().parent
        if not self.folder.is_dir():
            raise SettingsError(f"There is no folder {self.folder}. Make it, then run init again.")
        self.site: dict[str, Any] = read_file(str(file), {}) if file.exists() else {}
        self.environment = Environment.load(os.environ, [Path.cwd(), self.folder])

    @property
    def is_emulated(self) -> bool:
        """Whether the settings name an account that is played from a folder."""
        address = self.environment.get("BUTTERCMS_API_URL") or self.site.get("BUTTERCMS_API_URL")
        return str(address).startswith("emulator:")

    def ask_for(self, question: str, default: str = "") -> str:
        """Return an answer, or the default if nobody can be asked."""
        if not self.ask:
            return default
        return str(click.prompt(question, default=default, show_default=bool(default))).strip()

    def choose_deployment(self) -> str:
        """Return where the site goes: "github", "netlify" or "none"."""
        if not self.ask:
            return "none"
        choice = click.Choice(["github", "netlify", "none"])
        return str(click.prompt("Deploy to", default="none", type=choice))

    def read_token(self, *, from_input: bool) -> str | None:
        """Return the token that is to be stored; None if there is one already, or none at all.

        Raises:
            SettingsError: another one is there already.
        """
        known = self.environment.read_token()
        if from_input:
            token = sys.stdin.readline(10_000).strip()
            if not token:
                raise SettingsError("--token-stdin found no token on standard input.")
            if known is not None and known.reveal() != token:
                raise SettingsError(
                    f"There is another token in {known.origin}. Take it out, or run init without"
                    " --token-stdin."
                )
            return token if known is None else None
        if known is not None:
            echo(f"The read token is {known.origin}.")
            return None
        if self.is_emulated or not self.ask:
            return None
        question = "Read token (ButterCMS: Settings, API Tokens; empty for a sample account)"
        return str(click.prompt(question, default="", show_default=False, hide_input=True)) or None

    def settings_values(
        self, token: str | None, types: Sequence[str], keys: Sequence[str], *, sample: bool
    ) -> dict[str, Any]:
        """Return the settings that the site needs; asks the account only if some are missing."""
        wanted = {"page": types, "item": keys}
        if all(name in self.site for name in _SETTINGS.values()):
            if types or keys:
                echo(f"{self.file} names what to pull already: add other names there.")
            return {}
        if sample or not (token or self.environment.read_token() or self.is_emulated):
            if types or keys:
                raise SettingsError(
                    "--page-type and --collection need an account: set BUTTERCMS_READ_TOKEN, or"
                    " give the token with --token-stdin."
                )
            echo("Without a token, the site shows the small sample account in the folder cms.")
            names = {"BUTTERCMS_PAGE_TYPES": [SINGLE_PAGES], "BUTTERCMS_COLLECTIONS": []}
            return {"BUTTERCMS_API_URL": _SAMPLE, **names}
        variables = {
            **self.environment.variables,
            **({READ_TOKEN_NAMES[0]: token} if token else {}),
        }
        environment = Environment(variables, places={READ_TOKEN_NAMES[0]: "what was given to init"})
        base = {"CACHE_PATH": str(self.folder / "cache"), **self.site}
        source = Source(
            Settings.from_pelican(base, environment), environment, now=lambda: datetime.now(UTC)
        )
        source.refuse_offline()
        with source.connect() as client:
            survey = AccountSurvey(client)
            survey.has(POSTS)
            named = [(kind, name) for kind, names in wanted.items() for name in names]
            survey.explore([*named, *(name for name in STARTERS if not wanted[name[0]])])
            if problems := [survey.explain(name) for name in named if not survey.has(name)]:
                raise SettingsError(problems)
            values = {
                setting: list(dict.fromkeys(wanted[kind])) or self._choose(survey, kind)
                for kind, setting in _SETTINGS.items()
            }
            calls = count_noun(client.calls, "API call")
        posts = survey.items[POSTS] or 0
        echo(f"The account has {count_noun(posts, 'post')}. Looking cost {calls}.")
        return values

    def _choose(self, survey: AccountSurvey, kind: str) -> list[str]:
        """Return the names to pull: what was found, or what the user writes instead."""
        what = "Page types" if kind == "page" else "Collections"
        found = survey.names(kind)
        if not self.ask:
            return found
        echo(f"{what}: the API cannot list them. Copy the API slugs of others from the dashboard.")
        while True:
            text = self.ask_for(f"{what}, separated by commas (- for none)", ", ".join(found))
            names = [name for part in text.split(",") if (name := part.strip()) not in {"", "-"}]
            missing = [name for name in names if not survey.has((kind, name))]
            if not missing:
                return list(dict.fromkeys(names))
            for name in missing:
                echo(survey.explain((kind, name)))

    def changes(
        self, token: str | None, values: dict[str, Any], name: str | None
    ) -> Iterator[FileChange]:
        """Yield the changes, in an order that is safe to stop at: the settings file comes last."""
        ignored = ignore_lines(self.site, self.folder)
        yield from add_lines(self.folder / ".gitignore", ignored)
        if token is not None:
            yield from env_file(self.folder / ".env", token)
        if values.get("BUTTERCMS_API_URL") == _SAMPLE and "BUTTERCMS_API_URL" not in self.site:
            yield from sample_account(self.folder / "cms")
        if self.file.exists():
            yield from added_settings(self.file, self.site, values)
            return
        if not (self.folder / "content").is_dir():
            yield from new_file(self.folder / "content" / ".gitkeep", "")
        default = name or self.folder.name or "My site"
        name = name or self.ask_for("The name of the site", default)
        yield from new_settings(self.file, name, values)
