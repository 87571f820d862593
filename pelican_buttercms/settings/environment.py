"""Tokens and overrides, from the process environment and then a `.env` file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pelican_buttercms.clean_text import hide_secret
from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.settings.dotenv import read_env_file

# BUTTERCMS_API_KEY is what the vendor's own starters call the read token.
READ_TOKEN_NAMES = ("BUTTERCMS_READ_TOKEN", "BUTTERCMS_API_KEY")
WRITE_TOKEN_NAME = "BUTTERCMS_WRITE_TOKEN"  # noqa: S105  (the variable's name)

SECRETS = (
    *READ_TOKEN_NAMES,
    WRITE_TOKEN_NAME,
    "BUTTERCMS_WEBHOOK_SECRET",
    "BUTTERCMS_GITHUB_TOKEN",
    "BUTTERCMS_NETLIFY_HOOK",
    "BUTTERCMS_DEPLOY_HOOK",
    "BUTTERCMS_RELAY_REDIS",
)
"""Every variable that holds a secret; a hook's URL is one, since whoever has it starts builds."""


EVENT_FILE = "BUTTERCMS_EVENT_FILE"
"""Names a file with the events that a build was started for; the relay sets it for its command."""


class Token:
    """A secret that does not print: only `reveal()` gives the text.

    Attributes:
        origin: the variable that it is in and where that was found, for messages.
    """

    __slots__ = ("_text", "origin")

    def __init__(self, text: str, origin: str = "") -> None:
        self._text, self.origin = text, origin

    def reveal(self) -> str:
        """Return the token's text; for the request header and for nothing else."""
        return self._text

    def fingerprint(self, address: str = "") -> str:
        """Return an id of the account that the token opens at an API's address: 16 hex digits.

        Nobody can find the token by it. Without an address it is the id of older versions.
        """
        texts = ("pelican-buttercms account", *([address] if address else []), self._text)
        data = "\0".join(texts).encode(errors="surrogateescape")
        return sha256_hex(data, 16)

    def __repr__(self) -> str:
        return "Token(***)"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a token is never pickled")


@dataclass(frozen=True)
class Environment:
    """The environment's variables over those of the `.env` files.

    `looked_in` names the places for error messages, and `places` the one that each variable of a
    `.env` was found in. The values are not shown: tokens are among them.
    """

    variables: Mapping[str, str] = field(repr=False)
    looked_in: tuple[str, ...] = ("the environment",)
    places: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, environ: Mapping[str, str], folders: Sequence[Path]) -> Environment:
        """Read `environ`, and below it a `.env` in each of `folders`, the first one winning.

        Raises:
            SettingsError: a `.env` is there that is no text.
        """
        variables: dict[str, str] = {}
        places: dict[str, str] = {}
        paths = list(dict.fromkeys(folder.resolve() / ".env" for folder in folders))
        for path in reversed(paths):
            if path.is_file():
                variables_of_file = read_env_file(path)
                variables.update(variables_of_file)
                places.update(dict.fromkeys(variables_of_file, str(path)))
        for name in places.keys() & environ.keys():
            hidden = environ[name] != variables[name]
            hint = f"; the one in {places[name]} is not used" if hidden else ""
            places[name] = f"the environment{hint}"
        variables.update(environ)
        for name in SECRETS:
            hide_secret((variables.get(name) or "").strip())
        return cls(variables, ("the environment", *map(str, paths)), places)

    def get(self, name: str) -> str | None:
        """Return a variable's value, None when it is unset or empty."""
        return self.variables.get(name) or None

    def read_token(self) -> Token | None:
        """Return the read token, None when there is none."""
        return self._token(*READ_TOKEN_NAMES)

    def write_token(self) -> Token | None:
        """Return the write token, None when there is none; only publish asks for it."""
        return self._token(WRITE_TOKEN_NAME)

    def _token(self, *names: str) -> Token | None:
        for name in names:
            if text := (self.get(name) or "").strip():
                return Token(text, f"{name} (from {self.places.get(name, 'the environment')})")
        return None

    def place_for(self, name: str) -> str:
        """Return where a secret is put, on this machine or build service, as the end of a sentence.

        Such as "into a .env file: BUTTERCMS_READ_TOKEN=…".
        """
        if self.get("GITHUB_ACTIONS") == "true":
            return (
                "into the repository's secrets (Settings, Secrets and variables, Actions), and give"
                f" it to the step: env: {name}: ${{{{ secrets.{name} }}}}. Workflows that pull"
                " requests from forks start get no secrets"
            )
        if self.get("NETLIFY") == "true":
            return f"into the site's environment variables on Netlify, as {name}"
        if self.running_in_ci():
            return f"into the secrets of the build service, as the variable {name}"
        return f"into a .env file: {name}=…"

    def running_in_ci(self) -> bool:
        """Return whether this is a build service, by the `CI` variable that all of them set."""
        return (self.get("CI") or "").lower() not in {"", "0", "false"}
