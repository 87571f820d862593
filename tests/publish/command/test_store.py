"""After a publish: the next build shows it, without a pull, and no token is anywhere."""

POST = "Title: {0}\nSlug: {0}\nStatus: {1}\nCategory: fresh\n\nThe body of {0}.\n"


def test_the_next_build_shows_what_was_published(account, desk):
    """Without one call: the store took it in; a draft stays out of the live content."""
    account.post("other")
    at = desk()
    at.site.configure(BUTTERCMS_MAX_AGE="*", PATH="content", ARTICLE_EXCLUDES=["drafts"])
    at.write("one.md", POST.format("one", "published"))
    at.write("two.md", POST.format("two", "draft"))
    done = at.publish("content/drafts")
    assert done.code == 0, done
    calls = len(at.app.calls)
    at.site.fresh = True  # a process as a user starts it
    printed = at.site.build(env=at.environment)
    assert len(at.app.calls) == calls, printed
    assert "The body of one" in (at.site.output / "one.html").read_text()
    assert not (at.site.output / "two.html").exists()
    assert (at.site.output / "category/fresh.html").exists()


def test_a_withdrawn_and_a_deleted_post_leave_the_site(account, desk):
    """What became a draft, or was deleted, is not in the next build."""
    account.post("other")
    at = desk()
    at.site.configure(BUTTERCMS_MAX_AGE="*", ARTICLE_EXCLUDES=["drafts"])
    for slug in ("one", "two", "three"):
        at.write(f"{slug}.md", POST.format(slug, "published"))
    assert at.publish("content/drafts").code == 0
    assert at.publish("--delete", "content/drafts/one.md").code == 0
    assert at.publish("--status", "draft", "content/drafts/two.md").code == 0
    at.site.build(env=at.environment)
    written = {path.name for path in at.site.output.glob("*.html")}
    assert "three.html" in written
    assert not written & {"one.html", "two.html"}


def test_no_token_is_left_anywhere(account, desk, tmp_path):
    """Neither token is in the drafts, the plan, the journal, the store or the output."""
    account.post("other")
    at = desk()
    path = at.write("one.md", POST.format("one", "published"))
    outcome = [at.command("publish", "--out", "plan.json", path), at.publish("-v", path)]
    assert [done.code for done in outcome] == [0, 0]
    tokens = [at.environment["BUTTERCMS_READ_TOKEN"], at.environment["BUTTERCMS_WRITE_TOKEN"]]
    looked_at = 0
    for path in at.site.folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            looked_at += 1
            assert not [token for token in tokens if token.encode() in data], path
    assert looked_at > 4
    assert not [token for token in tokens if token in "".join(done.text for done in outcome)]


def test_each_token_goes_where_it_belongs(account, desk):
    """Reads carry the read token, writes the write token; a build never has the write token."""
    account.post("other")
    at = desk()
    seen = set()
    authorise = at.app._authorise

    def look(request, *, writing):
        seen.add((writing, request.headers["Authorization"]))
        return authorise(request, writing=writing)

    at.app._authorise = look
    assert at.publish(at.write("one.md", POST.format("one", "published"))).code == 0
    at.site.build(env=at.environment)
    assert seen == {
        (False, f"Token {at.environment['BUTTERCMS_READ_TOKEN']}"),
        (True, f"Token {at.environment['BUTTERCMS_WRITE_TOKEN']}"),
    }


def test_a_published_draft_in_the_content_folder_is_shown_once(account, desk):
    """The CMS's version takes the place of the local file, as long as it is live there."""
    account.post("other")
    at = desk()
    at.site.configure(BUTTERCMS_MAX_AGE="*")
    at.write("one.md", "Date: 2024-01-01\n" + POST.format("one", "published"))
    at.write("two.md", "Date: 2024-01-01\n" + POST.format("two", "published"))
    at.site.build(env=at.environment)
    assert "The body of one" in (at.site.output / "one.html").read_text()
    assert at.publish("content/drafts/one.md").code == 0
    at.site.build("--fatal", "warnings", env=at.environment)
    written = {path.name for path in at.site.output.glob("*.html")}
    assert {"one.html", "two.html"} <= written
    assert (at.site.output / "index.html").read_text().count(">one</a>") == 1


def test_publishing_a_blog_as_drafts_takes_nothing_off_the_site(account, desk):
    """Files without a status become drafts at the CMS: that is told, and the site stays whole."""
    account.post("other")
    at = desk()
    at.site.configure(BUTTERCMS_MAX_AGE="*")
    path = at.write("one.md", "Date: 2024-01-01\nTitle: One\nCategory: old\n\nLong there.\n")
    done = at.publish(path)
    assert done.code == 0, done
    assert "has no Status and becomes a draft at the CMS" in done.out
    assert at.account.posts["one"]["status"] == "draft"
    printed = at.site.build(env=at.environment)
    assert "Long there." in (at.site.output / "one.html").read_text()
    assert "they are not live there, so they are shown from here" in printed
