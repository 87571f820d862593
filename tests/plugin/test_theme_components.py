"""The theme's components show all fields, also those that another account has in place of ours."""

from pathlib import Path

import pytest

from pelican_buttercms import theme_path

TEMPLATES = sorted(Path(theme_path(), "templates", "components").glob("*.html"))
OURS = {
    "headline": "Word-headline",
    "text": "Word-text",
    "subheadline": "Word-subheadline",
    "button_label": "Word-label",
    "button_url": "/word-url",
    "features": [{"headline": "Word-feature", "description": "Word-description"}],
    "questions": [{"question": "Word-question", "answer": "Word-answer"}],
    "testimonial": [{"quote": "Word-quote", "name": "Word-name", "title": "Word-role"}],
}
THEIRS = {
    "body_text": "Word-body",
    "cta_label": "Word-cta",
    "cta_href": "/word-href",
    "items": [{"question": "Word-other"}],
    "keys": "Word-keys",
}


def words(value):
    """Collect every text in a value."""
    if isinstance(value, dict):
        return [word for inner in value.values() for word in words(inner)]
    if isinstance(value, list):
        return [word for inner in value for word in words(inner)]
    return [value]


@pytest.fixture
def show(site, account):
    """Build a page of one component; return its HTML."""

    def build(kind, fields):
        account.page("*", "p", body=[{"type": kind, "fields": fields}])
        site.configure(BUTTERCMS_PAGE_TYPES=["*"], THEME=theme_path())
        site.build()
        return site.read("pages/p.html").partition("<main")[2]

    return build


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_every_field_of_a_component_is_shown_once(show, template):
    """Ours where the template puts them, the others after it, inside of entries as well."""
    extra = {"features": "extra", "questions": "extra", "testimonial": "extra"}
    ours = {
        name: [{**value[0], "more": "Word-more"}] if name in extra else value
        for name, value in OURS.items()
    }
    fields = ours | THEIRS
    html = show(template.stem, fields)
    for word in dict.fromkeys(words(fields)):
        least = words(fields).count(word)
        assert html.count(word) == least, word
    assert "<h2></h2>" not in html


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_a_component_with_other_fields_alone(show, template):
    """Nothing of ours is there: no empty headings, and no address without its label is lost."""
    fields = THEIRS | {"button_url": "/lonely"}
    html = show(template.stem, fields)
    for word in words(fields):
        assert word in html
    for empty in ("<h1></h1>", "<h2></h2>", "<p></p>"):
        assert empty not in html
