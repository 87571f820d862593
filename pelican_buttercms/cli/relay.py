"""`pelican-buttercms relay`: receive ButterCMS's webhooks and start builds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
import json
import logging
import os
from pathlib import Path
import signal
from threading import Event
from typing import Any, TypeVar
from uuid import uuid4

import click

from pelican_buttercms.cli.formatting import begin_logging, echo
from pelican_buttercms.cli.options import PORT
from pelican_buttercms.errors import SettingsError, TransportError
from pelican_buttercms.local_requests import is_loopback
from pelican_buttercms.settings import Environment
from pelican_buttercms.sync.http.post import deliver
from pelican_buttercms.webhooks.config import DEFAULTS, RelayOptions
from pelican_buttercms.webhooks.factory import LOG_LAYOUT, LOG_TIME, build_relay
from pelican_buttercms.webhooks.server import listening
from pelican_buttercms.webhooks.targets import summary

Function = TypeVar("Function", bound=Callable[..., Any])

_EPILOG = """
Secrets come from the environment or a .env file: BUTTERCMS_WEBHOOK_SECRET (several, separated by
commas, while you change it), BUTTERCMS_GITHUB_TOKEN, BUTTERCMS_NETLIFY_HOOK, BUTTERCMS_DEPLOY_HOOK.
Every option can also be set as BUTTERCMS_RELAY_<NAME>; other hosts (gunicorn, waitress) run
pelican_buttercms.webhooks.factory:create_app() and read all of them from there.
"""


def _option(name: str, metavar: str, text: str) -> Callable[[Function], Function]:
    default = f" [default: {DEFAULTS[name]}]" if DEFAULTS[name] else ""
    return click.option(f"--{name.replace('_', '-')}", metavar=metavar, help=f"{text}{default}")


def _flag(name: str, text: str) -> Callable[[Function], Function]:
    return click.option(f"--{name.replace('_', '-')}", is_flag=True, default=None, help=text)


@click.command(epilog=_EPILOG)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=PORT, default=8090, show_default=True, help="Port; 0 takes a free one."
)
@_option("path", "PATH", "Where webhooks are received.")
@_option("header", "NAME", "The header that carries the secret.")
@click.option(
    "--check",
    metavar="URL",
    is_flag=False,
    flag_value="",
    help="Send a test event to the relay that runs at URL, by default on this machine, and end.",
)
@click.option("--no-secret", is_flag=True, help="Require no secret; only on this machine.")
@_option("quiet", "DURATION", "A build starts when no event came for this long.")
@_option("longest", "DURATION", "A build starts at the latest this long after the first event.")
@_option("github", "OWNER/REPO", "Start its workflows that run on repository_dispatch.")
@_option("event_type", "NAME", "The repository_dispatch's event type.")
@_flag("netlify", "POST to the build hook in BUTTERCMS_NETLIFY_HOOK, with the events.")
@_flag("deploy_hook", "POST to the hook in BUTTERCMS_DEPLOY_HOOK (Cloudflare, Vercel).")
@_option("run", "COMMAND", "Run a command; the events are on its standard input.")
@_option("run_timeout", "DURATION", "How long the command may run.")
@_flag("skip_drafts", "Start no build when only drafts were saved.")
@_option("queue", "FOLDER", "Where events are kept until they are delivered.")
@_option("redis", "URL", "Keep them in Redis or Valkey instead, for several relays.")
@_option("first_retry", "DURATION", "The pause after a failure; doubled after each further one.")
@_option("last_retry", "DURATION", "The longest pause.")
@_option("lease", "DURATION", "When another relay takes over from one that died.")
@_option("max_body", "BYTES", "How large a webhook may be.")
@_option("body_time", "DURATION", "How long a webhook may take to arrive.")
def relay(*, host: str, port: int, check: str | None, no_secret: bool, **given: Any) -> None:
    """Receive ButterCMS's webhooks and start builds, until interrupted.

    Several events within a short time are one build. An event is kept until its build was started,
    whatever happens meanwhile. /healthz, /metrics and /log show the state.
    """
    environment = Environment.load(os.environ, [Path.cwd()])
    if no_secret and not is_loopback(host):
        raise SettingsError(
            f"--no-secret is for this machine alone, and {host} can be reached from elsewhere. Put"
            " a secret into BUTTERCMS_WEBHOOK_SECRET, and into the webhook's headers."
        )
    options = RelayOptions.read(
        environment, given, secret_needed=not no_secret, target_needed=check is None
    )
    if check is not None:
        _check(options, check or f"http://{host}:{port}{options.path}")
        return
    begin_logging(level=logging.INFO, layout=LOG_LAYOUT, datefmt=LOG_TIME)
    app = build_relay(options, runs=False)
    try:
        with (
            _stop_signals() as stopped,
            listening(app, host, port, options.body_time, options.max_body) as taken,
        ):
            app.worker.ensure_running()
            echo(
                f"Taking webhooks at http://{host}:{taken}{options.path},"
                f" for {summary(app.worker.targets)}. Ctrl-C ends."
            )
            stopped.wait()
    finally:
        app.close()
    echo("Ended. What was not delivered is kept.")


def _check(options: RelayOptions, url: str) -> None:
    """Send a test event, and print what became of it.

    It names a draft of a post that is not there, so the build that it starts has nothing to pull.

    Raises:
        SettingsError: the relay refused it.
        TransportError: no relay answered.
    """
    body = {"webhook": {"event": "post.draft"}, "data": {"id": f"relay-check-{uuid4().hex[:8]}"}}
    headers = {"Content-Type": "application/json"}
    if options.secrets:
        headers[options.header] = options.secrets[0].reveal()
    try:
        answer = deliver(url, json.dumps(body).encode(), headers)
    except TransportError as exc:
        raise TransportError(
            f"No relay took the test event: {exc}. Start `pelican-buttercms relay` first, or give"
            " --check the address that ButterCMS has."
        ) from exc
    if answer.status != HTTPStatus.ACCEPTED:
        raise SettingsError(
            f"The relay did not take the test event: it answered {answer.status}. {answer.detail}"
            f" Compare BUTTERCMS_WEBHOOK_SECRET, --header and --path here and there."
        )
    started = "no build, since only a draft changed" if options.skip_drafts else "one build"
    echo(
        f"The relay took the test event. In {options.quiet:.0f} s it starts {started}; its log and"
        " /healthz tell whether that worked."
    )


@contextmanager
def _stop_signals() -> Iterator[Event]:
    """Yield an event that Ctrl-C and the host's SIGTERM set."""
    stopped = Event()
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: stopped.set()) for number in numbers]
    try:
        yield stopped
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
