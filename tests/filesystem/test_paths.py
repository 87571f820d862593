"""Names from strangers stay in their folder; texts become file names of their own."""

from __future__ import annotations

import os
from pathlib import Path
import re

from hypothesis import given
from hypothesis import strategies as st
import pytest

from pelican_buttercms.filesystem import SafeFolder, UnsafePathError, distinct_name, is_safe_name

OUTSIDE = [
    *("", ".", "..", "/", "/etc/passwd", "../x", "a/../../x", "a/..", "a/../b", "./a", "a/./b"),
    *("a//b", "a/", "C:\\x", "c:x", "..\\x", "a\\b", "\0", "a\0b", "a\nb", "x\r", "~/../x", "a/.."),
]


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path, name):
    """Absolute names, `..`, drives, control characters, nothing, and the folder itself."""
    assert not is_safe_name(name)
    assert SafeFolder(tmp_path).find(name) is None
    with pytest.raises(UnsafePathError, match="no path inside"):
        SafeFolder(tmp_path).path_of(name)


@pytest.mark.parametrize("name", ["a", "a/b.html", "...", "a..b", ".x", "é/日本.html", "a b", "~"])
def test_a_name_inside_is_joined(tmp_path, name):
    """However odd it looks."""
    assert SafeFolder(tmp_path).path_of(name) == tmp_path / name


@given(st.text("ab./\\:\0\n~ é", max_size=12))
def test_what_is_joined_lies_inside(name):
    """Whatever the name, and never the folder itself."""
    if path := SafeFolder(Path("/out")).find(name):
        assert os.path.normpath(path).startswith("/out/")


def test_a_link_to_a_folder_elsewhere_leads_nowhere(tmp_path):
    """The text of a path does not tell where it leads; a link that stays inside is followed."""
    inside, outside = tmp_path / "in", tmp_path / "out"
    (inside / "real").mkdir(parents=True)
    outside.mkdir()
    (inside / "there").symlink_to(outside)
    (inside / "here").symlink_to("real")
    (inside / "leaf").symlink_to(outside)
    folder = SafeFolder(inside)
    assert folder.find("there/x") is None
    assert folder.find("here/x") == inside / "here/x"
    assert folder.find("leaf") == inside / "leaf"  # to be removed, not followed
    assert not folder.holds(inside / "leaf")
    assert not SafeFolder(tmp_path / "in").holds(tmp_path / "inside")
    (tmp_path / "alias").symlink_to(inside)
    assert SafeFolder(tmp_path / "alias").find("real/x") == tmp_path / "alias/real/x"


@given(st.lists(st.text("aA.-~é\ud800/ ", max_size=8), unique=True, max_size=6))
def test_no_two_texts_have_one_name(texts):
    """Also on a disk that folds case; the name is bounded."""
    names = [
        distinct_name(text, lambda t: re.sub("[^A-Za-z-]", "", t), longest=5) for text in texts
    ]
    assert len({name.casefold() for name in names}) == len(texts)
    assert all(len(name.encode()) <= 16 for name in names)


@pytest.mark.parametrize("name", ["con", "NUL", "com1", "lpt9.txt", "aux.", "con .x", "conin$"])
def test_a_device_of_windows_is_no_name(name):
    """Nor with an extension."""
    assert "~" in distinct_name(name, str, longest=100)
