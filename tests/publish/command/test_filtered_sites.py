"""Drafts of a site that takes a part of the account's content."""

import pytest

OUTSIDE = """---
title: Beans
slug: beans
category: coffee
author: ada-lane
status: published
---
{}
"""


@pytest.fixture
def teahouse(account, desk):
    """A desk of a site that takes the posts of one category, and pulled them."""
    account.post("tea", categories=["tea"])
    account.post("beans", title="Beans", categories=["coffee"])
    account.page("product", "green", name="Green", sort="tea", line="Leaves")
    account.page("product", "mocha", name="Mocha", sort="coffee", line="Beans")
    at = desk()
    at.site.configure(
        BUTTERCMS_POSTS={"category_slug": "tea"},
        BUTTERCMS_PAGE_TYPES={"product": {"fields.sort": "tea", "order": "line"}},
    )
    assert at.command("pull").code == 0
    return at


def test_what_the_filter_leaves_out_is_changed_and_not_created_again(teahouse):
    """The draft is compared with what the CMS has, whatever the site takes of it."""
    draft = teahouse.write("beans.md", OUTSIDE.format("A new text."))
    assert "it is at the CMS already" in teahouse.publish(draft).out
    done = teahouse.publish("--ours", draft)
    assert done.code == 0, done.text
    assert teahouse.sent() == [("PATCH", "/posts/beans/")]
    assert sorted(teahouse.account.posts) == ["beans", "tea"]


def test_a_page_outside_of_the_filter_is_changed_and_not_created_again(teahouse):
    """So for a page of a type of which the site takes a part."""
    text = (
        "---\nkind: page\npage_type: product\nslug: mocha\ntitle: Mocha\nstatus: published\n"
        "fields:\n  line: Fine\n---\n"
    )
    draft = teahouse.write("mocha.md", text)
    done = teahouse.publish("--ours", draft)
    assert done.code == 0, done.text
    assert teahouse.sent() == [("PATCH", "/pages/product/mocha/")]
    assert sorted(teahouse.account.pages["product"]) == ["green", "mocha"]


def test_what_was_published_joins_the_site_if_the_filter_selects_it(teahouse):
    """The next build shows it without a call, in its place; the rest stays away."""
    text = (
        "---\nkind: page\npage_type: product\nslug: {0}\ntitle: {0}\nstatus: published\n"
        "fields:\n  line: {1}\n  sort: {2}\n---\n"
    )
    drafts = [
        teahouse.write("early.md", text.format("early", "Aa", "tea")),
        teahouse.write("latte.md", text.format("latte", "Milk", "coffee")),
        teahouse.write(
            "new.md", OUTSIDE.format("x").replace("beans", "oolong").replace("coffee", "tea")
        ),
        teahouse.write("new2.md", OUTSIDE.format("x").replace("beans", "robusta")),
    ]
    done = teahouse.publish(*drafts)
    assert done.code == 0, done.text
    teahouse.site.write(
        "templates/list.html", "{% for p in buttercms.pages.product %}{{ p.slug }} {% endfor %}"
    )
    teahouse.site.configure(
        TEMPLATE_PAGES={"../templates/list.html": "list.html"},
        THEME_TEMPLATES_OVERRIDES=["templates"],
        BUTTERCMS_API_URL=teahouse.environment["BUTTERCMS_API_URL"],
    )
    teahouse.site.build(env=teahouse.environment | {"BUTTERCMS_OFFLINE": "1"})
    assert teahouse.site.read("list.html") == "early green "
    files = teahouse.site.files()
    assert {"oolong.html", "tea.html"} <= files
    assert not {"robusta.html", "beans.html"} & files
