"""How do the CMS's texts and times become what Pelican and its themes expect?

Jinja's autoescape is off in Pelican: themes print titles and summaries as HTML. What the CMS
calls text is therefore escaped here, as `Markup`, which `|e` leaves alone and `|striptags` undoes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape
from pelican.utils import SafeDatetime


def text_html(text: str) -> Markup:
    """Escape a text for HTML, quotes included."""
    return escape(text)


def paragraph_html(text: str) -> str:
    """Make a plain text one paragraph of HTML, as Pelican's readers do with a summary."""
    return f"<p>{escape(text)}</p>"


def name_html(name: str) -> str:
    """Keep a name from opening a tag, and leave `&` alone, since feeds escape names again."""
    return name.replace("<", "&lt;").replace(">", "&gt;")


def site_time(moment: datetime, zone: str) -> SafeDatetime:
    """Give a moment as a naive time in the site's zone.

    Pelican keeps an aware datetime in its own zone and would archive a post under the wrong day.
    """
    local = moment.astimezone(ZoneInfo(zone))
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
    """Give what `TYPOGRIFY` asks for; Pelican applies it in its readers, which we bypass."""
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
