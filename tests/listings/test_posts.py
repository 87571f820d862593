"""A site takes the posts that its filters select."""

import json

import pytest

from tests.sites import Site

CI = {"CI": "true"}


def deliver(site, make_body, *events):
    """Build because of webhooks; gives what the build printed."""
    bodies = [make_body(name, slug) for name, slug in events]
    body = bodies[0] if len(bodies) == 1 else {"events": bodies}
    return site.build(env=CI | {"INCOMING_HOOK_BODY": json.dumps(body)})


@pytest.fixture
def teahouse(site, account):
    """A site of the posts with a tag, built once in a build service."""
    for n in range(3):
        account.post(f"tea-{n}", tags=["tea"], day=f"2024-05-{10 + n}")
        account.post(f"bean-{n}", tags=["coffee"], categories=["beans"], author="bo")
    site.configure(BUTTERCMS_POSTS={"tag_slug": "tea"})
    site.build(env=CI)
    return site


@pytest.mark.parametrize(
    ("filters", "slugs"),
    [
        ({"category_slug": "beans"}, {"bean-0", "bean-1", "bean-2"}),
        ({"tag_slug": "tea"}, {"tea-0", "tea-1", "tea-2"}),
        ({"author_slug": "bo", "limit": 1}, {"bean-2"}),
        ({"tag_slug": "tea", "limit": 2}, {"tea-2", "tea-1"}),
        ({"tag_slug": "tea", "author_slug": "bo"}, set()),
        ({}, {"bean-0", "bean-1", "bean-2", "tea-0", "tea-1", "tea-2"}),
    ],
)
def test_posts_are_those_that_all_filters_select(account, site, filters, slugs):
    """Of a limit the newest count, and every filter has to hold."""
    for n in range(3):
        account.post(f"tea-{n}", tags=["tea"], day=f"2024-05-{10 + n}")
        account.post(f"bean-{n}", categories=["beans"], author="bo", day=f"2024-06-{10 + n}")
    site.configure(BUTTERCMS_POSTS=filters)
    site.build()
    posts = {name.removesuffix(".html") for name in site.files() if name[:4] in {"tea-", "bean"}}
    assert posts == slugs


def test_a_post_that_lost_its_tag_leaves_and_one_that_gained_it_comes(teahouse, account, make_body):
    """Each event costs one call."""
    account.post("tea-1", tags=["coffee"])
    text = deliver(teahouse, make_body, ("post.published", "tea-1"))
    assert "1 API call made" in text
    assert "deleted: posts/tea-1\n" in text
    assert "tea-1.html" not in teahouse.files()
    assert "tea-1" not in teahouse.read("index.html")

    account.post("bean-0", tags=["coffee", "tea"])
    text = deliver(teahouse, make_body, ("post.published", "bean-0"))
    assert "1 API call made" in text
    assert "bean-0.html" in teahouse.files()

    text = deliver(teahouse, make_body, ("post.published", "bean-1"))
    assert "nothing changed" in text
    assert "bean-1.html" not in teahouse.files()
    teahouse_files = {name: teahouse.read(name) for name in teahouse.files() if "html" in name}
    teahouse.configure(BUTTERCMS_INCREMENTAL=False)
    teahouse.build()
    assert {n: teahouse.read(n) for n in teahouse.files() if "html" in n} == teahouse_files


def test_the_next_post_moves_up_into_a_limit(site, account, make_body):
    """Of a limit only the listing tells who is in."""
    for n in range(4):
        account.post(f"post-{n}", day=f"2024-05-{10 + n}")
    site.configure(BUTTERCMS_POSTS={"limit": 2})
    site.build(env=CI)
    assert "post-1.html" not in site.files()
    account.delete("posts/post-3.json")
    text = deliver(site, make_body, ("post.delete", "post-3"))
    assert "1 API call made" in text
    assert {"post-1.html", "post-2.html"} <= site.files()
    assert "post-3.html" not in site.files()


def test_a_limit_beyond_a_page_is_read_in_pages(site, account):
    """A hundred and more are several calls, and the rest is not asked for."""
    for n in range(130):
        account.post(f"post-{n:03}", published=f"2024-05-17T10:{n // 60:02}:{n % 60:02}.000000Z")
    site.configure(BUTTERCMS_POSTS={"limit": 120})
    text = site.build()
    assert "posts: 120 (call" in text
    assert {f"post-{n:03}.html" for n in range(10, 130)} == {
        n for n in site.files() if n.startswith("post-")
    }


def test_an_api_that_ignores_the_filter_is_found_out(site, account):
    """What a post says of itself counts, and a warning says so."""
    account.settings(behaviour={"filters": "ignore"})
    account.post("tea", tags=["tea"])
    account.post("beans", tags=["coffee"])
    site.configure(BUTTERCMS_POSTS={"tag_slug": "tea"})
    text = site.build()
    assert "beans.html" not in site.files()
    assert "tea.html" in site.files()
    assert "ButterCMS's API ignored tag_slug=tea, and gave 1 post that it leaves out" in text
    assert 'beans". They are left out here. If that is not what BUTTERCMS_POSTS means' in text


def test_a_slug_that_nobody_has_is_named(site, account):
    """An empty site has a reason."""
    account.post("tea", categories=["teas-of-asia"])
    site.configure(BUTTERCMS_POSTS={"category_slug": "tea-of-asia"})
    text = site.build()
    assert (
        "BUTTERCMS_POSTS selects nothing: no post of the account passes category_slug=tea-of-asia."
        " There is no category 'tea-of-asia'. Did you mean 'teas-of-asia'?"
    ) in text


def test_two_sites_share_a_store_and_do_not_touch_each_others_posts(tmp_path, account, site):
    """Each filter has content of its own, live and offline, and a build of the other keeps it."""
    account.post("tea", categories=["tea"])
    account.post("beans", categories=["coffee"])
    other = Site(tmp_path / "other", account)
    shared = str(tmp_path / "shared")
    for one, slug in ((site, "tea"), (other, "coffee")):
        one.configure(BUTTERCMS_POSTS={"category_slug": slug}, BUTTERCMS_CACHE_PATH=shared)
        one.build()
    status = json.loads(site.command("status", "--json").stdout)
    assert sorted(scope["filters"] for scope in status["scopes"]) == [
        ["only posts: category_slug=coffee"],
        ["only posts: category_slug=tea"],
    ]
    for one, here, there in ((site, "tea", "beans"), (other, "beans", "tea")):
        text = one.build(env={"BUTTERCMS_OFFLINE": "1"})
        assert "0 API calls made" in text
        assert f"{here}.html" in one.files()
        assert f"{there}.html" not in one.files()


def test_a_changed_filter_is_no_deletion(site, account):
    """BUTTERCMS_MAX_DELETIONS is about the account, not about what the site asks for."""
    for n in range(20):
        account.post(f"post-{n}", categories=["tea" if n < 2 else "coffee"])
    site.configure(BUTTERCMS_MAX_DELETIONS={"share": 0.1, "number": 1})
    site.build(env=CI)
    site.configure(BUTTERCMS_POSTS={"category_slug": "tea"})
    assert "held back" not in site.build(env=CI)
    assert "post-1.html" in site.files()
    assert "post-5.html" not in site.files()
    for n in range(2):
        account.post(f"post-{n}", categories=["coffee"])
    assert "Much has vanished" in site.build(env=CI)
    assert "post-1.html" in site.files()
