"""The listings of a pull of which the settings select a part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
import logging
from typing import TYPE_CHECKING

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.content.fallbacks import listing_name
from pelican_buttercms.content.reference_syntax import targets
from pelican_buttercms.errors import APIError, SettingsError
from pelican_buttercms.store.record_encoding import decode
from pelican_buttercms.sync import listings
from pelican_buttercms.sync.discovery import SETTING
from pelican_buttercms.sync.encode_pipeline import EncodedRecord, RecordEncoder
from pelican_buttercms.sync.listings import RecordListing
from pelican_buttercms.sync.paged import Report
from pelican_buttercms.sync.pagination import PagedFetch
from pelican_buttercms.sync.pull_spec import ListingName, PullSpec
from pelican_buttercms.sync.selected import keep_selected, setting_of, warn_if_empty

if TYPE_CHECKING:
    from pelican_buttercms.sync.http.client import Client

logger = logging.getLogger(__name__)

Items = list[tuple[EncodedRecord, ...]]
Pulled = Mapping[str, dict[Key, EncodedRecord]]
"""The records of each locale so far."""


class SelectedListings:
    """Checks what the settings select, and adds what others refer to beside it.

    Args:
        client: sends the requests.
        spec: what is pulled.
        encoder: encodes the answers.
        report: shows the progress of a listing.

    Attributes:
        listed: for `Generation.listed`.
    """

    def __init__(
        self, client: Client, spec: PullSpec, encoder: RecordEncoder, report: Report
    ) -> None:
        self._client = client
        self._spec = spec
        self._encoder = encoder
        self._report = report
        self._whole: dict[tuple[ListingName, str], dict[Key, EncodedRecord]] = {}
        self._misnamed: list[str] = []
        self.listed: dict[str, tuple[str, ...]] = {}

    def select(self, source: RecordListing, items: Items) -> Items:
        """Return what the filters of a listing select, and note its order."""
        selection = self._spec.selections.get((source.kind, source.name))
        if selection is None:
            return items
        own = {r[0].record.key: r for r in items if r and r[0].record.key.kind == source.kind}
        records = [_raw(encoded[0]) for encoded in own.values()]
        kept = keep_selected(records, (source.kind, source.name), selection)
        if source.kind != "post":
            name = listing_name(source.locale or "", source.kind, source.name)
            self.listed[name] = tuple(key.id for key in kept)
        return [own[key] for key in kept]

    def add_unlisted(self, pulled: Pulled) -> bool:
        """Add what records refer to of listings that are not pulled whole; return if any came."""
        added = False
        for name, selection in self._spec.selections.items():
            for locale, records in pulled.items() if selection.is_narrow else ():
                holders = (r.record for r in records.values() if name in r.references)
                wanted = {t.key for holder in holders for t in targets(decode(holder.data))}
                missing = {key for key in wanted - records.keys() if key[:2] == name}
                whole = self._read_whole(name, locale) if missing else {}
                found = sorted(missing & whole.keys())
                records.update((key, whole[key]) for key in found)
                added = added or bool(found)
        return added

    def _read_whole(self, name: ListingName, locale: str) -> dict[Key, EncodedRecord]:
        """Return all items of a listing, whatever its filters; it is asked for once in a pull."""
        if (name, locale) not in self._whole:
            spec = replace(self._spec, selections={})
            build = listings.pages if name[0] == "page" else listings.collection
            paged = self._encoder.listing(build(name[1], spec, locale))
            fetch = PagedFetch(self._client, paged, self._report)
            fetch.begin_rest()
            found = (item.records[0] for item in fetch.result() if item.digest)
            self._whole[name, locale] = {encoded.record.key: encoded for encoded in found}
        return self._whole[name, locale]

    def is_misnamed(self, source: RecordListing, exc: APIError) -> bool:
        """Return whether the API refuses the filters or the order of a listing, and note why."""
        name = (source.kind, source.name)
        selection = self._spec.selections.get(name)
        if selection is None or exc.status not in {400, 403} or "locale" in exc.detail.lower():
            return False
        try:
            whole = self._read_whole(name, source.locale or "") if name[0] in SETTING else {}
        except APIError:
            return False  # the listing itself is refused
        problem = f"{setting_of(name)} has {selection}, which the API refuses: {exc.answer}"
        try:
            keep_selected([*map(_raw, whole.values())], name, selection, warn=logger.debug)
        except SettingsError as unknown:
            self._misnamed += unknown.problems
        else:
            self._misnamed.append(problem)
        return True

    def raise_misnamed(self) -> None:
        """Raise an error for the filters that the API refused.

        Raises:
            SettingsError: with all of them.
        """
        if self._misnamed:
            raise SettingsError(list(dict.fromkeys(self._misnamed)))

    def warn_of_empty(self, pulled: Pulled) -> None:
        """Warn of each listing of which the filters leave nothing in any locale."""
        keys = {key for records in pulled.values() for key in records}
        for (kind, group), selection in self._spec.selections.items():
            lists = [self.listed.get(listing_name(name, kind, group)) for name in pulled]
            posts = kind == "post" and any(key.kind == "post" for key in keys)
            if selection.filters and not posts and not any(lists):
                warn_if_empty((kind, group), selection, keys)


def _raw(encoded: EncodedRecord) -> RawRecord:
    return RawRecord(encoded.record.key, decode(encoded.record.data))
