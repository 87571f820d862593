"""The command `pelican-buttercms new`, which writes drafts with the account's fields to fill in."""

from __future__ import annotations

import os
from pathlib import Path

import click

from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.cli.account import stored_account
from pelican_buttercms.cli.formatting import echo
from pelican_buttercms.cli.options import combined, settings_option
from pelican_buttercms.errors import ButterCMSError, SettingsError
from pelican_buttercms.plugin.settings_file import read_file, settings_file
from pelican_buttercms.publish.resolve.account_schema import AccountSchema
from pelican_buttercms.publish.scaffold.scaffold import (
    Scaffold,
    new_item,
    new_page,
    new_post,
    slugify_title,
)
from pelican_buttercms.sync import load
from pelican_buttercms.sync.progress import Progress
from pelican_buttercms.wording import suggest

_options = combined(
    click.option(
        "--to",
        "folder",
        type=click.Path(path_type=Path),
        help="Where the draft goes [default: drafts in the content folder]",
    ),
    click.option("--locale", default="", help="The locale's API slug [default: the main one]"),
    settings_option,
)


@click.group()
def new() -> None:
    """Write a draft to be filled in and published.

    Its fields come from the stored content, without any call to the API.
    """


@new.command()
@click.argument("title")
@click.option("--slug", default="", help="The slug [default: made of the title]")
@_options
def post(title: str, slug: str, folder: Path | None, locale: str, settings: str | None) -> None:
    """Write a draft of a post."""
    _check(title, slug)
    known, locale = _known(settings, locale)
    _write(
        _folder(folder, settings),
        new_post(title, slug or slugify_title(title), known, locale=locale),
    )


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
    skeleton = new_page(page_type, title, slug or slugify_title(title), known, locale=locale)
    _write(_folder(folder, settings), skeleton)


@new.command()
@click.argument("collection")
@click.argument("name", default="")
@_options
def item(
    collection: str, name: str, folder: Path | None, locale: str, settings: str | None
) -> None:
    """Write a draft of a collection's item.

    NAME, if given, names it and the file.
    """
    known, locale = _known(settings, locale)
    _write(_folder(folder, settings), new_item(collection, name, known, locale=locale))


def _known(settings: str | None, locale: str) -> tuple[AccountSchema, str]:
    """Return what the stored content shows of the account, and the locale's name.

    Raises:
        SettingsError: the site has no such locale.
    """
    source, options = stored_account(settings, preview=False)
    known = AccountSchema.from_records([], options)
    if (
        options.snapshot is None and not options.cache_path.is_dir()
    ):  # a read would create the store
        _emit(
            "Nothing is stored yet, so the fields are unknown: run `pelican-buttercms pull` first."
        )
    else:
        try:
            stored = load.read_content(source, lambda _: None, Progress())
        except ButterCMSError as exc:
            _emit(f"The fields of the account are unknown. {exc}")
        else:
            records = [raw for records in stored.versions.values() for raw in records]
            known = AccountSchema.from_records(records, options)
    name = known.locale(locale) if locale else ""
    if name is None:
        names = [each.name for each in options.locales if each.name]
        raise SettingsError(
            f"BUTTERCMS_LOCALES does not name the locale {locale!r}{suggest(locale, names)}"
        )
    return known, name


def _check(title: str, slug: str) -> None:
    if not title.strip():
        raise SettingsError('The title is empty: add one, as in `new post "A title"`.')
    if "/" in slug:
        raise SettingsError(f"The slug {slug!r} has a slash, which slugs may not have: remove it.")
    if len(slug.splitlines()) > 1:
        raise SettingsError(f"The slug {slug!r} has a line break: write it on one line.")


def _folder(given: Path | None, settings: str | None) -> Path:
    """Return the folder of a new draft: the given one, or `drafts` in the content folder.

    Raises:
        SettingsError: the given one is a file.
    """
    if given is not None:
        if given.is_file():
            raise SettingsError(
                f"--to takes a folder, and {given} is a file: name the folder for the draft. The"
                " file's name comes from the title or --slug."
            )
        return given
    content = Path(read_file(settings, {})["PATH"])
    if content == Path(os.curdir):  # Pelican's default: the whole site is no place for drafts
        content = settings_file(settings).parent / "content"
    drafts = content / "drafts"
    here = Path.cwd()
    return drafts.relative_to(here) if drafts.is_relative_to(here) else drafts


def _write(folder: Path, skeleton: Scaffold) -> None:
    path = folder / skeleton.name
    try:
        data = skeleton.text.encode()
    except UnicodeEncodeError as exc:
        raise SettingsError("The draft's title, name or slug is not valid UTF-8.") from exc
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError as exc:
        raise SettingsError(
            f"{path} already exists and is not overwritten: move it, or choose another name or"
            " folder (--to) for the draft."
        ) from exc
    except OSError as exc:
        raise SettingsError(
            f"{path} cannot be written ({exc.strerror}): choose another folder with --to."
        ) from exc
    echo(f"Wrote {path}.")
    for note in skeleton.notes:
        _emit(note)


def _emit(text: str) -> None:
    echo(clean_line(text, 2000), err=True)
