"""Digests are those of hashlib, whatever way they are computed."""

import hashlib

import pytest

from pelican_buttercms.digests import quick_digest, sha256_hex


@pytest.mark.parametrize("size", [0, 1, 2047, 2048, 10_000])
def test_a_digest_is_that_of_the_whole(size):
    """Bytes are hashed in pieces, and stored content keeps its name."""
    data = bytes(number % 251 for number in range(size))
    assert sha256_hex(data) == hashlib.sha256(data).hexdigest()
    assert sha256_hex(data, 16) == hashlib.sha256(data).hexdigest()[:16]


def test_a_quick_digest_takes_texts_too():
    """Lone surrogates included."""
    assert quick_digest("é", 8) == quick_digest("é".encode(), 8)
    assert len(quick_digest("\ud800")) == 16
    assert quick_digest("a") != quick_digest("b")
