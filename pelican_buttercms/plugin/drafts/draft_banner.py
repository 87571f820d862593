"""The banner that marks a page of a preview as a draft, whatever the theme.

Every page of a preview is `noindex`. Both are put into the written file, so that a theme that
knows nothing of drafts cannot leave them out; no live page is ever touched.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from markupsafe import Markup

from pelican_buttercms.content.html_tokens import edited, start_tags

NOINDEX = '<meta name="robots" content="noindex, nofollow">'

_LABELS = {
    "draft": "This is a draft. It is not published.",
    "scheduled": "This version is scheduled{}. It is not published yet.",
    "changed": "This is a draft of a new version. What is published looks different.",
}
_STYLE = (
    "margin:0;padding:.6rem 1rem;background:#8a3b00;color:#fff;"
    "font:600 1rem/1.4 system-ui,sans-serif;text-align:center;position:relative;z-index:9999"
)


MARKED_BY = ("article", "page", "SITEURL")
"""The names that a mark depends on."""


def is_page(path: str) -> bool:
    """Return whether a file is one that a browser shows as a page."""
    return path.endswith((".html", ".htm"))


def mark(path: str, context: dict[str, Any]) -> None:
    """Mark a page that a preview has written."""
    if is_page(path):
        file = Path(path)
        text = file.read_text(encoding="utf-8")
        file.write_text(marked(text, context), encoding="utf-8")


def marked(text: str, context: dict[str, Any]) -> str:
    """Return a page of a preview with its banner."""
    text = _after("head", text, NOINDEX)
    if content := next((c for c in map(context.get, ("article", "page")) if c), None):
        text = _after("body", text, _banner(content, context.get("SITEURL", "")))
    return text


def _after(name: str, text: str, addition: str) -> str:
    """Add something behind the first start tag of that name."""
    tag = next((tag for tag in start_tags(text) if tag.name == name), None) if addition else None
    return edited(text, [(tag.end, tag.end, addition)]) if tag else text


def _banner(content: Any, siteurl: str) -> str:
    state = getattr(content, "preview_state", None)
    if state is None:
        return ""
    when = content.butter.scheduled
    label = _LABELS[state].format(f" for {when:%Y-%m-%d %H:%M} UTC" if when else "")
    banner = Markup(
        '<p role="status" class="butter-draft" data-state="{state}" style="{style}">{label}'
        ' <a style="color:inherit" href="{siteurl}/drafts/">All drafts</a></p>'
    ).format(state=state, style=_STYLE, label=label, siteurl=siteurl)
    return str(banner)  # a Markup would escape the page that it is added to
