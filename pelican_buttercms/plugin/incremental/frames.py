"""What was read while a page was rendered? One frame for each page, and for each text that is kept.

Pelican keeps the text of an article once it was asked for, so what *that* read is kept in a frame
of its own, and taken over by every page that shows the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Read = tuple[int, str]
"""The `id()` of an object that is watched, and what it was asked for."""


class Frame:
    """What one rendering has read.

    Attributes:
        facts: the numbers of what was asked of watched objects and had one.
        reads: what was asked besides, in order.
        names: the names that templates looked up in their context.
        effects: what else the rendering did that later ones need: files of the media library that
            it showed, as `("media", url)`, and texts to be asked for again, as
            `("again", (id, method, arguments))`, since asking for them moves linked files.
        blocker: why the result cannot be reused, None if it can.
        follows: whether a link to a static file was followed.
        pages: the pages of a list that were asked for by number: `id()` of the page, and that of
            its paginator with the number.
        kept: keeps them, so that no other object gets their `id()`.
    """

    __slots__ = (
        "blocker",
        "effects",
        "facts",
        "follows",
        "is_text",
        "kept",
        "names",
        "pages",
        "reads",
    )

    def __init__(self, *, is_text: bool = False) -> None:
        self.facts: set[int] = set()
        self.reads: dict[Read, None] = {}
        self.names: set[str] = set()
        self.effects: list[tuple[str, Any]] = []
        self.blocker: str | None = None
        self.follows = False
        self.is_text = is_text
        self.pages: dict[int, tuple[int, int]] = {}
        self.kept: list[Any] = []

    def note(self, one: int, question: str) -> None:
        """Note what was asked of an object."""
        number = now.numbers.get((one, question))
        if number is None:
            self.reads[one, question] = None
        else:
            self.facts.add(number)

    def block(self, why: str) -> None:
        """Keep the result from being reused."""
        self.blocker = self.blocker or why

    def follow(self) -> None:
        """Note that a link to a static file was followed, which settles where that file lies."""
        self.follows = True
        if not self.is_text:
            self.block("a link to a static file outside of an article's text")

    def take(self, other: Frame) -> None:
        """Read everything that another frame has read."""
        self.facts |= other.facts
        self.reads.update(other.reads)
        self.names |= other.names
        self.effects += other.effects
        self.blocker = self.blocker or other.blocker


class Recording:
    """What is being recorded in this process.

    Attributes:
        frame: what is rendered now reads into it; None while nothing is recorded.
        texts: the frames of texts that Pelican keeps, by (id, method, arguments).
        numbers: the numbers of what was asked before.
        values: what properties gave, as long as nobody changes anything.
        settings: the settings that are watched, and what stands for them.
        context: the `id()` of what stands for the names that all templates see.
        globals: that of what stands for Jinja's global names.
        metadata_of: gives what stands for the metadata of a content.
    """

    def __init__(self) -> None:
        self.frame: Frame | None = None
        self.texts: dict[tuple[Any, ...], Frame] = {}
        self.numbers: dict[Read, int] = {}
        self.values: dict[Read, Any] = {}
        self.settings: tuple[Any, Any] = (None, None)
        self.context = self.globals = 0
        self.metadata_of: Callable[[Any, Any], Any] = lambda _content, metadata: metadata

    def reset(self) -> None:
        """Forget the last build."""
        self.__init__()  # type: ignore[misc]


def note_names(names: Iterable[str]) -> None:
    """Note names that code of ours looks up, in the place of a template."""
    if now.frame is not None:
        now.frame.names.update(names)


now = Recording()
"""One site is written at a time, in one thread: Pelican does not know any other way."""
