"""Sites with filters share a place for their stores."""

from tests.sites import Site


def test_runners_get_the_content_of_their_own_filters(tmp_path, account):
    """Each pull is pushed for those with the same filters, with its order."""
    account.collection("menu", {"id": 1, "label": "B"}, {"id": 2, "label": "A"})
    for slug, kind in (("green", "tea"), ("mocha", "coffee"), ("black", "tea")):
        account.page("product", slug, kind=kind)
    listing = "{% for p in buttercms.pages.product %}{{ p.slug }} {% endfor %}"
    menu = "{% for i in buttercms.collections.menu %}{{ i.label }} {% endfor %}"

    def runner(name, kind, order):
        site = Site(tmp_path / name, account)
        site.write("templates/list.html", listing + menu)
        site.configure(
            TEMPLATE_PAGES={"../templates/list.html": "list.html"},
            BUTTERCMS_STORE_URL=f"file://{tmp_path}/shared",
            BUTTERCMS_PAGE_TYPES={"product": {"fields.kind": kind}},
            BUTTERCMS_COLLECTIONS={"menu": {"order": order}},
        )
        return site

    settings = {"tea": ("tea", "label"), "coffee": ("coffee", "-label")}
    for name, of_site in settings.items():
        first = runner(name, *of_site)
        first.build()
        done = first.command("store", "push")
        assert done.returncode == 0, done.stderr
    for name, listed in (("tea", "black green A B "), ("coffee", "mocha B A ")):
        second = runner(f"{name}-2", *settings[name])
        done = second.command("store", "pull")
        assert done.returncode == 0, done.stderr
        assert "0 API calls made" in second.build(env={"BUTTERCMS_OFFLINE": "1"})
        assert second.read("list.html") == listed
    other = runner("other", "juice", "label").command("store", "pull")
    assert other.returncode == 1
    assert "it has no live content of this account" in other.stderr
