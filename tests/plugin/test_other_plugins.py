"""Together with the plugins that people use, and with Pelican's own other modes."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest

from pelican_buttercms.emulator import create_app
from pelican_buttercms.emulator.server import serving

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def locations(text):
    """Read every location of a sitemap."""
    return {element.text for element in ET.fromstring(text).iter(f"{SITEMAP}loc")}


def test_the_own_sitemap_has_every_public_page_and_its_last_change(site, account):
    """Articles, pages, category, tag and author pages, dated by the CMS; no drafts."""
    account.post("p", tags=["tea"], updated="2024-08-09T10:11:12.000000Z")
    account.post("a-draft", status="draft")
    site.write("content/h.md", "Title: H\nDate: 2023-01-01\nSlug: h\nStatus: hidden\n\nx")
    account.page("*", "about", updated="2024-02-02T00:00:00Z")
    site.configure(BUTTERCMS_PAGE_TYPES=["*"])
    site.build(env={"BUTTERCMS_PREVIEW": "1"})
    text = site.read("sitemap.xml")
    assert locations(text) == {
        f"https://site.example/{path}"
        for path in (
            "",
            "p.html",
            "pages/about.html",
            "category/news.html",
            "tag/tea.html",
            "author/ada-lane.html",
        )
    }
    assert (
        "<url><loc>https://site.example/p.html</loc>"
        "<lastmod>2024-08-09T10:11:12+00:00</lastmod></url>"
    ) in text
    assert "<lastmod>2024-02-02T00:00:00+00:00</lastmod>" in text


def test_the_own_sitemap_can_be_off_and_is_silent_without_siteurl(site, account):
    """BUTTERCMS_SITEMAP turns it off; without SITEURL there is no absolute address to write."""
    account.post("p")
    site.configure(BUTTERCMS_SITEMAP=False)
    site.build()
    assert "sitemap.xml" not in site.files()
    site.configure(BUTTERCMS_SITEMAP=True, SITEURL="")
    site.build()
    assert "sitemap.xml" not in site.files()


def test_the_sitemap_plugin_takes_over_when_it_is_active(site, account):
    """Two plugins do not write one file."""
    account.post("p")
    site.configure(PLUGINS=["pelican_buttercms", "sitemap"], SITEMAP={"format": "xml"})
    site.build()
    assert "https://site.example/p.html" in site.read("sitemap.xml")
    assert "changefreq" in site.read("sitemap.xml")


def test_neighbors_links_cms_articles(site, account):
    """The neighbors plugin finds the next and the previous article."""
    for number in (1, 2, 3):
        account.post(f"p{number}", day=f"2024-0{number}-01")
    site.write(
        "templates/article.html",
        "{{ article.prev_article.slug }}|{{ article.next_article.slug }}",
    )
    site.configure(
        PLUGINS=["pelican_buttercms", "neighbors"], THEME_TEMPLATES_OVERRIDES=["templates"]
    )
    site.build()
    assert site.read("p2.html") == "p1|p3"


def test_more_categories_keeps_names_and_slugs(site, account):
    """The more-categories plugin makes its own categories of ours, under the CMS's slugs."""
    account.term("categories", "r-and-d", name="Research")
    account.post("p", categories=["r-and-d", "food"])
    site.configure(PLUGINS=["pelican_buttercms", "more_categories"])
    site.build()
    assert {"category/r-and-d.html", "category/food.html"} <= site.files()
    assert "p.html" in site.read("category/food.html")


def test_search_indexes_cms_articles(site, account):
    """The search plugin's index names the CMS's articles, with their rendered bodies."""
    account.post("p", body="<p>Saltmarsh</p>")
    site.configure(PLUGINS=["pelican_buttercms", "search"])
    site.build(env={"PATH": site.path_with_stork()})
    index = (site.folder / "index.toml").read_text()
    assert "p.html" in index


def test_i18n_subsites_builds_from_one_generation(site, account):
    """Each subsite has its own URLs of the one content, and the account is asked once."""
    account.post("p", body='<a href="{filename}/buttercms/pages/about">a</a>')
    account.page("*", "about", text="x")
    app = create_app(account.folder)
    with serving(app) as url:
        site.configure(
            PLUGINS=["pelican_buttercms", "i18n_subsites"],
            I18N_SUBSITES={"fr": {"SITENAME": "Le site"}},
            I18N_UNTRANSLATED_ARTICLES="keep",
            I18N_UNTRANSLATED_PAGES="keep",
            BUTTERCMS_PAGE_TYPES=["*"],
            BUTTERCMS_MAX_AGE=0,
            BUTTERCMS_API_URL=f"{url}/v2/",
        )
        printed = site.build(env={"BUTTERCMS_READ_TOKEN": "x"})
    assert len(app.calls) == 5  # posts, single pages, authors, categories, tags
    assert {"p.html", "pages/about.html", "fr/index.html"} <= site.files()
    assert 'href="https://site.example/pages/about.html"' in site.read("p.html")
    assert "Le site" in site.read("fr/index.html")
    assert "Move pelican_buttercms" not in printed


def test_a_wrong_order_of_plugins_is_told(site, account):
    """i18n_subsites works on articles that are there, so it comes later."""
    account.post("p")
    site.configure(PLUGINS=["i18n_subsites", "pelican_buttercms"], I18N_SUBSITES={})
    assert "Move pelican_buttercms to the front." in site.build()


def test_pelicans_own_cache_holds_no_content_of_ours(site, account):
    """CACHE_CONTENT pickles what it read from files; a second build reads it back unharmed."""
    account.post("p", summary="Short")
    site.write("content/local.md", "Title: Local\nDate: 2024-01-01\n\nx")
    for layer in ("reader", "generator"):
        site.configure(CACHE_CONTENT=True, LOAD_CONTENT_CACHE=True, CONTENT_CACHING_LAYER=layer)
        first = site.build("-d")
        second = site.build("-d")
        assert {"p.html", "local.html"} <= site.files()
        assert "WARNING" not in first + second


def test_an_installed_but_unconfigured_plugin_is_silent(site, account):
    """Without a setting or a token nothing is asked, added or said."""
    site.write("content/local.md", "Title: Local\nDate: 2024-01-01\n\nx")
    site.configure(PLUGINS=None, BUTTERCMS_API_URL=None)
    site.write("plugins/listed.py", "from pelican_buttercms import register\n")
    site.configure(PLUGINS=["listed"], PLUGIN_PATHS=["plugins"])
    printed = site.build()
    assert "local.html" in site.files()
    assert "ButterCMS" not in printed
    assert "sitemap.xml" not in site.files()


def test_a_site_that_does_not_want_it_loads_little(tmp_path):
    """Pelican takes up every installed plugin; the sites that have no use for it pay nothing."""
    (tmp_path / "content").mkdir()
    (tmp_path / "content/local.md").write_text("Title: Local\nDate: 2024-01-01\n\nx")
    (tmp_path / "listed.py").write_text("from pelican_buttercms import register\n")
    settings = 'TIMEZONE = "UTC"\nPLUGIN_PATHS, PLUGINS = ["."], ["listed"]\n'
    (tmp_path / "pelicanconf.py").write_text(settings)
    program = (
        "import sys\n"
        "from pelican import main\n"
        "main(['-s', 'pelicanconf.py', '-q'])\n"
        "names = {name for name in sys.modules if name.startswith('pelican_buttercms')}\n"
        "print(sorted(names), {'httpx', 'diskcache', 'sqlite3'} & sys.modules.keys())\n"
    )
    environment = {name: one for name, one in os.environ.items() if "BUTTERCMS" not in name}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = done.stdout.splitlines()[-1]
    assert "'pelican_buttercms.plugin'" in loaded
    assert "plugin.sites" not in loaded
    assert "fetch" not in loaded
    assert loaded.endswith("set()")
    assert (tmp_path / "output/local.html").exists()


@pytest.mark.parametrize("wanted", [True, False])
def test_an_env_file_that_cannot_be_read(site, account, wanted):
    """One paragraph where it is needed; no site that has nothing to do with it ends for it."""
    (site.folder / ".env").write_bytes(b"BUTTERCMS_READ_TOKEN=\xff\xfe\x00secret")
    site.write("content/local.md", "Title: Local\nDate: 2024-01-01\n\nx")
    site.configure(PLUGINS=None, BUTTERCMS_API_URL=None)
    site.write("plugins/listed.py", "from pelican_buttercms import register\n")
    names = ["pelican_buttercms"] if wanted else ["listed"]
    site.configure(PLUGINS=names, PLUGIN_PATHS=["plugins"])
    done = site.pelican()
    told = " ".join((done.stdout + done.stderr).split())
    assert done.returncode == (2 if wanted else 0)
    assert ".env" in told
    assert ("ButterCMS is left out of this build" in told) is not wanted
    assert "Traceback" not in told
    assert "secret" not in told


def test_a_build_that_asks_for_nothing_brings_no_http_client(site, account):
    """It would take a third of the time that this plugin takes to be imported."""
    account.post("a")
    site.fresh = True  # a process that has imported nothing
    site.write(
        "plugins/looking.py",
        "import sys\n"
        "from pelican.plugins import signals\n"
        "def look(pelican):\n"
        "    print('HTTP', sorted({'httpx', 'httpcore'} & sys.modules.keys()))\n"
        "def register():\n"
        "    signals.finalized.connect(look)\n",
    )
    plugins = {"PLUGINS": ["pelican_buttercms", "looking"], "PLUGIN_PATHS": ["plugins"]}
    site.configure(**plugins, BUTTERCMS_MAX_AGE="1h")
    assert "HTTP ['httpx']" in site.build()
    again = site.build()
    assert "no call made" in again
    assert "HTTP []" in again
