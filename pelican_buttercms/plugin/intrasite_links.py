"""Pelican's link placeholders in the CMS's HTML: those that lead out of the content are undone.

`{static}` and `{attach}` copy a file into the output, from wherever the path leads: an editor
could publish `{attach}/../.env`. And Pelican ends with a traceback where an address is none.
"""

from __future__ import annotations

import logging
from pathlib import Path
import posixpath
import re
from typing import Any
from urllib.parse import urlparse

from pelican_buttercms import pelican_internals
from pelican_buttercms.content.api_schema import brief
from pelican_buttercms.filesystem import SafeFolder
from pelican_buttercms.incremental.pelican_patches.content_init import may_have_placeholders

logger = logging.getLogger(__name__)


def defuse(html: str, content: Any) -> str:
    """Return HTML whose placeholders can be resolved: all others become plain text.

    Args:
        html: of the CMS.
        content: the article or page that shows it.
    """
    if not may_have_placeholders(html, content.settings):
        return html

    def checked(match: re.Match[str]) -> str:
        if _stays_inside(match["value"], content):
            return match[0]
        logger.warning(
            "%s links to '%s', which is no place in the content folder. The link was left as it"
            " is: correct it in ButterCMS.",
            content.source_path,
            brief(match["path"]),
        )
        start = match.start("path") - match.start()
        return f"{match[0][:start]}&#{ord(match['path'][0])};{match[0][start + 1 :]}"

    return str(pelican_internals.link_pattern(content).sub(checked, html))


def _stays_inside(value: str, content: Any) -> bool:
    try:
        path = urlparse(value).path.replace("\\", "/").replace("%20", " ")
    except ValueError:
        return False
    if "\0" in path:
        return False
    folder = posixpath.dirname(content.get_relative_source_path() or "")
    whole = path[1:] if path.startswith("/") else posixpath.join(folder, path)
    if posixpath.normpath(whole).split("/")[0] in {"..", ""}:  # "" where it is absolute
        return False
    root = Path(content.settings["PATH"])
    try:
        return SafeFolder(root).holds(root / whole)  # a link in the folder may lead out of it
    except (OSError, ValueError):
        return False
