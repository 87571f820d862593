"""Articles of the same version are not asked again, and pages are as if they had been."""

import shutil

import pytest

from pelican_buttercms.incremental import manifest

from .builds import QuickSite


@pytest.fixture
def many(plain: QuickSite) -> QuickSite:
    """A site of eight posts whose lists show titles and dates; built once."""
    shown = "{% for a in articles %}{{ a.title }} {{ a.locale_date }} {{ a.url }}\n{% endfor %}"
    plain.template("archives.html", shown)
    plain.make()
    return plain


def test_edits_of_one_article_after_the_other(many):
    """A list shows all of their titles and dates."""
    many.remake()
    many.account.post("post-3", day="2024-01-03", categories=["tea"], title="Changed")
    many.remake()
    many.account.post("post-9", day="2024-01-09", categories=["tea"], tags=["old"])
    many.remake()
    many.account.delete("posts/post-2.json")
    many.remake()
    many.account.page("*", "about", body="<p>Changed.</p>")
    many.remake()


def test_a_term_that_is_renamed(many):
    """Every article of it shows its name."""
    many.template("article.html", "{{ article.title }} {{ article.category }}")
    many.make()
    for term in many.account.lists["categories"]:
        term["name"] = f"All about {term['slug']}"
    many.account.term("categories", "other")
    many.remake()
    assert "All about tea" in many.read("post-1.html")


def test_the_category_of_an_article_that_has_none(many):
    """It is the one of its slug, if another article has that: so it is none of its version."""
    many.settings["DEFAULT_CATEGORY"] = "misc"
    many.template("article.html", "{{ article.title }}")
    shown = "{% for a in articles if a.slug == 'none' %}{{ a.category }}{% endfor %}"
    many.template("tags.html", shown)
    many.account.term("categories", "misc", name="Everything else")
    many.account.post("old", day="2020-01-01", categories=["misc"])
    many.account.post("none", day="2019-01-01", categories=[])
    many.make()
    assert "Everything else" in many.read("tags.html")
    many.account.post("old", day="2020-01-01", categories=["tea"])
    many.remake()
    assert "misc" in many.read("tags.html")
    many.account.post("old", day="2020-01-01", categories=["misc"])
    many.remake()
    assert "Everything else" in many.read("tags.html")


def test_links_in_other_metadata_than_summaries(many):
    """They lead to another article, which may move."""
    many.settings["FORMATTED_FIELDS"] = ["summary", "note"]
    many.settings["DEFAULT_METADATA"] = {"note": "<a href='{filename}/notes/target.md'>x</a>"}
    many.settings["ARTICLE_PATHS"] = ["notes"]
    many.account.post("bare", day="2024-01-01", categories=["tea"])
    many.template("article.html", "{{ article.note }}")
    many.write("content/notes/target.md", "Title: T\nDate: 2020-01-01\nSlug: here\n\nx")
    many.make()
    assert "here.html" in many.read("bare.html")
    many.make()
    many.write("content/notes/target.md", "Title: T\nDate: 2020-01-01\nSlug: there\n\nx")
    many.remake()
    assert "there.html" in many.read("bare.html")


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
    many.remake()
    assert "How?" in many.read("index.html")


def test_a_translation_that_comes_and_goes(many):
    """The article itself is of the same version."""
    many.account.settings(locales=["en", "de"], default_locale="en")
    many.settings["BUTTERCMS_LOCALES"] = {"en": [], "de": []}
    many.template("article.html", "{% for t in article.translations %}{{ t.url }}{% endfor %}.")
    many.make()
    many.remake()
    many.account.translate("posts/post-4", "de", title="Vier", body="<p>Vier")
    many.remake()
    assert "post-4-de.html" in many.read("post-4.html")
    many.account.post("post-4", day="2024-01-04", categories=["coffee"], tags=["old"])
    many.remake()
    assert "post-4-de.html" not in many.read("post-4.html")


def test_a_stand_in_for_a_missing_translation(many):
    """It is asked everything."""
    many.account.settings(locales=["en", "de"], default_locale="en")
    many.settings["BUTTERCMS_LOCALES"] = {"en": [], "de": ["en"]}
    many.template(
        "article.html",
        "{{ article.title }} {% if article.fallback_of %}{{ article.fallback_of.url }}{% endif %}",
    )
    many.make()
    many.remake()  # the stand-ins
    many.account.post("post-4", day="2024-01-04", categories=["coffee"], title="New")
    many.remake()
    assert "New" in many.read("post-4-de.html")


def test_an_attribute_that_most_articles_do_not_have(many):
    """Whoever asks for it is told the same."""
    many.template("tags.html", "{% for a in articles %}{{ a.cover or 'none' }}{% endfor %}")
    many.make()
    many.remake()
    many.account.post("post-1", day="2024-01-01", categories=["tea"], title="Changed")
    many.remake()
    many.template("tags.html", "{% for a in articles %}{{ a.cover or 'no' }}{% endfor %}")
    many.remake()
    assert many.read("tags.html") == "no" * 8


def test_what_a_template_changes_in_an_article(many):
    """Later pages are rendered from it: they cannot be kept, now or next time."""
    many.settings["JINJA_ENVIRONMENT"] = {"extensions": ["jinja2.ext.do"]}
    many.template("page.html", "{{ articles[0].metadata.title }}")
    many.make()
    many.remake()
    first = "{% set mine = [] %}{% do mine.append(1) %}"  # which is looked for in what there is
    many.template("index.html", first + "{% do articles[0].metadata.update(title='x') %}")
    assert many.remake().rendered > 0
    assert many.read("pages/about.html") == "x"
    many.template("index.html", "")
    many.remake()
    assert many.read("pages/about.html") != "x"


def test_a_page_that_has_no_text_any_more(many):
    """It is said at once, as by a first build, and nothing is written."""
    many.settings["BUTTERCMS_PAGE_TYPES"] = {"*": {"fields": {"body": "text"}}}
    many.account.page("*", "about", text="<p>About.</p>")
    many.template("page.html", "{{ page.title }}")  # nobody asks for the text
    many.make()
    many.remake()
    many.account.page("*", "about", words="<p>About.</p>")
    before = many.tree()
    code, build = many.attempt()
    assert code == 2
    assert "names the field 'text', which pages/*/about does not have" in build.log
    assert many.tree() == before


def test_pages_under_addresses_of_their_own(many):
    """Of a page type, and the front page."""
    many.settings["BUTTERCMS_PAGE_TYPES"] = {"*": {"url": "about/{slug}/"}, "place": {}}
    many.settings["BUTTERCMS_FRONT_PAGE"] = "place/home"
    many.settings["INDEX_SAVE_AS"] = "blog.html"
    for slug in ("home", "far"):
        many.account.page("place", slug, body=f"<p>{slug}</p>", summary="<b>", headline="& x")
    many.make()
    many.remake()
    many.account.page("place", "far", body="<p>Changed</p>", headline="Changed")
    many.remake()
    assert "Changed" in many.read("pages/far.html")
    assert "home" in many.read("index.html")


def test_a_site_with_few_settings(many):
    """Pelican has no default for these."""
    for name in ("TIMEZONE", "AUTHOR"):
        many.settings.pop(name, None)
    many.account.post("alone", day="2024-01-02", author=None, categories=[])
    many.make()
    many.remake()
    many.settings["AUTHOR"] = "Bo"
    many.make()
    many.remake()
    many.account.post("alone", day="2024-01-02", author=None, categories=[], title="Changed")
    many.remake()


def test_verifying_goes_by_versions_as_well(many):
    """So that a mistake in what belongs to a version is found: here, answers of another one."""
    many.make()
    (path,) = (many.folder / "cache/buttercms/outputs").glob("*.pages")
    salt, before, left = manifest._read(path).salt, path.read_bytes(), many.folder / "before"
    shutil.copytree(many.output, left)
    many.account.post("post-3", day="2024-01-03", categories=["tea"], title="Changed")
    many.make()
    versions = manifest.load(path, salt).facts.versions
    path.write_bytes(before)
    known = manifest.load(path, salt)
    known.facts.versions = versions
    manifest.save(path, known)
    shutil.rmtree(many.output)
    left.rename(many.output)
    code, build = many.attempt(env={"BUTTERCMS_INCREMENTAL": "verify"})
    assert code == 1, build.log
    assert "have changed: archives.html, post-3.html" in build.log
    assert "Changed" in many.read("post-3.html")
