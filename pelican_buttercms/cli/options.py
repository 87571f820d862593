"""The options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

Decorated = Callable[..., Any]

PORT = click.IntRange(0, 65535)


def combined(*decorators: Callable[[Decorated], Decorated]) -> Callable[[Decorated], Decorated]:
    """Return a decorator that adds what several commands have in common, in this order."""

    def decorate(function: Decorated) -> Decorated:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


def settings_option(function: Decorated) -> Decorated:
    """Add `-s FILE` to a command; it wins over the one before the command."""

    def choose(context: click.Context, _: click.Parameter, value: str | None) -> str | None:
        return value or context.obj

    return click.option(
        "-s",
        "--settings",
        metavar="FILE",
        callback=choose,
        help="Pelican's settings file [default: pelicanconf.py]",
    )(function)
