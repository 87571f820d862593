"""The search of the theme in a real browser, under the strict policy."""

from playwright.sync_api import expect

OPENS = ("/", "Control+k")


def test_the_keyboard_opens_searches_and_closes(visit):
    """Slash or Ctrl-K, words, arrows, Enter; Escape closes it and gives the focus back."""
    with visit("about/") as seen:
        page, dialog = seen.page, seen.page.locator("dialog.search")
        for key in OPENS:
            page.locator(".site-name").first.focus()
            page.keyboard.press(key)
            expect(dialog).to_be_visible()
            expect(dialog.locator("input")).to_be_focused()
            assert dialog.locator("input").input_value() == ""
            page.keyboard.press("Escape")
            expect(dialog).not_to_be_visible()
            expect(page.locator(".site-name").first).to_be_focused()
        page.locator(".search-link").click()
        page.keyboard.type("French / press")  # the slash is a letter there
        expect(dialog.locator("li a").first).to_be_visible()
        assert dialog.locator(".search-status").inner_text().startswith("Results: ")
        page.keyboard.press("ArrowDown")
        expect(dialog.locator("li a").first).to_be_focused()
        page.keyboard.press("ArrowUp")
        expect(dialog.locator("input")).to_be_focused()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**/journal/a-french-press-for-four/")
        assert seen.problems == []
        assert seen.hosts == {visit.host}


def test_each_language_finds_its_own_pages(visit):
    """And says what it found in its words; what nobody wrote is not found."""
    for lang, said in (("de", "Treffer: "), ("de-at", "Treffer: ")):
        with visit(f"{lang}/search/?q=Kaffee") as seen:
            links = seen.page.locator("section.search li a")
            expect(links.first).to_be_visible()
            hrefs = links.evaluate_all("all => all.map(one => one.getAttribute('href'))")
            assert all(href.startswith(f"/{lang}/") for href in hrefs)
            assert seen.page.locator(".search-status").inner_text().startswith(said)
            seen.page.locator("section.search input").fill("xylophonquark")
            expect(seen.page.locator(".search-status")).to_have_text("Nichts gefunden.")
            assert links.count() == 0
            assert seen.problems == []


def test_without_javascript_the_search_is_a_list(visit):
    """The link leads to a page with all articles, which says why."""
    with visit("about/", java_script_enabled=False) as seen:
        seen.page.locator("a.search-link").click()
        assert seen.page.url == visit.address + "search/"
        expect(seen.page.locator("noscript p")).to_contain_text("Searching needs JavaScript")
        assert seen.page.locator(".archive li a").count() > 20
        assert not seen.page.locator("section.search").is_visible()
        assert not seen.page.locator("dialog.search").is_visible()


def test_what_is_found_is_text(visit):
    """Markup in an excerpt, a title or the question is shown as it is written."""
    index = """export const search = async () => ({results: [{data: async () => ({
        url: "/about/", meta: {title: "<img src=x onerror=alert(1)>"},
        excerpt: "a <mark>b</mark> <img src=/no.png> &lt;b&gt; <script>alert(2)</script>"})}]});"""
    with visit("contact/") as seen:
        page = seen.page
        page.route(
            "**/pagefind/pagefind.js",
            lambda route: route.fulfill(body=index, content_type="text/javascript"),
        )
        page.keyboard.press("/")
        page.keyboard.type("<b>")
        expect(page.locator(".search-results a")).to_have_text("<img src=x onerror=alert(1)>")
        expect(page.locator(".search-results mark")).to_have_text("b")
        assert page.locator(".search-results :is(img, script, b)").count() == 0
        page.unroute("**/pagefind/pagefind.js")
        assert seen.problems == []


def test_an_index_that_is_not_there(visit):
    """The reader is told, and nothing else breaks."""
    with visit("privacy/") as seen:
        seen.page.route("**/pagefind/pagefind.js", lambda route: route.abort())
        seen.page.keyboard.press("Control+k")
        seen.page.keyboard.type("tide")
        status = seen.page.locator(".search-status")
        expect(status).to_have_text("The search does not work here.")
        seen.page.unroute("**/pagefind/pagefind.js")


def test_axe_finds_nothing_in_the_open_search(visit, node_modules):
    """With results, light and dark, on a phone."""
    script = (node_modules / "axe-core" / "axe.min.js").read_text()
    for scheme in ("light", "dark"):
        phone = {"viewport": {"width": 360, "height": 700}, "bypass_csp": True}
        with visit("journal/", color_scheme=scheme, **phone) as seen:
            seen.page.keyboard.press("/")
            seen.page.keyboard.type("coffee")
            expect(seen.page.locator(".search-results li").first).to_be_visible()
            seen.page.evaluate(script)
            found = seen.page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
            assert [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found] == []
            assert seen.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_what_is_marked_can_be_read_in_forced_colours(visit):
    """A mark has a colour of the system's on a ground of its own."""
    options = {"forced_colors": "active", "color_scheme": "dark"}
    with visit("journal/", **options) as seen:
        seen.page.keyboard.press("/")
        seen.page.keyboard.type("coffee")
        mark = seen.page.locator(".search-results mark").first
        expect(mark).to_be_visible()
        colours = "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
        assert mark.evaluate(colours) == ["rgb(0, 0, 0)", "rgb(255, 255, 0)"]


def test_drafts_and_lists_are_not_in_the_index(local):
    """What is found are the articles and pages of the site."""
    entry = local.read("pagefind/pagefind-entry.json")
    assert '"de-at"' in entry
    assert "data-pagefind-body" not in local.read("404.html")
    assert "data-pagefind-body" not in local.read("search/index.html")
    assert "data-pagefind-body" in local.read("about/index.html")
