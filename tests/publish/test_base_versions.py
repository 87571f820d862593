"""What the CMS held when a draft was made."""

import os

import pytest

from pelican_buttercms.errors import StoreError
from pelican_buttercms.publish.base_versions import BaseVersions

DIGEST = "0123456789abcdef"


def test_what_is_kept_is_given_back_byte_by_byte(tmp_path):
    """To another process, too; keeping it again replaces it."""
    data = b'{"b": [1, "\xc3\xa4"], "a": null}'
    BaseVersions(tmp_path).keep(DIGEST, data)
    assert BaseVersions(tmp_path).get(DIGEST) == data
    assert (tmp_path / f"publish/bases/{DIGEST}.json").is_file()
    BaseVersions(tmp_path).keep(DIGEST, b"[]")
    assert BaseVersions(tmp_path).get(DIGEST) == b"[]"
    assert BaseVersions(tmp_path).get("f" * 16) is None


@pytest.mark.parametrize(
    "damage", [lambda d: d[:-4], lambda d: d.replace(b"1", b"2"), lambda _: b""]
)
def test_what_is_damaged_is_nothing(tmp_path, damage):
    """Better no base than a wrong one: a draft would be compared with what never was."""
    BaseVersions(tmp_path).keep(DIGEST, b'{"a":1}')
    path = tmp_path / f"publish/bases/{DIGEST}.json"
    path.write_bytes(damage(path.read_bytes()))
    assert BaseVersions(tmp_path).get(DIGEST) is None


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "", "ABCDEF0123456789", "0" * 65, "0" * 15]
)
def test_only_a_digest_is_a_name(tmp_path, name):
    """It stands in a draft's metadata, and must lead to no other file."""
    assert BaseVersions(tmp_path).get(name) is None
    with pytest.raises(ValueError, match="not a digest"):
        BaseVersions(tmp_path).keep(name, b"{}")


def test_only_json_is_kept(tmp_path):
    """Anything else is a mistake of the program's."""
    with pytest.raises(ValueError, match="truncated"):
        BaseVersions(tmp_path).keep(DIGEST, b"{")


def test_the_oldest_go(tmp_path):
    """Beyond the bound; one that is kept again counts as new."""
    bases = BaseVersions(tmp_path, most=3)
    names = [f"{number:016x}" for number in range(5)]
    for number, name in enumerate(names[:3]):
        bases.keep(name, b"{}")
        os.utime(tmp_path / f"publish/bases/{name}.json", (number, number))
    bases.keep(names[0], b"{}")
    bases.keep(names[3], b"{}")
    assert [bases.get(name) for name in names] == [b"{}", None, b"{}", b"{}", None]
    BaseVersions(tmp_path, most=3).keep(names[4], b"{}")
    assert [bases.get(name) for name in names] == [b"{}", None, None, b"{}", b"{}"]


def test_a_disk_that_fails_is_told(tmp_path):
    """With the folder, and what to do."""
    (tmp_path / "publish").write_text("")
    with pytest.raises(StoreError, match="cannot be kept"):
        BaseVersions(tmp_path).keep(DIGEST, b"{}")
    (tmp_path / "publish").unlink()
    (tmp_path / f"publish/bases/{DIGEST}.json").mkdir(parents=True)
    with pytest.raises(StoreError, match="cannot be kept"):
        BaseVersions(tmp_path).keep(DIGEST, b"{}")
    assert [path.name for path in (tmp_path / "publish/bases").iterdir()] == [f"{DIGEST}.json"]
