"""`publish.export.markdown`: Markdown that renders to the same HTML, or none."""

from __future__ import annotations

import sys

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
import pytest

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.publish.export.converter import converter
from pelican_buttercms.publish.export.html_blocks import split_blocks
from pelican_buttercms.publish.export.markdown import keep_html, to_markdown
from pelican_buttercms.publish.html_compare import same_html

TRICKY = [
    "<p>Key: value</p><p>b</p>",
    "<p>http://site.example: x</p>",
    "<hr><p>a: b</p><hr>",
    "<p># no</p><p>1. no</p><p>- no</p><p>+ no</p><p>&gt; no</p><p>a\n- b\n: c\n===</p>",
    "<p>=== ~~~ ``` *** ___ --- | a | b |</p>",
    "<p>$x$ {static}/a {filename}b {% if x %} {{ y }} _a_ *b* a_b_c</p>",
    "<p>__init__ &amp;amp; &lt;b&gt; 5 < 6 &amp; 7</p>",
    '<p>[shortcode id="3"] [[x]] [^1] [a](b) ![c](d) *[HTML]: x {: .c} {#d}</p><p>[^1]: note</p>',
    "<p>&nbsp;</p><p>a&nbsp;</p><p>&copy; &eacute; &#8364; &unknown; &amp;copy;</p>",
    "<p>🦋 👩‍👩‍👧 \u200f\u05e9\u05dc\u05d5\u05dd\u200e ﷽ \u200b</p>",
    "<ul><li>a<ul><li>b<ol><li>c</li></ol></li></ul></li><li>d</li></ul><ul><li>x</li></ul>",
    '<ol start="3"><li>a</li><li><p>b</p><p>c</p></li></ol><ol><li>d</li></ol>',
    '<ul class="check"><li>a</li></ul>',
    "<table><thead><tr><th>b|c</th></tr></thead><tbody><tr><td>2<br>3</td></tr></tbody></table>",
    '<table class="x" border=1><caption>c</caption><tr><td colspan=2>1</td></tr></table>',
    "<pre><code>a  b\n\n  c\n</code></pre><pre><code class='language-py'>```\n</code></pre>",
    "<pre>plain\n\n  <b>x</b></pre><p><code>a`b</code> <code> c </code> <code></code></p>",
    '<figure class="f"><img src="a.png" alt=""><figcaption>x <em>y</em></figcaption></figure>',
    '<p><img src="a b.png" alt="A [b]"> <img src="c.png" alt="C" width="3"><img src="d"></p>',
    "<blockquote><p>a</p><blockquote><p>b</p></blockquote></blockquote><blockquote>c</blockquote>",
    "<p>a<br>b<br><br>c</p><!--more--><p>c<!-- in --> d</p><!-- a\n\nb -->",
    '<iframe src="https://x.example/?a=1&amp;b=2" allowfullscreen></iframe>\n<p>x</p>',
    '<div class="a" id="b"><p>b</p>\n\n<p>c</p>    <pre>d</pre></div><p>e</p>',
    '<script>if (a < b && c) { "</p>" }</script><style>p { a: b }</style><p>a</p>',
    '<p class="lead" style="color: red">x</p><h2 id="x">A</h2><h3>A # b #</h3><h1></h1>',
    '<p>a<b>b</b><strong>c</strong><em>d</em><i>e</i><u>f</u><del>g</del>H<sub>2</sub>O</p>',
    '<p><strong>a<em>b</em></strong><em>c</em> x<em>y</em>z <strong> d </strong></p>',
    '<p><a href="/a_b_(c)?d=1&amp;e=2" title="A &quot;t&quot;">l*k</a></p>',
    '<p><a href="x" rel="y">z</a> <a name="n"></a> <a href="http://x.example">http://x.example</a></p>',
    "<p>C:\\dir \\* \\n \\\\ `x` ``y``</p>",
    "<details><summary>a</summary><p>b</p></details>",
    "<dl><dt>a</dt><dd>b</dd><dd>c</dd></dl>",
    '<p><span style="color:red">x</span> <mark>y</mark> <kbd>K</kbd> <abbr title="t">a</abbr></p>',
    "<p>a<p>b",
    "<p>unclosed <b>x</p><p>y</b></p>",
    "<p>a</p>\n</div>\n<p>b</p>",
    "",
]  # fmt: skip
LOST = [
    '<div markdown="1">*a*</div>',
    "only text",
    "text <b>in</b> line<p>and a block</p>",
    '<img src="x">',
    "<pre>a\tb</pre>",
]


@pytest.mark.parametrize("html", TRICKY)
def test_tricky(html, render):
    """What the CMS holds survives in a Markdown file, as Markdown or as HTML."""
    for written in (to_markdown(html, render), keep_html(html, render)):
        assert written is not None
        assert same_html(render(f"Title: x\n\n{written}"), html)
        assert same_html(render(written), html)


@pytest.mark.parametrize("html", LOST)
def test_no_markdown(html, render):
    """What no Markdown file can hold is not written as one."""
    assert to_markdown(html, render) is None
    assert keep_html(html, render) is None


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<h2>A</h2><p>b <strong>c</strong> <em>d</em></p>", "## A\n\nb **c** *d*"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n    - b"),
        ('<p><a href="/x">a_b</a>: 5 * 3 [x]</p>', "[a_b](/x): 5 \\* 3 \\[x\\]"),
        ('<p>a</p><p class="x">b</p><p>c</p>', 'a\n\n<p class="x">b</p>\n\nc'),
        ('<p>a <a href="/x" rel="y">b</a></p>', 'a <a href="/x" rel="y">b</a>'),
        ("<p>1986. A year<br>b</p>", "1986\\. A year  \nb"),
        ("<p>Note: well</p>", "<p>Note: well</p>"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ("<ul><li>a</li></ul><ul><li>b</li></ul><p>c</p>", "<ul><li>a</li></ul>\n\n- b\n\nc"),
    ],
)
def test_readable(html, markdown, render):
    """Markdown is what its author would have written; only what it cannot say is HTML."""
    assert to_markdown(html, render) == markdown


WORDS = st.text("ab1 .:*_`#-+>[](){}|\\~=!&<$\n\xa0é🦋", max_size=12)
INLINE = st.one_of(
    WORDS.map(lambda text: text.replace("<", "&lt;")),
    st.builds(
        "<{0}>{1}</{0}>".format, st.sampled_from(["b", "em", "strong", "code", "a", "span"]), WORDS
    ),
    st.sampled_from(["<br>", '<img src="a.png" alt="b">', "<!--x-->", '<a href="/x">y</a>', "<"]),
)
RUNS = st.lists(INLINE, max_size=4).map("".join)
BLOCK = st.recursive(
    st.builds(
        "<{0}>{1}</{0}>".format, st.sampled_from(["p", "p", "p", "h2", "pre", "li", "div"]), RUNS
    ),
    lambda inside: st.builds(
        "<{0}>{1}</{0}>".format,
        st.sampled_from(["ul", "ol", "blockquote", "div", "li", "table"]),
        st.lists(inside, max_size=3).map("\n".join),
    ),
    max_leaves=5,
)
HTML = st.lists(st.one_of(BLOCK, BLOCK, RUNS), max_size=4).map("\n".join)


@given(html=HTML)
@settings(
    max_examples=80,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_never_loses(html, render):
    """Whatever the HTML, the Markdown renders to the same, or there is none."""
    assert same_html("\n".join(split_blocks(html)), html)
    written = to_markdown(html, render)
    if written is not None:
        assert same_html(render(written), html)


def test_nested_deeply(render):
    """What is nested more deeply than Python follows does not end the export."""
    html = "<blockquote>" * 400 + "x" + "</blockquote>" * 400
    written = to_markdown(html, render)
    assert written is None or same_html(render(written), html)


def test_without_markdownify(monkeypatch, render):
    """An absent markdownify is said, with what to do."""
    converter.cache_clear()
    monkeypatch.setitem(sys.modules, "markdownify", None)
    with pytest.raises(SettingsError, match=r"pelican-buttercms\[export\].*--html"):
        to_markdown("<p>a</p>", render)
    assert keep_html("<p>a</p>", render) == "<p>a</p>"
