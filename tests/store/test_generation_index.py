from datetime import UTC, datetime

import pytest

from pelican_buttercms.store.generation_index import Branch, GenerationIndex
from pelican_buttercms.store.scope import Scope

MOMENT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("keep", "latest", "expired"),
    [(2, "4", ["1", "2"]), (9, "4", []), (0, "4", ["1", "2", "3"]), (2, "1", ["2"])],
)
def test_what_is_dropped(keep, latest, expired):
    """The oldest beyond those to keep are dropped, but never the one that builds read."""
    scope = Scope("a", "", "live")
    index = GenerationIndex(scopes={str(scope): Branch(latest, dict.fromkeys("1234", "digest"))})

    assert index.expired(scope, keep) == expired


def test_a_catalogue_is_read_back():
    """An index goes on numbering, and knows its scopes, after it was read back."""
    index = GenerationIndex()
    first = index.next_id(MOMENT)
    index.branch(Scope("a", "", "live")).latest = first
    restored = GenerationIndex.decode(index.encode())

    assert first == "00000001-20261121T120000Z"
    assert restored.next_id(MOMENT) == "00000002-20261121T120000Z"
    assert restored.scopes == {"a//live": Branch(first)}


@pytest.mark.parametrize("data", [b"", b"[]", b'{"pulls":"1"}', b"\x80\x04."])
def test_bytes_that_are_no_catalogue(data):
    """Bytes that are not an index's are a ValueError."""
    with pytest.raises(ValueError, match=r".+"):
        GenerationIndex.decode(data)


@pytest.mark.parametrize("number", ["x-1", "\u00b2-1", "-1", ""])
def test_an_id_that_is_no_number_counts_for_nothing(number):
    """Whoever wrote it: the next pull is numbered above those that are numbers."""
    branch = Branch(number, {number: "d", "00000007-20261121T120000Z": "d"})
    index = GenerationIndex.decode(GenerationIndex(scopes={"a//live": branch}).encode())
    assert index.next_id(MOMENT).startswith("00000008-")
