"""What the API may answer at its worst: a build is right, or ends with one paragraph."""

from contextlib import suppress
from html.parser import HTMLParser
import json
import logging
import os
from pathlib import Path
import re
from threading import Thread
from xml.etree import ElementTree as ET

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from pelican_buttercms.api import Response as ApiResponse
from pelican_buttercms.api import requests
from pelican_buttercms.api.responses import decode_listing
from pelican_buttercms.content import (
    split_author,
    split_category,
    split_item,
    split_page,
    split_post,
    split_tag,
)
from pelican_buttercms.content.graph import link
from pelican_buttercms.errors import ContentError, ResponseError
from pelican_buttercms.plugin.mapping import look_up
from pelican_buttercms.plugin.outputs import check_slug

STAMP = "2024-05-17T10:00:00Z"


class Api:
    """Answers each listing with whatever it was given, well-formed or not."""

    def __init__(self):
        self.answers = {}

    def __call__(self, environ, start_response):
        path = Request(environ).path.removeprefix("/v2/").strip("/")
        found = self.answers.get(path)
        if isinstance(found, bytes):
            body = found
        elif path.startswith("content"):
            body = json.dumps({"data": found or {"k": []}}).encode()
        else:
            found = found or []
            meta = {"count": len(found), "next_page": None, "previous_page": None}
            body = json.dumps({"meta": meta, "data": found}).encode()
        return Response(body, content_type="application/json")(environ, start_response)


@pytest.fixture
def api():
    """The far end, on a port of this machine; `url` is its address."""
    app = Api()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    app.url = f"http://127.0.0.1:{server.server_port}/v2/"
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield app
    server.shutdown()
    thread.join()
    server.server_close()


class Page(HTMLParser):
    """Collects tags and attributes as a browser would see them."""

    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.data = []
        self.scripts = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.lasttag == "script" and self.cdata_elem:
            self.scripts.append(data)
        self.data.append(data)


NASTY = [
    '"><script>alert("evil")</script>',
    "' onmouseover='alert(`evil`)",
    "{{ 7*7 }}{% raise %}{# evil #}${7*7}<%= 7*7 %>",
    "{% include '/etc/passwd' %}{{ SITEURL.__class__ }}",
    '0;url=https://evil.example" http-equiv="refresh',
    "</title></textarea></style></script><svg/onload=alert(1)>",
    "]]><!-- evil --><![CDATA[ &evil; &#0; &lt;script&gt;evil",
    "a\0b\x01c\x0bd\x1be\x7ff\ufffeg\uffff",
    "right\u202eto left\u2066\u200f \U0001f468\u200d\U0001f469\u200d\U0001f467 e\u0301\u0301\u0301",
    "line\r\nCRITICAL break\u2028and\u2029more\x85",
    "../../../../etc/passwd",
    "__proto__ __class__ {__class__} %s %(x)s {0} {slug}",
    "/v2/pages/*/../../x/",
    "/v2/content/?keys=k[_id=" + "9" * 5000 + "]",
    "http://[evil",
    "evil " * 40_000,
]
"""Texts for every place that an editor can write to."""

NASTY_HTML = [
    '<a href="{filename}http://[evil">x</a><a href="{}x">y</a><img src="{static}/../.env">',
    '<a href="{attach}/../.env">x</a><a href="{attach}////etc/hostname">y</a>',
    '<a href="{static}../../../.env">x</a><a href="|attach|/..%20/../.env">y</a>',
    '<a href="{static}/a/../../.env\0">x</a><a href="{evil}">y</a><a href="{tag}../x">z</a>',
    "\x01\x02 {{ 7*7 }} {% raise %}\ufffe",
    "<p>" * 2_000 + "{{ 7*7 }}",
    "x " * 5_000_000,  # ten megabytes
]

BAD_SLUGS = [
    *("../x", "/etc/passwd", "a/../../x", "a/./b", ".", "..", "a//b", "a/", "\0", "a\nb", "a\x7f"),
    *('a"b', "a'b", "<script>", "a\\b", "c:\\nul", "\ufffe", "a/" * 3000 + "b", "ü" * 200),
]
ODD_SLUGS = [
    *("con", "nul.txt", "aux", "COM1", "{{ 7*7 }}", "{slug}", "{0}", "%2e%2e%2f", "é\u202e", "😀"),
    *(
        "__proto__",
        "__class__",
        "a b",
        "a&b",
        "-",
        "~",
        "$HOME",
        "`id`",
        "%00",
        "a?b#c",
        "*",
        "x/y",
    ),
]


def post(slug, text="x", body="<p>x</p>", **more):
    """Make a post of one text in every place."""
    term = {"slug": "t", "name": text}
    names = ("title", "summary", "seo_title", "meta_description", "featured_image_alt")
    author = dict.fromkeys(("first_name", "last_name", "bio", "title", "twitter_handle"), text)
    return {
        **dict.fromkeys(names, text),
        "slug": slug,
        "status": "published",
        "published": STAMP,
        "body": body,
        "featured_image": text,
        "author": {"slug": "a", **author},
        "categories": [term],
        "tags": [term],
        **more,
    }


def page(slug, **fields):
    """Make a single page."""
    return {
        "slug": slug,
        "name": slug,
        "page_type": None,
        "status": "published",
        "published": STAMP,
        "fields": fields,
    }


def told_well(done):
    """Say whether a build ended well, or with one paragraph and no traceback."""
    out = done.stdout + done.stderr
    assert "Traceback" not in out, out[-3000:]
    if done.returncode == 0:
        return True
    assert done.returncode in {1, 2}, out[-3000:]
    lines = done.stdout.splitlines()
    last = next(n for n, line in enumerate(lines) if "CRITICAL " in line and "Error: " in line)
    assert not "".join(lines[last + 1 :]).strip(), out[-3000:]  # one paragraph, at the end
    assert len(" ".join(lines[last].split())) < 3000
    return False


def is_one_paragraph(error):
    """Make sure that an error can be read, whatever it is about."""
    assert str(error).isprintable()
    assert len(str(error)) < 1000


def nothing_escaped(site):
    """Make sure that all files are where they belong, and none is a copy of a secret."""
    outside = {
        path
        for path in site.folder.parent.rglob("*")
        if path.is_file()
        and not path.is_relative_to(site.output)
        and not path.is_relative_to(site.folder / "cache")
        and "__pycache__" not in path.parts
    }
    assert outside == site.mine, outside ^ site.mine
    names = {Path(name).name for name in site.files()}
    assert not names & {".env", "hostname", "passwd"}


def as_browsers_see_it(site):
    """Read every page and every feed, and find nothing in them that content brought to life."""
    for name in site.files():
        text = site.read(name) if name.endswith((".html", ".xml")) else ""
        assert "7*7" in text or not re.search(r"\b49\b", text), name
        if name.endswith(".xml"):
            ET.fromstring(text)
        elif name.endswith(".html"):
            page = Page(text)
            assert not any("alert(" in s and '"@type"' not in s for s in page.scripts), name
            for tag, attributes in page.tags:
                assert tag != "svg" or "onload" not in attributes, name
                assert "http-equiv" not in attributes, name
                assert not any(n.startswith("on") for n in attributes), (name, tag, attributes)


@pytest.fixture
def hostile(site, api):
    """A site that is built from whatever `api` answers, with a secret beside it."""
    site.write(".env", "BUTTERCMS_READ_TOKEN=the-read-token\n")
    site.write("content/images/é.png", "png")
    site.configure(
        BUTTERCMS_API_URL=api.url,
        BUTTERCMS_PAGE_TYPES=["*"],
        BUTTERCMS_COLLECTIONS=["k"],
        BUTTERCMS_MAX_AGE=0,
        BUTTERCMS_DANGLING="drop",
        BUTTERCMS_DISCOVER=False,
        DEFAULT_PAGINATION=False,
    )
    files = (path for path in site.folder.parent.rglob("*") if path.is_file())
    site.mine = set(files)
    return site


@pytest.mark.parametrize("theme", ["simple", "notmyidea", "buttercms"])
def test_nasty_texts_stay_texts(hostile, api, theme):
    """In titles, names, summaries, alternative texts and fields, in pages, feeds and sitemap."""
    api.answers["posts"] = [
        post(f"p{n}", text, categories=[{"slug": f"c{n}", "name": text}], tags=[])
        | {
            "tags": [{"slug": f"t{n}", "name": text}],
            "author": {"slug": f"a{n}", "first_name": text},
        }
        for n, text in enumerate(NASTY)
    ]
    fields = [{"text": text.replace("<", ""), "hero": {"alt": text, "url": "x"}} for text in NASTY]
    api.answers["pages/*"] = [
        page(f"q{n}", **own, **{"a": n, "key": "k", "url": own["text"], own["text"][:99]: [own]})
        | {"name": text}
        for n, (own, text) in enumerate(zip(fields, NASTY, strict=True))
    ]
    api.answers["content/k"] = {
        "k": [{"meta": {"id": n}, "label": text, "name": {}} for n, text in enumerate(NASTY)]
    }
    path = Path(__file__).parents[2] / "themes/buttercms"
    hostile.configure(THEME=str(path) if theme == "buttercms" else theme)
    done = hostile.pelican()
    assert told_well(done), done.stdout[-3000:]
    nothing_escaped(hostile)
    as_browsers_see_it(hostile)
    assert "{{ 7*7 }}" in hostile.read("p2.html")
    assert "p0.html" in hostile.read("sitemap.xml")
    script = Page(hostile.read("p0.html"))
    assert any(NASTY[0] in text for text in script.data)


def test_nasty_html_copies_no_file_and_ends_no_build(hostile, api):
    """A placeholder cannot leave the content folder; a letter that XML has not ends no feed."""
    api.answers["posts"] = [post(f"p{n}", body=html) for n, html in enumerate(NASTY_HTML)]
    api.answers["pages/*"] = [page(f"q{n}", body=html) for n, html in enumerate(NASTY_HTML[:-1])]
    good = '<img src="{static}/images/é.png"><a href="{filename}/buttercms/posts/p0">x</a>'
    api.answers["posts"].append(post("good", body=good))
    done = hostile.pelican()
    assert told_well(done), done.stdout[-3000:]
    nothing_escaped(hostile)
    as_browsers_see_it(hostile)
    assert "links to '{attach}/../.env'" in done.stdout
    assert 'src="https://site.example/images/é.png"' in hostile.read("good.html")
    assert 'href="https://site.example/p0.html"' in hostile.read("good.html")


def test_odd_slugs_are_file_names(hostile, api):
    """What looks odd and is harmless is built; slugs are never templates, patterns or commands."""
    api.answers["posts"] = [
        post(slug, categories=[{"slug": slug, "name": "c"}], tags=[{"slug": slug, "name": "t"}])
        for slug in ODD_SLUGS
    ]
    api.answers["pages/*"] = [page(slug) for slug in ODD_SLUGS]
    done = hostile.pelican()
    assert told_well(done), done.stdout[-3000:]
    for slug in ODD_SLUGS:
        for folder in ("", "pages/", "category/", "tag/"):
            assert f"{folder}{slug}.html" in hostile.files()
    nothing_escaped(hostile)
    as_browsers_see_it(hostile)


@pytest.mark.parametrize("kind", ["post", "page", "tag", "field"])
@pytest.mark.parametrize("slug", ["../x", '"><script>', "a/" * 3000 + "b"])
def test_slugs_that_could_harm_end_the_build(hostile, api, kind, slug):
    """They are named, and nothing is written."""
    tag = {"slug": slug if kind == "tag" else "t", "name": "T"}
    api.answers["posts"] = [post(slug if kind == "post" else "p", tags=[tag])]
    topic = {"slug": slug if kind == "field" else "f", "name": "F"}
    api.answers["pages/*"] = [page(slug if kind == "page" else "q", topic=topic)]
    if kind == "field":
        hostile.configure(
            BUTTERCMS_PAGE_TYPES={"*": {"as": "article", "fields": {"category": "topic"}}}
        )
    done = hostile.pelican()
    assert not told_well(done)
    assert f"the slug {slug[:80]!r}" in done.stdout
    assert not hostile.output.exists()
    nothing_escaped(hostile)


@pytest.mark.parametrize("slug", BAD_SLUGS)
def test_every_bad_slug_is_refused(slug):
    """Paths out of the folder, letters that no file name has, quotes, and what is too long."""
    with pytest.raises(ContentError, match=r"the slug .+ Nothing was written"):
        check_slug("post", slug)


@given(st.text(max_size=300))
def test_a_slug_that_is_let_through_names_a_file_inside(slug):
    """Whatever passes can be created below the folder, and ends no attribute and no XML."""
    try:
        check_slug("post", slug)
    except ContentError:
        return
    assert os.path.normpath(f"/out/{slug}.html").startswith("/out/")
    assert not set(slug) & set("\"'<>\0\n\\")
    assert all(len(f"{part}.html".encode()) <= 255 for part in slug.split("/"))


def test_places_that_are_taken_are_told(hostile, api):
    """By one of Pelican's own lists, or by a file where a folder is needed."""
    api.answers["posts"] = [post("index"), post("a"), post("a.html/b")]
    done = hostile.pelican()
    assert not told_well(done)
    assert "post//index and Pelican's list 'index' both claim index.html" in done.stdout
    assert "post//a.html/b needs a folder a.html, which ButterCMS's post//a claims" in done.stdout
    assert not hostile.output.exists()


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
    split_author,
    split_category,
    split_tag,
    lambda data: split_item("k", data),
]


def seemingly_right(kind):
    """Give objects that look like a kind of content, with anything in any place."""
    slugs = st.sampled_from(["x0", "x1", "x2"])
    if kind == "page":
        rows = {"slug": slugs, "fields": st.dictionaries(KEYS, JSON, max_size=5)}
        return st.builds(
            dict.__or__, st.dictionaries(KEYS, JSON, max_size=1), st.fixed_dictionaries(rows)
        )
    return st.builds(
        dict.__or__, st.dictionaries(KEYS, JSON, max_size=3), st.fixed_dictionaries({"slug": slugs})
    )


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


@pytest.mark.parametrize("depth", [200, 2_000, 200_000])
def test_depth_ends_no_process(hostile, api, depth):
    """JSON inside JSON, deeper than any content, is refused and not recursed into."""
    deep = b'{"a":' * depth + b"1" + b"}" * depth
    api.answers["pages/*"] = b'{"data":[{"slug":"deep","fields":' + deep + b"}]}"
    assert not told_well(hostile.pelican())


def test_the_deepest_content_is_built(hostile, api):
    """What is not too deep to be kept is not too deep for templates either."""
    objects, parts = {"end": "<b>end</b>"}, {"end": "<b>end</b>"}
    for _ in range(95):
        objects = {"a": objects}
    for _ in range(31):
        parts = {"b": [{"type": "t", "fields": parts}]}
    api.answers["pages/*"] = [page("o", x=objects), page("p", body=parts["b"])]
    done = hostile.pelican()
    assert told_well(done), done.stdout[-3000:]
    for name in ("pages/o.html", "pages/p.html"):
        assert "<b>end</b>" in hostile.read(name)


WHOLE = {
    "wrong-top": b"[]",
    "no-data": b"{}",
    "null": b'{"data": null}',
    "numbers": b'{"data": [1, 2]}',
    "meta": b'{"data": [], "meta": {"count": "many"}}',
    "endless": b'{"data": [], "meta": {"count": 5, "next_page": 2}}',
    "surrogate": b'{"data": [{"slug": "p", "title": "\\ud800"}]}',
    "bytes": b'{"data": [{"slug": "\xff\xfe"}]}',
    "nan": b'{"data": [{"slug": "p", "title": NaN}]}',
    "twice": b'{"data": [{"slug": "p"}, {"slug": "p"}], "meta": {"count": 2}}',
    "keys": b'{"data": [{"slug": "p", "slug": "q", "title": "a", "title": 1}]}',
    "big": b'{"data": [{"slug": "' + b"a" * 10_000_000 + b'", "title": 3}]}',
    "html": b"<html>",
    "nothing": b"",
}


@pytest.mark.parametrize("name", WHOLE)
def test_answers_that_are_no_listing(name):
    """Each is refused in one paragraph, or is the listing that it turns out to be."""
    try:
        listing = decode_listing(requests.posts(), ApiResponse(200, {}, WHOLE[name]))
        records = [record for data in listing.items for record in split_post(data)]
    except (ContentError, ResponseError) as exc:
        is_one_paragraph(exc)
    else:
        assert all(record.key.id in {"p", "q"} for record in records)


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
