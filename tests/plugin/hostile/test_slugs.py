"""Slugs that look odd are file names; slugs that could harm end the build."""

import os

from hypothesis import given
from hypothesis import strategies as st
import pytest

from pelican_buttercms.errors import ContentError
from pelican_buttercms.plugin.url_collisions import check_slug

from .checks import as_browsers_see_it, nothing_escaped, told_well
from .contents import page, post

BAD_SLUGS = [
    *("../x", "/etc/passwd", "a/../../x", "a/./b", ".", "..", "a//b", "a/", "\0", "a\nb", "a\x7f"),
    *('a"b', "a'b", "<script>", "a\\b", "c:\\nul", "\ufffe", "a/" * 3000 + "b", "ü" * 200),
    *(f"a{mark}b" for mark in "\x80\x9b\u2028\u2029\u202a\u202e\u2066\u2069\ufeff\ud800"),
]
ODD_SLUGS = [
    *("con", "nul.txt", "aux", "COM1", "{{ 7*7 }}", "{slug}", "{0}", "%2e%2e%2f", "😀"),
    *(
        "__proto__",
        "__class__",
        "a b",
        "a&b",
        "-",
        "~",
        "$HOME",
        "`id`",
        "%00",
        "a?b#c",
        "*",
        "x/y",
    ),
]


def test_odd_slugs_are_file_names(hostile, api):
    """What looks odd and is harmless is built; slugs are never templates, patterns or commands."""
    api.answers["posts"] = [
        post(slug, categories=[{"slug": slug, "name": "c"}], tags=[{"slug": slug, "name": "t"}])
        for slug in ODD_SLUGS
    ]
    api.answers["pages/*"] = [page(slug) for slug in ODD_SLUGS]
    done = hostile.pelican()
    assert told_well(done), done.stdout[-3000:]
    for slug in ODD_SLUGS:
        for folder in ("", "pages/", "category/", "tag/"):
            assert f"{folder}{slug}.html" in hostile.files()
    nothing_escaped(hostile)
    as_browsers_see_it(hostile)


@pytest.mark.parametrize("kind", ["post", "page", "tag", "field"])
@pytest.mark.parametrize("slug", ["../x", '"><script>', "a/" * 3000 + "b"])
def test_slugs_that_could_harm_end_the_build(hostile, api, kind, slug):
    """They are named, and nothing is written."""
    tag = {"slug": slug if kind == "tag" else "t", "name": "T"}
    api.answers["posts"] = [post(slug if kind == "post" else "p", tags=[tag])]
    topic = {"slug": slug if kind == "field" else "f", "name": "F"}
    api.answers["pages/*"] = [page(slug if kind == "page" else "q", topic=topic)]
    if kind == "field":
        hostile.configure(
            BUTTERCMS_PAGE_TYPES={"*": {"as": "article", "fields": {"category": "topic"}}}
        )
    done = hostile.pelican()
    assert not told_well(done)
    assert f"the slug {slug[:80]!r}" in done.stdout
    assert not hostile.output.exists()
    nothing_escaped(hostile)


@pytest.mark.parametrize("slug", BAD_SLUGS)
def test_every_bad_slug_is_refused(slug):
    """Paths out of the folder, letters that no file name has, quotes, and what is too long."""
    with pytest.raises(ContentError, match=r"the slug .+ Nothing was written"):
        check_slug("post", slug)


@given(st.text(max_size=300))
def test_a_slug_that_is_let_through_names_a_file_inside(slug):
    """Whatever passes can be created below the folder, and ends no attribute and no XML."""
    try:
        check_slug("post", slug)
    except ContentError:
        return
    assert os.path.normpath(f"/out/{slug}.html").startswith("/out/")
    assert not set(slug) & set("\"'<>\0\n\\")
    assert all(len(f"{part}.html".encode()) <= 255 for part in slug.split("/"))


def test_places_that_are_taken_are_told(hostile, api):
    """By one of Pelican's own lists, or by a file where a folder is needed."""
    api.answers["posts"] = [post("index"), post("a"), post("a.html/b")]
    done = hostile.pelican()
    assert not told_well(done)
    index = "Pelican's list 'index' (INDEX_SAVE_AS)"
    assert f"posts/index and {index} both claim index.html" in done.stdout
    assert "posts/a.html/b needs a folder a.html, which ButterCMS's posts/a claims" in done.stdout
    assert not hostile.output.exists()
