"""Retries: which failed requests are sent again, and when, within a bounded total time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
import logging
import random
import time
from typing import TypeVar

from pelican_buttercms.errors import (
    ButterCMSError,
    RefusedResponseError,
    ResponseError,
    ServerError,
    ThrottledError,
    TransportError,
)

logger = logging.getLogger(__name__)

# A spent quota is not among them: its Retry-After can be weeks.
TEMPORARY = (TransportError, ServerError, ResponseError, ThrottledError)

Result = TypeVar("Result")


@dataclass(frozen=True)
class Retry:
    """The bounds of retries.

    Attributes:
        attempts: tries of one request, the first included.
        total: seconds after which no further try begins.
        pause: seconds before the second try; doubled for each further one, with jitter. An API that
            names a pause is left alone for at least that long.
    """

    attempts: int = 5
    total: float = 60.0
    pause: float = 0.5
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    jitter: Callable[[], float] = random.random

    def call(
        self,
        action: Callable[[], Result],
        given_up: Callable[[], bool] = lambda: False,
        passing: tuple[type[ButterCMSError], ...] = TEMPORARY,
    ) -> Result:
        """Run an action until it succeeds or the bounds are reached, then raise the last error.

        Args:
            action: what to try.
            given_up: returns whether the result is not needed any more, so that no try follows.
            passing: the errors after which another try may succeed.
        """
        started = self.clock()
        for attempt in range(1, self.attempts + 1):
            try:
                return action()
            except RefusedResponseError:
                raise  # every try is billed, and this one would end the same
            except passing as exc:
                wait = self._wait(attempt, exc)
                spent = self.clock() - started
                if attempt == self.attempts or spent + wait > self.total or given_up():
                    raise
                # INFO: Pelican's --fatal warnings would end the build on a mere retry
                logger.info(
                    "Trying again in %.1f s (%d of %d): %s", wait, attempt, self.attempts, exc
                )
                self.sleep(wait)
        raise AssertionError("a retry has at least one attempt")  # pragma: no cover

    def _wait(self, attempt: int, exc: ButterCMSError) -> float:
        wait: float = self.pause * 2 ** (attempt - 1) * (0.5 + self.jitter())
        asked = exc.retry_after if isinstance(exc, ThrottledError) else None
        return wait + (asked or 0)  # requests that were refused together do not come back together
