from pathlib import Path

import pytest

from pelican_buttercms.publish.drafts.raw_draft import RawDraft
from pelican_buttercms.publish.resolved_draft import DraftReference

FIRST = "/v2/pages/news/first"
ADA = "/v2/content/?keys=team[_id=12]"


@pytest.mark.parametrize(
    ("name", "word", "value"),
    [
        ("up", "first", FIRST),
        ("up", "not-there-yet", "/v2/pages/news/not-there-yet"),
        ("up", "both", "/v2/pages/news/both"),
        ("up", "news/first", FIRST),
        ("up", "news:first", FIRST),
        ("up", "blog/second", "/v2/pages/blog/second"),
        ("up", "https://api.buttercms.com/v2/pages/news/first/", FIRST),
        ("up", 2024, "/v2/pages/news/2024"),
        ("up", {"ref": "first"}, FIRST),
        ("up", "", ""),
        ("up", None, ""),
        ("lead", 12, ADA),
        ("lead", "12", ADA),
        ("lead", "team:12", ADA),
        ("lead", "team/12", ADA),
        ("lead", "/v2/content/team/12/", ADA),
        ("lead", "team:99", "/v2/content/?keys=team[_id=99]"),
        ("lead", "other:99", "/v2/content/?keys=other[_id=99]"),
        ("related", ["first", "news/both"], [FIRST, "/v2/pages/news/both"]),
        ("related", "first", [FIRST]),
        ("related", None, []),
        ("mixed", "first", "first"),
        ("mixed", FIRST + "/", FIRST),
        ("title", {"ref": "team:12"}, ADA),
        ("unseen", {"ref": 12}, ADA),
        ("unseen", [{"ref": "team:12"}], [ADA]),
        ("unseen", "first", "first"),
    ],
)
def test_spellings_of_a_reference(small, fields, name, word, value):
    """A reference is short where its field is known as one, and explicit elsewhere."""
    assert fields(small, **{name: word}) == ({name: value}, [])


def test_references_inside_lists_and_components(small, fields):
    """References are understood inside components, repeaters and both forms of pickers."""
    found, problems = fields(
        small,
        seo={"up": "first"},
        rows=[{"label": "x", "up": "first"}],
        parts=[{"hero": {"up": "first"}}, {"type": "hero", "fields": {"up": "news/first"}}],
    )

    hero = {"type": "hero", "fields": {"up": FIRST}}
    assert problems == []
    assert found == {
        "seo.up": FIRST,
        "rows": [{"label": "x", "up": FIRST}],
        "parts": [hero, hero],
    }


def test_reference_that_several_pages_could_be(known, page, fields):
    """A slug in two page types is no answer where the field led to both."""
    account = known(
        page("a", x="/v2/pages/news/a"), page("b", x="/v2/pages/blog/b"), page("b", "blog"),
        page("both"), page("both", "blog"),
    )  # fmt: skip

    assert fields(account, x="b")[1] == [
        ("drafts/draft.md: `x` refers to 'b', which is in several places: write blog/b or news/b.")
    ]
    assert fields(account, x="blog/both") == ({"x": "/v2/pages/blog/both"}, [])


@pytest.mark.parametrize(
    ("name", "word", "told"),
    [
        ("lead", "ada", "it leads to items of team: write team:ID."),
        ("related", ["first", True], "`related[1]` is a reference, and True names nothing"),
        ("up", {"slug": "first"}, "`up` is a reference, and {'slug': 'first'} names nothing"),
        ("unseen", {"ref": "frst"}, "no page has that slug; did you mean 'first'?"),
    ],
)
def test_reference_that_cannot_be_read(small, fields, name, word, told):
    """A word that names nothing is a problem that says what to write."""
    _, problems = fields(small, **{name: word})

    assert len(problems) == 1
    assert told in problems[0]


def test_reference_to_another_draft(small, draft, understand, tmp_path):
    """The path of a draft that is published along refers to what it will make."""
    other = draft("more/other.yaml")
    raw = draft(fields={"related": ["more/other.yaml", "first"], "name": "more/other.yaml"})
    found, problems = understand(raw, small, others=[RawDraft(other.path, "item", "team")])

    one, two = found.values["fields", "related"]
    assert problems == []
    assert isinstance(one, DraftReference)
    assert Path(one) == other.path.resolve()
    assert two == FIRST
    assert isinstance(found.values["fields", "name"], DraftReference)  # nothing is known of it
