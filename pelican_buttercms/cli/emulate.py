"""`pelican-buttercms emulate`: a server that plays an account from a folder of JSON."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import get_args, get_type_hints

import click

from pelican_buttercms.cli.formatting import echo
from pelican_buttercms.cli.options import PORT
from pelican_buttercms.emulator import Behaviour
from pelican_buttercms.emulator.faults import KINDS
from pelican_buttercms.emulator.server import run
from pelican_buttercms.errors import SettingsError


def _choices() -> str:
    """Return every behaviour with its choices, and the syntax of a fault."""
    hints = get_type_hints(Behaviour)
    behaviours = (
        f"{field.name}={'|'.join(get_args(hints[field.name]))}" for field in fields(Behaviour)
    )
    rule = "KIND[=VALUE][@PATH][%EVERY][#TIMES], such as status=503@/v2/posts/*#2"
    return f"Behaviours: {', '.join(behaviours)}. Faults: {rule}; kinds: {', '.join(KINDS)}."


@click.command(epilog=_choices())
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on, answered beside this machine's names; 0.0.0.0 answers to all.",
)
@click.option(
    "--port", type=PORT, default=8008, show_default=True, help="Port; 0 takes a free one."
)
@click.option(
    "--behaviour",
    multiple=True,
    metavar="NAME=VALUE",
    help="What to do where accounts or the API's documents differ, such as api=2024; repeatable.",
)
@click.option("--fault", "faults", multiple=True, metavar="RULE", help="A fault; repeatable.")
@click.option("--persist", is_flag=True, help="Write changes back to the folder.")
def emulate(
    folder: Path,
    *,
    host: str,
    port: int,
    behaviour: tuple[str, ...],
    faults: tuple[str, ...],
    persist: bool,
) -> None:
    """Play the ButterCMS account in FOLDER until interrupted.

    Point a site at it with BUTTERCMS_API_URL=http://127.0.0.1:8008/v2/ and any read token.
    """
    run(
        folder,
        host,
        port,
        behaviour=dict(_pair(text) for text in behaviour),
        faults=list(faults),
        persist=persist,
        announce=echo,
    )


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise SettingsError(f"--behaviour takes NAME=VALUE, not {text!r}.")
    return name.strip(), value.strip()
