"""The options and secrets of a relay, from the command line and the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
import re
import shlex
import shutil
from typing import Any
from urllib.parse import urlsplit

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.local_requests import is_loopback
from pelican_buttercms.settings import Environment, Token
from pelican_buttercms.settings.durations import parse_duration

PREFIX = "BUTTERCMS_RELAY_"

DEFAULTS: dict[str, str] = {
    "quiet": "10s",
    "longest": "60s",
    "header": "X-Buttercms-Secret",
    "path": "/",
    "queue": "cache/relay",
    "redis": "",
    "github": "",
    "event_type": "buttercms",
    "netlify": "",
    "deploy_hook": "",
    "run": "",
    "run_timeout": "30m",
    "skip_drafts": "",
    "first_retry": "5s",
    "last_retry": "10m",
    "lease": "15s",
    "max_body": "65536",
    "body_time": "5s",
}
"""Every option and its default; each can also be set as BUTTERCMS_RELAY_<NAME>."""

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_HEADER = re.compile(r"[A-Za-z0-9-]+")
_PATH = re.compile(r"/\S*")
_BYTES = re.compile(r"[0-9]{1,12}")
_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")
_EVENT_TYPE = re.compile(r"\S.{0,99}")
_LONGEST = timedelta(days=1)


@dataclass(frozen=True)
class RelayOptions:
    """The options of a relay; times are in seconds.

    Attributes:
        secrets: a request needs one of them; None when no secret is required.
        quiet: a build starts when no further event came for this long.
        longest: a build starts this long after the first event, even while others come.
        lease: how long a relay that died keeps others from delivering its events.
        first_retry: the pause after the first failure; it doubles after each further one.
        last_retry: the longest pause, and the pause when the configuration is wrong.
    """

    secrets: tuple[Token, ...] | None
    header: str
    path: str
    quiet: float
    longest: float
    lease: float
    first_retry: float
    last_retry: float
    max_body: int
    body_time: float
    queue: Path
    redis: Token | None
    github: str
    github_token: Token | None
    github_api: str
    event_type: str
    netlify: Token | None
    deploy_hook: Token | None
    run: str
    run_timeout: float
    skip_drafts: bool
    environ: Mapping[str, str] = field(repr=False)

    @classmethod
    def read(
        cls,
        environment: Environment,
        arguments: Mapping[str, Any] | None = None,
        *,
        secret_needed: bool = True,
        target_needed: bool = True,
    ) -> RelayOptions:
        """Read the options.

        Args:
            environment: the source of the secrets, and of every option without an argument.
            arguments: options by name, which win over the environment; None is not set.
            secret_needed: whether a relay without a secret is refused.
            target_needed: whether a relay without a place that builds is refused.

        Raises:
            SettingsError: something is missing or wrong; the message lists every problem.
        """
        reader = _OptionsReader(environment, arguments or {})
        return reader.read(secret_needed=secret_needed, target_needed=target_needed)


class _OptionsReader:
    """Reads and checks options, and collects every problem."""

    def __init__(self, environment: Environment, arguments: Mapping[str, Any]) -> None:
        self._environment = environment
        self._arguments = arguments
        self._problems: list[str] = []

    def read(self, *, secret_needed: bool, target_needed: bool) -> RelayOptions:
        options = RelayOptions(
            secrets=self._secrets(needed=secret_needed),
            header=self._matching("header", _HEADER, "a header's name"),
            path=self._matching("path", _PATH, "a path that begins with /"),
            quiet=self._seconds("quiet"),
            longest=self._seconds("longest"),
            lease=self._seconds("lease", least=0.5),
            first_retry=self._seconds("first_retry", least=0.05),
            last_retry=self._seconds("last_retry", least=0.05),
            max_body=self._number("max_body"),
            body_time=self._seconds("body_time", least=0.1),
            queue=Path(self._text("queue")),
            redis=Token(url) if (url := self._text("redis")) else None,
            github=self._matching("github", _REPOSITORY, "OWNER/REPO")
            if self._on("github")
            else "",
            github_token=self._secret("github", "BUTTERCMS_GITHUB_TOKEN", "a token", url=False),
            github_api=self._api(),
            event_type=self._matching("event_type", _EVENT_TYPE, "a name of at most 100 letters"),
            netlify=self._secret("netlify", "BUTTERCMS_NETLIFY_HOOK", "a build hook's URL"),
            deploy_hook=self._secret("deploy_hook", "BUTTERCMS_DEPLOY_HOOK", "a deploy hook's URL"),
            run=self._command(),
            run_timeout=self._seconds("run_timeout", least=0.1),
            skip_drafts=self._on("skip_drafts"),
            environ=self._environment.variables,
        )
        targets = ("github", "netlify", "deploy_hook", "run")
        if target_needed and not any(map(self._on, targets)):
            self._problems.append(
                "The relay has no place to start builds. Use --github, --netlify, --deploy-hook or"
                " --run, or several of them."
            )
        if options.quiet > options.longest:
            self._problems.append("--quiet is longer than --longest, so it would have no effect.")
        if self._problems:
            raise SettingsError(self._problems)
        return options

    def _text(self, name: str) -> str:
        value = self._arguments.get(name)
        if value is None:
            value = self._environment.get(PREFIX + name.upper())
        return str(DEFAULTS[name] if value is None else value).strip()

    def _on(self, name: str) -> bool:
        return self._text(name).lower() not in {"", "0", "false", "no", "off"}

    def _matching(self, name: str, pattern: re.Pattern[str], what: str) -> str:
        text = self._text(name)
        if not pattern.fullmatch(text):
            self._wrong(name, what, text)
        return text

    def _seconds(self, name: str, least: float = 0.0) -> float:
        text = self._text(name)
        try:
            span = parse_duration(float(text) if _NUMBER.fullmatch(text) else text)
        except (ValueError, OverflowError):
            span = timedelta.max
        if span > _LONGEST or span.total_seconds() < least:
            self._wrong(name, 'a duration such as "10s" or "1m30s", at most a day', text)
            return 1.0
        return span.total_seconds()

    def _number(self, name: str) -> int:
        text = self._text(name)
        if _BYTES.fullmatch(text) and int(text) > 0:
            return int(text)
        self._wrong(name, "a number of bytes", text)
        return 1

    def _secrets(self, *, needed: bool) -> tuple[Token, ...] | None:
        text = self._environment.get("BUTTERCMS_WEBHOOK_SECRET") or ""
        secrets = tuple(Token(secret.strip()) for secret in text.split(",") if secret.strip())
        if not secrets and needed:
            self._problems.append(
                "There is no BUTTERCMS_WEBHOOK_SECRET in"
                f" {' or '.join(self._environment.looked_in)}. Choose one (32 random letters)"
                f" and set it in ButterCMS as the custom header {self._text('header')} of the"
                " webhook. On this machine alone, --no-secret works without one."
            )
        return secrets or None

    def _secret(self, option: str, variable: str, what: str, *, url: bool = True) -> Token | None:
        if not self._on(option):
            return None
        text = (self._environment.get(variable) or "").strip()
        if not text:
            self._problems.append(
                f"{_flag(option)} needs {what} in {variable}. There is none in"
                f" {' or '.join(self._environment.looked_in)}."
            )
        elif url and not is_web_address(text):
            self._problems.append(f"{variable} is not an https:// address.")
        return Token(text)

    def _api(self) -> str:
        url = self._environment.get("GITHUB_API_URL") or "https://api.github.com"
        if self._on("github") and not is_web_address(url):
            self._problems.append("GITHUB_API_URL is not an https:// address.")
        return url

    def _command(self) -> str:
        text = self._text("run")
        try:
            words = shlex.split(text)
        except ValueError:
            self._wrong("run", "a command with its quotes closed", text)
            return text
        if words and not shutil.which(words[0], path=self._environment.get("PATH")):
            self._problems.append(
                f"--run names {words[0][:80]!r}, and there is no such program on the PATH. It is"
                " run without a shell: write `sh -c '…'` where you need one."
            )
        return text

    def _wrong(self, name: str, what: str, text: str) -> None:
        self._problems.append(
            f"{_flag(name)} (or {PREFIX}{name.upper()}) takes {what}, not {text[:80]!r}."
        )


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def is_web_address(url: str) -> bool:
    """Return whether a secret may be sent to an address; without TLS only on this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    return host is not None and (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    )
