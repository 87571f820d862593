"""Digests of bytes: SHA-256 for what is stored or shared, BLAKE2 for what is compared often."""

from __future__ import annotations

from hashlib import blake2b, sha256
from typing import Final

_PIECE: Final = 2047
"""Bytes that Python hashes without letting go of its lock: getting the lock back takes a pull's
threads longer than the hashing of a whole record."""


def sha256_hex(data: bytes, digits: int = 64) -> str:
    """Return the SHA-256 of bytes in hexadecimal, or its first digits."""
    digest = sha256()
    for start in range(0, len(data), _PIECE):
        digest.update(data[start : start + _PIECE])
    return digest.hexdigest()[:digits]


def quick_digest(data: bytes | memoryview[int] | str, size: int = 16) -> bytes:
    """Return the BLAKE2 digest of bytes or a text, `size` bytes long."""
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogatepass")
    return blake2b(data, digest_size=size).digest()
