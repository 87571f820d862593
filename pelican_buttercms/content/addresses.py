"""Addresses: which texts of the CMS may become one, and how names are spelt in them."""

from __future__ import annotations

from collections.abc import Mapping
from html import unescape
from pathlib import PurePath
import re
from typing import Any, Final
from urllib.parse import quote

SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
"""What a link may begin with, besides a path; anything else may be a script."""

_UNSEEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_NEVER: Final = re.compile("[ \"'<>`{}|^\\\\\xa0]")  # in no address; quotes end an attribute
_SCHEME: Final = re.compile(r"([^/?#]*?):")
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.~/-]*")
_SCRIPT: Final = re.compile(r"(java|vb|live)script:|data:[\w.+-]*[/;,]")


def safe_address(value: object) -> str | None:
    """Return a text as an address that leads somewhere and runs nothing; None if it is none.

    Web addresses, `mailto:`, `tel:` and relative ones pass. Browsers leave out control characters
    and white space, and resolve character references, before they look for `javascript:`; so does
    this. What is in no address, such as a quote, is percent-encoded.
    """
    text = _UNSEEN.sub("", str(value)).strip()
    bare = "".join(_UNSEEN.sub("", unescape(text)).split())
    scheme = _SCHEME.match(bare)
    if scheme and scheme[1].lower() not in SCHEMES:
        return None
    return _NEVER.sub(lambda match: quote(match[0]), text)


def runs_script(value: str) -> bool:
    """Return whether a text would run something if it were taken for an address."""
    bare = "".join(_UNSEEN.sub("", unescape(value)).split()).lower()
    return _SCRIPT.match(bare) is not None


def encode_path(path: str) -> str:
    """Return the path of a file as it stands in an address, percent-encoded once."""
    return path if _PLAIN.fullmatch(path) else quote(path, safe="/", errors="replace")


class AddressPattern(str):
    """A pattern of addresses, such as `{slug}.html`: what it is filled in with is encoded.

    Pelican fills the same names into addresses and file names; files keep the names as they are.
    """

    __slots__ = ()

    def __str__(self) -> str:
        return self  # Pelican asks for a text before it fills it in

    def format(self, *values: object, **named: object) -> str:
        """Fill it in."""
        return super().format(*map(_encoded, values), **_encoded_all(named))

    def format_map(self, named: Any, /) -> str:
        """Fill it in."""
        return super().format_map(_encoded_all(named))


def _encoded(value: object) -> object:
    return encode_path(value) if isinstance(value, str) else value


def _encoded_all(named: Mapping[str, Any]) -> dict[str, Any]:
    """Encode everything but `url`, which paginated lists have of their own address."""
    return {
        name: value
        if name == "url" or (type(value) is str and _PLAIN.fullmatch(value))
        else _encoded(value)
        for name, value in named.items()
    }


_URLS: Final = re.compile(
    r"(?:ARTICLE|PAGE|DRAFT|DRAFT_PAGE)(?:_LANG)?_URL|(?:CATEGORY|TAG|AUTHOR)_URL"
)
_FEEDS: Final = re.compile(r"((?:CATEGORY|TAG|AUTHOR)_FEED_(?:ATOM|RSS))(?:_URL)?")


def encode_names(settings: dict[str, Any]) -> None:
    """Make Pelican's settings of addresses encode the names that they are filled in with.

    Slugs of the CMS, and of local files, may have spaces, `?`, `#`, `%` and letters of any
    language. Themes, feeds and plugins take addresses as Pelican gives them.
    """
    for name in [name for name in settings if _URLS.fullmatch(name)]:
        settings[name] = _pattern(settings[name])
    for name in [name for name in settings if _FEEDS.fullmatch(name)]:
        url = f"{name.removesuffix('_URL')}_URL"
        if given := settings.get(url) or settings[name]:
            settings[url] = _pattern(given)
    settings["PAGINATION_PATTERNS"] = [
        rule._replace(URL=_pattern(rule.URL)) for rule in settings["PAGINATION_PATTERNS"]
    ]


def _pattern(value: Any) -> Any:
    """Return a pattern as one of addresses; what is no text is Pelican's affair."""
    return AddressPattern(value) if isinstance(value, str | PurePath) else value
