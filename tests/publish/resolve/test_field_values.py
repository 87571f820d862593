from datetime import date
from pathlib import Path

from pelican_buttercms.publish.drafts.errors import DraftError
from pelican_buttercms.publish.drafts.raw_draft import LocalFile
from pelican_buttercms.publish.resolve.resolve import resolve

FIRST = "/v2/pages/news/first"
PICTURE = "https://cdn.buttercms.com/abc"


def test_local_picture(small, draft, understand):
    """A local file in a media field becomes its public URL, and the file is kept."""
    raw = draft(fields={"photo": "cup.jpg", "parts": [{"hero": {"image": "{static}cup.jpg"}}]})
    found, problems = understand(raw, small, files=["cup.jpg"])

    url = "https://site.example/cup.jpg"
    assert problems == []
    assert found.values["fields", "photo"] == url
    assert found.values["fields", "parts"][0]["fields"]["image"] == url
    assert found.files == {url: LocalFile(url, Path("cup.jpg"), "{static}cup.jpg")}


def test_missing_picture(small, fields):
    """A file that is not there is a problem in a media field, and where a link marks it."""
    _, problems = fields(small, photo="none.jpg", unseen="{static}none.jpg")

    told = "there is no such file. Correct the path, or give a URL."
    assert problems == [
        f"drafts/draft.md: `{name}` shows {words!r}, and {told}"
        for name, words in (("photo", "none.jpg"), ("unseen", "{static}none.jpg"))
    ]


def test_words_that_look_like_a_file(small, fields):
    """A text field keeps the name of a file; a field of which nothing is known shows the file."""
    found, problems = fields(small, files=["cup.jpg"], title="cup.jpg", unseen="cup.jpg")

    assert problems == []
    assert found == {"title": "cup.jpg", "unseen": "https://site.example/cup.jpg"}


def test_alt_text_is_not_written(small, draft, understand):
    """An object of URL and alt text becomes the URL, and the loss is told."""
    found, problems = understand(draft(fields={"photo": {"url": PICTURE, "alt": "A cup"}}), small)

    assert (found.values["fields", "photo"], problems) == (PICTURE, [])
    (note,) = found.notes
    assert note == (
        "drafts/draft.md: `photo` has an alt text, which the API cannot write: give it in the"
        " dashboard."
    )


def test_file_that_cannot_be_public(small, draft):
    """A file that has no public address is one problem among the others, and hides none."""

    def local_file(words, path):
        raise DraftError(f"{path}: {words} is outside the content folder.")

    raws = [draft(fields={"photo": "cup.jpg"}), draft("b.md", slug="b", fields={"lead": "nobody"})]
    _, problems = resolve(raws, small, local_file)

    assert problems[0] == "drafts/draft.md: cup.jpg is outside the content folder."
    assert len(problems) == 2


def test_objects_that_are_not_known(small, fields):
    """An object of which nothing is known is taken as it is, or as what the API expanded."""
    expanded = {"slug": "first", "page_type": "news", "fields": {}}
    found, problems = fields(
        small,
        up=expanded,
        unseen=expanded,
        picture={"url": "cup.jpg", "alt": "A cup"},
        link={"url": "https://x.example/", "alt": ""},
        photo={"file": "cup.jpg"},
        files=["cup.jpg"],
    )

    assert problems == []
    assert found == {
        "up": FIRST,
        "unseen": FIRST,
        "picture": "https://site.example/cup.jpg",
        "link.url": "https://x.example/",
        "link.alt": "",
        "photo.file": "https://site.example/cup.jpg",
    }


def test_values_of_yaml(small, fields):
    """What YAML reads as a date is the text of it, null is empty, and a list is cleared as one."""
    found, problems = fields(small, day=date(2024, 5, 1), title=None, parts=None, rows="")

    assert problems == []
    assert found == {"day": "2024-05-01", "title": "", "parts": [], "rows": []}


def test_cleared_component(small, fields):
    """A component that is cleared has all its fields empty, as the API merges them."""
    assert fields(small, seo=None)[0] == {"seo.title": "", "seo.up": ""}
