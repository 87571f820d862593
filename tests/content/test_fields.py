import copy

from jinja2 import Environment
import pytest

from pelican_buttercms.content.fields import Component, Fields


def test_attribute_and_item_access():
    """A field is reached by attribute and by item."""
    fields = Fields({"headline": "Hi", "_id": 7})

    assert fields.headline == fields["headline"] == "Hi"
    assert fields._id == 7
    assert {"headline", "items"} <= set(dir(fields))
    assert dict(fields) == {"headline": "Hi", "_id": 7}
    assert (len(fields), list(fields), "headline" in fields) == (2, ["headline", "_id"], True)


def test_fields_come_before_the_names_of_a_mapping():
    """Fields called items, keys, values or get are those fields."""
    fields = Fields({"items": [1], "keys": "k", "values": "v", "get": "g"})

    assert (fields.items, fields.keys, fields.values, fields.get) == ([1], "k", "v", "g")
    assert list(Fields({"a": 1}).items()) == [("a", 1)]
    assert Fields({"a": 1}).get("b") is None


def test_missing_field_names_the_others():
    """A missing field is an AttributeError that lists what there is."""
    with pytest.raises(AttributeError, match="'headlin'; the fields are: headline, text"):
        _ = Fields({"headline": "Hi", "text": ""}).headlin


def test_fields_are_read_only():
    """Templates cannot change what other templates will read."""
    fields = Fields({"headline": "Hi"})

    with pytest.raises(AttributeError):
        fields.headline = "Bye"
    with pytest.raises(TypeError):
        fields["headline"] = "Bye"


def test_repr_does_not_follow_cycles():
    """The repr names the fields only, however they lead back to themselves."""
    data = {"text": "Hi"}
    data["self"] = Fields(data)

    assert repr(Fields(data)) == "Fields(text, self)"
    assert repr(Component("hero", Fields(data))) == "<Component hero>"


def test_media_of_another_host_print_as_their_url():
    """An object of a URL and perhaps its alternative text prints as the URL, others as a repr."""
    assert str(Fields({"url": "https://example.com/a.png", "alt": "A"})) == (
        "https://example.com/a.png"
    )
    assert str(Fields({"url": "#home", "label": "Home"})) == "Fields(url, label)"
    assert str(Fields({"url": None})) == "Fields(url)"


def test_equality_is_that_of_the_fields():
    """Fields compare with each other and with plain mappings."""
    assert Fields({"a": 1}) == Fields({"a": 1}) == {"a": 1}
    assert Fields({"a": 1}) != Fields({"a": 2})
    assert Fields({"a": 1}) != "a"


def test_copies():
    """A copy has the same fields; asking an unfinished copy does not recurse."""
    assert copy.deepcopy(Fields({"a": [1]})) == {"a": [1]}


def test_templates():
    """Jinja reaches fields by attribute, and a missing one is undefined."""
    fields = Fields({"items": [Fields({"label": "One"})]})
    template = Environment(autoescape=True).from_string(
        "{% for entry in fields.items %}{{ entry.label }}{{ entry.nothing }}{% endfor %}"
    )

    assert template.render(fields=fields) == "One"
