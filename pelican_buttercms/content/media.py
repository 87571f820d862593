"""Media values: the URL of a file in the media library, with its alternative text."""

from __future__ import annotations

import re
from typing import Any, Self
from urllib.parse import unquote

_FILES = {
    "cdn.buttercms.com": r"(?::443)?/(?:[^\s?#]+/)?(?P<handle>[^\s/?#]+)",
    "d2wzhk7xhrnk1x.cloudfront.net": r"/(?P<named>[^\s/?#_]+)_[^\s/?#]*",
    "d2devwt40at1e2.cloudfront.net": r"/api/file/(?P<filed>[^\s/?#]+)",
}
"""The library's host and the two that older content still names. Source: contract, "Media"."""

MEDIA_HOSTS = frozenset(_FILES)

_ADDRESSES = "|".join(f"{re.escape(host)}{path}" for host, path in _FILES.items())
_MEDIA = re.compile(rf"https?://(?:{_ADDRESSES})/?(?:[?#]\S*)?", re.IGNORECASE)

_KEYS_WITH_ALT = frozenset({"url", "alt"})


class Media(str):
    """An image or another file; it is its URL, and knows its alternative text.

    Attributes:
        alt: the alternative text, "" when none is known.
    """

    __slots__ = ("alt",)

    alt: str

    def __new__(cls, url: str, alt: str = "") -> Self:
        """Take the URL and, when it is known, the alternative text."""
        media = super().__new__(cls, url)
        media.alt = alt
        return media

    @property
    def url(self) -> str:
        """The URL as a plain string."""
        return str.__str__(self)

    @property
    def handle(self) -> str:
        """The file's name in the media library; "" for a file that is hosted elsewhere."""
        match = _MEDIA.fullmatch(self)
        return match[match.lastgroup] if match and match.lastgroup else ""

    @property
    def filename(self) -> str:
        """The last part of the URL, by which a link is known that has no other text."""
        return file_name(self.url) or self.url

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        return (self.url, self.alt)


def file_name(url: str) -> str:
    """Return the last part of a URL's path; an editor's need not be one that can be taken apart."""
    return unquote(re.split(r"[?#]", url, maxsplit=1)[0].rstrip("/").rpartition("/")[2])


def read_media(value: str | dict[str, Any]) -> Media | None:
    """Read a field's value as media; None when it is something else.

    A URL in the library, or `{"url", "alt"}` around one, as the API gives it on request
    (`alt_media_text`). Source: contract, "Field values inside `fields`".
    """
    if isinstance(value, str):
        return Media(value) if _MEDIA.fullmatch(value) else None
    url, alt = value.get("url"), value.get("alt")
    if not value.keys() <= _KEYS_WITH_ALT or not isinstance(url, str):
        return None
    return Media(url, alt if isinstance(alt, str) else "") if _MEDIA.fullmatch(url) else None


def media_or_none(url: str | None, alt: str | None = "") -> Media | None:
    """Take the URL of a field that can only be a picture; "" and null are None."""
    return Media(url, alt or "") if url else None
