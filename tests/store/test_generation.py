from datetime import UTC, datetime

import pytest

from pelican_buttercms.content import Key
from pelican_buttercms.store.generation import Changes, Generation, decode, encode
from pelican_buttercms.store.scope import Scope

A, B, C, D = (Key("post", "", slug) for slug in "abcd")


def test_changes_between_two_pulls():
    """What is new, updated, deleted and unchanged is reported apart by the digests."""
    changes = Changes.between({A: "1", B: "1", C: "1"}, {D: "1", C: "1", B: "2"})

    assert changes == Changes(new=(D,), updated=(B,), deleted=(A,), unchanged=(C,))


def test_counts_by_kind():
    """Changes are counted by kind, in the usual order of kinds, without those that are absent."""
    changes = Changes(new=(Key("tag", "", "t"), A, B), deleted=(C,))

    assert changes.counts() == {
        "post": {"new": 2, "updated": 0, "deleted": 1, "unchanged": 0},
        "tag": {"new": 1, "updated": 0, "deleted": 0, "unchanged": 0},
    }
    assert list(changes.counts()) == ["post", "tag"]
    assert Changes().counts() == {}


def test_a_generation_is_read_back():
    """A generation is read back as it was, its manifest in the order of keys."""
    moment = datetime(2026, 11, 21, 12, 0, 0, 5, UTC)
    scope = Scope("fingerprint", "de", "preview")
    generation = Generation("1", scope, moment, {B: "2", A: "1"}, 7, ("page/news", "posts"))
    restored = decode(encode(generation))

    assert restored == generation
    assert list(restored.manifest) == [A, B]
    assert restored.pulled_at.tzinfo is UTC


def test_the_order_of_keys_is_not_that_of_their_texts():
    """A manifest is read in the order of keys, where a longer group comes after its beginning."""
    keys = [Key("item", "team", "1"), Key("item", "team-a", "1")]
    generation = Generation(
        "1", Scope("f", "", "live"), datetime.now(UTC), dict.fromkeys(keys, ""), 0
    )

    assert list(decode(encode(generation)).manifest) == keys


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"\x80\x04.",
        encode(Generation("1", Scope("f", "", "live"), datetime.now(UTC), {A: "1"}, 0)).replace(
            b"post//a", b"novel/a"
        ),
    ],
)
def test_bytes_that_are_no_generation(data):
    """Bytes that are not a generation's are a ValueError."""
    with pytest.raises(ValueError, match=r".+"):
        decode(data)
