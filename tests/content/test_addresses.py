"""Texts that become addresses: what passes, what is left out, and how names are spelt."""

from datetime import datetime
from html import escape
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st
import pytest

from pelican_buttercms.content.addresses import AddressPattern, encode_path, safe_address

SCRIPTS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " \t\n javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\r\nscript\n:alert(1)",
    "\x00javascript:alert(1)",
    "\x01\x1fjavascript:alert(1)",
    "\u2028javascript:alert(1)",
    "\u00a0javascript:alert(1)",
    "\ufeffjavascript:alert(1)",
    "java\u200bscript:alert(1)",
    "java\x85script:alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6A;avascript&colon;alert(1)",
    "javascript&#58;alert(1)",
    "java&Tab;script:alert(1)",
    "java&NewLine;script:alert(1)",
    "&#0000106avascript:alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "DATA:text/html;base64,PHNjcmlwdD4=",
    "view-source:javascript:alert(1)",
    "feed:javascript:alert(1)",
    "blob:https://a.example/1",
    "file:///etc/passwd",
    "javascript://a.example/%0aalert(1)",
    "javascript :alert(1)",
    "jav&#x0A;ascript:alert(1)",
]
LINKS = [
    "https://a.example/b?c=d&e=f#g",
    "http://a.example",
    "HTTPS://A.EXAMPLE",
    "//a.example/b",
    "mailto:a@b.example",
    "tel:+44123456",
    "/menu/",
    "menu.html",
    "#top",
    "?page=2",
    "./a:b",
    "/a:b",
    "https://a.example/%20already%2Fencoded",
    "https://münchen.example/straße",
    "",
]


@pytest.mark.parametrize("text", SCRIPTS, ids=ascii)
def test_what_a_browser_would_run_is_no_address(text):
    """However it is spelt, hidden or interrupted."""
    assert safe_address(text) is None


@pytest.mark.parametrize("text", LINKS)
def test_links_stay_what_they_are(text):
    """Web addresses, mail, telephones, and places of the site."""
    assert safe_address(text) == text


def test_no_address_ends_an_attribute():
    """What is in no address is encoded, as browsers do it."""
    found = safe_address("""/a"onclick='x'<b> c\\d\ne\u202ef""")
    assert found == "/a%22onclick=%27x%27%3Cb%3E%20c%5Cdef"


@given(st.text())
def test_an_address_is_safe_however_it_is_printed(text):
    """As it is, or escaped; what passes once passes again unchanged."""
    found = safe_address(text)
    if found is not None:
        assert safe_address(found) == found
        assert safe_address(escape(found)) is not None or ":" in found
        assert not set(found) & set("\"'<>` \n\t\x00")


@given(st.text(st.characters(codec="utf-8")))
def test_a_name_is_encoded_once(name):
    """Decoded once, as a server does it, it is the name of the file."""
    assert unquote(encode_path(name)) == name
    assert not set(encode_path(name)) & set("?#:;& \"'<>")


def test_a_pattern_encodes_what_fills_it_and_nothing_else():
    """The pattern itself may have anything, dates keep their formats, and a list its own URL."""
    pattern = AddressPattern("a?b={slug}#{date:%Y}/{url}{number}")
    values = {"slug": "c d/é%", "date": datetime(2024, 5, 1), "url": "x%20y/", "number": 2}  # noqa: DTZ001
    wanted = "a?b=c%20d/%C3%A9%25#2024/x%20y/2"
    assert pattern.format(**values) == wanted
    assert pattern.format_map(values) == wanted
    assert str(pattern).format(**values) == wanted
