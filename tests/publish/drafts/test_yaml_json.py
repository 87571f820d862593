"""YAML and JSON files, and files with several locales."""

import json

import pytest

from pelican_buttercms.publish.drafts.read import is_plan, read_drafts

ITEM = """\
kind: item
collection: team_members
id: 812321
status: {en: published, de-AT: draft}
base:
  en: 1234567890e23456 2024-05-17T10:00:00Z
fields:
  en: {name: Jane, since: 2001-02-03}
  de-AT: {name: Jana}
"""


def test_one_file_holds_several_locales(folder):
    """Where every field is a locale, with a status and a base for each."""
    first, second = folder.read_all("jane.yaml", ITEM)
    assert (first.locale, first.status, first.base) == ("en", "published", "1234567890e23456")
    assert first.updated == "2024-05-17T10:00:00Z"
    assert first.fields == {"name": "Jane", "since": "2001-02-03"}
    assert (second.locale, second.status, second.base) == ("de-AT", "draft", "")
    assert first.id == second.id == "812321"


def test_a_field_that_is_named_like_a_locale_is_a_field(folder):
    """Only where all are locales with mappings, the fields are by locale."""
    draft = folder.read("a.yml", "collection: words\nfields: {en: hello, fr: bonjour}\n")
    assert draft.fields == {"en": "hello", "fr": "bonjour"}


def test_json_says_the_same_as_yaml(folder):
    """Known keys are texts there too."""
    data = {"Page-Type": "*", "title": "Über", "slug": 7, "fields": {"n": 1.5, "b": True}}
    for name, text in (("a.json", json.dumps(data)), ("a.yaml", json.dumps(data))):
        draft = folder.read(name, text)
        assert (draft.kind, draft.group, draft.title, draft.slug) == ("page", "*", "Über", "7")
        assert draft.fields == {"n": 1.5, "b": True}


def test_a_post_may_be_yaml_in_several_locales(folder):
    """Its values stand under the locale, its links are resolved as anywhere."""
    first, second = folder.read_all(
        "p.yaml",
        "author: Ada\nfields:\n  en: {title: Tea, body: '<a href=\"{index}\">x</a>'}\n"
        "  fr: {title: Thé, description: 2024}\n",
    )
    assert (first.slug, first.body) == ("tea", '<a href="/index.html">x</a>')
    assert (second.title, second.body) == ("Thé", None)
    assert second.fields == {"author": "Ada", "meta_description": "2024"}


def test_the_locales_of_a_new_item_may_be_files(folder):
    """`jane.en.yaml` beside `jane.fr.json`."""
    folder.write("jane.en.yaml", "collection: team\nfields: {name: Jane}\n")
    folder.write("jane.fr.json", '{"collection": "team", "fields": {"name": "Jeanne"}}')
    assert [one.locale for one in read_drafts([folder.drafts], folder.site)] == ["en", "fr"]


def test_a_folder_is_walked_in_order_past_what_is_no_draft(folder):
    """Hidden files, saved plans and files without a reader; a file named twice is read once."""
    for name in ("b.md", "a/z.md", ".hidden.md", ".git/x.md", "note.txt", "c.yaml"):
        folder.write(name, "Title: T\n\nx\n" if name != "c.yaml" else "title: C\n")
    plan = folder.write("plan.json", '{"pelican-buttercms plan": 1}')
    drafts = read_drafts([folder.drafts, folder.drafts / "b.md"], folder.site)
    names = [str(one.path.relative_to(folder.drafts)) for one in drafts]
    assert names == ["a/z.md", "b.md", "c.yaml"]
    assert is_plan(plan)
    assert not is_plan(folder.drafts / "b.md")
    assert not is_plan(folder.drafts / "absent.json")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("kind: item\ncollection: x\ncollection: y\n", "line 3: duplicate key 'collection'"),
        ("page_type: x\nPage-Type: y\n", "line 2: duplicate key 'Page-Type'"),
        ('title: "\\uD83D"\n', "line 1: it holds half a character"),
        ("title: [a\n", "valid YAML (expected ',' or ']'"),
        ("- a\n", "entry 1: it is no mapping"),
        ("collection: x\nfields:\n  a: !!set {b}\n", "line 3: tag:yaml.org,2002:set is no value"),
        ("collection: x\nfields:\n  a: !!python/name:os.system x\n", "line 3: tag:yaml.org"),
        ("collection: x\nfields: {a: .nan}\n", "line 2: tag:yaml.org,2002:float is no value"),
        ("collection: x\nfields: {1: a}\n", "line 2: a key must be a text: put '1' in quotes"),
        ("collection: x\nfields: {? [a] : b}\n", "line 2: a key must be a text"),
        ("collection: x\nfields: {a: &a [*a]}\n", "line 2: an alias leads back to itself"),
        ("collection: x\nfields: {x: &a {b: 1}, y: {<<: *a}}\n", "line 2: a key must be a text"),
        ("collection: x\nfields: [a]\n", "fields takes a mapping of field names"),
        ("collection: x\nfeilds: {a: 1}\n", "line 2: an item has no key 'feilds'; did you mean"),
        ("collection: x\ntitle: a\n", "line 2: an item has no key 'title': an item has none"),
        ("page_type: x\ntitle: a\npublish_at: 2030-01-01\n", "line 3: a page has no key"),
        ("title: t\nfields: {headline: x}\n", "fields: a post has no 'headline'"),
        ("title: t\nscheduled: 2030-01-01\n", "line 2: scheduled cannot be sent"),
        ("title: {a: b}\n", "line 1: 'title' takes a text"),
        ("title: t\ntags: {a: b}\n", "line 2: 'tags' takes names"),
        ("title: t\nstatus: {en: draft}\n", "line 2: status is given by locale"),
        ("collection: x\nfields: {en: {a: 1}}\nlocale: en\n", "line 3: the fields are grouped by"),
        ("collection: x\nfields: {en: {a: 1}}\nbase: abc\n", "line 3: base is needed for each"),
        ("collection: x\nfields: {en: {}}\nbase: {fr: x}\n", "line 3: base names 'fr'"),
        ("collection: x\nfields: {en: {}}\nbase: {en: [x]}\n", "line 3: base takes a text for"),
    ],
)
def test_what_is_wrong_in_yaml_is_told_with_its_line(folder, text, problem):
    """Nothing that is no plain value is taken, and no tag runs anything."""
    (found,) = folder.problems("x.yaml", text)
    assert found.startswith("x.yaml")
    assert problem in found


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"title": "a",}', "line 1: this is not valid JSON"),
        ('{"title": "a", "title": "b"}', "duplicate key 'title'"),
        ("[1]", "entry 1: it is no object"),
        ('{"title": NaN}', "NaN is no JSON"),
        ('{"title": "\\ud800"}', "'\\ud800' is half a character"),
        ('{"pelican-buttercms plan": 1}', "this is a saved plan and no draft"),
    ],
)
def test_what_is_wrong_in_json_is_told(folder, text, problem):
    """A plan that is named among drafts too."""
    (found,) = folder.problems("x.json", text)
    assert problem in found


def test_aliases_of_aliases_end(folder):
    """A file of a few lines cannot fill the memory."""
    lines = ["collection: x", "fields:", "  a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert "too large" in folder.problems("x.yaml", "\n".join(lines))[0]
