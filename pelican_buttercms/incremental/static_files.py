"""Copied files keep their time where they have the same bytes: static files, and the theme's.

Pelican copies them in each build, whatever it finds at their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
import filecmp
from functools import partial
from itertools import chain
import os
from pathlib import Path
from typing import Any

from pelican.generators import SourceFileGenerator, StaticGenerator

from pelican_buttercms.digests import quick_digest
from pelican_buttercms.filesystem import read_regular
from pelican_buttercms.incremental.output.changed_files import sizes

_REQUIRED = "_file_update_required"


def keep_times(generator: Any) -> None:
    """Let a generator of static files leave those alone that are as they would become."""
    if not _is_followed(generator) or generator.settings["STATIC_CREATE_LINKS"]:
        return
    filecmp.clear_cache()  # it believes times, and this process may have built before
    generator.generate_output = partial(_generate, generator, generator.generate_output)
    setattr(generator, _REQUIRED, partial(_is_required, generator, getattr(generator, _REQUIRED)))


def _is_followed(generator: Any) -> bool:
    return type(generator) is StaticGenerator and hasattr(generator, _REQUIRED)


def make_room(generator: Any, make: Callable[[list[str]], None]) -> None:
    """Let something make room for each static file, before a generator copies it."""
    if _is_followed(generator):
        required = getattr(generator, _REQUIRED)
        setattr(generator, _REQUIRED, partial(_made_room, generator, make, required))


def _made_room(
    generator: Any, make: Callable[[list[str]], None], is_required: Callable[[Any], bool], file: Any
) -> bool:
    make([os.path.join(generator.output_path, file.save_as)])  # noqa: PTH118  (as Pelican does)
    return is_required(file)


def files_of_theme(generator: Any) -> Iterator[str]:
    """Yield the files of the theme that Pelican copies, by path in the output folder."""
    yield from (name for _, name in _of_theme(generator))


def without_template(generators: Iterable[Any]) -> Iterator[str]:
    """Yield the names of the files that generators write without a template: copies and sources."""
    for generator in generators:
        for one in getattr(generator, "staticfiles", ()):
            if (Path(generator.path) / one.source_path).is_file():  # what is linked may be gone
                yield os.path.normpath(str(one.save_as))
        if isinstance(generator, SourceFileGenerator):
            extension = generator.settings["OUTPUT_SOURCES_EXTENSION"]
            shown = chain(generator.context["articles"], generator.context["pages"])
            for one in chain.from_iterable((one, *one.translations) for one in shown):
                yield os.path.splitext(str(one.save_as))[0] + extension  # noqa: PTH122
        if isinstance(generator, StaticGenerator):
            yield from files_of_theme(generator)


def copies(generators: Iterable[Any]) -> Iterator[tuple[Path, str]]:
    """Yield every file that is copied, with its name in the output folder."""
    for generator in generators:
        for one in getattr(generator, "staticfiles", ()):
            yield Path(generator.path) / one.source_path, os.path.normpath(str(one.save_as))
        if isinstance(generator, StaticGenerator):
            yield from _of_theme(generator)


def _of_theme(generator: Any) -> Iterator[tuple[Path, str]]:
    target = Path(generator.settings["THEME_STATIC_DIR"])
    for path in generator.settings["THEME_STATIC_PATHS"]:
        source = Path(generator.theme) / path
        if source.is_file():
            yield source, os.path.normpath(target / source.name)
        else:
            yield from ((source / name, os.path.normpath(target / name)) for name in sizes(source))


def _is_required(generator: Any, is_required: Callable[[Any], bool], file: Any) -> bool:
    """Return whether a static file is to be copied."""
    source = os.path.join(generator.path, file.source_path)  # noqa: PTH118  (as Pelican does)
    target = os.path.join(generator.output_path, file.save_as)  # noqa: PTH118
    return is_required(file) and not _is_same(source, target)


def _is_same(source: str, target: str) -> bool:
    """Return whether a file has the bytes of another one."""
    try:
        return filecmp.cmp(source, target, shallow=False)
    except OSError:
        return False


def _generate(generator: Any, generate: Callable[[Any], None], writer: Any) -> None:
    """Copy the files; those of the theme that had the same bytes get their time back."""
    before = dict(_seen(generator))
    generate(writer)
    for path, (content, times) in before.items():
        if _content(path) == content:
            os.utime(path, ns=times)


def _seen(generator: Any) -> Iterator[tuple[Path, tuple[bytes, tuple[int, int]]]]:
    """Yield content and times of the theme's files in the output folder."""
    for name in files_of_theme(generator):
        path = Path(generator.output_path) / name
        content = _content(path)
        if content is not None:
            found = path.stat()
            yield path, (content, (found.st_atime_ns, found.st_mtime_ns))


def _content(path: Path) -> bytes | None:
    """Return what stands for a file's bytes, None for what is none."""
    try:
        return quick_digest(read_regular(path, follow=False))
    except OSError:
        return None
