"""Posts, from a Markdown file to the CMS and back."""

HELLO = """\
Title: Hello, world
Category: News
Tags: first, Fresh Beans
Author: Ada Lane
Summary: A short one.

The *body* of it.
"""


def test_a_new_post_becomes_a_draft_and_its_file_learns_what_it_is(account, desk):
    """Without a status something new is a draft; the file gets its slug, id and base."""
    account.post("other")
    at = desk()
    done = at.publish(at.write("hello.md", HELLO))
    assert done.code == 0, done
    post = at.account.posts["hello-world"]
    assert post["title"] == "Hello, world"
    assert post["status"] == "draft"
    assert post["body"].strip() == "<p>The <em>body</em> of it.</p>"
    assert post["summary"] == "A short one."
    assert post["author"] == "ada-lane"
    assert post["categories"] == ["news"]
    assert post["tags"] == ["first", "fresh-beans"]
    text = at.read("hello.md")
    assert "\nId: hello-world\n" in text
    assert "\nStatus: draft\n" in text  # what says none is public to Pelican
    assert "\nBase: " in text
    assert text.endswith("\n\nThe *body* of it.\n")
    assert at.sent() == [("POST", "/posts/")]
    again = at.plan("content/drafts/hello.md")
    assert again.code == 0, again
    assert "1 unchanged" in again.out


def test_deleting_leaves_a_draft(account, desk):
    """The file that was published cannot bring the post back, with or without this plugin."""
    account.post("other")
    at = desk()
    path = at.write("hello.md", HELLO.replace("Title", "Date: 2020-01-01\nStatus: published\nTitle"))
    assert at.publish(path).code == 0
    done = at.publish("--delete", path)
    assert done.code == 0, done
    assert "hello.md: Status is draft now" in done.text
    text = at.read("hello.md")
    assert "\nStatus: draft\n" in text
    assert "Id:" not in text
    at.site.configure(PLUGINS=[], BUTTERCMS_API_URL=None)
    at.site.build()
    assert "hello-world.html" not in at.site.files()
