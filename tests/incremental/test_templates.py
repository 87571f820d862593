"""Templates that are another one for each page, or that somebody saves while a build runs."""

import pytest

CATEGORIES = "{% for c, l in categories %}<li>{{ c.name }}</li>{% endfor %}"
LONG = (
    "{% for c, l in categories if article %}<li>{{ c.name }}{{ c.url }}{{ c.slug }}{{ l|length }}"
    "{{ l[0].title }}</li>{% endfor %}"
)
SAVE = """
from pelican_buttercms.incremental.incremental_build import IncrementalBuild

gone = IncrementalBuild.remove_stale

def save(self):
    name = "templates/{0}.html"
    text = open(name).read()
    open(name, "w").write(text.replace("one", "two"))
    gone(self)

IncrementalBuild.remove_stale = save
"""


@pytest.mark.parametrize(("loop", "apart"), [(CATEGORIES, "post-1"), (LONG, "post-8")])
def test_a_template_that_extends_another_on_some_pages(plain, loop, apart):
    """What stands outside of its blocks is printed on the others, and only there."""
    plain.template("shell.html", "<shell>{% block b %}{% endblock %}</shell>")
    plain.template(
        "article.html",
        f"{{% if article.slug != '{apart}' %}}{{% extends 'shell.html' %}}{{% endif %}}"
        f"{loop}{{% block b %}}{{{{ article.title }}}}{{% endblock %}}",
    )
    plain.remake()
    assert "<li>" in plain.read(f"{apart}.html")
    assert plain.make().rendered == 0


@pytest.mark.parametrize(("part", "workers"), [("article", 1), ("part", 2)])
def test_a_template_that_is_saved_while_a_build_runs(plain, part, workers):
    """It was compiled before, and its pages show what it was."""
    plain.settings["BUTTERCMS_WORKERS"] = workers
    plain.template("article.html", "one {{ article.title }}")
    if part == "part":
        plain.make()
        plain.template("part.html", "one")
        plain.template("article.html", "{% include 'part.html' %} {{ article.title }}")
    plain.live(SAVE.format(part))
    assert "one" in plain.read("post-1.html")
    plain.remake()
    assert "two" in plain.read("post-1.html")
    assert plain.make().rendered == 0


def test_files_beside_templates_that_are_none(plain):
    """A picture in the folder of the templates is no text."""
    (plain.folder / "templates/logo.png").write_bytes(b"\x89PNG\xff\xfe")
    plain.template("article.html", "{{ article.title }}")
    plain.make()
    assert plain.make().rendered == 0


INCLUDES = {
    "one that extends": {
        "base.html": "<{% block body %}{% endblock %}>",
        "card.html": "{% extends 'base.html' %}{% block body %}{{ a.title }}{% endblock %}",
        "article.html": "{% for a in articles %}{% include 'card.html' %}{% endfor %}",
    },
    "two with a block of one name": {
        "one.html": "{% block body %}{{ a.title }}{% endblock %}",
        "two.html": "{% block body %}{{ a.url }}{% endblock %}",
        "article.html": "{% for a in articles %}{% include 'one.html' %}{% include 'two.html' %}"
        "{% endfor %}",
    },
    "a broken one that is never reached": {
        "broken.html": "{% if %}",
        "article.html": "{% for a in articles %}{% if a.nope %}{% include 'broken.html' %}"
        "{% endif %}{{ a.title }}{% endfor %}",
    },
    "one that is not there": {
        "article.html": "{% for a in articles %}{% include 'later.html' ignore missing %}"
        "{{ a.title }}{% endfor %}",
    },
    "one that is no text": {
        "article.html": "{% for a in articles %}{% if a.nope %}{% include 'logo.png' %}"
        "{% endif %}{{ a.title }}{% endfor %}",
    },
}


@pytest.mark.parametrize("kind", INCLUDES)
def test_what_a_loop_includes(plain, kind):
    """Looked at before it is rendered, and told by nobody if it would not be."""
    for name, text in INCLUDES[kind].items():
        plain.template(name, text)
    (plain.folder / "templates/logo.png").write_bytes(b"\x89PNG\xff\xfe")
    plain.remake()
    plain.account.post("post-1", day="2024-01-01", title="Other", body="<p>Body 1.</p>")
    plain.remake()


def test_a_template_that_is_no_longer_used_and_no_text(plain):
    """The last build has read it, and nobody does now."""
    plain.template("part.html", "x")
    plain.template("article.html", "{% include 'part.html' %}{{ article.title }}")
    plain.make()
    (plain.folder / "templates/part.html").write_bytes("f\u00fcr".encode("latin-1"))
    plain.template("article.html", "{{ article.title }}")
    plain.remake()
