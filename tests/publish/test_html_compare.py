"""`html_compare`: what counts in HTML, and what does not."""

from __future__ import annotations

from html import escape
import re
import time

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
import pytest

from pelican_buttercms.publish.html_compare import link_targets, normalize_html, same_html

QUICK = settings(max_examples=60, phases=[Phase.explicit, Phase.generate])

WORDS = st.text("abcäß漢🦋_*&<>'\"", min_size=1, max_size=6)
TEXTS = st.lists(WORDS, min_size=1, max_size=4).map(lambda words: escape(" ".join(words)))
INLINE = st.one_of(
    TEXTS,
    st.builds("<{0}>{1}</{0}>".format, st.sampled_from(["b", "em", "a", "span"]), TEXTS),
    st.just('<img src="a.png" alt="A">'),
    st.just("<!-- note -->"),
    st.just("<br>"),
)
RUNS = st.lists(INLINE, min_size=1, max_size=4).map("".join)
BLOCKS = st.builds(
    "<{0}>{1}</{0}>".format, st.sampled_from(["p", "h2", "div", "blockquote", "li"]), RUNS
)
WHITE = st.text(" \t\n", max_size=3)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>a</p>\n<p>b</p>\n", "<p>a</p><p>b</p>"),
        ("<P CLASS='x  y' ID=z>a</P>", '<p id="z" class="x y">a</p>'),
        ("a<br>b", "a<br />\nb"),
        ("<input checked>", '<input checked="checked">'),
        ("&eacute; &amp; &#8364;&nbsp;", "é & €\xa0"),
        ("a <b> c</b>", "a <b>c</b>"),
        ("<p>a <b>b </b> </p>", "<p>a <b>b</b></p>"),
        ("<pre>\na  b\n</pre>", "<pre>a  b</pre>"),
        ("<p>a</p><!-- x\n y --> <p>b</p>", "<p>a</p> <!--x y--><p>b</p>"),
        ("a\r\nb", "a b"),
        ("a <script>1</script> b", "a <script>1</script>b"),
        ("<source src=a> <track>", "<source src='a'/><track/>"),
    ],
)
def test_the_same(one, other):
    """What no browser shows does not count."""
    assert normalize_html(one) == normalize_html(other)
    assert same_html(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a b", "ab"),
        ("<em>a</em> <b>b</b>", "<em>a</em><b>b</b>"),
        ("<p>a</p>", "a"),
        ("<p>a</p><p></p>", "<p>a</p>"),
        ("a<!--x-->", "a"),
        ("<pre>a  b</pre>", "<pre>a b</pre>"),
        ("<p style='white-space: pre'>a  b</p>", "<p style='white-space: pre'>a b</p>"),
        ("<textarea>a \n</textarea>", "<textarea>a</textarea>"),
        ("<script>a  b</script>", "<script>a b</script>"),
        ("\xa0", " "),
        ("a <img src=x> b", "a<img src=x> b"),
        ("<a href=x>a</a>", "<a href=y>a</a>"),
        ("<a href=x target=_blank>a</a>", "<a href=x>a</a>"),
        ("<ul><li>a</li></ul><ul><li>b</li></ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("&amp;lt;", "&lt;"),
        ("<!-- a -->", "<!-- b -->"),
        ("text <unfinished", "text"),
    ],
)
def test_different(one, other):
    """Every word, tag, attribute and comment counts, and so does white space that is shown."""
    assert normalize_html(one) != normalize_html(other)
    assert not same_html(one, other)


@given(st.lists(st.tuples(BLOCKS, WHITE), min_size=1, max_size=5), WHITE)
@QUICK
def test_white_space_between_blocks(blocks, first):
    """White space between blocks does not matter, how much there ever is."""
    spaced = first + "".join(block + white for block, white in blocks)
    assert normalize_html(spaced) == normalize_html("".join(block for block, _ in blocks))


@given(BLOCKS, WHITE)
@QUICK
def test_white_space_between_words(block, white):
    """One space shows as any number of them."""
    text = re.sub(r"<[^>]*>|( )", lambda m: m[0] + white if m[1] else m[0], block)
    assert normalize_html(text) == normalize_html(block)


@given(st.lists(BLOCKS, min_size=1, max_size=4).map("".join), st.data())
@QUICK
def test_every_word_counts(html, data):
    """A fragment without one of its words, tags or comments is another."""
    parts = re.findall(r"<[^>]*>|[^<\s]+|\s+", html)
    place = data.draw(st.sampled_from([n for n, part in enumerate(parts) if part.strip()]))
    assert normalize_html("".join(parts[:place] + parts[place + 1 :])) != normalize_html(html)


@given(
    st.dictionaries(st.sampled_from(["id", "href", "title", "data-x", "alt"]), WORDS, min_size=1),
    st.randoms(use_true_random=False),
)
@QUICK
def test_order_of_attributes(attributes, random):
    """Attributes are a mapping; how they are ordered, cased and quoted does not matter."""
    spelled = [f"{name}='{escape(value)}'" for name, value in attributes.items()]
    other = [f'{name.upper()} = "{escape(value)}"' for name, value in attributes.items()]
    random.shuffle(other)
    assert normalize_html(f"<i {' '.join(spelled)}>x</i>") == normalize_html(
        f"<i  {' '.join(other)} >x</i>"
    )
    assert normalize_html(f"<i {' '.join(spelled[1:])}>x</i>") != normalize_html(
        f"<i {' '.join(spelled)}>x</i>"
    )


PIECES = ["<", "p", ">", "!", "[", "--", " ", "/", "&", "#x", ";", '"', "'", "=", "]", "?", "\n"]
BROKEN = st.lists(
    st.sampled_from([*PIECES, "script", "pre", "CDATA[", "<!DOCTYPE", "\0", "\ud800"]), max_size=25
).map("".join)


@given(BROKEN)
@QUICK
def test_broken_html(html):
    """Nothing is raised, however broken a fragment is, and it is the same as itself."""
    assert normalize_html(html) == normalize_html(html)
    hash(normalize_html(html))


@pytest.mark.parametrize("piece", ["<a ", "<!--", "<a b='", "<![CDATA[", "</pre>", "<b>", "<pre>"])
def test_time(piece):
    """A hostile fragment takes no longer than its length asks for."""
    begun = time.process_time()
    for end in ("", ">"):
        normalize_html(piece * 15_000 + end)
    assert time.process_time() - begun < 2


def test_targets():
    """What a fragment links to and shows is named in order."""
    html = '<a href="x">a</a> href="no" <video poster=p src="v?a=1&amp;b"></video><!-- src="z" -->'
    assert link_targets(html) == ["x", "p", "v?a=1&b"]


def test_links():
    """A picture that the CMS has moved may be declared the same, and only a link's target."""

    def moved(one, other):
        return {one, other} == {"a.png", "https://cdn.example/1"}

    here, there = '<img src="a.png" alt="A">', '<img alt="A" src="https://cdn.example/1">'
    assert not same_html(here, there)
    assert same_html(here, there, moved)
    assert not same_html(here.replace('"A"', '"B"'), there, moved)
    assert not same_html("<i title='a.png'>", "<i title='https://cdn.example/1'>", moved)
    assert not same_html(here, f"{there}<b></b>", moved)
    assert not same_html("<b>", "<i>", moved)
