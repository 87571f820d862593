"""Wording of messages: counts, the nearest name, and what differs between two texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher, get_close_matches
from itertools import islice
import re

_LISTED = 12
_COMPARED_NAMES = 5000
_COMPARED_WORDS = 2000
_LONGEST = 40


def count_noun(count: int, noun: str, plural: str | None = None) -> str:
    """Return a count and its noun: "1 post", "1,200 posts"; the plural is the noun and an s."""
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"


def nearest(name: str, names: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the name that is most like another, None if none is like it.

    Args:
        name: what was written.
        names: what there is; of very many only the first are compared.
        cutoff: how much alike is enough, from 0 to 1.
    """
    compared = list(dict.fromkeys(islice(names, _COMPARED_NAMES)))
    return next(iter(get_close_matches(name, compared, n=1, cutoff=cutoff)), None)


def did_you_mean(name: str, names: Iterable[str], cutoff: float = 0.6) -> str:
    """Return a question after a sentence, with a space before it; "" if no name is near."""
    near = nearest(name, names, cutoff)
    return "" if near is None else f" Did you mean {near!r}?"


def suggest(name: str, names: Iterable[str]) -> str:
    """Return the end of a sentence that suggests the nearest name, or lists all of a few."""
    names = list(dict.fromkeys(islice(names, _COMPARED_NAMES)))
    near = nearest(name, names)
    if near is not None:
        return f"; did you mean {near!r}?"
    return f" (known: {', '.join(sorted(names))})." if 0 < len(names) <= _LISTED else "."


def diff_words(old: str | None, new: str | None, around: int = 6) -> Iterator[tuple[str, str]]:
    """Yield pairs of old and new words: equal beside a change, and different where they changed.

    Nothing is yielded if only white space differs. What is far from any change is left out, and
    of a long change the rest is counted, each with an ellipsis.

    Args:
        old: the text before, None for none.
        new: the text after, None for none.
        around: how many words beside a change are shown.
    """
    before, after = _words(old), _words(new)
    if before == after:
        return
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    head, tail = before[:start], before[len(before) - end :]
    if head:
        yield _same(["…", *head[-around:]] if len(head) > around else head)
    yield from _changes(before[start : len(before) - end], after[start : len(after) - end], around)
    if tail:
        yield _same([*tail[:around], "…"] if len(tail) > around else tail)


def _words(text: str | None) -> list[str]:
    return re.findall(r"<[^>]*>|[^\s<>]+|[<>]", text or "")


def _common(some: list[str], other: list[str]) -> int:
    pairs = enumerate(zip(some, other, strict=False))
    different = (number for number, (a, b) in pairs if a != b)
    return next(different, min(len(some), len(other)))


def _changes(old: list[str], new: list[str], around: int) -> Iterator[tuple[str, str]]:
    if max(len(old), len(new)) > _COMPARED_WORDS:  # comparing more would take minutes
        yield _cut(old), _cut(new)
        return
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what != "equal":
            yield _cut(old[i:j]), _cut(new[k:m])
        elif j - i <= 2 * around:
            yield _same(old[i:j])
        else:
            yield _same([*old[i : i + around], "…", *old[j - around : j]])


def _same(words: list[str]) -> tuple[str, str]:
    return (" ".join(words),) * 2


def _cut(words: list[str]) -> str:
    more = len(words) - _LONGEST
    text = " ".join(words[:_LONGEST])
    return f"{text} … ({count_noun(more, 'more word')})" if more > 0 else text
