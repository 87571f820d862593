"""Whose content is meant? The configured account's, live unless drafts are named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.plugin.settings_file import load
from pelican_buttercms.settings import Settings
from pelican_buttercms.sync.account import Source


def stored_account(settings: str | None, *, preview: bool) -> tuple[Source, Settings]:
    """Give the account, without its network, and the settings as they are.

    A store of one account names it without a token. Drafts are asked for by name, or not at all.

    Raises:
        SettingsError: the settings are wrong, or drafts are asked for in production.
    """
    source, options = asked_account(settings, preview=preview)
    return replace(source, options=replace(source.options, offline=True)), options


def asked_account(settings: str | None, *, preview: bool) -> tuple[Source, Settings]:
    """Give the account, as a build would ask it, and the settings as they are.

    Raises:
        SettingsError: the settings are wrong, or drafts are asked for in production.
    """
    options, environment = load(settings)
    if preview and options.deployment == "production":
        raise SettingsError(
            "--preview is about drafts, and this is a production environment, where drafts would"
            " be public. Leave --preview away, or set BUTTERCMS_ENVIRONMENT=staging where only"
            " reviewers see the site."
        )
    now = datetime.now(UTC)
    return Source(replace(options, preview=preview), environment, now=lambda: now), options
