"""A queue on disk and one in Redis, for each test."""

import random

import pytest

from pelican_buttercms.store.queue import DiskQueue, RedisQueue


@pytest.fixture(params=["disk", "redis"])
def open_queue(request, tmp_path):
    """Open the same queue again and again."""
    queues = []
    if request.param == "redis":
        url = request.getfixturevalue("redis_server").url
        prefix = f"{{{random.random()}}}"

    def start():
        queues.append(
            DiskQueue(tmp_path) if request.param == "disk" else RedisQueue(url, prefix=prefix)
        )
        return queues[-1]

    yield start
    for queue in queues:
        queue.close()


@pytest.fixture
def queue(open_queue):
    """A queue with one target."""
    queue = open_queue()
    queue.register(["a"])
    return queue
