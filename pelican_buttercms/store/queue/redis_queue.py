"""The queue in Redis or Valkey: six keys that several machines share.

An item is as durable as Redis is. With `appendonly yes` and `appendfsync always` that is as durable
as on disk; with `everysec`, the last second can be lost when the server's machine fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pelican_buttercms.errors import SettingsError, StoreError
from pelican_buttercms.store.queue import redis_scripts
from pelican_buttercms.store.queue.protocol import (
    LONGEST_LOG,
    LONGEST_WAIT,
    Claim,
    QueueState,
    TargetState,
)

if TYPE_CHECKING:
    import redis

PREFIX = "{buttercms-relay}"

_TIMEOUT = 1.5  # ButterCMS waits 5 s for the answer to a webhook
_AT_ONCE = 500


class RedisQueue:
    """A `Queue` in Redis or Valkey.

    Args:
        url: `redis://`, `rediss://` or `unix://`; it may hold a password and is never shown.
        prefix: the prefix of the keys.

    Raises:
        SettingsError: the package is not installed, or the URL is not valid.
        StoreError: from every method, when the server cannot be used.
    """

    def __init__(self, url: str, prefix: str = PREFIX) -> None:
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
        self._keys = [f"{prefix}:{name}" for name in redis_scripts.KEYS]
        self._scripts: dict[str, Any] = {}
        self._targets: Sequence[str] = ()

    def register(self, targets: Sequence[str]) -> list[str]:
        """See `Queue`."""
        self._targets = tuple(targets)
        return [name.decode() for name in self._run(redis_scripts.REGISTER, *targets)]

    def add(self, key: str, item: bytes, counter: str, entry: bytes) -> bool:
        """See `Queue`."""
        return bool(self._run(redis_scripts.ADD, key, item, counter, entry, LONGEST_LOG - 1))

    def close_window(self, quiet: float, longest: float) -> float | None:
        """See `Queue`."""
        remaining = int(self._run(redis_scripts.CLOSE, _ms(quiet), _ms(longest)))
        return None if remaining < 0 else remaining / 1000

    def claim(self, target: str, owner: str, lease: float) -> Claim | None:
        """See `Queue`."""
        arguments = (target, owner, _ms(lease), _ms(LONGEST_WAIT))
        reply = self._run(redis_scripts.CLAIM, *arguments)
        if reply == [-1]:  # Redis has lost everything
            self.register(self._targets)
            reply = self._run(redis_scripts.CLAIM, *arguments)
        if len(reply) != 5:
            return None
        fence, done, upto, attempts, failing = map(int, reply)
        items = tuple(self._items(range(done + 1, upto + 1)))
        return Claim(target, owner, fence, upto, items, attempts, failing / 1000)

    def renew(self, claim: Claim, lease: float) -> bool:
        """See `Queue`."""
        return bool(self._run(redis_scripts.RENEW, *_holder(claim), _ms(lease)))

    def done(self, claim: Claim, counter: str) -> bool:
        """See `Queue`."""
        return bool(self._run(redis_scripts.DONE, *_holder(claim), claim.upto, counter))

    def failed(self, claim: Claim, wait: float, counter: str) -> bool:
        """See `Queue`."""
        return bool(self._run(redis_scripts.FAILED, *_holder(claim), _ms(wait), counter))

    def record(self, entry: bytes) -> None:
        """See `Queue`."""
        with self._guard():
            pipe = self._redis.pipeline()
            pipe.lpush(self._keys[5], entry)
            pipe.ltrim(self._keys[5], 0, LONGEST_LOG - 1)
            pipe.execute()

    def log(self) -> list[bytes]:
        """See `Queue`."""
        with self._guard():
            entries: Any = self._redis.lrange(self._keys[5], 0, -1)
        return list(entries)

    def state(self) -> QueueState:
        """See `Queue`."""
        reply = self._run(redis_scripts.STATE)
        now, base, newest, closed = map(int, reply[:4])
        names, fields, counters = reply[6], _pairs(reply[7]), _pairs(reply[8])
        targets = {
            name: TargetState(
                newest - fields.get(f"{name}:done", base),
                fields.get(f"{name}:attempts", 0),
                max(0.0, (now - since) / 1000) if (since := fields.get(f"{name}:since")) else 0.0,
            )
            for name in sorted(name.decode() for name in names)
        }
        oldest = max(0.0, (now - int(reply[4])) / 1000) if reply[4] else None
        delivered = int(reply[5]) / 1000 if reply[5] else None
        return QueueState(newest - base, newest - closed, oldest, delivered, targets, counters)

    def check(self) -> None:
        """See `Queue`."""
        with self._guard():
            self._redis.hset(self._keys[0], "checked", "1")

    def advice(self) -> list[str]:
        """See `Queue`."""
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
        """See `Queue`."""
        self._redis.close()

    def _items(self, numbers: range) -> Iterator[bytes]:
        for start in range(0, len(numbers), _AT_ONCE):
            with self._guard():
                part = [str(number) for number in numbers[start : start + _AT_ONCE]]
                items: Any = self._redis.hmget(self._keys[1], part)
            for item in items:  # a missing one is yielded as a damaged one, so its event counts
                yield (item or b"").partition(b"\n")[2]

    def _run(self, text: str, *arguments: str | bytes | int) -> Any:
        with self._guard():
            script = self._scripts.get(text)
            if script is None:
                script = self._scripts[text] = self._redis.register_script(text)
            return script(keys=self._keys, args=arguments)

    @contextmanager
    def _guard(self) -> Iterator[None]:
        try:
            yield
        except (self._errors, OSError) as exc:
            raise StoreError(
                f"The queue in Redis at {self._where} cannot be used ({exc}). Check whether the"
                " server runs, whether this machine reaches it, and whether its memory is full."
            ) from exc


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _holder(claim: Claim) -> tuple[str, str, int]:
    return claim.target, claim.owner, claim.fence


def _pairs(flat: list[bytes] | dict[bytes, bytes]) -> dict[str, int]:
    """Read the numbers of a hash, which a script returns as a flat list."""
    pairs = flat.items() if isinstance(flat, dict) else zip(flat[::2], flat[1::2], strict=True)
    return {name.decode(): int(value) for name, value in pairs if value.lstrip(b"-").isdigit()}
