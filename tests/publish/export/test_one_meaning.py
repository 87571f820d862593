"""An account that is exported into the content folder means the same to every reader."""

from __future__ import annotations

from functools import partial
import hashlib
import os
import re

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("BUTTERCMS_TEST_EXPORTS", "2"))

WORDS = st.one_of(
    st.sampled_from([
        "Coffee: a story", "Issue #5", "[x, y]", "{a: b}", "@home", "'quoted'", '"quoted"', "404",
        "no", "null", "2024-01-01", "a; b, c", "Oil, gas", "x;", "R&D <b>bold</b>", "*a* _b_ `c`",
        "- a", "---", "Title: x", "été 🦋", "|", ">", "!x", "&a", "*a", "%", "a\\b", "~", "1:30",
    ]),
    st.text("ab:#,;'\"[]{}é&<>*_- ", min_size=1, max_size=9).map(lambda text: f"n{text}m"),
)  # fmt: skip
TEXTS = st.one_of(st.just(""), WORDS, st.just("two\nlines"), st.just("two\n\nparagraphs"))
SLUGS = ["404", "2024-01-01", "a.de", "true", "405", "null", "1e3"]
BODIES = st.sampled_from([
    "", "<p>Text &amp; <b>b</b></p>", "<h2>A</h2><ul><li>x</li></ul>", "only text", "<p>a: b</p>",
    "Key: value", "<pre>a\n\n  b</pre>",
])  # fmt: skip


def letters(name) -> str:
    """Return what a slug is made of."""
    return re.sub(r"\W", "", name).lower() or name


POSTS = st.fixed_dictionaries({
    "title": WORDS, "summary": TEXTS, "seo_title": TEXTS, "meta_description": TEXTS,
    "body": BODIES, "author": st.sampled_from(["one", "two", "ada-lane"]),
    "categories": st.lists(st.sampled_from(["c1", "c2"]), unique=True),
    "tags": st.lists(st.sampled_from(["t1", "t2", "t3"]), unique=True),
    "state": st.sampled_from(["live", "live", "draft", "scheduled", "changed"]),
})  # fmt: skip
PAGES = st.fixed_dictionaries({
    "name": WORDS, "body": BODIES, "headline": TEXTS, "title": TEXTS,
    "state": st.sampled_from(["live", "live", "draft", "scheduled", "changed"]),
})  # fmt: skip
ACCOUNTS = st.fixed_dictionaries({
    "names": st.lists(WORDS, min_size=7, max_size=7, unique_by=letters),
    "posts": st.lists(POSTS, min_size=1, max_size=4),
    "pages": st.lists(PAGES, min_size=1, max_size=3),
    "single": PAGES,
    "as_articles": st.booleans(),
    "locales": st.sampled_from([1, 3]),
    "preview": st.booleans(),
    "future": st.booleans(),
    "defaults": st.sampled_from([{}, {"status": "draft"}, {"status": "published"}]),
    "date": st.sampled_from([None, (2020, 1, 1), "fs"]),
    "folder": st.sampled_from(["content", "content/cms"]),
})  # fmt: skip


def fill(account, parts) -> None:
    """Fill an account."""
    names = iter(parts["names"])
    account.post("first")  # a feed without any post has the time of the build in it
    for slug in ("one", "two"):
        account.term("authors", slug, first_name=next(names), last_name="")
    for kind, slugs in (("categories", ("c1", "c2")), ("tags", ("t1", "t2", "t3"))):
        for slug in slugs:
            account.term(kind, slug, name=next(names))
    for number, values in enumerate(parts["posts"]):
        _add(account, "posts", SLUGS[number], dict(values), lambda s, v: account.post(s, **v))
    for number, values in enumerate(parts["pages"]):
        dated = {**values, "published": "2024-01-01T00:00:00Z"}
        _add(account, "pages/news", SLUGS[4 + number], dated, partial(_page, account, "news"))
    _add(account, "single_pages", "about", dict(parts["single"]), partial(_page, account, "*"))
    account.collection("team", {"id": 7, "name": "Ada"})
    if parts["locales"] == 3:
        account.settings(locales=["en", "de", "de-AT"], default_locale="en")
        account.translate(f"pages/news/{SLUGS[4]}", "de", fields={"body": "<p>Deutsch</p>"})


def _page(account, page_type, slug, values) -> None:
    account.page(page_type, slug, **values)


def _add(account, folder, slug, values, add) -> None:
    state = values.pop("state")
    if state in {"draft", "scheduled"}:
        values |= {"status": state, "published": None}
        if state == "scheduled":
            values["scheduled"] = "2099-01-01T00:00:00Z"
    add(slug, values)
    if state == "changed":
        title = {"title": "SECRET draft"} if folder == "posts" else {"fields": {"body": "SECRET"}}
        account.overlay(f"{folder}/{slug}", status="draft", **title)


def output(site) -> dict[str, str]:
    """Return the digests of what was built."""
    shown = {}
    for name in site.files():
        data = (site.output / name).read_bytes()
        shown[name] = hashlib.sha256(data).hexdigest()
    return shown


@settings(
    max_examples=EXAMPLES,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(parts=ACCOUNTS)
def test_an_export_into_the_content_changes_nothing(sandbox, parts):
    """Live or with drafts, in one locale or three: same pages, no change, no draft public."""
    site, account = sandbox()
    fill(account, parts)
    locales = ["en", "de", "de-AT"] if parts["locales"] == 3 else []
    role = {"as": "article", "url": "news/{slug}.html"} if parts["as_articles"] else {}
    site.configure(
        SLUGIFY_SOURCE="title",
        BUTTERCMS_PAGE_TYPES={"news": role, "*": {}},
        BUTTERCMS_COLLECTIONS=["team"],
        WITH_FUTURE_DATES=parts["future"],
        DEFAULT_METADATA=parts["defaults"],
        DEFAULT_DATE=parts["date"],
        STATIC_PATHS=[],
        **({"BUTTERCMS_LOCALES": locales} if locales else {}),
    )
    site.build("--fatal", "errors")
    before = output(site)
    if parts["preview"]:
        preview = {"BUTTERCMS_PREVIEW": "1"}
        site.build("-o", "preview", env=preview)
    options = ["--preview"] if parts["preview"] else []
    done = site.command("export", "--to", parts["folder"], *options)
    assert done.returncode == 0, done.stdout + done.stderr
    printed = site.build("--fatal", "errors")
    assert output(site) == before, printed
    planned = site.command("publish", "--dry-run", "--exit-code", parts["folder"])
    assert planned.returncode == 0, planned.stdout + planned.stderr
    site.configure(PLUGINS=[], BUTTERCMS_API_URL=None, OUTPUT_PATH="alone")
    site.output = site.folder / "alone"
    printed = site.build("--fatal", "errors")
    public = {name for name in site.files() if not name.startswith("drafts/")}
    posts = {
        f"{SLUGS[number]}.html"
        for number, post in enumerate(parts["posts"])
        if post["state"] == "live" or (post["state"] == "changed" and not parts["preview"])
    }
    posts.add("first.html")
    assert posts <= public, printed
    texts = {name: site.read(name) for name in public}
    assert not [name for name, text in texts.items() if "SECRET" in text]
    kinds = {"index.html", "archives.html", "authors.html", "categories.html", "tags.html"}
    for name in public - posts - kinds:
        assert name.startswith(("author/", "category/", "tag/", "feeds/", "pages/", "theme/")) or (
            parts["folder"] != "content" and re.sub(r"(-de)?\.html$", "", name) in {*SLUGS, "about"}
        ), name
