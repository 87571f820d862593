"""`pelican-buttercms store`: share a store among many machines, by way of object storage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta

import click

from pelican_buttercms.cli.account import stored_account
from pelican_buttercms.cli.formatting import echo, echo_json, number
from pelican_buttercms.cli.options import Decorated, settings_option
from pelican_buttercms.errors import SettingsError
from pelican_buttercms.settings.durations import spell_duration
from pelican_buttercms.store import SharedStore, Store, Transfer
from pelican_buttercms.store.shared import pull as pulling
from pelican_buttercms.store.shared import push as pushing
from pelican_buttercms.store.shared.garbage import collect_garbage
from pelican_buttercms.store.shared.object_storage import ObjectStorage, needs_network
from pelican_buttercms.sync.account_id import address_of


@click.group("store")
def share() -> None:
    """Share what is stored among many machines, through S3, GCS, Azure or a common folder."""


def _common(function: Decorated) -> Decorated:
    """Take what both commands take."""
    for decorate in (
        settings_option,
        click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON."),
        click.option("--preview", is_flag=True, help="Preview content, with its drafts."),
        click.argument("url", required=False),
    ):
        function = decorate(function)
    return function


@share.command()
@click.option("--gc", is_flag=True, help="Remove records that no shared pull names any more.")
@_common
def push(*, settings: str | None, url: str | None, preview: bool, as_json: bool, gc: bool) -> None:
    """Share what is stored here at URL [default: BUTTERCMS_STORE_URL].

    Asks ButterCMS nothing; only what is not there travels. Exits with 0, also when content as new
    is shared already; with 1 when it failed (what was shared is as it was), and with 2 when the
    settings are wrong.
    """
    with _sharing(settings, url, preview=preview) as sharing:
        done = pushing.push(sharing)
        removed = collect_garbage(sharing.remote, sharing.now) if gc else None
    _tell("Pushed", done, sharing, removed, as_json=as_json)


@share.command()
@click.option("--force", is_flag=True, help="Take it though newer content is stored here.")
@_common
def pull(
    *, settings: str | None, url: str | None, preview: bool, as_json: bool, force: bool
) -> None:
    """Store the newest content that is shared at URL [default: BUTTERCMS_STORE_URL].

    Asks ButterCMS nothing; the content stays as old as it is. Exits with 0, also when content as
    new is stored here already; with 1 when it failed (the store is as it was), and with 2 when the
    settings are wrong.
    """
    with _sharing(settings, url, preview=preview) as sharing:
        done = pulling.pull(sharing, force=force)
    _tell("Pulled", done, sharing, None, as_json=as_json)


@contextmanager
def _sharing(settings: str | None, url: str | None, *, preview: bool) -> Iterator[SharedStore]:
    """Open both ends; drafts are asked for by name, or not at all."""
    source, options = stored_account(settings, preview=preview)
    url = url or options.store_url or ""
    if options.offline and needs_network(url):
        raise SettingsError(
            "BUTTERCMS_OFFLINE is set, so no store is shared over the network. Unset it, in the"
            " settings file or in the environment, and try again."
        )
    remote = ObjectStorage(url)
    with Store(options.cache_path, source.now) as store:
        token = source.environment.read_token()
        address = "" if options.emulated else address_of(options.api_url)
        identity = source.identity(store)
        if identity.unchecked:
            echo(f"Warning: {identity.unchecked}", err=True)
        yield SharedStore(
            store,
            remote,
            source.scopes(store),
            tuple(source.pull_spec().names()),
            source.now(),
            address=address,
            own=token.fingerprint(address) if token and address else "",
            former=token.fingerprint() if token and address else "",
            predecessors=tuple(store.known_accounts.predecessors(identity.account)),
        )


def _tell(
    what: str, done: Transfer, sharing: SharedStore, removed: int | None, *, as_json: bool
) -> None:
    """Say what travelled, on one line."""
    if as_json:
        report = {"url": sharing.remote.url, "mode": sharing.mode} | asdict(done)
        report |= {"pulled_at": done.pulled_at.isoformat()}
        report |= {} if removed is None else {"removed": removed}
        echo_json(report)
        return
    side = "to" if what == "Pushed" else "from"
    age = spell_duration(max(sharing.now - done.pulled_at, timedelta(0)))
    if done.done:
        text = (
            f"{what} {sharing.mode} content of {age} ago {side} {sharing.remote.url}:"
            f" {number(done.records, 'record')}, {number(done.bytes, 'byte')};"
            f" {done.skipped:,} skipped"
        )
    else:
        where = "is shared at" if what == "Pushed" else "is stored here, and nothing newer at"
        text = f"Nothing to do: {sharing.mode} content of {age} ago {where} {sharing.remote.url}"
    echo(text if removed is None else f"{text}; {removed:,} removed as garbage")
