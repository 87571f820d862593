"""What a careless writer gets wrong has the message that helps: what, where, and what to do."""

import pytest

ITEM = "collection: team\n"
CASES = {
    "a misspelt collection": (
        "colection: team\nfields: {name: x}\n",
        1,
        "no key 'colection'; did you mean 'collection'?",
    ),
    "a misspelt page type": (
        "pagetype: x\ntitle: T\nfields: {a: b}\n",
        1,
        "no key 'pagetype'; did you mean 'page_type'?",
    ),
    "misspelt fields": (f"{ITEM}feilds: {{name: x}}\n", 2, "did you mean 'fields'?"),
    "fields without any": (
        f"{ITEM}fields:\n",
        2,
        "fields: nothing stands below it: indent the fields",
    ),
    "a field without a value": (
        f"{ITEM}fields:\n  name: Jane\n  role:\n",
        4,
        'has no value: write "" to clear it',
    ),
    "a null": (f"{ITEM}fields:\n  name: ~\n", 3, 'has no value: write "" to clear it'),
    "a null inside": (f"{ITEM}fields:\n  rows:\n    - {{a: null}}\n", 4, "has no value"),
    "a colour": (f"{ITEM}fields:\n  colour: #A2343C\n", 3, "A # begins a comment"),
    "a list of fields": (
        f"{ITEM}fields:\n  - name: x\n",
        2,
        "this is a list, so leave out the dashes",
    ),
    "a list for a key": (
        "collection: [team]\nfields: {}\n",
        1,
        "'collection' takes a text, and this is a list",
    ),
    "a mapping for a key": (
        f"{ITEM}id: {{a: 1}}\nfields: {{}}\n",
        2,
        "'id' takes a text, and this is a mapping",
    ),
    "an unknown locale": (
        f"{ITEM}fields:\n  en: {{name: x}}\n  xx: {{name: x}}\n",
        2,
        "xx is none of BUTTERCMS_LOCALES",
    ),
    "a wrong kind": ("kind: pgae\npage_type: x\ntitle: T\n", 1, "did you mean 'page'?"),
    "a colon": ("title: Coffee: a story\n", 1, 'as in title: "Coffee: a story"'),
    "a tab": ("title: x\nfields:\n\ta: b\n", 3, "indent with spaces, not with a tab"),
    "a quote": ('kind: post\ntitle: "x\nslug: y\n', 2, "a quote is opened here and not closed"),
    "an at sign": ("title: @jane\n", 1, "put a value that begins with @ in quotes"),
    "a per cent sign": ("title: x\nslug: %x\n", 2, "put a value that begins with % in quotes"),
    "a star": ("page_type: *\ntitle: x\n", 1, "put a value that begins with * or & in quotes"),
    "a bracket": ("title: x\nfields:\n  a: {b: c\n", 3, "a bracket is opened here and not closed"),
    "an indentation": ("title: x\nfields:\n    a: b\n  c: d\n", 4, "indented in another way"),
}


PLAIN = {"a colon", "a quote", "an at sign", "a per cent sign", "a star"}
"""As front matter these are plain metadata, which Pelican reads as it stands."""


@pytest.mark.parametrize(
    ("case", "kind"),
    [
        (case, kind)
        for case in CASES
        for kind in ("yaml", "md")
        if kind == "yaml" or case not in PLAIN
    ],
)
def test_a_mistake_is_told_with_its_line(folder, case, kind):
    """As a file of YAML, and as front matter."""
    text, line, told = CASES[case]
    name, before = ("x.yaml", 0) if kind == "yaml" else ("x.md", 1)
    problems = folder.problems(name, text if kind == "yaml" else f"---\n{text}---\n")
    assert told in problems[0], problems
    assert f"{name}, line {line + before}: " in problems[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"collection": "team", "fields": {"name": null}}', "fields.name is null"),
        ('{"collection": "team",}', "a comma before a }"),
        ('{"collection": "team" "fields": {}}', "a comma is missing"),
        ("{collection: 1}", "a name without double quotes"),
    ],
)
def test_a_mistake_in_json(folder, text, told):
    """The same of JSON."""
    (problem,) = folder.problems("x.json", text)
    assert told in problem


def test_a_misspelt_key_of_a_post_is_asked_for(folder):
    """Other keys may be the site's own, so it is a note."""
    draft = folder.read("a.md", "Title: T\nStatsu: published\nSeries: x\n\nBody\n")
    assert any("Did you mean status?" in text for text in draft.unsupported)
