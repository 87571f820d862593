"""A durable queue of what was taken and not delivered yet, on this machine's disk or in Redis."""

from __future__ import annotations

from pelican_buttercms.store.queue.base import LONGEST_WAIT, Claim, Queue, QueueState, TargetState
from pelican_buttercms.store.queue.on_disk import DiskQueue
from pelican_buttercms.store.queue.on_redis import RedisQueue

__all__ = ["LONGEST_WAIT", "Claim", "DiskQueue", "Queue", "QueueState", "RedisQueue", "TargetState"]
