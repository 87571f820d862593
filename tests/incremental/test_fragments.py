"""Loops that are rendered once for the same values: what is used again is what would be there."""

import pytest

from .builds import Code

MENU = "{% for one, posts in categories %}{{ one.name|counted }}{{ one.url }}{% endfor %}"
LISTED = (
    "{% for one in articles %}[{{ one.title|counted }} {{ one.url }} {{ one.date }}"
    " {{ one.category }} {{ one.author }}]{% endfor %}"
)
SHOWN = "{% for one in articles[:2] %}{{ one.date }}{% endfor %}"
COUNTED = """
from pathlib import Path

def counted(text):
    with Path("calls.txt").open("a") as file:
        file.write(f"{text}\\n")
    return text
"""


@pytest.fixture
def counting(plain):
    """A site whose filter `counted` says how often it was called."""
    plain.settings["JINJA_FILTERS"] = Code("{'counted': __import__('counting').counted}")
    plain.write("counting.py", COUNTED)
    plain.settings["BUTTERCMS_PURE"] = ["counted"]

    def build():
        (plain.folder / "calls.txt").unlink(missing_ok=True)
        plain.make()
        calls = plain.folder / "calls.txt"
        return calls.read_text().splitlines() if calls.exists() else []

    plain.build_and_count = build
    return plain


def test_a_menu_is_rendered_once(counting):
    """The same on all pages, and rendered anew when what it shows has changed."""
    for name in ("article", "page", "tag", "author", "category"):
        counting.template(f"{name}.html", MENU)
    assert sorted(counting.build_and_count()) == ["Coffee", "Coffee", "Tea", "Tea"]
    counting.is_right()  # articles and pages have an environment each
    assert counting.build_and_count() == []
    counting.account.post("new", day="2024-02-01", categories=["water"])
    assert counting.build_and_count().count("Water") == 2
    counting.is_right()
    assert counting.read("post-1.html").count("category/water.html") == 1


def test_a_menu_that_marks_where_one_is(counting):
    """Once for each category that a page may be of."""
    here = "{% for one, _ in categories %}{{ one.name|counted }}{{ one == category }}{% endfor %}"
    counting.template("article.html", here)
    assert len(counting.build_and_count()) == 4
    counting.is_right()
    assert counting.read("post-1.html") == "CoffeeFalseTeaTrue"
    assert counting.read("post-2.html") == "CoffeeTrueTeaFalse"


def test_a_post_is_rendered_once_for_all_lists(counting):
    """The body of a loop, where the loop is another one on every page."""
    for name in ("index", "tag", "category", "author"):
        counting.template(f"{name}.html", LISTED.replace("articles", "articles_page.object_list"))
    assert len(counting.build_and_count()) == 8
    counting.is_right()
    counting.account.post("post-3", day="2024-01-03", categories=["tea"], title="Another", tags=[])
    assert counting.build_and_count().count("Another") == 1
    counting.is_right()


PARTS = {
    "another template": "{% include 'card.html' %}",
    "its macros": "{% import 'macros.html' as m with context %}{{ m.card(one) }}",
    "some of its macros": "{% from 'macros.html' import card with context %}{{ card(one) }}",
    "macros that see no page": "{% import 'plain.html' as m %}{{ m.card(one) }}",
    "a macro that sees no page": "{% from 'plain.html' import card %}{{ card(one) }}",
    "the first and the last": (
        "{{ one.title|counted }}{{ one.url }}{{ one.date }}{{ loop.first }}{{ loop.last }}"
        "{{ ', ' if not loop.last }}"
    ),
}


@pytest.mark.parametrize("name", PARTS)
def test_what_a_list_shows_with_something_else(counting, name):
    """The eight posts are in one list on the index, and in one on the author's page."""
    card = "{{ one.title|counted }}{{ one.url }}{{ one.date }}{{ SITENAME }}{{ author }}"
    counting.template("card.html", card)
    counting.template("macros.html", f"{{% macro card(one) %}}{card}{{% endmacro %}}")
    plain = "{% set mark = '!' %}{% macro card(one) %}" + card + "{{ mark }}{% endmacro %}"
    counting.template("plain.html", plain)
    looped = f"{{% for one in articles %}}{PARTS[name]}{{{{ one.lang }}}}{{% endfor %}}"
    counting.template("index.html", looped + SHOWN)
    counting.template("tag.html", looped.replace("articles", "articles_page.object_list"))
    counting.settings["PAGINATED_TEMPLATES"] = {"tag": 99}
    assert 8 <= len(counting.build_and_count()) <= 12
    counting.is_right()
    counting.template("card.html", f"{card}!")
    counting.template("macros.html", f"{{% macro card(one) %}}{card}!{{% endmacro %}}")
    counting.template("plain.html", plain.replace("'!'", "'?'"))
    counting.make()
    counting.is_right()


def test_a_fragment_changes_with_one_fact_of_its_group(counting):
    """Every page that shows it is rendered again, and no other."""
    counting.template("index.html", LISTED)
    counting.template("tag.html", LISTED.replace("articles", "articles_page.object_list"))
    counting.settings["TAG_SAVE_AS"] = "tag/{slug}.html"
    counting.settings["PAGINATED_TEMPLATES"] = {"tag": 99}
    counting.make()
    counting.account.post(
        "post-6", day="2024-01-06", title="Renamed", tags=["new"], categories=["coffee"]
    )
    assert (
        {"index.html", "tag/new.html"}
        <= counting.changed()
        <= {
            *("index.html", "tag/new.html", "post-6.html"),
            *("category/coffee.html", "author/the-office.html"),
        }
    )
    counting.is_right()


def test_verification_renders_each_loop(counting):
    """What fragments would hide is found."""
    counting.template("article.html", MENU)
    assert len(counting.build_and_count()) == 2
    counting.settings["BUTTERCMS_INCREMENTAL"] = "verify"
    assert len(counting.build_and_count()) == 16


def test_loops_that_never_give_the_same_are_left_alone(counting):
    """After a while; pages are right before and after."""
    for number in range(100):
        counting.account.post(f"more-{number}", day="2024-03-01", tags=["x"], categories=["tea"])
    counting.template(
        "article.html",
        "{% for tag in article.tags %}{{ article.title|counted }}{{ tag.url }}{% endfor %}",
    )
    assert len(counting.build_and_count()) == 108
    counting.is_right()


@pytest.mark.parametrize("bound", ["LARGEST = 150", "MOST = 2"])
def test_texts_are_kept_within_bounds(counting, bound):
    """What has no room is rendered anew, and is right."""
    for name in ("index", "author"):
        counting.template(f"{name}.html", LISTED.replace("articles", "articles_page.object_list"))
    counting.plugin(
        "bounds",
        "from pelican_buttercms.incremental import fragment_cache\n"
        f"fragment_cache.{bound}\n"
        "def register(): pass\n",
    )
    assert 8 < len(counting.build_and_count()) <= 16
    counting.is_right()
    for number in range(1, 9):
        counting.account.post(f"post-{number}", day=f"2024-01-0{number}", title="Renamed", tags=[])
        counting.make()
    counting.is_right()


def test_a_macro_that_is_made_once_shows_a_menu_once(counting):
    """It is the same on each page, though each page imports it."""
    counting.template("parts.html", "{% macro part(one) %}{{ one.name|counted }}{% endmacro %}")
    menu = "{% for one, posts in categories %}{{ part(one) }}{% endfor %}"
    counting.template("article.html", "{% from 'parts.html' import part %}" + menu)
    assert sorted(counting.build_and_count()) == ["Coffee", "Tea"]
    counting.is_right()


def test_texts_are_found_again_after_facts_were_numbered_anew(counting):
    """When much has gone, and is forgotten; a change is still seen wherever it shows."""
    counting.settings["BUTTERCMS_MAX_DELETIONS"] = {"share": 1, "number": 100}
    for name in ("index", "tag", "category", "author"):
        counting.template(f"{name}.html", LISTED.replace("articles", "articles_page.object_list"))
    for number in range(40):
        counting.account.post(f"more-{number}", day="2023-03-01", tags=["old"], categories=["tea"])
    counting.build_and_count()
    for number in range(40):
        counting.account.delete(f"posts/more-{number}.json")
    counting.build_and_count()
    counting.account.post(
        "post-2", day="2024-01-02", categories=["coffee"], tags=["old"], title="Another"
    )
    assert "Another" in counting.build_and_count()
    assert "Another" in counting.read("tag/old.html")
    counting.is_right()
    assert counting.build_and_count() == []


FEWEST = """
from pelican_buttercms.incremental import process_pool

process_pool.FEWEST = 1

def register():
    pass
"""
CARDS = {
    "content": "{{ a.content }}",
    "long": "{{ a.content }}{{ a.title }}{{ a.url }}{{ a.slug }}{{ a.date }}",
    "summary": "{{ a.summary }}{{ a.title }}{{ a.url }}{{ a.slug }}{{ a.date }}",
    "include": "{% include 'card.html' %}",
    "address": "{{ a.get_siteurl() }}{{ a.title }}{{ a.url }}{{ a.slug }}{{ a.date }}",
}


@pytest.mark.parametrize("workers", [1, 2])
def test_links_are_relative_to_each_page(plain, workers):
    """RELATIVE_URLS: what a content gives depends on the page that shows it."""
    plain.plugin("few", FEWEST)
    plain.settings |= {"RELATIVE_URLS": True, "BUTTERCMS_WORKERS": workers}
    plain.settings |= {"YEAR_ARCHIVE_SAVE_AS": "{date:%Y}/index.html"}
    plain.settings |= {"YEAR_ARCHIVE_URL": "{date:%Y}/"}
    plain.template("card.html", "{{ a.content }}")
    link = (
        "Title: {0}\nDate: 2024-03-0{1}\nSave_as: {2}\nUrl: {2}\n\n"
        "[p]({{filename}}/buttercms/posts/post-1)"
    )
    plain.write("content/l.md", link.format("L", 1, "l.html"))
    plain.write("content/m.md", link.format("M", 2, "x/y/m.html"))
    listed = "{% for a in articles %}" + "|".join(CARDS.values()) + "{% endfor %}"
    paged = "{% for a in articles_page.object_list %}" + "|".join(CARDS.values()) + "{% endfor %}"
    for name in ("article", "page"):
        plain.template(f"{name}.html", listed)
    plain.template("category.html", listed + paged)
    plain.template("index.html", paged)
    plain.template("period_archives.html", "{% for a in dates %}{{ a.content }}{% endfor %}")
    plain.remake()
    assert plain.make().rendered == 0
    plain.write("content/m.md", link.format("M", 2, "x/y/z/m.html"))
    plain.remake()
    plain.write("content/n.md", link.format("N", 3, "q/n.html"))
    plain.remake()
    assert plain.make().rendered == 0


@pytest.mark.parametrize("workers", [1, 2])
def test_an_archive_is_relative_to_the_page_before_it(plain, workers):
    """Pelican tells contents of the place of a page, but not of an archive's."""
    plain.plugin("few", FEWEST)
    plain.settings["BUTTERCMS_WORKERS"] = workers
    plain.settings |= {"RELATIVE_URLS": True, "YEAR_ARCHIVE_SAVE_AS": "{date:%Y}/index.html"}
    plain.settings |= {"YEAR_ARCHIVE_URL": "{date:%Y}/"}
    plain.template("period_archives.html", "{% for a in dates %}{{ a.content }}{% endfor %}")
    link = "Title: L\nDate: 2024-03-01\nSlug: l\n\n[p]({filename}/buttercms/posts/post-1)"
    plain.write("content/l.md", link)
    last = "Title: Z\nDate: 2020-01-01\nSave_as: {0}\nUrl: {0}\n\nx"
    for place in ("z.html", "x/z.html", "x/y/z.html"):
        plain.write("content/z.md", last.format(place))
        plain.remake()
        assert f'href="{"../" * place.count("/") or "./"}post-1.html"' in plain.read(
            "2024/index.html"
        )
        assert plain.make().rendered < workers  # side by side, it is not compared in its turn
    plain.template("period_archives.html", "{% for a in dates %}{{ a.content }}!{% endfor %}")
    plain.remake()
