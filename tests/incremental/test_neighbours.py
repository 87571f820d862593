"""Neighbours, related articles and series, which follow from other articles."""

from pelican_buttercms import theme_path

SHOWN = (
    "{% if article.next_post %}newer {{ article.next_post.title }} {{ article.next_post.url }}"
    "{% endif %}|{% if article.previous_post %}older {{ article.previous_post.title }}{% endif %}"
)


def test_the_neighbours_of_an_article_are_the_newer_and_the_older_one(posts):
    """As the API names them, by date; local articles are among them, and each edit is seen."""
    posts.write("content/local.md", "Title: Local\nDate: 2024-01-02 23:00\nSlug: local\n\nx")
    posts.template("article.html", SHOWN)
    posts.settings["ARTICLE_ORDER_BY"] = "title"
    posts.make()
    assert posts.read("post-8.html") == "|older Post 7"
    assert posts.read("local.html") == "newer Post 3 post-3.html|older Post 2"
    assert posts.read("post-1.html") == "newer Post 2 post-2.html|"
    posts.account.post("post-3", day="2024-01-03", title="New title", categories=["tea"])
    assert posts.remake().kept
    assert posts.read("local.html").startswith("newer New title")
    posts.account.delete("posts/post-5.json")
    posts.remake()
    assert posts.read("post-4.html") == "newer Post 6 post-6.html|older New title"
    posts.account.post("post-9", day="2024-02-01")
    posts.remake()
    assert posts.read("post-8.html").startswith("newer Post 9")
    (posts.folder / "content/local.md").unlink()
    posts.remake()
    assert posts.read("post-2.html").startswith("newer New title")


def test_the_neighbours_of_an_article_that_another_page_shows(posts):
    """Neither the list nor the article is edited, only the date of another one."""
    posts.template("page.html", "{{ articles[2].slug }}: {{ articles[2].previous_post.slug }}")
    posts.settings["ARTICLE_ORDER_BY"] = "slug"
    posts.make()
    assert posts.read("pages/about.html") == "post-3: post-2"
    posts.account.post("post-2", day="2023-01-02")
    posts.remake()
    assert posts.read("pages/about.html") == "post-3: post-1"


def test_neighbours_are_of_the_articles_language(posts):
    """A translation leads to translations, and to what stands in for a missing one."""
    posts.account.settings(locales=["en", "de"], default_locale="en")
    posts.settings |= {"BUTTERCMS_LOCALES": {"en": [], "de": ["en"]}}
    posts.template("article.html", "{{ article.lang }} " + SHOWN)
    posts.account.post(
        "post-2", day="2024-01-02", locales={"de": {"title": "Zwei", "slug": "post-2"}}
    )
    posts.make()
    assert "newer Zwei" in posts.read("post-1-de.html")
    assert "newer Post 2" in posts.read("post-1.html")
    posts.account.post(
        "post-2", day="2024-01-02", locales={"de": {"title": "Anders", "slug": "post-2"}}
    )
    posts.remake()
    assert "newer Anders" in posts.read("post-1-de.html")


def test_related_articles_share_tags(posts):
    """Most tags first, then the nearest by date; each edit of another article is seen."""
    posts.template("article.html", "{{ article.related_articles|map(attribute='slug')|join(' ') }}")
    for number, tags in ((1, ["a"]), (2, ["a", "b"]), (3, ["c"]), (4, ["a", "b"]), (5, ["b"])):
        posts.account.post(f"post-{number}", day=f"2024-01-0{number}", tags=tags)
    posts.settings["BUTTERCMS_RELATED"] = 2
    posts.remake()
    assert posts.read("post-4.html") == "post-2 post-5"
    assert posts.read("post-3.html") == ""
    posts.account.post("post-5", day="2024-01-05", tags=["c"])
    posts.remake()
    assert posts.read("post-4.html") == "post-2 post-1"
    assert posts.read("post-3.html") == "post-5"
    posts.account.delete("posts/post-2.json")
    posts.write("content/local.md", "Title: L\nDate: 2024-01-03\nSlug: local\nTags: B, a\n\nx")
    posts.remake()
    assert posts.read("post-4.html") == "local post-1"
    posts.settings["BUTTERCMS_RELATED"] = 0
    posts.remake()
    assert posts.read("post-4.html") == ""


def test_the_parts_of_a_series_in_the_theme(posts):
    """All of them by date, in each of them, as soon as there are two; by files and by the CMS."""
    posts.settings |= {"THEME": theme_path(), "SERIES": "series", "SHOW_NEIGHBORS": True}
    text = "Title: Part {0}\nDate: 2023-01-0{0}\nSeries: Tea & <i>more</i>\nSlug: part-{0}\n\nx"
    posts.write("content/1.md", text.format(1))
    posts.remake()
    assert "series-heading" not in posts.read("part-1.html")
    assert 'rel="next"' in posts.read("part-1.html")
    posts.write("content/2.md", text.format(2))
    posts.remake()
    page = posts.read("part-1.html")
    assert "Series: Tea &amp; more</h2>" in page
    assert '<span aria-current="page">Part 1</span>' in page
    assert page.index("Part 1</span>") < page.index('part-2.html">Part 2</a>')
    posts.write("content/2.md", text.format(2).replace("Part 2", "The second"))
    posts.remake()
    assert "The second</a>" in posts.read("part-1.html")
