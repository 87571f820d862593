"""Variables of a `.env` file, read as editors and shells write them, and never shown."""

from __future__ import annotations

import codecs
from io import StringIO
import logging
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.filesystem import explain, read_regular

logger = logging.getLogger(__name__)

# PowerShell's `>` writes UTF-16, and Windows' editors put a mark before UTF-8
_BY_MARK = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def read_env_file(path: Path) -> dict[str, str]:
    """Read the variables of a `.env` file; those without a value are left out.

    A line that cannot be understood is told with its number, and not shown: it may hold a token.

    Args:
        path: the file, which is there.

    Raises:
        SettingsError: it cannot be read, or its bytes are no text.
    """
    variables: dict[str, str] = {}
    for binding in parse_stream(StringIO(_text(path), newline=None)):
        if binding.error:
            logger.warning(
                "%s: line %d is left out, because it is not of the form NAME=value.",
                path,
                _line(binding),
            )
        elif binding.key and binding.value:
            variables[binding.key] = binding.value
    return variables


def _text(path: Path) -> str:
    try:
        data = read_regular(path)
    except OSError as exc:
        raise SettingsError(explain(exc, f"{path} cannot be read")) from exc
    encoding = next((name for mark, name in _BY_MARK.items() if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:  # UTF-16 without its mark has one in each letter
        # raised here, outside the handler: a UnicodeDecodeError holds all bytes of the file
        raise SettingsError(
            f"{path} cannot be read, because it is not saved as UTF-8. Save it anew in the encoding"
            " UTF-8: editors offer that under Save As, and in PowerShell it is"
            " `Set-Content .env NAME=value -Encoding utf8`."
        )
    return text


def _line(binding: Binding) -> int:
    """Return the number of the line at fault: empty lines before it belong to the binding."""
    statement = binding.original.string
    empty = statement[: len(statement) - len(statement.lstrip())]
    return binding.original.line + empty.count("\n")
