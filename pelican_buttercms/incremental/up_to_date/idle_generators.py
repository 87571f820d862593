"""Pelican's generators in a build that has nothing to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pelican.generators import ArticlesGenerator, PagesGenerator

_WORK = (
    "generate_context",
    "generate_output",
    "refresh_metadata_intersite_links",
    "check_disabled_readers",
)
_WITH_LISTS = (ArticlesGenerator, PagesGenerator)
Lengths = Mapping[str, Mapping[str, int]]
"""How long the lists of generators were, by generator and name."""


def disable(generator: Any, lists: Lengths) -> None:
    """Leave a generator nothing to do; Pelican tells at the end how long its lists are."""
    for name in _WORK:
        if hasattr(generator, name):
            setattr(generator, name, _nothing)
    for name, length in lists.get(type(generator).__name__, {}).items():
        if isinstance(vars(generator).get(name), list):
            setattr(generator, name, range(length))


def lengths(generators: Iterable[Any]) -> dict[str, dict[str, int]]:
    """Return the lengths of the lists of generators, which Pelican tells at the end of a build."""
    return {
        type(one).__name__: {
            name: len(value)
            for name, value in vars(one).items()
            if isinstance(value, list) and not name.startswith("_")
        }
        for one in generators
        if type(one) in _WITH_LISTS
    }


def _nothing(*_arguments: Any) -> None:
    """Do nothing."""
