"""Posts become articles: the real Pelican, its files read back."""

from xml.etree import ElementTree as ET

ATOM = "{http://www.w3.org/2005/Atom}"

ARTICLE_TEMPLATE = """title={{ article.title }}
slug={{ article.slug }}
date={{ article.date.isoformat() }}
modified={{ article.modified.isoformat() }}
author={{ article.author }}|{{ article.author.slug }}|{{ article.author.bio }}
author_url={{ article.author.url }}
categories={% for c in article.categories %}{{ c.name }}|{{ c.slug }};{% endfor +%}
tags={% for t in article.tags %}{{ t.name }}|{{ t.slug }};{% endfor +%}
summary={{ article.summary }}
seo_title={{ article.seo_title }}
description={{ article.description }}
image={{ article.featured_image }}
alt={{ article.featured_image_alt }}
image_small={{ article.featured_image|butter_image(width=80) }}
status={{ article.status }}
record={{ article.butter.key }} {{ article.butter.url }}
body={{ article.content }}
"""


def with_template(site, **settings):
    """Configure the site to print every property of an article."""
    site.write("templates/article.html", ARTICLE_TEMPLATE)
    site.configure(THEME_TEMPLATES_OVERRIDES=["templates"], **settings)


def test_an_article_has_everything_the_post_has(site, account):
    """Title, dates, all categories and tags with their slugs, author, SEO texts, image, body."""
    site.fresh = True  # a process as a user starts it
    account.term("authors", "jane-d", first_name="Jane", last_name="Doe", bio="Writes.")
    account.term("categories", "r-and-d", name="R&D")
    account.term("tags", "cpp", name="C++")
    account.post(
        "fish-chips",
        title='Fish & "Chips" <now>',
        author="jane-d",
        categories=["r-and-d", "food"],
        tags=["cpp"],
        summary="Salt & vinegar",
        seo_title="Chips, SEO",
        meta_description='A "meta" text',
        featured_image="https://cdn.buttercms.com/DVG5DLMQ9ywaCwfEAgL2",
        featured_image_alt="Chips & fish",
        body="<p>Hot.</p>",
        published="2024-05-17T23:30:00.000000Z",
        updated="2024-05-18T01:00:00.000000Z",
    )
    with_template(site, TIMEZONE="Europe/Berlin")
    site.build()
    assert site.read("fish-chips.html").splitlines() == [
        "title=Fish &amp; &#34;Chips&#34; &lt;now&gt;",
        "slug=fish-chips",
        "date=2024-05-18T01:30:00+02:00",
        "modified=2024-05-18T03:00:00+02:00",
        "author=Jane Doe|jane-d|Writes.",
        "author_url=author/jane-d.html",
        "categories=R&amp;D|r-and-d;Food|food;",
        "tags=C++|cpp;",
        "summary=<p>Salt &amp; vinegar</p>",
        "seo_title=Chips, SEO",
        "description=A &#34;meta&#34; text",
        "image=https://cdn.buttercms.com/DVG5DLMQ9ywaCwfEAgL2",
        "alt=Chips &amp; fish",
        "image_small=https://cdn.buttercms.com/resize=width:80/DVG5DLMQ9ywaCwfEAgL2",
        "status=published",
        "record=posts/fish-chips fish-chips.html",
        "body=<p>Hot.</p>",
    ]


def test_an_article_is_listed_under_each_of_its_categories_and_in_their_feeds(site, account):
    """Pelican knows one category per article; a post may have several."""
    account.post("one", categories=["news", "food"])
    account.post("two", categories=["food"], day="2024-06-01")
    site.build()
    news, food = site.read("category/news.html"), site.read("category/food.html")
    assert "one.html" in news
    assert "two.html" not in news
    assert food.index("two.html") < food.index("one.html")
    feed = ET.fromstring(site.read("feeds/food.atom.xml"))
    assert [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")] == ["Two", "One"]


def test_feeds_have_absolute_links_and_the_text_of_the_cms(site, account):
    """The feed of all articles has titles as text and links under SITEURL."""
    account.post("fish-chips", title="Fish & <Chips>", summary="Salt & vinegar")
    site.build()
    feed = ET.fromstring(site.read("feeds/all.atom.xml"))
    (entry,) = feed.iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Fish & <Chips>"
    assert entry.find(f"{ATOM}link").get("href") == "https://site.example/fish-chips.html"
    assert entry.findtext(f"{ATOM}summary") == "<p>Salt &amp; vinegar</p>"
    assert entry.findtext(f"{ATOM}content") == "<p>The body of fish-chips.</p>"
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Ada Lane"


def test_a_post_without_category_author_or_image_is_published_all_the_same(site, account):
    """What Pelican needs and the post lacks comes from the site's settings."""
    account.post("bare", author=None, categories=[], featured_image=None)
    site.configure(AUTHOR="The Site", DEFAULT_CATEGORY="misc")
    site.build()
    assert {"bare.html", "category/misc.html", "author/the-site.html"} <= site.files()


def test_drafts_and_scheduled_posts_stay_out_of_a_live_build(site, account):
    """A live build has published posts only, in no file anything else."""
    account.post("live")
    account.post("draft", status="draft")
    account.post("later", status="scheduled", scheduled="2031-01-01T00:00:00Z")
    site.build()
    everything = " ".join(site.files()) + "".join(site.read(f) for f in site.files())
    assert "live.html" in everything
    for slug in ("draft.html", "The body of draft", "The body of later"):
        assert slug not in everything


def test_settings_for_articles_hold_for_posts(site, account):
    """URLs, order, pagination, period archives, summaries and metadata are Pelican's own."""
    for number in range(1, 6):
        account.post(f"post-{number}", day=f"2024-0{number}-01", tags=["tea"])
    account.post("long", day="2023-01-01", body="<p>" + "word " * 100 + "</p>")
    site.configure(
        ARTICLE_URL="blog/{date:%Y}/{slug}/",
        ARTICLE_SAVE_AS="blog/{date:%Y}/{slug}/index.html",
        DEFAULT_PAGINATION=2,
        YEAR_ARCHIVE_SAVE_AS="{date:%Y}/index.html",
        MONTH_ARCHIVE_SAVE_AS="{date:%Y}/{date:%m}/index.html",
        SUMMARY_MAX_LENGTH=3,
        DEFAULT_METADATA={"colour": "red"},
        WITH_FUTURE_DATES=False,
        THEME_TEMPLATES_OVERRIDES=["templates"],
    )
    site.write("templates/article.html", "{{ article.colour }}|{{ article.summary }}")
    site.build()
    files = site.files()
    assert {"blog/2024/post-5/index.html", "index3.html", "2023/index.html"} <= files
    assert "2024/05/index.html" in files
    assert site.read("blog/2023/long/index.html") == "red|<p>word word word …</p>"
    assert "post-5" in site.read("index.html")
    assert "post-3" in site.read("index2.html")


def test_reverse_category_order_and_future_dates_are_respected(site, account):
    """WITH_FUTURE_DATES makes a post of tomorrow a draft."""
    account.post("tomorrow", published="2999-01-01T00:00:00Z")
    account.post("today", categories=["a", "b"])
    site.configure(WITH_FUTURE_DATES=False, REVERSE_CATEGORY_ORDER=True)
    site.build()
    assert "drafts/tomorrow.html" in site.files()
    listing = site.read("categories.html")
    assert listing.index("category/b.html") < listing.index("category/a.html")


def test_typogrify_improves_posts_as_it_does_files(site, account):
    """TYPOGRIFY holds for title, summary and body."""
    account.post("p", title='Tea -- "hot"', summary="so -- so", body="<p>a -- b</p>")
    with_template(site, TYPOGRIFY=True)
    site.build()
    text = site.read("p.html")
    assert "body=<p>a &#8212;&nbsp;b</p>" in text
    assert "summary=<p>so &#8212;&nbsp;so</p>" in text
    assert "title=Tea &#8212;" in text


def test_posts_can_be_turned_off(site, account):
    """BUTTERCMS_POSTS = False pulls no posts, for sites whose blog is a page type."""
    account.post("old")
    account.page("*", "about")
    site.configure(BUTTERCMS_POSTS=False, BUTTERCMS_PAGE_TYPES=["*"])
    site.build()
    assert "old.html" not in site.files()
    assert "pages/about.html" in site.files()
