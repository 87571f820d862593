"""Which parts of a page are the same on many pages? Fragments: rendered once, and used again.

A menu of all categories is on every page, and each post in many lists. The text of a loop, or of
its body, is kept with what was read for it, by the values that it is given; a page with the same
values takes both. What a fragment rests on is followed as it is for a page, so it is right for the
same reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from jinja2.utils import missing
from markupsafe import Markup

from pelican_buttercms.incremental.recorder import Frame, now

_BY_VALUE = frozenset((int, bool, type(None), type(missing), Markup))
TRIED = 64
"""So often a loop may give nothing that was known."""

MOST = 20_000
"""Fragments of one part; a body may be that of a list of all posts."""

LARGEST = 32 * 2**20
"""Characters of all fragments."""


@dataclass(slots=True)
class Fragment:
    """The text of a part, and what was read for it.

    Attributes:
        text: what it prints.
        group: the number of the group of facts that it rests on.
        is_sure: whether what was read can be told.
    """

    text: str
    group: int
    is_sure: bool = False


class Open(NamedTuple):
    """A part that is being rendered.

    Attributes:
        key: what tells its values from others.
        frame: what is read around it.
    """

    key: tuple[Any, ...]
    frame: Frame


class Fragments:
    """The fragments of all templates of an environment in this build.

    Args:
        is_steady: says whether an object is the same to whoever reads it, as long as what was read
            of it is the same; of one that is not, everything is rendered anew.
        are_told: says whether the facts of these numbers can be told.
        is_pure: says whether a filter, or a test, of a name gives the same each time.
        group: gives the number that stands for several facts.
        keys: functions that return what tells apart the values of more immutable types.

    Attributes:
        parts: the parts of templates, in the order in which they were compiled.
        left: how many characters may still be kept.
    """

    def __init__(
        self,
        is_steady: Callable[[Any], bool],
        are_told: Callable[[Iterable[int]], bool],
        is_pure: Callable[[str, str], bool],
        group: Callable[[Iterable[int]], int],
        keys: Mapping[type, Callable[[Any], Hashable]] = MappingProxyType({}),
    ) -> None:
        self.is_steady, self.are_told, self.is_pure = is_steady, are_told, is_pure
        self.group, self.keys = group, keys
        self.parts: list[Part] = []
        self._numbers: dict[str, int] = {}
        self.left = LARGEST

    def end(self) -> None:
        """Keep nothing any more; templates that were compiled meanwhile go on as usual."""
        for part in self.parts:
            part.stop()

    def add(self, code: str, names: tuple[str, ...], tried: int) -> int:
        """Make room for a part that reads names from around it; gives its number.

        Where several templates have the same code, they have one part.
        """
        number = self._numbers.setdefault(code, len(self.parts))
        if number == len(self.parts):
            self.parts.append(Part(self, names, tried))
        return number


class Part:
    """A part of a template, with the fragments that it has given.

    One that seldom gives the same is rendered as usual, after a while.
    """

    def __init__(self, owner: Fragments, names: tuple[str, ...], tried: int) -> None:
        self._owner, self._names, self._tried = owner, frozenset(names), tried
        self._kept: dict[tuple[Any, ...], Fragment] = {}
        self._changes = 0
        self._hits = self._misses = 0
        self._is_off = False

    def find(self, values: tuple[Any, ...]) -> tuple[str | None, Open | None]:
        """Give the text for some values; without one, what `keep` needs when it is rendered."""
        frame = now.frame
        if frame is None or self._is_off:
            return None, None
        key = self._key(values)
        if key is None:
            self._miss(TRIED)
            return None, None
        if self._changes != now.changes:
            self._forget()
            self._changes = now.changes
        kept = self._kept.get(key)
        if kept is None:
            self._miss(self._tried)
            now.frame = Frame(frame.text)
            return None, Open(key, frame)
        if not kept.is_sure:
            kept.is_sure = self._owner.are_told((kept.group,))
            if not kept.is_sure:
                self.stop()
                return None, None
        self._hits += 1
        frame.facts.add(kept.group)
        return kept.text, None

    def keep(self, opened: Open | None, text: str) -> str:
        """Take what was rendered, and keep it if it is known what it rests on."""
        inner = now.frame
        if opened is None or inner is None:
            return text
        now.frame = frame = opened.frame
        if not self._is_known(inner):
            frame.absorb(inner)
            return text
        if self._is_off or len(self._kept) >= MOST or self._owner.left < len(text):
            frame.facts |= inner.facts
            return text
        group = self._owner.group(inner.facts)
        self._kept[opened.key] = Fragment(text, group)
        self._owner.left -= len(text)
        frame.facts.add(group)
        return text

    def stop(self) -> None:
        """Keep nothing any more."""
        self._is_off = True
        self._forget()

    def _is_known(self, inner: Frame) -> bool:
        """Say whether only facts were read; other objects are reached by names alone."""
        return not (
            inner.blocker
            or inner.effects
            or inner.follows
            or now.spoilt
            or not inner.names <= self._names
        )

    def _key(self, values: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """Give what tells some values from others, None if they may change."""
        key: list[Any] = [now.siteurl]  # contents ask for it without anybody seeing it
        for value in values:
            kind = type(value)
            if kind is str:  # equal to nothing else that is put here
                key.append(value)
            elif kind in _BY_VALUE:
                key.append((kind, value))
            elif key_of := self._owner.keys.get(kind):
                key.append((kind, key_of(value)))
            elif self._owner.is_steady(value):
                key.append(id(value))
            else:
                return None
        return tuple(key)

    def _miss(self, tried: int) -> None:
        self._misses += 1
        if self._misses > tried and self._misses > self._hits:
            self.stop()

    def _forget(self) -> None:
        self._owner.left += sum(len(one.text) for one in self._kept.values())
        self._kept.clear()
