"""Slugs that could name a file where none belongs."""

from pathlib import PurePosixPath

from hypothesis import given
from hypothesis import strategies as st
import pytest

from pelican_buttercms.errors import ContentError
from pelican_buttercms.plugin.url_collisions import _folders, check_slug


@pytest.mark.parametrize(
    "slug", ["about", "docs/intro", "über-uns", "c++", "2024.05", "a b", "..."]
)
def test_an_ordinary_slug_passes(slug):
    """Slugs as editors write them are left alone."""
    check_slug("pages/*/x", slug)


@pytest.mark.parametrize(
    ("slug", "complaint"),
    [
        ("", "is empty"),
        ("../evil", "out of the output folder"),
        ("a/../../evil", "out of the output folder"),
        ("/etc/passwd", "out of the output folder"),
        ("a//b", "out of the output folder"),
        ("a\x00b", "control character"),
        ("a\nb", "control character"),
        ("..\\evil", "backslash"),
        ("ä" * 200, "longer than 240 bytes"),
    ],
)
def test_a_dangerous_slug_is_refused_with_its_owner(slug, complaint):
    """A slug from the CMS never writes outside the output folder."""
    with pytest.raises(ContentError, match=complaint) as caught:
        check_slug("pages/news/x", slug)
    assert str(caught.value).startswith("pages/news/x: the slug ")


@given(st.lists(st.sampled_from(["a", "b.html", "/", "//", ".", "..", ".c"]), max_size=8))
def test_the_folders_around_a_file_are_those_of_its_path(parts):
    """However oddly the path is spelt."""
    path = "".join(parts)
    if path:
        assert list(_folders(path)) == [str(folder) for folder in PurePosixPath(path).parents]
