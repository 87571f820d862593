"""The places where builds are started, and what their answers mean.

At GitHub and at a host with deploy hooks, a delivery is done when the build was accepted; whether
it takes the events in is its own matter: the sample's workflows try again. A command of this
machine has to succeed.
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
class Outcome:
    """What came of a try.

    Attributes:
        started: whether the build was started.
        note: what to tell people; never a secret.
        permanent: another try soon would end the same: the configuration is wrong.
        postponed: the build ran, and asked to be run again.
        retry_after: seconds that the target wants to be left alone, None when it did not say.
    """

    started: bool
    note: str
    permanent: bool = False
    retry_after: float | None = None
    postponed: bool = False


class Target(Protocol):
    """A place where builds are started."""

    @property
    def name(self) -> str:
        """Return its name in the queue, in logs and in metrics."""

    def start(self, events: Sequence[Event], stopping: Callable[[], bool]) -> Outcome:
        """Start one build for these events.

        Args:
            events: what happened, merged.
            stopping: says that the relay is about to end.
        """


@dataclass(frozen=True)
class GitHub:
    """A workflow that runs on `repository_dispatch`.

    Attributes:
        repository: OWNER/REPO.
        token: one that may write the repository's contents.
        event_type: what the workflow's `types:` names.
        api_url: GitHub's API, or an Enterprise Server's.
    """

    repository: str
    token: Token
    event_type: str = "buttercms"
    api_url: str = "https://api.github.com"
    deliver: Deliver = field(default=deliver, repr=False)
    name: str = "github"

    def start(self, events: Sequence[Event], stopping: Callable[[], bool]) -> Outcome:
        """See `Target`."""
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
            422: "GitHub does not take this event.",
        }
        return _post(
            lambda: self.deliver(url, encode_payload(body), headers, token=self.token),
            f"GitHub for {self.repository}",
            advice,
        )


@dataclass(frozen=True)
class DeployHook:
    """An address that starts a build when it is asked; whoever knows it may do that.

    Attributes:
        url: the address.
        passes_events: the host hands the body on to the build, as Netlify does.
    """

    url: Token
    name: str
    passes_events: bool = False
    deliver: Deliver = field(default=deliver, repr=False)

    def start(self, events: Sequence[Event], stopping: Callable[[], bool]) -> Outcome:
        """See `Target`."""
        del stopping
        url, body = self.url.reveal(), b""
        if self.passes_events:
            url, body = _titled(url, title(events)), encode_payload(to_payload(events))
        advice = {404: "The hook does not exist any more: put the new one into the environment."}
        host = urlsplit(url).hostname
        return _post(
            lambda: self.deliver(url, body, _JSON if body else {}), f"The hook at {host}", advice
        )


def title(events: Sequence[Event]) -> str:
    """Return in a few words what happened: "ButterCMS: news/hello published, and 3 more"."""
    if not events:
        return "ButterCMS"
    first = events[0]
    what = "/".join(filter(None, (first.group, first.id))) or first.kind
    more = f", and {len(events) - 1} more" if len(events) > 1 else ""
    return f"ButterCMS: {what[:60]} {first.name.partition('.')[2]}{more}"


def _titled(url: str, text: str) -> str:
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query) if pair[0] != "trigger_title"]
    return parts._replace(query=urlencode([*query, ("trigger_title", text)])).geturl()


def _post(ask: Callable[[], Answer], who: str, advice: Mapping[int, str]) -> Outcome:
    try:
        answer = ask()
    except TransportError as exc:
        return Outcome(started=False, note=f"{who}: {exc}")
    except SettingsError as exc:
        return Outcome(started=False, note=f"{who}: {exc}", permanent=True)
    return _judge(answer, who, advice)


def _judge(answer: Answer, who: str, advice: Mapping[int, str]) -> Outcome:
    """Return what an answer means; only a failure that is the configuration's is permanent."""
    status = answer.status
    if 200 <= status < 300:
        return Outcome(started=True, note=f"{who} answered {status}")
    note = f"{who} answered {status}"
    if 300 <= status < 400:
        moved = f"{note}: it has moved, and a redirect is not followed. Name its new address."
        return Outcome(started=False, note=moved, permanent=True)
    if status in _TEMPORARY or answer.limited or status >= 500 or status < 200:
        return Outcome(started=False, note=note, retry_after=answer.retry_after)
    told = " ".join(filter(None, (advice.get(status), _quoted(answer.detail))))
    return Outcome(started=False, note=f"{note}. {told}".rstrip(), permanent=True)


def _quoted(detail: str) -> str:
    return f"It says: {detail}" if detail else ""


def summary(targets: Sequence[Any]) -> str:
    """Return the names of the targets in one line."""
    return ", ".join(target.name for target in targets)
