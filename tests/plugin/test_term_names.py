"""Categories, tags and authors that a local file or the CMS's HTML calls by their names."""

import re

import pytest

TERMS = {
    "category": ("categories", "news", "Blog & News"),
    "tag": ("tags", "cs", "C# tips"),
    "author": ("authors", "ann", "Ann Lee"),
}


@pytest.fixture
def named(account, site):
    """An account whose terms have slugs that do not follow from their names."""
    account.term("categories", "news", name="Blog & News")
    account.term("tags", "cs", name="C# tips")
    account.term("authors", "ann", first_name="Ann", last_name="Lee")
    account.term("categories", "unused", name="Only Here")
    account.post("one", author="ann", categories=["news"], tags=["cs"])
    site.configure(BUTTERCMS_PAGE_TYPES=["*"])
    return site


@pytest.mark.parametrize("spelling", ["{}", "{} ", "escaped", "quoted", "other case"])
def test_a_local_file_is_in_the_category_of_the_cms(named, spelling):
    """By its name, however it is spelt; and so are its author and its tags."""
    names = {kind: term[2] for kind, term in TERMS.items()}
    if spelling == "other case":
        names = {kind: name.lower() for kind, name in names.items()}
    lines = [f"{kind.title() if kind != 'tag' else 'Tags'}: {names[kind]}" for kind in TERMS]
    link = {"escaped": ("&", "&amp;"), "quoted": (" ", "%20")}.get(spelling, ("~", "~"))
    links = [f'<a href="{{{kind}}}{name.replace(*link)}">x</a>' for kind, name in names.items()]
    named.write(
        "content/local.md", "\n".join(["Title: Local", "Date: 2020-01-01", *lines, "", *links])
    )
    named.build()
    for kind, (_, slug, _) in TERMS.items():
        pages = {path for path in named.files() if path.startswith(f"{kind}/")}
        assert pages == {f"{kind}/{slug}.html"}
        assert "local.html" in named.read(f"{kind}/{slug}.html")
        assert f'href="https://site.example/{kind}/{slug}.html"' in named.read("local.html")


@pytest.mark.parametrize("place", ["post", "page", "local page"])
def test_links_by_name_lead_to_the_pages_of_the_cms(named, account, place):
    """In the CMS's HTML, in a page's fields, and in local pages."""
    links = " ".join(f'<a href="{{{kind}}}{name}#x">x</a>' for kind, (*_, name) in TERMS.items())
    if place == "post":
        account.post("links", body=links, author="ann", categories=["news"], tags=["cs"])
    elif place == "page":
        account.page("*", "links", body=links, more=links)
    else:
        named.write("content/pages/links.md", f"Title: L\nSlug: links\n\n{links}")
    named.build()
    text = named.read("links.html" if place == "post" else "pages/links.html")
    for kind, (_, slug, _) in TERMS.items():
        assert f"https://site.example/{kind}/{slug}.html#x" in text
    found = re.findall(r'href="https://site.example/((?:category|tag|author)/[^"#]*)', text)
    assert set(found) <= named.files()


def test_a_text_that_a_page_type_maps_is_a_name_too(named, account):
    """A mapped category of that name is the CMS's, and not a second one."""
    account.page("news", "mapped", topic="Blog & News", who="Ann Lee")
    mapping = {"category": "topic", "author": "who"}
    named.configure(BUTTERCMS_PAGE_TYPES={"news": {"as": "article", "fields": mapping}})
    named.build()
    assert "mapped" in named.read("category/news.html")
    assert "category/blog-news.html" not in named.files()
    assert "author/ann-lee.html" not in named.files()


def test_a_category_that_no_post_has_is_the_cms_s_too(named):
    """It is known by the account, not by its use."""
    named.write("content/local.md", "Title: Local\nDate: 2020-01-01\nCategory: Only Here\n\nx")
    named.build()
    assert "local.html" in named.read("category/unused.html")


def test_a_name_that_two_have_is_nobody_s(named, account):
    """Nobody can say which is meant: its slug decides, as Pelican does."""
    account.term("categories", "other", name="Blog & News")
    named.write("content/local.md", "Title: Local\nDate: 2020-01-01\nCategory: Blog & News\n\nx")
    named.build()
    assert "local.html" in named.read("category/blog-news.html")
