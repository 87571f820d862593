"""The sample site's pages before axe, html-validate, a printer, a keyboard and a phone."""

import json
import re
import shutil
import subprocess

import pytest

PAGES = (
    "",
    "journal/",
    "journal/example-post/",
    "journal/a-french-press-for-four/",
    "coffee/",
    "coffee/la-vigia/",
    "about/",
    "subscriptions/",
    "wholesale/",
    "landing-page-with-components/",
    "author/maren-tolliver/",
    "category/brewing/",
    "tags.html",
    "search/",
    "archives.html",
    "404.html",
    "de/404.html",
    "de/journal/salt-and-swell/",
    "de-at/coffee/night-ferry/",
)
HTML_RULES = {
    "extends": ["html-validate:recommended"],
    "root": True,
    "rules": {
        # how HTML is spelt is no error, and an editor's title is the editor's
        **dict.fromkeys(("no-trailing-whitespace", "void-style", "long-title"), "off"),
        "wcag/h63": "off",  # tables that editors wrote
    },
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_axe_finds_nothing(visit, node_modules, width, scheme):
    """No violation of any of its rules, on every kind of page, in any window, light and dark."""
    script = (node_modules / "axe-core" / "axe.min.js").read_text()
    options = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    options["bypass_csp"] = True
    for path in PAGES:
        with visit(path, **options) as seen:
            seen.page.evaluate(script)
            result = seen.page.evaluate("axe.run({resultTypes: ['violations']})")
            rules = [
                (rule["id"], [node["html"][:200] for node in rule["nodes"]])
                for rule in result["violations"]
            ]
            assert not rules, path
            assert len(result["passes"]) > 10, path


def test_the_html_is_valid(built, node_modules, tmp_path):
    """Every page but the one that an editor wrote wrongly, by html-validate."""
    config = tmp_path / "rules.json"
    config.write_text(json.dumps(HTML_RULES))
    report = tmp_path / "report.json"  # a pipe would be cut off when node exits
    names = [name for name in sorted(built.files()) if name.endswith(".html")]
    names = [name for name in names if "example-post" not in name]
    assert len(names) > 150
    subprocess.run(
        [
            *(shutil.which("node"), node_modules / "html-validate" / "bin" / "html-validate.mjs"),
            *("--config", config, "--formatter", f"json={report}"),
            *(built.output / name for name in names),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    messages = [
        (file["filePath"], message["line"], message["ruleId"], message["message"])
        for file in json.loads(report.read_text())
        for message in file["messages"]
    ]
    assert messages == []


def test_times_are_to_the_second(built):
    """More than three digits behind the second are an error in HTML."""
    moments = {
        moment
        for name in built.files()
        if name.endswith(".html")
        for moment in re.findall(r'<time datetime="([^"]*)"', built.read(name))
    }
    assert moments
    assert {m for m in moments if not re.fullmatch(r"[\d-]{10}T[\d:]{8}[+-]\d\d:\d\d", m)} == set()


OVERLAPS = """() => {
    const texts = "h1, h2, h3, p, li, dd, figcaption, pre, blockquote";
    const shown = [...document.querySelectorAll(texts)]
        .filter(e => !e.querySelector("p, li, pre") && e.getClientRects().length)
        .filter(e => e.innerText.trim())
        .map(e => [e, e.getBoundingClientRect()]);
    const over = (a, b) => Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2
        && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2;
    return shown.flatMap(([e, a], i) => shown.slice(i + 1)
        .filter(([f, b]) => !e.contains(f) && !f.contains(e) && over(a, b))
        .map(([f]) => [e.innerText.slice(0, 40), f.innerText.slice(0, 40)]));
}"""


@pytest.mark.parametrize(
    "path",
    [
        "journal/a-french-press-for-four/",
        "about/",
        "subscriptions/",
        "landing-page-with-components/",
    ],
)
def test_a_printed_page_has_every_text_in_a_place_of_its_own(visit, path):
    """On paper nothing lies over anything, and what serves the screen only is not there."""
    with visit(path, viewport={"width": 690, "height": 980}) as seen:
        seen.page.emulate_media(media="print")
        assert seen.page.evaluate(OVERLAPS) == []
        for gone in (".main-nav", ".theme-toggle", ".skip", ".languages"):
            assert not seen.page.locator(gone).first.is_visible(), gone
        # a grid or flex container that goes over pages is printed over what follows
        wide = (
            "[...document.querySelectorAll('main, main > *')].map(e => getComputedStyle(e).display)"
        )
        assert set(seen.page.evaluate(wide)) <= {"block", "none"}
        seen.page.emulate_media(media="screen")


def test_answers_are_printed(visit):
    """Questions that nobody opened print their answers."""
    with visit("subscriptions/", viewport={"width": 690, "height": 980}) as seen:
        answers = seen.page.locator("details .prose")
        assert answers.count() > 0
        assert not answers.first.is_visible()
        seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert all(answers.nth(number).is_visible() for number in range(answers.count()))
        seen.page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert not answers.first.is_visible()


def test_the_menu_folds_on_a_phone_and_is_whole_without_javascript(visit):
    """The button opens it, Escape closes it, and a page without scripts has it open."""
    phone = {"viewport": {"width": 360, "height": 700}}
    with visit("about/", **phone) as seen:
        menu, button = seen.page.locator("#site-menu"), seen.page.locator(".menu-toggle")
        assert not menu.is_visible()
        header = seen.page.locator(".site-header").bounding_box()["height"]
        assert header < 110
        button.click()
        assert menu.is_visible()
        assert button.get_attribute("aria-expanded") == "true"
        seen.page.keyboard.press("Escape")
        assert not menu.is_visible()
    with visit("about/", java_script_enabled=False, **phone) as seen:
        assert seen.page.locator("#site-menu").is_visible()
        assert not seen.page.locator(".menu-toggle").is_visible()
    with visit("about/", viewport={"width": 1280, "height": 700}) as seen:
        assert seen.page.locator("#site-menu").is_visible()
        assert not seen.page.locator(".menu-toggle").is_visible()


@pytest.mark.parametrize("width", [768, 900, 1000, 1180])
def test_the_title_stands_where_the_text_does(visit, width):
    """Their left edges are one line where there is no margin for the byline."""
    with visit(
        "journal/a-french-press-for-four/", viewport={"width": width, "height": 800}
    ) as seen:
        edges = [
            round(seen.page.locator(selector).first.bounding_box()["x"])
            for selector in ("article h1", "article .prose > p")
        ]
        assert edges[0] == edges[1]


@pytest.mark.parametrize("name", ["about/index.html", "de/about/index.html", "de/index.html"])
def test_the_menu_marks_what_is_shown_and_nothing_else(built, name):
    """The link to "/" is not marked on every page of another language."""
    menu = built.read(name).partition('id="site-menu"')[2].partition("</nav>")[0]
    marked = re.findall(r'<a href="([^"]*)"[^>]* aria-current', menu)
    assert len(marked) <= 1
    shown = "https://harbourlane.example/" + name.removesuffix("index.html")
    assert set(marked) <= {shown, shown.replace("/de/", "/")}


def test_each_language_has_a_page_for_what_is_not_there(built):
    """In its own words, and the host is told which."""
    assert "Nicht gefunden" in built.read("de/404.html")
    assert 'lang="de"' in built.read("de/404.html")
    assert "Not found" in built.read("404.html")


def test_every_word_of_the_theme_is_german_on_the_german_part(root):
    """What templates print in English by themselves has a German word in the settings."""
    settings = {}
    exec(
        (root / "sample_site/pelicanconf.py").read_text(),
        {"__file__": str(root / "sample_site/pelicanconf.py")},
        settings,
    )
    folders = (root / "themes/buttercms/templates", root / "sample_site/templates")
    texts = [path.read_text() for folder in folders for path in folder.rglob("*.html")]
    words = {
        word
        for text in texts
        for word in re.findall(r"""(?:\bt|\bown|\bnothing)\("([^"]+)"\)""", text)
    }
    assert len(words) > 50
    assert words - set(settings["LABELS"]["de"]) == set()
