"""What has the last build left that this one has not written? It goes, if nobody changed it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
import logging
import os
from pathlib import Path
from typing import Any

from pelican.generators import SourceFileGenerator, StaticGenerator

from pelican_buttercms.plugin.incremental import ledger
from pelican_buttercms.plugin.incremental.files import stamp_of
from pelican_buttercms.plugin.incremental.statics import files_of_theme
from pelican_buttercms.plugin.sitemap import SitemapGenerator

logger = logging.getLogger(__name__)


def without_template(generators: Iterable[Any], contents: Iterable[Any]) -> Iterator[str]:
    """Name the files that generators write without a template: copies, sources and sitemaps."""
    for generator in generators:
        yield from (str(one.save_as) for one in getattr(generator, "staticfiles", ()))
        if isinstance(generator, SitemapGenerator):
            yield "sitemap.xml"
        if isinstance(generator, SourceFileGenerator):
            extension = generator.settings["OUTPUT_SOURCES_EXTENSION"]
            for one in contents:
                yield os.path.splitext(str(one.save_as))[0] + extension  # noqa: PTH122
        if isinstance(generator, StaticGenerator):
            yield from files_of_theme(generator)


def remove(output: Path, gone: Mapping[str, ledger.Stamp]) -> None:
    """Remove files of an output folder by their names, if they are as they were left."""
    removed = []
    for name, stamp in gone.items():
        path = output / name
        try:
            if stamp in {stamp_of(path), ledger.ANY_STAMP}:
                path.unlink()
                removed.append(name)
        except OSError:
            continue
    if removed:
        logger.info("Removed what is no longer part of the site: %s", ", ".join(removed))


def remove_of_subsites(main: Path, present: set[Path]) -> None:
    """Remove what sub-sites have written that the site has no longer.

    Args:
        main: the ledger of the site.
        present: the ledgers of the sub-sites that it has.
    """
    for path in ledger.of_subsites(main):
        if path not in present and (output := ledger.output_of(path)):
            remove(output, ledger.left(path))
            path.unlink(missing_ok=True)
