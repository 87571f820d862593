"""The search index of a site: `BUTTERCMS_SEARCH`, made by Pagefind of the pages that were written.

Sources: pagefind.app/docs for the command line and the files of an index; the packages `pagefind`
and `pagefind_bin` on PyPI for the program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
import json
import logging
from pathlib import Path
import subprocess
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.content.html_tokens import start_tags
from pelican_buttercms.digests import quick_digest
from pelican_buttercms.filesystem import SafeFolder, is_safe_name, read_regular
from pelican_buttercms.settings import Settings

logger = logging.getLogger(__name__)

FOLDER = "pagefind"
STATE = f"{FOLDER}/made-from.json"
CLAIMED = (f"{FOLDER}/pagefind.js", f"{FOLDER}/pagefind-entry.json", STATE)
_LONGEST_RUN = 600  # seconds


class _State(msgspec.Struct):
    """What an index was made from, and its files by their digests."""

    key: str
    files: dict[str, str]


def program() -> Path | None:
    """Return Pagefind's program; None where it is not installed."""
    try:
        from pagefind.service import get_executable  # noqa: PLC0415  (optional)
    except ImportError:
        return None
    return get_executable()


def is_possible(options: Settings) -> bool:
    """Return whether a site is to have an index and can; a preview, full of drafts, has none."""
    if options.preview or not options.search:
        return False
    if program() is None:
        logger.warning(
            'BUTTERCMS_SEARCH is "pagefind", but Pagefind is not installed: this site has no'
            ' search. Run `pip install "pelican-buttercms[search]"`, or turn the setting off.'
        )
        return False
    return True


def names_of(contents: Iterable[Any]) -> list[str]:
    """Return the files of the articles and pages that are found: no drafts, nothing hidden."""
    return [
        str(one.save_as)
        for one in contents
        if one.save_as
        and str(one.save_as).endswith(".html")
        and getattr(one, "status", "published") == "published"
    ]


def index_files(output: Path, names: Iterable[str]) -> dict[str, Callable[[], bytes]]:
    """Return what makes each file of the index, by its path in the output folder.

    The program runs only if a page has changed. Where it fails, the last index stays.

    Args:
        output: the output folder, with all pages.
        names: the files of the pages, in the output folder.
    """
    pages = dict(_indexed(SafeFolder(output), names))
    binary = program()
    if not pages or binary is None:
        return {}
    key = quick_digest(repr((binary.stat().st_size, sorted(pages.items()))).encode()).hex()
    if (kept := _kept(output, key)) is not None:
        return kept
    try:
        made = _made(binary, output, pages)
    except (OSError, subprocess.SubprocessError) as exc:
        printed = getattr(exc, "stderr", b"") or str(exc).encode()
        logger.warning(
            "The search index could not be made, and the last one stays: Pagefind says %s. Run"
            " `%s --version` to see whether it works here.",
            clean_line(printed.decode(errors="replace"), 400),
            binary,
        )
        return _kept(output, None) or {}
    state = _State(key, {name: quick_digest(data).hex() for name, data in made.items()})
    made[STATE] = msgspec.json.encode(state)
    return {name: partial(bytes, data) for name, data in made.items()}


def _indexed(folder: SafeFolder, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Yield each page with its digest, but for those that search engines are to leave alone."""
    for name in sorted(set(names)):
        path = folder.find(name)
        if path is None or not path.is_file():
            continue
        data = read_regular(path)
        if not (b"noindex" in data.lower() and _is_noindex(data.decode(errors="replace"))):
            yield name, quick_digest(data)


def _is_noindex(html: str) -> bool:
    return any(
        tag.name == "meta"
        and tag.value("name").lower() == "robots"
        and "noindex" in tag.value("content").lower()
        for tag in start_tags(html)
    )


def _kept(output: Path, key: str | None) -> dict[str, Callable[[], bytes]] | None:
    """Return what makes the files of the last index, which are there.

    Args:
        output: the output folder.
        key: what the index has to be made from; None for any.

    Returns:
        None where there is no such index, or not all of it.
    """
    folder = SafeFolder(output)
    try:
        data = read_regular(output / STATE)
        state = msgspec.json.decode(data, type=_State)
        if key not in {None, state.key}:
            return None
        files = {STATE: data}
        for name, digest in state.files.items():
            path = folder.find(name) if is_safe_name(name) else None
            files[name] = read_regular(path) if path else b""
            if key is not None and quick_digest(files[name]).hex() != digest:
                return None
    except (OSError, ValueError):
        return None
    return {name: partial(bytes, content) for name, content in files.items()}


def _made(binary: Path, output: Path, names: Iterable[str]) -> dict[str, bytes]:
    """Return the files that Pagefind makes of some pages, and of nothing else in the folder.

    Raises:
        SubprocessError, OSError: it fails.
    """
    with TemporaryDirectory(prefix="buttercms-search-") as name:
        site, index = Path(name, "site"), Path(name, FOLDER)
        for page in names:
            target = site / page
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(read_regular(output / page))
        subprocess.run(  # noqa: S603  (its own arguments)
            [binary, "--site", site, "--output-path", index, "--silent"],
            cwd=site,  # whose settings file is nobody's
            env={},  # no token, and no setting of another site
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LONGEST_RUN,
            check=True,
        )
        found = sorted(path for path in index.rglob("*") if path.is_file())
        made = {f"{FOLDER}/{p.relative_to(index).as_posix()}": p.read_bytes() for p in found}
    entry = f"{FOLDER}/pagefind-entry.json"  # its languages come in any order
    made[entry] = json.dumps(json.loads(made[entry]), sort_keys=True).encode()
    return made
