"""Discovery: the page types and collections that references lead to."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pelican_buttercms.api.query import is_key
from pelican_buttercms.content import RawRecord
from pelican_buttercms.content.reference_syntax import PageTarget, targets
from pelican_buttercms.errors import APIError, SettingsError
from pelican_buttercms.sync.listings import RecordListing
from pelican_buttercms.sync.pull_spec import PullSpec
from pelican_buttercms.wording import did_you_mean

Name = tuple[str, str]
"""A page type or a collection: "page type" or "collection", and its key."""

SETTING = {"page type": "BUTTERCMS_PAGE_TYPES", "collection": "BUTTERCMS_COLLECTIONS"}


def check_names(spec: PullSpec) -> None:
    """Check, before the first call, that the API can be asked for all names.

    Raises:
        SettingsError: with all of them.
    """
    named = [("page type", name) for name in spec.page_types]
    named += [("collection", key) for key in spec.collections]
    problems = [
        f"{SETTING[kind]} names {name!r}, which cannot be the key of a {kind}: keys are 1 to"
        " 100 characters without a comma. Copy the API slug from the dashboard."
        for kind, name in named
        if not is_key(name)
    ]
    if problems:
        raise SettingsError(problems)


def explain(source: RecordListing, exc: APIError, known: set[str]) -> str:
    """Return the problem of a refused name, with the nearest name that the account has."""
    kind, name = source.kind, source.name
    hint = did_you_mean(name, known - {name, "*"}, cutoff=0.5)
    return (
        f"{SETTING[kind]} names {name!r}, but the account has no such {kind}: {exc.method}"
        f' {exc.path} was answered with {exc.status} "{exc.detail}".{hint} Copy the API slug'
        f" from the dashboard."
    )


def referenced_names(
    records: Iterable[RawRecord], asked: Collection[Name]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Find the page types and collections that references lead to and nobody asked for, sorted.

    An editor can write anything that looks like a reference: what cannot be asked for dangles.

    Args:
        records: what was pulled so far.
        asked: what was asked for so far, as ("page type" or "collection", name).
    """
    return unasked((name for record in records for name in references_of(record)), asked)


def references_of(record: RawRecord) -> frozenset[Name]:
    """Return the page types and collections that a record's references lead to."""
    if record.key.kind not in {"page", "item"}:
        return frozenset()
    return frozenset(
        ("page type", target.page_type)
        if isinstance(target, PageTarget)
        else ("collection", target.collection)
        for target in targets(record.data)
    )


def unasked(
    names: Iterable[Name], asked: Collection[Name]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the page types and the collections that can be asked for, and were not; sorted."""
    left = sorted(name for name in set(names) if name not in asked and is_key(name[1]))
    return (
        tuple(name for kind, name in left if kind == "page type"),
        tuple(name for kind, name in left if kind == "collection"),
    )
