"""Templates that are another one for each page, or that somebody saves while a build runs."""

import pytest

CATEGORIES = "{% for c, l in categories %}<li>{{ c.name }}</li>{% endfor %}"
LONG = (
    "{% for c, l in categories if article %}<li>{{ c.name }}{{ c.url }}{{ c.slug }}{{ l|length }}"
    "{{ l[0].title }}</li>{% endfor %}"
)
SAVE = """
from pelican_buttercms.plugin.incremental.session import Session

gone = Session.remove_gone

def save(self):
    name = "templates/{0}.html"
    text = open(name).read()
    open(name, "w").write(text.replace("one", "two"))
    gone(self)

Session.remove_gone = save
"""


@pytest.mark.parametrize("loop", [CATEGORIES, LONG])
@pytest.mark.parametrize("apart", ["post-1", "post-8"])
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


@pytest.mark.parametrize("part", ["article", "part"])
@pytest.mark.parametrize("workers", [1, 2])
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
