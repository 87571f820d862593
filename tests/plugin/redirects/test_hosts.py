"""What hosts read: the user's own rules, odd names, folders of a site, languages and sub-sites."""

import pytest

from pelican_buttercms.plugin.redirects import formats
from tests.plugin.redirects.conftest import history, rename, rules


def test_rules_of_the_user_come_first(moving):
    """The file of the content folder is not lost, and not written over."""
    moving.write("content/static/rules", "/mine /yours 302\n")
    moving.settings["EXTRA_PATH_METADATA"] = {"static/rules": {"path": "_redirects"}}
    rename(moving, "first", "better")
    moving.remake()
    lines = ["/mine /yours 302", "", "# pelican-buttercms: addresses that have changed"]
    lines.append("/first.html /better.html 301")
    assert moving.read("_redirects").splitlines() == lines
    assert moving.make().rendered == 0
    moving.write("content/static/rules", "/mine /theirs 302")
    moving.remake()
    assert moving.read("_redirects").startswith("/mine /theirs 302\n\n#")
    moving.settings["BUTTERCMS_REDIRECTS"] = []
    moving.remake()
    assert moving.read("_redirects") == "/mine /theirs 302"


@pytest.mark.parametrize(
    "slug", ["käse & brot", "a b", "100%", "a$b", "a*b", ":a", "日本", "a;{b}"]
)
def test_odd_names(moving, slug):
    """One line each, with nothing in it that a host could take for something else."""
    rename(moving, "first", slug)
    moving.make()
    rename(moving, slug, "plain")
    moving.remake()
    (odd, first) = sorted(rules(moving), key=lambda line: line.startswith("/first"))
    assert first == "/first.html /plain.html 301"
    assert odd.split(" ")[1:] == ["/plain.html", "301"]
    assert not set("*:$;{}&") & set(odd.split(" ")[0])
    assert f'"/{slug}.html" "/plain.html";' in moving.read("redirects.map").splitlines()
    assert "url=https://site.example/plain.html" in moving.read(f"{slug}.html")
    rename(moving, "plain", slug)
    moving.remake()
    assert all(line.count(" ") == 2 for line in rules(moving))


def test_a_map_of_nginx_tells_upper_case_from_lower(moving):
    """Its plain keys match in any case, so that the new address would lead to itself."""
    rename(moving, "first", "First")
    moving.make()
    assert moving.read("redirects.map") == '"~^/first\\x2ehtml$" "/First.html";\n'
    assert "First.html" in moving.read("sitemap.xml")


def test_quotes_of_a_line_by_hand_in_a_map():
    """They do not end the text."""
    assert list(formats.nginx({"/a%22%5C": "/b"}, ["/c"])) == [
        '"/a\\"\\\\" "/b";',
        '"/c" "gone";',
    ]


def test_cloudflare(moving):
    """It shows pages without `.html`, redirects before it looks for files, and has no 410."""
    moving.settings["BUTTERCMS_REDIRECTS"] = ["cloudflare"]
    rename(moving, "first", "better")
    moving.account.delete("posts/third.json")
    moving.remake()
    assert rules(moving) == ["/first.html /better.html 301", "/first /better.html 301"]
    moving.settings |= {"ARTICLE_URL": "{slug}/", "ARTICLE_SAVE_AS": "{slug}/index.html"}
    moving.remake()
    assert "/better.html /better/ 301" in rules(moving)
    assert not any(line.startswith("/better ") for line in rules(moving))


def test_a_site_in_a_folder_of_a_host(moving):
    """As GitHub has them: hosts see the folder, files are without."""
    moving.settings["SITEURL"] = "https://me.example/blog"
    rename(moving, "first", "better")
    moving.account.delete("posts/third.json")
    moving.remake()
    assert rules(moving) == [
        "/blog/first.html /blog/better.html 301",
        "/blog/third.html /blog/404.html 410",
    ]
    assert "url=https://me.example/blog/better.html" in moving.read("first.html")
    assert "/first.html" in {row[0] for row in history(moving)}


def test_a_page_gives_way_to_local_files(moving):
    """A local article has the address, a static file stands where a folder would be."""
    rename(moving, "first", "better")
    moving.account.delete("single_pages/about.json")
    moving.account.page("*", "us", published="2024-03-01T09:00:00.123456Z", body="x")
    moving.write("content/local.md", "Title: Mine\nDate: 2024-01-01\nSlug: FIRST\n\nText")
    moving.write("content/images/pages", "a file")
    moving.settings |= {
        "STATIC_PATHS": ["images/pages"],
        "EXTRA_PATH_METADATA": {"images/pages": {"path": "pages"}},
        "PAGE_URL": "{slug}.html",
        "PAGE_SAVE_AS": "{slug}.html",
    }
    moving.remake()
    assert "first.html" not in moving.files()  # a disk that knows no case has one of them
    assert moving.read("pages") == "a file"
    assert "/pages/about.html /us.html 301" in rules(moving)


def test_every_language(moving):
    """Each version has its own addresses, in one build."""
    moving.account.translate(
        "posts/second", "de", slug="zwei", title="Zwei", created="2024-02-02T00:00:00Z"
    )
    moving.account.settings(locales=["en", "de"])
    moving.settings["BUTTERCMS_LOCALES"] = ["en", "de"]
    moving.make()
    moving.account.post("second", day="2024-01-02", categories=["tea"])
    moving.account.translate(
        "posts/second", "de", slug="drei", title="Zwei", created="2024-02-02T00:00:00Z"
    )
    moving.remake()
    assert rules(moving) == ["/zwei-de.html /drei-de.html 301"]


def test_sub_sites(moving):
    """Each answers in its folder; the host's rules are in the main one."""
    moving.account.page("*", "about", published="2024-03-01T09:00:00.123456Z", body="<p>Us.</p>")
    moving.account.settings(locales=["en", "de"])
    moving.account.translate("single_pages/about", "de", fields={"body": "Wir"})
    moving.settings |= {
        "PLUGINS": ["pelican_buttercms", "i18n_subsites"],
        "I18N_SUBSITES": {"de": {}},
        "BUTTERCMS_LOCALES": {"en": [], "de": ["en"]},
        **dict.fromkeys(("ARTICLE_LANG_URL", "ARTICLE_LANG_SAVE_AS"), None),
        **dict.fromkeys(("PAGE_LANG_URL", "PAGE_LANG_SAVE_AS"), None),
    }
    moving.make()
    assert rules(moving) == []
    rename(moving, "first", "better")
    moving.remake()
    assert rules(moving) == ["/first.html /better.html 301"]
    assert moving.read("de/redirects.map") == '"/de/first.html" "/de/better.html";\n'
    assert "url=https://site.example/de/better.html" in moving.read("de/first.html")
    assert "de/_redirects" not in moving.files()
    assert "/de/pages/about.html" in {row[0] for row in history(moving)}
    assert moving.make().rendered == 0
