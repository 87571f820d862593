"""The CMS's texts and times as Pelican and its themes expect them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
import logging
import re
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import escape
from pelican.utils import SafeDatetime

from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.content.addresses import safe_address
from pelican_buttercms.content.media import Media
from pelican_buttercms.plugin.cms_text import CmsText

logger = logging.getLogger(__name__)

_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


_NOT_IN_BYTES = bytes([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)])


_NOTHING = CmsText()


def cms_text(text: str) -> CmsText:
    """Return a plain text of the CMS as one that is safe wherever a theme prints it."""
    return CmsText(printable(text)) if text else _NOTHING


def cms_address(owner: object, text: str) -> CmsText:
    """Return a text of the CMS as an address; "" and a warning where it is none to be linked.

    Args:
        owner: whose address it is, for the warning.
        text: what an editor has put there.
    """
    address = safe_address(text)
    if address is None:
        warn_of_address(owner, text)
    return CmsText(address or "")


def cms_picture(owner: object, picture: Media | None) -> Media | None:
    """Return a picture, None and a warning if its address is none."""
    if not picture:
        return None
    url = cms_address(owner, picture).plain
    if url == picture or not url:
        return picture if url else None
    return Media(url, getattr(picture, "alt", ""))


def warn_of_address(owner: object, text: str) -> None:
    """Warn of an address that was left out."""
    logger.warning(
        "%s: the address '%s' was left out. A link is a web address, mailto:, tel: or a path;"
        " correct it in ButterCMS.",
        clean_line(owner, 200),
        clean_line(text, 80),
    )


def paragraph_html(text: str) -> str:
    """Return a plain text as one paragraph of HTML, as Pelican's readers do with a summary."""
    return f"<p>{escape(printable(text))}</p>"


def printable(text: str) -> str:
    """Return a text without the characters that XML forbids: a single one breaks every feed."""
    if text.isprintable() or _has_none(text):
        return str(text)
    return _NOT_IN_XML.sub("", text)


def _has_none(text: str) -> bool:
    """Return whether a text surely has none of them, in a sixth of the time of a search."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return False
    # U+FFFE and U+FFFF begin with these bytes
    return b"\xef\xbf" not in data and len(data.translate(None, _NOT_IN_BYTES)) == len(data)


def site_time(moment: datetime, zone: str) -> SafeDatetime:
    """Return a moment as a naive time in the site's zone; a naive one is that already.

    Pelican keeps an aware datetime in its own zone and would archive a post under the wrong day.
    At the ends of the calendar, where the zone has no such time, it is that of UTC.
    """
    try:
        local = moment.astimezone(ZoneInfo(zone)) if moment.tzinfo else moment
    except OverflowError:
        local = moment
    return SafeDatetime(
        local.year,
        local.month,
        local.day,
        local.hour,
        local.minute,
        local.second,
        local.microsecond,
    )


def typographer(settings: dict[str, Any]) -> Callable[[str], str]:
    """Return what `TYPOGRIFY` asks for; Pelican applies it in its readers, which we bypass."""
    if not settings.get("TYPOGRIFY"):
        return str
    import smartypants  # noqa: PLC0415  (optional, as in Pelican)
    from typogrify.filters import typogrify  # noqa: PLC0415

    dashes = {"oldschool": "set2", "oldschool_inverted": "set3"}
    chosen = dashes.get(settings["TYPOGRIFY_DASHES"], "set1")
    attributes = getattr(smartypants.Attr, chosen) | smartypants.Attr.w
    omitted = dict.fromkeys(settings["TYPOGRIFY_OMIT_FILTERS"], False)

    def improve(text: str) -> str:
        smartypants.Attr.default = attributes
        return str(typogrify(text, settings["TYPOGRIFY_IGNORE_TAGS"], **omitted)) if text else text

    return improve
