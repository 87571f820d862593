"""Whatever objects the API gives: what is made of them is right, or ends with one paragraph."""

from contextlib import suppress
from functools import partial

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from pelican_buttercms.content import split_item, split_page, split_post, split_profile
from pelican_buttercms.content.graph import link
from pelican_buttercms.errors import ContentError
from pelican_buttercms.plugin.field_mapping import look_up

from .checks import is_one_paragraph, nothing_escaped, told_well
from .contents import NASTY

KEYS = st.sampled_from(
    [
        *(
            "slug",
            "title",
            "name",
            "body",
            "fields",
            "meta",
            "id",
            "data",
            "type",
            "page_type",
            "url",
        ),
        *(
            "key",
            "handle",
            "alt",
            "text",
            "seo",
            "items",
            "keys",
            "get",
            "author",
            "tags",
            "published",
        ),
        *("__proto__", "__class__", "__dict__", "_data", "", "a.b", "\0", "{{ 7*7 }}", "content"),
    ]
)
TEXTS = st.sampled_from([text for text in NASTY if len(text) < 9_000] + ["", "x", "2024-05-17"])
LEAVES = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats() | TEXTS
CYCLE = st.sampled_from(
    ["/v2/pages/*/x0/", "/v2/pages/*/x1/", "/v2/pages/*/gone/", "/v2/content/?keys=k[_id=1]"]
)
JSON = st.recursive(
    LEAVES | CYCLE,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=12,
)
SPLITS = [
    split_post,
    split_page,
    partial(split_profile, "author"),
    partial(split_profile, "category"),
    partial(split_profile, "tag"),
    lambda data: split_item("k", data),
]


def seemingly_right(kind):
    """Return objects that look like a kind of content, with anything in any place."""
    slugs = st.sampled_from(["x0", "x1", "x2"])
    if kind == "page":
        rows = {"slug": slugs, "fields": st.dictionaries(KEYS, JSON, max_size=5)}
        return st.builds(
            dict.__or__, st.dictionaries(KEYS, JSON, max_size=1), st.fixed_dictionaries(rows)
        )
    return st.builds(
        dict.__or__, st.dictionaries(KEYS, JSON, max_size=3), st.fixed_dictionaries({"slug": slugs})
    )


@example(partial(split_profile, "author"), {"name": [None], "slug": "x0"})
@given(st.sampled_from(SPLITS), JSON | seemingly_right("page") | seemingly_right("post"))
def test_only_content_errors_come_of_one_object(split, data):
    """Whatever an object of the API is, it is kept or refused in one short paragraph."""
    try:
        split(data)
    except ContentError as exc:
        is_one_paragraph(exc)


@given(st.lists(seemingly_right("page") | seemingly_right("post"), max_size=5), st.lists(JSON))
def test_only_content_errors_come_of_a_graph(objects, fields):
    """What was kept can be linked, circles and duplicates included, and every field be read."""
    records = []
    for split in (split_post, split_page):
        for data in objects:
            with suppress(ContentError):
                records += split(data)
    for number, value in enumerate(fields):
        with suppress(ContentError):
            records += split_item("k", {"meta": {"id": number}, "value": value})
    try:
        graph = link(records)
    except ContentError as exc:
        is_one_paragraph(exc)
        return
    for found in graph.pages.values():
        for one in found:
            assert [one.fields[name] for name in one.fields] or not one.fields
            assert str(one.fields)
            look_up(one.fields, "a.b.__class__.__init__")


@settings(
    max_examples=6,
    phases=[Phase.generate],
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(seemingly_right("page"), min_size=10, max_size=20), st.lists(JSON, max_size=20))
def test_a_build_from_anything(hostile, api, pages, values):
    """A real build from made-up pages and items is right, or is told well."""
    api.answers["pages/*"] = [
        {**one, "slug": f"q{n}", "name": "n", "page_type": None, "status": "published"}
        for n, one in enumerate(pages)
    ]
    items = [{"meta": {"id": n}, "value": value} for n, value in enumerate(values)]
    api.answers["content/k"] = {"k": items}
    told_well(hostile.pelican())
    nothing_escaped(hostile)
