"""What Pelican takes a path of the site for: an article, a page, or a file that it generates."""

from __future__ import annotations

from collections.abc import Iterable
import os
from pathlib import Path
import posixpath

from pelican_buttercms.publish.drafts.local_files import is_file
from pelican_buttercms.publish.drafts.pelican_site import STRUCTURED, DraftSite


def is_page(site: DraftSite, path: Path) -> bool:
    """Return whether a file lies where Pelican takes it for a page."""
    return _is_read(path) and _is_below(site, path, site.settings["PAGE_PATHS"])


def is_article(site: DraftSite, path: Path) -> bool:
    """Return whether a file lies where Pelican takes it for an article."""
    excluded = [*site.settings["ARTICLE_EXCLUDES"], *site.settings["PAGE_PATHS"]]
    is_there = _is_below(site, path, site.settings["ARTICLE_PATHS"])
    return _is_read(path) and is_there and not _is_below(site, path, excluded)


def _is_read(path: Path) -> bool:
    return path.suffix.removeprefix(".") not in STRUCTURED


def _is_below(site: DraftSite, path: Path, folders: Iterable[str]) -> bool:
    whole = path.absolute()
    return any(whole.is_relative_to(os.path.normpath(site.content / one)) for one in folders)


def is_generated(site: DraftSite, path: str) -> bool:
    """Return whether the built site has a file that does not come from the content folder.

    The theme, EXTRA_PATH_METADATA and plugins add files; the last build's output shows them.
    The path is relative to some page of the site.
    """
    name = posixpath.normpath(f"/{path}").lstrip("/")  # `..` leads no higher than the site
    moved = (extra.get("path", "") for extra in site.settings["EXTRA_PATH_METADATA"].values())
    if any(f"/{one}".endswith(f"/{name}") for one in moved):
        return True
    theme, below = Path(site.settings["THEME"]), f"{site.settings['THEME_STATIC_DIR']}/"
    statics = [theme / one for one in site.settings["THEME_STATIC_PATHS"]]
    if name.startswith(below) and any(is_file(f / name[len(below) :]) for f in statics):
        return True
    return is_file(Path(site.settings["OUTPUT_PATH"]) / name)
