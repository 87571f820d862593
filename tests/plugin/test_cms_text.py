"""The CMS's texts come out of every filter, operator and method as plain ones would."""

import copy
from html.parser import HTMLParser
import json
import pickle
from xml.sax.saxutils import escape as escape_xml
from xml.sax.saxutils import quoteattr

import bs4
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment
from jinja2.filters import FILTERS
from markupsafe import Markup, escape
import pytest

from pelican_buttercms.plugin import jinja_filters
from pelican_buttercms.plugin.cms_text import CmsText
from pelican_buttercms.plugin.text_filters import FILTERS as REPLACED

TEXTS = [
    "Tom & Jerry",
    "a <b> & c",
    'Jo "X" Smith',
    "it's 5\" <i>wide</i> &amp; so",
    "plain",
    "two\nlines & more",
    "<script>alert(1)</script>",
    "",
]
ARGUMENTS = {
    "batch": "(3)|map('join', '.')|list",
    "center": "(60)",
    "d": "('x')",
    "default": "('x', true)",
    "indent": "(2, true)",
    "join": "('-')",
    "map": "('upper')|list",
    "reject": "('eq', 'a')|list",
    "rejectattr": "('nothing')|list",
    "replace": "('a', 'e')",
    "reverse": "",
    "select": "('ne', 'a')|list",
    "selectattr": "('upper')|list",
    "slice": "(3)|map('join', '.')|list",
    "truncate": "(7, true, '…')",
    "unique": "|list",
    "wordwrap": "(8)",
}
NOT_OF_TEXTS = {
    "abs": "of numbers",
    "attr": "of objects",
    "dictsort": "of mappings",
    "filesizeformat": "of numbers",
    "format": "of patterns, see the operators",
    "groupby": "of objects",
    "items": "of mappings",
    "pprint": "shows what a value is, not its text",
    "random": "gives something else each time",
    "round": "of numbers",
    "sum": "of numbers",
    "xmlattr": "of mappings",
}
LOOP = (
    "{% set v = CALL %}"
    "{% for one in (v if v is iterable and v is not string else [v]) %}{{ one|END }};{% endfor %}"
)
MARKUP = {
    "e": "escapes",
    "escape": "escapes",
    "forceescape": "escapes, and once",
    "safe": "a text of the CMS is never taken for HTML",
    "striptags": "a text of the CMS has no tags, whatever it looks like",
    "tojson": "is safe by itself, and not escaped at the end",
    "urlize": "escapes, and makes HTML",
}


def environment(*, autoescape=False):
    """An environment as a generator has it."""
    made = Environment(autoescape=autoescape)
    jinja_filters.install(made)
    return made


def shown(source, *, autoescape=False, **values):
    """Render a template."""
    return environment(autoescape=autoescape).from_string(source).render(**values)


def test_every_filter_is_in_a_table():
    """A filter that Jinja gets later is looked at."""
    assert set(NOT_OF_TEXTS) <= set(FILTERS)
    assert set(MARKUP) <= set(FILTERS)
    assert set(ARGUMENTS) <= set(FILTERS)
    assert set(REPLACED) <= set(FILTERS)


@pytest.mark.parametrize("autoescape", [False, True])
@pytest.mark.parametrize("name", sorted(set(FILTERS) - set(NOT_OF_TEXTS) - set(MARKUP)))
@pytest.mark.parametrize("text", TEXTS)
def test_a_filter_gives_what_the_plain_text_would_give_escaped_once(name, text, autoescape):
    """Printed as it is, by a loop, and with `|e` at the end."""
    source = LOOP.replace("CALL", f"t|{name}{ARGUMENTS.get(name, '')}")
    plain = Environment(autoescape=False).from_string(source.replace("END", "string|e"))
    wanted = plain.render(t=text)
    for end in ("string", "e"):
        found = shown(source.replace("END", end), t=CmsText(text), autoescape=autoescape)
        assert found == wanted


@pytest.mark.parametrize("autoescape", [False, True])
@pytest.mark.parametrize("text", TEXTS)
def test_filters_that_make_markup(text, autoescape):
    """Escaped once, whichever of them come one after the other."""
    once = str(escape(text))
    for chain in ("e", "escape", "forceescape", "safe", "striptags|forceescape", "safe|e", "e|e"):
        assert shown(f"{{{{ t|{chain} }}}}", t=CmsText(text), autoescape=autoescape) in {
            once,
            str(escape(" ".join(text.split()))),
        }
    dumped = shown("{{ {'a': [t, 1]}|tojson }}", t=CmsText(text), autoescape=autoescape)
    assert json.loads(dumped) == {"a": [text, 1]}
    assert "<" not in dumped


def test_striptags_leaves_a_text():
    """What looks like a tag in a title is none, and white space is as in any HTML."""
    assert shown("{{ t|striptags }}", t=CmsText("a <b>  c\n")) == "a &lt;b&gt; c"
    assert shown("{{ t|striptags|urlencode }}", t=CmsText("Tom & Jerry")) == "Tom%20%26%20Jerry"
    assert shown("{{ t|striptags|length }}", t=CmsText("Tom & Jerry")) == "11"


def test_a_summary_is_html_and_what_is_left_without_its_tags_is_text():
    """As that of a local file, but for what would be markup of an editor's."""
    summary = CmsText.of_html("<p>a &lt;b&gt; &amp; c</p>")
    assert shown("{{ s }}", s=summary) == "<p>a &lt;b&gt; &amp; c</p>"
    assert shown("{{ s|striptags }}", s=summary) == "a &lt;b&gt; &amp; c"
    cut = shown(
        "{{ s|striptags|truncate(9, true, '<br />', 0) }}", s=CmsText.of_html("a &lt;b&gt; c d e f")
    )
    assert cut == "a &lt;<br />"
    assert shown("{{ s|striptags|e }}", s=summary) == "a &lt;b&gt; &amp; c"
    assert shown("{{ s|length }}", s=summary) == str(len("<p>a &lt;b&gt; &amp; c</p>"))


@pytest.mark.parametrize(
    ("source", "printed", "escaped"),
    [
        ("'<i>' + t + '</i>'", "<i>{0}</i>", "&lt;i&gt;{0}&lt;/i&gt;"),
        ("'<i>' ~ t ~ '</i>'", "<i>{0}</i>", "&lt;i&gt;{0}&lt;/i&gt;"),
        ("t ~ ' | ' ~ site", "{0} | R&D", "{0} | R&amp;D"),
        ("'<i>%s</i>' % t", "<i>{0}</i>", "&lt;i&gt;{0}&lt;/i&gt;"),
        ("'<i>%s</i>'|format(t)", "<i>{0}</i>", "&lt;i&gt;{0}&lt;/i&gt;"),
        ("[t, 'x&y']|join('<br>')", "{0}<br>x&y", "{0}&lt;br&gt;x&amp;y"),
        ("'By <b>NAME</b>'|replace('NAME', t)", "By <b>{0}</b>", "By &lt;b&gt;{0}&lt;/b&gt;"),
        ("t|truncate(6, true, '<br>')", None, None),
        ("t|replace('zz', '<br>')", "{0}", "{0}"),
        ("t[:300]", "{0}", "{0}"),
        ("t * 2", "{0}{0}", "{0}{0}"),
    ],
)
@pytest.mark.parametrize("text", TEXTS)
def test_what_a_template_adds_stays_the_templates(source, printed, escaped, text):
    """The theme's markup is markup, an editor's is text; `|e` escapes all of it once."""
    if printed is None:
        assert "<b" not in shown(f"{{{{ {source} }}}}", t=CmsText(text)).replace("<br>", "")
        return
    once = str(escape(text))
    assert shown(f"{{{{ {source} }}}}", t=CmsText(text), site="R&D") == printed.format(once)
    if source not in {"t * 2"}:
        told = shown(f"{{{{ ({source})|e }}}}", t=CmsText(text), site="R&D")
        assert told == escaped.format(once)


@given(st.text(), st.text(), st.integers(-9, 9), st.integers(-9, 9))
def test_methods_compute_with_the_plain_text(text, other, start, stop):
    """Whatever a template or a plugin does with a string."""
    ours = CmsText(text)
    assert ours == text
    assert hash(ours) == hash(text)
    assert len(ours) == len(text)
    assert list(ours) == list(text)
    assert ours[start:stop] == text[start:stop]
    assert (other in ours) is (other in text)
    assert ours.split() == text.split()
    assert (ours < other, ours > other) == (text < other, text > other)
    assert sorted([ours, other]) == sorted([text, other])
    assert ours.upper() == text.upper()
    assert ours.replace("a", other) == text.replace("a", other)
    assert ours + other == text + other
    assert other + ours == other + text
    assert (ours + other)[start:stop] == (text + other)[start:stop]
    assert f"{ours}" == str(escape(text))
    assert Markup("{}").format(ours) == escape(text)
    assert type(str(ours)) is CmsText
    if text.isprintable():
        assert ours.encode() == text.encode()


@given(st.text())
def test_no_way_to_print_a_text_gives_its_markup(text):
    """Whoever takes it for a mere string has it escaped."""
    ours, once = CmsText(text), str(escape(text))
    for printed in ("".join([ours]), f"{ours}", "%s" % ours, ours.printed):  # noqa: UP031
        assert str.__str__(printed) == once
    assert str.__str__(("" + ours).upper().lower()) == str(escape(text.upper().lower()))


@given(st.text(st.characters(codec="utf-8")))
def test_feeds_escape_it_as_any_text(text):
    """XML's own escaping comes upon a text that is escaped already, and does not do it twice."""
    ours = CmsText(text)
    for prepared in (escape_xml(ours), quoteattr(ours)[1:-1]):
        assert Markup(str.__str__(prepared)).unescape() == Markup(escape(text)).unescape()


def test_a_text_is_copied_and_pickled():
    """Pelican's cache does both."""
    mixed = "<b>" + CmsText("a & b") + "</b>"
    for one in (copy.deepcopy(mixed), pickle.loads(pickle.dumps(mixed))):
        assert one.parts == mixed.parts


def test_filters_of_the_sites_own_stay():
    """A site whose `title` is its own keeps it."""
    made = Environment(autoescape=False)
    made.filters["title"] = len
    jinja_filters.install(made)
    assert made.filters["title"] is len


@pytest.mark.parametrize("parser", ["html.parser", "lxml"])
@pytest.mark.parametrize("text", ["Tom & Jerry", '<b> & "c" &amp; d', "", "a < b > c", "plain"])
def test_a_parser_of_html_reads_the_text(parser, text):
    """Plugins parse titles and summaries; those of the CMS have no tags."""
    found = bs4.BeautifulSoup(CmsText(text), parser).get_text()
    assert found == text


def test_a_parser_of_html_reads_a_text_in_pieces():
    """One text after the other."""
    found = []

    class Reader(HTMLParser):
        def handle_data(self, data):
            found.append(data)

    parser = Reader()
    for text in (CmsText("a & "), "<b>", CmsText("<c>")):
        parser.feed(text)
    parser.close()
    assert "".join(found) == "a & <c>"
