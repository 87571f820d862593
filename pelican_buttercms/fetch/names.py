"""Are the page types and collections that the user named there? If not, which were meant?"""

from __future__ import annotations

from difflib import get_close_matches

from pelican_buttercms.api.params import is_key
from pelican_buttercms.errors import APIError, SettingsError
from pelican_buttercms.fetch.catalogue import Source
from pelican_buttercms.fetch.wanted import Wanted

SETTING = {"page type": "BUTTERCMS_PAGE_TYPES", "collection": "BUTTERCMS_COLLECTIONS"}


def check_names(wanted: Wanted) -> None:
    """Refuse, before the first call, names that the API cannot be asked for.

    Raises:
        SettingsError: with all of them.
    """
    named = [("page type", name) for name in wanted.page_types]
    named += [("collection", key) for key in wanted.collections]
    problems = [
        f"{SETTING[kind]} names {name!r}, which cannot be the key of a {kind}: keys are 1 to"
        " 100 characters without a comma. Copy the API slug from the dashboard."
        for kind, name in named
        if not is_key(name)
    ]
    if problems:
        raise SettingsError(problems)


def explain(source: Source, exc: APIError, known: set[str]) -> str:
    """Name the setting and the value, and offer the nearest name that the account has."""
    kind, name = source.kind, source.name
    near = get_close_matches(name, sorted(known - {name, "*"}), n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return (
        f"{SETTING[kind]} names {name!r}, but the account has no such {kind}: {exc.method}"
        f' {exc.path} was answered with {exc.status} "{exc.detail}".{hint} Copy the API slug'
        f" from the dashboard."
    )
