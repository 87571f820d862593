"""`article.next_post` and `previous_post`, which follow from other articles."""

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
