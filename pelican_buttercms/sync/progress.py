"""The display of a pull while it runs, and its summary."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rich.console import Console
from rich.errors import LiveError
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn
from rich.progress import Progress as Bars

from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.content.fallbacks import LOCALISED
from pelican_buttercms.store import Changes
from pelican_buttercms.wording import count_noun

PLURALS = {
    "post": "posts",
    "page": "pages",
    "item": "collection items",
    "author": "authors",
    "category": "categories",
    "tag": "tags",
}


class Progress:
    """Receives what a pull reports while it runs, in the pull's own thread; shows nothing."""

    def start(self, account: str) -> None:
        """Show that a pull begins; `account` is the API's host."""

    def advance(self, listing: str, done: int, total: int | None, calls: int) -> None:
        """Show how many of a listing's items are here, and the calls so far."""

    def note(self, text: str) -> None:
        """Show a line about the account."""

    def stop(self) -> None:
        """Show that the pull ended, well or badly."""


class LineProgress(Progress):
    """Writes one line when the pull begins, and one for each listing when it is complete."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._written: set[tuple[str, int]] = set()

    def start(self, account: str) -> None:
        """Write the address."""
        self._written.clear()
        self._write(f"pulling from {account}")

    def advance(self, listing: str, done: int, total: int | None, calls: int) -> None:
        """Write a line for a complete listing."""
        if (total is None or done >= total) and (listing, done) not in self._written:
            self._written.add((listing, done))  # a listing's end can be reported twice
            self._write(f"  {listing}: {done:,} (call {calls:,})")

    def note(self, text: str) -> None:
        """Write the line."""
        self._write(text)


class RichProgress(Progress):
    """Shows a bar for each listing, and one for all with the calls so far, on a terminal.

    Args:
        console: the terminal.
        otherwise: where lines go if the terminal shows another display already: rich before 14.1
            allows one, and Pelican's spinner is one.
    """

    def __init__(self, console: Console, otherwise: Callable[[str], None]) -> None:
        self._lines = LineProgress(otherwise)
        self._shown = False
        self._bars = Bars(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[calls]}", markup=False),
            console=console,
        )
        self._tasks: dict[str, TaskID] = {}
        self._counts: dict[str, tuple[int, int]] = {}

    def start(self, account: str) -> None:
        """Open the display."""
        try:
            self._bars.start()
        except LiveError:
            self._lines.start(account)
        else:
            self._shown = True
            self._all = self._bars.add_task("all", total=None, calls="")
            self._bars.console.print(f"Pulling from {clean_line(account)}", markup=False)

    def advance(self, listing: str, done: int, total: int | None, calls: int) -> None:
        """Update a listing's bar, and the one for all."""
        if not self._shown:
            self._lines.advance(listing, done, total, calls)
            return
        if listing not in self._tasks:
            self._tasks[listing] = self._bars.add_task(
                clean_line(listing, 80), total=total, calls=""
            )
        self._counts[listing] = counts = (done, done if total is None else total)
        self._bars.update(self._tasks[listing], completed=counts[0], total=counts[1])
        completed, total = map(sum, zip(*self._counts.values(), strict=True))
        calls_so_far = count_noun(calls, "call")
        self._bars.update(self._all, completed=completed, total=total, calls=calls_so_far)

    def note(self, text: str) -> None:
        """Print the line above the bars."""
        if self._shown:
            self._bars.console.print(text, markup=False)
        else:
            self._lines.note(text)

    def stop(self) -> None:
        """Close the display."""
        if self._shown:
            self._bars.stop()


def show_progress(console: Console, write: Callable[[str], None]) -> Progress:
    """Return bars on a terminal, and lines elsewhere or where another display is on show."""
    return RichProgress(console, write) if console.is_terminal else LineProgress(write)


def summary_lines(changes: Mapping[str, Changes], calls: int, seconds: float) -> list[str]:
    """Return the summary of a pull: what changed by kind and locale, the rest, and its cost."""
    lines: list[str] = []
    unchanged = 0
    for number, (locale, of_locale) in enumerate(changes.items()):
        for kind, row in of_locale.counts().items():
            if number and kind not in LOCALISED:
                continue  # the same in all locales
            unchanged += row.pop("unchanged")
            counts = ", ".join(f"{count:,} {what}" for what, count in row.items() if count)
            if not counts:
                continue
            where = f" [{locale}]" if locale and kind in LOCALISED else ""
            lines.append(f"{PLURALS[kind]}{where}: {counts}")
    if unchanged:
        lines.append(f"unchanged: {count_noun(unchanged, 'record')}")
    return [*lines, f"pulled with {count_noun(calls, 'API call')} in {seconds:.1f} s"]
