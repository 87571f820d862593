"""Pages that change what later pages see, and plugins that do so between them."""

import pytest

DO = {"extensions": ["jinja2.ext.do", "jinja2.ext.loopcontrols"]}
SHOWN = (
    "{{ LINKS }} {{ EXTRA }} {{ MARKS }} {{ NESTED.marks|sort }} {{ articles[0].title }}"
    "{{ buttercms.articles|map(attribute='slug')|join }} {{ articles|map(attribute='slug')|join }}"
    "{{ articles[0].tags|join }} {{ articles[0].metadata.title }} {{ period_archives|length }}"
    "{{ categories[0][1]|map(attribute='slug')|join }} {{ articles[0].settings.SITENAME }}"
)


@pytest.fixture
def changing(plain):
    """A site whose later pages show what an earlier one can change."""
    plain.settings |= {
        "JINJA_ENVIRONMENT": DO,
        "LINKS": [["a", "b"], ["c", "d"]],
        "EXTRA": {"a": [1]},
        "JINJA_GLOBALS": {"MARKS": ["m"], "NESTED": {"marks": {1}}},
    }
    for name in ("archives", "page"):
        plain.template(f"{name}.html", SHOWN)
    return plain


@pytest.mark.parametrize(
    "change",
    [
        "do articles.reverse()",
        "do categories[0][1].reverse()",
        "do buttercms.articles.reverse()",
        "do LINKS.reverse()",
        "do LINKS[0].append('x')",
        "set _ = LINKS.pop() if LINKS else 0",
        "do EXTRA.a.append(1)",
        "do EXTRA.update(b=1)",
        "do MARKS.append('x')",
        "do NESTED.marks.add(2)",
        "do articles[0].tags.append('x')",
        "do articles[0].metadata.update(title='x')",
        "do articles[0].__setattr__('title', 'x')",
        "do articles[0].settings.update(SITENAME='x')",
    ],
)
def test_a_change_that_ends(changing, change):
    """Later pages were rendered from it."""
    changing.template("index.html", f"x{{% {change} %}}")
    changing.make()
    changing.template("index.html", "x")
    changing.remake()


@pytest.mark.parametrize(
    "change",
    ["do articles.reverse()", "do LINKS[0].append('x')", "do articles[0].tags.append('x')"],
)
def test_a_change_that_begins(changing, change):
    """Later pages, which would have been kept, are rendered from it."""
    changing.make()
    changing.template("index.html", f"y{{% {change} %}}")
    changing.remake()
    changing.remake()


STATE = {
    "cycler": ("set c = cycler('odd', 'even')", "{{ c.next() }}"),
    "joiner": ("set j = joiner(', ')", "{{ j() }}"),
    "namespace": ("set n = namespace(v=0)", "{% set n.v = n.v + 1 %}{{ n.v }}"),
    "list": ("set n = []", "{% do n.append(1) %}{{ n|length }}"),
    "dict": ("set n = {}", "{% do n.update({n|length: 1}) %}{{ n|length }}"),
}


@pytest.mark.parametrize("kind", STATE)
def test_state_in_a_file_of_macros(changing, kind):
    """It goes on from page to page, as the file is made once."""
    made, used = STATE[kind]
    changing.template("m.html", f"{{% {made} %}}{{% macro row() %}}{used}{{% endmacro %}}")
    changing.template("article.html", "{% import 'm.html' as m %}{{ m.row() }} {{ article.title }}")
    changing.make()
    changing.account.post("post-3", title="New title", day="2024-01-03", categories=["tea"])
    changing.remake()


def test_state_of_one_page_is_its_own(plain):
    """A namespace or a list that the page itself makes keeps nobody from being reused."""
    plain.settings["JINJA_ENVIRONMENT"] = DO
    own = "{% set n = namespace(v=0) %}{% set l = [] %}{% for a in articles %}"
    use = "{% set n.v = n.v + 1 %}{% do l.append(n.v) %}{% endfor %}{{ l }}"
    plain.template("page.html", own + use)
    plain.make()
    assert plain.remake().rendered == 0


LATE = """
from pathlib import Path
from pelican import signals

def late(generator, writer):
    words = Path("words.txt").read_text()
    {}

def register():
    signals.article_writer_finalized.connect(late)
"""


@pytest.mark.parametrize(
    "action",
    [
        "for page in generator.context['pages']: page.words = words",
        "generator.context['WORDS'] = words",
        "generator.context['pages'][0].metadata['words'] = words",
        "generator.context['pages'].reverse() if words == 'two' else None",
        "generator.settings['WORDS'] = words",
    ],
)
def test_what_a_plugin_sets_after_the_articles_were_written(plain, action):
    """It is not there yet when the build begins."""
    plain.plugin("late", LATE.format(action))
    plain.account.page("*", "zebra", body="<p>x</p>")
    show = "{{ page.words }}{{ WORDS }}{{ page.metadata.words }}{{ page.settings.WORDS }}"
    plain.template("page.html", show + "{% for p in pages %}{{ p.slug }} {% endfor %}")
    for words in ("one", "two", "two"):
        plain.write("words.txt", words)
        plain.make()
    plain.write("words.txt", "three")
    plain.remake()
    plain.write("words.txt", "two")
    plain.remake()
