"""What is scheduled may be edited: the API keeps the schedule. Contract, section 15, 12."""

import pytest

LATER = "2999-01-01T10:00:00.000000Z"


@pytest.fixture
def make(account, desk):
    """Make a desk with a page and an item that are scheduled."""

    def start(**behaviour):
        text = {"type": "text"}
        account.schemas(
            collections={"team": {"name": text}}, page_types={"landing": {"headline": text}}
        )
        account.collection("team", {"id": 7, "name": "Jane"}, {"id": 8, "name": "Joe"})
        account.page("landing", "home", headline="Hi")
        account.page("landing", "soon", headline="Hi")
        account.post("hello")
        at = desk(**behaviour)
        at.site.configure(BUTTERCMS_PAGE_TYPES=["landing"], BUTTERCMS_COLLECTIONS=["team"])
        at.items("team")[7] |= {"status": "scheduled", "scheduled": LATER}
        soon = {"status": "scheduled", "scheduled": LATER, "published": None}
        at.account.pages["landing"]["soon"] |= soon
        at.account.posts["hello"] |= soon
        return at

    return start


@pytest.mark.parametrize("said", ["", "status: draft\n"])
@pytest.mark.parametrize("api", ["today", "2024"])
def test_the_schedule_stays(make, said, api):
    """Of a post, a page and an item; afterwards nothing is to be done."""
    at = make(api=api)
    drafts = [
        at.write("g.yaml", f"page_type: landing\nslug: soon\ntitle: Soon\n{said}"
                           "fields: {headline: New}\n"),
        at.write("i.yaml", f"collection: team\nid: 7\n{said}fields: {{name: New}}\n"),
        at.write("p.yaml", f"kind: post\nslug: hello\ntitle: New\n{said}"),
    ]  # fmt: skip
    done = at.publish("--ours", *drafts)
    assert done.code == 0, done
    item, page, post = at.items("team")[7], at.page("landing", "soon"), at.account.posts["hello"]
    assert (item["name"], page["fields"]["headline"], post["title"]) == ("New", "New", "New")
    for held in (item, page, post):
        assert (held["status"], held["scheduled"]) == ("scheduled", LATER)
    again = at.plan(*drafts)
    assert again.code == 0, again


def test_a_scheduled_version_over_a_live_page(make):
    """The live page and the schedule of the version over it stay as they are."""
    at = make()
    home = at.page("landing", "home")
    home["draft"] = {"status": "scheduled", "scheduled": LATER, "fields": {"headline": "Soon"}}
    path = at.write(
        "g.yaml", "page_type: landing\nslug: home\ntitle: Home\nfields: {headline: New}\n"
    )
    done = at.publish("--ours", path)
    assert done.code == 0, done
    home = at.page("landing", "home")
    assert (home["status"], home["fields"]) == ("published", {"headline": "Hi"})
    assert home["draft"]["fields"] == {"headline": "New"}
    assert (home["draft"]["status"], home["draft"]["scheduled"]) == ("scheduled", LATER)
    assert at.plan(path).code == 0


def test_scheduled_since_the_draft_was_made(make):
    """An editor's schedule is no conflict with an edit of the text, and it is kept."""
    at = make()
    at.account.posts["hello"] |= {"status": "draft", "scheduled": None}
    assert at.command("export", "--preview", "--to", "content/drafts", "posts/hello").code == 0
    (path,) = (at.site.folder / "content/drafts").rglob("hello.md")
    at.account.posts["hello"] |= {"status": "scheduled", "scheduled": LATER}
    path.write_text(path.read_text().replace("The body of", "A body of"))
    done = at.publish(str(path.relative_to(at.site.folder)))
    assert done.code == 0, done
    post = at.account.posts["hello"]
    assert (post["status"], post["scheduled"]) == ("scheduled", LATER)
    assert "A body of" in post["body"]
