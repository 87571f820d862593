"""From a page to what belongs to its language, or to another one: in templates and local files."""

from .heads import alternates


def test_collections_and_references_are_in_the_language_of_the_page(trilingual, account):
    """`buttercms.in_lang(…)` has the menus; a reference leads to the version of its language."""
    account.collection("menu", {"id": 1, "label": "Home", "locales": {"de": {"label": "Start"}}})
    account.collection("farms", {"id": 2, "name": "Farm", "page": {"$ref": "page:*/about"}})
    account.page("news", "n", farm={"$ref": "item:farms/2"})
    account.translate("pages/news/n", "de", fields={"farm": {"$ref": "item:farms/2"}})
    trilingual.write(
        "templates/page.html",
        "{% set cms = buttercms.in_lang(page.lang) %}{{ cms.lang }}"
        "|{{ cms.collections.menu[0].label }}"
        "|{% if page.butter.fields.farm %}{{ page.butter.fields.farm.page.url }}"
        " {{ page.butter.fields.farm.locale }}{% endif %}|{{ buttercms.langs|join(',') }}",
    )
    trilingual.configure(BUTTERCMS_PAGE_TYPES=["*", "news"], BUTTERCMS_COLLECTIONS=["menu"])
    trilingual.build()
    assert trilingual.read("pages/n.html") == "en|Home|pages/about.html en|en,de,de-at"
    assert trilingual.read("de/pages/n.html") == "de|Start|de/pages/about.html en|en,de,de-at"
    assert trilingual.read("de-at/pages/n.html").startswith("de-at|Start|de-at/pages/about.html")


def test_local_files_link_to_a_language_and_are_translations_too(trilingual):
    """A local German page beside a CMS page; a link by the made-up path of a language."""
    trilingual.write(
        "content/hello-fr.md",
        "Title: Bonjour\nDate: 2024-01-01\nSlug: hello\nLang: fr\n\n"
        "[de]({filename}/buttercms/de/posts/hello) [en]({filename}/buttercms/posts/hello)",
    )
    trilingual.build()
    french = trilingual.read("fr/hello.html")
    assert 'href="https://site.example/de/hello.html"' in french
    assert 'href="https://site.example/hello.html"' in french
    assert set(alternates(french)) == {"en", "de", "fr"}


def test_a_language_tells_what_it_shows_of_something(trilingual):
    """For a language switcher: a translation, or what stands in; nothing of what is local."""
    trilingual.write("content/mine.md", "Title: Mine\nDate: 2024-01-01\nSlug: mine\n\nx")
    trilingual.write(
        "templates/article.html",
        "{% for code in buttercms.langs %}{{ buttercms.in_lang(code).version_of(article).url }};"
        "{% endfor %}",
    )
    trilingual.build()
    for path in ("hello.html", "de/hello.html", "de-at/hello.html"):
        assert trilingual.read(path) == "hello.html;de/hello.html;de-at/hello.html;"
    assert trilingual.read("mine.html") == ";;;"
