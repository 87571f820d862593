"""Addresses of the media library in texts and HTML: found and replaced by one function.

Scripts and comments are left alone. So are addresses inside other addresses, such as
`https://web.archive.org/web/https://cdn.buttercms.com/abc`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from html import escape
import re

from pelican_buttercms.content.html_tokens import (
    Edit,
    StartTag,
    TextRun,
    edited,
    tokens,
    unescape_value,
)
from pelican_buttercms.content.raw_records import RawRecord
from pelican_buttercms.content.reference_syntax import walk

Replace = Callable[[str], str | None]
"""Returns what takes the place of a media address, None where it stays."""

_HOSTS = (
    r"(?:cdn\.buttercms\.com|d2wzhk7xhrnk1x\.cloudfront\.net"
    r"|d2devwt40at1e2\.cloudfront\.net(?=/api/file/[^/?#]))"
)
"""Today's host and the two that older content still names. Source: contract, "Media"."""

_HINT = re.compile(r"buttercms|cloudfront", re.IGNORECASE)
_ADDRESS = re.compile(
    rf"(?:https?:)?//(?P<host>{_HOSTS})(?::(?:80|443)?)?(?P<path>/[^\s?#][^\s#]*)(?P<fragment>#\S*)?",
    re.IGNORECASE,
)
_SIGN = (
    r"(?:\\/|&amp;|&#38;|&(?!#?\w+;)|,(?!(?:https?:)?(?:\\?/){2})"
    r"|[^\s\"'<>()\[\]{}|\\`&,«»\u2010-\u205e\u3000-\u303f])"
)
_SLASHES = r"(?:\\?/){2}"
_IN_TEXT = re.compile(
    rf"(?P<media>(?:https?:|(?<![\w:/\\])){_SLASHES}{_HOSTS}(?::\d*)?\\?/"
    rf"(?:{_SIGN}|\((?:{_SIGN})*\))+)"
    # or another address, with all that is in it
    rf"|(?:(?<![\w+.-])[a-z][a-z0-9+.-]{{0,30}}:)?{_SLASHES}[^\s\"'<>()]+",
    re.IGNORECASE,
)
_AT_END = re.compile(r"(?<![?!.,:;*_~])[?!.,:;*_~]+\Z")  # these end the sentence only
_CANDIDATE = re.compile(r"(?P<url>[^\s,]++(?:,++[^\s,]++)*+)(?:,|[^,]*)")
_STYLE = re.compile(
    r"/\*.*?(?:\*/|\Z)"
    r'|"(?P<double>(?:[^"\\\n]|\\.)*)"'
    r"|'(?P<single>(?:[^'\\\n]|\\.)*)'"
    r"|\burl\(\s*(?P<bare>(?:[^\s\"'()\\]|\\.)+)\s*\)",
    re.IGNORECASE | re.DOTALL,
)
_STYLE_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(\n)|(.))", re.DOTALL)
_REFRESH = re.compile(r"(?P<head>\s*[\d.]+\s*[;,]\s*(?:url\s*=\s*)?[\"']?)(?P<url>[^\"']*)", re.I)

_ADDRESSES = frozenset((
    "action", "background", "cite", "codebase", "data", "data-href", "data-src", "formaction",
    "href", "icon", "longdesc", "manifest", "poster", "src", "xlink:href",
))  # fmt: skip
"""Attributes that hold one address; others may hold addresses in a text, but for scripts."""


def canonical_address(text: str) -> tuple[str, str] | None:
    """Return the one spelling of a media address, and its fragment; None for anything else.

    Scheme, port and the case of the host make no difference to the file.
    """
    match = _ADDRESS.fullmatch(text) if _HINT.search(text) else None
    if match is None:
        return None
    return f"https://{match['host'].lower()}{match['path']}", match["fragment"] or ""


def replace_media(text: str, replace: Replace) -> str:
    """Replace the media addresses in a text, in Markdown, or in HTML; the rest keeps its bytes.

    Args:
        text: of any kind.
        replace: asked for each address in its one spelling, without its fragment, which is kept.
    """
    if not _HINT.search(text):
        return text
    bare = text.strip()
    if canonical_address(bare) and not _AT_END.search(bare) and ",http" not in bare.lower():
        return text.replace(bare, _replaced(bare, replace) or bare)
    return edited(text, _edits(text, replace))


def media_urls(records: Iterable[RawRecord]) -> list[str]:
    """Return every media address in the records, sorted: in media fields and inside texts."""
    urls: set[str] = set()

    def note(url: str) -> None:
        urls.add(url)

    for record in records:
        for text in walk(record.data):
            if isinstance(text, str):
                replace_media(text, note)
    return sorted(urls)


def srcset_addresses(value: str) -> Iterator[re.Match[str]]:
    """Find the candidates of a `srcset` as browsers do; the group `url` is the address.

    A comma inside an address, as the CDN's have, ends nothing.
    """
    return _CANDIDATE.finditer(value)


def _replaced(address: str, replace: Replace) -> str | None:
    canonical = canonical_address(address)
    new = replace(canonical[0]) if canonical else None
    return None if canonical is None or new is None else new + canonical[1]


def _edits(html: str, replace: Replace) -> Iterator[Edit]:
    for token in tokens(html):
        if isinstance(token, StartTag) and token.name in {"http:", "https:"}:
            raw = html[token.start : token.end]  # Markdown's `<https://…>`
            new = _in_text(raw, replace)
            if new != raw:
                yield token.start, token.end, new
        elif isinstance(token, StartTag):
            for attribute in token.attributes:
                if not _HINT.search(attribute.value):
                    continue
                new = _in_attribute(token, attribute.name, attribute.value, replace)
                if new != attribute.value:
                    yield attribute.replaced(new)
        elif isinstance(token, TextRun) and token.element in {"", "style"}:
            raw = html[token.start : token.end]
            new = _in_style(raw, replace) if token.element else _in_text(raw, replace)
            if new != raw:
                yield token.start, token.end, new


def _in_attribute(tag: StartTag, name: str, value: str, replace: Replace) -> str:
    parts: Iterable[re.Match[str]] | None = None
    if name.endswith("srcset"):
        parts = srcset_addresses(value)
    elif name == "ping":
        parts = re.finditer(r"(?P<url>\S+)", value)
    elif name == "content" and "refresh" in tag.value("http-equiv").lower():
        parts = _REFRESH.finditer(value)
    if parts is not None:
        return _in_parts(parts, value, replace)
    if name == "style":
        return _in_style(value, replace)
    address = re.sub(r"[\t\n\r]", "", value).strip()  # as browsers read it
    if canonical_address(address):
        return _replaced(address, replace) or value
    is_no_text = name in _ADDRESSES or name.startswith("on")
    return value if is_no_text else _in_text(value, replace, is_html=False)


def _in_parts(parts: Iterable[re.Match[str]], value: str, replace: Replace) -> str:
    news = ((*part.span("url"), _replaced(part["url"], replace)) for part in parts)
    return edited(value, [(start, end, new) for start, end, new in news if new is not None])


def _in_text(text: str, replace: Replace, *, is_html: bool = True) -> str:
    def new(match: re.Match[str]) -> str:
        if match["media"] is None:
            return match[0]
        written = match["media"]
        end = _AT_END.search(written)
        written = written[: end.start()] if end else written
        plain = (unescape_value(written) if is_html else written).replace("\\/", "/")
        address = _replaced(plain, replace)
        if address is None:
            return match[0]
        return (escape(address, quote=False) if is_html else address) + match[0][len(written) :]

    return _IN_TEXT.sub(new, text) if _HINT.search(text) else text


def _in_style(style: str, replace: Replace) -> str:
    def new(match: re.Match[str]) -> str:
        name = match.lastgroup
        if name is None:
            return match[0]  # a comment
        address = _replaced(_STYLE_ESCAPE.sub(_styled_character, match[name]).strip(), replace)
        if address is None:
            return match[0]
        quote = {"double": '"', "single": "'"}.get(name, "")
        if not quote and re.search(r"[\s\"'()\\]", address):
            quote = '"'
        if quote:
            address = re.sub(r"[\"'\\\n<]", lambda sign: f"\\{ord(sign[0]):x} ", address)
        start, end = (place - match.start() for place in match.span(name))
        head, tail = match[0][:start], match[0][end:]
        return head + (f"{quote}{address}{quote}" if name == "bare" else address) + tail

    return _STYLE.sub(new, style) if _HINT.search(style) else style


def _styled_character(match: re.Match[str]) -> str:
    if match[1]:
        number = int(match[1], 16)
        return chr(number) if 0 < number < 0x110000 else "\ufffd"
    return match[3] or ""
