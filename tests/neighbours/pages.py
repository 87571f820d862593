"""Pages in a form in which those of two builds can be compared."""

from __future__ import annotations

from html import unescape
import json
import re
from typing import Any

from tests.incremental.builds import QuickSite

_DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
_NOW = re.compile(rb"<lastmod>(?!2024).*?</lastmod>")


def with_entities_undone(site: QuickSite) -> dict[str, bytes]:
    """Read every page of a site; the CMS's titles are escaped, and those of local files are not.

    Whoever parses a page and writes it again chooses its quotes by what is in a text. Of feeds only
    the entries are compared: what a feed says besides is completed where the plugin is at work, for
    local articles too, and tests/plugin/test_feeds.py looks at it.
    """
    return {
        name: _undone(_entries(name, data.decode())).replace('"', "'").encode()
        for name, data in without_time(site.tree()).items()
        if name.endswith((".html", ".xml"))
    }


def without_time(files: dict[str, bytes]) -> dict[str, bytes]:
    """Take out when the site was built, which sitemaps say of lists."""
    return {name: _NOW.sub(b"", data) for name, data in files.items()}


def _entries(name: str, text: str) -> str:
    """Return the titles and addresses of a feed's entries; of another file all of it."""
    if "feeds/" not in name:
        return text
    entries = re.findall(r"<(entry|item)\b.*?>(.*?)</\1>", text, re.DOTALL)
    shown = [re.findall(r"<title>.*?</title>|<link[^>]*>[^<]*", entry) for _, entry in entries]
    return "\n".join("".join(parts).replace(' rel="alternate"', "") for parts in shown)


def _undone(text: str) -> str:
    text = _DATA.sub(lambda match: json.dumps(_plain(json.loads(match[1])), sort_keys=True), text)
    while text != (text := unescape(text)):
        pass
    return text


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return unescape(value) if isinstance(value, str) else value
