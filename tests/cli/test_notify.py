"""`pelican-buttercms notify`: what is sent to search engines, and what CDNs are to drop."""

import json

import pytest

from tests.servers import serving_app


@pytest.fixture
def engine():
    """A search engine that keeps what it is sent; its answer can be changed."""
    received = []

    def app(environ, start_response):
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        received.append(json.loads(body))
        start_response(app.status, [("Content-Type", "text/plain")])
        return [b"as you like"]

    app.status = "202 Accepted"
    with serving_app(app) as url:
        yield app, received, f"{url}/indexnow"


@pytest.fixture
def built(site, account):
    """A site, built and deployed once."""
    account.post("first")
    account.post("second", day="2024-01-02")
    account.page("*", "about", body="<p>Us.</p>")
    site.write("content/hidden.md", "Title: Secret\nDate: 2024-01-03\nStatus: hidden\n\nText")
    site.configure(
        BUTTERCMS_PAGE_TYPES=["*"],
        BUTTERCMS_CHANGED_FILES="changed.txt",
        BUTTERCMS_INDEXNOW_KEY="0123-abcd",
        BUTTERCMS_MAX_AGE=0,
        ARTICLE_URL="{slug}/",
        ARTICLE_SAVE_AS="{slug}/index.html",
    )
    site.build()
    (site.folder / "changed.txt").unlink()
    return site


def test_changed_pages_are_sent(built, account, engine):
    """By the URLs of the sitemap; neither what is the same, nor hidden pages, nor the rest."""
    _, received, url = engine
    account.post("second", day="2024-01-02", title="Another")
    built.write("content/hidden.md", "Title: Still\nDate: 2024-01-03\nStatus: hidden\n\nText")
    built.build()
    done = built.command("notify", "--engine", url)
    assert done.returncode == 0, done.stderr
    (body,) = received
    assert body["host"] == "site.example"
    assert body["key"] == "0123-abcd"
    assert body["keyLocation"] == "https://site.example/0123-abcd.txt"
    assert "https://site.example/second/" in body["urlList"]
    assert "https://site.example/" in body["urlList"]
    assert not {"first", "Secret", "hidden", "still"} & set("/".join(body["urlList"]).split("/"))
    assert f"{len(body['urlList'])} changed pages sent to 127.0.0.1." in done.stdout


def test_nothing_changed_is_not_sent(built, engine):
    """No request is made."""
    _, received, url = engine
    built.build()
    assert "0 changed pages" in built.command("notify", "--engine", url).stdout
    assert received == []


@pytest.mark.parametrize("status", ["403 Forbidden", "429 Too Many Requests", "500 Oops"])
def test_a_refusal_is_a_warning(built, account, engine, status):
    """A deploy that is done has not failed."""
    app, _, url = engine
    app.status = status
    account.post("second", title="Another")
    built.build()
    done = built.command("notify", "--engine", url)
    assert done.returncode == 0
    assert status[:3] in done.stderr
    assert "0123-abcd.txt deployed?" in done.stderr


def test_no_answer_is_a_warning(built, account):
    """Nobody listens there."""
    account.post("second", title="Another")
    built.build()
    done = built.command("notify", "--engine", "http://127.0.0.1:9/")
    assert done.returncode == 0
    assert done.stderr.startswith("Warning: IndexNow did not take")


def test_urls_for_a_cdn(built, account):
    """Of every file, and of the folder that an index is shown for."""
    account.delete("posts/second.json")
    built.build()
    lines = built.command("notify", "--list").stdout.splitlines()
    assert {"https://site.example/second/", "https://site.example/second/index.html"} <= set(lines)
    assert "https://site.example/sitemap.xml" in lines
    assert not any("about" in line for line in lines)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"BUTTERCMS_INDEXNOW_KEY": None}, "no key of IndexNow"),
        ({"BUTTERCMS_CHANGED_FILES": None}, "no list of changed files"),
        ({"BUTTERCMS_CHANGED_FILES": "none.txt"}, "no list of changed files"),
        ({"SITEURL": ""}, "SITEURL is no whole address"),
        ({"OUTPUT_PATH": "elsewhere"}, "no sitemap in"),
    ],
)
def test_what_is_missing_is_told(built, settings, words):
    """With what to set."""
    built.build()
    built.configure(**settings)
    done = built.command("notify")
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_many_pages_are_several_requests(built, engine, monkeypatch):
    """As many at once as IndexNow takes."""
    from pelican_buttercms.cli import notify

    _, received, url = engine
    monkeypatch.setattr(notify, "MOST_URLS", 2)
    notify._send(
        url, "https://site.example", "0123-abcd", [f"https://site.example/{n}" for n in range(5)]
    )
    assert [len(body["urlList"]) for body in received] == [2, 2, 1]


@pytest.mark.parametrize("engine", ["http://[::", "bing", "file:///etc/passwd", ""])
def test_what_is_no_address_of_a_search_engine(built, engine):
    """It is refused at once, also where nothing has changed."""
    built.build()
    done = built.command("notify", "--engine", engine)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: --engine takes an address such as")
