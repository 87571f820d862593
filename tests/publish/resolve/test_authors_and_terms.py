import pytest

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.publish.write_model import WriteTarget

ADA = "/v2/content/?keys=team[_id=12]"


@pytest.mark.parametrize("word", ["ada", "Ada Lane", "ada lane", "ADA@x.example"])
def test_author_of_a_post(small, draft, understand, word):
    """An author is named by slug, name or e-mail."""
    found, problems = understand(draft(kind="post", fields={"author": word}), small)

    assert (found.values["author",], problems) == ("ada", [])


def test_unknown_author(small, draft, understand):
    """An author that is not there cannot be made, and the nearest is offered."""
    _, problems = understand(draft(kind="post", fields={"author": "Ada Lain"}), small)

    assert problems == [
        (
            "drafts/draft.md: `author` is 'Ada Lain', and there is no such author; did you mean"
            " 'Ada Lane'? The API cannot make authors: add them in the dashboard and"
            " pull, or name another."
        )
    ]


def test_two_authors_of_one_name(known, draft, understand):
    """A name that several authors have is no answer."""
    account = known(*(
        RawRecord(Key("author", "", slug), {"slug": slug, "first_name": "Ada"}) for slug in "ab"
    ))  # fmt: skip
    _, problems = understand(draft(kind="post", fields={"author": "Ada"}), account)

    assert problems == [
        ("drafts/draft.md: `author` is 'Ada', as several authors are called: write a or b.")
    ]


def test_terms_of_a_post(small, draft, understand):
    """Known categories and tags become slugs, once each; others stay and are told."""
    words = {"categories": ["news", "News", "Fresh"], "tags": "HOT, new"}
    found, problems = understand(draft(kind="post", fields=words), small)

    assert found.values["categories",] == ["news-slug", "Fresh"]
    assert found.values["tags",] == ["hot", "new"]
    assert problems == []
    assert found.notes == (
        "drafts/draft.md: `categories` makes something: the category 'Fresh' is new.",
        "drafts/draft.md: `tags` makes something: the tag 'new' is new.",
    )


def test_values_of_a_post(small, draft, understand):
    """A post has its title, slug, status, body and texts, and only those that the file names."""
    raw = draft(
        kind="post", title="Hello", slug="hello", status="draft", body="<p>Hi</p>",
        fields={"summary": "Short", "featured_image": "cup.jpg"},
        unsupported=("The date is lost.",),
    )  # fmt: skip
    found, problems = understand(raw, small, files=["cup.jpg"])

    assert problems == []
    assert found.target == WriteTarget(Key("post", "", "hello"))
    assert found.values == {
        ("title",): "Hello", ("slug",): "hello", ("status",): "draft", ("body",): "<p>Hi</p>",
        ("summary",): "Short", ("featured_image",): "https://site.example/cup.jpg",
    }  # fmt: skip
    assert list(found.files) == ["https://site.example/cup.jpg"]
    assert found.notes == ("drafts/draft.md: The date is lost.",)


def test_wrong_values_of_a_post(small, draft, understand):
    """What a post cannot have, or not like that, is named."""
    words = {"sumary": "x", "seo_title": ["x"], "tags": 3, "featured_image": "none.jpg"}
    _, problems = understand(draft(kind="post", fields=words), small)

    assert [problem.split("`")[1] for problem in problems] == [
        "sumary", "seo_title", "tags", "featured_image",
    ]  # fmt: skip
    assert "did you mean 'summary'?" in problems[0]
