"""`pelican-buttercms show`: what it prints as a path is what a template can use."""

import json

import pytest

ODD = {
    "items": "field named items",
    "get": "1",
    "if": "2",
    "my-field": "3",
    "_data": "4",
    "grüße": "5",
    'quo"te': "6",
    "class": "7",
    "back\\slash": "8",
    "true": "9",
    "__class__": "10",
    "url": "/11",
    "emoji 😀": "12",
}


@pytest.fixture
def stocked(site, account):
    """A pulled site with a page of every kind of value."""
    account.collection("farms", {"id": 3, "name": "La Vigía", "area": 4.5, **ODD})
    account.post("hello", title="Hello <b>", featured_image="https://cdn.buttercms.com/AAA")
    account.page("landing-page", "about", team=[{"$ref": "item:farms/3"}])
    account.page(
        "landing-page",
        "home",
        hero={"title": "Up", "deep": [{"x": 1}, {"x": None}]},
        parts=[{"type": "call", "fields": {"label": "Go", **ODD}}],
        farm={"$ref": "item:farms/3"},
        gone=["/v2/pages/landing-page/never", {"$ref": "page:landing-page/about"}],
        **ODD,
    )
    account.page("landing-page", "secret", status="draft", hero={"title": "Shh"})
    site.configure(BUTTERCMS_PAGE_TYPES=["landing-page"], BUTTERCMS_COLLECTIONS=["farms"])
    assert site.command("pull").returncode == 0
    return site


def shown(site, *words):
    """Return what `show --json` prints."""
    done = site.command("show", *words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("name", "template", "page"),
    [
        ("pages/landing-page/home", "page.html", "pages/home.html"),
        ("posts/hello", "article.html", "hello.html"),
        ("collections/farms/3", "page.html", "pages/home.html"),
        ("authors/ada-lane", "author.html", "author/ada-lane.html"),
        ("categories/news", "category.html", "category/news.html"),
    ],
)
def test_each_path_is_what_a_template_can_print(stocked, name, template, page):
    """Rendered by Pelican: every path gives the value that is shown beside it."""
    report = shown(stocked, name)
    leaves = [v for v in report["values"] if "value" in v or "name" in v]
    assert len(leaves) > 1
    everywhere = [v["path"].replace(report["template"], report["everywhere"], 1) for v in leaves]
    paths = [*(v["path"] for v in leaves), *everywhere]
    stocked.write(
        f"templates/{template}",
        "{% if page is not defined or page.slug == 'home' %}"
        + "".join(f"{{{{ ({path}).key or ({path}) }}}}@@" for path in paths)
        + "{% endif %}",
    )
    stocked.configure(THEME_TEMPLATES_OVERRIDES=["templates"], BUTTERCMS_OFFLINE=True)
    stocked.build()
    printed = stocked.read(page).split("@@")[:-1]
    expected = [str(v["value"]) if "value" in v else v["name"] for v in leaves] * 2
    singular = {"collections": "item", "pages": "page", "authors": "author"}
    for path, text, value in zip(paths, printed, expected, strict=True):
        kind, _, rest = value.partition("/")
        key = f"{singular.get(kind, {'categories': 'category'}.get(kind, kind))}/{rest}"
        assert text in (value, key, key.replace("/", "//", 1)), path


def test_references_and_referrers(stocked):
    """As templates write them: what leads nowhere is left out of a list, and moves no path."""
    home = shown(stocked, "landing-page/home")
    assert {"field": "gone[0]", "target": "page/landing-page/never"} in home["missing"]
    about = shown(stocked, "about")
    assert {"name": "pages/landing-page/home", "path": "page.butter.fields.gone[0]"} in about[
        "referrers"
    ]
    farm = shown(stocked, "farms/3")["referrers"]
    assert [one["path"] for one in farm] == [
        "page.butter.fields.team[0]",
        "page.butter.fields.farm",
    ]


def test_what_people_read(stocked):
    """The tree, with its references; a terminal is not steered by a text."""
    printed = stocked.command("show", "home").stdout
    assert "page.butter.fields.hero.title  Up" in printed
    assert "page.butter.fields.parts[0]  (component call)" in printed
    assert "page.butter.fields.farm  → collections/farms/3" in printed
    assert 'page.butter.fields["my-field"]  3' in printed


def test_names_that_mean_none_or_several(stocked, account):
    """Each is answered with what to write instead."""
    account.page("landing-page", "hello")
    stocked.command("pull")
    several = stocked.command("show", "hello")
    assert several.returncode == 2
    assert "can be posts/hello, pages/landing-page/hello" in several.stderr.replace(
        "pages/landing-page/hello, posts/hello", "posts/hello, pages/landing-page/hello"
    )
    none = stocked.command("show", "pages/landing-page/hone")
    assert none.returncode == 2
    assert "Did you mean 'pages/landing-page/home'?" in none.stderr
    assert stocked.command("show", "page/landing-page/home").returncode == 0  # as logs name it
    wrong = stocked.command("show", "home", "--locale", "xx")
    assert wrong.returncode == 2
    assert "Traceback" not in several.stderr + none.stderr + wrong.stderr


def test_a_draft_is_shown_with_preview_only(stocked):
    """It is looked for where previews are stored."""
    assert stocked.command("show", "secret").returncode == 2
    assert "BUTTERCMS_PREVIEW=1" in stocked.command("show", "secret", "--preview").stderr
    assert stocked.command("pull", env={"BUTTERCMS_PREVIEW": "1"}).returncode == 0
    assert shown(stocked, "secret", "--preview")["title"] == "Secret"


def test_pictures_are_not_looked_for(stocked):
    """A command that sends no request does not say that files are lacking."""
    stocked.configure(
        BUTTERCMS_PAGE_TYPES=["landing-page"],
        BUTTERCMS_COLLECTIONS=["farms"],
        BUTTERCMS_MEDIA="download",
    )
    done = stocked.command("show", "posts/hello")
    assert (done.returncode, done.stderr) == (0, "")


def test_an_empty_folder(site):
    """Nothing stored: the next command is named, and nothing is created."""
    done = site.command("show", "home")
    assert done.returncode != 0
    assert "pelican-buttercms pull" in done.stderr
    assert not (site.folder / "cache").exists()
