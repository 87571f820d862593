"""The API's feeds: RSS, Atom and a sitemap of posts, exact to the blank.

Source: the recorded feeds.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from pelican_buttercms.emulator.account import Data

_RSS_ITEM = """
      <item>
         <title>{title}</title>
         <link>/{slug}</link>{image}
         <dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">{author}</dc:creator>
         <pubDate>{date}</pubDate>
         <guid>/{slug}</guid>
         <description>{summary}</description>
         <content:encoded>
        <![CDATA[{body}]]>
      </content:encoded>
      </item>
      """
_RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/\
content/" xmlns:media="http://search.yahoo.com/mrss/" version="2.0">
   <channel>
      <title>Latest blog posts</title>
      <link>rss/</link>
      <description />
      <atom:link href="rss/" rel="self" />
      <language>en-us</language>
      <lastBuildDate>{date}</lastBuildDate>
      {items}
   </channel>
</rss>


"""
_ATOM_ENTRY = """
   <entry>
      <title>{title}</title>
      <link href="/{slug}" rel="alternate" />
      <published>{published}</published>
      <updated>{published}</updated>
      <author>
         <name>{author}</name>
      </author>
      <id>/{slug}</id>
      <summary type="html">{summary}</summary>
   </entry>
   """
_ATOM = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-us">
   <title>Latest blog posts</title>
   <link href="rss/" rel="alternate" />
   <link href="atom/" rel="self" />
   <id>rss/</id>
   <updated>{updated}</updated>
   {entries}
</feed>"""
_SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://www.sitemaps.org/schemas/sitemap/0.9 \
http://www.sitemaps.org/schemas/sitemap/0.9/sitemap.xsd">
 {urls}
</urlset>"""
_SITEMAP_URL = "\n  <url><loc>/{slug}</loc><lastmod>{day:%Y-%m-%d}</lastmod></url>\n "
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def rss(posts: list[Data]) -> str:
    """Return the RSS feed of posts as the list shows them."""
    newest = max((_published(post) for post in posts), default=_NEVER)
    items = "".join(_rss_item(post) for post in posts)
    return _RSS.format(date=format_datetime(newest), items=items)


def atom(posts: list[Data]) -> str:
    """Return the Atom feed of posts as the list shows them."""
    newest = max((_published(post) for post in posts), default=_NEVER)
    entries = "".join(
        _ATOM_ENTRY.format(published=_published(post).isoformat(), **_texts(post)) for post in posts
    )
    return _ATOM.format(updated=newest.isoformat(), entries=entries)


def sitemap(posts: list[Data]) -> str:
    """Return the sitemap of posts as the list shows them."""
    urls = "".join(_SITEMAP_URL.format(slug=post["slug"], day=_published(post)) for post in posts)
    return _SITEMAP.format(urls=urls)


def _rss_item(post: Data) -> str:
    url = post["featured_image"]
    image = f'\n         <media:content medium="image" url="{escape(url)}"/>' if url else ""
    return _RSS_ITEM.format(
        date=format_datetime(_published(post)), image=image, body=post["body"], **_texts(post)
    )


def _texts(post: Data) -> dict[str, str]:
    author = post["author"] or {}
    name = f"{author.get('first_name', '')} {author.get('last_name', '')}".strip()
    return {
        "slug": post["slug"],
        "title": escape(post["title"]),
        "summary": escape(post["summary"]),
        "author": escape(name),
    }


def _published(post: Data) -> datetime:
    return datetime.fromisoformat(post["published"]) if post["published"] else _NEVER
