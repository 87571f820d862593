import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.publish.drafts.raw_draft import RawDraft
from pelican_buttercms.publish.resolve.account_schema import AccountSchema
from pelican_buttercms.publish.resolve.field_serializer import serialize_fields
from pelican_buttercms.publish.resolve.resolve import resolve
from pelican_buttercms.publish.write_model import parse_values
from pelican_buttercms.settings import Settings

PICTURE = "https://cdn.buttercms.com/abc"


OPTIONS = Settings("https://api.buttercms.com/v2/", Path("cache"), None)
NAMES = st.sampled_from(["a", "b", "ref", "url", "alt", "type", "fields", "meta"])
REFERENCES = st.sampled_from([
    "/v2/pages/news/first", "/v2/pages/blog/first", "/v2/pages/news/12", "/v2/pages/*/x.md",
    "/v2/pages/news/a%2541", "https://api.buttercms.com/v2/pages/n%20x/s%2520p/",
    "/v2/pages/news/ends%20", "/v2/pages/a:b/c:d", "/v2/content/?keys=team[_id=12]",
    "/v2/content/team/7/", "/v2/content/?keys=a%2541[_id=3]", "/v2/content/?keys=a:b[_id=3]",
])  # fmt: skip
SCALARS = st.sampled_from([
    "", "text", "first", "12", "team:12", "cup.jpg", "{static}cup.jpg", "<p>x</p>", "other.md",
    PICTURE, None, True, False, 0, 1, 2.5, {"url": PICTURE, "alt": "x"}, {"meta": {"id": 12}},
])  # fmt: skip
VALUES = st.deferred(
    lambda: (
        SCALARS
        | REFERENCES
        | st.text(max_size=3)
        | st.lists(REFERENCES, max_size=3)
        | st.lists(PICKED | VALUES, max_size=3)
        | st.dictionaries(NAMES, VALUES, max_size=3)
    )
)
PICKED = st.fixed_dictionaries({
    "type": st.sampled_from(["hero", "faq"]),
    "fields": st.dictionaries(NAMES, VALUES, max_size=3),
})  # fmt: skip


def _dump(values):
    return json.dumps([[list(path), values[path]] for path in sorted(values)], sort_keys=True)


def _round_trip(record, known):
    """Spell a record's fields, and read them back; gives both as text, and what was spelled."""
    held = {path: v for path, v in parse_values(record.key, record.data).items() if path[1:]}
    spelled = serialize_fields(held, known, record.key)
    raw = RawDraft(
        Path("draft.md"), record.key.kind, record.key.group, record.key.id, fields=spelled
    )
    (draft,), problems = resolve([raw], known, lambda words, path: None)
    assert problems == []
    return _dump(held), _dump(draft.values), spelled


@settings(max_examples=300)
@given(st.lists(st.dictionaries(NAMES, VALUES, max_size=4), min_size=1, max_size=3))
def test_any_fields_come_back(all_fields):
    """Whatever an account holds, spelling it as a draft and reading that gives it back."""
    records = [
        RawRecord(Key("page", "news", slug), {"slug": slug, "page_type": "news", "fields": fields})
        for slug, fields in zip(["first", "12", "x.md"], all_fields, strict=False)
    ]
    known = AccountSchema.from_records(
        [*records, RawRecord(Key("item", "team", "12"), {})], OPTIONS
    )

    for record in records:
        held, read, _ = _round_trip(record, known)
        assert held == read


def test_sample_account_comes_back(sample, sample_known):
    """Every page and item of the sample account comes back, with its references short."""
    spelled = {}
    for record in sample:
        if record.key.kind in {"page", "item"}:
            held, read, fields = _round_trip(record, sample_known)
            assert held == read
            spelled[record.key, record.locale] = fields

    coffee = spelled[Key("page", "coffee", "kolta-adere"), "en"]
    assert coffee["origin"].startswith("origins:")
    assert all("/" not in slug for slug in coffee["pairs_with"])
    home = spelled[Key("page", "landing-page", "home"), "en"]
    assert list(home["body"][0]) == ["hero"]


def test_sample_posts_come_back(sample, sample_known):
    """A post's author and terms are shown by their names, and come back as slugs."""
    posts = [record for record in sample if record.key.kind == "post"]
    for post in posts:
        held = parse_values(post.key, post.data)
        raw = RawDraft(
            Path("post.md"), "post", fields=serialize_fields(held, sample_known, post.key)
        )
        (draft,), problems = resolve([raw], sample_known, lambda words, path: None)
        assert problems == []
        assert draft.values == {path: held[path] for path in draft.values}
        assert {"author", "categories", "tags"} <= raw.fields.keys()
        assert raw.fields["author"] in {one.name for one in sample_known.authors} | {""}
