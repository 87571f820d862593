"""What does Pelican work out for a new content that is known already?

The path of a content in the content folder, from two absolute paths, twice; whether its place is
inside the output folder, from two more; which static files its text links to, though it has no
placeholder at all; and its dates in words, piece by piece (see `moments`). None of it is
remembered, and whatever does not look usual, or belongs to another plugin, is left to Pelican.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
import os
from typing import Any

from pelican_buttercms.incremental.introspection import module_of
from pelican_buttercms.incremental.pelican_patches import dates as moments
from pelican_buttercms.incremental.pelican_patches.identity_list import is_pelicans

_PATH = "get_relative_source_path"
_USUAL = r"[{|](?P<what>.*?)[|}]"  # Pelican's INTRASITE_LINK_REGEX
_VALIDITY = (
    "is_valid",
    "_has_valid_mandatory_properties",
    "_has_valid_save_as",
    "_has_valid_status",
)


def fill(
    content: Any, kind: Any, text: str, metadata: Any, *, settings: Any, path: str, context: Any
) -> None:
    """Make an article or a page with Pelican's own `__init__`, which asks for its path."""
    known = _are_pelicans(kind, _PATH, "__init__")
    relative = inside(settings["PATH"], path) if known else None
    if relative is None:
        content.__init__(text, metadata, settings, path, context)
        return
    dates = moments.quickened(metadata, settings)
    setattr(content, _PATH, _Path(content, path, relative))
    try:
        content.__init__(text, {**metadata, **dates}, settings, path, context)
    finally:
        delattr(content, _PATH)
    moments.give_back(content, dates, metadata)


class _Path:
    """Stands for `Content.get_relative_source_path` while one content is made."""

    __slots__ = ("content", "path", "relative")

    def __init__(self, content: Any, path: str, relative: str) -> None:
        self.content = content
        self.path = path
        self.relative = relative

    def __call__(self, source_path: str | None = None) -> Any:
        """Give the known path, unless another one is asked for."""
        if not source_path and self.content.source_path == self.path:
            return self.relative
        return type(self.content).get_relative_source_path(self.content, source_path)


def inside(folder: str, path: str) -> str | None:
    """Give the path from a folder to a file below it, None if it takes more than a look."""
    plain = os.sep == "/" and _is_plain(folder) and path.startswith(f"{folder}/")
    return path[len(folder) + 1 :] if plain and os.path.normpath(path) == path else None


@lru_cache(maxsize=16)
def _is_plain(folder: Any) -> bool:
    """Say whether a folder is spelt as Pelican's settings do it: absolute, with no detours."""
    is_absolute = isinstance(folder, str) and folder.startswith("/") and folder.strip("/") != ""
    return is_absolute and os.path.normpath(folder) == folder


def is_valid(content: Any) -> bool:
    """Say whether Pelican takes a content as valid; it tells what is wrong with one that is not."""
    return _is_surely_valid(content) or bool(content.is_valid())


def _is_surely_valid(content: Any) -> bool:
    kind = type(content)
    return (
        _are_pelicans(kind, *_VALIDITY)
        and all(hasattr(content, name) for name in kind.mandatory_properties)
        and content.status in kind.allowed_statuses
        and stays_inside(content.save_as)
    )


def stays_inside(save_as: Any) -> bool:
    """Say whether a path surely leads to a place below the output folder."""
    plain = os.sep == "/" and isinstance(save_as, str)
    return plain and not os.path.normpath(save_as).startswith(("..", "/"))


def register(generator: Any, content: Any) -> None:
    """Do what a generator does with a content that it has read: note its path and its links."""
    path = content.relative_source_path
    kind = type(content)
    known = is_pelicans(generator, "add_source_path") and _are_pelicans(kind, _PATH)
    if known and path and inside(content.settings["PATH"], content.source_path) == path:
        generator.context["generated_content"][path] = content
    else:
        generator.add_source_path(content)
    unread = is_pelicans(generator, "add_static_links") and _are_pelicans(kind, "get_static_links")
    if not unread or may_have_placeholders(content._content, content.settings):
        generator.add_static_links(content)


def may_have_placeholders(html: str, settings: Mapping[str, Any]) -> bool:
    """Return whether a text may hold link placeholders; most hold no bracket of theirs."""
    return settings["INTRASITE_LINK_REGEX"] != _USUAL or "{" in html or "|" in html


def _are_pelicans(kind: Any, *names: str) -> bool:
    """Say whether no plugin has replaced these methods on the class of a content."""
    return _come_from_pelican(*(getattr(kind, name, None) for name in names))


@lru_cache(maxsize=64)
def _come_from_pelican(*methods: Any) -> bool:
    return all(module_of(one) == "pelican.contents" for one in methods)
