"""What is an account like? Its name, every record that is stored, and what was never pulled."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pelican_buttercms.content import RawRecord
from pelican_buttercms.errors import NotFoundError
from pelican_buttercms.store import Store
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.live_and_preview import fresh_listing
from pelican_buttercms.sync.pagination import PagedFetch
from pelican_buttercms.sync.pull_spec import PullSpec

if TYPE_CHECKING:
    from pelican_buttercms.sync.http.client import Client


def account_name(source: Source) -> str:
    """Name the account, without any secret: a fingerprint, and the API's address.

    Raises:
        SettingsError: there is no token, and the store does not tell the account either.
    """
    with Store(source.options.cache_path, source.now) as store:
        return f"{source.scopes(store)[0].account} at {source.options.api_url}"


def asked_records(client: Client, kind: str, group: str, locale: str) -> list[RawRecord]:
    """Ask for all of a page type or a collection that no pull brings; none where there is none."""
    source = fresh_listing(kind, group, locale, PullSpec(preview=True))
    fetch = PagedFetch(client, source.paged, lambda *_: None)
    try:
        fetch.begin_rest()
        return [record for item in fetch.result() for record in source.split(item)]
    except NotFoundError:
        return []


def stored_records(source: Source) -> list[RawRecord]:
    """Give the newest stored records of an account, of every locale, in a stable order.

    What preview shows of an item comes after what is live of it. Content of any age will do: it
    tells what the account is like, and not what it holds now.

    Raises:
        StoreError: the store cannot be read.
        SettingsError: there is no token, and the store does not tell the account either.
    """
    found: list[RawRecord] = []
    with Store(source.options.cache_path, source.now) as store:
        for preview in (False, True):
            one = replace(source, options=replace(source.options, preview=preview))
            for generation in store.latest_together(one.scopes(store)) or ():
                found += store.records(generation)
    return found
