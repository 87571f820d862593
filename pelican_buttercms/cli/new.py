"""`pelican-buttercms new`: a draft to be filled in, with the fields that the account has."""

from __future__ import annotations

from collections.abc import Callable
import os
from pathlib import Path
from typing import Any

import click

from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.cli.account import stored_account
from pelican_buttercms.cli.formatting import echo
from pelican_buttercms.cli.options import settings_option
from pelican_buttercms.errors import ButterCMSError, SettingsError
from pelican_buttercms.plugin.settings_file import read_file, settings_file
from pelican_buttercms.publish.resolve.account_schema import Known
from pelican_buttercms.publish.resolve.diagnostics import offer
from pelican_buttercms.publish.scaffold.scaffold import (
    Skeleton,
    new_item,
    new_page,
    new_post,
    slug_of,
)
from pelican_buttercms.sync import load
from pelican_buttercms.sync.progress import SilentProgress


def _options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Take the options that posts, pages and items have in common."""
    decorators = (
        click.option(
            "--to",
            "folder",
            type=click.Path(path_type=Path),
            help="Where the draft goes [default: drafts in the content folder]",
        ),
        click.option("--locale", default="", help="The locale's API slug [default: the main one]"),
        settings_option,
    )
    for decorate in reversed(decorators):
        function = decorate(function)
    return function


@click.group()
def new() -> None:
    """Write a draft to be filled in and published.

    Its fields are learnt from the stored content; the API is asked nothing.
    """


@new.command()
@click.argument("title")
@click.option("--slug", default="", help="The slug [default: made of the title]")
@_options
def post(title: str, slug: str, folder: Path | None, locale: str, settings: str | None) -> None:
    """Write a draft of a post."""
    _check(title, slug)
    known, locale = _known(settings, locale)
    _write(_folder(folder, settings), new_post(title, slug or slug_of(title), known, locale=locale))


@new.command()
@click.argument("page_type")
@click.argument("title")
@click.option("--slug", default="", help="The slug [default: made of the title]")
@_options
def page(
    *,
    page_type: str,
    title: str,
    slug: str,
    folder: Path | None,
    locale: str,
    settings: str | None,
) -> None:
    """Write a draft of a page; the page type "*" makes a single page."""
    _check(title, slug)
    known, locale = _known(settings, locale)
    skeleton = new_page(page_type, title, slug or slug_of(title), known, locale=locale)
    _write(_folder(folder, settings), skeleton)


@new.command()
@click.argument("collection")
@click.argument("name", default="")
@_options
def item(
    collection: str, name: str, folder: Path | None, locale: str, settings: str | None
) -> None:
    """Write a draft of a collection's item; NAME, if given, names it and the file."""
    known, locale = _known(settings, locale)
    _write(_folder(folder, settings), new_item(collection, name, known, locale=locale))


def _known(settings: str | None, locale: str) -> tuple[Known, str]:
    """Learn from what is stored; without anything there is less to say, and no error.

    Raises:
        SettingsError: the site has no such locale.
    """
    source, options = stored_account(settings, preview=False)
    known = Known.learn([], options)
    if options.snapshot is None and not options.cache_path.is_dir():  # looking makes no store
        _say("Nothing is stored yet: `pelican-buttercms pull` tells `new` which fields there are.")
    else:
        try:
            stored = load.read_content(source, lambda _: None, SilentProgress())
        except ButterCMSError as exc:
            _say(f"The fields of the account are not known here. {exc}")
        else:
            records = [raw for records in stored.versions.values() for raw in records]
            known = Known.learn(records, options)
    found = known.locale(locale) if locale else ""
    if found is None:
        names = [one.name for one in options.locales if one.name]
        raise SettingsError(
            f"BUTTERCMS_LOCALES does not name the locale {locale!r}{offer(locale, names)}"
        )
    return known, found


def _check(title: str, slug: str) -> None:
    if not title.strip():
        raise SettingsError('The title is empty: give one, as in `new post "A title"`.')
    if "/" in slug:
        raise SettingsError(f"The slug {slug!r} has a slash, which no slug may have: leave it out.")


def _folder(asked: Path | None, settings: str | None) -> Path:
    """Say where a draft goes: where it was asked for, or into the content folder.

    Raises:
        SettingsError: it is a file.
    """
    if asked is not None:
        if asked.is_file():
            raise SettingsError(
                f"--to takes a folder, and {asked} is a file: name the folder that the draft goes"
                " into; its name there follows from the title, or from --slug."
            )
        return asked
    content = Path(read_file(settings, {})["PATH"])
    if content == Path(os.curdir):  # Pelican's default: the whole site is no place for drafts
        content = settings_file(settings).parent / "content"
    drafts = content / "drafts"
    here = Path.cwd()
    return drafts.relative_to(here) if drafts.is_relative_to(here) else drafts


def _write(folder: Path, skeleton: Skeleton) -> None:
    path = folder / skeleton.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(skeleton.text)
    except FileExistsError as exc:
        raise SettingsError(
            f"{path} exists already, and nothing is overwritten: move it, or give the draft"
            " another name or folder (--to)."
        ) from exc
    except OSError as exc:
        raise SettingsError(
            f"{path} cannot be written ({exc.strerror}): choose another folder with --to."
        ) from exc
    echo(f"Wrote {path}.")
    for note in skeleton.notes:
        _say(note)


def _say(text: str) -> None:
    echo(clean_line(text, 2000), err=True)
