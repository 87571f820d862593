"""`pelican-buttercms snapshot`: export and import of content as files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from pelican_buttercms.cli.account import stored_account
from pelican_buttercms.cli.formatting import echo, echo_json
from pelican_buttercms.cli.options import combined, settings_option
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
    """Export or import content as files: one for each record, to review and to commit."""


_common = combined(
    click.argument("folder", metavar="DIR", type=click.Path(path_type=Path)),
    click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON."),
    settings_option,
)


@snapshot.command("export")
@click.option("--preview", is_flag=True, help="Export the drafts too; never make them public.")
@_common
def export(*, settings: str | None, folder: Path, preview: bool, as_json: bool) -> None:
    """Write the stored content into DIR.

    It replaces an older snapshot there. Sends no request to the API. Exports live content, whatever
    BUTTERCMS_PREVIEW says, unless --preview is given. Exits with 0 when the whole snapshot was
    written, with 1 when it was not (DIR is unchanged), and with 2 when the settings are wrong.
    """
    source = stored_account(settings, preview=preview)[0]
    if not source.options.cache_path.is_dir():
        raise _nothing_stored(source)  # opening would create a store
    with Store(source.options.cache_path, source.now) as store:
        generations = store.latest_together(source.scopes(store))
        if generations is None:
            raise _nothing_stored(source)
        contents = {generation.scope: list(store.records(generation)) for generation in generations}
    first = generations[0]
    write_snapshot(
        folder,
        contents,
        first.pulled_at,
        first.wanted,
        post_groups=first.post_groups,
        listed=first.listed,
    )
    versions = {scope.locale: raws for scope, raws in contents.items()}
    _print_result("Exported", folder, first, versions, source, as_json=as_json)
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

    Sends no request to the API; the content keeps its age. Exits with 0 when all of it was stored,
    with 1 when it was not (the store is unchanged), and with 2 when the settings are wrong.
    """
    source = stored_account(settings, preview=preview)[0]
    content = read_snapshot(folder)
    _check_fits(content, folder, source)
    with Store(source.options.cache_path, source.now) as store:
        scopes = source.scopes(store)
        if not force:
            _check_newer(store, scopes, content, folder)
        stored = store.commit_together(
            {scope: content.versions[scope.locale] for scope in scopes},
            calls=0,
            wanted=content.wanted,
            pulled_at=content.pulled_at,
            post_groups=content.post_groups,
            listed=content.listed,
        )
        _register(source, store, scopes[0].account)
    _print_result("Imported", folder, stored[0][0], content.versions, source, as_json=as_json)


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


def _check_fits(snapshot: Snapshot, folder: Path, source: Source) -> None:
    """Raise if a snapshot has another mode or other locales than the settings."""
    if snapshot.mode != source.options.mode:
        advice = "Add --preview" if snapshot.mode == "preview" else "Remove --preview"
        raise StoreError(
            f"The snapshot in {folder} is of {snapshot.mode} content, and {source.options.mode}"
            f" content was asked for. {advice}, or import another snapshot."
        )
    wanted = sorted(locale.name for locale in source.options.locales)
    if list(snapshot.locales) != wanted:
        raise StoreError(
            f"The snapshot in {folder} has {_spell_locales(snapshot.locales)}, and the settings ask"
            f" for {_spell_locales(wanted)}. Set BUTTERCMS_LOCALES to what the snapshot has, or"
            " export it again with these settings."
        )


def _spell_locales(names: Iterable[str]) -> str:
    listed = ", ".join(repr(name) for name in names if name)
    return f"the locales {listed}" if listed else "the account's default locale"


def _check_newer(store: Store, scopes: Iterable[Scope], snapshot: Snapshot, folder: Path) -> None:
    """Raise if the store holds newer content than a snapshot."""
    for scope in scopes:
        latest = store.latest(scope)
        if latest and latest.pulled_at > snapshot.pulled_at:
            raise StoreError(
                f"The store holds content that was pulled at {latest.pulled_at:%Y-%m-%d %H:%M:%S}"
                f" UTC, and the snapshot in {folder} is older"
                f" ({snapshot.pulled_at:%Y-%m-%d %H:%M:%S} UTC). Add --force to import it anyway."
            )


def _print_result(
    action: str,
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
    records = ", ".join(f"{PLURALS[kind]}: {number:,}" for kind, number in counts.items())
    age = spell_duration(source.now() - generation.pulled_at)
    side = "to" if action == "Exported" else "from"
    mode = "content with drafts" if generation.scope.mode == "preview" else "live content"
    echo(f"{action} {mode} of {age} ago {side} {folder}: {records or 'no records'}")


def _counts(versions: Mapping[str, Iterable[RawRecord]]) -> dict[str, int]:
    """Return the number of records by kind: of localised kinds, each version counts."""
    keys: set[tuple[str, Key]] = {
        (locale if raw.key.kind in LOCALISED else "", raw.key)
        for locale, raws in versions.items()
        for raw in raws
    }
    counts = {kind: sum(key.kind == kind for _, key in keys) for kind in KINDS}
    return {kind: number for kind, number in counts.items() if number}
