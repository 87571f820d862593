"""What the last build has read and written: a file beside the store for each output folder.

A page is the numbers of the facts that it rests on.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
import os
from pathlib import Path
import sys
from typing import Any, NamedTuple

import msgspec

from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.filesystem import (
    SafeFolder,
    explained,
    is_safe_name,
    open_to_append,
    read_regular,
)
from pelican_buttercms.incremental import checksummed_file
from pelican_buttercms.incremental.dependency_table import DependencyTable
from pelican_buttercms.incremental.recorder import TEXTS
from pelican_buttercms.incremental.table_part import reduced
from pelican_buttercms.incremental.warning_replay import is_warning

_FORMAT = 6
_GROWN = 1.1
ANY_STAMP = (-1, -1, -1)
"""Of a file that a killed build has begun: nobody knows how it was left."""

Stamp = tuple[int, int, int]
"""Size, and when a file's bytes and its place were last changed, in nanoseconds."""

FileState = tuple[Stamp, bytes]
"""How a file was left: its stamp, and what stands for its bytes."""

BEGUN: FileState = (ANY_STAMP, b"")
"""Of a file that was begun, and maybe not finished."""


class PageRecord(msgspec.Struct, array_like=True, gc=False):
    """One file that was rendered.

    Attributes:
        template: its name.
        asks: what it reads of what it alone is given, such as `article` or `articles_page.number`,
            a line each; pages of a kind ask the same.
        own: what stands for the answers.
        brief: what stands for them where those of lists follow from the whole list; may be empty.
        facts: the numbers of the facts and groups that it rests on, as an array's bytes.
        effects: see `Trace.effects`, with names for objects.
        stamp: of the file, as it was written.
        content: what stands for its bytes.
    """

    template: str
    asks: str
    own: bytes
    facts: bytes
    effects: tuple[Any, ...] = ()
    stamp: Stamp = (0, 0, 0)
    content: bytes = b""
    brief: bytes = b""

    @property
    def numbers(self) -> memoryview[int]:
        """The numbers of the facts and groups."""
        return memoryview(self.facts).cast("I")


class _Data(msgspec.Struct, array_like=True):
    format: int
    byteorder: str
    salt: str
    output: str
    left: dict[str, FileState | None]
    objects: list[str]
    questions: list[str]
    fact_objects: bytes
    fact_questions: bytes
    answers: bytes
    wholes: bytes
    versions: bytes
    groups: list[bytes]
    pages: dict[str, PageRecord]
    tidied: Extent


class Extent(NamedTuple):
    """How much a ledger holds: bytes of facts and groups, and pages."""

    facts: int
    pages: int


_NOTHING = Extent(0, 0)


@dataclass
class Manifest:
    """What is known of one output folder.

    Attributes:
        salt: what all pages rest on; with another one no page is reused.
        facts: what pages rest on.
        pages: what was rendered, by its path in the folder.
        left: how the last build left every file that it had rendered, by path.
        tidied: how much it held when all of it was last needed.
    """

    salt: str = ""
    facts: DependencyTable = field(default_factory=DependencyTable)
    pages: dict[str, PageRecord] = field(default_factory=dict)
    left: dict[str, FileState] = field(default_factory=dict)
    tidied: Extent = _NOTHING


def path_of(records: Path, output: Path, main: Path) -> Path:
    """Return the file in a folder for an output folder; `main` is that of the whole site."""
    names = [main] if output == main else [main, output]
    parts = (sha256_hex(str(name).encode(), 16) for name in names)
    return records / f"{'-'.join(parts)}.pages"


def of_subsites(path: Path) -> list[Path]:
    """Return the names of the ledgers of all sub-sites that a site has ever had."""
    return sorted(path.parent.glob(f"{path.stem}-*.pages"))


def output_of(path: Path, main: Path) -> Path | None:
    """Return the output folder that a ledger of a sub-site is of.

    Args:
        path: the ledger, which may come from anywhere.
        main: the output folder of the site.

    Returns:
        None where the ledger cannot be read, or names a folder that is not inside the site's.
    """
    folder = folder_of(path)
    if folder is None or not folder.is_relative_to(main):
        return None
    return SafeFolder(main).find(folder.relative_to(main).as_posix())


def folder_of(path: Path) -> Path | None:
    """Return the output folder that a ledger names, whatever it is; None if it cannot be read."""
    try:
        return Path(_read(path).output)
    except (OSError, ValueError):
        return None


def _read(path: Path) -> _Data:
    """Read a ledger as it was written.

    Raises:
        OSError: it cannot be read.
        ValueError: it is damaged, of another version or machine, or contradicts itself.
    """
    try:
        data = msgspec.msgpack.decode(checksummed_file.read(path), type=_Data)
    except RecursionError as exc:
        raise ValueError("nested without end") from exc
    if (data.format, data.byteorder) != (_FORMAT, sys.byteorder):
        raise ValueError("of another version")
    data.left = {name: how for name, how in data.left.items() if is_safe_name(name)}
    data.pages = {name: page for name, page in data.pages.items() if _is_sound(name, page)}
    return data


def _is_sound(name: str, page: PageRecord) -> bool:
    """Return whether a page is one that this module could have written."""
    return is_safe_name(name) and not len(page.facts) % 4 and all(map(is_effect, page.effects))


def left(path: Path) -> dict[str, FileState]:
    """Return how the last build has left its files, and those that a killed one has begun."""
    known = load(path, "").left
    return known | dict.fromkeys(StartedFiles(path).names(), BEGUN)


def left_of_subsites(main: Path, output: Path) -> set[str]:
    """Return the names of the files that sub-sites have left, by path in the main site's folder."""
    names: set[str] = set()
    for path in of_subsites(main):
        if folder := output_of(path, output):
            place = folder.relative_to(output)
            names.update((place / name).as_posix() for name in left(path))
    return names


def load(path: Path, salt: str) -> Manifest:
    """Read a ledger; what is damaged, or of another version, knows nothing."""
    try:
        data = _read(path)
        left = _left(data)
        if data.salt != salt:
            return Manifest(salt, left=left)
        facts = _facts(data)
    except (OSError, ValueError):
        return Manifest(salt)
    _share_asks(data.pages.values())
    return Manifest(salt, facts, data.pages, left, data.tidied)


def _facts(data: _Data) -> DependencyTable:
    """Return the facts of a ledger.

    Raises:
        ValueError: their parts contradict each other.
    """
    facts = DependencyTable()
    facts.objects, facts.questions = data.objects, data.questions
    facts.of_object.frombytes(data.fact_objects)
    facts.of_question.frombytes(data.fact_questions)
    facts.answers.frombytes(data.answers)
    facts.wholes, facts.versions = _numbered(data.wholes), _numbered(data.versions)
    facts.groups = data.groups
    facts.known_before = facts._settled = len(facts.answers)
    facts.check()
    return facts


def _numbered(data: bytes) -> dict[int, int]:
    """Return what belongs to each object, by its number."""
    found = array("Q")
    found.frombytes(data)
    return dict(enumerate(found))


def _in_order(numbers: Mapping[int, int], count: int) -> bytes:
    return array("Q", [numbers.get(number, 0) for number in range(count)]).tobytes()


def _left(data: _Data) -> dict[str, FileState]:
    """Return how every file was left; most are as they were written."""
    left = {name: (page.stamp, page.content) for name, page in data.pages.items()}
    for name, how in data.left.items():
        if how is None:
            left.pop(name, None)
        else:
            left[name] = how
    return left


def _unlike(
    left: dict[str, FileState], pages: dict[str, PageRecord]
) -> dict[str, FileState | None]:
    """Return the files that were left otherwise than written, with None for those that are gone."""
    others: dict[str, FileState | None] = {name: None for name in pages if name not in left}
    for name, how in left.items():
        page = pages.get(name)
        if page is None or (page.stamp, page.content) != how:
            others[name] = how
    return others


def is_effect(effect: object) -> bool:
    """Return whether something is an effect as `Basis` writes it down, and can be repeated."""
    match effect:
        case ["media", str()]:
            return True
        case ["warned", logger, text, values]:
            return is_warning(logger, text, values)
        case ["again", str(), method, [str()]]:
            return method in TEXTS
    return False


def _share_asks(pages: Iterable[PageRecord]) -> None:
    """Let pages that ask the same hold one text of it."""
    known: dict[str, str] = {}
    for page in pages:
        page.asks = known.setdefault(page.asks, page.asks)


class StartedFiles:
    """What a build has begun to write, until it is done.

    A build that is killed leaves it behind, so that the next one knows whose these files are.

    Args:
        ledger: where the ledger is.
    """

    def __init__(self, ledger: Path) -> None:
        self._path = ledger.with_suffix(".started")
        self._file: int | None = None

    def names(self) -> list[str]:
        """Return what a killed build has begun, by path in the output folder."""
        try:
            text = read_regular(self._path).decode(errors="surrogateescape")
        except OSError:
            return []
        return [name for name in text.split("\n") if is_safe_name(name)]

    def add(self, names: Iterable[str]) -> None:
        """Note files before they are written; several processes may do so.

        Raises:
            FileSystemError: the disk fails.
        """
        lines = "".join(f"{name}\n" for name in names if is_safe_name(name))
        if not lines:
            return
        with explained("What a build begins cannot be noted", self._path):
            if self._file is None:
                self._file = open_to_append(self._path)
            os.write(self._file, lines.encode("utf-8", "surrogateescape"))

    def done(self) -> None:
        """The ledger knows everything."""
        self.close()
        self._path.unlink(missing_ok=True)

    def close(self) -> None:
        """Leave what was noted to the next build."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def save(path: Path, ledger: Manifest, output: Path) -> None:
    """Write a ledger, whole or not at all."""
    facts, pages, tidied = _tidied(ledger)
    data = _Data(
        format=_FORMAT,
        byteorder=sys.byteorder,
        salt=ledger.salt,
        output=str(output),
        left=_unlike(ledger.left, pages),
        objects=facts.objects,
        questions=facts.questions,
        fact_objects=facts.of_object.tobytes(),
        fact_questions=facts.of_question.tobytes(),
        answers=facts.answers.tobytes(),
        wholes=_in_order(facts.wholes, len(facts.objects)),
        versions=_in_order(facts.versions, len(facts.objects)),
        groups=facts.groups,
        pages=pages,
        tidied=tidied,
    )
    with explained("What is known of the pages of this build cannot be kept", path):
        checksummed_file.write(path, msgspec.msgpack.encode(data))


def _tidied(ledger: Manifest) -> tuple[DependencyTable, dict[str, PageRecord], Extent]:
    """Leave out what no page rests on any more, once a ledger has grown, or its site has not."""
    extent, before = _extent(ledger.facts, ledger.pages), ledger.tidied
    if not ledger.facts.known_before:
        return ledger.facts, ledger.pages, extent
    if extent.facts <= _GROWN * before.facts and _GROWN * extent.pages >= before.pages:
        return ledger.facts, ledger.pages, before
    used: set[int] = set()
    for page in ledger.pages.values():
        used.update(page.numbers)
    facts, numbers = reduced(ledger.facts, filter(ledger.facts.has, used))
    pages = {}
    for name, page in ledger.pages.items():
        if not numbers.keys() >= set(page.numbers):
            continue  # nobody has written such a page but whoever means harm
        kept = array("I", [numbers[number] for number in page.numbers]).tobytes()
        pages[name] = msgspec.structs.replace(page, facts=kept)
    return facts, pages, _extent(facts, pages)


def _extent(facts: DependencyTable, pages: dict[str, PageRecord]) -> Extent:
    return Extent(16 * len(facts.answers) + sum(map(len, facts.groups)), len(pages))
