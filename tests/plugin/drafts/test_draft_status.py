"""What preview calls a draft: never what is live, and nothing live that is none."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.plugin.drafts.draft_status import find_drafts

LIVE_AT = datetime(2026, 1, 10, tzinfo=UTC)
BEFORE, AFTER = "2026-01-05T00:00:00Z", "2026-01-15T00:00:00.000000Z"


def record(kind, title="Same", **values):
    """Build a record of preview, or of what is live."""
    data = {"slug": "x", "title": title, "published": BEFORE, "updated": BEFORE} | values
    if kind == "item":
        return RawRecord(Key(kind, "jobs", "1"), {"meta": {"id": 1}, "title": title} | values)
    return RawRecord(Key(kind, "*" if kind == "page" else "", "x"), data | {"fields": {}})


def state(shown, live=None, mode="preview"):
    """Return what an item is called; `live` is None where what is live is not known."""
    stored = SimpleNamespace(
        generation=SimpleNamespace(scope=SimpleNamespace(mode=mode)),
        versions={"": [shown]},
        live=None if live is None else {"": live},
        live_at=None if live is None else LIVE_AT,
    )
    found = find_drafts(stored)
    return found["", shown.key].state if found else None


STATUSES = [None, "", "published", "draft", "scheduled", "something new"]


@pytest.mark.parametrize("kind", ["post", "page", "item"])
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("published", [None, BEFORE, AFTER])
@pytest.mark.parametrize("scheduled", [None, AFTER])
def test_what_looks_as_it_is_live_is_live(kind, status, published, scheduled):
    """Whatever its status and its times say: a draft was begun, and nothing changed."""
    values = {"published": published, "updated": AFTER} if kind != "item" else {}
    if kind != "item":
        values |= {"status": status, "scheduled": scheduled}
    assert state(record(kind, **values), [record(kind)]) is None


@pytest.mark.parametrize("kind", ["post", "page"])
@pytest.mark.parametrize(
    ("status", "updated", "expected"),
    [
        ("draft", BEFORE, "changed"),
        ("draft", AFTER, "changed"),
        ("scheduled", AFTER, "scheduled"),
        ("something new", AFTER, "changed"),
        (None, AFTER, "changed"),
        ("published", BEFORE, "changed"),
        ("published", AFTER, None),  # newer than the live content that it is compared with
        ("published", "soon", "changed"),
    ],
)
def test_what_looks_different_is_changed(kind, status, updated, expected):
    """What is live is another version."""
    shown = record(kind, "Other", status=status, updated=updated)
    assert state(shown, [record(kind)]) == expected


@pytest.mark.parametrize("kind", ["post", "page"])
@pytest.mark.parametrize(
    ("status", "published", "unknown", "not_live"),
    [
        ("draft", None, "draft", "draft"),
        ("draft", BEFORE, "draft", "draft"),
        ("scheduled", None, "scheduled", "scheduled"),
        ("something new", BEFORE, "draft", "draft"),
        ("published", BEFORE, None, None),
        ("published", AFTER, None, None),
        (None, None, "draft", "draft"),
        (None, BEFORE, None, "draft"),  # unpublished since
        (None, AFTER, None, None),  # published since the live content was pulled
        ("", AFTER, None, None),
    ],
)
def test_what_is_not_known_to_be_live(kind, status, published, unknown, not_live):
    """By its status, and else by its time of publication."""
    shown = record(kind, status=status, published=published)
    assert state(shown) == unknown
    assert state(shown, []) == not_live


def test_an_item_is_known_by_what_is_live_alone():
    """It has no status: a field of that name is the editors' own."""
    shown = record("item", status="draft")
    assert state(shown) is None
    assert state(shown, []) == "draft"
    assert state(shown, [record("item", "Other", status="draft")]) == "changed"


@pytest.mark.parametrize("status", STATUSES)
def test_live_content_has_no_drafts(status):
    """Nothing of a live build is called a draft."""
    assert state(record("page", status=status, published=None), mode="live") is None
