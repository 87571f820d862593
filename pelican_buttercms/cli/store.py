"""`pelican-buttercms store`: sharing of a store among machines through object storage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta

import click

from pelican_buttercms.cli.account import stored_account
from pelican_buttercms.cli.formatting import echo, echo_json
from pelican_buttercms.cli.options import combined, settings_option
from pelican_buttercms.errors import SettingsError
from pelican_buttercms.settings.durations import spell_duration
from pelican_buttercms.store import SharedStore, Store, Transfer
from pelican_buttercms.store.shared import pull as pulling
from pelican_buttercms.store.shared import push as pushing
from pelican_buttercms.store.shared.garbage import collect_garbage
from pelican_buttercms.store.shared.object_storage import ObjectStorage, needs_network
from pelican_buttercms.sync.account_id import address_of
from pelican_buttercms.wording import count_noun


@click.group("store")
def share() -> None:
    """Share the store among machines, through S3, GCS, Azure or a common folder."""


_common = combined(
    click.argument("url", required=False),
    click.option("--preview", is_flag=True, help="Preview content, with its drafts."),
    click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON."),
    settings_option,
)


@share.command()
@click.option("--gc", is_flag=True, help="Remove records that no shared pull needs any more.")
@_common
def push(*, settings: str | None, url: str | None, preview: bool, as_json: bool, gc: bool) -> None:
    """Upload the stored content to URL [default: BUTTERCMS_STORE_URL].

    Sends no request to ButterCMS; uploads only records that are not there. Exits with 0, also when
    content as new is there already; with 1 when it failed (the shared content is unchanged), and
    with 2 when the settings are wrong.
    """
    with _sharing(settings, url, preview=preview) as sharing:
        done = pushing.push(sharing)
        removed = collect_garbage(sharing.remote, sharing.now) if gc else None
    _print_result("Pushed", done, sharing, removed, as_json=as_json)


@share.command()
@click.option("--force", is_flag=True, help="Pull even if newer content is stored here.")
@_common
def pull(
    *, settings: str | None, url: str | None, preview: bool, as_json: bool, force: bool
) -> None:
    """Download the newest content from URL [default: BUTTERCMS_STORE_URL].

    Sends no request to ButterCMS; the content keeps its age. Exits with 0, also when content as new
    is stored here already; with 1 when it failed (the store is unchanged), and with 2 when the
    settings are wrong.
    """
    with _sharing(settings, url, preview=preview) as sharing:
        done = pulling.pull(sharing, force=force)
    _print_result("Pulled", done, sharing, None, as_json=as_json)


@contextmanager
def _sharing(settings: str | None, url: str | None, *, preview: bool) -> Iterator[SharedStore]:
    """Open the store and the object storage; drafts are used only if `preview` is set."""
    source, options = stored_account(settings, preview=preview)
    url = url or options.store_url or ""
    if options.offline and needs_network(url):
        raise SettingsError(
            "BUTTERCMS_OFFLINE is set, so no store is shared over the network. Unset it in the"
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


def _print_result(
    action: str, done: Transfer, sharing: SharedStore, removed: int | None, *, as_json: bool
) -> None:
    """Print on one line what was transferred."""
    if as_json:
        report = {"url": sharing.remote.url, "mode": sharing.mode} | asdict(done)
        report |= {"pulled_at": done.pulled_at.isoformat()}
        report |= {} if removed is None else {"removed": removed}
        echo_json(report)
        return
    side = "to" if action == "Pushed" else "from"
    age = spell_duration(max(sharing.now - done.pulled_at, timedelta(0)))
    if done.done:
        text = (
            f"{action} {sharing.mode} content of {age} ago {side} {sharing.remote.url}:"
            f" {count_noun(done.records, 'record')}, {count_noun(done.bytes, 'byte')};"
            f" {done.skipped:,} skipped"
        )
    else:
        where = "is shared at" if action == "Pushed" else "is stored here, and nothing newer at"
        text = f"Nothing to do: {sharing.mode} content of {age} ago {where} {sharing.remote.url}"
    echo(text if removed is None else f"{text}; {removed:,} removed as garbage")
