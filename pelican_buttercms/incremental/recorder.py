"""What was read while a page was rendered? One frame for each page, and for each text that is kept.

Pelican keeps the text of an article once it was asked for, so what *that* read is kept in a frame
of its own, and taken over by every page that shows the text.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
import logging
from typing import Any, NamedTuple, Self

from pelican_buttercms.incremental.warning_replay import Warned

TEXTS = ("get_content", "get_summary")
"""The methods of a content that give texts which Pelican keeps; each takes SITEURL."""


class Frame:
    """What one rendering has read.

    Attributes:
        text: the method that makes the text that is read for, "" if it is a page.
        facts: the numbers of what was asked of objects that have names.
        reads: what other objects were asked, by their `id()`.
        names: the names that templates looked up in their context.
        effects: what else the rendering did that later ones need: files of the media library that
            it showed, as `("media", url)`, warnings, as `("warned", Warned)`, and texts to
            be asked for again, as `("again", (id, method, arguments))`, since asking for them moves
            linked files.
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
        "kept",
        "names",
        "pages",
        "reads",
        "text",
    )

    def __init__(self, text: str = "") -> None:
        self.facts: set[int] = set()
        self.reads: set[tuple[int, str]] = set()
        self.names: set[str] = set()
        self.effects: tuple[tuple[str, Any], ...] = ()
        self.blocker: str | None = None
        self.follows = False
        self.text = text
        self.pages: dict[int, tuple[int, int]] = {}
        self.kept: tuple[Any, ...] = ()

    def note(self, one: int, question: str) -> None:
        """Note what was asked of an object."""
        number = now.numbers[question].get(one)
        if number is None:
            number = now.number(one, question)
        if number is None:
            self.reads.add((one, question))
        else:
            self.facts.add(number)

    def block(self, why: str) -> None:
        """Keep the result from being reused."""
        self.blocker = self.blocker or why

    def follow(self) -> None:
        """Note that a link to a static file was followed, which settles where that file lies."""
        self.follows = True
        if not self.text:
            self.block("a link to a static file outside of an article's text")

    def take_compiled(self, template: Any) -> None:
        """Read what a template has read when it was compiled."""
        text = now.compiled.get(id(template))
        if text is not None:
            self.take(text)

    def absorb(self, inner: Frame) -> None:
        """Read everything that an inner frame has read."""
        self.take(Text.of(inner))
        self.follows = self.follows or inner.follows
        self.pages |= inner.pages
        self.kept += inner.kept

    def take(self, text: Text) -> None:
        """Read everything that a text has read."""
        self.facts.update(text.facts)
        self.reads.update(text.reads)
        self.names.update(text.names)
        self.effects += text.effects
        self.blocker = self.blocker or text.blocker


class Text(NamedTuple):
    """What a frame has read, kept in little."""

    facts: array[int]
    reads: tuple[tuple[int, str], ...]
    names: tuple[str, ...]
    effects: tuple[tuple[str, Any], ...]
    blocker: str | None

    @classmethod
    def of(cls, frame: Frame) -> Self:
        """Keep what a frame has read."""
        reads, names = tuple(frame.reads), tuple(frame.names)
        return cls(array("I", frame.facts), reads, names, frame.effects, frame.blocker)


class Recording:
    """What is being recorded in this process.

    Attributes:
        frame: what is rendered now reads into it; None while nothing is recorded.
        texts: what was read for texts that Pelican keeps, by (id, method, arguments).
        numbers: the numbers of what was asked before, by question and by the object's `id()`.
        number: gives the number of what is asked for the first time, None for an object without a
            name.
        values: what properties gave, as long as nobody changes anything; like `numbers`.
        settings: the settings that are watched, and what stands for them.
        context: the `id()` of what stands for the names that all templates see.
        compiled: what was read while templates were compiled, by their `id()`.
        held: the `id()` of the lists and mappings that macros hold.
        spoilt: why no page of this build can be reused, None if they can.
        is_shared: says whether a list or a mapping belongs to the site, and not to one page.
        globals: that of what stands for Jinja's global names.
        steady: macros that are made once, and their modules, by their `id()`.
        changes: how often something was changed that others may have read.
        lists: what stands for the lists that all templates see, by name, once they are watched.
        siteurl: what contents take for the site's URL; with RELATIVE_URLS another one on each page.
    """

    def __init__(self) -> None:
        self.frame: Frame | None = None
        self.texts: dict[tuple[Any, ...], Text] = {}
        self.numbers: defaultdict[str, dict[int, int]] = defaultdict(dict)
        self.number: Callable[[int, str], int | None] = lambda _one, _question: None
        self.values: defaultdict[str, dict[int, Any]] = defaultdict(dict)
        self.settings: tuple[Any, Any] = (None, None)
        self.context = self.globals = 0
        self.compiled: dict[int, Text] = {}
        self.held: set[int] = set()
        self.spoilt: str | None = None
        self.changes = 0
        self.steady: dict[int, Any] = {}
        self.lists: Mapping[str, Any] = {}
        self.siteurl: Any = None
        self.is_shared: Callable[[Any], bool] = lambda _one: False

    def change(self, one: Any) -> None:
        """Note that a template changes an object, if others see it, too."""
        frame, self.frame = self.frame, None
        try:
            shared = frame is not None and (id(one) in self.held or self.is_shared(one))
        finally:
            self.frame = frame
        if shared:
            self.spoil(f"it changes a {type(one).__name__}")

    def spoil(self, why: str) -> None:
        """Note that what is rendered from now on depends on what was rendered before."""
        self.changes += 1
        if self.frame is not None:
            self.frame.block(why)
            self.spoilt = self.spoilt or why

    def block(self, why: str) -> None:
        """Keep what is rendered now from being reused."""
        if self.frame is not None:
            self.frame.block(why)

    def warned(self, record: logging.LogRecord) -> None:
        """Note that there was a warning: a page that is left as it was gives it again."""
        if self.frame is not None and record.levelno == logging.WARNING:
            self.frame.effects += (("warned", Warned.of(record)),)

    def reset(self) -> None:
        """Forget the last build."""
        self.__init__()  # type: ignore[misc]


def note_names(names: Iterable[str]) -> None:
    """Note names that code of ours looks up, in the place of a template."""
    if now.frame is not None:
        now.frame.names.update(names)


now = Recording()
"""One site is written at a time, in one thread: Pelican does not know any other way."""
