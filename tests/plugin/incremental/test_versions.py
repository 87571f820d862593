"""Articles of the same version are neither made nor asked, and pages are as if they had been."""

import re

import pytest

from .builds import QuickSite

UNREAD = re.compile(r"(\d+) articles were not made")


@pytest.fixture
def many(plain: QuickSite) -> QuickSite:
    """A site of eight posts whose lists show titles and dates; built once."""
    shown = "{% for a in articles %}{{ a.title }} {{ a.locale_date }} {{ a.url }}\n{% endfor %}"
    plain.template("archives.html", shown)
    plain.make()
    return plain


def unread(site):
    """Build, compare with a full build; gives how many articles nobody has read."""
    build = site.make("-v")
    site.is_right()
    found = UNREAD.search(build.log)
    return int(found[1]) if found else 0


def test_an_edit_makes_the_article_that_was_edited(many):
    """Though a list shows all of their titles and dates."""
    assert unread(many) == 8
    many.account.post("post-3", day="2024-01-03", categories=["tea"], title="Changed")
    assert unread(many) == 7
    many.account.post("post-9", day="2024-01-09", categories=["tea"], tags=["old"])
    assert unread(many) == 8
    many.account.delete("posts/post-2.json")
    assert unread(many) == 8


def test_all_are_made_at_once_where_that_is_quicker(many):
    """In a first build, and where the settings are others: most will be read."""
    many.settings["SITENAME"] = "Another"
    assert unread(many) == 0
    assert unread(many) == 8
    many.plugin("another", "def register():\n    pass\n")
    assert unread(many) == 0


def test_a_term_that_is_renamed(many):
    """Every article of it shows its name."""
    many.template("article.html", "{{ article.title }} {{ article.category }}")
    many.make()
    for term in many.account.lists["categories"]:
        term["name"] = f"All about {term['slug']}"
    many.account.term("categories", "other")
    assert unread(many) < 8
    assert "All about tea" in many.read("post-1.html")


def test_the_category_of_an_article_that_has_none(many):
    """It is the one of its slug, if another article has that: so it is none of its version."""
    many.settings["DEFAULT_CATEGORY"] = "misc"
    many.template("article.html", "{{ article.title }} {{ article.category }}")
    many.account.term("categories", "misc", name="Everything else")
    many.account.post("old", day="2020-01-01", categories=["misc"])
    many.account.post("none", day="2019-01-01", categories=[])
    many.make()
    assert "Everything else" in many.read("none.html")
    many.account.post("old", day="2020-01-01", categories=["tea"])
    unread(many)
    assert "misc" in many.read("none.html")
    many.account.post("old", day="2020-01-01", categories=["misc"])
    unread(many)
    assert "Everything else" in many.read("none.html")


def test_links_in_other_metadata_than_summaries(many):
    """They lead to another article, which may move."""
    many.settings["FORMATTED_FIELDS"] = ["summary", "description"]
    many.settings["ARTICLE_PATHS"] = ["notes"]
    many.write("content/notes/target.md", "Title: T\nDate: 2020-01-01\nSlug: here\n\nx")
    many.template("article.html", "{{ article.title }} {{ article.description }}")
    link = "see {filename}/notes/target.md"
    many.account.post("linking", day="2024-02-01", meta_description=f"<a href='{link[4:]}'>")
    many.make()
    many.make()
    many.write("content/notes/target.md", "Title: T\nDate: 2020-01-01\nSlug: there\n\nx")
    many.remake()


def test_a_page_that_refers_to_what_was_edited(many):
    """What an item says is on the page; the posts are as they were."""
    many.settings["BUTTERCMS_COLLECTIONS"] = ["faqs"]
    many.settings["BUTTERCMS_PAGE_TYPES"] = {"*": {"fields": {"title": "faq.question"}}}
    many.account.collection("faqs", {"id": 1, "question": "Why?"})
    many.account.page("*", "about", faq="/v2/content/faqs/1/", body="<p>x</p>")
    many.template("index.html", "{% for p in pages %}{{ p.title }} {% endfor %}")
    many.make()
    assert "Why?" in many.read("index.html")
    many.account.collection("faqs", {"id": 1, "question": "How?"})
    assert unread(many) == 8
    assert "How?" in many.read("index.html")


def test_a_translation_that_comes_and_goes(many):
    """The article itself is of the same version."""
    many.account.settings(locales=["en", "de"], default_locale="en")
    many.settings["BUTTERCMS_LOCALES"] = {"en": [], "de": []}
    many.template("article.html", "{% for t in article.translations %}{{ t.url }}{% endfor %}.")
    many.make()
    assert unread(many) == 8
    many.account.translate("posts/post-4", "de", title="Vier", body="<p>Vier")
    unread(many)
    assert "post-4-de.html" in many.read("post-4.html")
    many.account.post("post-4", day="2024-01-04", categories=["coffee"], tags=["old"])
    unread(many)
    assert "post-4-de.html" not in many.read("post-4.html")


def test_a_stand_in_for_a_missing_translation(many):
    """It is made at once, and asked everything."""
    many.account.settings(locales=["en", "de"], default_locale="en")
    many.settings["BUTTERCMS_LOCALES"] = {"en": [], "de": ["en"]}
    many.template(
        "article.html",
        "{{ article.title }} {% if article.fallback_of %}{{ article.fallback_of.url }}{% endif %}",
    )
    many.make()
    assert unread(many) == 8
    many.account.post("post-4", day="2024-01-04", categories=["coffee"], title="New")
    unread(many)
    assert "New" in many.read("post-4-de.html")


def test_an_attribute_that_most_articles_do_not_have(many):
    """Whoever asks for it makes them all, and is told the same."""
    many.template("tags.html", "{% for a in articles %}{{ a.cover or 'none' }}{% endfor %}")
    many.make()
    assert unread(many) == 8
    many.account.post("post-1", day="2024-01-01", categories=["tea"], title="Changed")
    unread(many)
    many.template("tags.html", "{% for a in articles %}{{ a.cover or 'no' }}{% endfor %}")
    assert unread(many) == 0
    assert many.read("tags.html") == "no" * 8


def test_what_a_template_changes_in_an_article_that_was_just_made(many):
    """Later pages are rendered from it: they cannot be kept, now or next time."""
    many.settings["JINJA_ENVIRONMENT"] = {"extensions": ["jinja2.ext.do"]}
    many.template("page.html", "{{ articles[0].metadata.title }}")
    many.make()
    assert unread(many) == 8
    many.template("index.html", "{% do articles[0].metadata.update(title='x') %}")
    assert unread(many) < 8
    assert many.read("pages/about.html") == "x"
    many.template("index.html", "")
    unread(many)
    assert many.read("pages/about.html") != "x"
