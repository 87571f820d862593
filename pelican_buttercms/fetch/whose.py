"""Whose content is it? The account, by its token, without telling the token."""

from __future__ import annotations

import hashlib

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.settings import Environment, Settings
from pelican_buttercms.store import Store


def account_of(options: Settings, environment: Environment, store: Store) -> str:
    """Name the account by a fingerprint; offline without a token, the only one that is stored.

    Raises:
        SettingsError: there is no token, and the store does not tell the account either.
    """
    if options.emulated:
        return hashlib.sha256(options.api_url.encode()).hexdigest()[:16]
    if token := environment.read_token():
        return token.fingerprint()
    known = store.accounts()
    if options.offline and len(known) == 1:
        return known[0]
    looked = " nor in ".join(environment.looked_in)
    text = f"There is no read token: BUTTERCMS_READ_TOKEN is neither in {looked}."
    if options.offline and known:
        raise SettingsError(
            f"{text} The store holds {len(known)} accounts, and only the token tells which."
        )
    raise SettingsError(
        f"{text} Copy it from ButterCMS under Settings, API Tokens, into a .env file:"
        " BUTTERCMS_READ_TOKEN=… (to build from stored content without it, set"
        " BUTTERCMS_OFFLINE=1)."
    )
