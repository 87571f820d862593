"""The stored generations of a site, and which one the user means."""

from __future__ import annotations

from collections import Counter
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
    """Take `--preview`."""
    return click.option("--preview", is_flag=True, help=text)


@dataclass(frozen=True)
class Pulls:
    """The stored pulls of the configured account and locales, live or preview.

    Attributes:
        store: the open store.
        scopes: a scope for each locale.
        now: when the command began.
    """

    store: Store
    scopes: Sequence[Scope]
    now: datetime

    def ids(self) -> list[str]:
        """Name the pulls that have all locales, newest first.

        Raises:
            NoContentError: there are none.
        """
        found = self.store.pulls(self.scopes)
        if not found:
            mode = self.scopes[0].mode
            where = f" in {', '.join(one.locale for one in self.scopes)}" if self._named() else ""
            variable = "BUTTERCMS_PREVIEW=1 " if mode == "preview" else ""
            raise NoContentError(
                f"No {mode} content of this account is stored{where}. Run"
                f" `{variable}pelican-buttercms pull`."
            )
        return found

    def current(self) -> str:
        """Name the pull that builds read.

        Raises:
            NoContentError: there is none.
        """
        ids = self.ids()
        return self.store.in_use(self.scopes) or ids[0]

    def before(self, number: str) -> str:
        """Name the pull before another.

        Raises:
            SettingsError: it is the oldest.
        """
        older = [one for one in self.ids() if one < number]
        if not older:
            raise SettingsError(
                f"There is no pull before {number} in the store."
                " `pelican-buttercms generations` lists those that there are."
            )
        return older[0]

    def find(self, text: str) -> str:
        """Name the pull that the user means: its id, its number, or any part of its id.

        Raises:
            SettingsError: there is none, or more than one.
        """
        ids = self.ids()
        exact = [one for one in ids if text in {one, one.partition("-")[0].lstrip("0")}]
        # a short number is that of a pull, and not a part of some pull's time
        short = text.isdecimal() and len(text) < 8
        fits = str.startswith if short else str.__contains__
        found = exact or [one for one in ids if text and fits(one, text)]
        if len(found) != 1:
            problem = f"More than one pull has {text!r}" if found else f"There is no pull {text!r}"
            raise SettingsError(f"{problem}. There are: {', '.join(found or ids)}.")
        return found[0]

    def read(self, number: str) -> list[Generation]:
        """Give what a pull brought to each locale."""
        return self.store.together(self.scopes, number)

    def age(self, generation: Generation) -> str:
        """Spell how long ago a generation was made."""
        return f"{spell_duration(self.now - generation.created)} ago"

    def _named(self) -> bool:
        return any(one.locale for one in self.scopes)


@contextmanager
def open_pulls(settings: str | None, *, preview: bool) -> Iterator[Pulls]:
    """Open the configured site's store, which must be there: looking makes none.

    Raises:
        NoContentError: nothing is stored.
    """
    options, environment = load(settings)
    if not is_filled(options.cache_path / STORE):
        raise NoContentError(
            f"Nothing is stored in {options.cache_path}. `pelican-buttercms pull` fills it."
        )
    now = datetime.now(UTC)
    # offline: what is stored may be looked at without a token
    options = replace(options, preview=preview or options.preview, offline=True)
    with Store(options.cache_path, lambda: now) as store:
        source = Source(options, environment, lambda: now)
        scopes = source.scopes(store)
        if unchecked := source.identity(store).unchecked:
            echo(f"Warning: {unchecked}", err=True)
        yield Pulls(store, scopes, now)


def manifests(generations: Sequence[Generation]) -> dict[str, dict[Key, str]]:
    """Give each locale's manifest; what is the same in all locales is in the first alone."""
    return {
        one.scope.locale: {
            key: digest
            for key, digest in one.manifest.items()
            if not number or key.kind in LOCALISED
        }
        for number, one in enumerate(generations)
    }


def compare(old: Sequence[Generation], new: Sequence[Generation]) -> dict[str, Changes]:
    """Tell how two pulls differ, by locale."""
    before, after = manifests(old), manifests(new)
    return {locale: Changes.between(before[locale], after[locale]) for locale in after}


def totals(changes: Mapping[str, Changes]) -> dict[str, int]:
    """Count what is new, updated and deleted in all locales."""
    counted: Counter[str] = Counter()
    for one in changes.values():
        counted.update(new=len(one.new), updated=len(one.updated), deleted=len(one.deleted))
    return {what: counted[what] for what in CHANGES}


def spell_cause(cause: str) -> str:
    """Spell why a generation was made."""
    return _CAUSES.get(cause, cause)


def spell_totals(counts: Mapping[str, int]) -> str:
    """Spell what changed."""
    return ", ".join(f"{counts[what]:,} {what}" for what in CHANGES if counts[what]) or "no changes"


def change_lines(changes: Mapping[str, Changes]) -> Iterator[str]:
    """Tell what changes, a line a kind and locale; nothing of what stays."""
    for locale, of_locale in changes.items():
        for kind, row in of_locale.counts().items():
            if any(row[what] for what in CHANGES):
                where = f" [{locale}]" if locale and kind in LOCALISED else ""
                yield f"{PLURALS[kind]}{where}: {spell_totals(row)}"
