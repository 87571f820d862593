"""Plugins that put something of their own in the place of Pelican's and Jinja's parts."""

import pytest

AMONG_JINJAS = {
    "filter": ("article.title|shout", "jinja2.filters.FILTERS"),
    "test": ("article.title is shout", "jinja2.tests.TESTS"),
    "function": ("shout(article.title)", "jinja2.defaults.DEFAULT_NAMESPACE"),
    "value": ("shout", "jinja2.defaults.DEFAULT_NAMESPACE"),
}


@pytest.mark.parametrize("kind", AMONG_JINJAS)
def test_what_a_plugin_puts_among_jinjas_own(plain, kind):
    """In the place where all environments take it from."""
    use, place = AMONG_JINJAS[kind]
    plain.template("article.html", f"{{{{ {use} }}}}")
    for word in ("one", "two"):
        what = repr(word) if kind == "value" else f"lambda x: {word!r}"
        code = f"{place}['shout'] = {what}\ndef register(): pass"
        plain.plugin("among", f"import jinja2, jinja2.filters, jinja2.tests\n{code}")
        plain.remake()
        assert word in plain.read("post-1.html")


@pytest.mark.parametrize("method", ["_add_item_to_the_feed", "_create_new_feed"])
def test_a_plugin_that_changes_how_feeds_are_made(plain, method):
    """They are made anew, by its new code."""
    plain.settings |= {"FEED_ALL_ATOM": "feeds/all.xml", "SITEURL": "https://site.example"}
    for word in ("one", "two"):
        plain.plugin(
            "feeds",
            "from pelican.writers import Writer\n"
            f"old = Writer.{method}\n"
            "def new(self, *more, **named):\n"
            "    found = old(self, *more, **named)\n"
            "    feed = found or more[0]\n"
            f"    feed.feed['title'] += '{word}'\n"
            "    return found\n"
            f"Writer.{method} = new\n"
            "def register(): pass\n",
        )
        plain.remake()
        assert word in plain.read("feeds/all.xml")


WRAPS = """
import functools
from pelican.{0} import {1}

old = {1}.{2}

@functools.wraps(old)
def new(self, *more, **named):
    {3}

{1}.{2} = new

def register():
    pass
"""
WRAPPED = {
    "the writer": (
        "writers",
        "Writer",
        "write_file",
        """name, template, context, *rest = more
    return old(self, name, template, {{**context, "word": "{0}"}}, *rest, **named)""",
    ),
    "an address": ("contents", "Content", "get_siteurl", "return old(self) + '{0}'"),
    "a text": ("contents", "Content", "_update_content", "return old(self, *more) + '{0}'"),
    "a page of a list": (
        "paginator",
        "Paginator",
        "page",
        "self.word = '{0}'; return old(self, *more)",
    ),
}


@pytest.mark.parametrize("what", WRAPPED)
def test_a_plugin_that_stands_for_pelican(plain, what):
    """And passes for it: `functools.wraps` copies the name of the module."""
    plain.template("article.html", "{{ word }}{{ article.get_siteurl() }}{{ article.content }}")
    plain.template(
        "index.html", "{{ articles_paginator.page(1).number }}{{ articles_paginator.word }}"
    )
    *place, body = WRAPPED[what]
    for word in ("one", "two"):
        plain.plugin("wraps", WRAPS.format(*place, body.format(word)))
        log = plain.remake().log
        told = "every page is rendered: wraps, which has replaced" in log or "the writer" in log
        assert told is (what != "a page of a list")
        assert any(word.encode() in page for page in plain.tree().values())


def test_a_date_formatter_that_is_another_one(plain):
    """Of a class that is derived from Pelican's."""
    plain.template("article.html", "{{ article.date|strftime('%Y') }}")
    for word in ("one", "two"):
        plain.plugin(
            "dates",
            "from pelican import signals\n"
            "from pelican.utils import DateFormatter\n"
            "class Own(DateFormatter):\n"
            f"    def __call__(self, date, format): return '{word}'\n"
            "def add(generator): generator.env.filters['strftime'] = Own()\n"
            "def register(): signals.generator_init.connect(add)\n",
        )
        plain.remake()
        assert plain.read("post-1.html") == word
