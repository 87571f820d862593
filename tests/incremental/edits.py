"""Everything that can change between two builds of a site."""

from __future__ import annotations

from collections.abc import Callable

from .world import World

Edit = Callable[[World], None]
EDITS: dict[str, Edit] = {}
SMALL = set[str]()
"""Those after which some page must have been left as it was."""


def small(edit: Edit) -> Edit:
    """Take an edit for one that changes few pages."""
    SMALL.add(edit.__name__)
    return large(edit)


def large(edit: Edit) -> Edit:
    """Take an edit for one that may change every page."""
    EDITS[edit.__name__] = edit
    return edit


# the CMS


@small
def nothing(_world: World) -> None:
    """Leave everything as it is."""


@small
def post_body(world: World) -> None:
    """Change a post's text."""
    world.put_post(world.some_post(), body=f"<p>Changed {world.word()}</p>")


@small
def post_title(world: World) -> None:
    """Change a post's title, with markup in it."""
    world.put_post(world.some_post(), title=f"Changed <em>& {world.word()}")


@large
def post_slug(world: World) -> None:
    """Move a post."""
    slug = world.some_post()
    values = world.posts.pop(slug)
    world.account.delete(f"posts/{slug}.json")
    world.put_post(f"moved-{world.word()}", **values)


@large
def post_category(world: World) -> None:
    """Put a post into another category, maybe a new one."""
    categories = world.draw.choice([["news"], ["notes"], [world.word()]])
    world.put_post(world.some_post(), categories=categories)


@small
def post_tags(world: World) -> None:
    """Return a post other tags."""
    world.put_post(world.some_post(), tags=world.draw.choice([[], ["red"], [world.word()]]))


@large
def post_author(world: World) -> None:
    """Return a post another author."""
    world.put_post(world.some_post(), author=world.draw.choice(["ada-lane", world.word()]))


@small
def post_date(world: World) -> None:
    """Change the order of posts."""
    world.put_post(world.some_post(), day=f"2024-0{world.draw.randint(1, 4)}-05")


@large
def post_added(world: World) -> None:
    """Add a post, the newest or an old one."""
    world.put_post(f"new-{world.word()}", day=world.draw.choice(["2024-06-01", "2023-01-01"]))


@large
def post_deleted(world: World) -> None:
    """Delete a post, its translations with it."""
    slug = world.some_post()
    if len(world.posts) > 1:
        del world.posts[slug]
        world.account.delete(f"posts/{slug}.json")


@large
def post_unpublished(world: World) -> None:
    """Make a draft of a post, or publish it."""
    slug = world.some_post()
    status = "published" if world.posts[slug].get("status") == "draft" else "draft"
    world.put_post(slug, status=status)


@small
def page_changed(world: World) -> None:
    """Change a page of the CMS."""
    world.account.page("*", "about", body=f"<p>{world.word()}</p>", intro=world.word())


@large
def page_renamed(world: World) -> None:
    """Change the name of a page, which is in menus."""
    world.account.page("*", "contact", name=f"Contact {world.word()}", body="<p>x</p>")


@small
def item_changed(world: World) -> None:
    """Change items of a collection."""
    world.put_questions()


@large
def category_renamed(world: World) -> None:
    """Return a category another name."""
    for term in world.account.lists["categories"]:
        if term["slug"] == "news":
            term["name"] = f"News {world.word()}"
    world.account.term("categories", world.word())


@small
def translation_added(world: World) -> None:
    """Translate a post."""
    world.translate()


# local files


@large
def file_added(world: World) -> None:
    """Add a local article that links to others."""
    path = f"notes/{world.word()}.md"
    world.put_file(path, body="[s]({filename}second.md) ![i]({static}/static/two.txt)")


@large
def file_changed(world: World) -> None:
    """Change a local file, which may lose its links."""
    world.put_file(world.some_file())


@large
def file_deleted(world: World) -> None:
    """Delete a local file, to which others may link."""
    if len(world.local) > 1:
        world.drop_file(world.some_file())


@large
def file_status(world: World) -> None:
    """Make a local article a draft, hidden, or neither."""
    status = world.draw.choice(["draft", "hidden", "published"])
    world.put_file("notes/second.md", more=f"Status: {status}\n", body="[x]({filename}draft.md)")


@large
def file_attaches(world: World) -> None:
    """Let one more article move the attached file beside itself."""
    more = f"Save_as: {world.word()}/index.html\n"
    world.put_file("notes/attaching.md", more=more, body="[c]({attach}three.txt)")


@small
def file_translated(world: World) -> None:
    """Translate a local article."""
    world.put_file("notes/first-de.md", slug="first", more="Lang: de\n")


@large
def file_has_template(world: World) -> None:
    """Return a local article a template of its own."""
    world.put_file("notes/second.md", more="Template: extra\n")


@small
def static_changed(world: World) -> None:
    """Change a file that is copied."""
    world.site.write("content/images/one.txt", world.word())


# the theme


@large
def template_base(world: World) -> None:
    """Change the template that all others extend."""
    world.edit_template(
        world.theme / "base.html", "<body[^>]*>", f"{{{{ SITENAME }}}} {world.word()}"
    )


@large
def template_included(world: World) -> None:
    """Change a template that others include."""
    path = world.included()
    path.write_text(f"{path.read_text()}<!-- {world.word()} -->")


@large
def template_macro(world: World) -> None:
    """Change a macro."""
    pattern = r"\{%-?\s*macro[^%]*%\}"
    world.edit_template(world.some_template(pattern), pattern, f"<!-- {world.word()} -->")


@large
def template_override(world: World) -> None:
    """Add a template that comes before the theme's."""
    name = world.draw.choice(["tags.html", "archives.html", "author.html"])
    world.site.template(name, f"{{{{ articles|length }}}} {world.word()}")


@large
def template_page(world: World) -> None:
    """Add a page that is a template, or change it."""
    world.set(TEMPLATE_PAGES={"own.html": "own/page.html"})
    world.site.write("content/own.html", f"{world.word()} {{{{ articles|first }}}}")


# settings


@large
def setting_sitename(world: World) -> None:
    """Change the site's name."""
    world.set(SITENAME=f"Site {world.word()}")


@large
def setting_pagination(world: World) -> None:
    """Change how many articles a list shows, or show all."""
    world.set(DEFAULT_PAGINATION=world.draw.choice([False, 2, 4]))


@large
def setting_relative(world: World) -> None:
    """Make links relative, or absolute again."""
    world.set(RELATIVE_URLS=not world.site.settings.get("RELATIVE_URLS"))


@large
def setting_siteurl(world: World) -> None:
    """Move the site to another host."""
    world.set(SITEURL=f"https://{world.word()}.example{world.draw.choice(['', '/blog'])}")


@large
def setting_summary(world: World) -> None:
    """Make summaries shorter."""
    world.set(SUMMARY_MAX_LENGTH=world.draw.choice([1, 2]))


@large
def setting_menu(world: World) -> None:
    """Take pages out of the menu."""
    world.set(DISPLAY_PAGES_ON_MENU=not world.site.settings.get("DISPLAY_PAGES_ON_MENU", True))


@large
def setting_article_url(world: World) -> None:
    """Move all articles."""
    pattern = world.draw.choice(["blog/{slug}.html", "{date:%Y}/{slug}/index.html", "{slug}.html"])
    world.set(ARTICLE_URL=pattern.removesuffix("index.html"), ARTICLE_SAVE_AS=pattern)


@large
def setting_locale(world: World) -> None:
    """Show another locale of the CMS."""
    world.set(BUTTERCMS_LOCALES={"en": [], "de": world.draw.choice([[], ["en"]])})


@large
def setting_archives(world: World) -> None:
    """Write archives of years, or do not."""
    saved = world.site.settings.get("YEAR_ARCHIVE_SAVE_AS")
    world.set(YEAR_ARCHIVE_SAVE_AS="" if saved else "years/{date:%Y}.html")


@large
def setting_feeds(world: World) -> None:
    """Write other feeds."""
    more = world.site.settings.get("TAG_FEED_ATOM")
    world.set(FEED_ALL_ATOM="feeds/all.atom.xml" if more else "")
    world.set(TAG_FEED_ATOM="" if more else "feeds/tag-{slug}.xml", FEED_MAX_ITEMS=2)


@small
def setting_unread(world: World) -> None:
    """Set what no template reads."""
    world.set(NEVER_READ=world.word())


# the output folder


@small
def output_deleted(world: World) -> None:
    """Delete a file of the output."""
    world.some_output().unlink()


@small
def output_changed(world: World) -> None:
    """Change a file of the output."""
    path = world.some_output()
    path.write_text(path.read_text() + world.word())


@small
def output_same_size(world: World) -> None:
    """Change a file of the output, its size and its time of change left alone."""
    path = world.some_output()
    data = path.read_bytes()
    path.write_bytes(data[:-9] + b"x" * 9)
