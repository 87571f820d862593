"""What goes wrong at the API: the message says what was done, and the account holds it once."""

import pytest

from pelican_buttercms.emulator.error_responses import Refusal

POST = "Title: {0}\nSlug: {0}\nStatus: published\n\nThe body of {0}.\n"


def _posts(at, *slugs):
    for number, slug in enumerate(slugs):
        at.write(f"{number}-{slug}.md", POST.format(slug))
    return "content/drafts"


def test_three_posts_are_written_one_after_the_other(account, desk):
    """Progress tells of each, and the summary counts them."""
    account.post("other")
    at = desk()
    done = at.publish(_posts(at, "one", "two", "three"))
    assert done.code == 0, done
    assert "2/3 create posts/two: created" in done.err
    assert "Published: 3 created." in done.out
    assert list(at.account.posts) == ["other", "one", "two", "three"]


@pytest.mark.parametrize("errors", ["fields", "array", "error", "empty-key", "detail"])
def test_every_shape_of_400_is_told(account, desk, errors):
    """Whatever form the API gives its complaint in, the user reads it, and knows what was done."""
    account.schemas(collections={"team": {"name": {"type": "text"}}})
    account.collection("team", {"id": 1, "name": "Jane"})
    at = desk(errors=errors)
    at.write("a.yaml", "kind: item\ncollection: team\nfields: {name: Joe}\n")
    at.write("b.yaml", "kind: item\ncollection: team\nfields: {name: Joan, age: 7}\n")
    assert "If it is new in the schema, use --allow-unknown" in at.plan("content/drafts").out
    done = at.publish("--allow-unknown", "content/drafts")
    assert done.code == 1
    assert "This field is not part of the schema" in done.err
    assert "Published: 1 created, 1 failed." in done.out
    assert len(at.items("team")) == 2


@pytest.mark.parametrize(
    ("token", "told"),
    [
        ("wrong", "The token in BUTTERCMS_WRITE_TOKEN (from the environment) is not the account's"),
        ("read-token-of-the-tests", "BUTTERCMS_WRITE_TOKEN"),
        (None, "There is no write token: BUTTERCMS_WRITE_TOKEN is neither in"),
    ],
)
def test_a_write_token_that_does_not_write(account, desk, token, told):
    """The message names the token that is wrong; the account is as it was."""
    account.post("other")
    at = desk()
    del at.environment["BUTTERCMS_WRITE_TOKEN"]
    if token:
        at.environment["BUTTERCMS_WRITE_TOKEN"] = token
    done = at.publish(_posts(at, "one"))
    assert done.code == (1 if token else 2)  # nothing is sent without one
    assert told in done.err
    assert token is None or token not in done.text
    assert list(at.account.posts) == ["other"]


def test_the_plan_limit(account, desk):
    """403: the account's plan allows no more; what came before it stays."""
    account.post("other")
    at = desk(account={"limits": {"posts": 2}})
    done = at.publish(_posts(at, "one", "two"))
    assert done.code == 1
    assert "Post creation limit is over" in done.err
    assert "Published: 1 created, 1 failed." in done.out
    assert list(at.account.posts) == ["other", "one"]


def test_the_quota_ends_in_the_middle(account, desk):
    """429: nothing is tried again, the rest is named, and a later run does just the rest."""
    account.post("other")
    at = desk()
    folder = _posts(at, "one", "two", "three")
    handle, sent = at.app.writes.handle, []

    def run_out(*request):
        sent.append(request)
        if len(sent) == 2:
            at.app.faults.add("quota=86400")
            raise Refusal(429, {"detail": "API Calls limit reached."}, {"Retry-After": "86400"})
        return handle(*request)

    at.app.writes.handle = run_out
    done = at.publish(folder)
    assert done.code == 1
    assert "create posts/two failed: POST posts/ was answered with 429" in done.err
    assert "create posts/three not tried: the run ended with create posts/two" in done.err
    assert "Published: 1 created, 1 failed, 1 not tried." in done.out
    assert "Id: one" in at.read("0-one.md")
    at.app.faults.clear()
    again = at.publish(folder)
    assert again.code == 0, again
    assert list(at.account.posts) == ["other", "one", "two", "three"]
    assert at.sent().count(("POST", "/posts/")) == 4


def test_a_write_that_fails_in_silence_is_noticed(account, desk):
    """202, and then nothing: the message says so, and after three in a row nothing is sent."""
    account.post("other")
    at = desk(silent_failures="yes")
    done = at.command("publish", "--yes", "--wait", "1s", _posts(at, *"abcde"))
    assert done.code == 1
    assert "was accepted but does not show: the CMS has no such item" in done.err
    assert "create posts/d not tried: 3 writes in a row got no answer that helps" in done.err
    assert "Published: 3 failed, 2 not tried." in done.out
    assert at.sent() == [("POST", "/posts/")] * 3


@pytest.mark.parametrize("delay", ["1", "2", "5"])
def test_a_write_that_takes_its_time_is_waited_for(account, desk, delay):
    """The effect of a 202 comes later; each write is looked at until it shows."""
    account.post("other")
    at = desk(delay=delay)
    done = at.command("publish", "--yes", "--wait", "20s", _posts(at, "one"))
    assert done.code == 0, done
    assert at.account.posts["one"]["status"] == "published"


@pytest.mark.parametrize("fault", ["cut", "malformed", "status=503", "status=500"])
def test_a_post_that_may_have_arrived_is_not_sent_again(account, desk, fault):
    """It is looked for instead: the account holds it exactly once, whether it arrived or not."""
    account.post("other")
    at = desk()
    folder = _posts(at, "one")
    at.app.faults.add(f"{fault}@/v2/posts/#1")
    at.plan(folder)
    at.app.faults.clear()
    at.app.faults.add(f"{fault}@/v2/posts/#1")
    done = at.publish(folder)
    arrived = fault in {"cut", "malformed"}
    assert done.code == (0 if arrived else 1), done
    assert at.sent().count(("POST", "/posts/")) == 1
    again = at.publish(folder)
    assert again.code == 0, again
    assert list(at.account.posts) == ["other", "one"]


def test_a_new_item_that_may_have_arrived_is_found(account, desk):
    """No id is told, and the answer was cut off: its content tells which one it is."""
    account.collection("team", {"id": 1, "name": "Jane"})
    at = desk()
    at.app.faults.add("cut@/v2/content/#1")
    path = at.write("joe.yaml", "kind: item\ncollection: team\nfields: {name: Joe}\n")
    done = at.publish(path)
    assert done.code == 0, done
    assert [item["name"] for item in at.items("team").values()] == ["Jane", "Joe"]
    assert at.plan(path).code == 0


def test_a_change_is_tried_again(account, desk):
    """A repeated PATCH harms nothing."""
    account.post("other")
    at = desk()
    at.app.faults.add("status=503@/v2/posts/other/#0")
    path = at.write("other.md", "Title: Other\nSlug: other\nId: other\n\nNew body\n")
    at.plan("--ours", path)
    at.app.faults.clear()
    done = at.publish("--ours", path)
    assert done.code == 0, done
    assert "New body" in at.account.posts["other"]["body"]


def test_a_cached_404_does_not_hide_a_new_post(account, desk):
    """The edge keeps 404s: what is written is looked for past it."""
    account.post("other")
    at = desk(cached_404="yes")
    done = at.publish(_posts(at, "one"))
    assert done.code == 0, done


def test_a_redirected_write_is_not_followed(account, desk, tmp_path):
    """Neither the body nor the token goes anywhere else."""
    account.post("other")
    at = desk()
    folder = _posts(at, "one")
    elsewhere = desk()
    at.app.writes.handle = _redirect(elsewhere.url)
    done = at.publish(folder)
    assert done.code == 1
    assert "was redirected (307)" in done.err
    assert elsewhere.app.calls == []
    assert list(at.account.posts) == ["other"]


def _redirect(url):
    def handle(request, *_):
        raise Refusal(307, {"detail": "moved"}, {"Location": f"{url}{request.path}"})

    return handle


def test_unknown_locale_and_collection(account, desk):
    """404 and 400 of reads become problems that name the draft's words."""
    account.post("other")
    at = desk()
    done = at.publish(
        at.write("x.yaml", "kind: item\ncollection: teem\nfields: {name: Joe}\n"),
        at.write("y.md", "Title: Y\nLocale: xx\n\nBody\n"),
    )
    assert done.code == 1
    assert "xx" in done.err
    assert at.sent() == []


def test_a_file_that_is_not_there(account, desk):
    """That is told before a call is made, even where nothing is stored yet."""
    account.post("other")
    at = desk()
    there = at.write("a.md", POST.format("one"))
    done = at.publish("nope.md", there, "no/such.json")
    assert done.code == 1
    assert done.err == (
        "Error: nope.md: there is no such file: check the name.\n"
        "no/such.json: there is no such file: check the name.\n"
    )
    assert at.app.calls == []


def test_an_unknown_page_type_of_a_draft_with_a_text(account, desk):
    """The page type is what is wrong, not that no field is known for the text."""
    account.page("landing", "home", headline="Hi")
    account.page("news", "first", hero={"title": "x"})
    at = desk()
    at.site.configure(BUTTERCMS_PAGE_TYPES=["landing", "news"])
    page = "---\nkind: page\npage_type: {}\ntitle: A\nslug: a\n---\nHello\n".format
    path = at.write("a.md", page("landng"))
    told = "a.md: the account has no page type 'landng'; did you mean 'landing'? The API cannot"
    done = at.plan(path)
    assert done.code == 1
    assert told in done.out
    assert "has a body" not in done.text
    done = at.plan(path, at.write("b.md", page("news").replace("slug: a", "slug: b")))
    assert told in done.err
    assert "no field of a page of news is known to be for it" in done.err
    assert "none of its fields holds a text: hero" in done.err
    at.write("a.md", page("zzz"))
    assert "no page type 'zzz' (known: landing, news)." in at.plan(path).out


def test_drafts_are_counted_and_not_what_is_wrong_with_them(account, desk):
    """Two drafts with five problems are two that are refused."""
    account.page("landing", "home", headline="Hi", price=3)
    at = desk()
    at.site.configure(BUTTERCMS_PAGE_TYPES=["landing"])
    head = "kind: page\npage_type: landing\ntitle: A\nslug: {}\n"
    at.write("a.yaml", head.format("a") + "fields: {headlin: x, prise: 1}\n")
    at.write("b.yaml", head.format("b") + "fields: {headline: x, price: y}\n")
    at.write("c.md", POST.format("c"))
    done = at.plan("content/drafts")
    assert done.code == 1
    assert done.out.count("! ") > 2
    assert "Plan: 1 to create, 2 refused." in done.out
