"""A durable queue of what was taken and not delivered yet, on this machine's disk or in Redis."""

from __future__ import annotations

from pelican_buttercms.store.queue.protocol import (
    LONGEST_WAIT,
    Claim,
    Queue,
    QueueState,
    TargetState,
)
from pelican_buttercms.store.queue.redis_queue import RedisQueue
from pelican_buttercms.store.queue.sqlite_queue import DiskQueue

__all__ = ["LONGEST_WAIT", "Claim", "DiskQueue", "Queue", "QueueState", "RedisQueue", "TargetState"]
