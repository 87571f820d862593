"""The answer of an object to a question, as a text that the next build can compare."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Any

from jinja2 import TemplateNotFound
from pelican.contents import Static

from pelican_buttercms.incremental.fingerprint import MISSING, digest
from pelican_buttercms.incremental.input_registry import (
    CONTENTS,
    CONTEXT,
    FILES,
    FILTERS,
    GLOBALS,
    SETTINGS,
    TEMPLATES,
    TESTS,
    InputRegistry,
)
from pelican_buttercms.incremental.introspection import UntrackableError
from pelican_buttercms.incremental.pure_functions import PureFunctions
from pelican_buttercms.incremental.recorder import recorder
from pelican_buttercms.incremental.tracked_containers import part_of
from pelican_buttercms.incremental.tracked_objects import SUMMARY


class Evaluator:
    """The answers of one build's objects, as they are now.

    Args:
        objects: what is asked.
        purity: returns which functions may be used.
    """

    def __init__(self, objects: InputRegistry, purity: PureFunctions) -> None:
        self._objects, self._purity = objects, purity
        self._environment, self._shared = objects.environment, objects.shared
        self._tell = objects.fingerprinter.fingerprint
        self._templates: dict[str, str] = {}

    def one(self, name: str, question: str) -> str:
        """Return the answer to what the last build, or a page, has asked of the objects of a name.

        Raises:
            UntrackableError: what it is now cannot be told.
        """
        if how := _LOOKUPS.get(name):
            return how(self, question)
        told = {self._ask(one, question) for one in self._objects.find(name)}
        if len(told) > 1:
            raise UntrackableError(f"several objects of the name {name}")
        return told.pop() if told else "gone"

    def several(self, name: str, questions: list[str]) -> list[str | None]:
        """Return the answers to several questions to one object, None for what cannot be told."""
        found = () if name in _LOOKUPS else self._objects.find(name)
        if len(found) != 1 or isinstance(found[0], list | Static):
            return [self._try(name, question) for question in questions]
        one, tell = found[0], self._tell
        try:
            values = _reader(tuple(questions))(one)
            return [f"s{len(v)}:{v}" if type(v) is str else tell(v) for v in values]
        except Exception:  # noqa: BLE001  (one of a plugin's may fail as it likes)
            return [self._try(name, question) for question in questions]

    def why_not(self, name: str, question: str) -> str:
        """Return what cannot be told of an object."""
        try:
            self.one(name, question)
        except UntrackableError as exc:
            return str(exc)
        return f"{question!r} of {name}"

    def of_name(self, name: str, value: Any) -> str:
        """Return what a template finds under a name.

        Raises:
            UntrackableError: it cannot be told.
        """
        objects = self._objects
        if issubclass(type(value), list) and (watched := objects.known_list(value)) is not None:
            return f"@{objects.names[id(watched)]}"
        if callable(value):
            return self._purity.function(name, value)
        return self._tell(value)

    def is_immutable(self, one: Any) -> bool:
        """Return whether an object is the same to whoever reads it, as long as nothing is changed.

        Those with names are, whose parts are noted; so is what all templates see and can be told,
        and macros that are made once.
        """
        number = id(one)
        return number in self._objects.names or number in self._steady or number in recorder.steady

    @cached_property
    def _steady(self) -> set[int]:
        names = {**self._environment.globals, **self._shared}
        steady = [
            value
            for name, value in names.items()
            if (isinstance(value, list | dict | tuple | set) or callable(value))
            and self._try(CONTEXT, name) is not None
        ]
        self._held = steady  # so that no other object gets their `id()`
        return set(map(id, steady))

    def _try(self, name: str, question: str) -> str | None:
        try:
            return self.one(name, question)
        except UntrackableError:
            return None

    def _ask(self, one: Any, question: str) -> str:
        if isinstance(one, list):
            try:
                part = part_of(list(list.__iter__(one)), question)
            except ValueError as exc:  # no question of ours: it came from a file
                raise UntrackableError(f"{question!r} of a list") from exc
            return self._tell(part)
        if isinstance(one, Static) and question in {"url", "save_as"}:
            return self._tell(one.get_url_setting(question))  # a property would settle it
        try:
            value = _value(one, question)
        except AttributeError:
            return MISSING
        except Exception as exc:
            raise UntrackableError(f"{question!r}, which fails ({exc!r})") from exc
        return self._tell(value)

    # what is looked up by name

    def _in_context(self, name: str) -> str:
        if name in self._shared:
            return self.of_name(name, self._shared[name])
        return self._globally(name)

    def _globally(self, name: str) -> str:
        found = self._environment.globals
        if name not in found:
            return MISSING
        return self._purity.globally(name, found[name], self._objects.fingerprinter)

    def _setting(self, name: str) -> str:
        settings = self._objects.settings
        return self._tell(settings[name]) if name in settings else MISSING

    def look_at_templates(self) -> None:
        """Look at every template before one of them is compiled.

        One that somebody saves meanwhile is then another one to the next build, whichever of the
        two was compiled.
        """
        with suppress(TypeError):  # a loader that cannot list them
            for name in self._environment.list_templates():
                self._template(name)

    def _template(self, name: str) -> str:
        if name not in self._templates:
            try:
                source = self._environment.loader.get_source(self._environment, name)[0]
            except (TemplateNotFound, UnicodeDecodeError, OSError):  # or some other file
                source = MISSING
            self._templates[name] = digest(source).hex()
        return self._templates[name]

    def _filter(self, name: str) -> str:
        return self._purity.filter(name, self._environment.filters)

    def _test(self, name: str) -> str:
        return self._purity.test(name, self._environment.tests)

    def _link(self, path: str) -> str:
        return self._tell(self._shared[CONTENTS].get(path))

    def _file(self, path: str) -> str:
        return self._tell(self._shared[FILES].get(path))


def _value(one: Any, question: str) -> Any:
    if question == SUMMARY:
        return one.metadata.get("summary")
    return getattr(one, question)


@lru_cache(maxsize=1024)
def _reader(questions: tuple[str, ...]) -> Callable[[Any], list[Any]]:
    """Return what reads several attributes of an object at once, thousands of times."""
    names = ["metadata" if question == SUMMARY else question for question in questions]
    if len(names) < 2 or any("." in name for name in names):  # which `attrgetter` takes for a path
        return lambda one: [_value(one, question) for question in questions]
    read: Callable[[Any], tuple[Any, ...]] = attrgetter(*names)
    if SUMMARY not in questions:
        return lambda one: list(read(one))
    place = questions.index(SUMMARY)

    def read_with_summary(one: Any) -> list[Any]:
        values = list(read(one))
        values[place] = values[place].get("summary")
        return values

    return read_with_summary


_LOOKUPS = {
    CONTEXT: Evaluator._in_context,
    GLOBALS: Evaluator._globally,
    SETTINGS: Evaluator._setting,
    TEMPLATES: Evaluator._template,
    FILTERS: Evaluator._filter,
    TESTS: Evaluator._test,
    CONTENTS: Evaluator._link,
    FILES: Evaluator._file,
}
