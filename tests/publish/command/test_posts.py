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


DATELESS = {
    "plain.md": "Title: Plain\nStatus: published\n\nText\n",
    "windows.md": "\ufeffTitle: Windows\r\nStatus: published\r\n\r\nText\r\n",
    "fenced.md": "---\ntitle: Fenced\nstatus: published\n---\n\nText\n",
    "rest.rst": "Rest\n####\n\n:status: published\n\nText\n",
    "html.html": '<html><head><title>Html</title><meta name="status" content="published"></head>'
    "<body>Text</body></html>",
    "2020-01-02-named.md": "Title: Named\nStatus: published\n\nText\n",
    "dated.md": "Title: Dated\nDate: 2019-05-05 10:00\nStatus: published\n\nText\n",
}


def test_pelican_alone_builds_what_was_published(desk):
    """Each file has the date that the CMS gave it, but for a date of its own; twice is as once."""
    at = desk()
    for name, text in DATELESS.items():
        at.write(name, text)
    done = at.publish("content/drafts")
    assert done.code == 0, done
    texts = {name: at.read(name) for name in DATELESS}
    assert at.plan("content/drafts").code == 0
    assert at.publish("content/drafts").code == 0
    assert {name: at.read(name) for name in DATELESS} == texts
    at.site.configure(PLUGINS=[], BUTTERCMS_API_URL=None)
    at.site.build("--fatal", "errors")
    for name in DATELESS:
        slug = name.rpartition(".")[0].removeprefix("2020-01-02-")
        own = {"named": "2020-01-02", "dated": "2019-05-05"}.get(slug)
        given = at.account.posts[slug]["published"][:10]
        assert f'datetime="{own or given}' in at.site.read(f"{slug}.html")


def test_a_draft_gets_no_date(desk):
    """The CMS dates what it publishes."""
    at = desk()
    path = at.write("x.md", "Title: Hello\nStatus: draft\n\nText\n")
    assert at.publish(path).code == 0
    assert "Date" not in at.read("x.md")
    assert at.publish("--status", "published", path).code == 0
    assert "Date: " in at.read("x.md")


def test_values_from_the_cms_have_no_quotes_for_pelican_alone(account, desk):
    """It takes the quotes of YAML for a part of a title, a category or a date."""
    account.term("categories", "field-notes", name="Field notes")
    account.post("x", title="Old", categories=[])
    at = desk()
    assert at.command("pull").code == 0
    path = at.write("x.md", "---\ntitle: Old\nid: x\nstatus: published\n---\n\nText\n")
    at.account.posts["x"] |= {"title": "New words, all of them", "categories": ["field-notes"]}
    done = at.publish("--theirs", path)
    assert done.code == 0, done
    assert "title: New words, all of them\n" in at.read("x.md")
    assert "category: Field notes\n" in at.read("x.md")
