"""Files that a write names: looked at, kept where they are, or fetched into the media library."""

import json

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from tests.servers import serving_app

CDN = "https://cdn.buttercms.com/"
FIELDS = {"headline": "", "body": [], "links": [], "author": None, "related": []}


@pytest.fixture
def pictures():
    """A server of pictures elsewhere; gives its address, and the paths that were asked for."""
    asked = []

    @Request.application
    def answer(request):
        asked.append(request.path)
        status = 404 if request.path == "/gone.png" else 200
        return Response(f"the bytes of {request.path}", status, content_type="image/png")

    with serving_app(answer) as url:
        yield url, asked


@pytest.fixture
def remote():
    """A server that answers with the status its path names; gives its address."""

    @Request.application
    def answer(request):
        return Response("", int(request.path.strip("/")))

    with serving_app(answer) as url:
        yield url


def behind(ask, url):
    """Return what the CDN serves at an address."""
    return Client(ask.app).get(url.removeprefix("https://cdn.buttercms.com"), base_url=CDN)


def test_media_values_are_fetched_wherever_they_are(play, account, pictures):
    """In components and pickers; what is in the library already, or cannot be had, stays."""
    url, asked = pictures
    account.page("news", "home", headline="")
    ask = play(uploads="library")
    fields = FIELDS | {
        "headline": f"{url}/text.png",
        "hero": {"line": "", "image": f"{url}/a.png"},
        "body": [{"hero": {"line": "", "image": f"{url}/b"}}, {"hero": {"image": CDN + "AAA"}}],
    }
    ask.accepted("PATCH", "pages/news/home/", {"status": "published", "fields": fields})
    shown = ask.get("pages/news/home/")["data"]["fields"]
    first, second = shown["hero"]["image"], shown["body"][0]["fields"]["image"]
    assert shown["headline"] == f"{url}/text.png"
    assert shown["body"][1]["fields"]["image"] == CDN + "AAA"
    assert sorted(asked) == ["/a.png", "/b"]
    assert first.startswith(CDN)
    assert second.startswith(CDN)
    assert first != second
    assert behind(ask, first).data == b"the bytes of /a.png"
    assert behind(ask, second).content_type == "image/png"
    ask.accepted(
        "PATCH",
        "pages/news/home/",
        {"status": "published", "fields": {"hero": {"image": f"{url}/gone.png"}}},
    )
    assert ask.get("pages/news/home/")["data"]["fields"]["hero"]["image"] == f"{url}/gone.png"


def test_a_posts_pictures_are_fetched_on_request(play, account, pictures):
    """The featured image always, those of its body only where the write asks for it."""
    url, asked = pictures
    account.post("hello")
    ask = play(uploads="library")
    body = (
        f"""<p><img alt="x" src='{url}/a.png'><a href="{url}/b.png">b</a><img src="{CDN}C"></p>"""
    )
    post = {"status": "published", "body": body, "featured_image": f"{url}/f.png"}
    ask.accepted("PATCH", "posts/hello/", post)
    shown = ask.get("posts/hello/")["data"]
    assert (shown["body"], asked) == (body, ["/f.png"])
    assert shown["featured_image"].startswith(CDN)
    ask.accepted("PATCH", "posts/hello/", {**post, "upload_images_to_media_library": True})
    shown = ask.get("posts/hello/")["data"]["body"]
    assert f"""<img alt="x" src='{CDN}""" in shown
    assert f'<a href="{url}/b.png">b</a><img src="{CDN}C"></p>' in shown


def test_files_are_kept_as_sent_by_default(play, account, pictures):
    """Nothing is fetched then."""
    url, asked = pictures
    account.post("hello")
    ask = play()
    post = {"featured_image": f"{url}/f.png", "upload_images_to_media_library": True}
    ask.accepted("PATCH", "posts/hello/", post)
    assert ask.get("posts/hello/")["data"]["featured_image"] == f"{url}/f.png"
    assert asked == []


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("no url", 400),
        ("{remote}/404/", 400),
        ("{remote}/200/", 202),
        ("{remote}/500/", 202),
        ("http://127.0.0.1:9/", 202),
        ("https://cdn.buttercms.com/unknown", 400),
        ("https://cdn.buttercms.com/resize=width:9/known", 202),
        ("", 202),
    ],
)
def test_media_are_looked_at_when_told_to(play, account, news, remote, value, status):
    """What is not a URL and what answers 404 is a 400; no other failure is documented as one."""
    account.media("known.png", b"png")
    url = value.format(remote=remote)
    page, post = {"fields": {"hero": {"image": url}}}, {"title": "T", "slug": "t"}
    ask = play(media_check="on")
    assert ask("PATCH", "pages/news/live/", page).status_code == status
    assert ask("POST", "posts/", post | {"featured_image": url}).status_code == status
    ask = play()
    ask.accepted("PATCH", "pages/news/live/", page)
    ask.accepted("POST", "posts/", post | {"featured_image": url})


def test_uploads_outlive_the_emulator_where_changes_do(play, account, pictures):
    """In the account's folder, or in memory alone."""
    url, _ = pictures
    account.post("hello")
    change = {"featured_image": f"{url}/f.png", "status": "published"}
    play(uploads="library").accepted("PATCH", "posts/hello/", change)
    assert not (account.folder / "media").exists()
    play(uploads="library", persist=True).accepted("PATCH", "posts/hello/", change)
    stored = json.loads((account.folder / "posts/hello.json").read_text())["featured_image"]
    again = play(media_check="on")
    assert behind(again, stored).data == b"the bytes of /f.png"
    again.accepted("PATCH", "posts/hello/", {"featured_image": stored})
