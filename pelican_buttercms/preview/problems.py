"""What went wrong in a build, as the page and the terminal show it: file, line, excerpt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
import json
import logging
from pathlib import Path
import re
import sys
import traceback
from typing import Any

from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.filesystem import read_regular

_AROUND = 3
_LONGEST_LINE = 200
_LONGEST_TEXT = 2000
_MOST_BYTES = 1024 * 1024


@dataclass(frozen=True)
class BuildProblem:
    """One thing that went wrong.

    Attributes:
        title: what it means for the site.
        text: the cause.
        file: where, "" if that is not known.
        line: its line, from 1; 0 if that is not known.
        excerpt: the lines around it with their numbers.
    """

    title: str
    text: str
    file: str = ""
    line: int = 0
    excerpt: tuple[tuple[int, str], ...] = ()

    def lines(self) -> Iterator[str]:
        """Yield the lines for a terminal."""
        yield f"{self.title}: {self.text}"
        if self.file:
            yield f"  {self.file}:{self.line}" if self.line else f"  {self.file}"
        for number, text in self.excerpt:
            yield f"  {'>' if number == self.line else ' '} {number:4} | {text}"


def to_json(problems: Sequence[BuildProblem]) -> str:
    """Return problems as the JSON that the pages get."""
    return json.dumps([asdict(problem) for problem in problems])


def of_exception(title: str, error: BaseException, folders: Sequence[Path]) -> BuildProblem:
    """Return the problem that an exception stands for.

    Args:
        title: what it means for the site.
        error: what was raised.
        folders: the files and folders of the site; the innermost frame in one of them is named.
    """
    text = str(getattr(error, "msg", "") or error or type(error).__name__)
    file, line = _place(error, folders)
    return _problem(title, text, file, line)


def _place(error: BaseException, folders: Sequence[Path]) -> tuple[Path | None, int]:
    """Return the file and the line of an exception: a parser's own, or of the innermost frame."""
    name, line = getattr(error, "filename", None), getattr(error, "lineno", None)
    if isinstance(name, str) and isinstance(line, int):
        return Path(name), line
    mark = getattr(error, "problem_mark", None)  # YAML's, of a text without a name
    if mark is not None:
        return None, mark.line + 1
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename).absolute()
        if path.is_file() and any(path.is_relative_to(folder) for folder in folders):
            return path, frame.lineno or 0
    inner = error.__cause__ or error.__context__
    return _place(inner, folders) if inner else (None, 0)


def _problem(title: str, text: str, file: Path | None, line: int) -> BuildProblem:
    if file and not line:
        line = _line_of(file, text)
    excerpt = tuple(_excerpt(file, line)) if file and line else ()
    text = clean_line(text, _LONGEST_TEXT)
    return BuildProblem(title, text, clean_line(str(file), 500) if file else "", line, excerpt)


def _lines(file: Path) -> list[str]:
    try:
        return read_regular(file, _MOST_BYTES).decode("utf-8", "replace").splitlines()
    except OSError:
        return []


def _line_of(file: Path, text: str) -> int:
    """Return the first line with a value that a message quotes, 0 if there is none."""
    lines = _lines(file)
    quoted = [value for value in re.findall(r"'([^']{3,200})'", text) if value]
    found = (n for value in quoted for n, line in enumerate(lines, 1) if value in line)
    return next(found, 0)


def _excerpt(file: Path, line: int) -> Iterator[tuple[int, str]]:
    first = max(line - _AROUND, 1)
    for number, text in enumerate(_lines(file)[first - 1 : line + _AROUND], first):
        yield number, clean_line(text.replace("\t", "    "), _LONGEST_LINE)


class ErrorLog(logging.Handler):
    """Collects what is logged as an error while a build runs, such as files that are skipped.

    Args:
        content: the folder of the site's content, in which the files are.
    """

    def __init__(self, content: Path) -> None:
        super().__init__(logging.ERROR)
        self._content = content
        self.problems: list[BuildProblem] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Take in one error."""
        error = record.exc_info[1] if record.exc_info else sys.exc_info()[1]
        text = record.getMessage()
        if error and str(error) not in text:  # Pelican tells the cause under -D only
            text = f"{text}: {error or type(error).__name__}"
        file, line = _place(error, ()) if error else (None, 0)
        file = file or next(filter(None, map(self._file, _args(record))), None)
        if not line and (found := re.search(r"\bline (\d{1,7})\b", text)):
            line = int(found[1])
        problem = _problem("A file is left out, or shown in part", text, file, line)
        if problem not in self.problems:
            self.problems.append(problem)

    def _file(self, value: Any) -> Path | None:
        """Return the file that an argument of a message names."""
        path = self._content / str(getattr(value, "source_path", value))
        try:
            return path if path.is_file() else None
        except (OSError, ValueError):
            return None

    def __enter__(self) -> ErrorLog:
        logging.getLogger().addHandler(self)
        return self

    def __exit__(self, *error: object) -> None:
        logging.getLogger().removeHandler(self)


def _args(record: logging.LogRecord) -> Sequence[Any]:
    return record.args if isinstance(record.args, tuple) else ()
