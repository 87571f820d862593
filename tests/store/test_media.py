from datetime import UTC, datetime, timedelta
import json
import re

from hypothesis import given
from hypothesis import strategies as st
import pytest

from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.errors import StoreError
from pelican_buttercms.store import MediaStore
from pelican_buttercms.store.media import MEDIA_TYPES, site_name

URL = "https://cdn.buttercms.com/abc"


def test_a_file_is_read_back(tmp_path):
    """A file is read back with its name and validators, after the store was closed as well."""
    with MediaStore(tmp_path) as store:
        store.put(URL, b"bytes", "image/png", {"If-None-Match": '"1"'})
    with MediaStore(tmp_path) as store:
        file = store.get(URL)
        assert store.get("https://cdn.buttercms.com/other") is None

    assert (file.name, file.validators) == ("abc-277089d91c0bdf4f.png", {"If-None-Match": '"1"'})
    assert file.read() == b"bytes"


def test_a_file_is_replaced(tmp_path):
    """The file behind a URL can change; the newest is given."""
    with MediaStore(tmp_path) as store:
        store.put(URL, b"old", "image/png", {})
        store.put(URL, b"new", "image/jpeg", {})

        assert (store.get(URL).name[-4:], store.get(URL).read()) == (".jpg", b"new")


def test_another_file_behind_a_url_has_another_name(tmp_path):
    """So that no cache of a browser or of a host shows the old one."""
    with MediaStore(tmp_path) as store:
        store.put(URL, b"old", "image/png", {})
        old = store.get(URL).name
        store.put(URL, b"new", "image/png", {})
        new = store.get(URL).name
        store.put(URL, b"old", "image/png", {})
        assert (store.get(URL).name, new != old) == (old, True)


@pytest.mark.parametrize("kind", ["", "text/html", "text/javascript", "application/xml", "image/x"])
def test_no_other_type_is_stored(tmp_path, kind):
    """Nothing that a browser runs as a page of the site."""
    with MediaStore(tmp_path) as store:
        with pytest.raises(ValueError, match="no site may serve"):
            store.put(URL, b"<script>", kind, {})
        assert store.get(URL) is None


@pytest.mark.parametrize("kind", ["text/html", "", "../x"])
def test_a_planted_type_is_not_served(tmp_path, kind):
    """What lies in a cache may come from a stranger, or from an earlier version."""
    with MediaStore(tmp_path) as store:
        store.put(URL, b"bytes", "image/png", {})
        entry = json.loads(store._database.get(f"url/{URL}")) | {"kind": kind, "name": "a.html"}
        store._database.set(f"url/{URL}", json.dumps(entry).encode())
        assert store.get(URL) is None


@pytest.mark.parametrize("digest", ["", "../../x", "g" * 64, "a" * 8])
def test_a_planted_digest_is_damage(tmp_path, digest):
    """It would become part of a file's name."""
    with MediaStore(tmp_path) as store:
        store.put(URL, b"bytes", "image/png", {})
        entry = json.loads(store._database.get(f"url/{URL}")) | {"digest": digest}
        store._database.set(f"url/{URL}", json.dumps(entry).encode())
        with pytest.raises(StoreError, match=URL):
            store.get(URL)


@given(
    url=st.text(max_size=400).map("https://cdn.buttercms.com/".__add__),
    kind=st.sampled_from(sorted(MEDIA_TYPES)),
)
def test_every_name_is_one_file_of_its_type(url, kind):
    """Whatever the address is: no folder, no second extension, and short enough for a disk."""
    name = site_name(url, kind, "0123456789abcdef0123")
    assert re.fullmatch(r"[A-Za-z0-9_-]+-0123456789abcdef\.[a-z0-9]+", name)
    assert name.endswith(MEDIA_TYPES[kind])
    assert len(name.encode()) <= 240


def test_a_failure_is_asked_for_less_often_each_time(tmp_path):
    """From ten minutes to a day; a success or a full pull forgets it."""
    now = datetime(2026, 5, 17, 12, tzinfo=UTC)
    with MediaStore(tmp_path) as store:
        assert store.failure(URL) is None
        pauses = [store.note_failure(URL, "404", now).until - now for _ in range(50)]
        assert pauses[:3] == [timedelta(minutes=10), timedelta(minutes=20), timedelta(minutes=40)]
        assert pauses[-1] == timedelta(days=1)
        assert store.failure(URL).reason == "404"
        store.put(URL, b"bytes", "image/png", {})
        assert store.failure(URL) is None
        store.note_failure(URL, "404", now)
        store.forget_failures()
        assert store.failure(URL) is None
        store._database.set(f"failure/{URL}", b"{damaged")
        assert store.failure(URL) is None


def test_a_damaged_file_is_named(tmp_path):
    """A file that is not what was stored is an error that names its URL."""
    with MediaStore(tmp_path) as store:
        store.put(URL, b"bytes", "image/png", {})
        (name,) = [n for n in store._database._cache.iterkeys() if n.startswith("file/")]
        store._database.set(name, b"other")
        with pytest.raises(StoreError, match=URL):
            store.get(URL).read()
        store._database.set(f"url/{URL}", b"{}")
        with pytest.raises(StoreError, match=URL):
            store.get(URL)


@pytest.mark.parametrize(
    ("url", "kind", "stem"),
    [
        (URL, "image/webp", "abc"),
        ("https://cdn.buttercms.com/resize=width:8/abc", "image/png", "abc"),
        ("https://d2wzhk7xhrnk1x.cloudfront.net/h_photo.jpg", "image/jpeg", "h_photo"),
        ("https://cdn.buttercms.com/../..%2Fetc", "image/png", "2Fetc"),
        ("https://cdn.buttercms.com/con", "image/png", "con"),
        ("https://cdn.buttercms.com/?..", "image/png", "cdn-buttercms"),
        ("https://cdn.buttercms.com/" + "a" * 5000, "image/png", "a" * 100),
    ],
)
def test_file_names(url, kind, stem):
    """A name begins with the end of its URL, and ends with its content and its type."""
    assert site_name(url, kind, "0123456789abcdef01") == (
        f"{stem}-0123456789abcdef{MEDIA_TYPES[kind]}"
    )


HANDLES = st.text("aAbB.-_~+%/?é ", max_size=8)


@given(st.dictionaries(HANDLES, st.binary(max_size=2), min_size=2, max_size=8))
def test_no_two_files_share_a_name(files):
    """Also on a disk that folds case: a name is that of other bytes never."""
    names = {
        site_name(f"https://cdn.buttercms.com/{handle}", "image/png", sha256_hex(data)).casefold()
        for handle, data in files.items()
    }
    assert len(names) >= len(set(files.values()))


@pytest.mark.parametrize(
    "name", ["../../x.png", "/etc/x.png", "", "\0.png", "a" * 300 + ".png", "..", "x.p'><script>"]
)
def test_a_restored_store_names_no_file(tmp_path, name):
    """Whatever name an entry has, the file's name follows from its URL and its bytes."""
    with MediaStore(tmp_path) as store:
        store.put(URL, b"bytes", "image/png", {})
        entry = json.loads(store._database.get(f"url/{URL}")) | {"name": name}
        store._database.set(f"url/{URL}", json.dumps(entry).encode())
        assert store.get(URL).name == "abc-277089d91c0bdf4f.png"
