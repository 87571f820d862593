"""The id of an account, by the API's address and the token, or by what is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from pelican_buttercms.content import Key
from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.errors import SettingsError
from pelican_buttercms.settings import Environment, Settings
from pelican_buttercms.store import Store
from pelican_buttercms.store.webhook_state import WebhookState

_PORTS = {"https": 443, "http": 80}
_BY_ADDRESS = (
    "The content in {} was pulled with another token, and whether the present one belongs to the"
    " same account cannot be checked without the API. It is the only account that is stored of"
    " this address. The next pull checks it."
)
_WITHOUT_ADDRESS = (
    "The content in {} was stored by an older version, which did not note the API's address. It was"
    " pulled with the present token; the next pull checks the rest."
)


@dataclass(frozen=True)
class Identity:
    """The account whose content is meant.

    Attributes:
        account: the account's id.
        unchecked: a warning if nothing proves that the token belongs to it; else "".
    """

    account: str
    unchecked: str = ""


def identify(options: Settings, environment: Environment, store: Store) -> Identity:
    """Return whose content is meant: the account that the token opens at the API's address.

    Offline, if that account has no content, the only stored account of that address is used: a
    token that was replaced opens the same account as before.

    Raises:
        SettingsError: there is no token, and the store does not identify the account either.
    """
    if options.emulated:
        return Identity(sha256_hex(options.api_url.encode(), 16))
    token = environment.read_token()
    known = store.known_accounts.known() if options.offline else {}
    address = address_of(options.api_url)
    same = [n for n, a in known.items() if a and a.address == address and not a.successor]
    if token is None:
        same += [name for name, account in known.items() if account is None]
        if len(same) == 1:
            return Identity(same[0])
        raise _no_token(options, environment, len(same))
    own = token.fingerprint(address)
    if not options.offline or own in known:
        return Identity(own)
    former = token.fingerprint()
    if former in known and known[former] is None:
        return Identity(former, _WITHOUT_ADDRESS.format(options.cache_path))
    if len(same) == 1:
        return Identity(same[0], _BY_ADDRESS.format(options.cache_path))
    return Identity(own)


def adopt_history(
    options: Settings,
    environment: Environment,
    store: Store,
    digests: Mapping[str, Mapping[Key, str]],
    *,
    state: WebhookState,
    say: Callable[[str], None],
) -> None:
    """Let a new account continue the history of a stored one with the same content.

    Its generations of all modes go on under the new id, and so do its pending events.

    Args:
        options: the checked settings.
        environment: where the read token is looked for.
        store: the store.
        digests: the digest of every record that was just pulled, by locale and key.
        state: the pending events.
        say: where a line about it goes.
    """
    token = environment.read_token()
    if options.emulated or token is None:
        return
    address, former = address_of(options.api_url), token.fingerprint()
    own, accounts = token.fingerprint(address), store.known_accounts
    known = accounts.known()
    if own not in known:
        candidates = [
            name
            for name, account in known.items()
            if (account.address == address and not account.successor if account else name == former)
        ]
        same = [name for name in candidates if accounts.has_same_content(name, digests)]
        if len(same) == 1:
            state.adopt(same[0], own)
            accounts.adopt(same[0], own, address)
            say(
                f"this is the account {same[0]}, by its content, now with another token or"
                f" address: its history goes on as {own}."
            )
            return
    accounts.register(own, address)


def address_of(api_url: str) -> str:
    """Return an API's address in one spelling, without user and query."""
    parts = urlsplit(api_url)
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    port = parts.port or _PORTS.get(scheme, 0)
    return f"{scheme}://{host}:{port}{parts.path.rstrip('/')}"


def _no_token(options: Settings, environment: Environment, known: int) -> SettingsError:
    looked = " nor in ".join(environment.looked_in)
    text = f"There is no read token: BUTTERCMS_READ_TOKEN is neither in {looked}."
    if options.offline and known:
        return SettingsError(
            f"{text} The store holds {known} accounts, and only the token tells which."
        )
    return SettingsError(
        f"{text} Copy it from ButterCMS under Settings, API Tokens,"
        f" {environment.place_for('BUTTERCMS_READ_TOKEN')}. To build from stored content without"
        " it, set BUTTERCMS_OFFLINE=1."
    )
