"""The queue in Redis or Valkey: four keys that several machines share.

An item is as durable as Redis is. With `appendonly yes` and `appendfsync always` that is as durable
as on disk; with `everysec`, the last second can be lost when the server's machine fails. A change
is made again where another machine changed the queue meanwhile (WATCH). The clock is the server's,
so machines that share a queue need not agree on the time. All keys have one hash tag, so that a
cluster keeps them together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import msgspec

from pelican_buttercms.errors import SettingsError, StoreError
from pelican_buttercms.store.queue.queue import Queue
from pelican_buttercms.store.queue.storage import (
    LONGEST_LOG,
    Result,
    StoredState,
    Transaction,
)

if TYPE_CHECKING:
    import redis

PREFIX = "{buttercms-relay}"

_TIMEOUT = 1.5  # ButterCMS waits 5 s for the answer to a webhook
_AT_ONCE = 500


class RedisQueue(Queue):
    """A `Queue` in Redis or Valkey.

    Args:
        url: `redis://`, `rediss://` or `unix://`; it may hold a password and is never shown.
        prefix: the prefix of the keys.

    Raises:
        SettingsError: the package is not installed, or the URL is not valid.
        StoreError: from every method, when the server cannot be used.
    """

    def __init__(self, url: str, prefix: str = PREFIX) -> None:
        self._server = _RedisServer(url, prefix)
        super().__init__(self._server)

    def advice(self) -> list[str]:
        """Return warnings about a configuration that could lose items."""
        return self._server.advice()


class _RedisServer:
    """A `Storage` in Redis."""

    def __init__(self, url: str, prefix: str) -> None:
        try:
            import redis  # noqa: PLC0415  (an extra)
            from redis.backoff import ExponentialBackoff  # noqa: PLC0415
            from redis.retry import Retry  # noqa: PLC0415
        except ImportError as exc:
            raise SettingsError(
                "A queue in Redis needs the package redis: pip install 'pelican-buttercms[redis]'."
            ) from exc
        self._errors = redis.RedisError
        try:
            self._redis: redis.Redis = redis.Redis.from_url(
                url,
                socket_timeout=_TIMEOUT,
                socket_connect_timeout=_TIMEOUT,
                retry=Retry(ExponentialBackoff(cap=0.1, base=0.01), 1),
            )
        except (ValueError, TypeError):  # its message may quote the password
            raise SettingsError(
                "The address of Redis is no URL such as redis://host:6379/0 or rediss://…: look at"
                " --redis or BUTTERCMS_RELAY_REDIS."
            ) from None
        parts = self._redis.connection_pool.connection_kwargs
        self._where = str(parts.get("path") or f"{parts.get('host')}:{parts.get('port', 6379)}")
        self._keys = {name: f"{prefix}:{name}" for name in ("state", "items", "window", "log")}

    def run(self, change: Callable[[Transaction], Result]) -> Result:
        def attempt(pipe: Any) -> Result:
            transaction = _RedisTransaction(pipe, self._keys)
            result = change(transaction)
            transaction.save()
            return result

        watched = [self._keys[name] for name in ("state", "items", "window")]
        transaction = cast("Callable[..., Result]", self._redis.transaction)
        with self._guard():
            return transaction(attempt, *watched, value_from_callable=True)

    def advice(self) -> list[str]:
        with self._guard():
            info: Any = self._redis.info()
        advice = []
        if not info.get("aof_enabled", 1):
            advice.append(
                f"Redis at {self._where} has appendonly off: events are lost when it stops"
                " unexpectedly. Set appendonly yes and appendfsync always."
            )
        if info.get("maxmemory_policy", "noeviction") != "noeviction":
            advice.append(
                f"Redis at {self._where} may drop the queue when its memory is full: set"
                " maxmemory-policy noeviction."
            )
        return advice

    def close(self) -> None:
        self._redis.close()

    @contextmanager
    def _guard(self) -> Iterator[None]:
        try:
            yield
        except (self._errors, OSError, msgspec.DecodeError) as exc:
            raise StoreError(
                f"The queue in Redis at {self._where} cannot be used ({exc}). Check whether the"
                " server runs, whether this machine reaches it, and whether its memory is full."
            ) from exc


class _RedisTransaction:
    """A `Transaction` that reads at once, and sends what it writes at its end.

    Args:
        pipe: watches the keys.
        keys: the keys by their names.
    """

    def __init__(self, pipe: Any, keys: Mapping[str, str]) -> None:
        self._pipe = pipe
        self._keys = keys
        self._writes: list[tuple[Any, ...]] = []
        seconds, microseconds = pipe.time()
        self.now = seconds + microseconds / 1e6
        self._before = pipe.get(keys["state"]) or b"{}"
        self.state = msgspec.json.decode(self._before, type=StoredState)

    def save(self) -> None:
        data = msgspec.json.encode(self.state)
        if data != self._before:
            self._write("set", "state", data)
        self._pipe.multi()
        for method, *arguments in self._writes:
            method(*arguments)

    def is_open(self, key: str) -> bool:
        return bool(self._pipe.sismember(self._keys["window"], key))

    def append(self, key: str, item: bytes) -> None:
        self.state.newest += 1
        self._write("hset", "items", self.state.newest, b"%d\n%b" % (self.now, item))
        self._write("sadd", "window", key)

    def close_window(self) -> None:
        self._write("delete", "window")

    def items(self, after: int, upto: int) -> tuple[bytes, ...]:
        return tuple(item.partition(b"\n")[2] for item in self._items(after, upto))

    def taken(self, number: int) -> float | None:
        ((moment, _, _),) = (item.partition(b"\n") for item in self._items(number - 1, number))
        return int(moment) if moment.isdigit() else None

    def remove(self, after: int, upto: int) -> None:
        self._write("hdel", "items", *range(after + 1, upto + 1))

    def note(self, entry: bytes) -> None:
        self._write("lpush", "log", entry)
        self._write("ltrim", "log", 0, LONGEST_LOG - 1)

    def log(self) -> list[bytes]:
        return list(self._pipe.lrange(self._keys["log"], 0, -1))

    def _items(self, after: int, upto: int) -> Iterator[bytes]:
        for start in range(after + 1, upto + 1, _AT_ONCE):
            numbers = list(range(start, min(start + _AT_ONCE, upto + 1)))
            for item in self._pipe.hmget(self._keys["items"], numbers):
                yield item or b""

    def _write(self, command: str, name: str, *arguments: Any) -> None:
        self._writes.append((getattr(self._pipe, command), self._keys[name], *arguments))
