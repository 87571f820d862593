"""What the preview shows in its pages: stylesheets, what is wrong, the bar, a later time."""

import pytest

SLOW = ("--interval", "600")


@pytest.fixture
def page(browser):
    """A page of the browser, and what its console said."""
    page = browser.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    yield page
    page.close()


@pytest.fixture
def styled(site, account):
    """A site with a stylesheet, an overridden template, a scheduled post and a changed one."""
    account.post("hello", title="Hello", day="2024-01-01")
    account.post("edited", title="Edited one", day="2024-01-02")
    account.overlay("posts/edited", title="Edited twice")
    account.post("later", title="Later", status="scheduled", scheduled="2031-02-03T04:05:00Z")
    account.post("idea", title="Idea", status="draft", published=None)
    site.write("content/css/own.css", "body { color: rgb(1, 1, 1) }")
    site.write(
        "templates/article.html",
        '<html><head><link rel="stylesheet" href="/css/own.css"></head>'
        "<body><h1>{{ article.title }}</h1></body></html>",
    )
    site.configure(STATIC_PATHS=["css"], THEME_TEMPLATES_OVERRIDES=["templates"])
    return site


def color_is(page, color):
    """Wait until the text has a colour."""
    page.wait_for_function(f"getComputedStyle(document.body).color === 'rgb({color})'")


def test_a_stylesheet_is_swapped_without_a_build(styled, preview, page):
    """The page stays as it is; the next build shows the same stylesheet."""
    running = preview(*SLOW)
    page.goto(f"{running.address()}/hello.html")
    page.evaluate("window.mine = 1")
    color_is(page, "1, 1, 1")
    styled.write("content/css/own.css", "body { color: rgb(2, 2, 2) }")
    color_is(page, "2, 2, 2")
    assert page.evaluate("window.mine") == 1
    assert "built in" not in running.printed
    styled.write("content/local.md", "Title: Mine\nDate: 2024-01-01\n\nx")
    page.wait_for_function("window.mine === undefined")
    assert running.tells("built in")
    color_is(page, "2, 2, 2")


def test_what_is_wrong_is_shown_with_file_line_and_excerpt(styled, preview, page):
    """In every page that connects, as text, until it is closed or mended."""
    running = preview(*SLOW)
    address = running.address()
    page.goto(f"{address}/hello.html")
    good = (styled.folder / "templates/article.html").read_text()
    styled.write("templates/article.html", "<p>\n<img src=x onerror=alert(1)>{% wrong %}\n</p>")
    page.wait_for_selector("#problems")
    text = page.inner_text("#problems")
    assert "article.html:2" in text
    assert "2 | <img src=x onerror=alert(1)>{% wrong %}" in text
    assert page.locator("#problems img").count() == 0
    assert running.tells("article.html:2")
    page.keyboard.press("Escape")
    page.wait_for_selector("#problems", state="detached")
    page.goto(f"{address}/later.html")
    page.wait_for_selector("#problems")
    page.get_by_role("button", name="Close (Esc)").click()
    page.wait_for_selector("#problems", state="detached")
    page.reload()
    page.wait_for_selector("#problems")
    styled.write("templates/article.html", good)
    page.wait_for_selector("#problems", state="detached")
    page.reload()
    page.wait_for_timeout(500)
    assert page.locator("#problems").count() == 0
    assert page.errors == []


def test_a_template_that_fails_while_rendering_is_named(styled, preview, page):
    """The line of the template, and not of Pelican's code; the last build stays whole."""
    running = preview(*SLOW)
    page.goto(f"{running.address()}/hello.html")
    styled.write("templates/article.html", "one\ntwo\n{{ 1 // 0 }}")
    page.wait_for_selector("#problems")
    assert "article.html:3" in page.inner_text("#problems")
    assert page.inner_text("h1") == "Hello"


def test_a_file_that_is_skipped_is_shown_until_it_is_mended(styled, preview, page):
    """Pelican logs it and goes on."""
    running = preview(*SLOW)
    page.goto(f"{running.address()}/hello.html")
    styled.write("content/bad.md", "Title: Bad\nDate: no day at all\n\nx")
    page.wait_for_selector("#problems")
    text = page.inner_text("#problems")
    assert "bad.md:2" in text
    assert "2 | Date: no day at all" in text
    styled.write("content/bad.md", "Title: Bad\nDate: 2024-01-01\n\nx")
    page.wait_for_selector("#problems", state="detached")


def test_the_bar_shows_state_and_record_and_stays_closed(styled, preview, page):
    """On every page, in a tree of its own."""
    running = preview(*SLOW)
    address = running.address()
    page.goto(f"{address}/edited.html")
    bar = page.get_by_role("region", name="Preview")
    assert "changed" in bar.inner_text()
    assert "1 field changed: title" in bar.inner_text()
    bar.get_by_role("link", name="Record").click()
    page.wait_for_selector("text=Edited twice")
    assert page.inner_text("h1") == "posts/edited"
    page.goto(f"{address}/hello.html")
    assert bar.inner_text().startswith("published")
    page.get_by_role("button", name="Close the preview bar").click()
    page.goto(f"{address}/edited.html")
    assert bar.inner_text() == "Preview"
    assert page.evaluate("document.body.querySelectorAll('buttercms-preview').length") == 0


def test_as_of_a_day_shows_what_is_published_then(styled, preview, ask, page, wait):
    """Scheduled items are out, drafts are not, and what is changed looks as it does live."""
    running = preview(*SLOW, "--as-of", "2031-02-03")
    address = running.address()
    assert ask(f"{address}/later.html")[0] == 200
    assert ask(f"{address}/idea.html")[0] == 404
    assert "Edited one" in ask(f"{address}/edited.html")[1]
    page.goto(f"{address}/hello.html")
    date = page.get_by_label("As of")
    assert date.input_value() == "2031-02-03"
    date.fill("2031-02-02")
    wait(lambda: ask(f"{address}/later.html")[0] == 404)
    page.get_by_label("As of").fill("")
    wait(lambda: ask(f"{address}/idea.html")[0] == 200)
    assert "Edited twice" in ask(f"{address}/edited.html")[1]
    assert ask(f"{address}/_buttercms/as-of", method="POST", body=b"next <week>")[0] == 204
    assert running.tells("A date is written as 2027-01-31.")


def test_a_missing_page_offers_the_nearest_ones(styled, preview, page):
    """By their addresses."""
    running = preview(*SLOW)
    page.goto(f"{running.address()}/helo.html")
    page.get_by_role("link", name="/hello.html").click()
    page.wait_for_selector("h1:text('Hello')")


def test_a_missing_page_says_why(styled, account, preview, page):
    """What the content and the settings say of it, as text; the date that hides it, too."""
    account.post("hostile", status="<img src=x onerror=alert(1)>", published=None)
    account.page("landing", "home", text="x")
    styled.configure(BUTTERCMS_PAGE_TYPES={"landing": {"as": "data"}}, STATIC_PATHS=["css"])
    running = preview(*SLOW, "--as-of", "2031-02-02")
    address = running.address()
    bar = page.get_by_role("region", name="Preview")

    def said(path):
        assert page.goto(f"{address}/{path}").status == 404
        return bar.locator(".why").all_inner_texts()

    why, as_of = said("idea.html")
    assert "posts/idea: its status is 'draft', so only previews show it." in why
    assert "It is shown by the template 'article'." in why
    assert as_of == "Shown is what is published on 2031-02-02, without drafts."
    assert "due 2031-02-03" in said("later.html")[0]
    assert "BUTTERCMS_PAGE_TYPES makes 'landing' data for templates" in said("home/")[0]
    assert "its status is '<img src=x onerror=alert(1)>'" in said("hostile.html")[0]
    assert bar.locator("img").count() == 0
    assert said("nowhere/at/all/") == ["Nothing that is stored has this address or name."]
    assert said("css/none.css") == []
    assert page.errors == []


@pytest.mark.parametrize("theme", ["simple", "notmyidea"])
def test_in_pelicans_themes_a_hostile_draft_is_shown_as_text(site, account, preview, page, theme):
    """In the bar, in the list of drafts, and on the page of its own record."""
    account.post("live", title="Live")
    account.overlay("posts/live", summary="</script><img src=x onerror=alert(1)>")
    title = "\"'></script><img src=x onerror=alert(2)>{{ 7 * 7 }}"
    account.post("idea", title=title, status="draft", published=None)
    site.configure(THEME=theme)
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    address = preview(*SLOW).address()
    bar = page.get_by_role("region", name="Preview")
    page.goto(f"{address}/live.html")
    assert bar.inner_text().startswith("changed")
    assert "1 field changed: summary" in bar.inner_text()
    page.goto(f"{address}/_buttercms/record?key=posts/idea&locale=")
    assert title.replace('"', '\\"') in page.inner_text("pre")
    page.goto(f"{address}/drafts/")
    assert page.locator("img").count() == 0
    assert "onerror=alert(1)" in page.inner_text("li[data-key='posts/live']")
    page.goto(f"{address}/idea.html")
    assert bar.inner_text().startswith("draft")
    assert "49" not in page.title()
    assert (dialogs, page.errors) == ([], [])
