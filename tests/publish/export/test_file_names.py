"""`publish.export.names`: a file for any slug."""

from __future__ import annotations

from pathlib import Path
import unicodedata

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
import pytest

from pelican_buttercms.content import Key
from pelican_buttercms.publish.export.file_names import file_name, file_path
from pelican_buttercms.publish.write_model import WriteTarget

HOSTILE = [
    "..", ".", "", "../../etc/passwd", "a/b", "a\\b", "C:\\x", "con", "CON", "com1", "nul.txt",
    "a" * 300, "ä" * 90, "Hello", "hello.", " hello", "hello.de", "a\0b", "a\nb", "-rf", "_single",
    "~a", "a~b", "e\u0301", "é", "ﬁ", "STRASSE", "straße", "\ud800", "a?b*c", "日本語",
]  # fmt: skip
SLUGS = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=12), st.text("aA.-/~éE\u0301"))


@pytest.mark.parametrize(
    "slug", ["hello", "2024-review", "a_b-c", "日本語", "812301", "straße"[:4]]
)
def test_kept(slug):
    """An ordinary slug is the file's name."""
    assert file_name(slug) == slug


@given(st.lists(SLUGS, unique=True, min_size=2, max_size=8))
@settings(max_examples=60, phases=[Phase.explicit, Phase.generate])
def test_any_slug(slugs):
    """Whatever the slugs, each has a file of its own, inside the folder, on every disk."""
    names = [file_name(slug) for slug in slugs]
    assert len({unicodedata.normalize("NFC", name).casefold() for name in names}) == len(slugs)
    for name in names:
        assert Path(name).name == name
        assert not set(name) & set('\\/:*?"<>|.')
        assert len(name.encode()) < 200
        assert name.isprintable()


def test_places():
    """Kinds, groups and languages have places of their own."""
    of_page = WriteTarget(Key("page", "*", "about"), "de-AT")
    assert file_path(of_page, "de-at") == Path("pages/_single/about.de-at")
    assert file_path(WriteTarget(Key("page", "_single", "about"))).parent != Path("pages/_single")
    assert file_path(WriteTarget(Key("item", "team", "7"))) == Path("collections/team/7")
    assert file_path(WriteTarget(Key("post", "", "a.de"))) != file_path(
        WriteTarget(Key("post", "", "a")), "de"
    )
    assert ".." not in file_path(WriteTarget(Key("page", "../x", "../y"))).parts
