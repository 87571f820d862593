"""Which field of a page gives its title, date, body and so on."""

from datetime import datetime

import pytest

from pelican_buttercms.content import split_item, split_page
from pelican_buttercms.content.graph import link
from pelican_buttercms.content.naming import name_of
from pelican_buttercms.errors import ContentError, SettingsError
from pelican_buttercms.plugin.field_mapping import FieldMapping, look_up, slug_of
from pelican_buttercms.settings import PageType
from pelican_buttercms.settings.page_types import USUAL_FIELDS


def page(fields, **mapping):
    """Link one page with these fields, beside an item it may refer to, and map it."""
    topic = {"meta": {"id": 7}, "name": "Tea time", "slug": "tea", "colour": {"dark": "#000"}}
    data = {"slug": "p", "name": "P", "page_type": "news", "published": None, "updated": None}
    graph = link([*split_page(data | {"fields": fields}), *split_item("topics", topic)])
    found = graph.page("news", "p")
    return found, FieldMapping(found, PageType("news", fields=mapping))


def test_a_mapping_decides_and_usual_names_fill_the_gaps():
    """What the user mapped wins; otherwise fields with the usual names are taken."""
    _, mapping = page(
        {"body": "b", "text": "t", "seo": {"title": "s"}, "head": "h"}, title="head", body="text"
    )
    assert mapping.text("title") == "h"
    assert mapping.value("body") == "t"
    assert mapping.text("seo_title") == "s"
    assert mapping.text("summary") == ""


def test_dotted_paths_lead_through_components_and_references():
    """A path may pass a component, a reference and its fields; `fields.` before it is allowed."""
    uri = "/v2/content/?keys=topics[_id=7]"
    found, mapping = page(
        {"hero": {"line": "x"}, "topic": uri, "topics": [uri]},
        title="fields.hero.line",
        category="topic",
        tags="topics",
        summary="topic.colour.dark",
    )
    assert mapping.text("title") == "x"
    assert mapping.text("summary") == "#000"
    assert name_of(mapping.values("category")[0]) == "Tea time"
    assert slug_of(mapping.values("tags")[0]) == "tea"
    assert look_up(found.fields, "topics.name") == "Tea time"


def test_a_text_of_names_is_several():
    """Tags may be written with commas."""
    _, mapping = page({"tags": "a, b ,,c"}, tags="tags")
    assert mapping.values("tags") == ["a", "b", "c"]


def test_a_date_field_is_read_or_refused():
    """A mapped date holds a date, is empty, or is an error that names page and field."""
    _, mapping = page({"day": "2024-02-03", "other": ""}, date="day", modified="other")
    assert mapping.moment("date") == datetime(2024, 2, 3)  # noqa: DTZ001  (a day has no zone)
    assert mapping.moment("modified") is None
    _, wrong = page({"day": "yesterday"}, date="day")
    with pytest.raises(ContentError, match=r"pages/news/p: the field 'day'.*'yesterday'"):
        wrong.moment("date")


def test_a_mapping_to_a_field_that_is_not_there_names_those_that_are():
    """A misspelt field is a setting's mistake, and the message helps to mend it."""
    _, mapping = page({"headline": "h", "body": "b"}, title="hedline")
    with pytest.raises(SettingsError, match=r"'hedline'.*it has: headline, body"):
        mapping.text("title")


TOPIC = "/v2/content/?keys=topics[_id=7]"


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (None, []),
        ("", []),
        ([], []),
        ([None, ""], []),
        ("/v2/content/?keys=topics[_id=99]", []),
        (["/v2/content/?keys=topics[_id=99]"], []),
        (TOPIC, ["Tea time"]),
        ([TOPIC], ["Tea time"]),
        ([TOPIC, TOPIC], ["Tea time", "Tea time"]),
        ([TOPIC, "/v2/content/?keys=topics[_id=99]"], ["Tea time"]),
    ],
    ids=str,
)
@pytest.mark.parametrize("target", [*USUAL_FIELDS, "category", "author", "tags", "date"])
def test_a_mapped_reference_may_be_empty_lead_nowhere_or_be_several(target, value, names):
    """For whatever it is mapped to: nothing, or the first, or all."""
    _, mapping = page({"topic": value}, **{target: "topic.name"})
    assert mapping.text(target) == (names[0] if names else "")
    assert mapping.first(target) == (names[0] if names else None)
    assert mapping.values(target) == names


def test_a_field_that_another_page_has_may_be_missing():
    """Only a field that no page of the type has is a mistake of the setting."""
    one, _ = page({"topic": TOPIC})
    empty, _ = page({"topic": ""})
    other, _ = page({"body": "b"})

    def mapped(shown, path, *pages):
        page_type = PageType("news", fields={"category": path})
        return FieldMapping(shown, page_type, pages).text("category")

    assert mapped(other, "topic.name", one, other) == ""
    assert mapped(other, "fields.topic.name", empty, other) == ""
    with pytest.raises(SettingsError):
        mapped(other, "topic.name", other)
    with pytest.raises(SettingsError):
        mapped(one, "topic.nmae", one, empty, other)
