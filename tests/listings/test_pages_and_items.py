"""Pages and collection items: filters, order, limit, and what others refer to."""

from dataclasses import replace
from datetime import UTC, datetime
import json

import pytest

from pelican_buttercms.plugin.incremental_host import content_state
from pelican_buttercms.store import Generation, Scope

CI = {"CI": "true"}
TEMPLATE = (
    "{% for page in buttercms.pages.product %}{{ page.slug }} {% endfor %}|"
    "{% for item in buttercms.collections.menu %}{{ item.label }} {% endfor %}|"
    "{% for page in buttercms.pages.landing %}{{ page.fields.best.name }} ({{ page.fields.best.url"
    " }}) {% endfor %}"
)


def deliver(site, make_body, name, slug, **data):
    """Build because of a webhook; gives what the build printed."""
    body = json.dumps(make_body(name, slug, **data))
    return site.build(env=CI | {"INCOMING_HOOK_BODY": body})


@pytest.fixture
def shop(site, account):
    """A site whose index lists products and a menu; configure it, then build."""
    for slug, rank, kind in (("a", 2, "tea"), ("b", 3, "tea"), ("c", 1, "tea"), ("x", 9, "coffee")):
        account.page("product", slug, rank=rank, kind=kind, hero={"line": kind.upper()})
    menu = [{"id": 4, "label": "Four", "rank": 1}, {"id": 5, "label": "Five", "rank": 3}]
    account.collection("menu", *menu, {"id": 6, "label": "Six", "rank": 2})
    site.write("templates/list.html", TEMPLATE)
    site.configure(
        TEMPLATE_PAGES={"../templates/list.html": "list.html"},
        THEME_TEMPLATES_OVERRIDES=["templates"],
    )
    return site


@pytest.mark.parametrize(
    ("page_type", "menu", "listed"),
    [
        (None, None, "a b c x |Four Five Six |"),
        ({"order": "-fields.rank"}, {"order": "rank"}, "x b a c |Four Six Five |"),
        ({"fields.kind": "tea", "order": "-rank"}, {"limit": 2}, "b a c |Five Six |"),
        ({"fields.hero.line": "TEA", "limit": 2, "order": "rank"}, {}, "c a |Four Five Six |"),
        ({"order": "cms"}, {"order": "cms"}, "a b c x |Six Five Four |"),
        ({"order": "cms"}, {"order": "cms", "fields.rank": 3}, "a b c x |Five |"),
    ],
)
def test_templates_see_what_is_selected_in_its_order(shop, page_type, menu, listed):
    """`buttercms.pages` and `buttercms.collections` have the order of the setting."""
    shop.configure(
        BUTTERCMS_PAGE_TYPES={"product": page_type}, BUTTERCMS_COLLECTIONS={"menu": menu}
    )
    shop.build()
    assert shop.read("list.html").startswith(listed)
    assert ("pages/x.html" in shop.files()) == (" x " in f" {listed}")
    shop.build(env={"BUTTERCMS_OFFLINE": "1"})
    assert shop.read("list.html").startswith(listed)


def test_a_new_order_at_the_cms_rebuilds_the_lists(shop, account, make_body):
    """An editor changes a rank: one call, and the list is that of a whole build."""
    shop.configure(
        BUTTERCMS_PAGE_TYPES={"product": {"fields.kind": "tea", "order": "-fields.rank"}},
        BUTTERCMS_COLLECTIONS={"menu": {"order": "rank"}},
    )
    shop.build(env=CI)
    assert shop.read("list.html").startswith("b a c |Four Six Five |")
    account.page("product", "c", rank=8, kind="tea", hero={"line": "TEA"})
    text = deliver(shop, make_body, "page.published", "c", page_type="product")
    assert "1 API call made" in text
    assert shop.read("list.html").startswith("c b a |")
    account.collection(
        "menu", {"id": 4, "label": "Four", "rank": 9}, {"id": 5, "label": "Five", "rank": 3}
    )
    text = deliver(
        shop,
        make_body,
        "collectionitem.published",
        "4",
        id="menu",
        itemid="/v2/content/?keys=menu[_id=4]",
    )
    assert "1 API call made" in text
    assert shop.read("list.html").startswith("c b a |Five Four |")
    before = {name: shop.read(name) for name in shop.files() if name.endswith(".html")}
    shop.configure(BUTTERCMS_INCREMENTAL=False)
    shop.build(env={"BUTTERCMS_OFFLINE": "1"})
    assert {n: shop.read(n) for n in shop.files() if n.endswith(".html")} == before


def test_an_order_that_changes_alone_is_seen(site, account):
    """The items are the same and their order is not: the list is rendered anew."""
    account.settings(behaviour={"item_order": "ascending"})
    account.collection("menu", {"id": 4, "label": "Four"}, {"id": 5, "label": "Five"})
    site.write("templates/list.html", TEMPLATE)
    site.configure(
        TEMPLATE_PAGES={"../templates/list.html": "list.html"},
        BUTTERCMS_COLLECTIONS={"menu": {"order": "cms"}},
        BUTTERCMS_MAX_AGE=0,
    )
    site.build()
    assert "|Four Five |" in site.read("list.html")
    account.settings(behaviour={"item_order": "descending"})
    site.build()
    assert "|Five Four |" in site.read("list.html")


def test_what_the_filter_leaves_out_comes_if_others_refer_to_it(shop, account, make_body):
    """It has no page of its own, is in no list, and goes when nothing refers to it."""
    account.page("landing", "home", best="/v2/pages/product/x")
    shop.configure(
        BUTTERCMS_PAGE_TYPES={
            "product": {"fields.kind": "tea", "order": "rank"},
            "landing": None,
        }
    )
    shop.build(env=CI)
    assert shop.read("list.html") == "c a b ||X (None) "
    assert "pages/x.html" not in shop.files()
    assert "pages/home.html" in shop.files()
    dry = shop.command("pull", "--dry-run")
    assert "all of product, to which others refer" in dry.stdout

    account.page("product", "x", name="X of today", rank=9, kind="coffee", hero={"line": ""})
    text = deliver(shop, make_body, "page.published", "x", page_type="product")
    assert "X of today (None)" in shop.read("list.html")
    assert "pulling everything" not in text

    account.page("product", "x", name="Now tea", rank=0, kind="tea", hero={"line": ""})
    deliver(shop, make_body, "page.published", "x", page_type="product")
    assert shop.read("list.html").startswith("x c a b ||Now tea (pages/x.html)")

    account.page("product", "x", name="Coffee again", rank=0, kind="coffee", hero={"line": ""})
    deliver(shop, make_body, "page.published", "x", page_type="product")
    assert shop.read("list.html") == "c a b ||Coffee again (None) "
    assert "pages/x.html" not in shop.files()

    account.page("landing", "home", best="/v2/pages/product/a")
    deliver(shop, make_body, "page.published", "home", page_type="landing")
    assert "A (pages/a.html)" in shop.read("list.html")
    account.page("landing", "home", best="/v2/pages/product/x")
    text = deliver(shop, make_body, "page.published", "home", page_type="landing")
    assert "Coffee again (None)" in shop.read("list.html")


@pytest.mark.parametrize("behaviour", ["apply", "refuse", "ignore"])
def test_a_field_that_is_misspelt_is_named(shop, account, behaviour):
    """Whether the API refuses, ignores or applies the filter: a misspelling never goes unseen."""
    account.settings(behaviour={"filters": behaviour})
    shop.configure(BUTTERCMS_PAGE_TYPES={"product": {"fields.knid": "tea"}})
    done = shop.pelican()
    text = done.stdout + done.stderr
    if behaviour == "apply":
        assert "BUTTERCMS_PAGE_TYPES['product'] selects nothing" in text
    else:
        assert done.returncode == 2
        assert (
            "BUTTERCMS_PAGE_TYPES['product'] names the field 'knid', and no page of the type"
            " 'product' has it; did you mean 'kind'?"
        ) in text
    shop.configure(BUTTERCMS_PAGE_TYPES={"product": {"order": "-fields.rnak"}})
    done = shop.pelican()
    assert done.returncode == 2
    assert "names the field 'rnak'" in done.stdout + done.stderr
    assert "did you mean 'rank'?" in done.stdout + done.stderr
    shop.configure(BUTTERCMS_PAGE_TYPES={"product": {"order": "fields.zzz"}})
    done = shop.pelican()
    assert "has it (known: " in done.stdout + done.stderr  # no name is near: all are listed
    assert "token" not in (done.stdout + done.stderr).lower()


def test_an_api_that_ignores_filters_and_order_is_found_out(shop, account):
    """What a page says of itself counts, and each is told of once."""
    account.settings(behaviour={"filters": "ignore"})
    shop.configure(
        BUTTERCMS_PAGE_TYPES={"product": {"fields.kind": "tea", "order": "-rank"}},
    )
    text = shop.build()
    assert "ButterCMS's API ignored fields.kind=tea, and gave 1 page that it leaves out" in text
    assert "ButterCMS's API ignored order=-rank of BUTTERCMS_PAGE_TYPES['product']" in text
    assert shop.read("list.html").startswith("a b c |")


def test_a_poll_sees_what_concerns_the_selected_part_alone(shop, account):
    """`pull --check` is about the site's own content."""
    shop.configure(
        BUTTERCMS_PAGE_TYPES={"product": {"fields.kind": "tea", "order": "rank"}},
        BUTTERCMS_COLLECTIONS={"menu": {"order": "rank"}},
    )
    shop.build()
    assert shop.command("pull", "--check").returncode == 0
    account.page("product", "x", rank=10, kind="coffee", hero={"line": ""})
    unchanged = shop.command("pull", "--check")
    account.page("product", "c", rank=10, kind="tea", hero={"line": ""})
    changed = shop.command("pull", "--check")
    assert (unchanged.returncode, changed.returncode) == (0, 3), changed.stdout + changed.stderr


def test_a_snapshot_says_what_it_was_filtered_by(shop, tmp_path):
    """It is read with the same order, and refused by a site with other filters."""
    selected = {"product": {"fields.kind": "tea", "order": "-rank"}}
    shop.configure(BUTTERCMS_PAGE_TYPES=selected)
    shop.build()
    assert shop.command("snapshot", "export", "snap").returncode == 0
    about = json.loads((shop.folder / "snap/snapshot.json").read_text())
    assert "only page type product: fields.kind=tea order=-rank" in about["wanted"]
    assert about["listed"] == {"/page/product": ["b", "a", "c"]}
    shop.build(env={"BUTTERCMS_SNAPSHOT": "snap"})
    assert shop.read("list.html").startswith("b a c |")
    assert shop.command("snapshot", "import", "snap", "--force").returncode == 0
    shop.build(env={"BUTTERCMS_OFFLINE": "1"})
    assert shop.read("list.html").startswith("b a c |")
    shop.configure(BUTTERCMS_PAGE_TYPES={"product": {"fields.kind": "coffee"}})
    done = shop.pelican(env={"BUTTERCMS_SNAPSHOT": "snap"})
    assert done.returncode == 1
    assert "was exported without only page type product: fields.kind=coffee" in (
        done.stdout + done.stderr
    )


def test_stand_ins_of_other_locales_take_their_place_in_the_order(shop, account):
    """What is not translated stands where it stands in the other locale."""
    account.settings(locales=["en", "de"], default_locale="en")
    for slug in ("a", "c"):
        account.translate(f"pages/product/{slug}", "de", fields={"rank": 1, "kind": "tea"})
    shop.configure(
        BUTTERCMS_LOCALES={"en": [], "de": ["en"]},
        BUTTERCMS_PAGE_TYPES={"product": {"order": "-fields.rank"}},
    )
    shop.write(
        "templates/list.html",
        "{% for page in buttercms.langs['de'].pages.product %}{{ page.slug }} {% endfor %}",
    )
    shop.build()
    assert shop.read("list.html") == "x b a c "


def test_an_event_that_only_brings_another_order_is_a_new_state():
    """Nothing differs but the order: a build that has nothing to do must not take it for known."""
    first = Generation(
        "1", Scope("a", "", "live"), datetime.now(UTC), {}, 1, listed={"/item/m": ("4", "5")}
    )
    other = replace(first, listed={"/item/m": ("5", "4")})
    states = [content_state([one], dict).digest for one in (first, other, first)]
    assert states[0] == states[2] != states[1]


def test_an_event_that_only_brings_another_order_rebuilds_the_list(site, account, make_body):
    """One call, and the list is rendered anew."""
    account.settings(behaviour={"item_order": "ascending"})
    account.collection("menu", {"id": 4, "label": "Four"}, {"id": 5, "label": "Five"})
    site.write("templates/list.html", TEMPLATE)
    site.configure(
        TEMPLATE_PAGES={"../templates/list.html": "list.html"},
        BUTTERCMS_COLLECTIONS={"menu": {"order": "cms"}},
    )
    site.build(env=CI)
    site.build(env=CI | {"BUTTERCMS_OFFLINE": "1"})
    account.settings(behaviour={"item_order": "descending"})
    item = {"id": "menu", "itemid": "/v2/content/?keys=menu[_id=4]"}
    text = deliver(site, make_body, "collectionitem.published", "4", **item)
    assert "1 API call made" in text
    assert "|Five Four |" in site.read("list.html")


def test_a_preview_shows_the_drafts_that_the_filter_selects(shop, account):
    """A draft that changes the field comes or goes in the preview, and not in the live site."""
    account.overlay("pages/product/a", fields={"rank": 2, "kind": "coffee", "hero": {}})
    account.overlay("pages/product/x", fields={"rank": 9, "kind": "tea", "hero": {}})
    shop.configure(BUTTERCMS_PAGE_TYPES={"product": {"fields.kind": "tea", "order": "-rank"}})
    shop.build()
    assert shop.read("list.html").startswith("b a c |")
    shop.build(env={"BUTTERCMS_PREVIEW": "1"})
    assert shop.read("list.html").startswith("x b c |")
    shop.build()
    assert shop.read("list.html").startswith("b a c |")


def test_a_check_takes_a_filter_alone_for_no_other_order(shop, account):
    """Without an order the API's own does not matter; what others refer to is compared too."""
    account.page("landing", "home", best="/v2/pages/product/x")
    shop.configure(
        BUTTERCMS_PAGE_TYPES={"product": {"fields.kind": "tea"}, "landing": None},
        BUTTERCMS_COLLECTIONS={"menu": {"limit": 2}},
    )
    shop.build()
    unchanged = shop.command("pull", "--check")
    account.page("product", "x", rank=1, kind="coffee", hero={"line": "New"})
    changed = shop.command("pull", "--check")
    assert (unchanged.returncode, changed.returncode) == (0, 3), unchanged.stdout + changed.stdout
