"""Discovery: the page types and collections that references lead to."""

from __future__ import annotations

from collections.abc import Iterable

from pelican_buttercms.api.query import is_key
from pelican_buttercms.content import RawRecord
from pelican_buttercms.content.reference_syntax import targets
from pelican_buttercms.errors import APIError, SettingsError
from pelican_buttercms.sync.listings import RecordListing
from pelican_buttercms.sync.pull_spec import ListingName, PullSpec
from pelican_buttercms.wording import did_you_mean

LABELS = {"page": "page type", "item": "collection"}
SETTING = {"page": "BUTTERCMS_PAGE_TYPES", "item": "BUTTERCMS_COLLECTIONS"}


def check_names(spec: PullSpec) -> None:
    """Check, before the first call, that the API can be asked for all names.

    Raises:
        SettingsError: with all of them.
    """
    problems = [
        f"{SETTING[kind]} names {name!r}, which cannot be the key of a {LABELS[kind]}: keys are 1"
        " to 100 characters without a comma. Copy the API slug from the dashboard."
        for kind, name in spec.named
        if not is_key(name)
    ]
    if problems:
        raise SettingsError(problems)


def explain(source: RecordListing, exc: APIError, known: set[str]) -> str:
    """Return the problem of a refused name, with the nearest name that the account has."""
    kind, name = source.kind, source.name
    hint = did_you_mean(name, known - {name, "*"}, cutoff=0.5)
    return (
        f"{SETTING[kind]} names {name!r}, but the account has no such {LABELS[kind]}: {exc.answer}"
        f"{hint} Copy the API slug from the dashboard."
    )


def references_of(record: RawRecord) -> frozenset[ListingName]:
    """Return the page types and collections that a record's references lead to.

    An editor can write anything that looks like a reference: what cannot be asked for dangles.
    """
    if record.key.kind not in LABELS:
        return frozenset()
    names = (target.key[:2] for target in targets(record.data))
    return frozenset(name for name in names if is_key(name[1]))


def referenced(records: Iterable[RawRecord]) -> set[ListingName]:
    """Return the page types and collections that the references of records lead to."""
    return {name for record in records for name in references_of(record)}
