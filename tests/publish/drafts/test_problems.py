"""What is wrong in a draft is told before anything is sent: where, what, and what to do."""

import os

import pytest

from pelican_buttercms.errors import DraftError
from pelican_buttercms.publish.drafts.read import read_drafts


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("Kind: pgae\nPage_type: x", "line 2: Kind 'pgae' is none of post, page and item; did you"),
        ("Kind: article", "line 2: Kind 'article' is none of post, page and item; did you mean"),
        ("Kind: page", "line 2: a page needs its page type: add Page_type"),
        ("Kind: item", "line 2: an item needs its collection's key: add Collection"),
        ("Kind: post\nPage_type: x", "line 3: page_type is for a draft of kind page"),
        ("Kind: page\nPage_type: x\nCollection: y", "line 4: collection is for a draft of kind"),
        ("Locale: de", "line 2: there is no locale 'de': BUTTERCMS_LOCALES names de-AT, en, fr."),
        ("Lang: sw", "line 2: no locale has the language 'sw': BUTTERCMS_LOCALES gives de-at"),
        ("Locale: en\nLang: fr", "line 3: Locale 'en' and Lang 'fr' are not the same locale"),
        ("Status: hidden", "line 2: Status: hidden is Pelican's own"),
        ("Status: skip", "line 2: Status 'skip' is none of published and draft"),
        ("Scheduled: 2030-01-01", "line 2: scheduled cannot be sent: the API has no scheduling"),
        ("Publish_at: 2030-01-01", "line 2: publish_at cannot be sent"),
        ("Date: yesterdayish", "line 2: Date 'yesterdayish' is no date"),
        (
            "Image: //x/a.png\nFeatured_image: //x/b.png",
            "line 2: 'image' and 'featured_image' mean the",
        ),
        (
            "Image: a.png",
            "line 2: there is no file 'a.png' for the featured image: looked for a.png and",
        ),
        ("Page_type: x\nFields: a", "fields takes a mapping of field names to values: write them"),
        ("Slug: !", None),
    ],
)
def test_a_word_that_cannot_be_is_a_problem(folder, lines, problem):
    """Each with its line, once."""
    text = f"Title: T\n{lines}\n\nBody\n"
    if problem is None:
        assert folder.read("a.md", text).slug == "!"  # what a slug may be is judged later
        return
    (found,) = folder.problems("a.md", text)
    assert found.startswith("a.md")
    assert problem in found


def test_a_date_in_the_future_cannot_be_published(folder):
    """The API cannot schedule; as a draft it can wait, and the site's time zone decides."""
    head = "Title: T\nDate: 2025-06-01 {}\nStatus: {}\n\nx\n"
    (found,) = folder.problems("a.md", head.format("08:30", "published"))
    assert "line 2: Date 2025-06-01 08:30 is in the future and Status is published" in found
    assert folder.read("a.md", head.format("08:30", "draft")).status == "draft"
    assert folder.read("a.md", head.format("07:30", "published")).status == "published"


def test_all_problems_of_all_files_are_told_at_once(folder):
    """The user mends them together."""
    folder.write("a.md", "Title: T\nStatus: odd\nLocale: xx\n\nx\n")
    folder.write("b.md", "x\n")
    folder.write("empty.md", " \n")
    folder.write("latin.md", "Title: caf\xe9\n".encode("latin-1"))
    folder.write("bad.rst", "T\n=\n\n:bad:`\n\n.. nothing::\n")
    (folder.drafts / "gone").mkdir()
    paths = [folder.drafts, folder.drafts / "gone", folder.drafts / "no.md"]
    odd = folder.write("a.txt", "x")
    with pytest.raises(DraftError) as caught:
        read_drafts([*paths, odd], folder.site)
    told = str(caught.value)
    assert len(caught.value.problems) == 9
    for part in (
        "a.md, line 2: Status 'odd'",
        "a.md, line 3: there is no locale 'xx'",
        "b.md: no slug can be made: add a Title, or a Slug.",
        "empty.md: the file is empty",
        "latin.md: byte 11 is not UTF-8",
        "bad.rst: Pelican's reader for .rst failed (line ",
        "gone: no drafts are in this folder (drafts end in .htm, .html, .json",
        "no.md: there is no such file",
        "a.txt: no reader takes this file",
    ):
        assert part in told


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_that_may_not_be_read_is_a_problem(folder):
    """With the system's reason."""
    folder.write("a.md", "Title: T\n").chmod(0)
    with pytest.raises(DraftError, match=r"cannot be read \(Permission denied"):
        read_drafts([folder.drafts / "a.md"], folder.site)


def test_broken_front_matter_is_told_with_its_line(folder):
    """Unless it is plain metadata; a body for several locales is nobody's."""
    (found,) = folder.problems("a.md", "---\ntitle: T\nfields:\n  a: [}\n---\nx\n")
    assert "a.md, line 4: this is not valid YAML" in found
    (found,) = folder.problems("a.md", "---\n- a\n---\nx\n")
    assert "the front matter is no mapping" in found
    (found,) = folder.problems("a.rst", "---\ntitle: T\n---\n:date: 2024\n\nx\n")
    assert "date: metadata stands behind the front matter" in found
    (found,) = folder.problems(
        "a.md", "---\ncollection: x\nfields: {en: {a: 1}, fr: {a: 2}}\n---\nBody\n"
    )
    assert "a body and fields for several locales" in found
    (found,) = folder.problems("a.md", "---\ntitle: T\nbody: x\n---\nBody\n")
    assert "line 3: the body is in the metadata and behind it" in found


def test_front_matter_with_a_list_is_never_plain_metadata(folder):
    """A colon in the title would make the tags "[x" and "y]" of it, which the API cannot delete."""
    for tags in ("tags: [x, y]", "tags:\n  - x\n  - y"):
        (problem,) = folder.problems("a.md", f"---\ntitle: Coffee: a story\n{tags}\n---\nx\n")
        assert "a.md, line 2: this is not valid YAML" in problem
        assert "in quotes" in problem
    draft = folder.read("b.md", "---\ntitle: Coffee: a story\ntags: x, y\n---\nx\n")
    assert (draft.title, draft.fields["tags"]) == ("Coffee: a story", ["x", "y"])


def test_without_locales_none_can_be_named(folder):
    """The message says where they are set; the account's default language is no locale to name."""
    folder.locales = {"en": ""}
    folder.configure()
    (found,) = folder.problems("a.md", "Title: T\nLocale: de\n\nx\n")
    assert "BUTTERCMS_LOCALES names none" in found
    assert folder.read("a.md", "Title: T\nLang: en\n\nx\n").locale == ""
