"""`pelican-buttercms preview` as a writer uses it: real command, real HTTP, real browser."""

import signal

import pytest

QUICK = ("--interval", "0.3", "--calls-per-hour", "1000000")
SLOW = ("--interval", "600")


@pytest.fixture
def drafted(site, account):
    """An account with a draft."""
    account.post("hello", title="Hello")
    account.post("idea", title="First idea", status="draft", published=None, body="<p>one</p>")
    site.configure()
    return site


def open_page(browser, url):
    """Open a page and wait until it listens."""
    page = browser.new_page()
    with page.expect_request("**/_buttercms/events"):
        page.goto(url)
    return page


def test_a_draft_that_is_edited_changes_in_the_open_page(drafted, preview, emulator, browser):
    """By itself, with what changed and its calls told; the site's own output is not touched."""
    running = preview(*QUICK)
    page = open_page(browser, f"{running.address()}/idea.html")
    assert page.locator(".butter-draft").inner_text().startswith("This is a draft.")
    calls = len(emulator.calls)
    emulator.change("post/idea", "draft", title="Second idea", body="<p>two</p>")
    page.wait_for_selector("text=Second idea")
    assert running.tells("updated: posts/idea")
    told = running.tells("looked: 4 calls, ")
    looked = (len(emulator.calls) - calls) // 4
    assert looked >= 1
    assert "in this preview" in told
    assert "this month" in told
    page.close()
    assert not drafted.output.exists()
    assert running.end() == 0
    assert "Ended after" in running.printed
    assert not list(drafted.folder.parent.glob("buttercms-preview-*"))


def test_nobody_looking_costs_nothing(drafted, preview, emulator, browser, wait):
    """The CMS is asked only while a page is in view, and stops when the page is closed."""
    running = preview(*QUICK)
    address = running.address()
    first = len(emulator.calls)
    page = browser.new_page()
    page.wait_for_timeout(1500)
    assert len(emulator.calls) == first == 8
    page.close()
    page = open_page(browser, f"{address}/")
    wait(lambda: len(emulator.calls) > first)
    page.close()


def test_local_drafts_and_templates_are_built_for_nothing(drafted, preview, emulator, browser):
    """A saved file shows in the open page, without a call."""
    drafted.write("content/mine.md", "Title: My draft\nDate: 2024-01-01\nStatus: draft\n\nBefore")
    drafted.write("templates/none", "")
    drafted.configure(THEME_TEMPLATES_OVERRIDES=["templates"])
    running = preview(*SLOW)
    page = open_page(browser, f"{running.address()}/drafts/my-draft.html")
    calls = len(emulator.calls)
    drafted.write("content/mine.md", "Title: My draft\nDate: 2024-01-01\nStatus: draft\n\nAfter")
    page.wait_for_selector("text=After")
    drafted.write("templates/article.html", "<html><body>A new look</body></html>")
    page.wait_for_selector("text=A new look")
    drafted.configure(SITENAME="Renamed")
    drafted.write("templates/article.html", "<html><body>{{ SITENAME }}</body></html>")
    page.wait_for_selector("text=Renamed")
    assert len(emulator.calls) == calls
    assert running.tells("changed: mine.md")
    page.close()


def test_a_build_that_fails_leaves_the_last_one_on_show(drafted, preview, browser):
    """The page stays, says what is wrong, and comes right again by itself."""
    drafted.write("templates/none", "")
    drafted.configure(THEME_TEMPLATES_OVERRIDES=["templates"])
    running = preview(*SLOW)
    page = open_page(browser, f"{running.address()}/hello.html")
    drafted.write("templates/article.html", "{% wrong %}")
    page.wait_for_selector("#problems")
    assert "wrong" in page.inner_text("#problems")
    assert page.locator("text=The body of hello.").count() == 1
    assert running.tells("The build failed, and the last one is shown")
    drafted.write("templates/article.html", "<html><body>Right again</body></html>")
    page.wait_for_selector("text=Right again")
    page.close()


def test_a_webhook_asks_for_what_it_names_and_a_key_for_everything(
    drafted, preview, emulator, ask, wait
):
    """A webhook within the least time between two checks waits, and is not dropped."""
    running = preview("--interval", "3")
    address = running.address()
    for title in ("By webhook", "By the next one"):
        calls = len(emulator.calls)
        emulator.change("post/idea", "draft", title=title)
        body = b'{"data": {"id": "idea"}, "webhook": {"event": "post.draft"}}'
        assert ask(f"{address}/_buttercms/webhook", method="POST", body=body)[0] == 204
        wait(lambda title=title: title in ask(f"{address}/idea.html")[1])
        assert len(emulator.calls) == calls + 1
    emulator.change("post/idea", "draft", title="By key")
    running.press("r")
    wait(lambda: "By key" in ask(f"{address}/idea.html")[1])
    running.press("\n")
    assert running.tells("nothing new: 4 calls")
    running.press("q")
    assert running.process.wait(timeout=20) == 0


EVENT = b'{"data": {"id": "idea"}, "webhook": {"event": "post.draft"}}'


def test_a_webhook_is_tried_again_until_the_cms_answers(drafted, preview, emulator, ask, wait):
    """By itself, and not because of an edit, which shows at once and asks for nothing."""
    running = preview("--interval", "0.3")
    address = running.address()
    emulator.change("post/idea", "draft", title="By webhook")
    emulator.faults.add("status=400")
    ask(f"{address}/_buttercms/webhook", method="POST", body=EVENT)
    wait(lambda: running.printed.count("What a webhook named is kept.") == 4)
    calls = len(emulator.calls)
    drafted.write("content/mine.md", "Title: Mine\nDate: 2024-01-01\n\nx")
    wait(lambda: ask(f"{address}/mine.html")[0] == 200)
    assert len(emulator.calls) - calls <= 1  # the next try, at most
    assert "First idea" in ask(f"{address}/idea.html")[1]
    emulator.faults.clear()
    wait(lambda: "By webhook" in ask(f"{address}/idea.html")[1])
    assert running.tells("asked for what a webhook named: 1 call")


def test_a_webhook_that_waits_outlasts_the_preview(drafted, preview, emulator, ask, wait):
    """The next one asks for what it named, before it shows anything."""
    drafted.configure(BUTTERCMS_MAX_AGE="1h")
    running = preview(*SLOW)
    address = running.address()
    emulator.change("post/idea", "draft", title="By webhook")
    assert ask(f"{address}/_buttercms/webhook", method="POST", body=EVENT)[0] == 204
    assert running.tells("a webhook waits: ButterCMS is not asked now")
    assert running.end() == 0
    calls = len(emulator.calls)
    running = preview(*SLOW)
    assert "By webhook" in ask(f"{running.address()}/idea.html")[1], running.printed
    assert len(emulator.calls) == calls + 1


def test_a_cms_that_fails_is_told_and_the_preview_goes_on(drafted, preview, emulator, ask):
    """What is shown stays; a later look works."""
    running = preview(*SLOW)
    address = running.address()
    emulator.faults.add("status=401")
    running.press("r")
    assert running.tells("The CMS could not be asked")
    assert running.tells("It is asked again when you press r.")
    assert "First idea" in ask(f"{address}/idea.html")[1]
    emulator.faults.clear()
    running.press("r")
    assert running.tells("nothing new: 4 calls")


def test_the_dashboards_preview_opens_the_right_page(site, account, preview, ask):
    """`?preview=1` on the site's own URL, and on any other pattern with the slug at its end."""
    account.settings(locales=["en", "de"])
    account.post("idea", title="The post", status="draft")
    account.translate("posts/idea", "de", title="Der Beitrag", status="draft")
    account.page("news", "idea", title="The page", status="draft")
    account.page("*", "deep", status="draft")
    site.configure(BUTTERCMS_LOCALES=["en", "de"], BUTTERCMS_PAGE_TYPES=["news", "*"])
    address = preview(*SLOW).address()

    def reached(path):
        status, _, url = ask(f"{address}{path}")
        return status, url.removeprefix(address)

    assert reached("/idea.html?preview=1") == (200, "/idea.html?preview=1")
    assert reached("/idea?preview=1") == (200, "/idea?preview=1")
    assert reached("/blog/idea?preview=1") == (200, "/idea.html?preview=1")
    assert reached("/blog/idea/?preview=1") == (200, "/idea.html?preview=1")
    assert reached("/news/idea/?preview=1") == (200, "/pages/idea.html?preview=1")
    assert reached("/blog/idea?preview=1&locale=de") == (
        200,
        "/idea-de.html?preview=1&locale=de",
    )
    assert reached("/de/blog/idea?preview=1") == (200, "/idea-de.html?preview=1")
    assert reached("/?preview=1")[0] == 200
    assert reached("/some/where/deep.html?preview=1") == (200, "/pages/deep.html?preview=1")
    status, text, _ = ask(f"{address}/nothing?preview=1")
    assert status == 404
    assert 'href="/drafts/"' in text


def test_the_preview_answers_to_its_own_name_only(drafted, preview, ask):
    """A web page elsewhere cannot read drafts through a name that leads to this machine."""
    address = preview(*SLOW, "--allow-host", "tunnel.example").address()
    status, text, _ = ask(f"{address}/idea.html", host="evil.example")
    assert status == 403
    assert "idea" not in text
    assert "--allow-host evil.example" in text
    assert ask(f"{address}/idea.html", host="tunnel.example")[0] == 200


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"VERCEL": "1", "VERCEL_ENV": "production"}, "drafts would be public"),
        ({"BUTTERCMS_READ_TOKEN": ""}, "There is no read token"),
    ],
)
def test_what_cannot_be_previewed_is_told_and_ends(drafted, preview, environ, told):
    """Production, or no token: one paragraph and an exit code."""
    running = preview(*SLOW, env=environ)
    assert running.process.wait(timeout=30) == 2
    assert running.tells(told)
    assert "Traceback" not in running.printed


def test_offline_nobody_is_asked_and_nothing_else_is_said(drafted, preview, emulator, browser):
    """Files are watched all the same; who asks for a look is told why there is none."""
    assert drafted.command("pull", env={"BUTTERCMS_PREVIEW": "1"}).returncode == 0
    url = drafted.settings["BUTTERCMS_API_URL"]
    running = preview(*QUICK, env={"BUTTERCMS_OFFLINE": "1", "BUTTERCMS_API_URL": url})
    page = open_page(browser, f"{running.address()}/idea.html")
    assert running.tells("ButterCMS is not checked, because BUTTERCMS_OFFLINE is set")
    assert "ButterCMS is asked" not in running.printed
    drafted.configure(SITENAME="Renamed")
    page.wait_for_selector("text=Renamed")
    page.wait_for_timeout(1000)
    assert "could not be asked" not in running.printed
    running.press("r")
    assert running.tells("The CMS could not be asked: BUTTERCMS_OFFLINE is set")
    page.close()


def test_a_port_that_is_taken_is_one_paragraph(drafted, preview):
    """Nothing is printed before it."""
    port = preview(*SLOW).address().rpartition(":")[2]
    done = drafted.command("preview", "--port", port)
    assert done.returncode == 2
    assert done.stderr.startswith(f"Error: The preview cannot listen at 127.0.0.1:{port}: ")
    assert done.stderr.count("\n") == 1


def test_subsites_are_built_into_the_preview_alone(site, account, preview, ask):
    """Even when their settings name another output folder and address."""
    account.settings(locales=["en", "de"])
    account.post("p", title="English")
    account.translate("posts/p", "de", title="Deutsch", status="draft")
    site.configure(
        PLUGINS=["pelican_buttercms", "i18n_subsites"],
        BUTTERCMS_LOCALES=["en", "de"],
        I18N_SUBSITES={"de": {"SITEURL": "https://de.example", "OUTPUT_PATH": "output-de"}},
    )
    address = preview(*SLOW).address()
    assert "Deutsch" in ask(f"{address}/de/p.html")[1]
    assert not (site.folder / "output-de").exists()


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows ends processes otherwise")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_however_it_is_ended_no_draft_stays_behind(drafted, preview, name):
    """A host's SIGTERM and a closed terminal are like Ctrl-C."""
    running = preview(*SLOW)
    running.address()
    assert list(drafted.folder.parent.glob("buttercms-preview-*"))
    assert running.end(signal.Signals[name]) == 0
    assert "Ended after" in running.printed
    assert "Traceback" not in running.printed
    assert not list(drafted.folder.parent.glob("buttercms-preview-*"))


@pytest.mark.parametrize("path", ["/" + "a" * 5000, "/" + "a/" * 3000, "/a%00b", "/%ff%fe"])
def test_a_path_that_no_file_can_have_is_not_found(drafted, preview, ask, path):
    """The system's refusal is no mistake of the server's."""
    running = preview(*SLOW)
    assert ask(running.address() + path)[0] == 404
    assert running.end() == 0
    assert "Traceback" not in running.printed
