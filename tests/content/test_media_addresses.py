"""Media addresses are found in every place where HTML has them, and replaced there only."""

from hypothesis import given
from hypothesis import strategies as st
import pytest

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.content.media_addresses import media_urls, replace_media

A = "https://cdn.buttercms.com/A"
SIZED = "https://cdn.buttercms.com/resize=width:8,height:6/A"
FILE = "https://d2wzhk7xhrnk1x.cloudfront.net/BBB_a(1).pdf"

PLACES = {
    "a whole text": ("{}", True),
    "a text with white space": (" {}\n", True),
    "a sentence": ("see {}. Next", True),
    "brackets": ("(see {})", True),
    "quotes": ("“{}”", True),
    "escaped brackets": ("&lt;{}&gt; &quot;{}&quot;", True),
    "markdown": ("![a]({}) [b]({} 'c') **{}** <{}>", True),
    "a table": ("|{}|b|", True),
    "json": ('{{"a": "{}", "b": ["{}"]}}', True),
    "a list": ("{},{}", True),
    "src": ('<img src="{}">', True),
    "no quotes": ("<IMG SRC={}>", True),
    "single quotes": ("<img src='{}'>", True),
    "white space": ('<img src=" {}\n">', True),
    "href": ('<a href="{}">x</a>', True),
    "text of a link": ('<a href="/x">{}</a>', True),
    "srcset": ('<img srcset="{}, {} 2x,{} 3w">', True),
    "imagesrcset": ('<link imagesrcset="{} 1x" href="{}">', True),
    "lazy": ('<img data-src="{}" data-srcset="{} 1x">', True),
    "poster": ('<video poster="{}" src="{}"><source src="{}"><track src="{}"></video>', True),
    "object": ('<object data="{}"><embed src="{}"></object>', True),
    "background": ('<body background="{}">', True),
    "svg": ('<svg><image xlink:href="{}"/><use href="{}"/></svg>', True),
    "ping": ('<a ping="{} {}">', True),
    "meta": ('<meta property="og:image" content="{}">', True),
    "refresh": ('<meta http-equiv="Refresh" content="0; URL={}">', True),
    "style": ('<p style="background:url({}),url( &quot;{}&quot; )">', True),
    "style, single": ("<p style='background:url(\"{}\")'>", True),
    "style element": ("<style>@import '{}'; p{{background:url({})}}</style>", True),
    "data": ('<p data-x=\'{{"a": "{}"}}\'>', True),
    "noscript": ('<noscript><img src="{}"></noscript>', True),
    "alt": ('<img alt="from {}.">', True),
    "comment": ("<!-- {} -->", False),
    "script": ('<script>x="{}"</script>', False),
    "handler": ("<p onclick=\"x('{}')\">", False),
    "textarea": ("<textarea>{}</textarea>", False),
    "template": ('<template><img src="{}"></template>', False),
    "comment in css": ("<style>/* {} */</style>", False),
    "archive": ('<a href="https://web.archive.org/web/{}">x</a>', False),
    "query": ("https://x.example/?u={}", False),
    "other host": ('<img src="{}">'.replace("{}", "https://x.example/cdn.buttercms.com/A"), False),
}


def replaced(text):
    """Replace every address by a path of the site; gives the addresses, too."""
    found = []

    def local(url):
        found.append(url)
        return "/media/" + url.rpartition("/")[2].replace("(", "").replace(")", "")

    return replace_media(text, local), found


@pytest.mark.parametrize("address", [A, SIZED, FILE], ids=["plain", "sized", "legacy"])
@pytest.mark.parametrize("place", PLACES)
def test_an_address_is_found_in_its_place(place, address):
    """What is replaced is what is downloaded, and what is left alone costs no request."""
    pattern, is_found = PLACES[place]
    count = pattern.count("{}")
    written = address
    if "style" in place and address == FILE:
        written = address.replace("(", "%28").replace(")", "%29")  # css takes no bare brackets
    html = pattern.format(*[written] * count) if count else pattern
    new, found = replaced(html)
    record = RawRecord(Key("post", "", "p"), {"fields": [{"body": html}]})
    assert media_urls([record]) == sorted(set(found))
    if not is_found:
        assert (new, found) == (html, [])
        return
    assert found == [written] * count
    local = "/media/" + written.rpartition("/")[2].replace("(", "").replace(")", "")
    assert new.count(local) == count
    assert "buttercms.com" not in new
    assert "cloudfront" not in new


@pytest.mark.parametrize(
    "written",
    [
        "//cdn.buttercms.com/A",
        "http://cdn.buttercms.com/A",
        "HTTPS://CDN.ButterCMS.com/A",
        "https://cdn.buttercms.com:443/A",
        "http://cdn.buttercms.com:80/A",
        "https://cdn.buttercms.com/A#page=3",
    ],
)
@pytest.mark.parametrize("place", ['<a href="{}">', "see {} there", "{}", "<p style='b:url({})'>"])
def test_spellings_of_one_address_are_one_file(place, written):
    """Host, scheme and port make no second copy; the fragment is kept."""
    fragment = written[written.index("#") :] if "#" in written else ""
    new, found = replaced(place.format(written))
    assert found == [A]
    assert new.replace('"', "").replace("'", "") == place.format("/media/A" + fragment).replace(
        '"', ""
    ).replace("'", "")


def test_references_of_html_are_read():
    """The CDN is asked for the address that HTML means, and not for the way it is spelled."""
    wanted = f"{A}?a=1&b=2&copy=3"
    for written in (f"{A}?a=1&amp;b=2&copy=3", f"{A}?a=1&#38;b=2&copy=3", wanted):
        assert replaced(f'<a href="{written}">')[1] == [wanted]
    assert replaced(f"<p>{A}?a=1&amp;b=2</p>")[1] == [f"{A}?a=1&b=2"]
    assert replaced(r'{"a": "https:\/\/cdn.buttercms.com\/A"}') == ('{"a": "/media/A"}', [A])


@pytest.mark.parametrize(
    "text",
    [
        "https://cdn.buttercms.com/",
        "https://cdn.buttercms.com.x.example/A",
        "https://x@cdn.buttercms.com/A",
        "ftp://cdn.buttercms.com/A",
        "https://cdn.buttercms.com:8080/A",
        "https://notcdn.buttercms.com/A",
        "https://d2devwt40at1e2.cloudfront.net/other/A",
        "cdn.buttercms.com/A",
    ],
)
def test_what_is_no_media_address_stays(text):
    """Other hosts, other ports, and a host without a file."""
    for place in ("{}", '<img src="{}">', "see {}."):
        assert replaced(place.format(text)) == (place.format(text), [])


PIECES = st.sampled_from([
    *("<", ">", '"', "'", "=", "/", " ", ",", "(", ")", ".", "&", ";", "#", "\\", "\n", "url("),
    *("<img", "<p style=", " src=", " srcset=", "<!--", "-->", "<style>", "</style>", "&amp;"),
    *(A, SIZED, "//cdn.buttercms.com/B", "https://x.example/"),
])  # fmt: skip


@given(st.lists(PIECES, max_size=25).map("".join))
def test_what_is_left_alone_keeps_its_bytes(text):
    """Nothing changes where nothing is replaced, and what was replaced is found no more."""
    assert replace_media(text, lambda _: None) == text
    new, found = replaced(text)
    assert (new == text) == (not found)
    assert not any("cdn.buttercms.com" not in url for url in found)


@pytest.mark.parametrize(
    "pile",
    [
        "a",
        "a+",
        "a:",
        "//",
        "https:",
        "url(",
        ",",
        "(",
        f"{A}(",
        f"{A}&amp",
        "&amp;",
        ".",
        "/*",
        "\\a",
    ],
)
@pytest.mark.parametrize("place", ["{}", "<p style='{}'>", '<p srcset="{}">', "<style>{}</style>"])
def test_the_time_grows_with_the_length_only(place, pile):
    """A hostile text is read at once: this test would last for hours."""
    replaced("cdn.buttercms.com " + place.format("cdn.buttercms.com " + pile * 20_000))
