"""What the head of each kind of page says, in any theme, for search engines and previews."""

from html.parser import HTMLParser
import json

import pytest

SITE = "https://site.example"
PHOTO = "https://cdn.buttercms.com/AAA"
BASE = (
    '<head>{% include "buttercms/head.html" %}{% include "buttercms/meta.html" %}</head>'
    "{% if articles_page %}{{ articles_page.number }}{% endif %}"
)
TEMPLATES = (
    "article page index category tag author archives tags categories authors period_archives"
)

REQUIRED = {  # of schema.org as Google's documentation of structured data asks for them
    "BlogPosting": {"headline", "image", "datePublished", "dateModified", "author"},
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"position", "name", "item"},
    "FAQPage": {"mainEntity"},
    "Question": {"name", "acceptedAnswer"},
    "Answer": {"text"},
    "Product": {"name", "offers"},
    "Offer": {"price", "priceCurrency"},
    "Organization": {"name", "url"},
    "WebSite": {"name", "url"},
    "ProfilePage": {"mainEntity"},
    "Person": {"name"},
    "WebPage": {"name", "url"},
    "CollectionPage": {"name", "url"},
    "Brand": {"name"},
}


class Head(HTMLParser):
    """Reads the meta tags and the JSON-LD of a page."""

    def __init__(self, html):
        super().__init__()
        self.meta, self.scripts, self.tags, self._in_script = {}, [], [], False
        self.feed(html)
        self.graph = json.loads(self.scripts[0])["@graph"] if self.scripts else []
        self.types = [one["@type"] for one in self.graph]

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        given = dict(attrs)
        if tag == "meta":
            name = given.get("name") or given.get("property")
            assert name not in self.meta or name == "article:tag", f"{name} twice"
            self.meta[name] = given["content"]
        self._in_script = tag == "script" and given["type"] == "application/ld+json"

    def handle_data(self, data):
        if self._in_script:
            self.scripts.append(data)
            self._in_script = False

    def one(self, kind):
        """Return the one object of a type."""
        (found,) = (one for one in self.graph if one["@type"] == kind)
        return found


@pytest.fixture
def headed(site, account):
    """A site of a theme that prints nothing but the head."""
    account.settings(locales=["en", "de-AT"], default_locale="en")
    account.term("authors", "ada", first_name="Ada & <b>", bio="Ada's bio", twitter_handle="ada")
    for number in range(3):
        account.post(f"p{number}", title=f"T{number} & <i>", author="ada", tags=["green"])
    nasty = "</script><script>alert(1)</script><!--"
    account.post(
        "p3",
        title=nasty,
        author="ada",
        featured_image=PHOTO,
        featured_image_alt='"A"',
        meta_description="Described",
    )
    account.translate("posts/p3", "de-AT", title="Hallo", body="x")
    account.collection("faqs", {"id": 1, "question": f"Why {nasty}?", "answer": "<p>So</p>"})
    account.page(
        "*",
        "help",
        sections=[{"question": "Who?", "answer": "We"}, {"question": "", "answer": "x"}],
    )
    account.page(
        "tea", "green", headline="Green", price=3.5, photo=PHOTO, maker="", intro="Nice & sweet"
    )
    site.write(
        "content/local.md",
        "Title: Local\nDate: 2023-01-01\nAuthors: Bo\nfeatured_image: /own.png\nSummary: Short"
        "\n\nText",
    )
    for name in TEMPLATES.split():
        site.write(f"templates/{name}.html", BASE)
    site.configure(
        BUTTERCMS_LOCALES={"en": [], "de-AT": ["en"]},
        BUTTERCMS_COLLECTIONS=["faqs"],
        BUTTERCMS_PAGE_TYPES=["*", "tea"],
        BUTTERCMS_STRUCTURED_DATA={
            "tea": {
                "@type": "Product",
                "name": "headline",
                "description": "intro",
                "image": "photo",
                "brand.@type": "Brand",
                "brand.name": "maker",
                "offers.@type": "Offer",
                "offers.price": "price",
                "offers.priceCurrency": "=EUR",
            }
        },
        THEME_TEMPLATES_OVERRIDES=["templates"],
        SITESUBTITLE="A <em>site</em>",
        SITE_IMAGE="images/site.png",
        TWITTER_USERNAME="site",
        SOCIAL=[("Elsewhere", "https://social.example/x")],
        DEFAULT_PAGINATION=2,
        YEAR_ARCHIVE_SAVE_AS="{date:%Y}/index.html",
        FEED_ALL_ATOM=None,
    )
    site.build()
    return site


def heads_of(site):
    """Return the head of each page, by path."""
    pages = (n for n in site.files() if n.endswith(".html") and not n.startswith("theme/"))
    return {name: Head(site.read(name)) for name in pages}


def walk(value):
    """Yield each object of JSON-LD."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    for one in value if isinstance(value, list) else ():
        yield from walk(one)


def test_each_object_has_what_search_engines_require(headed):
    """By type; each address is absolute, and nothing is empty."""
    seen = set()
    for path, head in heads_of(headed).items():
        assert len(head.scripts) == 1, path
        for one in walk(head.graph):
            if "@type" not in one:
                continue
            seen.add(one["@type"])
            required = REQUIRED[one["@type"]]
            if one["@type"] == "BlogPosting" and "p3" not in path and "local" not in path:
                required = required - {"image"}
            assert required <= one.keys(), (path, one)
            assert all(v not in ("", None, [], {}) for v in one.values()), (path, one)
            for name in ("url", "item", "image", "logo", "mainEntityOfPage"):
                assert str(one.get(name, SITE)).startswith("https://"), (path, one)
    assert seen == REQUIRED.keys() - {"Brand"}


def test_each_kind_of_page_says_what_it_is(headed):
    """Types, and a description of its own where there is anything to say."""
    heads = heads_of(headed)
    expected = {
        "index.html": (["Organization", "WebSite", "CollectionPage"], "A site"),
        "index2.html": (
            ["BreadcrumbList", "CollectionPage"],
            "T2 & <i> · </script><script>alert(1)</script><!--",
        ),
        "p3.html": (["BreadcrumbList", "BlogPosting"], "Described"),
        "local.html": (["BreadcrumbList", "BlogPosting"], "Short"),
        "author/ada.html": (["BreadcrumbList", "ProfilePage"], "Ada's bio"),
        "tag/green.html": (["BreadcrumbList", "CollectionPage"], "Green: T0 & <i> · T1 & <i>"),
        "pages/help.html": (["BreadcrumbList", "WebPage", "FAQPage"], None),
        "pages/green.html": (["BreadcrumbList", "WebPage", "Product"], "Nice & sweet"),
        "tags.html": (["BreadcrumbList", "CollectionPage"], "Green"),
    }
    for path, (types, description) in expected.items():
        assert heads[path].types == types, path
        assert heads[path].meta.get("description") == description, path
        assert heads[path].meta.get("og:description") == description, path
    assert heads["2024/index.html"].meta["description"].startswith("2024: ")
    assert heads["author/ada2.html"].meta["description"].startswith("Ada & <b>: ")
    descriptions = [one.meta["description"] for one in heads.values() if "description" in one.meta]
    assert len(descriptions) > 10


def test_a_card_has_its_picture_size_and_locale(headed):
    """Of the CDN in the size that is said; of the site where the page has none."""
    heads = heads_of(headed)
    meta = heads["p3.html"].meta
    assert meta["og:image"].startswith("https://cdn.buttercms.com/resize=")
    assert (meta["og:image:width"], meta["og:image:height"]) == ("1200", "630")
    assert meta["og:image:alt"] == '"A"'
    assert meta["og:locale"] == "en"
    assert meta["og:type"] == "article"
    assert meta["og:title"].startswith("</script>")
    assert meta["article:published_time"] == "2024-05-17T10:00:00+00:00"
    assert meta["twitter:card"] == "summary_large_image"
    assert (meta["twitter:site"], meta["twitter:creator"]) == ("@site", "@ada")
    assert heads["p3-de-at.html"].meta["og:locale"] == "de_AT"
    assert heads["local.html"].meta["og:image"] == f"{SITE}/own.png"
    index = heads["index.html"].meta
    assert index["og:image"] == f"{SITE}/images/site.png"
    assert "og:image:width" not in index
    assert index["og:url"] == f"{SITE}/"
    assert heads["author/ada.html"].meta["og:type"] == "profile"


def test_nothing_ends_its_script(headed):
    """Whatever editors write; and the text comes back as it was."""
    for path, head in heads_of(headed).items():
        assert head.tags.count("script") == 1, path
        assert "alert" not in headed.read(path) or "\\u003c" in headed.read(path), path
    post = heads_of(headed)["p3.html"].one("BlogPosting")
    assert post["headline"].startswith("</script>")
    assert post["author"][0]["name"] == "Ada & <b>"
    assert post["author"][0]["sameAs"] == ["https://twitter.com/ada"]
    assert heads_of(headed)["index.html"].one("Organization")["sameAs"] == [
        "https://social.example/x"
    ]


def test_fields_become_products_and_questions(headed):
    """As the setting says, and by their form; what is empty is left out."""
    heads = heads_of(headed)
    product = heads["pages/green.html"].one("Product")
    assert product == {
        "@type": "Product",
        "url": f"{SITE}/pages/green.html",
        "name": "Green",
        "description": "Nice & sweet",
        "image": PHOTO,
        "offers": {"@type": "Offer", "price": 3.5, "priceCurrency": "EUR"},
    }
    questions = heads["pages/help.html"].one("FAQPage")["mainEntity"]
    assert [(q["name"], q["acceptedAnswer"]["text"]) for q in questions] == [("Who?", "We")]


def test_a_draft_says_nothing_to_search_engines(headed, account):
    """Under preview no draft has JSON-LD."""
    account.post("secret", status="draft")
    headed.build(env={"BUTTERCMS_PREVIEW": "1"})
    assert Head(headed.read("p1.html")).scripts
    assert not Head(headed.read("secret.html")).scripts


def test_without_an_address_of_the_site_nothing_is_half_an_address(headed):
    """No og:url, no image of the site, no JSON-LD."""
    headed.configure(SITEURL="")
    headed.build()
    head = Head(headed.read("index.html"))
    assert not head.scripts
    assert "og:url" not in head.meta
    assert "og:image" not in head.meta
    assert head.meta["description"] == "A site"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([], "takes a mapping"),
        ({"news": {"@type": "NewsArticle"}}, "'news', which is not in BUTTERCMS_PAGE_TYPES"),
        ({"*": {"name": "x"}}, '"@type"'),
        ({"*": {"@type": "Product", "na me": "x"}}, "'na me'"),
        ({"*": {"@type": "Product", "name": "a..b"}}, "'a..b'"),
        ({"*": {"@type": "Product", "name": 3}}, "'name'"),
    ],
)
def test_a_wrong_setting_is_one_sentence(site, account, value, said):
    """Which says what to write."""
    site.configure(BUTTERCMS_PAGE_TYPES=["*"], BUTTERCMS_STRUCTURED_DATA=value)
    done = site.pelican()
    assert done.returncode != 0
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
