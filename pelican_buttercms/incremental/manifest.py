"""The manifest: what each page of the last build was rendered from, in a file beside the store.

A page is the numbers of the facts that it depends on.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
import sys
from typing import Any, NamedTuple

import msgspec

from pelican_buttercms.filesystem import explained, is_safe_name
from pelican_buttercms.incremental import checksummed_file
from pelican_buttercms.incremental.dependency_table import DependencyTable
from pelican_buttercms.incremental.output.file_state import Stamp
from pelican_buttercms.incremental.recorder import TEXTS
from pelican_buttercms.incremental.table_part import reduced
from pelican_buttercms.incremental.warning_replay import is_warning

_FORMAT = 7
_GROWN = 1.1


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
        tidied: how much it held when all of it was last needed.
    """

    salt: str = ""
    facts: DependencyTable = field(default_factory=DependencyTable)
    pages: dict[str, PageRecord] = field(default_factory=dict)
    tidied: Extent = _NOTHING


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
    data.pages = {name: page for name, page in data.pages.items() if _is_sound(name, page)}
    return data


def _is_sound(name: str, page: PageRecord) -> bool:
    """Return whether a page is one that this module could have written."""
    return is_safe_name(name) and not len(page.facts) % 4 and all(map(is_effect, page.effects))


def load(path: Path, salt: str) -> Manifest:
    """Read a ledger; what is damaged, or of another version, knows nothing."""
    try:
        data = _read(path)
        if data.salt != salt:
            return Manifest(salt)
        facts = _facts(data)
    except (OSError, ValueError):
        return Manifest(salt)
    _share_asks(data.pages.values())
    return Manifest(salt, facts, data.pages, data.tidied)


def read_any(path: Path) -> Manifest:
    """Read a ledger whatever its pages rest on, to look at; empty if it cannot be read."""
    try:
        data = _read(path)
        return Manifest(data.salt, _facts(data), data.pages)
    except (OSError, ValueError):
        return Manifest()


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


def save(path: Path, ledger: Manifest) -> None:
    """Write a ledger, whole or not at all."""
    facts, pages, tidied = _tidied(ledger)
    data = _Data(
        format=_FORMAT,
        byteorder=sys.byteorder,
        salt=ledger.salt,
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
