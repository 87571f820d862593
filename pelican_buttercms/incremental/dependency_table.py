"""The questions that were asked while pages were rendered, with their answers.

Facts are questions with their answers: an object's name, what it was asked, and eight bytes that
stand for the answer. Those that were read together, again and again, are a group.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property

from pelican_buttercms.incremental.fact_groups import GROUP, FactGroups
from pelican_buttercms.incremental.fingerprint import hashed, number_of
from pelican_buttercms.incremental.pelican_patches import gc_pause
from pelican_buttercms.incremental.table_delta import TableDelta, TableMark

_NO_ANSWER = 0
_FEW = 4

Answers = Callable[[str, list[str]], list[str | None]]
"""Gives what is told of several questions to one object, None for what cannot be told."""

VersionOf = Callable[[str], int]
"""Gives the number of the version of an object, by its name; 0 where nobody knows."""

UNVERSIONED = ("translations",)
"""How questions begin whose answers do not follow from a content's version, but from others."""


def _none(_name: str) -> int:
    return 0


class DependencyTable(FactGroups):
    """Every question that a page rests on, with its answer.

    Attributes:
        objects: the names of the objects that are asked.
        questions: what they are asked.
        of_object: for each fact, the number of its object.
        of_question: for each fact, the number of its question.
        answers: what stands for each answer, 0 where it could not be told.
        wholes: what stands for all answers of an object, in the order of its facts.
        versions: of which version of an object its answers are, by its number, where one is known.
        unanswered: the facts that could not be told.
        is_new: whether anything was learnt that is not on the disk.
        known_before: how many facts the last build knew.
        unversioned: how questions begin whose answers do not follow from a content's version.
    """

    def __init__(self) -> None:
        super().__init__()
        self.objects: list[str] = []
        self.questions: list[str] = []
        self.of_object = array("I")
        self.of_question = array("I")
        self.answers = array("Q")
        self.wholes: dict[int, int] = {}
        self.versions: dict[int, int] = {}
        self.is_new = False
        self.known_before = 0
        self.unversioned: tuple[str, ...] = UNVERSIONED
        self.unanswered: set[int] = set()
        self._answered: set[int] = set()
        self._settled = 0
        self._tables: dict[int, dict[int, int]] = {}

    def check(self) -> None:
        """Check that the numbers fit each other; they come from a file.

        Raises:
            ValueError: one of them leads nowhere.
        """
        count = len(self.answers)
        sound = (
            len(self.of_object) == len(self.of_question) == count
            and max(self.of_object, default=-1) < len(self.objects)
            and max(self.of_question, default=-1) < len(self.questions)
            and all(not len(members) % self.of_object.itemsize for members in self.groups)
            and all(max(self._members(n), default=-1) < count for n in range(len(self.groups)))
        )
        if not sound:
            raise ValueError("facts that contradict each other")

    def has(self, number: int) -> bool:
        """Return whether there is a fact, or a group, of this number."""
        return number < len(self.answers) or GROUP <= number < GROUP + len(self.groups)

    def number(self, name: str, question: str) -> int:
        """Return the number of a fact; a new one has no answer until it is settled."""
        one = self._object_numbers.get(name)
        if one is None:
            one = numbered(name, self.objects, self._object_numbers)
        asked = self._question_numbers.get(question)
        if asked is None:
            asked = numbered(question, self.questions, self._question_numbers)
        number = self._of(one).get(asked)
        return self._add(one, asked) if number is None else number

    def asked_of(self, prefix: str) -> frozenset[str]:
        """Return what objects are asked whose names begin so."""
        pairs = (self.asked(number) for number in range(len(self.answers)))
        return frozenset(question for name, question in pairs if name.startswith(prefix))

    def _add(self, one: int, asked: int) -> int:
        number = self._of(one)[asked] = len(self.answers)
        self.of_object.append(one)
        self.of_question.append(asked)
        self.answers.append(_NO_ANSWER)
        return number

    @cached_property
    def _object_numbers(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.objects)}

    @cached_property
    def _question_numbers(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.questions)}

    def _of(self, one: int) -> dict[int, int]:
        """Return the number of each fact of an object, by that of its question.

        Most objects are not asked anything that is not known: they need no such table.
        """
        found = self._tables.get(one)
        if found is None:
            if len(self._tables) < _FEW:  # mostly it stays with a few
                before = [n for n, owner in enumerate(self.of_object) if owner == one]
            else:
                before = self._before.get(one, [])
            found = self._tables[one] = {self.of_question[number]: number for number in before}
        return found

    @cached_property
    def _before(self) -> dict[int, list[int]]:
        """The facts of each object that the last build knew."""
        with gc_pause.paused():  # nothing is thrown away here
            return self._by_object(range(self.known_before))

    def compare(self, answers: Answers, version_of: VersionOf = _none) -> set[int]:
        """Return the facts whose answers have changed, and the groups with them.

        What follows from an object's version is not asked where that is the same.
        """
        changed: set[int] = set()
        self._answered.update(self.of_object)
        steady = {n for n in range(len(self.objects)) if self._is_of_version(n, version_of)}
        for one, numbers in self._by_object(self._to_be_asked(steady)).items():
            if one in steady:
                changed |= self._ask_one_by_one(one, numbers, answers)
                continue
            told, whole = self._ask(one, numbers, answers)
            if self.wholes.get(one) == whole and None not in told:
                continue
            self.wholes[one], self.is_new = whole, True
            changed |= self._take(numbers, told)
        return self.with_groups(changed)

    def _take(self, numbers: list[int], told: list[str | None]) -> set[int]:
        """Store answers, and return the facts whose answers have changed."""
        changed = set()
        for number, text in zip(numbers, told, strict=True):
            answered = _NO_ANSWER if text is None else number_of(text)
            if answered != self.answers[number] or text is None:
                self.answers[number] = answered
                changed.add(number)
            if text is None:
                self.unanswered.add(number)
        return changed

    def _is_of_version(self, one: int, version_of: VersionOf) -> bool:
        """Return whether the answers of an object are of its version; they will be."""
        version, before = version_of(self.objects[one]), self.versions.get(one, 0)
        if version != before:
            self.versions[one], self.is_new = version, True
        return bool(version) and version == before

    def _to_be_asked(self, steady: set[int]) -> Iterable[int]:
        """Return the facts that do not follow from the versions of these objects, in order."""
        if not steady:
            return range(len(self.answers))
        starts = self.unversioned
        others = {n for n, asked in enumerate(self.questions) if asked.startswith(starts)}
        found = {n for n, one in enumerate(self.of_object) if one not in steady}
        found.update([n for n, asked in enumerate(self.of_question) if asked in others])
        found.update([n for n, answered in enumerate(self.answers) if answered == _NO_ANSWER])
        return sorted(found)

    def _ask_one_by_one(self, one: int, numbers: list[int], answers: Answers) -> set[int]:
        """Return the questions to an object whose answers have changed."""
        changed = self._take(numbers, self._ask(one, numbers, answers)[0])
        if changed:
            self.wholes.pop(one, None)
            self.is_new = True
        return changed

    def settle(self, answers: Answers, version_of: VersionOf = _none) -> None:
        """Return the answer to what has no answer yet."""
        if not self._answered:  # nothing was compared
            self._answered.update(self.of_object[: self.known_before])
        new = range(self._settled, len(self.answers))
        self._settled = len(self.answers)
        for one, numbers in self._by_object([*sorted(self.unanswered), *new]).items():
            told, whole = self._ask(one, numbers, answers)
            is_new = one not in self._answered
            self._settle_version(one, version_of(self.objects[one]), is_new=is_new)
            if is_new and None not in told:
                self.wholes[one] = whole
            else:
                self.wholes.pop(one, None)  # until everything is asked again
            self._answered.add(one)
            for number, text in zip(numbers, told, strict=True):
                if text is None:
                    self.unanswered.add(number)
                else:
                    self.answers[number] = number_of(text)
                    self.unanswered.discard(number)

    def _settle_version(self, one: int, version: int, *, is_new: bool) -> None:
        """Note of which version all answers of an object are, if they are of one."""
        if is_new:
            self.versions[one] = version
        elif version != self.versions.get(one, 0):
            self.versions.pop(one, None)

    def unstable(self, answers: Answers) -> set[int]:
        """Return facts whose answer is another one by now, and the groups with them."""
        found: set[int] = set()
        for one, numbers in self._by_object(range(len(self.answers))).items():
            told, _ = self._ask(one, numbers, answers)
            found.update(
                number
                for number, text in zip(numbers, told, strict=True)
                if text is None or number_of(text) != self.answers[number]
            )
        return self.with_groups(found)

    def objects_of(self, numbers: Iterable[int]) -> set[str]:
        """Return the names of the objects of facts and groups."""
        return {self.objects[self.of_object[number]] for number in self.expanded(numbers)}

    def asked(self, number: int) -> tuple[str, str]:
        """Return the object of a fact, and the question."""
        return self.objects[self.of_object[number]], self.questions[self.of_question[number]]

    def _by_object(self, numbers: Iterable[int]) -> dict[int, list[int]]:
        by_object: dict[int, list[int]] = defaultdict(list)
        for number in numbers:
            by_object[self.of_object[number]].append(number)
        return by_object

    def _ask(self, one: int, numbers: list[int], answers: Answers) -> tuple[list[str | None], int]:
        """Return the answers of an object, and a digest of all of them."""
        told = answers(self.objects[one], [self.questions[self.of_question[n]] for n in numbers])
        return told, hashed("\0".join(map(str, told)))

    @property
    def end(self) -> TableMark:
        """Where everything ends now."""
        return TableMark(
            len(self.objects), len(self.questions), len(self.answers), len(self.groups)
        )

    def since(self, end: TableMark) -> TableDelta:
        """Return what was asked since everything ended there."""
        return TableDelta(
            end,
            self.objects[end.objects :],
            self.questions[end.questions :],
            self.of_object[end.facts :].tobytes(),
            self.of_question[end.facts :].tobytes(),
            self.groups[end.groups :],
        )

    def take(self, news: TableDelta) -> dict[int, int]:
        """Add what another process has asked, and return what its numbers are here."""
        ends = news.end
        objects = [numbered(name, self.objects, self._object_numbers) for name in news.objects]
        asked = [numbered(name, self.questions, self._question_numbers) for name in news.questions]
        here: dict[int, int] = {}
        told = (memoryview(one).cast("I") for one in (news.of_object, news.of_question))
        pairs = zip(*told, strict=True)
        for there, (one, question) in enumerate(pairs, start=ends.facts):
            mine = one if one < ends.objects else objects[one - ends.objects]
            about = question if question < ends.questions else asked[question - ends.questions]
            number = self._of(mine).get(about)
            here[there] = self._add(mine, about) if number is None else number
        for there, group in enumerate(news.groups, start=GROUP + ends.groups):
            numbers = memoryview(group).cast("I")
            here[there] = self._group(
                array("I", sorted(here.get(number, number) for number in numbers)).tobytes()
            )
        return {there: number for there, number in here.items() if number != there}


def numbered(name: str, names: list[str], numbers: dict[str, int]) -> int:
    """Return the number of a name, which is the next one if it is new."""
    number = numbers.get(name)
    if number is None:
        number = numbers[name] = len(names)
        names.append(name)
    return number
