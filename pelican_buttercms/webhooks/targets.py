"""The targets where builds are started over HTTP: GitHub and deploy hooks.

A delivery is done when the target accepted the build. Whether that build then uses the events is
its own responsibility: the workflows of the sample site try again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

from pelican_buttercms.api.webhook_events.event import Event
from pelican_buttercms.api.webhook_events.payload import encode_payload, to_payload
from pelican_buttercms.errors import SettingsError, TransportError
from pelican_buttercms.settings import Token
from pelican_buttercms.sync.http.post import Answer, deliver

_JSON = {"Content-Type": "application/json"}
_TEMPORARY = {408, 425, 429}

Deliver = Callable[..., Answer]


@dataclass(frozen=True)
class DeliveryResult:
    """The result of one attempt to start a build.

    Attributes:
        started: whether the build was started.
        note: a message for people; never a secret.
        permanent: whether the configuration is wrong, so that another attempt soon fails as well.
        retry_after: the seconds to wait that the target asked for, None if it did not.
        postponed: whether the build ran and asked to be run again.
    """

    started: bool
    note: str
    permanent: bool = False
    retry_after: float | None = None
    postponed: bool = False


class BuildTarget(Protocol):
    """A place where builds are started."""

    @property
    def name(self) -> str:
        """The target's name in the queue, in logs and in metrics."""

    def start(self, events: Sequence[Event], stopping: Callable[[], bool]) -> DeliveryResult:
        """Start one build for these events.

        Args:
            events: the coalesced events.
            stopping: returns whether the relay is about to end.
        """


@dataclass(frozen=True)
class GitHub:
    """A workflow that runs on `repository_dispatch`.

    Attributes:
        repository: OWNER/REPO.
        token: a token that may write the repository's contents.
        event_type: a type that the workflow's `types:` lists.
        api_url: GitHub's API, or that of an Enterprise Server.
    """

    repository: str
    token: Token
    event_type: str = "buttercms"
    api_url: str = "https://api.github.com"
    deliver: Deliver = field(default=deliver, repr=False)
    name: str = "github"

    def start(self, events: Sequence[Event], stopping: Callable[[], bool]) -> DeliveryResult:
        """See `BuildTarget`."""
        del stopping
        body = {"event_type": self.event_type, "client_payload": to_payload(events)}
        headers = {
            **_JSON,
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        url = f"{self.api_url.rstrip('/')}/repos/{self.repository}/dispatches"
        advice = {
            401: "The token in BUTTERCMS_GITHUB_TOKEN is wrong or has expired.",
            403: "The token in BUTTERCMS_GITHUB_TOKEN may not write that repository's contents.",
            404: "There is no such repository, or the token may not see it.",
            422: "GitHub does not accept this event.",
        }
        return _post(
            lambda: self.deliver(url, encode_payload(body), headers, token=self.token),
            f"GitHub for {self.repository}",
            advice,
        )


@dataclass(frozen=True)
class DeployHook:
    """A deploy hook: a secret address that starts a build on POST.

    Attributes:
        url: the address.
        passes_events: whether the host passes the body to the build, as Netlify does.
    """

    url: Token
    name: str
    passes_events: bool = False
    deliver: Deliver = field(default=deliver, repr=False)

    def start(self, events: Sequence[Event], stopping: Callable[[], bool]) -> DeliveryResult:
        """See `BuildTarget`."""
        del stopping
        url, body = self.url.reveal(), b""
        if self.passes_events:
            url, body = _titled(url, title(events)), encode_payload(to_payload(events))
        advice = {404: "The hook no longer exists: set the new one in the environment."}
        host = urlsplit(url).hostname
        return _post(
            lambda: self.deliver(url, body, _JSON if body else {}), f"The hook at {host}", advice
        )


def title(events: Sequence[Event]) -> str:
    """Return a short title such as "ButterCMS: news/hello published by Ada, and 3 more"."""
    if not events:
        return "ButterCMS"
    first = events[0]
    what = "/".join(filter(None, (first.group, first.id))) or first.kind
    more = f", and {len(events) - 1} more" if len(events) > 1 else ""
    editor = f" by {first.editor}" if first.editor else ""
    return f"ButterCMS: {what[:60]} {first.name.partition('.')[2]}{editor}{more}"


def _titled(url: str, text: str) -> str:
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query) if pair[0] != "trigger_title"]
    return parts._replace(query=urlencode([*query, ("trigger_title", text)])).geturl()


def _post(send: Callable[[], Answer], target: str, advice: Mapping[int, str]) -> DeliveryResult:
    try:
        answer = send()
    except TransportError as exc:
        return DeliveryResult(started=False, note=f"{target}: {exc}")
    except SettingsError as exc:
        return DeliveryResult(started=False, note=f"{target}: {exc}", permanent=True)
    return _interpret(answer, target, advice)


def _interpret(answer: Answer, target: str, advice: Mapping[int, str]) -> DeliveryResult:
    """Return the meaning of an answer; only a wrong configuration is permanent."""
    status = answer.status
    note = f"{target} answered {status}"
    if 200 <= status < 300:
        return DeliveryResult(started=True, note=note)
    if 300 <= status < 400:
        moved = f"{note}: it has moved, and redirects are not followed. Set the new address."
        return DeliveryResult(started=False, note=moved, permanent=True)
    if status in _TEMPORARY or answer.limited or status >= 500 or status < 200:
        return DeliveryResult(started=False, note=note, retry_after=answer.retry_after)
    detail = answer.detail and f"It says: {answer.detail}"
    reason = " ".join(filter(None, (advice.get(status), detail)))
    return DeliveryResult(started=False, note=f"{note}. {reason}".rstrip(), permanent=True)


def summary(targets: Sequence[Any]) -> str:
    """Return the names of the targets in one line."""
    return ", ".join(target.name for target in targets)
