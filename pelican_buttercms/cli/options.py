"""Which options do several commands share?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

Decorated = Callable[..., Any]

PORT = click.IntRange(0, 65535)


def settings_option(function: Decorated) -> Decorated:
    """Take `-s FILE` after the command as well as before it; after it wins."""

    def choose(context: click.Context, _: click.Parameter, value: str | None) -> str | None:
        return value or context.obj

    return click.option(
        "-s",
        "--settings",
        metavar="FILE",
        callback=choose,
        help="Pelican's settings file [default: pelicanconf.py]",
    )(function)
