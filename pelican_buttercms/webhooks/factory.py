"""Construction of a relay from its options, for our own server and for any WSGI host.

`gunicorn "pelican_buttercms.webhooks.factory:create_app()"` reads every option from the
environment, as BUTTERCMS_RELAY_<NAME>.
"""

from __future__ import annotations

import atexit
from collections.abc import Mapping
import logging
import os
from pathlib import Path

from pelican_buttercms.clean_text import CleanRecords
from pelican_buttercms.errors import StoreError
from pelican_buttercms.settings import Environment
from pelican_buttercms.store.queue import DiskQueue, Queue, RedisQueue
from pelican_buttercms.webhooks.command import Command
from pelican_buttercms.webhooks.config import RelayOptions
from pelican_buttercms.webhooks.dispatcher import Worker
from pelican_buttercms.webhooks.targets import BuildTarget, DeployHook, GitHub
from pelican_buttercms.webhooks.wsgi import Relay

logger = logging.getLogger(__name__)

LOG_LAYOUT, LOG_TIME = "%(asctime)s %(levelname)s %(message)s", "%H:%M:%S"
"""How a relay logs, under every host."""


def create_app(environ: Mapping[str, str] | None = None, *, runs: bool = True) -> Relay:
    """Build a relay from the environment alone.

    Args:
        environ: replaces this process' environment and the .env file beside it.
        runs: whether builds are started from this process. A serverless function passes False,
            and a schedule calls `Relay.worker.deliver_now()`.

    Raises:
        SettingsError: something is missing or wrong.
        StoreError: the queue cannot be used.
    """
    if environ is None:
        environment = Environment.load(os.environ, [Path.cwd()])
    else:
        environment = Environment(dict(environ))
    _log_somewhere()
    relay = build_relay(RelayOptions.read(environment), runs=runs)
    atexit.register(relay.close)
    return relay


def _log_somewhere() -> None:
    """Log to standard error where the host has not configured logging, as gunicorn has not."""
    package = logging.getLogger("pelican_buttercms")
    if package.hasHandlers():
        return
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(LOG_LAYOUT, LOG_TIME))
    handler.addFilter(CleanRecords())
    package.addHandler(handler)
    package.setLevel(logging.INFO)


def build_relay(options: RelayOptions, *, runs: bool = True) -> Relay:
    """Build a relay, which begins with the events that were left from last time.

    Raises:
        SettingsError: Redis is wanted and its package is not installed.
        StoreError: the queue cannot be used.
    """
    queue = _queue(options)
    worker = Worker(queue, list_targets(options), options)
    worker.register()
    relay = Relay(options, queue, worker, runs=runs)
    if runs:
        worker.ensure_running()
    return relay


def list_targets(options: RelayOptions) -> list[BuildTarget]:
    """Return the targets where builds are started."""
    targets: list[BuildTarget] = []
    if options.github and options.github_token:
        targets.append(
            GitHub(options.github, options.github_token, options.event_type, options.github_api)
        )
    if options.netlify:
        targets.append(DeployHook(options.netlify, "netlify", passes_events=True))
    if options.deploy_hook:
        targets.append(DeployHook(options.deploy_hook, "deploy-hook"))
    if options.run:
        targets.append(Command(options.run, options.run_timeout, options.environ))
    return targets


def _queue(options: RelayOptions) -> Queue:
    if options.redis is None:
        return DiskQueue(options.queue)
    queue = RedisQueue(options.redis.reveal())
    try:
        for advice in queue.advice():
            logger.warning("%s", advice)
    except StoreError as exc:
        logger.debug("The configuration of Redis cannot be read: %s", exc)
    return queue
