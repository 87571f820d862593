"""Where do Pelican's generators keep the contents that they have collected?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

_CONTENTS: Final = (
    "articles",
    "translations",
    "hidden_articles",
    "hidden_translations",
    "drafts",
    "drafts_translations",
    "pages",
    "hidden_pages",
    "draft_pages",
    "draft_translations",
)
_FILES: Final = ("staticfiles",)


def contents_of(generators: Iterable[Any], *, files: bool = False) -> Iterator[Any]:
    """Give the articles and pages of generators in every state and language, in their order.

    Args:
        generators: Pelican's, and whoever's.
        files: give static files as well.
    """
    names = _CONTENTS + (_FILES if files else ())
    for generator in generators:
        for name in names:
            yield from getattr(generator, name, ())
