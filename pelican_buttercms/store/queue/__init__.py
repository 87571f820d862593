"""A durable queue of webhook events, on this machine's disk or in Redis.

protocol       what both queues guarantee
sqlite_queue   the queue on disk
sqlite_file    its database file
redis_queue    the queue in Redis or Valkey
redis_scripts  the Lua scripts that run inside Redis
"""

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
