"""Pages and page types become pages or articles: the real Pelican, its files read back."""

import pytest


def test_page_types_named_in_a_list_become_pages_of_the_theme(site, account):
    """Without options a page is where Pelican's pages are, in the theme's own template."""
    account.page("*", "about", name="About us", body="<p>We are <b>here</b>.</p>")
    account.page("landing-page", "spring", headline="Hello", note="A & B")
    site.configure(BUTTERCMS_PAGE_TYPES=["*", "landing-page"])
    site.build()
    about = site.read("pages/about.html")
    assert "About us" in about
    assert "<p>We are <b>here</b>.</p>" in about
    spring = site.read("pages/spring.html")
    assert "Hello" in spring
    assert "A &amp; B" in spring


def test_options_give_template_url_and_place(site, account):
    """A page type has its template, its URL pattern, and its fields at hand."""
    account.page("coffee", "la-vigia", price=11.5, roast="light")
    account.page("*", "about")
    site.configure(
        BUTTERCMS_PAGE_TYPES={
            "coffee": {"template": "coffee", "url": "coffee/{slug}/"},
            "*": {"url": "{slug}", "save_as": "{slug}.html"},
        },
        THEME_TEMPLATES_OVERRIDES=["templates"],
    )
    site.write(
        "templates/coffee.html",
        "{{ page.title }}: {{ page.butter.fields.price }} {{ page.butter.fields.roast }}"
        " {{ page.url }} {{ page.page_type }} {{ page.butter.url }}",
    )
    site.build()
    text = site.read("coffee/la-vigia/index.html")
    assert text == "La vigia: 11.5 light coffee/la-vigia/ coffee coffee/la-vigia/"
    assert "about.html" in site.files()


def test_a_page_type_can_be_a_blog(site, account):
    """A type mapped to articles has its date, category, tags, author, summary and body."""
    account.collection("topics", {"id": 1, "name": "Tea & more", "slug": "tea"})
    account.page("person", "ida", name="Ida Bell")
    account.page(
        "blog-post",
        "first",
        headline="The first",
        day="2024-02-03",
        topic={"$ref": "item:topics/1"},
        labels="hot, cold",
        writer=[{"$ref": "page:person/ida"}],
        intro="In short & sweet",
        main="<p>Long.</p>",
    )
    mapping = {
        "title": "headline",
        "date": "day",
        "category": "topic",
        "tags": "labels",
        "author": "writer",
        "summary": "intro",
        "body": "main",
    }
    site.configure(BUTTERCMS_PAGE_TYPES={"blog-post": {"as": "article", "fields": mapping}})
    site.build()
    text = site.read("first.html")
    assert "The first" in text
    assert "<p>Long.</p>" in text
    assert "2024-02-03T00:00:00" in text
    expected = {"category/tea.html", "tag/hot.html", "tag/cold.html", "author/ida.html"}
    assert expected <= site.files()
    assert "Ida Bell" in site.read("author/ida.html")
    assert "In short &amp;amp; sweet" in site.read("feeds/all.atom.xml")


def test_data_types_are_pulled_and_not_published(site, account):
    """A type as data is in the templates' reach and has no page."""
    account.page("setting", "main", phone="0123")
    site.configure(
        BUTTERCMS_PAGE_TYPES={"setting": {"as": "data"}},
        THEME_TEMPLATES_OVERRIDES=["templates"],
    )
    site.write("templates/index.html", "{{ buttercms.page('setting', 'main').fields.phone }}")
    site.build()
    assert site.read("index.html") == "0123"
    assert not any("main" in name for name in site.files())


def test_the_front_page_is_a_page_of_the_cms(site, account):
    """BUTTERCMS_FRONT_PAGE puts one page at the root of the site."""
    account.page("landing-page", "home", body="<p>Welcome</p>")
    site.configure(
        BUTTERCMS_PAGE_TYPES=["landing-page"],
        BUTTERCMS_FRONT_PAGE="landing-page/home",
        DIRECT_TEMPLATES=["archives"],
    )
    printed = site.build()
    assert "<p>Welcome</p>" in site.read("index.html")
    assert "pages/home.html" not in site.files()
    assert "takes the place" not in printed


def test_a_front_page_that_hides_the_article_index_is_told(site, account):
    """Pelican would let the page win without a word."""
    account.post("p")
    account.page("landing-page", "home")
    site.configure(BUTTERCMS_PAGE_TYPES=["landing-page"], BUTTERCMS_FRONT_PAGE="landing-page/home")
    assert 'Set INDEX_SAVE_AS = "blog/index.html"' in site.build()


def test_a_front_page_that_does_not_exist_is_an_error(site, account):
    """A misspelt front page would leave the site without one."""
    account.page("landing-page", "home")
    site.configure(BUTTERCMS_PAGE_TYPES=["landing-page"], BUTTERCMS_FRONT_PAGE="landing-page/hmoe")
    done = site.pelican()
    assert done.returncode == 2
    assert "BUTTERCMS_FRONT_PAGE names 'landing-page/hmoe'" in done.stdout
    assert "landing-page/home" in done.stdout


def test_components_render_through_one_template_each(site, account):
    """A component picker is its components' templates in order, with the page's context."""
    account.page(
        "landing-page",
        "home",
        body=[
            {"type": "hero", "fields": {"headline": "Hi & bye"}},
            {"type": "cards", "fields": {"items": [{"text": "one"}, {"text": "two"}]}},
        ],
    )
    site.write("templates/components/hero.html", "<h1>{{ fields.headline|e }} {{ SITENAME }}</h1>")
    site.write(
        "templates/components/cards.html",
        "{{ index }}{{ component.type }}{% for c in fields.items %}<p>{{ c.text }}</p>{% endfor %}",
    )
    site.configure(BUTTERCMS_PAGE_TYPES=["landing-page"], THEME_TEMPLATES_OVERRIDES=["templates"])
    site.build()
    expected = "<h1>Hi &amp; bye Test site</h1>\n1cards<p>one</p><p>two</p>"
    assert expected in site.read("pages/home.html")


def test_a_component_without_a_template_is_printed_and_told(site, account):
    """Nothing an editor wrote is lost, and the missing file is named."""
    account.page("landing-page", "home", body=[{"type": "../x", "fields": {"a": "left & right"}}])
    site.configure(BUTTERCMS_PAGE_TYPES=["landing-page"])
    printed = site.build()
    assert "No template components/../x.html" in printed
    assert "left &amp; right" in site.read("pages/home.html")


def test_a_bug_in_a_component_template_is_not_taken_for_a_missing_one(site, account):
    """A template that includes a missing one fails with that one's name."""
    account.page("landing-page", "home", body=[{"type": "hero", "fields": {}}])
    site.write("templates/components/hero.html", "{% include 'gone.html' %}")
    site.configure(BUTTERCMS_PAGE_TYPES=["landing-page"], THEME_TEMPLATES_OVERRIDES=["templates"])
    done = site.pelican()
    assert done.returncode != 0
    assert "gone.html" in done.stdout


def test_a_url_pattern_that_cannot_be_filled_in_is_told(site, account):
    """The page type, the pattern and the unknown name are in the message."""
    account.page("news", "n")
    site.configure(BUTTERCMS_PAGE_TYPES={"news": {"url": "{year}/{slug}/"}})
    done = site.pelican()
    assert done.returncode == 1
    assert "BUTTERCMS_PAGE_TYPES['news'] has the URL pattern '{year}/{slug}/'" in done.stdout
    assert "pages/news/n" in done.stdout


def test_an_article_without_a_date_is_told(site, account):
    """A page that was never published and has no date field cannot be dated."""
    account.page("news", "n", published=None, updated=None)
    site.configure(BUTTERCMS_PAGE_TYPES={"news": {"as": "article"}})
    done = site.pelican()
    assert done.returncode == 1
    assert "pages/news/n has no date to be published under" in done.stdout


def test_a_page_without_a_body_shows_all_of_its_fields(site, account):
    """Nothing an editor wrote is lost: texts, numbers, lists, references, pictures, components."""
    account.page("*", "about", name="About us")
    account.collection("farms", {"id": 1, "name": "La Vigía", "url": "#x"})
    account.page(
        "news",
        "n",
        headline="A & B",
        price=7.5,
        fresh=True,
        empty="",
        rich="<em>rich</em>",
        photo="https://cdn.buttercms.com/DVG5DLMQ9ywaCwfEAgL2",
        rows=[{"one": "first"}, {"one": "second"}],
        parts=[{"type": "quote", "fields": {"words": "said"}}],
        card={"line": "inner"},
        link={"$ref": "page:*/about"},
        farm={"$ref": "item:farms/1"},
    )
    site.configure(BUTTERCMS_PAGE_TYPES=["*", "news"])
    site.build()
    text = site.read("pages/n.html")
    for shown in (
        "A &amp; B",
        "7.5",
        "True",
        "<em>rich</em>",
        "resize=width:1200,fit:max/DVG5DLMQ9ywaCwfEAgL2",
        "first",
        "second",
        "said",
        "inner",
        '<a href="https://site.example/pages/about.html">About us</a>',
        "La Vigía",
    ):
        assert shown in text
    assert 'data-field="empty"' not in text


@pytest.mark.parametrize("told", ["present", "absent"])
def test_preview_builds_pages_that_were_never_published_as_drafts(site, account, told):
    """Whether the API tells a page's status or not: it was recorded without one."""
    account.settings(behaviour={"page_status": told})
    account.page("*", "live")
    account.page("*", "never", status="draft", published=None)
    site.configure(BUTTERCMS_PAGE_TYPES=["*"])
    site.build(env={"BUTTERCMS_PREVIEW": "1"})
    assert {"pages/live.html", "pages/never.html"} <= site.files()
    assert "This is a draft." in site.read("pages/never.html")
    assert "This is a draft." not in site.read("pages/live.html")


def test_one_locale_can_be_built(site, account):
    """A list of one locale pulls that one; what is not translated is not there."""
    account.settings(locales=["en", "de"])
    account.page("*", "both", text="Hello")
    account.page("*", "english", text="Only")
    account.translate("single_pages/both", "de", name="Beide", fields={"text": "Hallo"})
    site.configure(BUTTERCMS_PAGE_TYPES=["*"], BUTTERCMS_LOCALES=["de"], DEFAULT_LANG="de")
    site.build()
    text = site.read("pages/both.html")
    assert "Hallo" in text
    assert "Beide" in text
    assert "pages/english.html" not in site.files()


def test_posts_that_are_not_wanted_any_more_are_not_built(site, account):
    """Though the store still has them, from when they were."""
    account.post("hello")
    account.page("*", "about", body="<p>x</p>")
    site.configure(BUTTERCMS_PAGE_TYPES=["*"])
    site.build()
    assert "hello.html" in site.files()
    for offline in (False, True):
        site.build("-e", "BUTTERCMS_POSTS=false", f"BUTTERCMS_OFFLINE={str(offline).lower()}")
        assert "hello.html" not in site.files()
        assert "pages/about.html" in site.files()


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"BUTTERCMS_PAGE_TYPES": {"*": {"template": "pag"}}}, "BUTTERCMS_PAGE_TYPES['*']"),
        ({"BUTTERCMS_PAGE_TYPES": {"*": {"template": "page.html"}}}, "BUTTERCMS_PAGE_TYPES['*']"),
        (
            {
                "BUTTERCMS_LOCALES": {"en": [], "de": []},
                "BUTTERCMS_LANG_TEMPLATES": {"pag": "{lang}/p.html"},
            },
            "BUTTERCMS_LANG_TEMPLATES",
        ),
    ],
)
def test_a_template_that_is_not_there_is_told_before_anything_is_written(
    site, account, settings, named
):
    """With the setting that names it, and the nearest one."""
    account.page("*", "about", body="<p>x</p>")
    if "BUTTERCMS_LOCALES" in settings:
        account.settings(locales=["en", "de"])
    site.configure(**settings)
    done = site.pelican()
    told = " ".join((done.stdout + done.stderr).split())
    assert done.returncode == 2
    assert f"{named} names the template 'pag" in told
    assert "Did you mean 'page'?" in told
    assert "Traceback" not in told
    assert not site.files()
