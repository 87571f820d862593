"""Which pages wait for each other, so that several processes may render them? If any may."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
import logging
from typing import Any

from jinja2 import Environment
from pelican.generators import ArticlesGenerator, PagesGenerator
from pelican.plugins import signals

from pelican_buttercms.incremental import process_pool
from pelican_buttercms.incremental.caching_writer import Pages
from pelican_buttercms.incremental.compatibility import hear
from pelican_buttercms.incremental.host import Options
from pelican_buttercms.incremental.input_registry import Objects
from pelican_buttercms.incremental.pure_functions import Purity

logger = logging.getLogger(__name__)


def engage(pages: Pages, generators: Sequence[Any], wanted: int, reason: str | None) -> None:
    """Let the pages of each generator wait for each other, if several processes render.

    Args:
        pages: what stands for Pelican's writer.
        generators: Pelican's.
        wanted: how many processes the user wants.
        reason: why pages may not be rendered side by side, None if they may.
    """
    if wanted == 1:
        return
    reason = process_pool.why_not(wanted) or reason
    if reason is not None:
        logger.info("Pages are rendered by one process: %s.", reason)
        return
    pages.workers = wanted
    for generator in generators:
        if type(generator) is ArticlesGenerator:
            generator.generate_pages = partial(_waiting, pages, generator.generate_pages)
        elif type(generator) is PagesGenerator and not hear(signals.page_writer_finalized):
            generator.generate_output = partial(_waiting, pages, generator.generate_output)


def why_not(
    objects: Objects, environments: Sequence[Environment], purity: Purity, options: Options
) -> str | None:
    """Say why pages may depend on the order in which they are rendered, None if they do not.

    Args:
        objects: those of the build.
        environments: Jinja's.
        purity: says which functions give the same each time.
        options: how the site is rendered.
    """
    if objects.shared.get("static_links"):
        return "links to static files settle where these lie"
    if not all(purity.is_known(environment, objects.teller) for environment in environments):
        return f"filters, tests or functions are not known, nor named in {options.setting('PURE')}"
    names = (
        name for name, one in objects.shared.items() if callable(one) and name not in options.pure
    )
    if unknown := next(names, None):
        return f"the function {unknown!r} is not named in {options.setting('PURE')}"
    return None


def _waiting(pages: Pages, generate: Callable[[Any], None], writer: Any) -> None:
    with pages.waiting():
        generate(writer)
