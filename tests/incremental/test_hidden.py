"""What a page can depend on without reading it in the usual way."""

import pytest

from .builds import Code


def test_pages_that_are_templates(plain):
    """TEMPLATE_PAGES are found only while they are written."""
    plain.settings["TEMPLATE_PAGES"] = {"extra/own.html": "own.html"}
    for number in range(3):
        plain.write("content/extra/own.html", f"Version {number} {{{{ SITENAME }}}}")
        plain.remake()


def test_the_text_of_a_list(plain):
    """Printed whole, which asks none of its elements."""
    plain.template("index.html", "{{ 'some' if drafts|string != '[]' else 'none' }}")
    plain.template("tags.html", "{{ categories|map('first')|list }} {{ 1 if drafts > [] else 2 }}")
    plain.make()
    plain.write("content/d.md", "Title: D\nDate: 2024-01-01\nStatus: draft\nCategory: x\n\nx")
    plain.remake()
    plain.write("content/d.md", "Title: D\nDate: 2024-01-01\nCategory: x\n\nx")
    plain.remake()


@pytest.mark.parametrize("undefined", ["DebugUndefined", "ChainableUndefined"])
def test_what_is_not_there_and_says_so(plain, undefined):
    """By the names of classes, which are those that they always were."""
    plain.template("index.html", "{{ articles[99] }} {{ articles.nope }} {{ articles[0].nope }}")
    options = f"{{'undefined': __import__('jinja2').{undefined}}}"
    plain.settings["JINJA_ENVIRONMENT"] = Code(options)
    plain.remake()


@pytest.mark.parametrize("kind", ["filter", "test"])
def test_a_function_that_is_asked_for_by_name(plain, kind):
    """It appears in the settings."""
    plain.template("index.html", f"{{{{ 'there' if 'loud' is {kind} else 'not there' }}}}")
    plain.make()
    plain.settings[f"JINJA_{kind.upper()}S"] = Code("{'loud': lambda text: text.upper()}")
    plain.remake()
    assert plain.read("index.html") == "there"


_SAY = "def make(mark):\n    def say(text{}):\n        return text + mark\n    return say\n"
PURE = {
    "partial": (
        "from functools import partial\ndef say(text, mark):\n    return text + mark\n"
        "def make(mark):\n    return partial(say, mark=mark)\n"
    ),
    "default": _SAY.format(", mark=mark"),
    "closure": _SAY.format(""),
    "method": (
        "class Say:\n    def __init__(self, mark):\n        self.mark = mark\n"
        "    def say(self, text):\n        return text + self.mark\n"
        "def make(mark):\n    return Say(mark).say\n"
    ),
    "object": (
        "class Say:\n    def __init__(self, mark):\n        self.mark = mark\n"
        "    def __call__(self, text):\n        return text + self.mark\nmake = Say\n"
    ),
}


@pytest.mark.parametrize("kind", PURE)
def test_a_pure_function_is_what_it_was_made_with(plain, kind):
    """Not its code alone."""
    plain.write("saying.py", PURE[kind])
    plain.settings["BUTTERCMS_PURE"] = ["say"]
    plain.template("index.html", "{{ 'tea'|say }}")
    for mark in "!?":
        plain.settings["JINJA_FILTERS"] = Code(f"{{'say': __import__('saying').make({mark!r})}}")
        plain.remake()


def test_a_pure_object_whose_class_changes(plain):
    """Its file is not the one of its `__call__`'s name."""
    plain.settings["BUTTERCMS_PURE"] = ["say"]
    plain.template("index.html", "{{ 'tea'|say }}")
    for how in ("upper", "title"):
        plain.write(
            "saying.py", f"class Say:\n    def __call__(self, t):\n        return t.{how}()\n"
        )
        plain.settings["JINJA_FILTERS"] = Code("{'say': __import__('saying').Say()}")
        plain.remake()


def test_the_order_of_records(plain):
    """In the graph, and as properties of the site's content."""
    show = "{% for p in buttercms.graph.posts %}{{ p.slug }} {% endfor %}"
    plain.template("index.html", show)
    plain.template("tags.html", show.replace("graph.", ""))
    plain.make()
    post = {"categories": ["tea"], "tags": ["old"], "body": "<p>Body 3.</p>"}
    plain.account.post("post-3", day="2024-02-03", **post)
    plain.remake()


def test_alternates_of_lists(plain):
    """They are made of settings that no template names."""
    plain.account.settings(locales=["en", "de"], default_locale="en")
    plain.settings |= {
        "BUTTERCMS_LOCALES": {"en": [], "de": ["en"]},
        "BUTTERCMS_LANG_TEMPLATES": {"archives": "{lang}/archives.html"},
    }
    plain.template("archives.html", "{{ output_file|butter_alternates }}")
    plain.make()
    plain.settings["ARCHIVES_SAVE_AS"] = "all.html"
    plain.remake()


def test_links_of_feeds(plain):
    """RELATIVE_URLS says how they are joined."""
    plain.settings |= {"FEED_ALL_ATOM": "feeds/all.xml", "FEED_DOMAIN": "https://f.example"}
    plain.write(
        "content/l.md", "Title: L\nDate: 2024-01-01\nUrl: /a/x.html\nSave_as: a/x.html\n\nx"
    )
    plain.make()
    plain.settings["RELATIVE_URLS"] = True
    plain.remake()


@pytest.mark.parametrize(
    "look",
    [
        "{% for a in articles %}{{ a.slug }}{% endfor %}",
        "{{ dates|map(attribute='slug')|join }}",
        "{{ dates[:2]|map(attribute='slug')|join }}",
        "{{ dates|length }} {{ period }}",
    ],
)
def test_lists_that_one_page_alone_is_given(plain, look):
    """Those of a year, read whole or in part."""
    plain.settings["YEAR_ARCHIVE_SAVE_AS"] = "y/{date:%Y}.html"
    plain.template("period_archives.html", look)
    plain.make()
    plain.account.post("post-9", day="2024-01-30", categories=["tea"])
    plain.remake()
    plain.account.post("post-9", day="2024-01-01", categories=["tea"])
    plain.remake()


@pytest.mark.parametrize("look", ["articles", "articles_page.object_list", "dates[1:]"])
def test_lists_of_another_language(plain, look):
    """Which our own generator gives to its pages."""
    plain.account.settings(locales=["en", "de"], default_locale="en")
    plain.settings |= {
        "BUTTERCMS_LOCALES": {"en": [], "de": ["en"]},
        "BUTTERCMS_LANG_TEMPLATES": {"index": "{lang}/index.html"},
    }
    plain.template("index.html", f"{{% for a in {look} %}}{{{{ a.slug }}}} {{% endfor %}}")
    plain.make()
    plain.account.post("post-9", day="2024-01-30", categories=["tea"])
    plain.remake()


def test_a_template_for_a_component_appears(plain):
    """Until then it was printed plainly."""
    parts = [{"type": "hero", "fields": {"title": "Tea"}}]
    plain.account.page("*", "about", parts=parts)
    plain.template("page.html", "{{ page.butter.fields.parts|butter_components }}")
    plain.make()
    plain.template("components/hero.html", "HERO {{ fields.title }}")
    plain.remake()


def test_texts_that_are_sanitised(plain):
    """A setting that no template names."""
    plain.account.page("*", "about", body="<p onclick='x'>x</p><script>1</script>")
    plain.template("page.html", "{{ page.butter.fields.body|butter_html }}")
    plain.make()
    plain.settings["BUTTERCMS_SANITIZE"] = True
    plain.remake()


@pytest.mark.parametrize(
    "types",
    [
        {"*": {"url": "{slug}/"}},
        {"*": {"template": "tags"}},
        {"*": {"as": "article"}},
        [],
    ],
)
def test_page_types_that_are_shown_in_another_way(plain, types):
    """Elsewhere, by another template, as articles, or not at all."""
    plain.template("index.html", "{% for p in pages %}{{ p.url }}{% endfor %}")
    plain.make()
    plain.settings["BUTTERCMS_PAGE_TYPES"] = types
    plain.remake()


@pytest.mark.parametrize("shown", ["articles[:3]", "categories|map('first')", "buttercms.articles"])
def test_a_component_that_lists_others(plain, shown):
    """In the body of a page, whose text is made apart: a new post is in it."""
    loop = f"{{% for one in {shown} %}}{{{{ one }}}}{{{{ one.title or one.name }}}}{{% endfor %}}"
    plain.template("components/latest.html", loop)
    body = [{"type": "latest", "fields": {"title": "Newest"}}]
    plain.account.page("*", "about", body=body)
    plain.remake()
    plain.account.post("new", day="2029-01-01", title="Brand new", categories=["water"])
    assert plain.remake().rendered
    assert "Brand new" in plain.read("pages/about.html") or "Water" in plain.read(
        "pages/about.html"
    )
    assert plain.make().rendered == 0


@pytest.mark.parametrize(
    ("template", "settings"),
    [
        ("{% set _ = SEEN.__setitem__(article.slug, 1) %}{{ SEEN|length }}", {"SEEN": {}}),
        (
            "{% set _ = seen.__iadd__([article.slug]) %}{{ seen|length }}",
            {"JINJA_GLOBALS": {"seen": []}},
        ),
        ("{% from 'm.html' import m %}{{ m(article) }}", {}),
    ],
)
def test_what_is_counted_in_a_shared_object(plain, template, settings):
    """With the methods that operators stand for, too."""
    counts = "{% set seen = {} %}{% macro m(one) %}{% set _ = seen.__setitem__(one.slug, 1) %}"
    plain.settings |= settings
    plain.template("m.html", counts + "{{ seen|length }}{% endmacro %}")
    plain.template("article.html", template + " {{ article.title }}")
    plain.make()
    plain.make()
    plain.account.post("post-3", day="2024-01-01", title="changed")
    plain.remake()


def test_a_path_in_a_setting_can_read_its_file(plain):
    """So pages that use one are rendered each time."""
    plain.settings["HERE"] = Code("__import__('pathlib').Path(__file__).parent")
    plain.template("article.html", "{{ (HERE / 'icon.svg').read_text() }}{{ article.title }}")
    for number in (1, 2):
        plain.write("icon.svg", f"<svg>{number}</svg>")
        plain.remake()
        assert plain.read("post-1.html").startswith(f"<svg>{number}</svg>")


def test_an_ordered_mapping_is_told(plain):
    """As i18n_subsites gives templates the addresses of its sites."""
    plain.settings["SITES"] = Code("__import__('collections').OrderedDict(de='/de/', fr='/fr/')")
    plain.template("article.html", "{% for k, v in SITES.items() %}{{ k }}{{ v }}{% endfor %}")
    plain.make()
    assert plain.make().rendered == 0
    plain.settings["SITES"] = Code("__import__('collections').OrderedDict(fr='/fr/', de='/de/')")
    plain.remake()
    assert plain.read("post-1.html") == "fr/fr/de/de/"


LIBRARY = """
import re
from collections import OrderedDict
from decimal import Decimal
from functools import partial
import helper
from helper import help

class Slots:
    __slots__ = ("word",)

    def __init__(self, word):
        self.word = word

def cleaner(pattern):
    found = re.compile(pattern)
    return lambda text: found.sub("", text)

def use(options, text):
    return text + options.word

def table(functions):
    return lambda text: functions["x"](text)

def show(held):
    return lambda text: text + str(held)

def up(text):
    return text.upper()

def low(text):
    return text.lower()

def calls(text):
    return help(text)

def calls_module(text):
    return [helper.help(one) for one in [text]][0]

def calls_far(text):
    return calls(text)
"""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cleaner('o')", "cleaner('P')"),
        ("table({'x': up})", "table({'x': low})"),
        ("partial(use, Slots('a'))", "partial(use, Slots('b'))"),
        ("show(OrderedDict(x='a'))", "show(OrderedDict(x='b'))"),
        ("show({'a', 'b'})", "show({'a', 'c'})"),
        ("show(Decimal('1.0'))", "show(Decimal('1.1'))"),
        ("calls", "calls"),
        ("calls_module", "calls_module"),
        ("calls_far", "calls_far"),
    ],
)
def test_a_pure_function_that_becomes_another_one(plain, one, other):
    """By what it holds, and by what it calls in another file."""
    plain.write("library.py", LIBRARY)
    plain.write("helper.py", "def help(text):\n    return text + '1'\n")
    plain.settings["BUTTERCMS_PURE"] = ["f"]
    plain.template("article.html", "{{ article.title|f }}")
    for number, function in enumerate((one, one, other)):
        if number == 2:
            plain.write("helper.py", "def help(text):\n    return text + '2'\n")
        start = "__import__('sys').path.insert(0, '.') or "
        library = "vars(__import__('library'))"
        plain.settings["JINJA_FILTERS"] = Code(f"{start}{{'f': eval({function!r}, {library})}}")
        plain.remake()
    if one == other:
        assert plain.read("post-1.html").endswith("2")
