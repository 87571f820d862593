"""The stored pulls of a site, by id, number or part of an id."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import click

from pelican_buttercms.cli.formatting import echo
from pelican_buttercms.content import Key
from pelican_buttercms.content.fallbacks import LOCALISED
from pelican_buttercms.errors import NoContentError, SettingsError
from pelican_buttercms.plugin.settings_file import load
from pelican_buttercms.settings.durations import spell_duration
from pelican_buttercms.store import Changes, Generation, Scope, Store
from pelican_buttercms.store.maintenance.raw_sqlite import is_filled
from pelican_buttercms.store.maintenance.verify import STORE
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.progress import PLURALS

CHANGES = ("new", "updated", "deleted")

_CAUSES = {
    "pull": "full pull",
    "event": "webhooks",
    "publish": "publish",
    "shared": "store pull",
    "import": "snapshot import",
}


def preview_option(text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option `--preview` with a help text."""
    return click.option("--preview", is_flag=True, help=text)


@dataclass(frozen=True)
class StoredPulls:
    """The stored pulls of the configured account and locales, live or preview.

    Attributes:
        store: the open store.
        scopes: the scope of each locale.
        now: the time at which the command began.
    """

    store: Store
    scopes: Sequence[Scope]
    now: datetime

    def ids(self) -> list[str]:
        """Return the ids of the pulls that have all locales, newest first.

        Raises:
            NoContentError: there are none.
        """
        ids = self.store.pulls(self.scopes)
        if not ids:
            mode = self.scopes[0].mode
            locales = [scope.locale for scope in self.scopes]
            where = f" in {', '.join(locales)}" if any(locales) else ""
            variable = "BUTTERCMS_PREVIEW=1 " if mode == "preview" else ""
            raise NoContentError(
                f"No {mode} content of this account is stored{where}. Run"
                f" `{variable}pelican-buttercms pull`."
            )
        return ids

    def current(self) -> str:
        """Return the id of the pull that builds read.

        Raises:
            NoContentError: there is none.
        """
        ids = self.ids()
        return self.store.in_use(self.scopes) or ids[0]

    def before(self, number: str) -> str:
        """Return the id of the pull before another.

        Raises:
            SettingsError: it is the oldest.
        """
        older = [known for known in self.ids() if known < number]
        if not older:
            raise SettingsError(
                f"There is no pull before {number} in the store."
                " `pelican-buttercms generations` lists all of them."
            )
        return older[0]

    def find(self, text: str) -> str:
        """Return the id of a pull by its id, its number, or any part of its id.

        Raises:
            SettingsError: there is none, or more than one.
        """
        ids = self.ids()
        exact = [known for known in ids if text in {known, known.partition("-")[0].lstrip("0")}]
        # a short number is that of a pull, and not a part of some pull's time
        short = text.isdecimal() and len(text) < 8
        matches = str.startswith if short else str.__contains__
        matching = exact or [known for known in ids if text and matches(known, text)]
        if len(matching) != 1:
            problem = "More than one pull has" if matching else "There is no pull"
            raise SettingsError(f"{problem} {text!r}. There are: {', '.join(matching or ids)}.")
        return matching[0]

    def read(self, number: str) -> list[Generation]:
        """Read the generations of a pull, one for each locale."""
        return self.store.together(self.scopes, number)

    def age(self, generation: Generation) -> str:
        """Return the age of a generation as text."""
        return f"{spell_duration(self.now - generation.created)} ago"


@contextmanager
def open_pulls(settings: str | None, *, preview: bool) -> Iterator[StoredPulls]:
    """Open the configured site's store; creates none.

    Raises:
        NoContentError: nothing is stored.
    """
    options, environment = load(settings)
    if not is_filled(options.cache_path / STORE):
        raise NoContentError(
            f"Nothing is stored in {options.cache_path}. `pelican-buttercms pull` fills it."
        )
    now = datetime.now(UTC)
    # offline: no token is needed for stored content
    options = replace(options, preview=preview or options.preview, offline=True)
    with Store(options.cache_path, lambda: now) as store:
        source = Source(options, environment, lambda: now)
        scopes = source.scopes(store)
        if unchecked := source.identity(store).unchecked:
            echo(f"Warning: {unchecked}", err=True)
        yield StoredPulls(store, scopes, now)


def manifests(generations: Sequence[Generation]) -> dict[str, dict[Key, str]]:
    """Return the manifest of each locale; kinds without locales are in the first one only."""
    return {
        generation.scope.locale: {
            key: digest
            for key, digest in generation.manifest.items()
            if not number or key.kind in LOCALISED
        }
        for number, generation in enumerate(generations)
    }


def compare(old: Sequence[Generation], new: Sequence[Generation]) -> dict[str, Changes]:
    """Return the changes between two pulls, by locale."""
    before, after = manifests(old), manifests(new)
    return {locale: Changes.between(before[locale], after[locale]) for locale in after}


def totals(changes: Mapping[str, Changes]) -> dict[str, int]:
    """Return the numbers of new, updated and deleted items in all locales."""
    return {
        what: sum(len(getattr(of_locale, what)) for of_locale in changes.values())
        for what in CHANGES
    }


def spell_cause(cause: str) -> str:
    """Return the cause of a generation as text."""
    return _CAUSES.get(cause, cause)


def spell_totals(counts: Mapping[str, int]) -> str:
    """Return the numbers of changes as text."""
    return ", ".join(f"{counts[what]:,} {what}" for what in CHANGES if counts[what]) or "no changes"


def change_lines(changes: Mapping[str, Changes]) -> Iterator[str]:
    """Yield a line for each kind and locale with changes."""
    for locale, of_locale in changes.items():
        for kind, row in of_locale.counts().items():
            if any(row[what] for what in CHANGES):
                where = f" [{locale}]" if locale and kind in LOCALISED else ""
                yield f"{PLURALS[kind]}{where}: {spell_totals(row)}"
