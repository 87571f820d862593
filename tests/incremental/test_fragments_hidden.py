"""What fragments must not hide: a page is what it would be if each loop was rendered anew."""

import pytest

from .builds import Code

TEMPLATES = {
    "a variable around it": (
        "{% set mark = article.title[-1] %}"
        "{% for one, posts in categories %}{{ one.name }}{{ mark }}{{ one.url }}{% endfor %}"
    ),
    "a name of the page": "{% for one, posts in categories %}{{ article.title }}{% endfor %}",
    "a name in an inner loop alone": (
        "{% for one, posts in categories %}{% for post in posts %}"
        "{{ post.title if post != article }}{{ one.url }}{{ post.url }}{{ post.date }}"
        "{% endfor %}{% endfor %}"
    ),
    "its own variable": (
        "{% for one in articles %}{% set article = one.title + article.title %}"
        "{{ article }}{{ one.url }}{{ one.date }}{{ one.lang }}{% endfor %}{{ article.title }}"
    ),
    "a name that is a variable later": (
        "{% for one, posts in categories %}{{ title }}{{ one.name }}{{ one.url }}{{ one.slug }}"
        "{% endfor %}{% set title = article.title %}{{ title }}"
    ),
    "a namespace that counts": (
        "{% set seen = namespace(number=0) %}{% for one, posts in categories %}"
        "{% set seen.number = seen.number + posts|length %}{{ one }}{{ one.url }}{{ one.slug }}"
        "{% endfor %}{{ seen.number }}{{ article.title }}"
    ),
    "a list that grows": (
        "{% set seen = [] %}{% for one, posts in categories %}"
        "{{ seen.append(one.name) or '' }}{{ seen }}{{ one.url }}{{ one.slug }}"
        "{% endfor %}{{ seen }}{{ article.title }}"
    ),
    "a macro": (
        "{% macro line(one, mark) %}{% for tag in article.tags %}{{ one.name }}{{ tag }}{{ mark }}"
        "{{ one.url }}{% endfor %}{% endmacro %}{% for one, posts in categories %}"
        "{{ line(one, article.title) }}{{ one.url }}{{ one.slug }}{% endfor %}"
    ),
    "a macro that is called with a block": (
        "{% macro around(one) %}<{{ caller(one.name) }}>{% endmacro %}"
        "{% for one, _ in categories %}{% call(name) around(one) %}{{ name }}{{ article.title }}"
        "{% endcall %}{{ one.url }}{{ one.slug }}{% endfor %}"
    ),
    "the loop's own numbers": (
        "{% for one, posts in categories %}{% for post in posts %}{{ loop.index }}{{ loop.last }}"
        "{{ post.title }}{{ post.url }}{{ post.date }}{% endfor %}{{ loop.index }}{% endfor %}"
        "{% for one in articles %}{% for tag in (loop.previtem or one).tags %}{{ tag }}{% endfor %}"
        "{{ one.url }}{{ one.title }}{{ one.date }}{% endfor %}"
    ),
    "where one is in a list": (
        "{% import 'kept.html' as m %}{% for one in articles[article.slug[-1:]|int:] %}"
        "{{ m.at(loop) }}{{ one.url }}{{ one.title }}{{ one.date }}{{ one.lang }}{% endfor %}"
    ),
    "a cycle": (
        "{% set row = cycler('odd', 'even') %}{% for one in articles %}{{ row.next() }}"
        "{{ one.url }}{{ one.title }}{{ one.date }}{% endfor %}{{ row.current }}"
        "{% set comma = joiner() %}{% for one, _ in categories %}{{ comma() }}{{ one }}{% endfor %}"
    ),
    "functions of Jinja": (
        "{% for one, posts in categories %}{% for n in range(posts|length) %}{{ n }}{% endfor %}"
        "{{ dict(a=one.name) }}{% set row = cycler(1, 2) %}{{ row.next() }}{{ one.url }}"
        "{{ lipsum(n=1)|length > 9 }}{% endfor %}{{ article.title }}"
    ),
    "nothing to loop over": (
        "{% for one in articles if one.title == article.title + '?' %}{{ one.url }}"
        "{% else %}none but {{ article.title }}{% endfor %}"
    ),
    "a condition": (
        "{% for one in articles if one.category == article.category %}{{ one.url }}{{ one.title }}"
        "{{ one.date }}{{ one.lang }}{% endfor %}"
    ),
    "a recursive loop": (
        "{% for one, posts in categories recursive %}{{ one }}{{ one.url }}{{ article.title }}"
        "{{ loop(categories[1:]) if loop.depth < 2 }}{{ one.slug }}{{ one.name }}{% endfor %}"
    ),
    "an end and a next": (
        "{% for one in articles %}{% if one == article %}{% continue %}{% endif %}{{ one.url }}"
        "{{ one.title }}{{ one.date }}{{ one.lang }}"
        "{% if one.category != article.category %}{% break %}{% endif %}{% endfor %}"
    ),
    "another template": (
        "{% for one, posts in categories %}{% include 'part.html' %}{{ one.url }}{{ one.slug }}"
        "{% endfor %}"
    ),
    "macros of another template": (
        "{% import 'macros.html' as m with context %}{% from 'macros.html' import line %}"
        "{% for one, posts in categories %}{{ m.line(one) }}{{ line(one) }}{{ one.url }}"
        "{{ one.slug }}{% endfor %}"
    ),
    "macros that are made once": (
        "{% import 'kept.html' as m %}{% from 'kept.html' import line as l %}"
        "{% for one, posts in categories %}{{ m.line(one, article) }}{{ l(one) }}{{ one.url }}"
        "{{ m.line(one, article.title) }}{{ one.slug }}{% endfor %}"
    ),
    "macros that remember": (
        "{% import 'remembering.html' as m %}{% for one, posts in categories %}"
        "{{ m.line(one.name) }}{{ one.url }}{{ one.slug }}{{ one.name }}{% endfor %}"
    ),
    "a block of its own": (
        "{% for one, posts in categories %}{% block inner scoped %}{{ one.name }}"
        "{{ article.title }}{% endblock %}{{ one.url }}{{ one.slug }}{% endfor %}"
    ),
    "filters and blocks": (
        "{% for one, posts in categories %}{% filter upper %}{{ one.name }}{{ article.title }}"
        "{% endfilter %}{% set text %}{{ one.url }}{{ article.url }}{% endset %}{{ text|length }}"
        "{{ posts|map(attribute='title')|join(',') }}"
        "{{ posts|selectattr('url')|first }}{% endfor %}"
    ),
    "within a block and a parent": (
        "{% extends 'parent.html' %}{% for one in categories %}unseen{% endfor %}"
        "{% block inner %}{% for one, posts in categories %}{{ super() }}{{ self.other() }}"
        "{{ one.url }}{{ one.slug }}{% endfor %}{% endblock %}"
        "{% block other %}{% for tag in article.tags %}{{ tag.url }}{% endfor %}{% endblock %}"
    ),
    "what is not there": (
        "{% for one in articles %}{{ nothing }}{{ one.nothing }}{{ one.url }}{{ one.title }}"
        "{% endfor %}{% if article.title[-1] == '3' %}{% set x = 3 %}{% endif %}"
        "{% for one, _ in categories %}{{ x }}{{ one.url }}{{ one.name }}{{ one.slug }}{% endfor %}"
    ),
    "numbers that are equal": (
        "{% set mark = {'post-1': 1, 'post-2': True, 'post-3': '1', 'post-4': 1.0}[article.slug]"
        " or none %}{% for one, _ in categories %}{{ mark }}{{ one.url }}{% endfor %}"
    ),
    "links that are moved": (
        "{% for one in articles %}{{ one.content }}{{ one.summary }}{{ one.url }}{{ one.title }}"
        "{% endfor %}"
    ),
    "changes what others see": (
        "{% for one, posts in categories %}{{ LINKS.append((one.name, article.slug)) or '' }}"
        "{{ one.url }}{{ one.slug }}{% endfor %}"
        "{% for name, slug in LINKS %}{{ name.upper().lower() }}{{ slug.upper() }}{% endfor %}"
    ),
    "chance": (
        "{% for one, _ in categories %}{{ [one.name, one.slug]|random|length > 0 }}{{ one.url }}"
        "{% endfor %}"
    ),
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_page_is_what_it_would_be_without(plain, name):
    """A first build, one with a change, and one with another template."""
    plain.settings |= {"LINKS": [["one", "two"]], "SITEURL": "https://site.example"}
    plain.settings["JINJA_ENVIRONMENT"] = {"extensions": ["jinja2.ext.loopcontrols"]}
    plain.template("article.html", TEMPLATES[name])
    plain.template("part.html", "{{ one.name }}{{ article.title }}{{ posts|length }}")
    plain.template(
        "macros.html", "{% macro line(one) %}{{ one }}{{ (article or one).title }}{% endmacro %}"
    )
    plain.template(
        "parent.html",
        "{% block inner %}{{ article.title }}{% endblock %}{% block other %}{% endblock %}",
    )
    plain.template(
        "kept.html",
        "{% set mark = '!' %}{% macro line(one, by=none) %}{{ one.name }}{{ by }}{{ mark }}"
        "{{ SITENAME }}{% endmacro %}{% macro at(loop) %}{{ loop.index }}{% endmacro %}",
    )
    plain.template(
        "remembering.html",
        "{% set seen = [] %}{% macro line(one) %}{{ seen.append(one) or seen }}{% endmacro %}",
    )
    plain.write(
        "content/local.md", "Title: Local\nDate: 2023-01-01\nCategory: tea\n\n![x]({attach}x.png)"
    )
    plain.write("content/x.png", "x")
    plain.remake()
    plain.account.post("post-3", day="2024-01-03", title="Another", categories=["coffee"])
    plain.remake()
    plain.template("article.html", f"{TEMPLATES[name]} again")
    plain.remake()


def test_an_escaped_text_and_one_that_is_safe(plain):
    """They may be equal, and are printed differently."""
    plain.settings["JINJA_ENVIRONMENT"] = {"autoescape": True}
    plain.template(
        "article.html",
        "{% set mark = '<i>'|safe if article.slug[-1] == '1' else '<i>' %}"
        "{% for one, _ in categories %}{{ mark }}{{ one.url }}{{ one.name }}{% endfor %}",
    )
    plain.remake()
    assert "<i>" in plain.read("post-1.html")
    assert "&lt;i&gt;" in plain.read("post-2.html")


COUNTER = """
from itertools import count
from pelican import signals
from pelican.contents import Article

class Ticket:
    def __init__(self):
        self.numbers = count(1)
    def __str__(self):
        return f"ticket {next(self.numbers)}"

NUMBERS = count(1)

def number(text):
    return f"{text} {next(NUMBERS)}"

def visits(article):
    return next(NUMBERS)

def add(generator):
    generator.context["TICKET"] = Ticket()
    generator.context["number_of"] = number
    generator.env.filters["number"] = number
    for article in generator.articles:
        article.ticket = generator.context["TICKET"]

def register():
    Article.visits = visits
    signals.article_generator_finalized.connect(add)
"""


@pytest.mark.parametrize(
    "look",
    [
        "{{ TICKET }}",
        "{{ one.ticket }}",
        "{{ one.url|number }}",
        "{{ [one.url]|map('number')|first }}",
        "{{ number_of(one.url) }}",
        "{{ one.visits() }}",
    ],
)
def test_what_is_different_each_time(plain, look):
    """An object, a filter or a function that nobody knows: it is asked as often as usual."""
    plain.plugin("tickets", COUNTER)
    inner = f"{look}{{{{ one.title }}}}{{{{ one.url }}}}{{{{ one.date }}}}"
    plain.template("article.html", f"{{% for one in articles %}}{inner}{{% endfor %}}")
    plain.template("index.html", f"{{% for one in articles[:2] %}}{inner}{{% endfor %}}")
    plain.remake()
    plain.remake()


def test_a_content_that_a_page_is_given_of_its_own(plain):
    """Lists of another plugin, with names that are lists of the site elsewhere."""
    plain.plugin(
        "related",
        "from pelican import signals\n"
        "def add(generator):\n"
        "    for place, article in enumerate(generator.articles):\n"
        "        article.related = generator.articles[place + 1:place + 3]\n"
        "def register():\n"
        "    signals.article_generator_finalized.connect(add)\n",
    )
    plain.template(
        "article.html",
        "{% for one in article.related %}{{ one.title }}{{ one.url }}{{ one.date }}{{ one.lang }}"
        "{% endfor %}",
    )
    plain.remake()
    plain.account.post("post-4", day="2024-01-04", title="Another", categories=["tea"])
    plain.remake()


def test_a_filter_that_looks_around(plain):
    """It is declared to be pure, and asks for names that its template does not have."""
    plain.write(
        "near.py",
        "from jinja2 import pass_context\n"
        "@pass_context\n"
        "def near(context, text):\n"
        "    return text + context['article'].title\n",
    )
    plain.settings["JINJA_FILTERS"] = Code("{'near': __import__('near').near}")
    plain.settings["BUTTERCMS_PURE"] = ["near"]
    plain.template(
        "article.html", "{% for one, _ in categories %}{{ one.name|near }}{{ one.url }}{% endfor %}"
    )
    plain.remake()
    plain.account.post("post-3", day="2024-01-03", title="Another", categories=["tea"])
    plain.remake()


def test_media_that_a_second_list_shows(plain):
    """They stay when the first one shows them no longer, and the second is left as it was."""
    url = "https://cdn.buttercms.com/AAA"
    plain.account.media("AAA.png", b"\x89PNG PNG")
    plain.account.post("post-1", day="2024-01-01", body=f'<img src="{url}">')
    plain.settings["BUTTERCMS_MEDIA"] = "download"
    plain.template("article.html", "{{ article.title }}")
    listed = "{% for one in articles %}{{ one.title }}{{ one.url }}{{ one.content }}{% endfor %}"
    plain.template("index.html", listed)
    plain.template("archives.html", listed)
    plain.make()
    plain.template("index.html", "nothing")
    plain.remake()
    assert [name for name in plain.files() if name.startswith("media/AAA-")]


def test_a_file_that_moves_while_pages_are_written(plain):
    """A text attaches it, after a list has shown where it is, and before the next does."""
    plain.plugin(
        "covers",
        "from pelican import signals\n"
        "def add(generators):\n"
        "    for article in generators[0].articles:\n"
        "        article.cover = generators[0].context['static_content']['static/x.png']\n"
        "def register():\n"
        "    signals.all_generators_finalized.connect(add)\n",
    )
    plain.write("content/static/x.png", "x")
    plain.write(
        "content/local.md",
        "Title: Local\nDate: 2024-01-04 12:00\nCategory: tea\n\n![x]({attach}static/x.png)",
    )
    plain.template(
        "article.html",
        "{{ article.content if article.title == 'Local' }}{% for one in articles %}"
        "{{ one.cover.override_url or 'where it was' }}{{ one.url }}{{ one.title }}{{ one.date }}"
        "{% endfor %}",
    )
    plain.remake()
    assert "where it was" in plain.read("post-8.html")
    assert "where it was" not in plain.read("post-1.html")


COUNTS = """
from pelican import signals

seen = []

def change(path, context):
    seen.append(path)
    first = context["articles"][0]
    {}

def register():
    signals.content_written.connect(change)
"""


@pytest.mark.parametrize(
    "changed",
    [
        "first.tags.append(f'tag{len(seen)}')",
        "first.metadata['note'] = len(seen)",
        "vars(first.category)['note'] = len(seen)",
        "first.note = len(seen)",
    ],
)
def test_what_a_plugin_changes_after_each_page(plain, changed):
    """In places where nobody looks on: no text of an earlier page may stand for a later one."""
    note = "{{ one.metadata.note }}{{ one.category.note }}{{ one.note }}"
    loop = "{% for one in articles[:2] %}{{ one.tags|join }}" + note + "{% endfor %}"
    for name in ("article", "tag"):
        plain.template(f"{name}.html", loop)
    plain.plugin("counts", COUNTS.format(changed))
    plain.remake()
    pages = {plain.read(f"post-{number}.html") for number in range(1, 9)}
    assert len(pages) > 4
    plain.remake()
