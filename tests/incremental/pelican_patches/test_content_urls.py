"""The URL of an article, worked out from what its pattern names, is the one that Pelican gives."""

import copy
import pickle

import pelican
from pelican.contents import Article, Page, Static
from pelican.settings import DEFAULT_CONFIG
from pelican.urlwrappers import Category
from pelican.utils import SafeDatetime
import pytest

from pelican_buttercms.incremental import pelican_patches

SETTINGS = {**DEFAULT_CONFIG, "PATH": "/site/content", "DEFAULT_LANG": "en"}


def make(kind=Article, **metadata):
    """Make a content as the plugin and Pelican's readers do."""
    made = dict(SETTINGS)
    known = {"title": "T", "slug": "s", "date": SafeDatetime(2024, 5, 17)}
    known["category"] = Category("News", made)
    return kind("", known | metadata, made, f"/site/content/{metadata.get('slug', 's')}.md", {})


def both(content, key="url"):
    """Ask for a URL as a template would, and as Pelican works it out."""
    plain = copy.copy(content)  # a copy starts without
    assert "_expand_settings" in vars(content)
    assert "_expand_settings" not in vars(plain)
    return getattr(content, key), getattr(plain, key)


PATTERNS = [
    "{slug}.html",
    "{date:%Y/%m}/{category}/{slug}/index.html",
    "{lang}/{author}/{mood}",
    "{path}.html",
    "{date.year}-{slug!r:>8}",
    "no fields",
    "{{{slug}}}",
    "{date:{slug}}",
]


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("kind", [Article, Page])
def test_a_url_is_what_pelican_makes_of_its_pattern(kind, pattern):
    """Whatever the pattern names, and in each status and language."""
    content = make(kind, mood="fine")
    pelican_patches.quicken_content(content)
    for name in ("ARTICLE", "PAGE", "DRAFT", "DRAFT_PAGE"):
        content.settings |= {f"{name}_URL": f"{name}/{pattern}", f"{name}_LANG_URL": pattern}
    for status in ("published", "draft", "hidden"):
        content.status = status
        for content.in_default_lang in (True, False):
            quick, plain = both(content)
            assert quick == plain


@pytest.mark.parametrize("pattern", ["{unknown}", "{}", "{slug", "{slug.nothing}"])
def test_a_pattern_that_fails_fails_as_without(pattern):
    """The user sees Pelican's own error."""
    content = make()
    pelican_patches.quicken_content(content)
    content.settings["ARTICLE_URL"] = pattern
    with pytest.raises(Exception) as plain:  # noqa: PT011
        _ = copy.copy(content).url
    with pytest.raises(plain.type) as quick:
        _ = content.url
    assert str(quick.value) == str(plain.value)


def test_a_url_follows_every_change():
    """Other plugins change what a URL is made of, at any time: nothing of it is kept."""
    content = make()
    pelican_patches.quicken_content(content)
    content.settings["ARTICLE_URL"] = "{slug}-{lang}-{date:%Y}-{category}-{mood}"
    content.metadata["mood"] = "fine"
    assert content.url == "s-en-2024-news-fine"
    content.slug, content.lang, content.date = "new", "fr", SafeDatetime(2025, 1, 1)
    content.metadata["mood"] = "bad"
    content.category.name = "Other"
    assert content.url == "new-fr-2025-other-bad"
    content.settings["ARTICLE_URL"] = "{slug}"
    assert content.url == "new"
    content.status = "draft"
    assert content.url == "drafts/new.html"
    content.override_url = "mine"
    assert content.url == "mine"


@pytest.mark.parametrize(
    "clone", [copy.copy, copy.deepcopy, lambda c: pickle.loads(pickle.dumps(c))]
)
def test_a_copy_has_its_own_url(clone):
    """A plugin may copy an article and rename it; CACHE_CONTENT pickles it."""
    content = make()
    pelican_patches.quicken_content(content)
    other = clone(content)
    other.slug = "other"
    assert (content.url, other.url) == ("s.html", "other.html")
    assert vars(other).keys() == vars(make()).keys()


def test_what_others_made_is_left_alone(monkeypatch):
    """Static files, subclasses, replaced methods and another version of Pelican."""

    class Recipe(Article):
        """Has settings of its own."""

    untouched = [make(Static), make(Recipe)]
    with monkeypatch.context() as patch:
        patch.setattr(Article, "_expand_settings", lambda self, key: f"theirs-{key}")
        untouched.append(make())
        pelican_patches.quicken_content(untouched[-1])
        assert untouched[-1].url == "theirs-url"
    with monkeypatch.context() as patch:
        patch.setattr(pelican, "__version__", "5.0.0")
        untouched.append(make())
        pelican_patches.quicken_content(untouched[-1])
    for content in untouched[:2]:
        pelican_patches.quicken_content(content)
    assert not any("_expand_settings" in vars(content) for content in untouched)
    changed = make()
    pelican_patches.quicken_content(changed)
    changed.__class__ = Recipe
    changed.settings["RECIPE_URL"], changed.settings["ARTICLE_URL"] = "r", "article-{slug}"
    assert changed.url == copy.copy(changed).url == "article-s"
