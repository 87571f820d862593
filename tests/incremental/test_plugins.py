"""Small plugins of a site's own that do what nobody expects."""

import pytest

METHOD = """
from pelican.contents import Article

def register():
    Article.shout = {}
"""
ENVIRONMENT = """
from pelican import signals

def change(generator):
    generator.env.{}

def register():
    signals.generator_init.connect(change)
"""
WRITES = """
from pathlib import Path
import jinja2
from pelican import signals
from pelican.generators import Generator

class Own(Generator):
    def generate_output(self, writer):
        words = Path("words.txt").read_text()
        env, context, write = self.env, self.context, writer.write_file
        {}

def get(pelican):
    return Own

def register():
    signals.get_generators.connect(get)
"""


@pytest.mark.parametrize(
    ("made", "read"),
    [
        ("lambda self: self.title.{}()", "article.shout()"),
        ("property(lambda self: self.title.{}())", "article.shout"),
        ("classmethod(lambda cls: 'word'.{}())", "article.shout()"),
        ("staticmethod(lambda: 'word'.{}())", "article.shout()"),
        ("'word'.{}()", "article.shout"),
    ],
)
def test_what_a_plugin_adds_to_the_class_of_articles(plain, made, read):
    """A method, or a property, whose code changes."""
    plain.template("article.html", f"{{{{ {read} }}}}")
    for how in ("upper", "title"):
        plain.plugin("methods", METHOD.format(made.format(how)))
        plain.remake()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("trim_blocks = True", "trim_blocks = False"),
        ("keep_trailing_newline = True", "keep_trailing_newline = False"),
        ("variable_start_string = '{{'", "variable_start_string = '[['"),
        (
            "policies['json.dumps_kwargs'] = {'sort_keys': True}",
            "policies['json.dumps_kwargs'] = {'sort_keys': False}",
        ),
    ],
)
def test_what_a_plugin_sets_of_the_environment(plain, one, other):
    """It decides how templates are read."""
    plain.settings["JINJA_ENVIRONMENT"] = {}
    plain.template("index.html", "a {% set x = 1 %}\n{{ {'b': 1, 'a': 2}|tojson }}\n")
    for setting in (one, other):
        plain.plugin("sets", ENVIRONMENT.format(setting))
        plain.remake()


ALONE = [
    "env.from_string(words), context)",
    "env.overlay().from_string(words), context)",
    "jinja2.Template(words), context)",
    "env.get_template('own.html', globals={'V': words}), context)",
    "env.get_template('own.html'), {**context, 'V': words})",
    "env.get_template('own.html'), context, V=words)",
    "env.get_template('own.html'), context, V=[words])",
    "env.get_template('own.html'), context, V={words: [words]})",
    "env.get_template('each.html'), context, V=iter([words]))",
    "env.get_template('each.html'), context, V={words: 1}.keys())",
]
CHANGING = [
    "env.globals['V'] = words; write('own.html', env.get_template('own.html'), context)",
    "context['V'] = words; write('own.html', env.get_template('own.html'), context)",
    "env.filters['f'] = lambda x: words; write('own.html', env.get_template('f.html'), context)",
    "context['pages'][0].title = words; write('own.html', env.get_template('t.html'), context)",
    (
        "context['articles'].reverse() if words == 'two' else 0; "
        "write('own.html', env.get_template('t.html'), context)"
    ),
    "self.settings['SITENAME'] = words; write('own.html', env.get_template('t.html'), context)",
    (
        "env.loader = jinja2.DictLoader({'d.html': words}); "
        "write('own.html', env.get_template('d.html'), context)"
    ),
]


@pytest.fixture
def writing(plain):
    """A site with the templates of what a plugin writes."""
    plain.template("own.html", "{{ V }}")
    plain.template("f.html", "{{ 1|f }}")
    plain.template("each.html", "{% for x in V %}{{ x }}{% endfor %}")
    show = "{{ pages[0].title }} {{ articles[0].title }} {{ SITENAME }}"
    plain.template("t.html", show + "{{ articles[0].settings.SITENAME }}")
    plain.write("words.txt", "one")
    return plain


def test_pages_that_a_plugin_writes_in_its_own_way(writing):
    """From what nothing else knows of."""
    lines = [f"write('own-{number}.html', {how}" for number, how in enumerate(ALONE)]
    writing.plugin("own", WRITES.format("\n        ".join(lines)))
    writing.make()
    assert "own-0.html" in writing.files()
    for words in ("two", "three"):
        writing.write("words.txt", words)
        writing.remake()


@pytest.mark.parametrize("how", CHANGING)
def test_a_page_for_which_a_plugin_changes_something(writing, how):
    """Which was not so when the build began."""
    writing.plugin("own", WRITES.format(how))
    for words in ("one", "two", "two"):
        writing.write("words.txt", words)
        writing.make()
    writing.is_right()
    writing.write("words.txt", "three")
    writing.remake()


CHANGES_FILES = """
from pathlib import Path
from pelican import signals

MARK = "<!-- marked -->"

def change(pelican):
    for path in Path(pelican.output_path).rglob("*.html"):
        if MARK not in path.read_text():
            path.write_text(path.read_text() + MARK)

def register():
    signals.finalized.connect(change)
"""


@pytest.mark.parametrize("first", [True, False])
def test_what_a_plugin_changes_at_the_end(plain, first):
    """What no longer belongs goes, though it is not as we have left it."""
    plain.write("content/l.md", "Title: L\nDate: 2024-01-01\nSlug: l\n\nx")
    plain.plugin("ends", CHANGES_FILES)
    if first:
        plain.settings["PLUGINS"] = plain.settings["PLUGINS"][::-1]
    plain.make()
    (plain.folder / "content/l.md").unlink()
    plain.remake()


COPIES = """
import copy
import pickle
from pelican import signals

def look(path, context):
    article = context.get("article")
    if article is not None:
        assert copy.copy(article).title == article.title
        assert type(copy.copy(article)) is type(copy.copy(copy.copy(article)))
        pickle.dumps(article.category)
        assert "Watch" not in repr(type(article))

def register():
    signals.content_written.connect(look)
"""


def test_a_plugin_that_copies_and_pickles(plain):
    """Between two pages, when nothing is noted."""
    plain.plugin("copies", COPIES)
    plain.remake()


IN_NAMESPACE = """
import pelican.plugins

pelican.plugins.__path__.append("lib/pelican/plugins")
from pelican.plugins.installed import register
"""
GIVES_A_METHOD = """
from pathlib import Path
from pelican import signals
from pelican.contents import Article

def words(self):
    return Path("words.txt").read_text()

def give(pelican):
    Article.words = words

def register():
    signals.initialized.connect(give)
"""
GENERATES = """
from pathlib import Path
from pelican import signals
from pelican.generators import Generator

class Own(Generator):
    def generate_output(self, writer):
        self.context["current"] = Path("words.txt").read_text()
        writer.write_file("terms.html", self.get_template("terms"), self.context)
        del self.context["current"]

def get(pelican):
    return Own

def register():
    signals.get_generators.connect(get)
"""


@pytest.mark.parametrize("text", [GIVES_A_METHOD, GENERATES])
def test_a_plugin_that_is_installed_beside_pelicans_own(plain, text):
    """Most are in `pelican.plugins`, and none of them is Pelican."""
    plain.write("lib/pelican/plugins/installed/__init__.py", text)
    plain.plugin("beside", IN_NAMESPACE)
    plain.template("article.html", "{{ article.words() if article.words }}")
    plain.template("terms.html", "{{ current }}")
    for words in ("one", "two"):
        plain.write("words.txt", words)
        plain.remake()


def test_a_property_that_fails_for_some(plain):
    """It is asked by the next build, which a template would not do."""
    plain.plugin(
        "stars",
        "from pelican.contents import Article\n"
        "Article.stars = property(lambda self: int(self.metadata['rating']) * 2)\n"
        "def register(): pass\n",
    )
    rated = "{% if 'rating' in article.metadata %}{{ article.stars }}{% endif %}"
    plain.template("article.html", f"{rated}{{{{ article.title }}}}")
    plain.write("content/a.md", "Title: A\nDate: 2024-02-02\nRating: 3\n\nText")
    plain.remake()
    assert plain.read("a.html") == "6A"
    plain.write("content/a.md", "Title: A\nDate: 2024-02-02\n\nText")
    plain.remake()
    assert plain.read("a.html") == "A"
