"""When is a failed request worth another try? A few times, inside a bounded total time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
import logging
import random
import time
from typing import TypeVar

from pelican_buttercms.errors import (
    RefusedResponseError,
    ResponseError,
    ServerError,
    TransportError,
)

logger = logging.getLogger(__name__)

# A quota error is not among them: its Retry-After can be weeks.
TEMPORARY = (TransportError, ServerError, ResponseError)

Result = TypeVar("Result")


@dataclass(frozen=True)
class Retry:
    """How often, and for how long in all.

    Attributes:
        attempts: tries of one request, the first included.
        total: seconds after which no further try begins.
        pause: seconds before the second try; doubled for each further one, with jitter.
    """

    attempts: int = 3
    total: float = 60.0
    pause: float = 0.5
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    jitter: Callable[[], float] = random.random

    def call(
        self, action: Callable[[], Result], given_up: Callable[[], bool] = lambda: False
    ) -> Result:
        """Run an action until it succeeds or the bounds are reached; the last error flies.

        Args:
            action: what to try.
            given_up: says that the result is not wanted any more, so that no try follows.
        """
        started = self.clock()
        for attempt in range(1, self.attempts + 1):
            try:
                return action()
            except RefusedResponseError:
                raise  # every try is billed, and this one would end the same
            except TEMPORARY as exc:
                wait = self.pause * 2 ** (attempt - 1) * (0.5 + self.jitter())
                spent = self.clock() - started
                if attempt == self.attempts or spent + wait > self.total or given_up():
                    raise
                # INFO: Pelican's --fatal warnings would end the build on a mere retry
                logger.info(
                    "Trying again in %.1f s (%d of %d): %s", wait, attempt, self.attempts, exc
                )
                self.sleep(wait)
        raise AssertionError("a retry has at least one attempt")  # pragma: no cover
