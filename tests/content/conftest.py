"""Recorded responses and small records for the tests of content."""

import json

import pytest

from pelican_buttercms.content import Key, RawRecord


@pytest.fixture(scope="session")
def recorded(root):
    """Give the decoded body of a recorded response by folder and name."""

    def load(name):
        text = (root / "tests" / "recorded" / f"{name}.json").read_text(encoding="utf-8")
        return json.loads(json.loads(text)["interactions"][0]["response"]["body"]["string"])

    return load


@pytest.fixture(scope="session")
def page():
    """Make a raw page of a few fields."""

    def make(slug, fields, page_type="news", **more):
        data = {"slug": slug, "name": slug.title(), "page_type": page_type, "fields": fields}
        return RawRecord(Key("page", page_type or "*", slug), data | more)

    return make


@pytest.fixture(scope="session")
def item():
    """Make a raw collection item of a few fields."""

    def make(collection, number, **fields):
        data = {"meta": {"id": number}, **fields}
        return RawRecord(Key("item", collection, str(number)), data)

    return make


@pytest.fixture(scope="session")
def post():
    """Make a raw post, as it is kept after its author and terms were split off."""

    def make(slug, **data):
        data = {"slug": slug, "author": None, "categories": [], "tags": [], **data}
        return RawRecord(Key("post", "", slug), data)

    return make
