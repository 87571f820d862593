"""Tags and attributes are found as browsers find them, and an edit keeps every other byte."""

from html5lib._tokenizer import HTMLTokenizer
from html5lib.constants import tokenTypes
from hypothesis import given
from hypothesis import strategies as st
import pytest

from pelican_buttercms.content.html_tokens import edited, start_tags, tokens

PIECES = st.sampled_from([
    *("<", ">", '"', "'", "=", "/", " ", "\n", "&", "!", "?", "-", "]", "\0"),
    *("&amp;", "&copy=1", "&copy;", "&copyx", "&#x6a;", "&lt;", "'v'", '"w"', "/>", "=>", " = "),
    *("<!--", "-->", "--!>", "<!-->", "<![CDATA[", "]]>", "</", "<p", "</p>", "<a ", "<IMG", "<b>"),
    *(" href=", " SRC=", " x ", "a", "https://x.example/"),
])  # fmt: skip
PILES = st.lists(PIECES, max_size=30).map("".join)


@given(PILES)
def test_tags_are_those_of_a_standard_parser(html):
    """Names, attributes, decoded values, and which of two attributes counts, in any pile."""
    ours = [
        (tag.name, [(one.name, one.value.replace("\0", "\ufffd")) for one in tag.attributes])
        for tag in start_tags(html)
    ]
    theirs = [
        (token["name"].lower(), [(name.lower(), value) for name, value in token["data"].items()])
        for token in HTMLTokenizer(html)
        if token["type"] == tokenTypes["StartTag"] and token["data"] != []
    ]
    with_attributes = [tag for tag in theirs if tag[1]]
    without_nul = "\0" not in html  # of which the standard makes another character in names
    assert not without_nul or [tag for tag in ours if tag[1]] == with_attributes


@given(PILES, st.sampled_from(["", "x", "a\"b'c", "<p>&amp;&", "ä"]))
def test_an_edit_changes_one_value_and_nothing_else(html, value):
    """What is in front of the value and behind it stays, and the value reads as it was meant."""
    for number, tag in enumerate(start_tags(html)):
        for place, attribute in enumerate(tag.attributes):
            start, end, new = attribute.replaced(value)
            changed = edited(html, [(start, end, new)])
            assert changed.startswith(html[:start])
            assert changed.endswith(html[end:])
            again = list(start_tags(changed))[number]
            assert again.attributes[place].value == value
            assert [one.name for one in again.attributes] == [one.name for one in tag.attributes]


@given(PILES)
def test_tokens_follow_each_other(html):
    """No place is in two tokens."""
    places = [place for token in tokens(html) for place in (token.start, token.end)]
    assert places == sorted(places)
    assert edited(html, []) == html


@pytest.mark.parametrize(
    "html",
    [
        "<!-- <i a> -->",
        "<!-- <i a>",
        "<!--> --> <!DOCTYPE html><?i a?><![CDATA[x]]>",
        '<script>"<i a>"</script>',
        "<SCRIPT><!-- <script> </script> <i a> --></SCRIPT>",
        "<style><i a></style><textarea><i a></textarea><title><i a></title>",
        "<iframe><i a></iframe><noframes><i a></noframes><xmp><i a></xmp><noembed><i a></noembed>",
        "<template><i a><template></template><i a></template>",
        "<svg><![CDATA[<i a>]]></svg>",
        "<plaintext><i a>",
        '<i a="',
        "</i a>",
        "< i a>",
    ],
)
def test_what_is_no_tag_is_never_seen(html):
    """Comments, scripts, texts of other elements, templates, and a tag that never ends."""
    assert not [tag for tag in start_tags(html) if tag.name == "i"]


@pytest.mark.parametrize(
    "html",
    [
        '<b title="a>b"><i a>',
        "<script></script><i a>",
        "<textarea></p></textarea><i a>",
        "<noscript><i a></noscript>",
        "<svg><style><i a></style></svg>",
        "<svg><p><style><b></style><i a>",
        "<svg/><style></style><i a>",
        "<template></template><i a>",
        "<!-- --!><i a>",
        "<I\nA/>",
    ],
)
def test_what_is_a_tag_is_seen(html):
    """Behind all that, and where only a parser sees it."""
    assert [tag.attributes[0].name for tag in start_tags(html) if tag.name == "i"] == ["a"]


@pytest.mark.parametrize(
    "pile", ["<a ", "<!--", "<script><!--", "<svg>", "<a b='", "<style>", "</", "<![CDATA[", "<a/"]
)
def test_the_time_grows_with_the_length_only(pile):
    """A hostile text of a 200 kB is read at once: this test would last for hours."""
    assert sum(1 for _ in tokens(pile * (200_000 // len(pile)))) < 500_000
