"""What Pelican's users write today is a draft, and reads as Pelican reads it."""

import logging

import pytest

from pelican_buttercms.errors import DraftError
from pelican_buttercms.publish.drafts.raw_draft import RawDraft
from pelican_buttercms.publish.drafts.read import read_drafts

ARTICLE = """Title: Tea &amp; "us"
Date: 2024-05-17
Modified: 2024-05-18
Category: News
Tags: green; black, hot
Authors: Ada Lane, Bo Reed
Summary: Some *good* tea & R&amp;D
Description: For engines
Featured-Image-Alt: A cup
Template: wide
Save_as: tea.html

Hello "you" -- and **me**.
"""


def test_an_existing_article_is_a_post(folder):
    """Kind defaults to post; only what the API holds is kept, and the rest is told."""
    draft = folder.read("tea.md", ARTICLE)
    assert draft == RawDraft(
        folder.drafts / "tea.md",
        "post",
        slug="tea-us",
        title='Tea & "us"',
        body='<p>Hello "you" -- and <strong>me</strong>.</p>',
        fields={
            "summary": "Some good tea & R&D",
            "meta_description": "For engines",
            "featured_image_alt": "A cup",
            "categories": ["News"],
            "tags": ["green", "black, hot"],
            "author": "Ada Lane",
        },
        date="2024-05-17 00:00",
        unsupported=draft.unsupported,
    )
    assert draft.unsupported == (
        "modified is not sent: the API sets it itself.",
        "A post has one author there: Ada Lane is kept, and Bo Reed not.",
        "template and save_as stay in the file only: the API has no place for them.",
    )


def test_typogrify_is_left_to_the_build(folder):
    """The site applies it when it builds what the CMS holds; twice would be wrong."""
    folder.configure(TYPOGRIFY=True)
    assert folder.read("tea.md", ARTICLE).body.startswith('<p>Hello "you" --')


def test_restructured_text_and_html_are_read_by_their_own_readers(folder):
    """Titles there are HTML, and the API's are text."""
    rst = folder.read("a.rst", "Tea & *us*\n==========\n\n:tags: a, b\n:status: draft\n\nHi *x*.\n")
    assert (rst.title, rst.fields, rst.status) == ("Tea & us", {"tags": ["a", "b"]}, "draft")
    assert rst.body == "<p>Hi <em>x</em>.</p>\n"
    html = folder.read(
        "a.html",
        '<html><head><title>R&amp;D</title><meta name="keywords" content="a,b"></head>'
        "<body><p>x &copy;</p></body></html>",
    )
    assert (html.title, html.fields) == ("R&D", {"tags": ["a", "b"]})
    assert html.body == "<p>x &copy;</p>"


def test_plain_lines_of_a_page_are_its_fields_as_they_are_written(folder):
    """Nothing is rendered, split or parsed; the kind follows from Page_type."""
    draft = folder.read(
        "home.md",
        "Page-Type: landing\nTitle: Home\nheadline: *Hi* & co\nsummary: *x*\ntags: a, b\n"
        "date: someday\ntext: one\n    two\n\nBody\n",
    )
    assert (draft.kind, draft.group, draft.has_plain_fields) == ("page", "landing", True)
    assert draft.fields == {
        "headline": "*Hi* & co",
        "summary": "*x*",
        "tags": "a, b",
        "date": "someday",
        "text": "one\ntwo",
    }


def test_an_item_has_its_title_and_slug_among_its_fields(folder):
    """A collection's fields may have any name."""
    draft = folder.read("jane.md", "Collection: team\nId: 12\nTitle: *Dr*\nSlug: jane\n")
    assert (draft.kind, draft.group, draft.id) == ("item", "team", "12")
    assert (draft.title, draft.slug, draft.body) == ("", "", None)
    assert draft.fields == {"title": "*Dr*", "slug": "jane"}


def test_front_matter_is_yaml_and_the_body_is_still_pelicans(folder):
    """The first line of the body is no metadata, and a page's fields keep their types."""
    draft = folder.read(
        "p.md",
        "---\nKind: page\npage type: '*'\nTitle: 2024\nSlug: 007\nbody-field: text\n"
        "fields:\n  on: 2024-05-17\n  at: 2024-05-17T10:00:00Z\n  list: [&a 1, *a, null]\n---\n"
        "Note: *hi*\n",
    )
    assert (draft.group, draft.title, draft.slug, draft.body_field) == ("*", "2024", "007", "text")
    assert draft.fields == {
        "on": "2024-05-17",
        "at": "2024-05-17T10:00:00Z",
        "list": [1, 1, None],
    }
    assert draft.body == "<p>Note: <em>hi</em></p>"
    assert not draft.has_plain_fields


def test_an_html_fragment_behind_front_matter_is_the_body_as_it_is(folder):
    """So that an export can keep a body byte by byte."""
    body = "<P CLASS=x>1<br>&nbsp;2</P>\r\n"
    assert folder.read("p.html", f"---\r\nTitle: x\r\n---\r\n{body}").body == body


def test_front_matter_works_in_restructured_text_too(folder):
    """The title may stand in either."""
    draft = folder.read("p.rst", "---\ntags: [a]\n---\nTitle\n=====\n\nHi.\n")
    assert (draft.title, draft.fields, draft.body) == ("Title", {"tags": ["a"]}, "<p>Hi.</p>\n")


def test_plain_lines_between_fences_are_plain_metadata(folder):
    """Markdown's own extension allows it, and what is no YAML there is no error."""
    draft = folder.read("p.md", "---\nTitle: Tea: a story\nTags: @a, b\n---\nHi\n")
    assert (draft.title, draft.fields) == ("Tea: a story", {"tags": ["@a", "b"]})


def test_the_locale_comes_from_locale_lang_or_the_files_name(folder):
    """The API's slug in any case, Pelican's lang, or `.de-at.` before the suffix."""
    for name, line in (
        ("a.md", "Locale: DE-at"),
        ("b.md", "Lang: de-AT"),
        ("c.de-AT.md", "Tags: x"),
        ("d.en.md", "Lang: de-at"),
    ):
        assert folder.read(name, f"Title: T\n{line}\n\nx\n").locale == "de-AT", name
    assert folder.read("v.2.md", "Title: T\n\nx\n").locale == ""


def test_the_slug_is_the_one_that_pelican_would_make(folder):
    """By SLUGIFY_SOURCE and SLUG_REGEX_SUBSTITUTIONS, unless there is a Slug or an Id."""
    assert folder.read("a.md", "Title: C++ & Tea\n").slug == "c-tea"
    assert folder.read("a.md", "Title: T\nSlug: mine\nId: old\n").slug == "mine"
    assert folder.read("a.md", "Title: New title\nId: old\n").slug == "old"
    folder.configure(
        SLUGIFY_SOURCE="basename", SLUG_REGEX_SUBSTITUTIONS=[(r"\s+", "_"), (r"[^\w]", "")]
    )
    assert folder.read("My file.en.md", "Title: T\n").slug == "my_file"


def test_the_sites_patterns_for_file_names_count(folder):
    """But the folder `drafts` is no category, though Pelican takes every folder for one."""
    folder.configure(FILENAME_METADATA=r"(?P<date>\d{4}-\d\d-\d\d)_(?P<slug>.*)")
    draft = folder.read("2024-05-17_tea.md", "Title: T\n\nx\n")
    assert (draft.slug, draft.fields, draft.unsupported) == ("tea", {}, ())


def test_a_byte_order_mark_and_windows_line_ends_make_no_difference(folder):
    """In any format."""
    for name, text in (
        ("a.md", "\ufeffTitle: T\r\n\r\nHi\r\n"),
        ("b.md", "\ufeff---\r\nTitle: T\r\n---\r\nHi\r\n"),
    ):
        draft = folder.read(name, text)
        assert (draft.title, draft.body) == ("T", "<p>Hi</p>"), name


def test_an_empty_list_is_said_and_an_absent_one_is_not(folder):
    """Only what the file names is wanted."""
    assert folder.read("a.md", "---\ntitle: T\ntags: []\n---\n").fields == {"tags": []}


def test_base_is_a_digest_and_a_time(folder):
    """On one line."""
    draft = folder.read("a.md", "Title: T\nId: t\nBase: 0123456789abcdef 2024-05-17T10:00:00Z\n")
    assert (draft.base, draft.updated) == ("0123456789abcdef", "2024-05-17T10:00:00Z")


def test_reading_is_quiet_and_changes_nothing(folder, caplog):
    """Pelican's advice is about builds."""
    path = folder.write("a.md", "Title: T\nTags: a\nTags: b\n\n![](x.png)\n")
    before = (path.read_bytes(), path.stat().st_mtime_ns, sorted(folder.path.rglob("*")))
    level = logging.getLogger("pelican").level
    folder.site.render(path, "md", formatted=True)
    assert not caplog.records
    assert before == (path.read_bytes(), path.stat().st_mtime_ns, sorted(folder.path.rglob("*")))
    assert logging.getLogger("pelican").level == level


def test_a_page_of_pelicans_is_no_post(folder):
    """What Pelican takes for a page is not published as a post by mistake."""
    path = folder.write("/pages/about.md", "Title: About\n\nx\n")
    with pytest.raises(DraftError, match="takes it for a page"):
        read_drafts([path], folder.site)
    path.write_text("Title: About\nKind: post\n\nx\n")
    assert read_drafts([path], folder.site)[0].kind == "post"
    path.write_text("Title: About\nPage_type: *\n\nx\n")
    assert read_drafts([path], folder.site)[0].kind == "page"
