"""A content that is made, checked and registered in less time is the one that Pelican makes."""

from types import SimpleNamespace

from pelican.contents import Article, Page
from pelican.generators import Generator
from pelican.settings import DEFAULT_CONFIG
from pelican.urlwrappers import Category
from pelican.utils import SafeDatetime
import pytest

from pelican_buttercms.incremental import pelican_patches
from pelican_buttercms.incremental.pelican_patches import content_init

FOLDERS = ["/site/content", "/site//content", "/site/x/../content", "content", "/", "//two"]
PATHS = ["posts/a", "posts/a.b", "../a", "pages/../a", "pages//a", "./a", "pages/./a", "a/"]


def ask(folder, path, enabled, monkeypatch, kind=Article, text="x", **metadata):
    """Make a content and register it; give what it is and what the generator knows then."""
    monkeypatch.setattr(pelican_patches, "ENABLED", enabled)
    settings = {**DEFAULT_CONFIG, "PATH": folder, "OUTPUT_PATH": "/site/output"}
    known = {"title": "T", "slug": "s", "date": SafeDatetime(2024, 5, 17)}
    known["category"] = Category("News", settings)
    context = {"generated_content": {}, "static_content": {}, "static_links": set()}
    path = f"{folder}/buttercms/{path}"
    made = kind.__new__(kind)
    pelican_patches.fill_content(
        made, kind, text, known | metadata, settings=settings, path=path, context=context
    )
    generator = Generator.__new__(Generator)
    generator.context = context
    pelican_patches.register(generator, made)
    paths = {path: one is made for path, one in context["generated_content"].items()}
    state = {name: value for name, value in vars(made).items() if name != "_context"}
    return state, paths, context["static_links"]


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("path", PATHS)
def test_a_content_is_what_pelican_makes(folder, path, monkeypatch):
    """All attributes, the path that links find it by, and nothing left of how it was made."""
    quick = ask(folder, path, True, monkeypatch)
    assert quick == ask(folder, path, False, monkeypatch)
    assert "get_relative_source_path" not in quick[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no link at all",
        '<a href="{static}/a.pdf">',
        '<img src="|attach|b%20c.png">',
        '<a href="{static}../d.pdf">{',
        "a { and a |",
    ],
)
@pytest.mark.parametrize("kind", [Article, Page])
def test_the_static_files_of_a_text_are_found(text, kind, monkeypatch):
    """Texts without a placeholder are not looked through."""
    quick = ask("/site/content", "posts/a", True, monkeypatch, kind, text)
    assert quick == ask("/site/content", "posts/a", False, monkeypatch, kind, text)
    assert bool(quick[2]) == ("static" in text or "attach" in text)


def test_another_syntax_of_links_is_looked_for():
    """Which characters begin a placeholder is a setting."""
    settings = {"INTRASITE_LINK_REGEX": "@(?P<what>.*?)@"}
    assert content_init.may_have_placeholders("@static@a.pdf", settings)
    assert not content_init.may_have_placeholders("@static@a.pdf", DEFAULT_CONFIG)


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"save_as": "deep/er.html"},
        {"save_as": ""},
        {"save_as": "..odd.html"},
        {"save_as": "../out.html"},
        {"save_as": "a/../../out.html"},
        {"save_as": "/etc/out.html"},
        {"save_as": "/site/output/in.html"},
        {"status": "hidden"},
        {"status": "unheard-of"},
    ],
)
def test_a_content_is_valid_when_pelican_says_so(metadata, monkeypatch):
    """Whatever looks unusual is Pelican's to judge, and to tell of."""
    monkeypatch.setattr(pelican_patches, "ENABLED", True)
    settings = {**DEFAULT_CONFIG, "PATH": "/site/content", "OUTPUT_PATH": "/site/output"}
    known = {"title": "T", "slug": "s"}
    content = Page("", known | metadata, settings, "/site/content/a.md", {})
    assert pelican_patches.is_valid(content) == content.is_valid()


def test_a_content_without_a_date_is_no_valid_article(monkeypatch):
    """Pelican's mandatory properties are looked at."""
    monkeypatch.setattr(pelican_patches, "ENABLED", True)
    settings = {**DEFAULT_CONFIG, "PATH": "/site/content", "OUTPUT_PATH": "/site/output"}
    assert not pelican_patches.is_valid(
        Article("", {"title": "T", "slug": "s"}, settings, "/x", {})
    )


@pytest.mark.parametrize(
    "method", ["is_valid", "_has_valid_status", "get_relative_source_path", "get_static_links"]
)
def test_what_a_plugin_replaced_is_asked(method, monkeypatch):
    """A class that somebody has changed keeps its say."""
    asked = []
    original = getattr(Article, method)

    def replaced(content, *arguments):
        asked.append(method)
        return original(content, *arguments)

    monkeypatch.setattr(Article, method, replaced)
    ask("/site/content", "posts/a", True, monkeypatch)
    settings = {**DEFAULT_CONFIG, "PATH": "/site/content", "OUTPUT_PATH": "/site/output"}
    metadata = {"title": "T", "slug": "s", "date": SafeDatetime(2024, 5, 17)}
    metadata |= {"category": Category("c", settings)}  # before 4.12 an article had to have one
    assert pelican_patches.is_valid(Article("", metadata, settings, "/site/content/a", {}))
    assert asked


def test_a_path_that_a_plugin_changes_meanwhile_is_asked_anew():
    """Receivers of `content_object_init` may move a content, and ask for other paths."""
    settings = {**DEFAULT_CONFIG, "PATH": "/site/content"}
    content = Article("", {"title": "T", "slug": "s"}, settings, "/site/content/a", {})
    path = content_init._Path(content, "/site/content/a", "a")
    assert (path(), path("/site/content/b")) == ("a", "b")
    content.source_path = "/site/content/c"
    assert path() == "c"


def test_a_generator_with_ways_of_its_own_is_asked():
    """A plugin may note more than Pelican does."""
    noted = []
    generator = SimpleNamespace(
        context={"generated_content": {}},
        add_source_path=noted.append,
        add_static_links=noted.append,
    )
    settings = {**DEFAULT_CONFIG, "PATH": "/site/content"}
    content = Article("", {"title": "T", "slug": "s"}, settings, "/site/content/a", {})
    content_init.register(generator, content)
    assert noted == [content, content]
