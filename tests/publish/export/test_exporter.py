"""`publish.export`: what is written is what was exported, when publish reads it."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
import pytest

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.publish.write_model import WriteTarget


def post(slug="hello", **values) -> RawRecord:
    """Make a post as the store keeps it."""
    data = {
        "slug": slug,
        "title": "Hello",
        "body": "<p>Hello.</p>",
        "status": "published",
        "created": "2024-06-01T10:00:00Z",
        "published": "2024-06-01T10:00:00Z",
        "updated": "2024-06-02T10:00:00.123456Z",
        "author": "ada",
        "categories": ["news"],
        "tags": [],
    }
    return RawRecord(Key("post", "", slug), data | values)


def term(kind, slug, name) -> RawRecord:
    """Make a category or a tag."""
    return RawRecord(Key(kind, "", slug), {"slug": slug, "name": name})


def author(slug="ada", **values) -> RawRecord:
    """Make an author."""
    data = {"slug": slug, "first_name": "Ada", "last_name": "Lane", "email": "ada@site.example"}
    return RawRecord(Key("author", "", slug), data | values)


def page(slug, page_type="news", **fields) -> RawRecord:
    """Make a page."""
    data = {"slug": slug, "name": f"Page {slug}", "page_type": page_type, "fields": fields}
    return RawRecord(
        Key("page", page_type or "*", slug), data | {"updated": "2024-06-02T10:00:00Z"}
    )


def item(collection, number, **fields) -> RawRecord:
    """Make a collection item."""
    data = {"meta": {"id": number}, **fields}
    return RawRecord(Key("item", collection, str(number)), data)


NAMES = [author(), term("category", "news", "News"), term("tag", "a", "A"), term("tag", "b", "B")]
BLOG = [*NAMES, post()]


def test_a_post(exported):
    """A post is Markdown with the metadata that Pelican users write."""
    exported.run([*NAMES, post(tags=["a", "b"], summary="Short.", meta_description="Long.")])
    digest = exported.items[0].version.digest
    assert exported.files() == ["posts/hello.md"]
    assert (
        exported.text("posts/hello.md")
        == f"""\
Title: Hello
Date: 2024-06-01 11:00:00
Modified: 2024-06-02 11:00:00
Category: News
Tags: A, B
Author: Ada Lane
Summary: Short.
Description: Long.
Slug: hello
Status: published
Kind: post
Id: hello
Base: {digest} 2024-06-02T10:00:00.123456Z

Hello.
"""
    )
    exported.check()


FIELDS = {
    "headline": "A\nB",
    "body": "<p>Text</p>",
    "ok": True,
    "price": 13.5,
    "zip": "01234",
    "day": "2024-01-01",
    "answer": "no",
    "hero": {"title": "x", "link": "/v2/pages/news/two"},
    "sections": [{"type": "quote", "fields": {"text": " indented\n  more \n"}}],
    "empty": "",
    "none": [],
}


def test_a_page(exported):
    """A page with a body is Markdown behind YAML, and its fields keep their types."""
    outcome = exported.run([page("one", **FIELDS), page("two", headline="x")])
    assert outcome.problems == outcome.notes == []
    assert exported.files() == ["pages/news/one.md", "pages/news/two.yaml"]
    text = exported.text("pages/news/one.md")
    assert "    headline: |-\n        A\n        B\n" in text
    assert "    zip: '01234'\n    day: '2024-01-01'\n    answer: \"no\"\n" in text
    assert text.endswith("---\n\nText\n")
    exported.check()


def test_an_item_and_a_single_page(exported):
    """Items are YAML; pages without a type have a folder of their own."""
    exported.run(
        [item("team", 7, name="Ada", friend="/v2/content/?keys=team[_id=7]"), page("a", None)]
    )
    assert exported.files() == ["collections/team/7.yaml", "pages/_single/a.yaml"]
    assert "  friend: team:7\n" in exported.text("collections/team/7.yaml")
    exported.check()


def test_locales(exports):
    """Each version has a file, with the language in its name but for the main one."""
    made = exports("en", "de-AT")
    made.run({"en": BLOG, "de-AT": [post(title="Hallo"), post("zwei")]})
    assert made.files() == ["posts/hello.de-at.md", "posts/hello.md", "posts/zwei.de-at.md"]
    assert "Lang: de-at\nLocale: de-AT\n" in made.text("posts/hello.de-at.md")
    made.check()


def test_html(exported):
    """With html, a body stays as it is."""
    exported.run([*NAMES, post(body="<h2>A</h2><p>b</p>")], html=True)
    assert exported.text("posts/hello.md").endswith("\n\n<h2>A</h2>\n\n<p>b</p>\n")
    exported.check()


@pytest.mark.parametrize(
    ("values", "suffix", "begin"),
    [
        ({"title": "A\nB"}, "html", "<html>"),
        ({"summary": "*a* <b> & _c_\n\n# d"}, "html", "<html>"),
        ({"summary": "*a* <b> & _c_\n# d", "title": "<b> & 'c'"}, "md", "Title: &lt;b&gt;"),
        ({"title": "A: b # c"}, "md", "Title: A: b # c\n"),
        ({"tags": ["comma", "semi"]}, "html", "<html>"),
        ({"tags": ["new, one"]}, "md", "Title:"),
        ({"tags": ["comma", "a"]}, "md", "Title:"),
        ({"tags": ["semi"], "summary": "a\n\nb"}, "html", "<html>"),
        ({"tags": ["semi"], "title": "x;"}, "html", "<html>"),
        ({"categories": ["comma-c", "news"]}, "md", "Title:"),
        ({"categories": []}, "md", "Title:"),
        ({"author": "twice"}, "md", "Title:"),
        ({"author": "comma-name"}, "md", "Title:"),
        ({"body": "only text"}, "html", "<html>"),
        ({"body": "<pre>a\tb</pre><p>&lt;b&gt; &amp;amp; \u00a0</p>"}, "html", "<html>"),
        ({"body": "text</body><p>more</p>"}, "yaml", "title: Hello\n"),
        ({"body": ""}, "md", "Title:"),
        ({"title": "a\0b", "summary": "a\x07b"}, "md", "Title: a"),
        ({"body": "<p>a\x02b</p>"}, "html", "<html>"),
        ({"body": "<!-- a --><p>b</p>", "title": "\u200f\u05e9\u05dc 🦋"}, "md", "Title:"),
        ({"published": "2099-01-01T00:00:00Z"}, "md", "Title: Hello\nDate: 2099-01-01"),
        ({"published": None, "status": "draft"}, "md", "Title: Hello\nDate: 2024-06-01 11"),
        ({"status": "scheduled", "published": "2099-01-01T00:00:00Z"}, "md", "Title:"),
    ],
)  # fmt: skip
def test_tricky_posts(exported, values, suffix, begin):
    """What a plain file cannot hold has a form that can."""
    others = [
        *(term("tag", "comma", "A, b"), term("tag", "semi", "A; b"), author("twin", email="x")),
        term("category", "comma-c", "Oil, gas"),
        *(author("twice", email="y"), author("comma-name", last_name="Lane, Dr.", email="z")),
    ]
    outcome = exported.run([*NAMES, *others, post(**values)])
    assert outcome.problems == outcome.notes == []
    assert exported.files() == [f"posts/hello.{suffix}"]
    assert exported.text(f"posts/hello.{suffix}").startswith(begin)
    if suffix == "md":
        assert exported.key_of("posts/hello.md") == Key("post", "", "hello")
    exported.check()


def test_a_name_with_a_comma_is_one_name_to_pelican(exported):
    """Names with commas are separated by semicolons, so Pelican's own reader splits no name."""
    records = [author(last_name="Lane, Dr."), term("tag", "comma", "Oil, gas")]
    exported.run([*records, term("category", "news", "News"), post(tags=["comma"])])
    text = exported.text("posts/hello.md")
    assert "\nAuthor: Ada Lane, Dr.\n" in text
    assert "\nTags: Oil, gas;\n" in text
    _, metadata = exported.by_pelican("posts/hello.md")
    assert metadata["author"].name == "Ada Lane, Dr."
    assert [tag.name for tag in metadata["tags"]] == ["Oil, gas"]
    exported.check()


@pytest.mark.parametrize(("page_type", "slug"), [("", "about"), ("", "404"), ("news", "2024")])
def test_a_build_recognises_an_exported_page(exported, page_type, slug):
    """YAML quotes "*" and numbers, and Pelican's Markdown reader keeps the quotes."""
    exported.run([page(slug, page_type, body="<p>Hello <b>you</b>.</p>", count=1)])
    folder = page_type or "_single"
    assert exported.key_of(f"pages/{folder}/{slug}.md") == Key("page", page_type or "*", slug)


def test_what_no_draft_can_say(exported):
    """A value that cannot be said is left out and named, so that publishing leaves it alone."""
    outcome = exported.run([*NAMES, post(title=" Hello "), post("two")])
    assert "posts/hello: no draft can hold its title" in outcome.notes[0]
    assert len(outcome.written) == 2
    assert WriteTarget(Key("post", "", "hello")) in exported.read()
    assert "Title" not in exported.text("posts/hello.md")


def test_failure(exported):
    """What cannot be written is named, and everything else is."""
    outcome = exported.run([*NAMES, post(body='<a href="{filename}x.md">x</a>'), post("two")])
    assert outcome.problems[0].startswith("posts/hello cannot be written as a draft: ")
    assert exported.files() == ["posts/two.md"]


@pytest.mark.parametrize("slug", ["../../evil", "con", "A", "a/b", "x" * 400, "a.de", "2024-01-01"])
def test_hostile_slugs(exported, slug):
    """Whatever the slug, the file is in the folder and comes back as what it was."""
    folder = exported.folder.parent
    outcome = exported.run([*NAMES, post(slug), post("a"), page(slug, "../type", a="b")])
    assert outcome.problems == []
    assert {one for one in folder.parent.rglob("*") if one.is_file()} >= set(outcome.written)
    assert all(path.resolve().is_relative_to(exported.folder) for path in outcome.written)
    exported.check()


def test_drafts_over_what_is_live(exported):
    """What preview shows over something published is a draft, and what is live is not."""
    exported.live = {"": [page("a", x="old"), page("b", x="same")]}
    exported.run([page("a", x="new"), page("b", x="same"), page("c", x="not live")])
    statuses = {target.key.id: one.raw.status for target, one in exported.read().items()}
    assert statuses == {"a": "draft", "b": "published", "c": "draft"}


class TestExistingFiles:
    """What is there already is written over when nothing is lost by that."""

    def test_again(self, exported):
        """A second export of the same changes nothing."""
        exported.run(BLOG)
        outcome = exported.run(BLOG)
        assert (outcome.written, len(outcome.unchanged)) == ([], 1)

    def test_untouched(self, exported):
        """An earlier export is brought up to date, in another form if need be."""
        exported.run([*BLOG, page("one", **FIELDS), page("two", **FIELDS)])
        changed = page("one", **{**FIELDS, "body": ""})
        outcome = exported.run([*NAMES, post(body="only text"), changed, page("two", **FIELDS)])
        assert len(outcome.written) == 2
        names = ["pages/news/one.yaml", "pages/news/two.md", "posts/hello.html"]
        assert exported.files() == names

    def test_edited(self, exported):
        """A file with edits is left and named, unless it is forced."""
        exported.run(BLOG)
        path = exported.folder / "posts/hello.md"
        path.write_text(path.read_text().replace("Hello.", "Edited."))
        newer = [*NAMES, post(body="<p>New.</p>")]
        assert exported.run(newer).edited == [path]
        assert "Edited." in path.read_text()
        assert exported.run(newer, force=True).written == [path]
        assert "New." in path.read_text()

    @pytest.mark.parametrize(
        "text", ["", "Title: Mine\n\nx", "Id: hello\nTitle: x\n\ny", "---\na: ["]
    )
    def test_foreign(self, exported, text):
        """What is no export is nobody's but the user's."""
        path = exported.folder / "posts/hello.md"
        path.parent.mkdir(parents=True)
        path.write_text(text)
        assert exported.run(BLOG).edited == [path]
        assert path.read_text() == text

    def test_unknown_base(self, exported):
        """Where it is not known what a file was made from, it may hold edits."""
        exported.run(BLOG)
        assert len(exported.run(BLOG).unchanged) == 1
        for base in exported.bases._folder.iterdir():
            base.unlink()
        assert len(exported.run([*NAMES, post(title="New")]).edited) == 1


TEXTS = st.one_of(
    st.text(max_size=8),
    st.text("a1 :#-*_,;|&<>\\'\"\n\t\u00a0é🦋{}[]", max_size=14),
    st.sampled_from(
        ["yes", "null", "1e3", "2024-01-01", "0x1", "~", "- a", "a: b", "|", "{static}a"]
    ),
)
BODIES = st.one_of(
    TEXTS,
    st.lists(TEXTS.map(lambda text: f"<p>{text}</p>"), max_size=3).map("".join),
    st.builds(
        "<h2>{0}</h2><ul><li>{1}</li></ul><div class='a'>{2}</div>".format, TEXTS, TEXTS, TEXTS
    ),
)
VALUES = st.recursive(
    st.one_of(
        TEXTS, st.booleans(), st.integers(-9, 9999), st.floats(0, 9).map(lambda x: round(x, 2))
    ),
    lambda inside: st.one_of(
        st.lists(inside, max_size=3),
        st.dictionaries(st.sampled_from(["a", "b", "type", "url"]), inside, max_size=3),
        st.builds(
            lambda kind, fields: [{"type": kind, "fields": fields}],
            st.sampled_from(["quote", "image"]),
            st.dictionaries(st.just("x"), inside),
        ),
    ),
    max_leaves=5,
)
POSTS = st.fixed_dictionaries(
    {"title": TEXTS, "body": BODIES, "summary": TEXTS, "seo_title": TEXTS},
    optional={"tags": st.lists(st.sampled_from("abc"), unique=True), "status": st.just("draft")},
)
PAGES = st.dictionaries(st.sampled_from(["body", "x", "y", "1", "yes"]), st.one_of(VALUES, BODIES))


@given(of_post=POSTS, of_page=PAGES, of_item=PAGES)
@settings(
    max_examples=40,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_round_trip(exports, of_post, of_page, of_item):
    """Whatever is exported, publish reads the same, or the export says what it could not say."""
    made = exports()
    posts = post(**of_post)
    outcome = made.run([*NAMES, posts, page("one", **of_page), item("team", 7, **of_item)])
    if outcome.problems:
        assert "{static}" in str((of_post, of_page, of_item))  # which leads nowhere
        return
    if not outcome.notes:
        made.check()
    made.read()


def test_sample_account(exports, sample):
    """The whole sample account comes back, in its three languages."""
    made = exports("en", "de", "de-AT")
    by_locale: dict[str, list[RawRecord]] = {"en": [], "de": [], "de-AT": []}
    for raw in sample:
        by_locale[raw.locale].append(raw)
    outcome = made.run(by_locale)
    assert outcome.problems == outcome.notes == []
    assert len(outcome.written) > 100
    assert {path.suffix for path in outcome.written} == {".md", ".yaml"}
    made.check()
