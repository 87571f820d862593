"""What is around the pages: feeds, media, previews, other plugins, other languages."""

import shutil

import pytest

from .builds import Code, difference

SAYS = "every page is rendered: "


def test_feeds_are_reused_and_made_anew(posts):
    """A post that is not among the newest is in no feed; its body is nowhere else."""
    posts.settings |= {"FEED_MAX_ITEMS": 2, "FEED_ALL_RSS": "feeds/all.rss.xml"}
    posts.make()
    assert posts.remake().rendered == 0
    posts.account.post("post-8", day="2024-01-08", categories=["coffee"], body="<p>Other.</p>")
    changed = posts.changed()
    posts.is_right()
    assert {"feeds/all.atom.xml", "feeds/all.rss.xml", "feeds/coffee.atom.xml"} <= changed
    assert "feeds/tea.atom.xml" not in changed


SETTINGS = {
    "SITENAME": "Other",
    "SITESUBTITLE": "Other",
    "FEED_DOMAIN": "https://feeds.example",
    "FEED_MAX_ITEMS": 1,
    "FEED_APPEND_REF": True,
    "RSS_FEED_SUMMARY_ONLY": False,
    "TIMEZONE": "Asia/Tokyo",
    "SITEURL": "https://other.example/x",
    "RELATIVE_URLS": True,
    "ARTICLE_URL": "blog/{slug}/",
    "SUMMARY_MAX_LENGTH": 1,
    "DEFAULT_CATEGORY": "other",
    "TYPOGRIFY": True,
    "REVERSE_CATEGORY_ORDER": True,
    "DEFAULT_DATE_FORMAT": "%Y",
    "ARTICLE_ORDER_BY": "title",
    "LOCALE": "C",
    "TAG_FEED_ATOM": "feeds/tag-{slug}.xml",
    "FEED_ALL_ATOM": "",
    "INDEX_SAVE_AS": "all/index.html",
    "PAGINATION_PATTERNS": [
        (1, "{name}{extension}", "{name}{extension}"),
        (2, "{name}/p{number}.html", "{name}/p{number}.html"),
    ],
    "DISPLAY_CATEGORIES_ON_MENU": False,
    "MENUITEMS": [("Home", "/")],
    "BUTTERCMS_ALT_MEDIA_TEXT": True,
}
_SHARES, _AT_ONCE = 2, 3


@pytest.mark.parametrize("first", range(_SHARES))
def test_settings_change_pages_and_feeds(posts, first):
    """Wherever they are used, one after the other, and all of them back again."""
    head = "Title: Local -- it\nDate: 2024-01-01 23:30"
    posts.write("content/local.md", f"{head}\n\nLong words here")
    posts.settings["FEED_ALL_RSS"] = "feeds/all.rss.xml"
    posts.make()
    before = dict(posts.settings)
    names = sorted(SETTINGS)[first::_SHARES]
    for several in (names[at : at + _AT_ONCE] for at in range(0, len(names), _AT_ONCE)):
        posts.settings |= {name: SETTINGS[name] for name in several}
        posts.make()
        found = difference(posts.tree(), posts.full())
        assert not found, f"{several}: {found}"
    posts.settings = before
    posts.remake()


def test_downloaded_media_are_there_though_no_page_was_rendered(posts):
    """And come back when they were deleted."""
    url = "https://cdn.buttercms.com/AAA"
    posts.account.media("AAA.png", b"\x89PNG PNG")
    posts.account.post("post-1", day="2024-01-01", body=f'<img src="{url}">', featured_image=url)
    posts.settings["BUTTERCMS_MEDIA"] = "download"
    posts.make()
    assert posts.remake().rendered == 0
    shutil.rmtree(posts.output / "media")
    assert posts.remake().rendered == 0
    assert [name for name in posts.files() if name.startswith("media/AAA-")]


@pytest.mark.parametrize(
    "shown",
    [
        *("article.content", "article.featured_image", "article.summary", "article.butter.body"),
        *("article.butter.featured_image", "article.butter.body|butter_html"),
        *("article.butter.featured_image|butter_image", "article.butter.body|butter_embeds"),
        *("article.featured_image|butter_size", "article.featured_image|butter_srcset([9])"),
    ],
)
def test_media_that_a_page_shows_are_written_when_it_is_kept(posts, shown):
    """Whichever way it shows them."""
    url = "https://cdn.buttercms.com/AAA"
    posts.account.media("AAA.png", b"\x89PNG PNG")
    image = f'<img src="{url}">'
    posts.account.post(
        "post-1", day="2024-01-01", body=image, featured_image=url, summary=image, tags=[]
    )
    posts.template("article.html", f"{{{{ {shown} }}}}")
    posts.template("index.html", "{{ articles|length }}")
    feeds = ("FEED_ALL_ATOM", "CATEGORY_FEED_ATOM", "AUTHOR_FEED_ATOM", "AUTHOR_FEED_RSS")
    posts.settings |= {"BUTTERCMS_MEDIA": "download", **dict.fromkeys(feeds, "")}
    posts.settings |= {"TRANSLATION_FEED_ATOM": ""}
    posts.make()
    shutil.rmtree(posts.output / "media", ignore_errors=True)
    posts.remake()


def test_a_preview_and_then_the_live_site_in_one_folder(posts):
    """Banner and noindex are nowhere in the live site; a draft's page is gone."""
    preview = {"BUTTERCMS_PREVIEW": "1"}
    posts.account.post("secret", status="draft", day="2024-02-01")
    posts.make()
    posts.make(env=preview)
    assert "noindex" in posts.read("post-1.html")
    assert 'class="butter-draft"' in posts.read("secret.html")
    for _ in range(2):
        posts.make()
        posts.is_right()
    assert not any(b"noindex" in data for data in posts.tree().values())
    posts.make(env=preview)
    assert "noindex" in posts.read("post-1.html")


def test_previews_are_incremental_too(posts):
    """A draft changes: its page, its banner, and the list of drafts."""
    preview = {"BUTTERCMS_PREVIEW": "1"}
    posts.account.post("secret", status="draft", categories=["tea"], title="One")
    posts.make(env=preview)
    build = posts.make(env=preview)
    assert build.kept > build.rendered
    posts.account.post("secret", status="draft", categories=["tea"], title="Two")
    build = posts.make(env=preview)
    assert build.kept
    pages = posts.tree()
    full = posts.full(env=preview)
    for tree in (pages, full):
        tree.pop(".buttercms-preview", None)
    assert pages == full


def test_subsites(posts):
    """Those of i18n_subsites each have a folder, and what is known of it."""
    posts.account.settings(locales=["en", "de"], default_locale="en")
    posts.account.translate("posts/post-1", "de", title="Eins", body="<p>Eins</p>")
    posts.settings |= {
        "BUTTERCMS_LOCALES": {"en": [], "de": ["en"]},
        "PLUGINS": ["pelican_buttercms", "i18n_subsites"],
        "I18N_SUBSITES": {"de": {"SITENAME": "Seite"}},
    }
    posts.make()
    assert posts.remake().kept
    posts.account.translate("posts/post-1", "de", title="Einszwei", body="<p>Eins</p>")
    posts.remake()
    posts.settings["I18N_SUBSITES"] = {"de": {"SITENAME": "Andere"}}
    posts.remake()
    posts.account.post("post-9", day="2024-03-01", categories=["tea"])
    posts.remake()


def test_links_that_are_relative(posts):
    """From every depth, and from the texts of others."""
    posts.settings |= {"RELATIVE_URLS": True, "TAG_SAVE_AS": "a/b/{slug}.html", "TAG_URL": "a/b/x"}
    posts.write("content/images/one.txt", "1")
    links = "[a]({static}/images/one.txt) [b]({filename}pages/local.md)"
    posts.write("content/l.md", f"Title: L\nDate: 2024-05-05\nSlug: l\nTags: old\n\n{links}")
    posts.write("content/pages/local.md", "Title: P\n\n[a]({filename}../l.md)")
    posts.make()
    assert posts.remake().rendered == 0
    posts.write("content/pages/local.md", "Title: P\nSave_as: x/y/z.html\nUrl: x/y/z.html\n\nx")
    posts.remake()


HEARS = """
from pelican import signals

def change(generator, content):
    content.title += "!"

def register():
    signals.{}.connect(change)
"""


@pytest.mark.parametrize("signal", ["article_generator_write_article", "page_generator_write_page"])
def test_a_plugin_that_changes_contents_while_they_are_written(posts, signal):
    """Everything is rendered, and it says so; afterwards all is well again."""
    posts.make()
    posts.plugin("hears", HEARS.format(signal))
    build = posts.remake()
    assert SAYS in build.log
    assert "hears" in build.log
    assert build.rendered == -1
    posts.settings["PLUGINS"] = ["pelican_buttercms"]
    posts.remake()
    assert posts.remake().rendered == 0


WRITER = """
from pelican import signals
from pelican.writers import Writer

class Shouting(Writer):
    def _open_w(self, *arguments, **options):
        return super()._open_w(*arguments, **options)

def get(pelican):
    return Shouting

def register():
    signals.get_writer.connect(get)
"""


def test_a_writer_of_another_plugin(posts):
    """It is left alone, and all is rendered."""
    posts.make()
    posts.plugin("writes", WRITER)
    build = posts.remake()
    assert SAYS in build.log
    assert "Shouting" in build.log


@pytest.mark.parametrize(
    "options",
    [
        "{'extensions': [__import__('jinja2.sandbox').ext.DebugExtension]}",
        "{'finalize': lambda value: value}",
        "{'undefined': type('Own', (__import__('jinja2').Undefined,), {})}",
    ],
)
def test_an_environment_with_parts_of_its_own(posts, options):
    """What cannot be followed is rendered each time."""
    posts.make()
    posts.configure(f"JINJA_ENVIRONMENT = {options}")
    conf = (posts.folder / "pelicanconf.py").read_text()
    posts.configure = lambda: posts.write("pelicanconf.py", conf)
    assert SAYS in posts.make().log
    posts.is_right()


def test_plugins_see_every_page(posts):
    """Also those that were left as they were: `content_written` is sent for them."""
    posts.plugin(
        "counts",
        "from pelican import signals\n\ndef note(path, context):\n"
        "    print('WROTE', context['output_file'])\n\n"
        "def register():\n    signals.content_written.connect(note)\n",
    )
    first = posts.make().log.count("WROTE")
    build = posts.make()
    assert build.rendered == 0
    assert build.log.count("WROTE") == first > 20


def test_off_and_on_again(posts):
    """A build without it changes files that the next one knew otherwise."""
    posts.write("content/l.md", "Title: L\nDate: 2024-01-01\nSlug: l\n\nx")
    posts.make()
    posts.settings["BUTTERCMS_INCREMENTAL"] = False
    posts.account.post("post-1", day="2024-01-01", title="While off")
    build = posts.make()
    assert build.rendered == -1
    posts.account.post("post-1", day="2024-01-01", title="On again")
    posts.settings["BUTTERCMS_INCREMENTAL"] = True
    posts.remake()
    (posts.folder / "content/l.md").unlink()
    posts.remake()


def test_two_settings_files_with_one_cache(posts):
    """Each output folder has a ledger of its own."""
    posts.make()
    posts.make("-o", "other", "-e", 'SITENAME="Other"')
    posts.account.post("post-9", day="2024-03-01")
    build = posts.make("-o", "other", "-e", 'SITENAME="Other"')
    assert build.kept
    assert posts.remake().kept


def test_an_output_folder_that_is_gone_or_copied(posts):
    """It is built from nothing; a copy with other times is as good as the first."""
    posts.make()
    shutil.copytree(posts.output, posts.folder / "copy", copy_function=shutil.copyfile)
    shutil.rmtree(posts.output)
    assert posts.remake().kept == 0
    shutil.rmtree(posts.output)
    (posts.folder / "copy").rename(posts.output)
    assert posts.remake().rendered == 0


def test_settings_that_are_sets(plain):
    """Their order is another one in each process."""
    fields = Code("{'summary', 'subtitle', 'lead', 'more', 'less', 'intro'}")
    plain.settings["FORMATTED_FIELDS"] = fields
    for seed in ("1", "2", "3"):
        plain.live("", env={"PYTHONHASHSEED": seed})
    assert plain.make().rendered == 0


@pytest.mark.parametrize("incremental", [True, False])
def test_a_subsite_with_templates_of_its_own(plain, incremental):
    """The plugin's come after them, as they do on the main site."""
    plain.settings |= {"BUTTERCMS_LOCALES": {"en": [], "de": []}}
    plain.settings["BUTTERCMS_INCREMENTAL"] = incremental
    plain.account.settings(locales=["en", "de"], default_locale="en")
    plain.account.translate("posts/post-1", "de", title="Eins", body="<p>D</p>")
    plain.account.translate("single_pages/about", "de", body="<p>Ueber</p>")
    plain.write("german/article.html", "DE {{ article.title }}")
    plain.settings["PLUGINS"] = ["pelican_buttercms", "i18n_subsites"]
    plain.settings["I18N_SUBSITES"] = {"de": {"THEME_TEMPLATES_OVERRIDES": ["german"]}}
    plain.make()
    assert plain.read("de/post-1.html") == "DE Eins"
    assert plain.read("post-1.html").startswith("Post 1")
