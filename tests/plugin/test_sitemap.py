"""The sitemap's file format."""

from datetime import UTC, datetime
import xml.etree.ElementTree as ET

from pelican_buttercms.plugin.sitemap import SitemapUrl, write_sitemap

NS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def locations(path):
    """Read every location of a sitemap."""
    return [element.text for element in ET.parse(path).iter(f"{NS}loc")]


def test_urls_are_absolute_escaped_and_dated(tmp_path):
    """An entry has its address, its last change, and its translations with itself among them."""
    moment = datetime(2024, 5, 17, 14, 13, 46, 787, tzinfo=UTC)
    links = (("de", "de/x.html"), ("en", "x.html"))
    write_sitemap([SitemapUrl("x.html?a&b", moment, links)], tmp_path, "https://s.example")
    text = (tmp_path / "sitemap.xml").read_text()
    assert "<loc>https://s.example/x.html?a&amp;b</loc>" in text
    assert "<lastmod>2024-05-17T14:13:46+00:00</lastmod>" in text
    assert (
        '<xhtml:link rel="alternate" hreflang="de" href="https://s.example/de/x.html"/>'
        '<xhtml:link rel="alternate" hreflang="en" href="https://s.example/x.html"/>'
    ) in text
    assert locations(tmp_path / "sitemap.xml") == ["https://s.example/x.html?a&b"]


def test_too_many_urls_become_several_files_and_an_index(tmp_path):
    """sitemaps.org allows 50,000 URLs a file; the index names the parts."""
    entries = [SitemapUrl(f"{number}.html") for number in range(5)]
    write_sitemap(entries, tmp_path, "https://s.example", per_file=2)
    parts = [f"https://s.example/sitemap-{number}.xml" for number in (1, 2, 3)]
    assert locations(tmp_path / "sitemap.xml") == parts
    found = [u for n in (1, 2, 3) for u in locations(tmp_path / f"sitemap-{n}.xml")]
    assert found == [f"https://s.example/{number}.html" for number in range(5)]
    assert ET.parse(tmp_path / "sitemap.xml").getroot().tag == f"{NS}sitemapindex"
