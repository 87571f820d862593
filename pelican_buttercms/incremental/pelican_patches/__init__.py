"""Which of Pelican's own loops grow faster than the site, and how are they cut short?

What is written stays the same, byte for byte. Everything is done to the objects of one build, by
Pelican's own functions where they can be called with less; its classes and modules, which other
sites in the process share, are left alone. An unknown version of Pelican, and whatever another
plugin has replaced before, is left as it is: the site is the same, and takes longer.
`benchmarks/upstream.md` has the changes that would make this package needless.
"""

from __future__ import annotations

from typing import Any

import pelican
from pelican.contents import Content

from pelican_buttercms.incremental.pelican_patches import (
    content_init,
    content_urls,
    period_archives,
    taxonomy_pages,
)

KNOWN = ("4.11.", "4.12.")
"""The versions of Pelican whose loops and writer were read."""

ENABLED = True
"""Tests compare with what Pelican writes without."""


def quicken_content(content: Content) -> None:
    """Make the URL of a new article or page cheap to ask for."""
    if is_on():
        content_urls.quicken(content)


def fill_content(
    content: Any, kind: Any, text: str, metadata: Any, *, settings: Any, path: str, context: Any
) -> None:
    """Make an article or a page of an object that is there.

    Args:
        content: the object.
        kind: Pelican's class.
        text: its body.
        metadata: see `Content.__init__`, as for the others.
        settings: Pelican's.
        path: of its file, which need not be there.
        context: of the generator.
    """
    if is_on():
        content_init.fill(
            content, kind, text, metadata, settings=settings, path=path, context=context
        )
    else:
        content.__init__(text, metadata, settings, path, context)


def is_valid(content: Content) -> bool:
    """Say whether Pelican takes a content as valid; it tells what is wrong with one that is not."""
    return content_init.is_valid(content) if is_on() else bool(content.is_valid())


def register(generator: Any, content: Content) -> None:
    """Note the path and the links of a content, as its generator does for each file."""
    if is_on():
        content_init.register(generator, content)
    else:
        generator.add_source_path(content)
        generator.add_static_links(content)


def quicken_lists(generator: Any) -> None:
    """Make the lists of articles by tag, category, author and period take linear time.

    Args:
        generator: Pelican's generator of articles, before it makes its taxonomies.
    """
    if is_on():
        taxonomy_pages.quicken(generator)
        period_archives.quicken(generator)


def is_on() -> bool:
    """Say whether these loops are known, and are to be cut short."""
    return ENABLED and pelican.__version__.startswith(KNOWN)
