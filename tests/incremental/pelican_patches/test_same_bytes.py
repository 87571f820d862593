"""What cuts Pelican's loops short changes no byte of a site."""

import os
import re
import subprocess
import sys

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

TERMS = ("tea", "cups", "r-and-d")
NOW = re.compile(rb"<updated>[^<]*[.][^<]*</updated>")  # of a feed without articles
TWICE = """
from pelican import Pelican
from pelican.settings import read_settings
from pelican_buttercms.incremental import pelican_patches

for enabled in (True, False):
    pelican_patches.ENABLED = enabled
    Pelican(read_settings("pelicanconf.py", override={"OUTPUT_PATH": f"out-{enabled}"})).run()
"""


def build_both(site):
    """Build a site with and without, in one process; give both outputs as bytes by name."""
    done = subprocess.run(
        [sys.executable, "-c", TWICE],
        cwd=site.folder,
        env={**os.environ, "COLUMNS": "10000"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    folders = (site.folder / "out-True", site.folder / "out-False")
    return [
        {
            str(path.relative_to(folder)): NOW.sub(b"", path.read_bytes())
            for path in folder.rglob("*")
            if path.is_file()
        }
        for folder in folders
    ]


def fill(account, site, draw):
    """Make CMS posts and pages, and local Markdown, that share categories, tags and authors."""

    def some(*choices):
        return draw.sample(choices, draw.randint(0, len(choices)))

    for number in range(draw.randint(1, 9)):
        slug = f"p{number}"
        account.post(
            slug,
            day=f"20{draw.randint(19, 24)}-0{draw.randint(1, 9)}-1{draw.randint(0, 9)}",
            tags=some(*TERMS),
            categories=some(*TERMS),
            author=draw.choice(["ada-lane", "bo"]),
            summary=draw.choice(["", "In short."]),
        )
        if draw.random() < 0.4:
            account.translate(f"posts/{slug}", "fr", title=f"Le {number}")
    for number in range(draw.randint(0, 3)):
        account.page("*", f"q{number}", text="x", date="2024-02-02")
    for number in range(draw.randint(0, 5)):
        head = {
            "Title": f"L{number}",
            "Date": f"2022-0{draw.randint(1, 9)}-03",
            "Slug": draw.choice([f"l{number}", "l0-both"]) if number == 0 else f"l{number}",
            "Status": draw.choice(["published", "draft", "hidden"]),
            "Tags": ", ".join([*some("tea", "Tea", "cups"), "all"]),
            "Lang": draw.choice(["en", "en", "fr"]),
            "Authors": draw.choice(["Ada Lane", "Bo; Ada Lane", ""]),
        }
        lines = [f"{name}: {value}" for name, value in head.items() if value]
        site.write(f"content/l{number}.md", "\n".join([*lines, "", "Some *text*."]))
    hidden = "Title: H\nStatus: hidden\n\n[q]({filename}/l0.md)"
    if (site.folder / "content/l0.md").exists():
        site.write("content/pages/h.md", hidden)


def options(draw):
    """Choose how URLs, lists and feeds look, and what else is installed."""
    pattern = draw.choice(
        ["{slug}", "{date:%Y}/{category}/{slug}", "by-{author}/{lang}/{slug}", "{path}-{slug}"]
    )
    period = {f"{p}_ARCHIVE_SAVE_AS": f"{p}/{{date:%Y-%m-%d}}.html" for p in ("YEAR", "MONTH")}
    day = {"DAY_ARCHIVE_SAVE_AS": "day/{date:%Y/%j}.html", "DAY_ARCHIVE_URL": "day/{date:%Y/%j}"}
    return {
        "ARTICLE_URL": f"{pattern}.html",
        "ARTICLE_SAVE_AS": f"{pattern}.html",
        "RELATIVE_URLS": draw.choice([True, False]),
        "DEFAULT_PAGINATION": draw.choice([False, 2]),
        "NEWEST_FIRST_ARCHIVES": draw.choice([True, False]),
        "DELETE_OUTPUT_DIRECTORY": True,
        **draw.choice([{}, period, day, period | day]),
        "TAG_FEED_ATOM": draw.choice([None, "feeds/tag-{slug}.xml"]),
        "CACHE_CONTENT": draw.choice([True, False]),
        "LOAD_CONTENT_CACHE": True,
        "BUTTERCMS_PAGE_TYPES": draw.choice([["*"], {"*": {"as": "article"}}]),
        "PLUGINS": ["pelican_buttercms", *draw.sample(["neighbors", "more_categories"], 1)],
        "BUTTERCMS_LOCALES": {"en": [], "fr": draw.choice([[], ["en"]])},
    }


@settings(
    max_examples=5,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.generate],
)
@given(
    theme=st.sampled_from(["simple", "notmyidea", "buttercms"]),
    subsites=st.booleans(),
    draw=st.randoms(use_true_random=False),
)
def test_any_site_is_the_same_without(sandbox, root, theme, subsites, draw):
    """Local and CMS content, languages, drafts, plugins, URL patterns and themes: every file."""
    site, account = sandbox()
    account.settings(locales=["en", "fr"], default_locale="en")
    fill(account, site, draw)
    chosen = options(draw)
    chosen["THEME"] = str(root / "themes/buttercms") if theme == "buttercms" else theme
    if subsites:
        chosen["PLUGINS"].append("i18n_subsites")
        chosen["I18N_SUBSITES"] = {"fr": {"SITENAME": "Le site"}}
    site.configure(**chosen)
    quick, plain = build_both(site)
    assert quick == plain
    assert "index.html" in quick
