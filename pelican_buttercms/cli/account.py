"""The configured account, live unless drafts are requested, for several commands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.plugin.settings_file import load
from pelican_buttercms.settings import Settings
from pelican_buttercms.sync.account import Source


def stored_account(settings: str | None, *, preview: bool) -> tuple[Source, Settings]:
    """Return the account offline and without its media files, and the settings unchanged.

    A store of one account identifies it without a token. Drafts are used only if `preview` is set.

    Raises:
        SettingsError: the settings are wrong, or drafts are requested in production.
    """
    source, options = asked_account(settings, preview=preview)
    return source.with_options(offline=True, media="cdn"), options


def asked_account(settings: str | None, *, preview: bool) -> tuple[Source, Settings]:
    """Return the account as a build would use it, and the settings unchanged.

    Raises:
        SettingsError: the settings are wrong, or drafts are requested in production.
    """
    options, environment = load(settings)
    if preview and options.deployment == "production":
        raise SettingsError(
            "--preview uses drafts, and this is a production environment, where drafts would be"
            " public. Remove --preview, or set BUTTERCMS_ENVIRONMENT=staging where only reviewers"
            " see the site."
        )
    now = datetime.now(UTC)
    return Source(replace(options, preview=preview), environment, now=lambda: now), options
