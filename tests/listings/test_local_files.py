"""Local files of a site with filters: what is left out does not count as gone."""

import pytest


@pytest.fixture
def exported(account, site):
    """A site whose drafts were exported into its content folder before it got a filter."""
    account.post("tea", categories=["tea"])
    account.post("beans", categories=["coffee"])
    site.configure(BUTTERCMS_MAX_AGE=0)
    assert site.command("export", "--to", "content/drafts").returncode == 0
    site.configure(BUTTERCMS_POSTS={"category_slug": "tea"})
    return site


def draft_of(site, slug):
    """The text of an exported post."""
    (path,) = [p for p in (site.folder / "content").rglob("*.md") if p.stem == slug]
    return path.read_text()


def test_an_export_withdraws_no_draft_of_what_the_filter_leaves_out(exported):
    """The post is live at the CMS, so its file stays as it is."""
    before = draft_of(exported, "beans")
    done = exported.command("export", "--to", "content/drafts")
    assert done.returncode == 0, done.stderr
    assert "deleted or withdrawn" not in done.stdout + done.stderr
    assert draft_of(exported, "beans") == before


def test_a_build_calls_no_draft_withdrawn_that_the_filter_leaves_out(exported):
    """It is no page of this site, and no warning says that it was deleted."""
    text = exported.build()
    assert "deleted or withdrawn" not in text
    assert "tea.html" in exported.files()
    assert "beans.html" not in exported.files()


def test_what_others_refer_to_is_neither_exported_nor_linked_to(account, site):
    """It has no page, so a link to it would lead nowhere."""
    account.page("product", "green", kind="tea", best="/v2/pages/product/mocha")
    account.page("product", "mocha", kind="coffee", best="")
    site.configure(BUTTERCMS_PAGE_TYPES={"product": {"fields.kind": "tea"}})
    done = site.command("export", "--to", "drafts")
    assert done.returncode == 0, done.stderr
    names = {path.stem for path in (site.folder / "drafts").rglob("*") if path.is_file()}
    assert "green" in names
    assert "mocha" not in names
    site.write(
        "content/a.md",
        "Title: A\nKind: post\nAuthor: ada\n\n[coffee]({filename}/buttercms/pages/product/mocha)\n",
    )
    done = site.command("publish", "--dry-run", "content/a.md")
    assert "the filters of BUTTERCMS_PAGE_TYPES['product'] leave out of this site" in (
        done.stdout + done.stderr
    )
