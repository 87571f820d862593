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
    assert "\nBase: " in text
    assert text.endswith("\n\nThe *body* of it.\n")
    assert at.sent() == [("POST", "/posts/")]
    again = at.plan("content/drafts/hello.md")
    assert again.code == 0, again
    assert "1 unchanged" in again.out
