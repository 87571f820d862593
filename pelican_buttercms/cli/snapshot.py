"""`pelican-buttercms snapshot`: content as files, to review, to commit and to carry elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from pelican_buttercms.cli.account import stored_account
from pelican_buttercms.cli.formatting import echo, echo_json
from pelican_buttercms.cli.options import Decorated, settings_option
from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.content.fallbacks import LOCALISED
from pelican_buttercms.content.raw_records import KINDS
from pelican_buttercms.errors import NoContentError, StoreError
from pelican_buttercms.settings.durations import spell_duration
from pelican_buttercms.store import (
    Generation,
    Scope,
    Snapshot,
    Store,
    read_snapshot,
    write_snapshot,
)
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.account_id import address_of
from pelican_buttercms.sync.progress import PLURALS


@click.group()
def snapshot() -> None:
    """Keep content as files: one for each record, to review in a diff and to commit."""


def _common(function: Decorated) -> Decorated:
    """Take what both commands take."""
    for decorate in (
        settings_option,
        click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON."),
        click.argument("folder", metavar="DIR", type=click.Path(path_type=Path)),
    ):
        function = decorate(function)
    return function


@snapshot.command("export")
@click.option("--preview", is_flag=True, help="Export the drafts too; never make them public.")
@_common
def export(*, settings: str | None, folder: Path, preview: bool, as_json: bool) -> None:
    """Write what is stored into DIR, in the place of an older snapshot.

    Asks the API nothing. What is live, whatever BUTTERCMS_PREVIEW says, unless --preview is given.
    Exits with 0 when the whole snapshot was written, with 1 when it was not (DIR is as it was),
    and with 2 when the settings are wrong.
    """
    source = stored_account(settings, preview=preview)[0]
    if not source.options.cache_path.is_dir():
        raise _nothing_stored(source)  # looking must not create a store
    with Store(source.options.cache_path, source.now) as store:
        generations = store.latest_together(source.scopes(store))
        if generations is None:
            raise _nothing_stored(source)
        contents = {one.scope: list(store.records(one)) for one in generations}
    first = generations[0]
    write_snapshot(folder, contents, first.pulled_at, first.wanted)
    versions = {scope.locale: raws for scope, raws in contents.items()}
    _tell("Exported", folder, first, versions, source, as_json=as_json)
    if preview:
        echo(f"{folder} holds drafts: keep it out of public repositories and sites.", err=True)


@snapshot.command("import")
@click.option("--preview", is_flag=True, help="Import a snapshot that holds drafts.")
@click.option("--force", is_flag=True, help="Import it though newer content is stored.")
@_common
def import_(
    *, settings: str | None, folder: Path, preview: bool, force: bool, as_json: bool
) -> None:
    """Check the snapshot in DIR, and store its content like a pull.

    Asks the API nothing; the content stays as old as it is. Exits with 0 when all of it was
    stored, with 1 when it was not (the store is as it was), and with 2 when the settings are
    wrong.
    """
    source = stored_account(settings, preview=preview)[0]
    found = read_snapshot(folder)
    _check_fits(found, folder, source)
    with Store(source.options.cache_path, source.now) as store:
        scopes = source.scopes(store)
        if not force:
            _check_newer(store, scopes, found, folder)
        stored = store.commit_together(
            {scope: found.versions[scope.locale] for scope in scopes},
            calls=0,
            wanted=found.wanted,
            pulled_at=found.pulled_at,
        )
        _register(source, store, scopes[0].account)
    _tell("Imported", folder, stored[0][0], found.versions, source, as_json=as_json)


def _register(source: Source, store: Store, account: str) -> None:
    """Write the API address of the present token's account, as a pull does.

    Imported content can then stand in for it when the token is replaced.
    """
    token, options = source.environment.read_token(), source.options
    address = address_of(options.api_url)
    if token and not options.emulated and account == token.fingerprint(address):
        store.known_accounts.register(account, address)


def _nothing_stored(source: Source) -> NoContentError:
    options = source.options
    names = [locale.name for locale in options.locales if locale.name]
    where = f" in {', '.join(names)}" if names else ""
    pull = (
        "BUTTERCMS_PREVIEW=1 pelican-buttercms pull"
        if options.preview
        else "pelican-buttercms pull"
    )
    return NoContentError(
        f"There is nothing to export: {options.cache_path} holds no {options.mode} content of this"
        f" account{where}. Run `{pull}` first."
    )


def _check_fits(found: Snapshot, folder: Path, source: Source) -> None:
    """Refuse a snapshot of something else than the settings ask for."""
    if found.mode != source.options.mode:
        advice = "Name --preview" if found.mode == "preview" else "Leave --preview away"
        raise StoreError(
            f"The snapshot in {folder} is of {found.mode} content, and {source.options.mode}"
            f" content was asked for. {advice}, or import another snapshot."
        )
    wanted = sorted(locale.name for locale in source.options.locales)
    if list(found.locales) != wanted:
        raise StoreError(
            f"The snapshot in {folder} has {_spell_locales(found.locales)}, and the settings ask"
            f" for {_spell_locales(wanted)}. Set BUTTERCMS_LOCALES to what the snapshot has, or"
            " export it anew with these settings."
        )


def _spell_locales(names: Iterable[str]) -> str:
    told = ", ".join(repr(name) for name in names if name)
    return f"the locales {told}" if told else "the account's default locale"


def _check_newer(store: Store, scopes: Iterable[Scope], found: Snapshot, folder: Path) -> None:
    """Refuse to put old content in the place of new."""
    for scope in scopes:
        latest = store.latest(scope)
        if latest and latest.pulled_at > found.pulled_at:
            raise StoreError(
                f"The store holds content that was pulled at {latest.pulled_at:%Y-%m-%d %H:%M:%S}"
                f" UTC, and the snapshot in {folder} is older"
                f" ({found.pulled_at:%Y-%m-%d %H:%M:%S} UTC). Add --force to import it anyway."
            )


def _tell(
    what: str,
    folder: Path,
    generation: Generation,
    versions: Mapping[str, Iterable[RawRecord]],
    source: Source,
    *,
    as_json: bool,
) -> None:
    counts = _counts(versions)
    if as_json:
        report = {
            "folder": str(folder),
            "generation": generation.id,
            "mode": generation.scope.mode,
            "pulled_at": generation.pulled_at.isoformat(),
            "locales": sorted(versions),
            "records": counts,
        }
        echo_json(report)
        return
    told = ", ".join(f"{PLURALS[kind]}: {number:,}" for kind, number in counts.items())
    age = spell_duration(source.now() - generation.pulled_at)
    side = "to" if what == "Exported" else "from"
    mode = "content with drafts" if generation.scope.mode == "preview" else "live content"
    echo(f"{what} {mode} of {age} ago {side} {folder}: {told or 'no records'}")


def _counts(versions: Mapping[str, Iterable[RawRecord]]) -> dict[str, int]:
    """Count records by kind: each version of what has versions, everything else once."""
    keys: set[tuple[str, Key]] = {
        (locale if raw.key.kind in LOCALISED else "", raw.key)
        for locale, raws in versions.items()
        for raw in raws
    }
    counts = {kind: sum(key.kind == kind for _, key in keys) for kind in KINDS}
    return {kind: number for kind, number in counts.items() if number}
