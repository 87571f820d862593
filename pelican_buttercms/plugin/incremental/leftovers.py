"""What has the last build left that this one has not written? It goes, if nobody changed it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
import logging
import os
from pathlib import Path
from typing import Any

from pelican.generators import SourceFileGenerator, StaticGenerator

from pelican_buttercms.plugin.incremental import ledger
from pelican_buttercms.plugin.incremental.files import is_intact
from pelican_buttercms.plugin.incremental.statics import files_of_theme
from pelican_buttercms.plugin.sitemap import SitemapGenerator

logger = logging.getLogger(__name__)


def without_template(generators: Iterable[Any], contents: Iterable[Any]) -> Iterator[str]:
    """Name the files that generators write without a template: copies, sources and sitemaps."""
    for generator in generators:
        files = getattr(generator, "staticfiles", ())
        yield from (os.path.normpath(str(one.save_as)) for one in files)
        if isinstance(generator, SitemapGenerator):
            yield "sitemap.xml"
        if isinstance(generator, SourceFileGenerator):
            extension = generator.settings["OUTPUT_SOURCES_EXTENSION"]
            for one in contents:
                yield os.path.splitext(str(one.save_as))[0] + extension  # noqa: PTH122
        if isinstance(generator, StaticGenerator):
            yield from files_of_theme(generator)


def remove(output: Path, gone: Mapping[str, ledger.Left], since: int | None = None) -> None:
    """Remove files of an output folder by their names, if they have the bytes that they had.

    Args:
        output: the folder.
        gone: how they were left.
        since: where the folder was to be wiped, when the build began, in nanoseconds: then what
            was there before goes, whatever it holds.
    """
    removed = []
    for name, (stamp, content) in gone.items():
        path = output / name
        try:
            if since is not None:
                has_to_go = path.lstat().st_ctime_ns < since
            else:
                is_ours = is_intact(str(path), stamp, content) is not None
                has_to_go = is_ours or stamp == ledger.ANY_STAMP
            if has_to_go:
                path.unlink()
                removed.append(name)
        except OSError:
            continue
    if removed:
        logger.info("Removed what is no longer part of the site: %s", ", ".join(removed))


def remove_of_subsites(main: Path, present: set[Path], since: int | None) -> None:
    """Remove what sub-sites have written that the site has no longer.

    Args:
        main: the ledger of the site.
        present: the ledgers of the sub-sites that it has, and its own, all of them written.
        since: as for `remove`.
    """
    vanished = [path for path in ledger.of_subsites(main) if path not in present]
    written = {file for path in present if vanished for file in _files_of(path)}
    for path in vanished:
        if output := ledger.output_of(path):
            left = ledger.left(path)
            gone = {n: how for n, how in left.items() if output / n not in written}
            remove(output, gone, since)
            path.unlink(missing_ok=True)


def _files_of(path: Path) -> Iterator[Path]:
    """Give every file that a ledger knows."""
    output = ledger.output_of(path)
    if output is not None:
        yield from (output / name for name in ledger.left(path))
