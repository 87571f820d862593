from fnmatch import fnmatch
import re

from hypothesis import given
from hypothesis import strategies as st
import msgspec
import pytest

from pelican_buttercms.errors import StoreError
from pelican_buttercms.store import MediaStore
from pelican_buttercms.store.media import file_name

URL = "https://cdn.buttercms.com/abc"


def test_a_file_is_read_back(tmp_path):
    """A file is read back with its name and validators, after the store was closed as well."""
    with MediaStore(tmp_path) as store:
        store.put(URL, b"bytes", "image/png", {"If-None-Match": '"1"'})
    with MediaStore(tmp_path) as store:
        file = store.get(URL)
        assert store.get("https://cdn.buttercms.com/other") is None

    assert (file.name, file.validators) == ("abc.png", {"If-None-Match": '"1"'})
    assert file.read() == b"bytes"


def test_a_file_is_replaced(tmp_path):
    """The file behind a URL can change; the newest is given."""
    with MediaStore(tmp_path) as store:
        store.put(URL, b"old", "image/png", {})
        store.put(URL, b"new", "image/jpeg", {})

        assert (store.get(URL).name, store.get(URL).read()) == ("abc.jpg", b"new")


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
    ("url", "kind", "name"),
    [
        (URL, "image/webp", "abc.webp"),
        (URL, "", "abc"),
        ("https://cdn.buttercms.com/resize=width:8/abc", "image/png", "abc~*.png"),
        ("https://d2wzhk7xhrnk1x.cloudfront.net/h_photo.jpg", "image/jpeg", "h_photo~*.jpg"),
        ("https://cdn.buttercms.com/../..%2Fetc", "text/plain", "2Fetc~*.txt"),
        ("https://cdn.buttercms.com/Abc", "image/png", "Abc~*.png"),
        ("https://cdn.buttercms.com/con", "image/png", "con~*.png"),
        ("https://cdn.buttercms.com/" + "a" * 5000, "image/png", "a" * 100 + "~*.png"),
    ],
)
def test_file_names(url, kind, name):
    """A file is named by the end of its URL and its type, and stays inside its folder."""
    found = file_name(url, kind)

    assert fnmatch(found, name)
    assert re.fullmatch(r"[A-Za-z0-9._~-]{1,140}", found)


HANDLES = st.text("aAbB.-_~+%/?é ", max_size=8)


@given(st.lists(HANDLES, unique=True, min_size=2, max_size=8), st.booleans())
def test_no_two_addresses_share_a_file(handles, is_secure):
    """Also on a disk that folds case; the address decides, and nothing that the store says."""
    urls = [f"http{'s' if is_secure else ''}://cdn.buttercms.com/{handle}" for handle in handles]
    names = {file_name(url, "image/png").casefold() for url in urls}
    assert len(names) == len(urls)


@pytest.mark.parametrize(
    "name", ["../../x.png", "/etc/x.png", "", "\0.png", "a" * 300 + ".png", "..", "x.p'><script>"]
)
def test_a_restored_store_names_no_file(tmp_path, name):
    """Whatever name an entry has, the file's name follows from its URL."""
    with MediaStore(tmp_path) as store:
        store.put(URL, b"bytes", "image/png", {})
        entry = msgspec.json.decode(store._database.get(f"url/{URL}")) | {"name": name}
        store._database.set(f"url/{URL}", msgspec.json.encode(entry))
        assert store.get(URL).name in {"abc", "abc.png", "abc.p"}
