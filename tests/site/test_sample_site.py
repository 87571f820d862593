"""The sample site, read back from the files that the real Pelican wrote."""

import json
import xml.etree.ElementTree as ET

from markupsafe import escape
import pytest

from pelican_buttercms.emulator import Behaviour, EmulatedAccount
from pelican_buttercms.emulator.post_views import PostViews
from pelican_buttercms.emulator.versions import View, visible

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SITE = "https://harbourlane.example"


@pytest.fixture(scope="module")
def cms(root):
    """The account that the site was built from, as the emulator reads it."""
    return EmulatedAccount.load(root / "sample_site/cms")


@pytest.fixture(scope="module")
def posts(cms):
    """The published posts, newest first."""
    return PostViews(cms, Behaviour(), View()).posts()


@pytest.fixture(scope="module")
def pages(cms):
    """The published pages, with their types."""
    return {kind: visible(entries.values(), View()) for kind, entries in cms.pages.items()}


def under(built, folder):
    """Return the pages directly below a folder of the output."""
    return {
        path.split("/")[-2]
        for path in built.files()
        if path.startswith(f"{folder}/") and path.count("/") == 2 and path.endswith("/index.html")
    }


def test_the_account_is_worth_building(cms, posts, pages):
    """Thirty posts by three authors, two page types, four collections, drafts."""
    assert len(cms.posts) >= 30
    assert len(posts) < len(cms.posts)
    assert {"landing-page", "coffee", "*"} <= set(pages)
    assert len(cms.collections) >= 4
    assert len({post["author"] for post in posts}) >= 3


def test_every_published_post_is_an_article(built, posts):
    """One file a post, no more, no less."""
    assert under(built, "journal") - {"2023", "2024", "2025", "2026"} == {p["slug"] for p in posts}


def test_every_published_page_is_at_its_place(built, pages):
    """Each page type has its URL pattern, and the front page is at the root."""
    assert under(built, "coffee") == {page["slug"] for page in pages["coffee"]}
    for page in [*pages["*"], *pages["landing-page"]]:
        path = "index.html" if page["slug"] == "home" else f"{page['slug']}/index.html"
        assert path in built.files()
    assert "home/index.html" not in built.files()


@pytest.mark.parametrize(
    ("folder", "field"), [("category", "categories"), ("tag", "tags"), ("author", "author")]
)
def test_categories_tags_and_authors_have_a_page_each(built, posts, folder, field):
    """Every one that a published post names has a page under the CMS's slug."""
    named = [post[field] for post in posts if post.get(field)]
    expected = set(named) if field == "author" else {slug for slugs in named for slug in slugs}
    default = {"notes"} if folder == "category" else set()
    assert under(built, folder) == expected | default


def test_the_feed_has_every_post_once_with_absolute_links(built, posts):
    """Pelican's own feed of all articles, in the order of publication; German ones come between."""
    expected = [f"{SITE}/journal/{post['slug']}/" for post in posts]
    for name in ("all-en", "all"):
        feed = ET.fromstring(built.read(f"feeds/{name}.atom.xml"))
        links = [entry.find(f"{ATOM}link").get("href") for entry in feed.iter(f"{ATOM}entry")]
        assert [link for link in links if link.startswith(f"{SITE}/journal/")] == expected
        assert len(links) == len(set(links))
    assert len(links) > len(expected)


def test_the_sitemap_has_every_page_once(built, posts, pages):
    """Articles, pages, listings and the journal; each address is a file that was written."""
    tree = ET.fromstring(built.read("sitemap.xml"))
    found = [element.text for element in tree.iter(f"{SITEMAP}loc")]
    assert len(found) == len(set(found))
    for url in found:
        path = url.removeprefix(f"{SITE}/")
        assert f"{path}index.html" in built.files(), url
    expected = {f"journal/{post['slug']}/" for post in posts}
    expected |= {f"coffee/{page['slug']}/" for page in pages["coffee"]}
    expected |= {"", "journal/", "about/", "category/brewing/", "tag/v60/", "author/bea-sorrell/"}
    assert {f"{SITE}/{path}" for path in expected} <= set(found)


def test_nothing_of_a_draft_is_anywhere(built, cms):
    """No file has a word of what is a draft, scheduled, or a draft over something published."""
    everything = "\n".join(built.read(f) for f in built.files() if f.endswith(("html", "xml")))
    drafts = [p for p in cms.posts.values() if p["status"] != "published"]
    assert drafts
    for post in drafts:
        assert post["slug"] not in everything
        assert json.dumps(post["title"])[1:-1] not in everything
    (overlaid,) = [p for p in cms.posts.values() if "draft" in p]
    assert overlaid["title"] in everything
    assert overlaid["draft"]["title"] not in everything
    assert "kolta-adere-natural" not in everything


def test_the_one_dangling_reference_is_told(built):
    """A favourite coffee that is a draft: owner, field and target are named."""
    assert "1 reference leads to content that is not published" in built.printed
    where = (
        "collections/team_members/812322, field favourite_coffee: pages/coffee/kolta-adere-natural"
    )
    assert where in built.printed


def test_circular_references_are_rendered_on_both_sides(built, pages):
    """Coffees that pair with each other link to each other."""
    pairs = {
        page["slug"]: {ref["$ref"].rpartition("/")[2] for ref in page["fields"]["pairs_with"]}
        for page in pages["coffee"]
    }
    circles = [(a, b) for a, others in pairs.items() for b in others if a in pairs.get(b, ())]
    assert circles
    for one, other in circles:
        assert f'href="{SITE}/coffee/{other}/"' in built.read(f"coffee/{one}/index.html")


def test_pictures_are_the_sites_own(built):
    """With downloaded media no page names the CDN, and every picture is a file."""
    html = {name: built.read(name) for name in built.files() if name.endswith(".html")}
    for name, text in html.items():
        assert "cdn.buttercms.com" not in text, name
        assert "cloudfront.net" not in text, name
    assert sum(name.startswith("media/") for name in built.files()) > 20


def test_an_authors_page_has_the_profile_of_the_cms(built, cms):
    """Name, title, bio, picture and links, beside the articles."""
    author = cms.profiles["authors"]["bea-sorrell"]
    page = built.read("author/bea-sorrell/index.html")
    name = f"{author['first_name']} {author['last_name']}"
    for text in (name, author["title"], author["bio"], author["linkedin_url"]):
        assert str(escape(text)) in page
    handle = author["profile_image"].rpartition("/")[2]
    assert f"/media/{handle}" in page


def test_the_recorded_real_content_is_among_it(built):
    """The post and the landing page that the official SDK recorded are pages like any other."""
    post = built.read("journal/example-post/index.html")
    assert "Welcome to ButterCMS! This an example blog post written using Butter." in post
    landing = built.read("landing-page-with-components/index.html")
    assert "Welcome to your ButterCMS Proof of Concept" in landing
    assert "Hampton Catlin" in landing


def test_a_local_page_links_to_the_cms_and_is_built_beside_it(built):
    """Markdown and CMS content are one site."""
    colophon = built.read("colophon/index.html")
    for path in ("journal/the-moka-pot-forgiven/", "coffee/la-vigia/", "about/"):
        assert f'href="{SITE}/{path}"' in colophon


def test_every_internal_link_leads_somewhere(built):
    """No page of the sample site links to a page that is not there."""
    import re
    from urllib.parse import unquote, urlsplit

    broken = set()
    for name in built.files():
        if name.endswith(".html"):
            for href in re.findall(r'(?:href|src)="([^"]+)"', built.read(name)):
                url = urlsplit(href.replace("&amp;", "&"))
                own = href.startswith((SITE, "/")) and not href.startswith("//")
                path = unquote(url.path).lstrip("/") if own else None
                if path is not None and not (built.output / path).exists():
                    broken.add((name, href))
    assert broken == set()
