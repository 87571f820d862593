"""Which pages are rendered after which change? No more than needed, and never too few."""

import pytest

from .builds import Code

TITLES = "{% for a in {} %}{{ a.title }}, {% endfor %}"


@pytest.fixture
def plain(plain):
    """The site with short templates, built once."""
    plain.make()
    return plain


def change(site, number, **values):
    """Write one of the eight posts anew."""
    standard = {
        "day": f"2024-01-{number:02}",
        "categories": ["tea" if number % 2 else "coffee"],
        "tags": ["old" if number < 5 else "new"],
        "body": f"<p>Body {number}.</p>",
        "summary": f"Summary {number}.",
    }
    site.account.post(f"post-{number}", **standard | values)


def written(site):
    """Build, compare with a full build; returns the files that were written."""
    found = site.changed()
    site.is_right()
    return found


def test_nothing_is_rendered_if_nothing_has_changed(plain):
    """Of 26 files or so."""
    build = plain.remake()
    assert build.rendered == 0
    assert build.kept == len(plain.files())


def test_an_old_post_is_rendered_alone(plain):
    """A sidebar of the newest five does not show it; the index lists titles."""
    plain.template(
        "base.html", TITLES.replace("{}", "articles[:5]") + "{% block c %}{% endblock %}"
    )
    extends = '{% extends "base.html" %}{% block c %}{{ article.content }}{% endblock %}'
    plain.template("article.html", extends)
    plain.template("index.html", TITLES.replace("{}", "articles_page.object_list"))
    plain.make()
    change(plain, 2, body="<p>Another.</p>")
    assert written(plain) == {"post-2.html"}
    change(plain, 2, title="Another title", body="<p>Another.</p>")
    assert written(plain) == {"index3.html"}
    change(plain, 6, title="Another title")
    assert written(plain) >= {f"post-{n}.html" for n in range(1, 9)} | {"index.html"}


def test_a_new_post_is_rendered_into_every_sidebar(plain):
    """And the sixth newest is no longer in it."""
    shown = TITLES.replace("{}", "articles[:5]")
    plain.template("article.html", shown + "{{ article.title }}")
    plain.make()
    change(plain, 9, day="2023-01-01")
    assert written(plain) == {"post-9.html"}
    change(plain, 10, day="2024-02-01")
    assert {f"post-{n}.html" for n in range(1, 11)} <= written(plain)


def test_a_renamed_category_is_rendered_where_it_is_shown(plain):
    """Its page and its posts; not those of others."""
    plain.template("article.html", "{{ article.category }}")
    plain.make()
    for term in plain.account.lists["categories"]:
        if term["slug"] == "tea":
            term["name"] = "All teas"
    change(plain, 1)
    plain.account.term("categories", "unused")
    odd = {f"post-{n}.html" for n in (1, 3, 5, 7)}
    assert written(plain) == odd | {"category/tea.html", "category/tea2.html"}


def test_neighbours_are_rendered_when_one_between_them_is_renamed(plain):
    """By the plugin that tells each article the next and the one before."""
    plain.settings["PLUGINS"] = ["pelican_buttercms", "neighbors"]
    show = "{{ article.prev_article.title }} {{ article.next_article.title }}"
    plain.template("article.html", f"{show} {{{{ article.title }}}}")
    plain.make()
    change(plain, 4, title="Renamed")
    assert written(plain) == {"post-3.html", "post-4.html", "post-5.html"}
    plain.account.delete("posts/post-4.json")
    assert {"post-3.html", "post-4.html", "post-5.html"} <= written(plain)


@pytest.mark.parametrize("how", ["", " with context", " without context"])
def test_a_macro_is_rendered_where_it_is_used(plain, how):
    """Imported with the page's names or without."""
    use = f"{{% import 'm.html' as m{how} %}}{{{{ m.bold(article.title) }}}}"
    plain.template("m.html", "{% macro bold(text) %}<b>{{ text }}{{ SITENAME }}</b>{% endmacro %}")
    plain.template("article.html", use)
    plain.template("page.html", "{% from 'm.html' import bold" + how + " %}{{ bold('x') }}")
    plain.remake()
    plain.template("m.html", "{% macro bold(text) %}<i>{{ text }}{{ SITENAME }}</i>{% endmacro %}")
    expected = {f"post-{n}.html" for n in range(1, 9)} | {"pages/about.html"}
    assert written(plain) == expected
    change(plain, 3, title="Another")
    assert written(plain) == {"post-3.html"}
    plain.settings["SITENAME"] = "Renamed"
    assert plain.remake().rendered


def test_a_macro_that_reads_a_jinja_global(plain):
    """The only names that a macro sees which is imported without context."""
    plain.template("m.html", "{% macro sign() %}{{ MARK }}{% endmacro %}")
    plain.template("page.html", "{% import 'm.html' as m %}{{ m.sign() }}")
    for mark in "?!":
        plain.settings["JINJA_GLOBALS"] = {"MARK": mark}
        plain.make()
        assert plain.read("pages/about.html") == mark
        plain.is_right()


@pytest.mark.parametrize(
    "include",
    ["'later.html' ignore missing", "['later.html', 'page_name.html']", "later + '.html'"],
)
def test_a_template_that_was_missing_appears(plain, include):
    """It was looked for, and so it is noted."""
    plain.template("page_name.html", "none")
    later = "{% set later = 'later' if 'later' in SITENAME else 'page_name' %}"
    plain.template("page.html", f"{later}{{% include {include} %}}")
    plain.make()
    plain.template("later.html", "appeared")
    if "+" in include:
        plain.settings["SITENAME"] = "later"
    plain.make()
    assert plain.read("pages/about.html") == "appeared"
    plain.is_right()


def test_a_template_of_the_theme_is_overridden(plain):
    """A file that comes before it."""
    plain.template("page.html", "{% include 'article_infos.html' ignore missing %}x")
    plain.template("tag.html", "{% extends '!simple/index.html' %}")
    plain.make()
    plain.template("base.html", "based{% block content %}{% endblock %}")
    plain.remake()


def test_a_setting_that_changes_at_each_build(plain):
    """Only what prints it is rendered."""
    plain.template("page.html", "{{ BUILD_TIME }}")
    for number in range(3):
        plain.settings["BUILD_TIME"] = f"2024-05-17 12:0{number}"
        build = plain.remake()
    assert build.rendered == 1
    assert plain.read("pages/about.html").endswith("02")


@pytest.mark.parametrize(
    "text",
    [
        *("{{ buttercms.pulled_at }}", "{{ buttercms.age.microseconds }}", "{{ lipsum(1) }}"),
        *("{{ buttercms.generation.id }}", "{{ [1, 2, 3, 4]|random }}"),
    ],
)
def test_what_is_new_each_time_is_rendered_each_time(plain, text):
    """The time of the pull, and chance."""
    plain.template("page.html", text)
    plain.make()
    change(plain, 3, title="Another")
    assert plain.make().rendered == 2


def test_an_unknown_filter_is_rendered_each_time_until_it_is_said_to_be_pure(plain):
    """And then when its code changes."""
    plain.template("page.html", "{{ 'tea'|shout }}")
    source = "def shout(text):\n    return text.upper() + {!r}\n"
    plain.write("shouting.py", source.format("!"))
    plain.settings["JINJA_FILTERS"] = Code("{'shout': __import__('shouting').shout}")
    plain.make()
    assert plain.remake().rendered == 1
    plain.settings["BUTTERCMS_PURE"] = ["shout"]
    plain.make()
    assert plain.remake().rendered == 0
    plain.write("shouting.py", source.format("?"))
    assert plain.remake().rendered == 1
    assert plain.read("pages/about.html") == "TEA?"


def test_pagination(plain):
    """A post more moves one from each page to the next."""
    plain.template("index.html", TITLES.replace("{}", "articles_page.object_list"))
    plain.template("category.html", "{{ articles_page.number }} {{ articles_paginator.num_pages }}")
    plain.make()
    change(plain, 9, title="Ninth", day="2024-03-01")
    assert written(plain) >= {"index.html", "index2.html", "index3.html", "post-9.html"}
    change(plain, 10, title="Tenth", day="2023-03-01")
    assert {"index4.html", "post-10.html"} <= written(plain)
    plain.account.delete("posts/post-10.json")
    assert "index4.html" in written(plain)


LOOKS = [
    "articles|length",
    "articles|length > 8",
    "(articles[8]|default({})).title",
    "articles|last",
    "articles[-1].slug",
    "articles|map(attribute='title')|sort|join",
    "articles|selectattr('title', 'eq', 'X')|list|length",
    "drafts|length",
    "(articles + drafts)|length",
    "articles[5:]|map(attribute='slug')|join",
    "tags|length",
    "tags|map('first')|join",
    "dates[0].title",
    "categories[0][1]|length",
    "articles is iterable",
    "articles|groupby('category')|map('first')|join",
    "hidden_articles",
    "(articles|first).date",
    "articles|batch(2)|list|length",
    "articles|sum('date.year')",
    "articles[:3]|map(attribute='summary')|join",
    "authors[0][1][0].title",
    "buttercms.posts|length",
    "buttercms.post('post-9').title",
    "buttercms.articles|length",
    "buttercms.tags|map(attribute='name')|join",
    "buttercms.categories[0].name",
]


def test_whatever_a_page_looks_at_it_is_rendered_when_that_changes(plain):
    """An added post, a draft, and a change of the oldest and the newest post."""
    for number, look in enumerate(LOOKS):
        plain.template(f"look-{number}.html", f"{{{{ {look} }}}}")
        head = f"Title: L{number}\nTemplate: look-{number}"
        plain.write(f"content/pages/look-{number}.md", f"{head}\n\nx")
    plain.make()
    plain.account.post("post-9", title="X", day="2023-06-01", categories=["aaa"], tags=["fresh"])
    plain.write("content/d.md", "Title: D\nDate: 2024-01-01\nStatus: draft\n\nx")
    plain.remake()
    new = {"title": "Newest", "summary": "New", "body": "<p>New</p>", "tags": []}
    change(plain, 8, **new)
    assert plain.remake().kept
    plain.account.post("post-9", title="Y", day="2023-06-02", categories=["tea"])
    plain.remake()
    change(plain, 8, **new, day="2023-01-01")
    plain.remake()
