"""Calls before the first and after the last file that Pelican's generators write."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any


def before_first(generator: Any, begin: Callable[[Any], None]) -> None:
    """Call something with Pelican's writer before anything is written.

    Args:
        generator: Pelican's generator of articles; its feeds are the first that is written.
        begin: is called once.
    """
    generator.generate_feeds = partial(_begin, generator.generate_feeds, begin)


def _begin(original: Callable[[Any], None], begin: Callable[[Any], None], writer: Any) -> None:
    begin(writer)
    original(writer)


def after_last(generators: list[Any], then: Callable[[], None]) -> None:
    """Call something when the last generator has written, before plugins hear of the end."""
    last = next(one for one in reversed(generators) if hasattr(one, "generate_output"))
    last.generate_output = partial(_generate, last.generate_output, then)


def _generate(generate: Callable[[Any], None], then: Callable[[], None], writer: Any) -> None:
    generate(writer)
    then()
