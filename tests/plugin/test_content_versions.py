"""A content is of another version as soon as anything is another that it follows from."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from pelican_buttercms.content import Key
from pelican_buttercms.plugin.content_versions import ContentVersions
from pelican_buttercms.store import Generation, MediaFile, Scope

POST, PAGE = Key("post", "", "one"), Key("page", "*", "one")
KEYS = [POST, Key("post", "", "two"), PAGE, Key("page", "*", "two"), Key("item", "faqs", "1")]
KEYS += [Key(kind, "", "x") for kind in ("author", "category", "tag")]
MANIFEST = {key: f"{number + 1:064x}"[::-1] for number, key in enumerate(KEYS)}
FILE = MediaFile("a.png", {}, "digest", bytes)


def versions(key, *, inputs=b"inputs", media=None, other="", locale="en", **changed):
    """Return the version of a record, with changes to the manifest of a locale."""
    manifests = {"en": dict(MANIFEST), "de": {}}
    manifests[other or "en"] |= {Key(*name.split("_")): one for name, one in changed.items()}
    generations = [
        Generation("1", Scope("account", name, "live"), datetime.now(UTC), manifest, 1, ())
        for name, manifest in manifests.items()
    ]
    found = ContentVersions(inputs, generations, media if media is not None else {"/a.png": FILE})
    return found.of(SimpleNamespace(key=key), locale)


@pytest.mark.parametrize("key", [POST, PAGE])
def test_the_same_is_of_the_same_version(key):
    """In each build; and no two records are."""
    assert versions(key) == versions(key) != 0
    assert versions(POST) != versions(PAGE)


@pytest.mark.parametrize("key", [POST, PAGE])
@pytest.mark.parametrize(
    "changes",
    [
        {"inputs": b"others"},
        {"media": {}},
        {"media": {"/a.png": None}},
        {"media": {"/a.png": MediaFile("a.png", {}, "other", bytes)}},
        {"author__x": "9" * 64},
        {"category__x": "9" * 64},
        {"tag__y": "9" * 64},
        {"tag__x": "9" * 64, "other": "de"},
    ],
)
def test_what_all_follow_from(key, changes):
    """Settings, code, files of the media library, authors and terms, in any locale."""
    assert versions(key, **changes) != versions(key)


def test_what_pages_alone_follow_from():
    """They may refer to any page, and to any item; posts do not."""
    for changes in ({"page_*_two": "9" * 64}, {"item_faqs_1": "9" * 64}):
        assert versions(PAGE, **changes) != versions(PAGE)
        assert versions(POST, **changes) == versions(POST)
    assert versions(PAGE, post__two="9" * 64) == versions(PAGE)
    assert versions(POST, post__two="9" * 64) == versions(POST)
    assert versions(POST, post__one="9" * 64) != versions(POST)
    assert versions(PAGE, **{"page_*_one": "9" * 64}) != versions(PAGE)


def test_what_stands_in_has_no_version():
    """It follows from what is missing."""
    assert versions(POST, locale="de") == versions(POST, locale="fr") == 0
