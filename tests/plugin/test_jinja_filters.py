"""The Jinja filters that need no site."""

from html import unescape
import re

from pelican_buttercms.content.fields import Fields, Media
from pelican_buttercms.plugin.jinja_filters import butter_embeds, butter_one, url_of


def test_an_embedded_frame_loads_on_a_click():
    """The frame shows a link to what it embeds instead; everything else about it stays."""
    html = '<p>a</p><iframe width="9" src="https://video.example/e?a=1&amp;b=2" allow="x"></iframe>'
    shown = butter_embeds(html)
    frame = re.search(r'<iframe srcdoc="(.*?)" width="9" src=', shown, re.DOTALL)
    page = unescape(frame[1])
    assert '<a href="https://video.example/e?a=1&amp;b=2">' in page
    assert "Load content from video.example" in page
    assert shown.startswith("<p>a</p>")
    assert shown.endswith('allow="x"></iframe>')


def test_frames_that_load_nothing_foreign_are_left_alone():
    """A frame with a page of its own, or of the site, has nothing to wait for."""
    for html in ('<iframe srcdoc="x" src="https://a.example">', '<iframe src="/own.html">', "<p>"):
        assert butter_embeds(html) == html
    assert butter_embeds(None) == ""


def test_a_hostile_address_stays_inside_its_attribute():
    """The address is an editor's text: it cannot open a tag in the frame."""
    shown = butter_embeds("<iframe src='https://a.example/\"><script>alert(1)</script>'></iframe>")
    page = unescape(re.search(r'srcdoc="(.*?)"', shown, re.DOTALL)[1])
    assert "<script>" not in page


def test_one_is_the_thing_itself_or_a_lists_first():
    """The API's sources disagree on how a one-to-one reference comes."""
    thing = object()
    assert butter_one(thing) is butter_one([thing]) is thing
    assert butter_one([]) is None
    assert butter_one(None) is None


def test_an_images_url_is_found_in_every_form():
    """A media value, an object with a URL, a plain text, nothing."""
    assert url_of(Media("https://cdn.buttercms.com/A", "alt")) == "https://cdn.buttercms.com/A"
    assert url_of(Fields({"url": "https://x.example/a.jpg"})) == "https://x.example/a.jpg"
    assert url_of("/a.jpg") == "/a.jpg"
    assert url_of(None) == ""
