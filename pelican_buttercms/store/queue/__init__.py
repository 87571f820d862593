"""A durable queue of webhook events, on this machine's disk or in Redis.

queue         windows, cursors, claims: the rules of both queues
storage       what a queue needs of the place that keeps it
sqlite_queue  the queue on disk
redis_queue   the queue in Redis or Valkey
"""

from __future__ import annotations

from pelican_buttercms.store.queue.queue import (
    LONGEST_WAIT,
    Claim,
    Queue,
    QueueState,
    TargetState,
)
from pelican_buttercms.store.queue.redis_queue import RedisQueue
from pelican_buttercms.store.queue.sqlite_queue import DiskQueue

__all__ = ["LONGEST_WAIT", "Claim", "DiskQueue", "Queue", "QueueState", "RedisQueue", "TargetState"]
