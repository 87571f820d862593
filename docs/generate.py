"""Writes the parts of `docs/reference/` that follow from the code: `make docs`.

A page says where a part goes by two comments, `<!-- begin: NAME -->` and `<!-- end: NAME -->`.
"""

from __future__ import annotations

from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path
import re

import click

from pelican_buttercms.cli import commands_by_name
from pelican_buttercms.settings.defaults import FROM_ENVIRONMENT, GROUPS

HERE = Path(__file__).parent


def settings() -> Iterator[str]:
    """Yield the tables of the settings."""
    for title, rows in GROUPS.items():
        yield f"### {title}\n"
        yield "| setting | default | what it does |\n|---|---|---|"
        for name, row in rows.items():
            default = row.shown or f"`{row.default!r}`".replace("'", '"')
            yield f"| `{name}` | {default} | {_cell(row.description)} |"
        yield ""


def environment() -> Iterator[str]:
    """Yield the settings that variables override."""
    yield ", ".join(f"`{name}`" for name in FROM_ENVIRONMENT) + "."


def commands() -> Iterator[str]:
    """Yield the help of each command and of its subcommands."""
    for name, command in commands_by_name().items():
        yield f"### {name}\n"
        yield from _help(command, ("pelican-buttercms", name))


def _help(command: click.Command, names: tuple[str, ...]) -> Iterator[str]:
    """Yield a command as Markdown; not as click prints it, which differs by click's version."""
    arguments = [each for each in command.params if isinstance(each, click.Argument)]
    words = [_metavar(each) + ("…" if each.nargs == -1 else "") for each in arguments]
    words = [
        word if each.required else f"[{word}]" for word, each in zip(words, arguments, strict=True)
    ]
    yield f"`{' '.join([*names, *words])}`\n"
    yield f"{cleandoc(command.help or '').replace(chr(8), '')}\n"
    options = [each for each in command.params if isinstance(each, click.Option)]
    if options:
        yield "| option | does |\n|---|---|"
        for option in options:
            spelt = ", ".join([*option.opts, *option.secondary_opts])
            value = "" if option.is_flag or option.count else f" {_metavar(option)}"
            text = " ".join((option.help or "").split())
            yield f"| `{_cell(spelt + value)}` | {_cell(text)} |"
        yield ""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            if subcommand := command.get_command(context, name):
                yield from _help(subcommand, (*names, name))


def _metavar(parameter: click.Parameter) -> str:
    if parameter.metavar:
        return parameter.metavar
    if isinstance(parameter.type, click.Choice):
        return "/".join(map(str, parameter.type.choices))
    if isinstance(parameter, click.Argument):
        return parameter.human_readable_name.upper()
    return parameter.type.name.upper().split()[0]


def _cell(text: str) -> str:
    """Return a text as a cell of a Markdown table."""
    return text.replace("|", "\\|")


PARTS = {
    "settings": settings,
    "environment": environment,
    "commands": commands,
}


def generated(text: str) -> str:
    """Return a page whose parts are as the code has them now."""

    def part(match: re.Match[str]) -> str:
        lines = "\n".join(PARTS[match["name"]]()).strip()
        return f"{match['begin']}\n\n{lines}\n\n{match['end']}"

    pattern = r"(?s)(?P<begin><!-- begin: (?P<name>\w+) -->).*?(?P<end><!-- end: (?P=name) -->)"
    return re.sub(pattern, part, text)


def main() -> None:
    """Write every page whose parts have changed."""
    for page in sorted(HERE.rglob("*.md")):
        text = page.read_text(encoding="utf-8")
        if (new := generated(text)) != text:
            page.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
