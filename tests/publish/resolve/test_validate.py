from dataclasses import replace

import pytest

from pelican_buttercms.publish.resolve.validate import (
    fill_missing,
    validate,
)
from pelican_buttercms.publish.resolved_draft import DraftReference

FIRST = "/v2/pages/news/first"
ADA = "/v2/content/?keys=team[_id=12]"
PICTURE = "https://cdn.buttercms.com/abc"
NEW = "If it is new in the schema, use --allow-unknown."


@pytest.fixture(scope="session")
def account(known, page, item):
    """An account whose pages of `news` fill a field of each kind, but for `note`."""
    filled = {
        "title": "x", "price": 3, "shown": True, "photo": PICTURE, "up": FIRST, "related": [FIRST],
        "lead": ADA, "seo": {"title": "x", "more": ""}, "note": "", "none": [],
        "parts": [{"type": "hero", "fields": {"headline": "x", "up": FIRST}}],
        "rows": [{"label": "x"}],
    }  # fmt: skip
    other = filled | {"shown": False, "related": [FIRST, FIRST], "note": "x", "none": []}
    return known(page("first", **filled), page("second", **other), page("s", "blog"),
                 item("team", 12, name="Ada"), item("team", 13, name=""))  # fmt: skip


@pytest.fixture
def problems(account, draft, understand):
    """Check the fields of a page that is there; gives the problems without the file's name."""

    def run(**fields):
        found, wrong = understand(draft(fields=fields), account)
        assert wrong == []
        return [
            problem.removeprefix("drafts/draft.md: ")
            for problem in validate(found, account, creating=False)
        ]

    return run


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "<p>x</p>", "price": 2.5, "shown": False, "photo": "https://x.example/a.png"},
        {"title": PICTURE, "photo": "", "seo": {"title": ""}, "up": "second", "lead": 13},
        {"related": ["first", "second"], "rows": [{"label": "y"}, {}], "none": ["a"], "parts": []},
        {"parts": [{"hero": {"headline": ""}}], "note": "x", "price": None, "seo": None},
        {"up": ["first"]},
    ],
)
def test_what_fits(problems, fields):
    """Values of the kinds that the account has are taken, and so is every empty value."""
    assert problems(**fields) == []


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"titel": "x"}, f"`titel` is no field of news; did you mean 'title'? {NEW}"),
        ({"seo": {"titel": "x"}}, f"`seo.titel` is no field of `seo`; did you mean 'title'? {NEW}"),
        ({"rows": [{"lable": "x"}]},
         f"`rows[0].lable` is no field of `rows[0]`; did you mean 'label'? {NEW}"),
        ({"parts": [{"hro": {}}]},
         f"`parts[0]` picks 'hro', which no page has; did you mean 'hero'? {NEW}"),
        ({"parts": [{"hero": {"head": "x"}}]},
         f"`parts[0].fields.head` is no field of the component hero; did you mean 'headline'? {NEW}"),  # noqa: E501
        ({"parts": [{"a": 1, "b": 2}]},
         "`parts[0]` names one component and its fields, such as one of hero."),
        ({"parts": {"headline": "x"}},
         "`parts` is a component, and everywhere else a list of components."),
        ({"title": 3}, "`title` is a number, and everywhere else a text: write it in quotes."),
        ({"title": ["x"]}, "`title` is a list, and everywhere else a text."),
        ({"title": {"x": "y"}}, "`title` is a component, and everywhere else a text."),
        ({"title": {"ref": "team:12"}}, "`title` is a reference, and everywhere else a text."),
        ({"price": "3"}, "`price` is a text, and everywhere else a number."),
        ({"price": True}, "`price` is true or false, and everywhere else a number."),
        ({"photo": 3}, "`photo` is a number, and everywhere else an image or another file."),
        ({"seo": "x"}, "`seo` is a text, and everywhere else a component."),
        ({"rows": "x"}, "`rows` is a text, and everywhere else a list of entries with fields."),
        ({"rows": ["x"]}, "`rows[0]` is a text, and everywhere else a component."),
        ({"rows": [{"type": "hero", "fields": {}}]},
         "`rows[0]` is a picked component, and everywhere else a list of entries with fields."),
        ({"none": "x"}, "`none` is a text, and everywhere else a list."),
        ({"up": ["first", "second"]},
         "`up` refers to several, and everywhere else to one: name one."),
        ({"up": "blog/s"}, "`up` refers to a page of blog, and everywhere else to pages of news."),
        ({"lead": "/v2/pages/news/first"},
         "`lead` refers to a page of news, and everywhere else to items of team."),
    ],
)  # fmt: skip
def test_what_does_not_fit(problems, fields, told):
    """A field that nobody has, or of another kind than everywhere else, is named with its path."""
    assert problems(**fields) == [told]


def test_nothing_is_known_of_the_type(account, draft, understand):
    """Where nothing is known of a page type, its fields are not judged."""
    found, _ = understand(draft(group="unseen", title="x", fields={"any": [1]}), account)

    assert validate(found, account, creating=True) == []
    assert fill_missing(found, account) == (found.values, [])


def test_keys_that_are_lacking(account, draft, understand):
    """What every page fills has to be given; the rest is sent empty, and told."""
    fields = {"title": "x", "price": 1, "photo": "", "up": "first", "lead": 12, "rows": [],
              "seo": {"more": "x"}}  # fmt: skip
    found, _ = understand(draft(title="T", fields=fields), account)
    values, notes = fill_missing(found, account)

    every = "every known page of news has one. Give it, or say that it is empty with"
    both = "every known page of news has them. Give them, or say that they are empty with"
    assert validate(found, account, creating=False) == []
    assert validate(found, account, creating=True) == [
        f"drafts/draft.md: `parts`, `related` are lacking: {both} [].",
        f'drafts/draft.md: `seo.title` is lacking: {every} "".',
    ]
    added = {path[1:]: value for path, value in values.items() if path not in found.values}
    assert added == {
        ("none",): [], ("note",): "", ("parts",): [], ("related",): [], ("seo", "title"): "",
        ("shown",): False,
    }  # fmt: skip
    assert notes == [
        (
            "drafts/draft.md: `none`, `note`, `parts`, `related`, `seo.title`, `shown` are not in"
            " the draft, and are sent empty."
        )
    ]


def test_a_component_that_is_lacking(known, page, draft, understand):
    """A component that the draft leaves out is sent with each of its fields empty."""
    account = known(page("a", seo={"title": "x", "up": [FIRST]}), page("b", seo={"title": ""}))
    found, _ = understand(draft(title="T"), account)

    values, _ = fill_missing(found, account)
    assert validate(found, account, creating=True) == []
    assert values["fields", "seo", "title"] == ""
    assert values["fields", "seo", "up"] == []


def test_the_only_page_fills_it(known, item, draft, understand):
    """One record is enough to ask for what it fills, and the message says that it is one."""
    account = known(item("team", 1, name="x", photo=""))
    found, _ = understand(draft(kind="item", group="team"), account)

    assert validate(found, account, creating=True) == [
        (
            "drafts/draft.md: `name` is lacking: the only known item of team has one. Give it, or"
            ' say that it is empty with "".'
        )
    ]


@pytest.mark.parametrize(
    ("words", "creating", "names"),
    [
        ({"title": "T", "slug": "with spaces"}, True, []),
        ({"slug": "new"}, True, ["title"]),
        ({"slug": "new"}, False, []),
        ({"title": "T", "slug": "a/b"}, True, ["slug"]),
        ({"title": "T", "slug": "x" * 101}, True, ["slug"]),
        ({"title": "T", "slug": "x" * 100}, True, []),
        ({"title": " ", "slug": ""}, True, ["slug", "title"]),
    ],
)
def test_title_and_slug(known, draft, understand, words, creating, names):
    """A post or a page has a title, and a slug that the API's paths can name."""
    for kind in ("post", "page"):
        found, _ = understand(draft(kind=kind, **words), known())
        wrong = validate(found, known(), creating=creating)
        assert [problem.split("`")[1] for problem in wrong] == names


def test_reference_to_another_draft_fits(account, draft, understand):
    """What another draft will make is a reference, and nothing else."""
    found, _ = understand(draft(), account)
    made = DraftReference("/x/y.md")
    values = {("fields", "up"): made, ("fields", "related"): [made], ("fields", "price"): made}

    assert validate(replace(found, values=values), account, creating=False) == [
        "drafts/draft.md: `price` is a reference, and everywhere else a number."
    ]


def test_the_sample_account_fits_itself(sample, sample_known, draft, understand):
    """Nothing that the sample account holds is a problem."""
    for record in sample:
        key = record.key
        if key.kind in {"page", "item"}:
            fields = (
                record.data["fields"]
                if key.kind == "page"
                else {name: value for name, value in record.data.items() if name != "meta"}
            )
            raw = draft(kind=key.kind, group=key.group, id=key.id, title="T", fields=fields)
            found, wrong = understand(raw, sample_known)
            assert [*wrong, *validate(found, sample_known, creating=False)] == []
