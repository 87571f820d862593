"""Links of the documentation to files of the repository that are not part of it.

On GitHub they lead to the file. The built documentation has no such file, and names it instead.
"""

from __future__ import annotations

import posixpath
import re
from typing import Any

_LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<target>\.\./[^)\s]+)\)")


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Return the text of a page without links that lead out of the documentation."""
    del config

    def link(match: re.Match[str]) -> str:
        folder = posixpath.dirname(page.file.src_uri)
        target = posixpath.normpath(posixpath.join(folder, match["target"].partition("#")[0]))
        if not target.startswith("../") and files.get_file_from_path(target):
            return match[0]
        if not target.startswith("../"):
            return match[0]  # a broken link, which the build refuses
        path = target.removeprefix("../")
        text = match["text"]
        return text if path in text else f"{text} (`{path}`)"

    return _LINK.sub(link, markdown)
