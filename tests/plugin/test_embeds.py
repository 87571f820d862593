"""Embedded content of other hosts asks nothing of them before a click: `butter_embeds`."""

from html import unescape
import re

from hypothesis import given
from hypothesis import strategies as st
import pytest

from pelican_buttercms.content.html_tokens import start_tags
from pelican_buttercms.plugin.embeds import butter_embeds

FOREIGN = [
    "https://v.example/1",
    "//v.example/1",
    "http://v.example/1",
    "HTTPS://V.example/1",
    " https://v.example/1",
    "ht\ntps://v.example/1",
    r"\\v.example/1",
    "https:&#x2f;/v.example/1",
    "https://u@v.example/1",
]
FRAMED = {"iframe": "src", "embed": "src", "object": "data", "portal": "src"}
QUOTES = ['"{}"', "'{}'"]


@pytest.mark.parametrize("quotes", QUOTES)
@pytest.mark.parametrize("tag", FRAMED)
@pytest.mark.parametrize("url", FOREIGN)
def test_what_is_embedded_waits(tag, url, quotes):
    """Whatever the element and the spelling; its other attributes stay, and twice is once."""
    html = f'<{tag.upper()} title="T" {FRAMED[tag]}={quotes.format(url)} id=e></{tag}>after'
    shown = butter_embeds(html)
    (frame,) = start_tags(shown)
    assert frame.name == "iframe"
    assert (frame.value("title"), frame.value("id")) == ("T", "e")
    assert "v.example" in frame.value("srcdoc").lower()
    assert shown.endswith("after")
    assert butter_embeds(shown) == shown


@pytest.mark.parametrize("title", ["", " title", ' title=""', " title=' '"])
@pytest.mark.parametrize("tag", FRAMED)
def test_a_frame_without_a_title_gets_the_words_of_its_link(tag, title):
    """Readers who hear the page hear what the frame is, in the page's language."""
    html = f"<{tag}{title} {FRAMED[tag]}=//v.example/1></{tag}>"
    label = 'Von {host} "laden" <b>'
    shown = butter_embeds(html, label)
    (frame,) = start_tags(shown)
    assert len(re.findall(r" title=", shown)) == 1  # of two the parser would show the first
    words = label.replace("{host}", "v.example")
    assert [each.value for each in frame.attributes if each.name == "title"] == [words]
    (link,) = start_tags(frame.value("srcdoc").partition("</style>")[2])
    assert link.name == "a"
    assert words in unescape(frame.value("srcdoc"))


def test_a_style_sheet_may_take_the_place_of_the_inline_style():
    """For sites whose Content-Security-Policy forbids inline styles."""
    shown = butter_embeds("<iframe src=//v.example></iframe>", stylesheet='/a"b.css')
    (frame,) = start_tags(shown)
    sheet, link = start_tags(frame.value("srcdoc"))
    assert (sheet.name, sheet.value("href"), link.name) == ("link", '/a"b.css', "a")
    assert "<style" not in frame.value("srcdoc")


def test_an_address_without_quotes_waits():
    """As embed codes of old have it."""
    assert 'srcdoc="' in butter_embeds("<iframe src=//v.example/1 width=1></iframe>")
    assert "id=e>" in butter_embeds('<embed src="//v.example/1"id=e>')


def test_players_load_nothing_by_themselves():
    """No autoplay, nothing loaded ahead, no picture of the other host, and a button to start."""
    shown = butter_embeds('<video autoplay="a"src=//v.example/a poster=//v.example/b></video>')
    (video,) = start_tags(shown)
    assert {one.name for one in video.attributes} == {"src", "preload", "controls"}
    assert video.value("preload") == "none"
    shown = butter_embeds(
        '<audio preload=auto><source src="https://v.example/a">'
        "<track default src=//v.example></audio>"
    )
    audio, source, track = start_tags(shown)
    assert (audio.value("preload"), source.value("src")) == ("none", "https://v.example/a")
    assert track.get("default") is None
    assert butter_embeds(shown) == shown


@pytest.mark.parametrize(
    "html",
    [
        '<iframe src="/own.html"></iframe>',
        '<iframe data-src="https://v.example/1"></iframe>',
        '<iframe src="about:blank" data-src="https://v.example/1"></iframe>',
        "<iframe srcdoc='<p>x</p>' src='//v.example'></iframe>",
        "<!-- <iframe src='//v.example'></iframe> -->",
        "<script>'<iframe src=//v.example>'</script>",
        "<template><iframe src=//v.example></iframe></template>",
        "<textarea><embed src=//v.example></textarea>",
        '<img src="//v.example/a.png">',
        '<video autoplay src="/own.mp4"></video>',
        '<object data="/own.pdf"><p>x</p></object>',
        "<p title='<iframe src=//v.example>'>x</p>",
    ],
)
def test_what_asks_nothing_unasked_keeps_its_bytes(html):
    """The site's own, what a script fills in later, and what is no element."""
    assert butter_embeds(html) == html


def test_elements_in_each_other():
    """What an object shows if it fails goes with it; a page inside a frame is looked into."""
    inside = (
        '<object data="//v.example"><embed src="//w.example"><object data="a"></object></object>'
    )
    assert butter_embeds(f"{inside}<p>x</p>").count("<iframe") == 1
    own = '<object data="/own.pdf"><embed src="//w.example"></object>'
    assert butter_embeds(own).startswith('<object data="/own.pdf"><iframe srcdoc=')
    nested = butter_embeds('<iframe srcdoc="<iframe src=//v.example></iframe>"></iframe>')
    (frame,) = start_tags(nested)
    assert next(start_tags(frame.value("srcdoc"))).get("srcdoc") is not None
    assert butter_embeds(nested) == nested


def test_a_frame_of_a_frameset_waits():
    """It has no `srcdoc`, so its page lies in its address."""
    shown = butter_embeds("<frameset><frame src='//v.example/?a#b'></frameset>")
    assert re.search(r"src='data:text/html[^']*https://v.example/%3Fa%23b", unescape(shown))
    assert butter_embeds(shown) == shown


PIECES = st.sampled_from([
    *("<iframe", "<embed", "<object", "<video", "</object>", "</iframe>", "<source", "<frame"),
    *(" src=", " data=", " srcdoc=", " title=", '"', "'", ">", " ", "=", "<!--", "-->", "/"),
    *("//v.example/", "https://v.example", "&lt;", "<p>"),
])  # fmt: skip


@given(st.lists(PIECES, max_size=25).map("".join))
def test_nothing_foreign_is_left_and_twice_is_once(html):
    """In any pile of pieces."""
    shown = butter_embeds(html)
    for tag in start_tags(shown):
        url = tag.value(FRAMED.get(tag.name, "src")).strip()
        if tag.name in {"embed", "object"} or (tag.name == "iframe" and not tag.get("srcdoc")):
            assert not url.startswith(("//", "https://"))
    assert butter_embeds(shown) == shown


def test_a_click_loads_it(browser):
    """In a real browser: nothing is asked for before, and the frame shows the content after."""
    page = browser.new_page()
    asked = []

    def answer(route):
        asked.append(route.request.url)
        route.fulfill(body="<p id=there>there</p>", content_type="text/html")

    page.route("**/*", answer)
    page.set_content(butter_embeds('<iframe src="https://v.example/1"></iframe>'))
    link = page.frame_locator("iframe").locator("a")
    link.wait_for()
    assert asked == []
    link.click()
    page.frame_locator("iframe").locator("#there").wait_for()
    assert asked == ["https://v.example/1"]
    page.close()
