"""Stored content for commands that show records: read once, linked as a build links it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pelican_buttercms.cli.account import stored_account
from pelican_buttercms.content import Key
from pelican_buttercms.content.fallbacks import shown
from pelican_buttercms.content.graph import Graph, link
from pelican_buttercms.content.record_names import find_keys
from pelican_buttercms.errors import NoContentError, SettingsError
from pelican_buttercms.settings import Locale, Settings
from pelican_buttercms.sync import load
from pelican_buttercms.sync.load import LoadedContent
from pelican_buttercms.sync.progress import Progress
from pelican_buttercms.wording import did_you_mean, suggest

_LISTED = 12


@dataclass(frozen=True)
class StoredContent:
    """What a build would be made of, without a request to the API.

    Attributes:
        loaded: the records of each locale.
        options: the settings.
    """

    loaded: LoadedContent
    options: Settings

    def locale(self, name: str) -> Locale:
        """Return a locale by its API slug or language, the main one for "".

        Raises:
            SettingsError: the site has no such locale.
        """
        if not name:
            return self.options.main_locale
        for locale in self.options.locales:
            if name.lower() in (locale.name.lower(), locale.lang.lower()):
                return locale
        names = [each.name for each in self.options.locales if each.name]
        raise SettingsError(
            f"BUTTERCMS_LOCALES does not name the locale {name!r}{suggest(name, names)}"
        )

    def graph(self, locale: Locale) -> Graph:
        """Return the linked records that a locale shows."""
        return link(shown(self.loaded.versions, locale.name, locale.chain))


def open_content(settings: str | None, *, preview: bool = False) -> StoredContent:
    """Return the stored content of the configured account.

    Raises:
        ButterCMSError: nothing is stored, or it cannot be read.
    """
    source, options = stored_account(settings, preview=preview)
    if options.snapshot is None and not options.cache_path.is_dir():  # a read would create it
        raise NoContentError("Nothing is stored yet: run `pelican-buttercms pull` first.")
    try:
        loaded = load.read_content(source, lambda _: None, Progress())
    except NoContentError as exc:
        if options.offline:
            raise
        variable = "BUTTERCMS_PREVIEW=1 " if source.options.preview else ""
        raise NoContentError(
            f"No {source.options.mode} content of this account is stored. Run"
            f" `{variable}pelican-buttercms pull`."
        ) from exc
    return StoredContent(loaded, options)


def one_key(name: str, keys: Iterable[Key]) -> Key:
    """Return the one key that a name means.

    Raises:
        SettingsError: it means none, or several, which are listed.
    """
    keys = list(keys)
    found = find_keys(name, keys)
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(map(str, found[:_LISTED]))
        more = f" and {len(found) - _LISTED:,} more" if len(found) > _LISTED else ""
        raise SettingsError(f"{name!r} can be {names}{more}: write one of these whole.")
    whole = [str(key) for key in keys]
    last = {text.rpartition("/")[2]: text for text in whole}
    near = did_you_mean(name, whole) or did_you_mean(name, last)
    raise SettingsError(
        f"There is no {name!r} in what was pulled.{near} A name is posts/SLUG, pages/TYPE/SLUG,"
        " collections/KEY/ID, authors/SLUG, categories/SLUG or tags/SLUG. `pelican-buttercms pull`"
        " brings what is newer; --preview looks at drafts."
    )
