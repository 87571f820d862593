"""Somewhere to start builds, and the time, as tests set them."""

from pelican_buttercms.webhooks.targets import DeliveryResult

STARTED = DeliveryResult(started=True, note="started")
FAILED = DeliveryResult(started=False, note="it answered 503")
POSTPONED = DeliveryResult(started=False, note="it ended with exit code 75", postponed=True)
WRONG = DeliveryResult(started=False, note="it answered 404", permanent=True)


class Place:
    """Somewhere to start builds; it does what it is told, and success when it was told nothing."""

    def __init__(self, name="a", *outcomes):
        self.name = name
        self.outcomes = list(outcomes)
        self.started = []
        self.tries = []

    def start(self, events, stopping):
        """See `BuildTarget`."""
        self.tries.append([event.id for event in events])
        outcome = self.outcomes.pop(0) if self.outcomes else STARTED
        if isinstance(outcome, Exception):
            raise outcome
        if outcome.started:
            self.started.append([event.id for event in events])
        return outcome


class Clock:
    """The time, as it is told."""

    time = 1_000_000.0

    def __call__(self):
        """Return the time."""
        return self.time
