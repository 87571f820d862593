"""Whatever editors write into fields and slugs: every link leads somewhere and runs nothing."""

from functools import partial
from html.parser import HTMLParser
import http.client
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
import re
from threading import Thread
from urllib.parse import quote, urldefrag, urljoin, urlsplit
from xml.etree import ElementTree as ET

import pytest

from tests.content.test_addresses import SCRIPTS

ADDRESSES = {"href", "src", "action", "formaction", "poster", "data", "srcset", "content", "cite"}
SLUGS = [
    "a b",
    "a?b=c",
    "a#b",
    "a%2e",
    "100%",
    "a&b=c",
    "a&copy=1",
    "straße",
    "日本語",
    "c++",
    "javascript:alert(1)",
    "a;b,c=d",
    "~tilde!",
]
SCRIPT = "javascript:alert(1)"


class Attributes(HTMLParser):
    """Collects every attribute, and the contents of scripts, as a browser would see them."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        """Keep the attributes."""
        self.found += [(tag, name, value or "") for name, value in attrs]


def post_of(address):
    """Build the values of a post whose every text is an address."""
    names = ("title", "summary", "seo_title", "meta_description", "featured_image_alt")
    return dict.fromkeys((*names, "featured_image"), address)


@pytest.fixture(params=["simple", "buttercms"])
def hostile(request, site, account, root):
    """A site in which every text of every kind of content is a script, in each theme."""
    for number, address in enumerate(SCRIPTS):
        account.term(
            "authors",
            f"author-{number}",
            **dict.fromkeys(
                ("first_name", "last_name", "bio", "title", "email", "twitter_handle"), address
            ),
            **dict.fromkeys(
                ("linkedin_url", "facebook_url", "instagram_url", "pinterest_url"), address
            ),
            profile_image=address,
        )
        account.term("categories", f"category-{number}", name=address)
        account.term("tags", f"tag-{number}", name=address)
        account.post(
            f"post-{number}",
            **post_of(address),
            author=f"author-{number}",
            categories=[f"category-{number}"],
            tags=[f"tag-{number}"],
        )
        parts = {"headline": address, "button_label": address, "button_url": address}
        account.page(
            "*",
            f"page-{number}",
            headline=address,
            link=address,
            image={"url": address, "alt": address},
            featured_image=address,
            body=[
                {"type": "hero", "fields": {**parts, "image": address}},
                {"type": "call_to_action", "fields": parts},
                {"type": "two_column_with_image", "fields": {**parts, "image": address}},
                {"type": "unknown", "fields": {"url": address, "picture": address}},
            ],
        )
    account.collection(
        "menu",
        *({"id": n + 1, "label": a, "url": a, "position": n} for n, a in enumerate(SCRIPTS)),
    )
    theme = "simple" if request.param == "simple" else str(root / "themes" / "buttercms")
    site.configure(
        THEME=theme,
        BUTTERCMS_PAGE_TYPES={"*": {"template": "landing"}} if theme != "simple" else ["*"],
        BUTTERCMS_COLLECTIONS=["menu"],
        MENU_COLLECTION="menu",
        DIRECT_TEMPLATES=["index", "categories", "authors", "tags", "archives"],
    )
    return site


def test_no_text_of_any_kind_becomes_a_script(hostile):
    """Neither in an attribute nor in a feed, with or without BUTTERCMS_SANITIZE."""
    printed = hostile.build()
    pages = [name for name in hostile.files() if name.endswith(".html")]
    assert len(pages) > 4 * len(SCRIPTS)
    for name in pages:
        for tag, attribute, value in Attributes(hostile.read(name)).found:
            if attribute not in ADDRESSES or (tag == "meta" and not value.startswith("http")):
                assert not attribute.startswith("on"), (name, tag, attribute)
                continue
            address = re.sub(r"[\x00-\x20]", "", value).lower()
            scheme = re.match(r"[a-z][a-z0-9+.-]*:", address)
            assert scheme is None or scheme[0] in {"https:", "http:", "mailto:", "tel:", "data:"}
            assert value == "data:," or not address.startswith("data:"), (name, tag, value)
    for name in hostile.files():
        if name.endswith(".xml"):
            for one in ET.fromstring(hostile.read(name)).iter():
                link = one.get("href") or (one.text if one.tag in {"link", "loc"} else "") or ""
                assert not link or link.startswith("https://site.example/"), (name, link)
    if "buttercms" in str(hostile.settings["THEME"]):
        assert re.search(r"authors/author-0: the address 'javascript:alert\(1\)'", printed)
        assert re.search(r"pages/\*/page-0: the address 'javascript:alert\(1\)'", printed)
    assert "posts/post-0: the address 'javascript:alert(1)' was left out" in printed


def test_every_address_in_our_templates_goes_through_a_filter(root):
    """In those of the package, the theme and the sample: nothing is printed as it comes."""
    folders = ("themes", "pelican_buttercms/plugin/templates", "sample_site/templates")
    files = [path for folder in folders for path in (root / folder).rglob("*.html")]
    assert len(files) > 30
    place = re.compile(
        r"""\b(href|src|srcset|action|formaction|poster|content)="((?:\{\{.*?\}\}|[^"])*)\""""
    )
    of_the_site = re.compile(
        r"\{\{ (?:SITEURL|m\.feeds) \}\}"
        r"(?:/|$|\{\{ (?:current|search_page|\(own or).*\}\}$|\{\{ \()"
    )
    good = re.compile(
        r"\|e$|\|urlencode$|^SITEURL$|^m\.feeds$|isoformat\((?:timespec=\"seconds\")?\)$|^(?:m\.)?href\(|^\""
    )
    ours = {  # of `set`, from the site's own settings, or escaped where they are made
        *("home", "url"),
    }
    checked = 0
    for path in files:
        for attribute, value in place.findall(path.read_text()):
            expressions = [one.strip(" -") for one in re.findall(r"\{\{(.*?)\}\}", value)]
            checked += len(expressions)
            for one in expressions:
                assert good.search(one) or one in ours, (path.name, attribute, value)
            if attribute in {"href", "src", "action"} and expressions:
                safe = (
                    of_the_site.match(value)
                    or re.match(r"#\{\{|\{\{ (?:m\.)?href\(|\{\{ home \}\}|\{% if FAVICON", value)
                    or "|butter_" in value
                    or (path.name, value) in LOOKED_AT
                )
                assert safe, (path.name, attribute, value)
    assert checked > 60


LOOKED_AT = {
    ("share.html", "{{ targets[name][1]|e }}"),  # of addresses that the file itself names
    ("breadcrumbs.html", "{{ url|e }}"),  # below SITEURL, or `home`
    ("footer.html", "{{ LICENSE[1]|e }}"),  # of the site's settings
    ("macros.html", "{{ src|e }}"),  # of `butter_image`, two lines above
    ("menu.html", "{{ url }}"),  # of `href`, or the site's own MENUITEMS and pages
    ("languages.html", "{{ url|e }}"),  # of `home`, or below SITEURL
    ("footer.html", "{{ url|e }}"),  # the site's own SOCIAL and LINKS
}


class Quiet(SimpleHTTPRequestHandler):
    """A static file server, as any host's."""

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def serve():
    """Serve a folder on a port of this machine; return the address."""
    servers = []

    def begin(folder):
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
        servers.append(server)
        Thread(target=server.serve_forever, daemon=True).start()
        return server.server_address[1]

    yield begin
    for server in servers:
        server.shutdown()
        server.server_close()


def crawl(port, siteurl, starts):
    """Follow every link from some pages; return the addresses that were not found."""
    waiting, seen, lost = [urljoin(f"{siteurl}/", one) for one in starts], set(), []
    connection = http.client.HTTPConnection("127.0.0.1", port)
    while waiting:
        address = urldefrag(waiting.pop())[0]
        if address in seen or not address.startswith(f"{siteurl}/"):
            continue
        seen.add(address)
        parts = urlsplit(address)
        if not re.fullmatch(r"[\x21-\x7e]+", address):
            lost.append(address)
            continue
        connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""))
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        if answer.status != 200 or parts.query:
            lost.append(address)
        elif "html" in answer.headers["content-type"]:
            found = Attributes(text).found
            links = [value for _, name, value in found if name in {"href", "src"} and value]
            waiting += [urljoin(address, link) for link in links]
            data = re.findall(r'"(?:url|mainEntityOfPage)": "([^"]+)"', text)
            waiting += data
        elif parts.path.endswith(".xml"):
            for one in ET.fromstring(text).iter():
                link = one.get("href") or (
                    one.text if one.tag.endswith(("link", "loc", "guid")) else ""
                )
                if link and "tag:" not in link:
                    waiting.append(link.strip())
    return seen, lost


@pytest.mark.parametrize("theme", ["simple", "buttercms"])
@pytest.mark.parametrize("slug_urls", [False, True])
def test_every_link_is_found_by_a_web_server(site, account, serve, root, theme, slug_urls):
    """From the front page, the sitemap and the feeds, whatever the slugs are."""
    for slug in SLUGS:
        account.term("categories", slug, name=f"C {slug}")
        account.term("tags", slug, name=f"T {slug}")
        account.term("authors", slug, first_name="A", last_name=slug)
        for number in range(2):
            account.post(
                f"{slug}{'' if number else ' 0'}",
                author=slug,
                categories=[slug],
                tags=[slug],
                body="<p>x</p>",
            )
        account.page("*", f"p {slug}", text="x")
        account.page("kind", f"k {slug}", text="x")
    port = serve(site.output)
    site.write("content/local.md", "Title: Local\nDate: 2024-01-01\nSlug: lo cal?é\n\nx\n")
    styled = {
        "PAGE_URL": "{slug}/",
        "PAGE_SAVE_AS": "{slug}/index.html",
        "ARTICLE_URL": "{category}/{date:%Y}/{slug}/",
        "ARTICLE_SAVE_AS": "{category}/{date:%Y}/{slug}/index.html",
        "TAG_URL": "tag/{slug}/",
        "TAG_SAVE_AS": "tag/{slug}/index.html",
    }
    site.configure(
        SITEURL="https://site.example",
        THEME=theme if theme == "simple" else str(root / "themes" / "buttercms"),
        BUTTERCMS_PAGE_TYPES={
            "*": {},
            "kind": {"url": "kinds/{slug}/", "save_as": "kinds/{slug}/index.html"},
        },
        DEFAULT_PAGINATION=1,
        DIRECT_TEMPLATES=["index", "categories", "authors", "tags", "archives"],
        FEED_DOMAIN="https://site.example",
        FEED_ALL_ATOM="feeds/all.atom.xml",
        CATEGORY_FEED_ATOM="feeds/{slug}.atom.xml",
        TAG_FEED_RSS="feeds/tag-{slug}.rss.xml",
        AUTHOR_FEED_ATOM="feeds/by/{slug}.atom.xml",
        **(styled if slug_urls else {}),
    )
    site.build()
    feeds = [name for name in site.files() if name.startswith("feeds/")]
    assert len(feeds) > 3 * len(SLUGS)
    starts = ["", "sitemap.xml", *map(quote, feeds)]
    seen, lost = crawl(port, "https://site.example", starts)
    assert not lost
    assert len(seen) > 8 * len(SLUGS)
    for slug in SLUGS:
        file = site.output / (f"p {slug}/index.html" if slug_urls else f"pages/p {slug}.html")
        assert file.is_file()
        assert file.read_text()
    addresses = {quote(name) for name in feeds}
    own = [ET.fromstring(site.read(name)).find("{*}link[@rel='self']") for name in feeds]
    assert {one.get("href") for one in own if one is not None} <= {
        f"https://site.example/{address}" for address in addresses
    }
