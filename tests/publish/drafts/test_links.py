"""The links of a body lead where they should on the deployed site, or are a problem."""

from urllib.parse import quote

import pytest

from pelican_buttercms.errors import DraftError
from pelican_buttercms.publish.drafts.raw_draft import LocalFile

PAGE = "Title: About us\nDate: 2024-05-17\n\nx\n"


def body(folder, html):
    """Read a draft with this body."""
    return folder.read("a.html", f"---\ntitle: T\n---\n{html}")


def wrong(folder, html):
    """Read a draft with this body, which is a problem."""
    (problem,) = folder.problems("a.html", f"---\ntitle: T\n---\n{html}")
    return problem


def test_content_is_linked_where_pelican_puts_it(folder):
    """Articles, pages and drafts, by the site's own settings, from the root."""
    folder.configure(ARTICLE_URL="{category}/{date:%Y}/{slug}/", DEFAULT_CATEGORY="misc")
    folder.write("b.md", PAGE + "[back]({filename}a.html)")
    folder.write("/pages/c.md", PAGE)
    folder.write("d.yaml", "page_type: '*'\ntitle: D\nlocale: fr\n")
    folder.write("e.md", "---\ntitle: E\ndate: 2024-01-01\ncategories: [New tea]\n---\n")
    html = body(
        folder,
        '<a title="src=\'{static}x\'" href="{filename}b.md?a=1&amp;b=2#z">1</a>'
        "<a class='x' href='{filename}/pages/c.md'>2</a> <a href='|filename|d.yaml'>3</a>"
        '<a href="{filename}e.md">4</a> {filename}b.md',
    ).body
    assert html == (
        '<a title="src=\'{static}x\'" href="/drafts/2024/about-us/?a=1&amp;b=2#z">1</a>'
        '<a class=\'x\' href="/pages/about-us.html">2</a> <a href="/pages/d-fr.html">3</a>'
        '<a href="/new-tea/2024/e/">4</a> {filename}b.md'
    )


def test_terms_and_the_index_are_linked_from_the_root(folder):
    """As Pelican resolves them."""
    html = body(
        folder,
        '<a href="{category}New tea">a</a><a href="{tag}x">b</a>'
        '<a href="{author}Ada%20Lane">c</a><a href="{index}#top">d</a><a href="{other}x">e</a>',
    ).body
    assert html == (
        '<a href="/category/new-tea.html">a</a><a href="/tag/x.html">b</a>'
        '<a href="/author/ada-lane.html">c</a><a href="/index.html#top">d</a>'
        '<a href="{other}x">e</a>'
    )


def test_files_are_linked_where_they_are_public(folder):
    """By placeholder, or by a plain path beside the draft or in the content folder."""
    photo = folder.write("/images/my photo.png", b"x")
    beside = folder.write("b.png", b"x")
    draft = folder.read(
        "a.md",
        "Title: T\n\n![1](images/my%20photo.png) ![2](b.png) ![3]({static}../images/my photo.png)\n"
        "<video poster='{attach}b.png' src='absent.mp4'></video> [4](|filename|b.png) [5](b.png)\n",
    )
    url = "https://site.example/images/my%20photo.png"
    near = "https://site.example/drafts/b.png"
    assert draft.files == (
        LocalFile(url, photo, "images/my%20photo.png"),
        LocalFile(near, beside, "b.png"),
    )
    assert f'<img alt="1" src="{url}">' in draft.body
    assert f"<video poster=\"{near}\" src='absent.mp4'>" in draft.body
    assert f'<a href="{near}">4</a> <a href="{near}">5</a>' in draft.body


def test_public_files_may_have_another_address(folder):
    """A CDN, or the site where it is deployed."""
    folder.write("/images/a.png", b"x")
    folder._site = folder.make(media_url="https://cdn.example/m/")
    html = body(folder, '<img src="images/a.png">').body
    assert html == '<img src="https://cdn.example/m/images/a.png">'


def test_extra_path_metadata_moves_a_file(folder):
    """As in Pelican."""
    folder.write("/extra/icon.png", b"x")
    folder.configure(EXTRA_PATH_METADATA={"extra/icon.png": {"path": "icon.png"}})
    html = body(folder, '<img src="{static}/extra/icon.png">').body
    assert html == '<img src="https://site.example/icon.png">'


def test_comments_and_escaped_code_have_no_links(folder):
    """What no reader sees as a link is left alone."""
    html = '<!-- <a href="{filename}no.md"> --><code>&lt;a href="{filename}no.md"&gt;</code>'
    assert body(folder, html).body == html


@pytest.mark.parametrize("url", ["", "/blog", "//site.example", "site.example"])
def test_a_file_needs_a_site_with_an_address(folder, url):
    """The message says what to set."""
    folder.write("b.png", b"x")
    folder.configure(SITEURL=url)
    assert f"SITEURL is {url!r}: set SITEURL" in wrong(folder, '<img src="b.png">')


def test_a_link_that_leads_nowhere_is_a_problem(folder):
    """To content, to files, out of the content folder, to items, to what is broken."""
    folder.write("/../secret.png", b"x")
    folder.write("item.yaml", "collection: x\n")
    folder.write("broken.md", b"\xff")
    folder.write("odd.md", "Title: T\nDate: never\n\nx\n")
    assert "'{filename}no.md', and there is no such file" in wrong(
        folder, '<a href="{filename}no.md">x</a>'
    )
    assert "there is no such file" in wrong(folder, '<img src="{static}/no.png">')
    assert "there is no such file" in wrong(folder, '<img src="{static}/images">')
    assert "outside the content folder" in wrong(folder, '<img src="../../secret.png">')
    assert "outside the content folder" in wrong(folder, '<a href="{static}/../secret.png">x</a>')
    assert "an item, which has no page" in wrong(folder, '<a href="{filename}item.yaml">x</a>')
    assert "which cannot be read" in wrong(folder, '<a href="{filename}broken.md">x</a>')
    assert "address cannot be determined" in wrong(folder, '<a href="{filename}odd.md">x</a>')


def test_a_featured_image_may_be_a_local_file(folder):
    """Then the API is told its public address; any URL stays as it is."""
    photo = folder.write("/images/a.jpg", b"x")
    for text in ("images/a.jpg", "{static}/images/a.jpg", "/images/a.jpg", "../images/a.jpg"):
        draft = folder.read("a.md", f"Title: T\nImage: {text}\n\nx\n")
        url = "https://site.example/images/a.jpg"
        assert draft.fields == {"featured_image": url}
        assert draft.files == (LocalFile(url, photo, text),)
    for text in ("https://x.example/a.jpg", "//x.example/a.jpg"):
        draft = folder.read("a.md", f"Title: T\nImage: {text}\n\nx\n")
        assert (draft.fields, draft.files) == ({"featured_image": text}, ())


def test_a_value_may_name_a_local_file(folder):
    """Any other text names none; a file that can have no address is an error."""
    photo = folder.write("/images/a.jpg", b"x")
    draft = folder.drafts / "a.yaml"
    found = LocalFile("https://site.example/images/a.jpg", photo, "images/a.jpg")
    assert folder.site.local_file("images/a.jpg", draft) == found
    for text in ("", "images", "no.jpg", "https://x.example/images/a.jpg", "[", "//[", "a\0b"):
        assert folder.site.local_file(text, draft) is None
    folder.write("/../b.jpg", b"x")
    with pytest.raises(DraftError, match=r"a\.yaml: .*outside the content folder"):
        folder.site.local_file("../../b.jpg", draft)


def test_only_what_is_surely_a_missing_file_is_missing(folder):
    """Pictures by a relative path, and links to files; whatever may be a page of the site is none.

    The body is left as it is: whether it is sent at all is for the plan to say.
    """
    missing = (
        '<img src="images/nope.jpg"><img alt="" src="../b"><video poster="no%20such.png"></video>'
        '<audio src="x.mp3"></audio><a href="files/no.pdf#page=2">x</a>'
    )
    folder.write("/images/a.png", b"x")
    folder.write("b.pdf", b"x")
    folder.configure(
        EXTRA_PATH_METADATA={"extra/i.png": {"path": "icons/i.png"}},
        OUTPUT_PATH=str(folder.path / "output"),
    )
    folder.write("/../output/plots/p.svg", "<svg/>")
    fine = (
        '<img src="images/a.png"><img src="https://x.example/n.png"><img src="//x.example/n.png">'
        '<img src="/n.png"><img src="data:image/png;base64,AA=="><img src=""><img src="#n">'
        '<img src="../icons/i.png"><img src="../plots/p.svg"><img src="../theme/css/main.css">'
        '<img src="{{ SITEURL }}/n.png"><img src="//["><iframe src="chart"></iframe>'
        '<a href="b.pdf">x</a><a href="other">x</a><a href="../about/">x</a><a href="o.html">x</a>'
        '<a href="v1.2">x</a><a href="#n.pdf">x</a><a href="mailto:a@b.pdf">x</a>'
        '<a href="/no.pdf">x</a><a href="https://x.example/no.pdf">x</a><q cite="no.pdf">x</q>'
    )
    draft = body(folder, missing + fine)
    assert draft.missing == (
        "images/nope.jpg",
        "../b",
        "no%20such.png",
        "x.mp3",
        "files/no.pdf#page=2",
    )
    assert missing in draft.body


def test_content_of_the_cms_is_told_from_a_missing_file(folder):
    """Where nobody knows its address, the message says what it is; a file there is a file."""
    link = '<a href="{filename}/buttercms/posts/hello">x</a>'
    assert "content of the CMS, whose address is not known here" in wrong(folder, link)
    assert "there is no such file" in wrong(folder, '<img src="{static}/buttercms/posts/hello">')
    folder.write("/buttercms/posts/hello", b"x")
    assert 'href="https://site.example/buttercms/posts/hello"' in body(folder, link).body


@pytest.mark.parametrize(
    ("name", "link", "end"),
    [("é#.jpg", "é#.jpg", ""), ("a#b.jpg", "a%23b.jpg", ""), ("a.jpg", "a.jpg#top", "#top")],
)
def test_a_number_sign_is_of_the_name_where_a_file_has_that_name(folder, name, link, end):
    """It is no fragment then, and is not there twice."""
    folder.write(f"/images/{name}", b"x")
    html = body(folder, f'<img src="images/{link}">').body
    assert html == f'<img src="https://site.example/images/{quote(name)}{end}">'
