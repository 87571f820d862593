"""Nothing at the CMS is overwritten unseen: three-way, field by field."""

import pytest

DRAFT = """\
Title: Hello
Slug: hello
Summary: Old summary
Status: published
Category: news

Old body
"""


@pytest.fixture
def at(account, desk):
    """A post that was published from here, with the desk that published it."""
    account.post("other")
    made = desk()
    done = made.publish(made.write("hello.md", DRAFT))
    assert done.code == 0, done
    return made


def _edit(at, old, new):
    at.write("hello.md", at.read("hello.md").replace(old, new))


def test_only_the_draft_changed(at):
    """One changed field is one field sent, and the status is sent along."""
    _edit(at, "Old summary", "New summary")
    plan = at.plan("content/drafts/hello.md")
    assert plan.code == 3
    assert "summary: [-Old-] {+New+} summary" in plan.out
    assert at.publish("content/drafts/hello.md").code == 0
    post = at.account.posts["hello"]
    assert (post["summary"], post["status"]) == ("New summary", "published")


def test_the_cms_changed_another_field(at):
    """That stops, and shows all three; --merge keeps both changes."""
    _edit(at, "Old summary", "New summary")
    at.app.change("post/hello", seo_title="From the editor", title="Hello, editor")
    stopped = at.publish("content/drafts/hello.md")
    assert stopped.code == 1
    assert "the CMS has changed it since the draft was made" in stopped.out
    assert "the CMS: Hello, editor" in stopped.out
    assert "was:     Hello" in stopped.out
    assert at.account.posts["hello"]["summary"] == "Old summary"
    merged = at.publish("--merge", "content/drafts/hello.md")
    assert merged.code == 0, merged
    post = at.account.posts["hello"]
    assert post["summary"] == "New summary"
    assert (post["title"], post["seo_title"]) == ("Hello, editor", "From the editor")


def test_what_was_merged_is_in_the_file(at):
    """The draft has the editor's title then, and publishing it again changes nothing."""
    _edit(at, "Old summary", "New summary")
    title, body = 'Hello: <i>editor</i>, "quoted" #5', "<p>Their <strong>body</strong></p>"
    at.app.change("post/hello", title=title, body=body)
    merged = at.publish("--merge", "content/drafts/hello.md")
    assert merged.code == 0, merged
    assert "has the CMS's title, body now" in merged.text
    text = at.read("hello.md")
    assert 'Title: Hello: &lt;i&gt;editor&lt;/i&gt;, "quoted" #5\n' in text
    assert "Summary: New summary\n" in text
    assert text.endswith("\n\nTheir **body**\n")
    writes = len(at.sent())
    for _ in range(2):
        again = at.publish("content/drafts/hello.md")
        assert again.code == 0, again
        assert again.out.startswith("Plan: 1 unchanged.")
    assert len(at.sent()) == writes
    _edit(at, "New summary", "Newer summary")
    assert at.publish("content/drafts/hello.md").code == 0
    post = at.account.posts["hello"]
    assert (post["summary"], post["title"]) == ("Newer summary", title)


FILES = {
    "md": "---\ntitle: Mine # kept\nkind: post # kept\nslug: other\n---\n\nMine\n",
    "html": '<html><head><title>Mine</title><meta name="slug" content="other"></head>'
    "<body><p>Mine</p></body></html>",
    "yaml": "# kept\ntitle: Mine\nslug: other\nbody: Mine\n",
    "json": '{\n\t"title": "Mine",\n\t"slug": "other", "body": "Mine"\n}\n',
    "rst": "Mine\n====\n\n:slug: other\n\nMine\n",
}


@pytest.mark.parametrize("suffix", ["md", "html", "yaml", "json"])
def test_theirs_takes_the_whole_of_the_cmss_version(at, suffix):
    """A draft that was not made from it has its values, its Id and its Base then."""
    name = f"other.{suffix}"
    at.write(name, FILES[suffix].replace("Mine # kept", "Mine"))
    at.app.change("post/other", title='It\'s: "theirs"', body="<p>Their body.</p>")
    done = at.publish("--theirs", f"content/drafts/{name}")
    assert done.code == 0, done
    text = at.read(name)
    assert "Mine" not in text
    assert "Their body." in text
    assert ("kept" in text) == (suffix in {"md", "yaml"})
    writes = len(at.sent())
    again = at.publish(f"content/drafts/{name}")
    assert again.out.startswith("Plan: 1 unchanged."), again
    assert len(at.sent()) == writes
    assert "Ada Lane" in text


def test_what_no_edit_can_take_is_left_as_it_is_and_told(at):
    """There is no way from HTML to reStructuredText; nothing of the file is lost."""
    at.write("other.rst", FILES["rst"])
    done = at.publish("--theirs", "content/drafts/other.rst")
    assert done.code == 0, done
    assert "keeps its older text of" in done.text
    assert "Mine\n" in at.read("other.rst")


def test_a_change_that_the_draft_does_not_name_is_no_conflict(at):
    """The editor's SEO title is not in the draft, so nothing would be overwritten."""
    _edit(at, "Old summary", "New summary")
    at.app.change("post/hello", seo_title="From the editor")
    done = at.publish("content/drafts/hello.md")
    assert done.code == 0, done
    assert at.account.posts["hello"]["seo_title"] == "From the editor"


def test_the_same_change_on_both_sides_is_no_conflict(at):
    """Both wrote the same; nothing is sent, and the draft learns the new base."""
    _edit(at, "Old summary", "New summary")
    at.app.change("post/hello", summary="New summary")
    writes = len(at.sent())
    done = at.publish("content/drafts/hello.md")
    assert done.code == 0, done
    assert len(at.sent()) == writes
    assert at.plan("content/drafts/hello.md").code == 0


@pytest.mark.parametrize(
    ("flags", "summary", "title"),
    [
        (["--ours"], "Mine", "Hello"),
        (["--theirs"], "Theirs", "Hello, editor"),
        (["--merge", "--ours"], "Mine", "Hello, editor"),
        (["--merge", "--theirs"], "Theirs", "Hello, editor"),
    ],
)
def test_both_changed_the_same_field(at, flags, summary, title):
    """Somebody has to decide: each flag does what its help says, also for the other fields."""
    _edit(at, "Old summary", "Mine")
    _edit(at, "Old body", "My body")
    at.app.change("post/hello", summary="Theirs", title="Hello, editor")
    for stop in ([], ["--merge"]):
        assert at.publish(*stop, "content/drafts/hello.md").code == 1
    done = at.publish(*flags, "content/drafts/hello.md")
    assert done.code == 0, done
    post = at.account.posts["hello"]
    assert (post["summary"], post["title"]) == (summary, title)
    assert "My body" in post["body"]


def test_without_the_old_content_every_difference_is_shown(at):
    """On another machine only the digest is known; nothing is merged by guessing."""
    _edit(at, "Old summary", "Mine")
    at.app.change("post/hello", title="Hello, editor")
    for kept in (at.site.folder / "cache/buttercms/publish/bases").iterdir():
        kept.unlink()
    stopped = at.publish("--merge", "content/drafts/hello.md")
    assert stopped.code == 1
    assert "The base of the draft is unknown here" in stopped.out
    assert "draft:   Mine" in stopped.out
    assert at.account.posts["hello"]["title"] == "Hello, editor"


def test_a_slug_that_is_taken_is_not_overwritten(at):
    """A new draft whose slug another post has is a conflict, not an update."""
    stopped = at.publish(at.write("other.md", "Title: Other\nSlug: other\n\nMine\n"))
    assert stopped.code == 1
    assert "it is at the CMS already, and the draft was not made from it" in stopped.out
    assert "The body of other" in at.account.posts["other"]["body"]


def test_a_post_that_was_deleted_at_the_cms_is_not_made_again_unasked(at):
    """That is said; --ours makes it anew."""
    at.app.change("post/hello", "deleted")
    stopped = at.publish("content/drafts/hello.md")
    assert stopped.code == 1
    assert "is no longer at the CMS" in stopped.out
    _edit(at, "Status: published", "Status: draft")
    left = at.publish("content/drafts/hello.md")
    assert left.code == 0, left
    assert "and a draft here: it is left alone" in left.out
    _edit(at, "Status: draft", "Status: published")
    assert at.publish("--ours", "content/drafts/hello.md").code == 0
    assert "hello" in at.account.posts


def test_a_post_can_be_renamed(at):
    """Its slug changes with the rest; the draft knows it by the new one."""
    _edit(at, "Slug: hello", "Slug: hello-again")
    done = at.publish("content/drafts/hello.md")
    assert done.code == 0, done
    assert "hello" not in at.account.posts
    assert at.account.posts["hello-again"]["title"] == "Hello"
    assert "Id: hello-again" in at.read("hello.md")
    assert at.plan("content/drafts/hello.md").code == 0


def test_the_status_changes_only_when_somebody_says_so(at):
    """A draft without a status leaves it, and --status changes it."""
    _edit(at, "Status: published\n", "")
    _edit(at, "Old summary", "New summary")
    assert at.publish("content/drafts/hello.md").code == 0
    assert at.account.posts["hello"]["status"] == "published"
    done = at.publish("--status", "draft", "content/drafts/hello.md")
    assert done.code == 0, done
    assert "was published and becomes draft" in done.out
    assert at.account.posts["hello"]["status"] == "draft"


@pytest.mark.parametrize("said", ["", "Status: draft\n"])
def test_what_is_scheduled_is_edited_and_stays_scheduled(at, said):
    """A write changes no schedule: the plan says so, and the schedule is no surprise afterwards."""
    hello = at.account.posts["hello"]
    hello |= {"status": "scheduled", "published": None, "scheduled": "2999-01-01T10:00:00Z"}
    _edit(at, "Status: published\n", said)
    _edit(at, "Old summary", "New summary")
    done = at.publish("--merge", "content/drafts/hello.md")
    assert done.code == 0, done
    assert "posts/hello stays scheduled." in done.out
    hello = at.account.posts["hello"]
    assert (hello["status"], hello["summary"]) == ("scheduled", "New summary")
    assert hello["scheduled"] == "2999-01-01T10:00:00Z"
    again = at.plan("content/drafts/hello.md")
    assert again.code == 0, again


def test_what_is_scheduled_is_published_when_somebody_says_so(at):
    """That ends the schedule."""
    at.account.posts["hello"] |= {"status": "scheduled", "scheduled": "2999-01-01T10:00:00Z"}
    done = at.publish("--ours", "content/drafts/hello.md")
    assert done.code == 0, done
    assert "was scheduled and becomes published" in done.out
    assert at.account.posts["hello"]["status"] == "published"


def test_it_moved_between_the_plan_and_the_write(at):
    """A saved plan is applied exactly, or refused when the CMS has changed since."""
    _edit(at, "Old summary", "New summary")
    assert at.command("publish", "--out", "plan.json", "content/drafts/hello.md").code == 0
    at.app.change("post/hello", seo_title="Later")
    stopped = at.publish("plan.json")
    assert stopped.code == 1
    assert "has changed at the CMS since the plan was made" in stopped.err
    assert at.account.posts["hello"]["summary"] == "Old summary"


def test_a_slug_that_another_post_has_cannot_be_taken(at):
    """Neither by renaming, nor when the old post is gone: the other one is never overwritten."""
    _edit(at, "Slug: hello", "Slug: other")
    for flags in ([], ["--ours"]):
        stopped = at.publish(*flags, "content/drafts/hello.md")
        assert stopped.code == 1
        assert "another post has the slug 'other'" in stopped.out
    at.app.change("post/hello", "deleted")
    assert at.publish("--ours", "content/drafts/hello.md").code == 1
    assert "The body of other" in at.account.posts["other"]["body"]


def test_a_date_to_come_is_not_published_now(at):
    """The API cannot schedule: also when the status comes from the command line."""
    path = at.write("later.md", "Title: Later\nDate: 2999-01-01\n\nBody\n")
    stopped = at.publish("--status", "published", path)
    assert stopped.code == 1
    assert "its date, 2999-01-01 00:00, is in the future" in stopped.out
    assert at.publish(path).code == 0
    assert at.account.posts["later"]["status"] == "draft"
