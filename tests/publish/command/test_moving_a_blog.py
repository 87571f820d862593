"""Moving a blog of Markdown files to the CMS and back: dates, authors and addresses are kept."""

import re
import shutil

import pytest

TITLES = [
    "First", "Coffee: a story", "Issue #5", "R&amp;D", "[Notes]", "It's *here*", "No", "2020",
    "Über uns", "a; b", "@home", "\"Quoted\"", "Why?", "Salt and swell", "Last",
]  # fmt: skip


@pytest.fixture
def blog(account, desk):
    """Fifteen posts of two authors, who exist at the CMS, and the site that is built of them."""
    account.term("authors", "ada-lane", first_name="Ada", last_name="Lane")
    account.term("authors", "bo-reed-phd", first_name="Bo", last_name="Reed, PhD")
    at = desk()
    for number, title in enumerate(TITLES, 1):
        author = "Ada Lane" if number % 2 else "Bo Reed, PhD"
        category = "Oil, gas" if number % 3 else "News"
        at.site.write(
            f"content/{number:02}.md",
            f"Title: {title}\nDate: 2019-{number % 12 + 1:02}-03 10:30\nCategory: {category}\n"
            f"Tags: one, tag {number % 4}\nAuthor: {author}\nSlug: post-{number}\n"
            f"Summary: About *{number}*\nStatus: published\n\nText of **{number}**.\n",
        )
    at.site.configure(PLUGINS=[], BUTTERCMS_API_URL=None)
    at.site.build("--fatal", "errors")
    return at


def shown(at):
    """Return what the index, the lists and the feed say of the posts."""
    site = at.site
    names = {name for name in site.files() if re.match("post-|author/|category/|tag/", name)}
    feed = site.read("feeds/all.atom.xml")
    dates = re.findall(r"<published>(.*?)</published>", feed)
    posts = {
        name: re.findall(r'datetime="([^"]+)"', site.read(name))[:1]
        for name in names
        if name.startswith("post-")
    }
    return names, dates, posts


def build(at):
    """Build with the CMS's content only where it counts; gives what is shown."""
    at.site.configure(PLUGINS=["pelican_buttercms"], BUTTERCMS_API_URL=f"{at.url}/v2/")
    shutil.rmtree(at.site.output)
    at.site.build("--fatal", "errors", env=at.environment)
    return shown(at)


def test_there_and_back(blog):
    """Published, built, exported, built without the plugin: the same posts, dates and authors."""
    at, before = blog, shown(blog)
    at.site.configure(PLUGINS=["pelican_buttercms"], BUTTERCMS_API_URL=f"{at.url}/v2/")
    done = at.publish("content")
    assert done.code == 0, done
    assert {post["author"] for post in at.account.posts.values()} == {"ada-lane", "bo-reed-phd"}
    assert len(at.account.posts) == len(TITLES)
    assert at.account.posts["post-2"]["title"] == "Coffee: a story"
    again = at.plan("content")
    assert again.code == 0, again
    assert build(at) == before
    at.account.posts["post-3"]["title"] = "Edited"
    exported = at.command("export", "--to", "content")
    assert exported.code == 0, exported
    assert not (at.site.folder / "content/posts").exists()
    at.site.configure(PLUGINS=[], BUTTERCMS_API_URL=None)
    shutil.rmtree(at.site.output)
    at.site.build("--fatal", "errors")
    assert shown(at) == before


def test_from_the_cms_alone(blog):
    """Where the files are gone, the export has the CMS's dates, and each author's whole name."""
    at = blog
    at.site.configure(PLUGINS=["pelican_buttercms"], BUTTERCMS_API_URL=f"{at.url}/v2/")
    assert at.publish("content").code == 0
    for file in (at.site.folder / "content").glob("*.md"):
        file.unlink()
    exported = at.command("export", "--to", "content")
    assert exported.code == 0, exported
    text = (at.site.folder / "content/posts/post-2.md").read_text()
    assert "Title: Coffee: a story\n" in text
    assert "Author: Bo Reed, PhD\n" in text
    assert "Category: Oil, gas\n" in text
    assert "Text of **2**.\n" in text
