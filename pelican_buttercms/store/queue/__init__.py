"""What is taken and not delivered yet? A durable queue, on this machine's disk or in Redis."""

from __future__ import annotations

from pelican_buttercms.store.queue.base import Claim, Queue, QueueState, TargetState
from pelican_buttercms.store.queue.on_disk import DiskQueue
from pelican_buttercms.store.queue.on_redis import RedisQueue

__all__ = ["Claim", "DiskQueue", "Queue", "QueueState", "RedisQueue", "TargetState"]
