"""What a live scope may hold of what the API gives."""

from datetime import UTC, datetime

import pytest

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.content.status import listed_live, published


@pytest.mark.parametrize("kind", ["post", "page"])
@pytest.mark.parametrize("status", ["draft", "scheduled", "deleted", "something new"])
def test_only_what_says_that_it_is_published_enters(kind, status):
    """Any other word is no publication; a page without one comes from the recorded API."""
    key = Key(kind, "", "x")
    assert published(RawRecord(key, {"status": status, "fields": {}})) is None
    for data in ({"status": "published"}, {"status": None}, {}):
        assert published(RawRecord(key, data | {"fields": {}})) is not None


def test_a_field_named_status_is_the_editors_own():
    """A collection item has no status."""
    raw = RawRecord(Key("item", "jobs", "1"), {"meta": {"id": 1}, "status": "draft"})
    assert published(raw) == raw


def test_a_draft_inside_a_published_page_becomes_a_reference():
    """An expanded reference is a whole page, at any depth."""
    secret = {"slug": "s", "page_type": "news", "status": "draft", "fields": {"text": "secret"}}
    live = {"slug": "l", "page_type": None, "status": "published", "fields": {"more": [secret]}}
    raw = RawRecord(Key("page", "*", "a"), {"fields": {"one": secret, "list": [live, secret]}})
    kept = published(raw)
    assert "secret" not in str(kept.data)
    assert kept.data["fields"]["one"] == "/v2/pages/news/s/"
    assert kept.data["fields"]["list"][0]["fields"]["more"] == ["/v2/pages/news/s/"]
    assert raw.data["fields"]["one"] is secret


@pytest.mark.parametrize("kind", ["post", "page"])
@pytest.mark.parametrize("status", ["draft", "scheduled", "published", "deleted", "", None])
@pytest.mark.parametrize(
    "at",
    ["2024-05-17T10:00:00Z", "2026-01-01", "2031-02-03T04:05:06Z", "soon", 2024, True, "", None],
)
def test_what_a_live_listing_gives_is_live_if_it_was_published(kind, status, at):
    """By a time that has passed or by its status; it is stored as published.

    A time that is still to come is the plan of a publication, and what is no time is none.
    """
    raw = RawRecord(Key(kind, "*", "x"), {"status": status, "published": at, "fields": {}})
    kept = listed_live(raw, datetime(2026, 1, 2, tzinfo=UTC))
    if at in {"2024-05-17T10:00:00Z", "2026-01-01"} or status in {"published", "", None}:
        assert kept.data["status"] in {"published", "", None}
        assert published(kept) == kept
    else:
        assert kept is None
