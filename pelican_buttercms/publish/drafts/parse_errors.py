"""What a parser of YAML or JSON complains of, in words that say the usual cause."""

from __future__ import annotations

import re
from typing import Any

from pelican_buttercms.clean_text import clean_line

_LONGEST = 80
_VALUE = re.compile(r"\s*(?:- )*(?P<key>[^\s:#][^:]*):[ \t]+(?P<value>\S.*)")
_SIGN = re.compile(r"found character '(?P<sign>[@`%])'")
_JSON = (
    ("Expecting property name", "a comma before a }, or a name without double quotes"),
    ("Expecting ',' delimiter", "a comma is missing before this place"),
    ("Expecting ':' delimiter", "a colon is missing behind a name"),
    ("Expecting value", "a comma too many, or a text without double quotes"),
    ("Invalid control character", "a line break inside of quotes: write \\n"),
    ("Unterminated string", "a quote is not closed"),
    ("Extra data", "something follows the closing bracket"),
)


def explain_yaml(exc: Any, text: str) -> tuple[str, int]:
    """Return why a text is not YAML, its line with the usual cause, and the line's number."""
    lines = text.splitlines()
    problem = str(getattr(exc, "problem", None) or getattr(exc, "reason", None) or "not YAML")
    mark, opened = getattr(exc, "problem_mark", None), getattr(exc, "context_mark", None)
    number = mark.line if mark else text.count("\n", 0, getattr(exc, "position", 0))
    context = str(getattr(exc, "context", None) or "")
    cause = ""
    if "quoted scalar" in context and opened:
        number, cause = opened.line, "a quote is opened here and not closed"
    elif "flow" in context and opened:
        number, cause = (
            opened.line,
            "a bracket is opened here and not closed, or a comma is missing",
        )
    line = lines[number] if number < len(lines) else ""
    cause = cause or _cause(problem, context, line)
    shown = f" in “{clean_line(line.strip(), _LONGEST)}”" if line.strip() else ""
    return f"{problem}{shown}{f': {cause}' if cause else ''}", number + 1


def explain_json(reason: str) -> str:
    """Return why a text is not JSON, with the usual cause."""
    cause = next((cause for start, cause in _JSON if reason.startswith(start)), "")
    return f"{reason}{f': {cause}' if cause else ''}"


def _cause(problem: str, context: str, line: str) -> str:
    if "\t" in line[: len(line) - len(line.lstrip())] or "'\\t'" in problem:
        return "indent with spaces, not with a tab"
    if sign := _SIGN.search(problem):
        return f"put a value that begins with {sign['sign']} in quotes"
    if "alias" in problem or "alias" in context or "anchor" in context:
        return "put a value that begins with * or & in quotes"
    return _cause_of_form(problem, line)


def _cause_of_form(problem: str, line: str) -> str:
    value = _VALUE.match(line)
    if "mapping values" in problem and value and ":" in value["value"]:
        quoted = value["value"].strip().replace('"', '\\"')
        return f'put the value with a colon in quotes, as in {value["key"]}: "{quoted}"'
    if "mapping values" in problem or "<block end>" in problem:
        return "this line is indented in another way than those beside it"
    if "could not find expected ':'" in problem:
        return "a line without a colon: indent it, if it belongs to the value above"
    return ""
