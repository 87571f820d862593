"""Articles that are made when somebody reads them are what they would have been at once."""

import copy
from datetime import UTC, datetime
import pickle
from types import SimpleNamespace

from pelican.contents import Article
from pelican.settings import DEFAULT_CONFIG
import pytest

from pelican_buttercms.content.fields import Fields
from pelican_buttercms.content.graph import link
from pelican_buttercms.content.records import Author, Category, Key, Page, Post, Tag
from pelican_buttercms.errors import ContentError
from pelican_buttercms.incremental import pelican_patches
from pelican_buttercms.incremental.recorder import Frame, now
from pelican_buttercms.incremental.tracked_objects import leave, watch
from pelican_buttercms.plugin.content_factory import Converter
from pelican_buttercms.plugin.local_media import LocalMedia
from pelican_buttercms.plugin.taxonomy import Taxonomy
from pelican_buttercms.plugin.translations import regroup
from pelican_buttercms.plugin.unmade import Unmade, is_unmade, peek
from pelican_buttercms.settings import PageType

OWN = {"_buttercms_make", "_buttercms_parts", "_buttercms_urls"}
BOUND = {"_expand_settings", "__reduce_ex__", "refresh_metadata_intersite_links", "_get_content"}
PROFILE = dict.fromkeys(
    ("first_name", "last_name", "email", "bio", "title", "linkedin_url", "facebook_url"), ""
) | dict.fromkeys(("instagram_url", "pinterest_url", "twitter_handle"), "")
ADA = Author(
    key=Key("author", "", "ada"), slug="ada", name="Ada", profile_image=None, extra={}, **PROFILE
)
TEA = Category(key=Key("category", "", "tea"), slug="tea", name="Tea & <b>", extra={})
RED, BLUE = (Tag(key=Key("tag", "", s), slug=s, name=s.title(), extra={}) for s in ("red", "blue"))
NOON = datetime(2024, 10, 27, 0, 30, tzinfo=UTC)
LATER = datetime(2025, 1, 1, 12, tzinfo=UTC)
CONTEXT = {"generated_content": {}, "static_content": {}, "static_links": set(), "localsiteurl": ""}


def post(**values):
    """Give a post with an author and a category."""
    texts = ("summary", "seo_title", "meta_description", "featured_image_alt")
    known = dict.fromkeys(texts, "") | {"title": "A title", "body": "<p>A body</p>", "slug": "one"}
    known |= {"status": "published", "featured_image": None, "extra": {}, "locale": "en"}
    known |= {"published": NOON, "created": NOON, "updated": LATER, "scheduled": None}
    one = Post(key=Key("post", "", values.get("slug", "one")), **known | values)
    one.author, one.categories, one.tags = ADA, [TEA], []
    return one


def convert(one, *, resumes, **settings):
    """Make the article of a post, later or at once."""
    return converter(resumes=resumes, **settings).article_of_post(one)


def converter(*, resumes, **settings):
    """Give what makes contents."""
    places = {"PATH": "/site/content", "OUTPUT_PATH": "/site/output"}
    settings = {**DEFAULT_CONFIG, "PLUGINS": [], **places, **settings}  # it has no TIMEZONE
    context = {name: copy.copy(value) for name, value in CONTEXT.items()}
    options = SimpleNamespace(sanitize=None, default_lang="en", page_types={}, front_page=None)
    site = SimpleNamespace(standstill=SimpleNamespace(resumes=resumes))
    run = SimpleNamespace(options=options, site=site, media=LocalMedia({}), add=lambda *_: None)
    english = SimpleNamespace(name="en")
    edition = SimpleNamespace(lang="en", locale=english, drafts={}, graph=link([]))
    generator = SimpleNamespace(settings=settings, context=context)
    return Converter(generator, run, edition, Taxonomy(settings, edition.graph))


def seen(article, *, text=True):
    """Give everything of an article that can be compared; terms by their names."""
    article.title, article.metadata  # noqa: B018  (made, if it was not)
    state = {name: one for name, one in vars(article).items() if name not in OWN | BOUND}
    state["metadata"] = {name: repr(one) for name, one in state["metadata"].items()}
    state |= {"url": article.url, "save_as": article.save_as}
    state |= {"_context": None, "settings": None, "butter": None}
    if text:
        state |= {"content": article.content, "summary": article.summary}
    terms = ("tags", "authors", "categories")
    state |= {name: [repr(t) for t in state[name]] for name in terms if name in state}
    return state | {name: repr(state[name]) for name in ("category", "author") if name in state}


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"summary": "Short & <i>"},
        {"title": "", "slug": "no-title"},
        {"title": "\x07<script>&'\"", "body": "<p>\x00\uffff x</p>", "seo_title": "<"},
        {"updated": None},
        {"published": None},
        {"published": datetime(1, 1, 1, tzinfo=UTC)},
        {"meta_description": "About", "featured_image_alt": "alt"},
    ],
)
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"TIMEZONE": "Europe/Berlin", "DEFAULT_DATE_FORMAT": "%-d. %B %Y"},
        {"DATE_FORMATS": {"en": "%Y/%m"}, "ARTICLE_URL": "{date:%Y}/{category}/{author}/{slug}/"},
        {"ARTICLE_SAVE_AS": "{title}/{slug}.html", "DEFAULT_LANG": "de", "AUTHOR": "Bo <b>"},
    ],
)
@pytest.mark.parametrize("terms", ["all", "none"])
def test_it_is_what_it_would_have_been(values, settings, terms):
    """Every attribute, whatever is read first."""
    one, other = post(**values), post(**values)
    for each in (one, other):
        if terms == "all":
            each.tags, each.categories = [RED, BLUE], [TEA]
        else:
            each.author, each.categories = None, []
    at_once, later = (convert(p, resumes=r, **settings) for p, r in ((one, False), (other, True)))
    assert not is_unmade(at_once)
    assert is_unmade(later)
    assert (later.date, later.date.tzinfo) == (at_once.date, at_once.date.tzinfo)
    assert later.locale_date == at_once.locale_date
    assert (later.url, later.save_as) == (at_once.url, at_once.save_as)
    assert other.url == one.url == at_once.url
    for name in ("tags", "author", "authors", "modified", "locale_modified", "nothing", "private"):
        assert hasattr(later, name) == hasattr(at_once, name)
    assert seen(later) == seen(at_once)
    assert not is_unmade(later)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"headline": "A & B", "summary": "Short <i>", "body": "<p>Text</p>", "description": "D"},
        {"title": "T", "date": "2024-02-03", "author": "Ada", "category": "Tea", "tags": "a, b"},
    ],
)
@pytest.mark.parametrize(
    "page_type",
    [
        PageType("place"),
        PageType("place", template="special", url="{slug}/{date:%Y}/", save_as="{slug}/x.html"),
        PageType("place", fields={"date": "date"}),
    ],
)
@pytest.mark.parametrize("updated", [LATER, None])
def test_so_is_a_page(fields, page_type, updated):
    """Whose metadata are known, and whose text is not made."""
    if page_type.fields and "date" not in fields:
        return
    pages = []
    for resumes in (False, True):
        one = Page(
            key=Key("page", "place", "one"),
            slug="one",
            name="One",
            page_type="place",
            status="published",
            published=NOON,
            updated=updated,
            scheduled=None,
            fields=Fields(fields),
            locale="en",
        )
        made = converter(resumes=resumes, **({"AUTHOR": "Bo"} if updated else {}))
        made.run.options.page_types["place"] = page_type
        pages.append(made.page(one, page_type))
    at_once, later = pages
    assert not is_unmade(at_once)
    assert is_unmade(later) == (page_type.url is None)  # which may show anything
    assert (later.url, later.save_as) == (at_once.url, at_once.save_as)
    names = ("date", "modified", "locale_date", "locale_modified", "template", "override_url")
    for name in (
        *names,
        "author",
        "authors",
        "category",
        "tags",
        "page_type",
        "description",
        "nothing",
    ):
        assert getattr(later, name, None) == getattr(at_once, name, None)
        assert hasattr(later, name) == hasattr(at_once, name)
    assert seen(later, text=False) == seen(at_once, text=False)


@pytest.mark.parametrize(
    ("values", "settings"),
    [
        ({"body": "{static}/x.png"}, {}),
        ({"body": "a|b"}, {}),
        ({"body": "x", "locale": "de"}, {}),
        ({}, {"TYPOGRIFY": True}),
        ({}, {"DEFAULT_METADATA": {"private": "yes"}}),
        ({}, {"FORMATTED_FIELDS": ["summary", "description"]}),
        ({}, {"DATE_FORMATS": {"de": ("de_DE.UTF-8", "%d")}}),
        ({}, {"INTRASITE_LINK_REGEX": "<(?P<what>.*?)>"}),
    ],
)
def test_what_it_shows_may_need_more_than_the_post(values, settings, monkeypatch):
    """Then it is made at once: something would be said, moved or set too late."""
    monkeypatch.setattr(Converter, "_lang_of", lambda *_: "de")
    monkeypatch.setattr(Converter, "_typographer", str, raising=False)
    monkeypatch.setattr(
        "pelican_buttercms.plugin.content_factory.typographer", lambda _settings: str
    )
    assert not is_unmade(convert(post(**values), resumes=True, **settings))


def test_it_waits_only_where_pelican_is_known(monkeypatch):
    """Another version may make articles otherwise."""
    monkeypatch.setattr(pelican_patches, "ENABLED", False)
    assert not is_unmade(convert(post(), resumes=True))


def test_what_was_set_before_stays():
    """Whoever finds an article before it is made may give it attributes."""
    article = convert(post(), resumes=True)
    tags, other = [RED], object()
    article.translations, article.tags, article.fallback_of = [other], tags, other
    assert is_unmade(article)
    assert article.metadata["slug"] == "one"
    assert (article.translations, article.tags, article.fallback_of) == ([other], tags, other)
    assert article.tags is tags


def test_its_url_follows_what_is_set():
    """Before it is made, and after."""
    article = convert(post(), resumes=True)
    article.slug = "two"
    assert (article.url, article.save_as, is_unmade(article)) == ("two.html", "two.html", True)
    article.metadata  # noqa: B018
    assert article.url == "two.html"
    article.slug = "three"
    assert article.url == "three.html"
    article.override_url = "four/"
    assert (article.url, article.save_as) == ("four/", "three.html")


def test_a_copy_is_an_article_like_any_other():
    """A filter may copy it, and change the copy."""
    for duplicate in (copy.copy, copy.deepcopy):
        article = convert(post(), resumes=True)
        found = duplicate(article)
        assert type(found) is Article
        assert not OWN & vars(found).keys()
        assert (found.title, found.url, found.date) == (article.title, article.url, article.date)
    article = convert(post(), resumes=True)
    article.settings, article._context = {}, {}
    kind, arguments, state, *_ = article.__reduce_ex__(2)
    assert arguments[0] is Article
    assert state["title"] == "A title"
    assert pickle.dumps(kind)


def test_what_is_missing_is_missing_as_ever():
    """With the message that Python has for it."""
    later, at_once = (convert(post(), resumes=resumes) for resumes in (True, False))
    for name in ("private", "nothing", "tags"):
        messages = []
        for article in (later, at_once):
            with pytest.raises(AttributeError) as caught:
                getattr(article, name)
            messages.append(str(caught.value))
        assert messages[0] == messages[1]


def test_what_fails_while_it_is_made_fails_again(monkeypatch):
    """It is not half made."""
    article = convert(post(), resumes=True)
    before = dict(vars(article))
    with monkeypatch.context() as patch:
        patch.setattr(Converter, "announce", lambda *_: 1 / 0)
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                article.metadata  # noqa: B018
    assert vars(article) == before
    assert article.metadata["title"] == "A title"


def test_making_it_is_nothing_that_a_page_reads():
    """A page that reads one attribute rests on that one."""
    article = convert(post(), resumes=True)
    now.reset()
    watch([article])
    now.frame = frame = Frame()
    try:
        assert article.description == ""
        assert article.title == "A title"
        assert article.url == "one.html"
    finally:
        now.frame = None
        leave([article])
    assert frame.reads == {(id(article), name) for name in ("description", "title", "url")}
    assert (frame.blocker, now.spoilt, now.made) == (None, None, [article])
    assert isinstance(article, Unmade)
    assert not hasattr(type(article), "_watched")
    now.reset()


def test_versions_are_grouped_without_making_them():
    """By Pelican's own rules."""
    articles = [convert(post(slug=slug), resumes=True) for slug in ("one", "two", "two")]
    articles[2].__dict__.update(lang="de", in_default_lang=False)
    originals, translations = regroup(articles, "slug")
    assert [one.slug for one in originals] == ["one", "two"]
    assert [one.lang for one in translations] == ["de"]
    assert all(is_unmade(one) for one in articles)


def test_a_look_makes_nothing():
    """And sees what is there."""
    article, other = convert(post(), resumes=True), SimpleNamespace(private="True")
    assert peek(article, "butter").slug == "one"
    assert peek(article, "private") is None
    assert (peek(other, "private"), peek(other, "butter")) == ("True", None)
    assert is_unmade(article)


@pytest.mark.parametrize("slug", ["../one", "..", 'a"b', "a\x07", "a<b"])
def test_a_slug_that_leads_elsewhere_is_refused_at_once(slug):
    """Whether or not somebody reads the article."""
    for resumes in (False, True):
        with pytest.raises(ContentError, match="slug"):
            convert(post(slug=slug), resumes=resumes)


def test_a_place_outside_is_for_pelican_to_refuse():
    """Which says so when the article is made."""
    settings = {"ARTICLE_SAVE_AS": "{title}.html"}
    for resumes in (False, True):
        assert convert(post(title="In"), resumes=resumes, **settings).save_as == "In.html"
        with pytest.raises(ContentError, match="Pelican's message above"):
            convert(post(title="../../out"), resumes=resumes, **settings)
