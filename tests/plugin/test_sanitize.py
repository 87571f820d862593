"""Only harmless HTML of the CMS reaches a page: the setting BUTTERCMS_SANITIZE."""

from html.parser import HTMLParser
from types import SimpleNamespace

import html5lib
from hypothesis import given
from hypothesis import strategies as st
from markdown import markdown
import pytest

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.plugin import sanitize

EVIL = '<p onclick="x()">kept<script>alert(1)</script><a href="javascript:x()">link</a></p>'
HARMLESS = "<p>kept<a>link</a></p>"


def clean(html, tags=(), **attributes):
    """Sanitise with the plain allow-list and what is allowed besides."""
    extra = {"tags": set(tags), "attributes": {t: set(names) for t, names in attributes.items()}}
    return sanitize.clean(html, SimpleNamespace(sanitize=extra))


def test_off_means_untouched():
    """Without the setting, HTML is what the editors wrote, to the byte."""
    assert sanitize.clean(EVIL, SimpleNamespace(sanitize=None)) is EVIL


@pytest.mark.parametrize(
    "html",
    [
        '<img src="a" srcset="https://cdn.buttercms.com/resize=width:8,height:6/A 8w, b 2x">',
        '<figure><img src="a" sizes="1vw" loading="lazy" alt=""><figcaption></figcaption></figure>',
        "<table><caption>c</caption><thead><tr><th>a</th></tr></thead></table>",
        '<table><tbody><tr><td colspan="2">b</td></tr></tbody><tfoot></tfoot></table>',
        '<pre class="language-python"><code class="x">1 &lt; 2</code></pre>',
        '<h2 id="part">Part</h2><a href="#part">up</a>',
        '<a href="https://x.example/?a=1&amp;b=2" target="_blank" rel="nofollow noopener">x</a>',
        '<a href="mailto:a@b.example">m</a><a href="tel:+1">t</a><a href="//x.example/">r</a>',
        '<a href="{filename}/buttercms/posts/a b#c">x</a><img src="{static}/images/é.png">',
        '<a href="|filename|local.md">x</a><a href="{attach}a.pdf">x</a><a href="{tag}b">x</a>',
        '<ol start="3"><li>a<br>b</li></ol><blockquote>q</blockquote><p>é &amp; &nbsp;</p>',
    ],
)
def test_what_editors_write_is_kept(html):
    """Figures, tables, code, headings' anchors, links, and Pelican's own link placeholders."""
    assert clean(html) == html


@pytest.mark.parametrize(
    ("html", "left"),
    [
        (EVIL, HARMLESS),
        ('<iframe src="https://x.example"></iframe><object data="x"></object>', ""),
        ('<img src="data:image/svg+xml,x" onerror="x()">', "<img>"),
        ('<a href=" jAvA\tscript:x()">a</a>', "<a>a</a>"),
        ('<a href="java&#10;script:x()">a</a><a href="vbscript:x">b</a>', "<a>a</a><a>b</a>"),
        ('<img src="a" srcset="a 1x, data:image/png;base64,xx 2x">', '<img src="a">'),
        ('<img srcset="a,javascript:x() 2x">', '<img srcset="a,javascript:x() 2x">'),  # one address
        ('<img srcset="a, javascript:x() 2x">', "<img>"),
        ('<a href="/" target="top" rel="opener me">a</a>', '<a href="/" rel="me">a</a>'),
        ('<a href="/" rel="opener">a</a>', '<a href="/">a</a>'),
        ('<p style="position:fixed" class="x" id="y">a</p><style>*{}</style>', '<p id="y">a</p>'),
        ("<!-- a --><form><input name=q></form>b", "b"),
        ("<svg><script>x</script></svg><math><mi>", ""),
    ],
)
def test_what_could_harm_is_left_out(html, left):
    """Scripts, handlers, frames, forms, styles, and addresses that are programs or data."""
    assert clean(html) == left


def test_the_setting_allows_more():
    """Tags and attributes are added, for all tags under "*"; addresses are looked at as ever."""
    frame = '<iframe src="https://video.example/1" width="9"></iframe>'
    assert clean(frame, ["iframe"], iframe=["src", "width"]) == frame
    assert clean('<iframe src="javascript:x"></iframe>', ["iframe"], iframe=["src"]) == (
        "<iframe></iframe>"
    )
    assert clean('<p class="a" title="b" id="c">', **{"*": ["class"]}) == (
        '<p class="a" title="b" id="c"></p>'
    )
    assert clean("<style>a</style>", ["style"]) == "<style>a</style>"


MARKDOWN = """\
[TOC]

# One {#one}

Text[^1], *x*{: #sp lang=de } and [up](#one), [file]({filename}/a.md).

[^1]: A note.

| a | b |
|:--|--:|
| 1 | 2 |

!!! note "Look"
    inside

Term
:   Definition

The HTML.

*[HTML]: Hyper Text

    :::python
    def f(x): return "a<b"  # c
"""


def test_what_publish_writes_survives():
    """Footnotes, tables, code, definitions, abbreviations: every link has its target."""
    options = {"toc": {"permalink": True}, "codehilite": {"linenums": True}}
    html = markdown(MARKDOWN, extensions=["extra", "codehilite", "toc", "admonition"],
                    extension_configs=options)  # fmt: skip
    left = clean(html)
    before, after = (_Tags(one).found for one in (html, left))
    made_up = [("tbody", {})]  # as any browser makes it
    assert [tag for tag in after if tag not in made_up] == [
        (tag, attributes) for tag, attributes in before if (tag, attributes) not in made_up
    ]
    ids = {attributes.get("id") for _, attributes in after}
    targets = {a["href"][1:] for _, a in after if a.get("href", "").startswith("#")}
    assert targets
    assert targets <= ids
    assert clean(left) == left


@pytest.mark.parametrize(
    "html",
    [
        '<a name="old"></a><p id="a.b:c">x</p><div id="d"></div><sup id="s">1</sup>',
        '<div class="highlight"><pre><span class="nb">x</span></pre></div>',
        '<ul class="task-list"><li><input type="checkbox" disabled="" checked=""> a</li></ul>',
        '<section role="doc-endnotes"><p dir="rtl" lang="ar">x</p></section>',
        '<table><tbody><tr><th scope="row" abbr="a">a</th><td>b</td></tr></tbody></table>',
        '<p style="text-align: center;">x</p><details open=""><summary>s</summary></details>',
        '<dl><dt>a</dt><dd>b</dd></dl><abbr title="c">d</abbr><h2 id="location">x</h2>',
    ],
)
def test_harmless_attributes_stay(html):
    """Targets of links, classes of code, boxes of tasks, roles of notes, alignment."""
    assert clean(html) == html


@pytest.mark.parametrize(
    "name", ["body", "location", "submit", "cookie", "getElementById", "onload"]
)
@pytest.mark.parametrize("tag", ["form", "img", "iframe", "object", "embed", "input", "button"])
def test_no_name_hides_a_property(tag, name):
    """`document.body` and `form.submit` stay what they are, whatever the setting allows."""
    html = f'<{tag} name="{name}">x'
    assert "name" not in clean(html, [tag], **{tag: ["name", "id"]})
    assert 'name="q-1"' in clean(f'<{tag} name="q-1">x', [tag], **{tag: ["name"]})


def test_what_the_setting_allows_is_no_program_either():
    """Addresses are checked in every attribute, and pages in frames are cleaned themselves."""
    allowed = ["action", "data", "data-x", "formaction", "ping", "poster", "src", "srcdoc", "style"]
    for name in allowed[:-2]:
        for url in ("javascript:x()", " java\nscript:x()", "vbscript:x", "data:text/html,x"):
            assert clean(f'<p {name}="{url}">', **{"*": [name]}) == "<p></p>"
    frame = '<iframe srcdoc="<script>x</script><p onclick=x>a</p>"></iframe>'
    assert clean(frame, ["iframe"], iframe=["srcdoc"]) == (
        '<iframe srcdoc="&lt;p&gt;a&lt;/p&gt;"></iframe>'
    )


VECTORS = [
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)><svg><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<math><mtext></p><img src onerror=alert(1)></math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<a href='&#1;javascript:alert(1)'>x</a><a href='jav&Tab;ascript:alert(1)'>x</a>",
    "<a href='javascript&colon;alert(1)'>x</a><a href='data:text/html,x'>x</a>",
    "<table background='javascript:alert(1)'><td background='javascript:x'>",
    "<p style='background:url(javascript:alert(1));text-align:expression(alert(1))'>",
    "<p style='width:1px;position:fixed;text-align:left'>x</p>",
    "<input type=image src=x onerror=alert(1)><input type=checkbox disabled onclick=alert(1)>",
    "<img srcset='x 1x, javascript:alert(1) 2x'><iframe srcdoc='<script>x</script>'>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<base href='javascript:/a/'><meta http-equiv=refresh content='0;url=javascript:x'>",
    "<a target=_top rel=opener href='//x.example'>x</a><details ontoggle=alert(1) open>",
    "<<script>alert(1)//<</script><![CDATA[<script>alert(1)</script>]]>",
    "<a href='vbscript:x' id=onload name=body>x</a><link rel=import href='data:text/html,x'>",
]


@pytest.mark.parametrize("vector", VECTORS)
def test_known_attacks_leave_nothing(vector):
    """As a standard parser reads what is left; and for good."""
    left = clean(vector)
    assert clean(left) == left
    for element in html5lib.parseFragment(left, namespaceHTMLElements=False).iter():
        assert element.tag not in {"script", "style", "iframe", "svg", "math", "form", "base"}
        for name, value in element.attrib.items():
            assert not str(name).startswith("on")
            plain = "".join(sign for sign in value if sign > " ").lower()
            assert not plain.startswith(("javascript:", "vbscript:", "data:"))
            assert "javascript" not in plain or name not in {"style", "srcset"}
            assert "fixed" not in plain


class _Tags(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


PIECES = st.sampled_from(
    [
        *("<", ">", '"', "'", "=", "/", " ", "\n", "\0", "&", "&#x6a;", "&lt;", "<!--", "-->"),
        *("a", "img", "svg", "math", "style", "script", "template", "noscript", "title", "table"),
        *(" href=", " src=", " srcset=", " onload=", " style=", "javascript:", "data:", "alert(1)"),
        *("<![CDATA[", "]]>", "</", "<p", "<mtext>", "<mglyph>", "{static}", "xlink:href="),
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_whatever_is_put_in_nothing_harmful_comes_out(html):
    """Of any pile of pieces only allowed tags, attributes and addresses are left, for good."""
    once = clean(html)
    for tag, attributes in _Tags(once).found:
        assert tag not in {"script", "style", "svg", "math", "template", "noscript"}
        assert not any(name.startswith("on") for name in attributes)
        for name in ("href", "src"):
            address = "".join((attributes.get(name) or "").split()).lower()
            assert not address.startswith(("javascript:", "data:", "vbscript:"))
    assert clean(once) == once


def test_everything_of_the_cms_and_nothing_else(site, account):
    """Posts, bodies, WYSIWYG fields and plain fields; not templates, local files, plain text."""
    link = '<a href="{filename}/buttercms/posts/p">to p</a>'
    account.post("p", body=EVIL + link, title="1 < 2")
    account.page("*", "body", body=EVIL + link)
    account.page("*", "fields", one=EVIL, two=[{"three": EVIL}], four="a & b")
    account.page("*", "parts", body=[{"type": "hero", "fields": {"text": EVIL}}])
    site.write(
        "templates/components/hero.html", "<script>own()</script>{{ fields.text|butter_html }}"
    )
    site.write("content/local.md", "Title: Local\nDate: 2024-01-01\n\n<script>mine()</script>\n")
    site.configure(
        BUTTERCMS_PAGE_TYPES=["*"],
        BUTTERCMS_SANITIZE=True,
        THEME_TEMPLATES_OVERRIDES=["templates"],
    )
    site.build()
    pages = {name: site.read(f"{name}.html") for name in ("p", "pages/body", "pages/fields")}
    for text in pages.values():
        assert "alert(" not in text
        assert "javascript:" not in text
        assert "onclick" not in text
    assert HARMLESS in pages["p"]
    assert "1 &lt; 2" in pages["p"]
    for name in ("p", "pages/body"):
        assert '<a href="https://site.example/p.html">to p</a>' in pages[name]
    assert pages["pages/fields"].count(HARMLESS) == 2
    assert "a &amp; b" in pages["pages/fields"]
    assert f"<script>own()</script>{HARMLESS}" in site.read("pages/parts.html")
    assert "<script>mine()</script>" in site.read("local.html")
    assert "alert(" not in site.read("feeds/all.atom.xml")


def test_without_nh3_nothing_is_written(site, account):
    """The message says how to install it; without the setting, nobody asks for it."""
    account.post("p", body="<p>x</p>")
    hide = "import sys\nsys.modules['nh3'] = None"
    site.configure(hide, BUTTERCMS_SANITIZE=True)
    done = site.pelican()
    assert done.returncode == 2, done.stdout
    assert "SettingsError: BUTTERCMS_SANITIZE is on" in done.stdout
    assert "pip install 'pelican-buttercms[sanitize]'" in done.stdout
    assert "Traceback" not in done.stdout
    assert not site.output.exists()
    assert "pulling from" not in done.stdout
    site.configure(hide, BUTTERCMS_SANITIZE=False)
    site.build()


def test_the_check_needs_no_content(monkeypatch):
    """It can be made before anything is pulled, and asks for nothing while the setting is off."""
    monkeypatch.setattr(sanitize, "find_spec", lambda name: None)
    sanitize.require(SimpleNamespace(sanitize=None))
    with pytest.raises(SettingsError, match=r"pelican-buttercms\[sanitize\]"):
        sanitize.require(SimpleNamespace(sanitize={"tags": set(), "attributes": {}}))
