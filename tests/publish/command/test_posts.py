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
    assert text.partition("Base: ")[2].partition("\n")[0].endswith(" draft")
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
    path = at.write(
        "hello.md", HELLO.replace("Title", "Date: 2020-01-01\nStatus: published\nTitle")
    )
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


def test_an_older_date_is_warned_of_once_and_kept_on_the_site(account, desk):
    """The API dates what it publishes; the site shows the file's date for the post with its Id."""
    account.post("other", day="2024-05-17")
    at = desk()
    at.site.write(
        "templates/article.html", "{{ article.date.isoformat() }} {{ article.butter.published }}"
    )
    at.site.configure(BUTTERCMS_MAX_AGE="*", THEME_TEMPLATES_OVERRIDES=["templates"])
    for name in ("one", "two"):
        words = f"Title: {name}\nSlug: {name}\nStatus: published\nDate: 2019-05-01 10:00\n"
        at.write(f"{name}.md", f"{words}Category: News\n\nBody\n")
    at.write("new.md", "Title: New\nSlug: new\nStatus: published\nCategory: News\n\nBody\n")
    done = at.publish("content/drafts")
    assert done.code == 0, done
    assert done.text.count("The API takes no dates") == 1
    assert "one.md (2019-05-01 10:00), " in done.out
    assert "new.md (" not in done.out
    again = at.plan("content/drafts")
    assert again.code == 0, again
    assert "The API takes no dates" not in again.text
    at.site.build(env=at.environment)
    for name in ("one", "two"):
        shown = at.site.read(f"{name}.html")
        assert shown.startswith("2019-05-01T10:00:00")
        assert not shown.endswith("2019")  # the CMS's own is another
    assert not at.site.read("new.html").startswith("2019")
    assert at.site.read("other.html").startswith("2024-05-17")
    assert at.site.read("archives.html").index("one") > at.site.read("archives.html").index("other")
    (at.site.folder / "content/drafts/one.md").write_text(
        at.read("one.md").replace("2019-05-01", "2018-04-01")
    )
    at.site.build(env=at.environment)
    assert at.site.read("one.html").startswith("2018-04-01")
