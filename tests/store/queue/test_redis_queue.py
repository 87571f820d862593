"""The queue in Redis: what the server may lose, and what its owner is warned of."""

import sys

import pytest

from pelican_buttercms.errors import SettingsError, StoreError
from pelican_buttercms.store.queue import RedisQueue

from .items import add, due


def test_redis_that_was_emptied_begins_anew(redis_server):
    """What it has lost is lost, and what comes then is delivered."""
    import redis

    queue = RedisQueue(redis_server.url, prefix="{emptied}")
    queue.register(["a"])
    due(queue, "x")
    redis.Redis.from_url(redis_server.url).flushall()
    due(queue, "y")
    assert queue.claim("a", "me", 10).items == (b"y",)
    queue.close()


def test_redis_that_is_killed_keeps_what_it_took(redis_server):
    """With its log synced at every command, as the documentation advises."""
    queue = RedisQueue(redis_server.url, prefix="{restarted}")
    queue.register(["a"])
    add(queue, "x", "y")
    assert queue.advice() == []
    redis_server.kill()
    with pytest.raises(StoreError, match="cannot be used"):
        add(queue, "z")
    redis_server.start()
    add(queue, "z")
    queue.close_window(0, 0)
    assert queue.claim("a", "me", 10).items == (b"x", b"y", b"z")
    queue.close()


def test_redis_that_may_lose_things_is_told_of(redis_server):
    """By its own account of how it is set up."""
    import redis

    client = redis.Redis.from_url(redis_server.url)
    client.config_set("appendonly", "no")
    client.config_set("maxmemory-policy", "allkeys-lru")
    queue = RedisQueue(redis_server.url)
    off, evicts = queue.advice()
    client.config_set("maxmemory-policy", "noeviction")
    client.config_set("appendonly", "yes")
    assert "appendonly" in off
    assert "noeviction" in evicts
    queue.close()


def test_redis_out_of_reach_is_told_without_its_password():
    """The host is named; a URL that is none is not repeated."""
    queue = RedisQueue("redis://user:hunter2@127.0.0.1:9/0")
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:9") as result:
        queue.check()
    assert "hunter2" not in str(result.value)
    with pytest.raises(SettingsError, match="no URL") as wrong:
        RedisQueue("hunter2@host")
    assert "hunter2" not in str(wrong.value)


def test_redis_without_its_package_is_told(monkeypatch):
    """With what to install."""
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(SettingsError, match=r"pelican-buttercms\[redis\]"):
        RedisQueue("redis://localhost")


def test_an_item_that_redis_lost_is_delivered_as_a_damaged_one(redis_server):
    """What it was is not known, but that something changed is."""
    import redis

    queue = RedisQueue(redis_server.url, prefix="{lost}")
    queue.register(["a"])
    due(queue, "x", "y")
    redis.Redis.from_url(redis_server.url).hdel("{lost}:items", "1")
    assert queue.claim("a", "me", 10).items == (b"", b"y")
    queue.close()
