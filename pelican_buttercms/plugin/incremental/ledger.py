"""What did the last build read, and what did it write? Kept beside the store, one for each folder.

Facts are questions with their answers: an object's name, what it was asked, and eight bytes that
stand for the answer. A page is the numbers of the facts that it rests on.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
import hashlib
import os
from pathlib import Path
import sys
from typing import Any

import msgspec

from pelican_buttercms.plugin.incremental.told import digest

FOLDER = "outputs"
_FORMAT = 1
_NO_ANSWER = 0

Answers = Callable[[str, list[str]], list[str | None]]
"""Gives what is told of several questions to one object, None for what cannot be told."""

ANY_STAMP = (-1, -1, -1)
"""Of a file that a killed build has begun: nobody knows how it was left."""

Stamp = tuple[int, int, int]
"""Size, and when a file's bytes and its place were last changed, in nanoseconds."""


class Page(msgspec.Struct, array_like=True):
    """One file that was rendered.

    Attributes:
        template: its name.
        asks: what it reads of what it alone is given, such as `article` or `articles_page.number`.
        own: what stands for the answers.
        facts: the numbers of the facts that it rests on, as an array's bytes.
        effects: see `Frame.effects`, with names for objects.
        stamp: of the file, as it was written.
        content: what stands for its bytes.
    """

    template: str
    asks: tuple[str, ...]
    own: bytes
    facts: bytes
    effects: list[Any]
    stamp: Stamp = (0, 0, 0)
    content: bytes = b""

    @property
    def numbers(self) -> memoryview[int]:
        """The numbers of the facts."""
        return memoryview(self.facts).cast("I")


class _Data(msgspec.Struct, array_like=True):
    format: int
    byteorder: str
    salt: str
    output: str
    left: dict[str, Stamp]
    objects: list[str]
    questions: list[str]
    fact_objects: bytes
    fact_questions: bytes
    answers: bytes
    wholes: bytes
    pages: dict[str, Page]


class Facts:
    """Every question that a page rests on, with its answer.

    Attributes:
        objects: the names of the objects that are asked.
        questions: what they are asked.
        of_object: for each fact, the number of its object.
        of_question: for each fact, the number of its question.
        answers: what stands for each answer, 0 where it could not be told.
        wholes: what stands for all answers of an object, in the order of its facts.
    """

    def __init__(self) -> None:
        self.objects: list[str] = []
        self.questions: list[str] = []
        self.of_object = array("I")
        self.of_question = array("I")
        self.answers = array("Q")
        self.wholes: dict[int, int] = {}
        self._numbers: dict[tuple[str, str], int] | None = None
        self._object_numbers: dict[str, int] = {}
        self._question_numbers: dict[str, int] = {}

    def number(self, name: str, question: str, answer: Callable[[str, str], str]) -> int:
        """Give the number of a fact; a new one is answered.

        Raises:
            UntrackableError: its answer cannot be told.
        """
        if self._numbers is None:
            self._index()
        assert self._numbers is not None  # noqa: S101  (made by the line above)
        number = self._numbers.get((name, question))
        if number is None:
            answered = _number_of(digest(answer(name, question)))
            number = self._numbers[name, question] = len(self.answers)
            one = _numbered(name, self.objects, self._object_numbers)
            self.wholes.pop(one, None)  # until it is asked everything again
            self.of_object.append(one)
            self.of_question.append(_numbered(question, self.questions, self._question_numbers))
            self.answers.append(answered)
        elif self.answers[number] == _NO_ANSWER:
            self.answers[number] = _number_of(digest(answer(name, question)))
        return number

    def _index(self) -> None:
        self._object_numbers = {name: number for number, name in enumerate(self.objects)}
        self._question_numbers = {name: number for number, name in enumerate(self.questions)}
        pairs = zip(self.of_object, self.of_question, strict=True)
        self._numbers = {
            (self.objects[one], self.questions[question]): number
            for number, (one, question) in enumerate(pairs)
        }

    def compare(self, answers: Answers) -> set[int]:
        """Ask every question again; gives the facts that are no longer what they were."""
        by_object: dict[int, list[int]] = defaultdict(list)
        for number, one in enumerate(self.of_object):
            by_object[one].append(number)
        changed: set[int] = set()
        questions, of_question = self.questions, self.of_question
        for one, numbers in by_object.items():
            told = answers(self.objects[one], [questions[of_question[n]] for n in numbers])
            whole = _number_of(digest("\0".join(map(str, told))))
            if self.wholes.get(one) == whole and None not in told:
                continue
            self.wholes[one] = whole
            for number, text in zip(numbers, told, strict=True):
                answered = _NO_ANSWER if text is None else _number_of(digest(text))
                if answered != self.answers[number] or text is None:
                    self.answers[number] = answered
                    changed.add(number)
        return changed

    def only(self, wanted: Iterable[int]) -> tuple[Facts, dict[int, int]]:
        """Give these facts alone, and their new numbers."""
        kept, numbers = Facts(), {}
        for number in sorted(wanted):
            numbers[number] = len(kept.answers)
            one, question = self.of_object[number], self.of_question[number]
            kept.of_object.append(_numbered(self.objects[one], kept.objects, kept._object_numbers))
            kept.of_question.append(
                _numbered(self.questions[question], kept.questions, kept._question_numbers)
            )
            kept.answers.append(self.answers[number])
        return kept, numbers


@dataclass
class Ledger:
    """What is known of one output folder.

    Attributes:
        salt: what all pages rest on; with another one no page is reused.
        facts: what pages rest on.
        pages: what was rendered, by its path in the folder.
        left: how the last build left every file that it had rendered, by path.
    """

    salt: str = ""
    facts: Facts = field(default_factory=Facts)
    pages: dict[str, Page] = field(default_factory=dict)
    left: dict[str, Stamp] = field(default_factory=dict)


def path_of(cache: Path, output: Path) -> Path:
    """Name the ledger's file."""
    name = hashlib.sha256(str(output).encode()).hexdigest()[:16]
    return cache / FOLDER / f"{name}.pages"


def left(path: Path) -> dict[str, Stamp]:
    """Give how the last build has left its files, and those that a killed one has begun."""
    known = load(path, "").left
    return dict.fromkeys(Started(path).names(), ANY_STAMP) | known


def load(path: Path, salt: str) -> Ledger:
    """Read a ledger; what is damaged, or of another version, knows nothing."""
    try:
        data = msgspec.msgpack.decode(path.read_bytes(), type=_Data)
    except (OSError, msgspec.DecodeError, ValueError):
        return Ledger(salt)
    if (data.format, data.byteorder) != (_FORMAT, sys.byteorder):
        return Ledger(salt)
    if data.salt != salt:
        return Ledger(salt, left=data.left)
    facts = Facts()
    facts.objects, facts.questions = data.objects, data.questions
    facts.of_object.frombytes(data.fact_objects)
    facts.of_question.frombytes(data.fact_questions)
    facts.answers.frombytes(data.answers)
    wholes = array("Q")
    wholes.frombytes(data.wholes)
    facts.wholes = dict(enumerate(wholes))
    return Ledger(salt, facts, data.pages, data.left)


class Started:
    """What a build has begun to write that no build has written before, until it is done.

    A build that is killed leaves it behind, so that the next one knows whose these files are.

    Args:
        ledger: where the ledger is.
    """

    def __init__(self, ledger: Path) -> None:
        self._path = ledger.with_suffix(".started")

    def names(self) -> list[str]:
        """Give what a killed build has begun, by path in the output folder."""
        try:
            return self._path.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
        except OSError:
            return []

    def add(self, name: str) -> None:
        """Note a file before it is written."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8", errors="surrogateescape") as file:
            file.write(f"{name}\n")

    def done(self) -> None:
        """The ledger knows everything."""
        self._path.unlink(missing_ok=True)


def save(path: Path, ledger: Ledger, output: Path) -> None:
    """Write a ledger, whole or not at all."""
    facts, pages = _tidied(ledger)
    data = _Data(
        format=_FORMAT,
        byteorder=sys.byteorder,
        salt=ledger.salt,
        output=str(output),
        left=ledger.left,
        objects=facts.objects,
        questions=facts.questions,
        fact_objects=facts.of_object.tobytes(),
        fact_questions=facts.of_question.tobytes(),
        answers=facts.answers.tobytes(),
        wholes=array("Q", [facts.wholes.get(n, 0) for n in range(len(facts.objects))]).tobytes(),
        pages=pages,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(f".{os.getpid()}")
    aside.write_bytes(msgspec.msgpack.encode(data))
    aside.replace(path)


def _tidied(ledger: Ledger) -> tuple[Facts, dict[str, Page]]:
    """Leave out facts that no page rests on any more."""
    used: set[int] = set()
    for page in ledger.pages.values():
        used.update(page.numbers)
    if len(used) == len(ledger.facts.answers):
        return ledger.facts, ledger.pages
    facts, numbers = ledger.facts.only(used)
    pages = {}
    for name, page in ledger.pages.items():
        kept = array("I", [numbers[number] for number in page.numbers]).tobytes()
        pages[name] = msgspec.structs.replace(page, facts=kept)
    return facts, pages


def _numbered(name: str, names: list[str], numbers: dict[str, int]) -> int:
    number = numbers.get(name)
    if number is None:
        number = numbers[name] = len(names)
        names.append(name)
    return number


def _number_of(eight: bytes) -> int:
    return int.from_bytes(eight, "big") or 1
