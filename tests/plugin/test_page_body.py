"""Other plugins read and change the texts of the CMS's content as those of local files."""

import pytest

CHANGES = """
import os
from pelican import signals
from pelican.contents import Static

def at_init(content):
    if not isinstance(content, Static):
        content.words = len((content._content or "").replace("<", " <").split())
        if "init" in os.environ["CHANGE"]:
            content._content = content._content.replace("MARK", "INIT")

def at_end(generators):
    for generator in generators:
        for one in (*getattr(generator, "articles", ()), *getattr(generator, "pages", ())):
            if "end" in os.environ["CHANGE"]:
                one._content = (one._content or "").replace("MARK", "END")
            if "summary" in os.environ["CHANGE"]:
                one._summary = "SUMMARY"

def register():
    signals.content_object_init.connect(at_init)
    signals.all_generators_finalized.connect(at_end)
"""
LINK = '<a href="{filename}/buttercms/pages/html">link</a>'
KINDS = ("post", "news", "html", "news-components", "components", "news-fields", "fields")


@pytest.fixture
def changed(site, account):
    """A content of each kind; gives what is shown of each, by its slug, for a way of changing."""
    account.page("*", "html", body=f"<p>one MARK</p>{LINK}")
    account.post("post", body=f"<p>one MARK</p>{LINK}")
    account.page("news", "news", body=f"<p>one MARK</p>{LINK}")
    component = {"type": "text", "fields": {"html": f"<p>one MARK</p>{LINK}"}}
    account.page("*", "components", body=[component])
    account.page("news", "news-components", body=[component])
    account.page("*", "fields", headline="one", words="MARK")
    account.page("news", "news-fields", headline="one", words="MARK")
    site.write("templates/components/text.html", "<div>{{ fields.html|butter_html }}</div>")
    for name in ("article", "page"):
        site.write(
            f"templates/{name}.html",
            f"{{{{ {name}.words }}}}|{{{{ {name}.content }}}}|{{{{ {name}.summary }}}}",
        )
    site.write("plugins/changes.py", CHANGES)
    site.configure(
        BUTTERCMS_PAGE_TYPES={"*": {"url": "pages/{slug}.html"}, "news": {"as": "article"}},
        PLUGINS=["pelican_buttercms", "changes"],
        PLUGIN_PATHS=["plugins"],
        THEME_TEMPLATES_OVERRIDES=["templates"],
        RELATIVE_URLS=True,
    )

    def build(change):
        site.build(env={"CHANGE": change})
        found = {}
        for slug in KINDS:
            article = slug == "post" or slug.startswith("news")
            found[slug] = site.read(f"{slug}.html" if article else f"pages/{slug}.html")
        return found

    return build


@pytest.mark.parametrize("change", ["", "init", "end"])
def test_what_is_read_and_written_of_content(changed, change):
    """Words are there to be counted, and what is written is shown, its links resolved."""
    word = change.upper() or "MARK"
    for slug, text in changed(change).items():
        words, shown, _ = text.split("|", 2)
        assert int(words) >= 2, slug
        assert word in shown, slug
        assert "{filename}" not in shown
        if "fields" not in slug:
            place = "pages/" if slug == "post" or slug.startswith("news") else "./"
            assert f'href="./{place}html.html"'.replace("././", "../pages/") in shown, slug


def test_a_summary_that_is_written_counts(changed):
    """As Pelican says that plugins may."""
    for slug, text in changed("summary").items():
        assert text.endswith("|SUMMARY"), slug


def test_a_theme_with_a_template_for_bodies_keeps_it(site, account):
    """It may show a body in another way."""
    account.page("*", "html", body="<p>one</p>")
    site.write("templates/buttercms/body.html", "<main>{{ body|butter_html }}</main>")
    site.configure(BUTTERCMS_PAGE_TYPES=["*"], THEME_TEMPLATES_OVERRIDES=["templates"])
    site.build()
    assert "<main><p>one</p></main>" in site.read("pages/html.html")
