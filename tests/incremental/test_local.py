"""Local files: what they link to, where they lie, and what takes their place."""

ARTICLE = "Title: {0}\nDate: 2024-01-0{1}\nSave_as: {0}/x.html\nUrl: {0}/x.html\n\n{2}"
ATTACH = "[t]({attach}t.txt)"


def test_a_file_that_two_articles_attach(posts):
    """The first one has it beside itself; it moves when that one lets it go."""
    posts.write("content/notes/t.txt", "t")
    posts.write("content/notes/a.md", ARTICLE.format("a", 2, ATTACH))
    posts.write("content/notes/b.md", ARTICLE.format("b", 1, ATTACH))
    posts.write("content/pages/p.md", "Title: P\n\n[t]({static}/notes/t.txt)")
    posts.make()
    posts.remake()
    posts.write("content/notes/b.md", ARTICLE.format("b", 1, f"{ATTACH}!"))
    posts.remake()
    posts.write("content/notes/a.md", ARTICLE.format("a", 2, "no"))
    posts.remake()
    posts.write("content/pages/p.md", "Title: P\n\nno")
    posts.remake()
    posts.write("content/notes/a.md", ARTICLE.format("a", 2, ATTACH))
    posts.remake()


def test_what_a_file_says_of_itself(posts):
    """Its category and tags are other objects there than those of the lists."""
    posts.write("content/notes/a.md", "Tags: old, own\nAuthor: Bo\n" + ARTICLE.format("a", 2, "x"))
    shown = "{{ article.metadata.category }} {{ article.metadata.tags|join(' ') }}"
    posts.template("article.html", f"{shown} {{{{ article.metadata.summary }}}}")
    posts.make()
    assert posts.remake().rendered == 0
    posts.write("content/notes/a.md", "Tags: old, new\nAuthor: Bo\n" + ARTICLE.format("a", 2, "x"))
    assert posts.remake().kept


def test_a_static_file_takes_the_place_of_an_article(posts):
    """And gives it back."""
    article = "Title: L\nDate: 2024-01-01\nSave_as: images/x.html\nUrl: images/x.html\n\nx"
    posts.write("content/l.md", article)
    posts.make()
    (posts.folder / "content/l.md").unlink()
    posts.write("content/images/x.html", "static now")
    posts.remake()
    (posts.folder / "content/images/x.html").unlink()
    posts.write("content/l.md", article)
    posts.remake()


def test_a_link_whose_target_comes_and_goes_and_moves(posts):
    """In another's text, and in its summary."""
    posts.write(
        "content/a.md",
        "Title: A\nDate: 2024-01-02\nSummary: [s]({filename}b.md)\nSlug: a\n\n[t]({filename}b.md)",
    )
    posts.make()
    for place in ("b", "moved", "b"):
        posts.write("content/b.md", f"Title: B\nDate: 2024-01-01\nSlug: {place}\n\nx")
        posts.remake()
    (posts.folder / "content/b.md").unlink()
    posts.remake()


def test_an_output_folder_that_is_emptied_by_pelican(posts):
    """DELETE_OUTPUT_DIRECTORY: what may be used again stays, and nothing else."""
    posts.settings["DELETE_OUTPUT_DIRECTORY"] = True
    posts.make()
    posts.write("output/foreign.html", "x")
    assert posts.remake().kept
    posts.account.delete("posts/post-3.json")
    posts.remake()


RELATED = """
from pelican import signals

def relate(generator):
    for one in generator.articles:
        one.related = [o for o in generator.articles if o.category == one.category][:3]
        one.category.size = len(generator.articles)
        one.stats = {"letters": [len(one.content)]}

def register():
    signals.article_generator_finalized.connect(relate)
"""


def test_articles_that_a_plugin_relates(posts):
    """Lists of others, numbers, and attributes of categories."""
    posts.plugin("relates", RELATED)
    show = "{% for a in article.related %}{{ a.title }} {{ a.url }} {% endfor %}"
    posts.template("article.html", show + "{{ article.category.size }} {{ article.stats.letters }}")
    posts.make()
    assert posts.remake().rendered == 0
    for category in ("tea", "coffee"):
        posts.account.post("post-3", title="New", day="2024-01-03", categories=[category])
        assert posts.remake().kept
