"""The sizes and the several widths of downloaded pictures, added to the images of a body."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
import re
from typing import Protocol

from pelican_buttercms.content.html_tokens import Edit, EndTag, StartTag, edited, tokens
from pelican_buttercms.store import Picture

_PIXELS = re.compile(r"\s*([1-9][0-9]{0,4})(?:px)?\s*")
_SIZED = re.compile(r"(?:^|[;\s-])(?:width|height)\s*:", re.IGNORECASE)


class PictureSource(Protocol):
    """Knows the downloaded pictures by their media addresses."""

    def picture(self, url: str) -> Picture | None:
        """Return what is known of a picture."""

    def srcset(self, url: str, siteurl: str, form: str) -> str | None:
        """Return its `srcset` in a format."""


def add_sizes(html: str, media: PictureSource, siteurl: str) -> str:
    """Add `width`, `height`, `loading` and `srcset` to the downloaded pictures of a body.

    What an image has already stays. AVIF goes into a `picture` around it, for browsers that cannot
    show it.
    """
    return edited(html, _edits(html, media, siteurl)) if "<img" in html.lower() else html


def _edits(html: str, media: PictureSource, siteurl: str) -> Iterator[Edit]:
    depth = 0
    for token in tokens(html):
        if isinstance(token, StartTag | EndTag) and token.name == "picture":
            depth = max(0, depth + (1 if isinstance(token, StartTag) else -1))
        if not isinstance(token, StartTag) or token.name != "img":
            continue
        address = token.value("src")
        picture = media.picture(address)
        if picture is None:
            continue
        width, height, added = _size(token, picture)
        has_own = depth or token.get("srcset") or token.get("sizes")
        webp, avif = (media.srcset(address, siteurl, form) for form in ("webp", "avif"))
        is_lazy = token.value("loading").strip().lower() in {"", "lazy"}
        sizes = f"{'auto, ' if is_lazy else ''}(max-width: {width}px) 100vw, {width}px"
        if avif and not has_own:
            source = f'<source type="image/avif" srcset="{escape(avif)}" sizes="{sizes}"'
            yield token.start, token.start, f'<picture>{source} width="{width}" height="{height}">'
        if webp and not has_own:
            yield token.added("srcset", webp)
            yield token.added("sizes", sizes)
        for name, value in added.items():
            yield token.added(name, str(value))
        if not token.get("loading"):
            yield token.added("loading", "lazy")
        if avif and not has_own:
            yield token.end, token.end, "</picture>"


def _size(tag: StartTag, picture: Picture) -> tuple[int, int, dict[str, int]]:
    """Return the size at which an image is shown, and the attributes that it lacks for that."""
    width, height = picture.width, picture.height
    if _SIZED.search(tag.value("style")):
        return width, height, {}
    given = {name: tag.get(name) for name in ("width", "height")}
    pixels = {n: _PIXELS.fullmatch(one.value) for n, one in given.items() if one and one.value}
    if not pixels and not any(given.values()):
        return width, height, {"width": width, "height": height}
    asked = {name: int(match[1]) for name, match in pixels.items() if match}
    if len(asked) != sum(one is not None for one in given.values()):
        return width, height, {}  # percentages, which no number can complete
    if "width" in asked:
        whole = asked.get("height") or max(1, round(asked["width"] * height / width))
        return asked["width"], whole, {} if "height" in asked else {"height": whole}
    whole = max(1, round(asked["height"] * width / height))
    return whole, asked["height"], {"width": whole}
