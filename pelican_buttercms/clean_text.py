"""Text from outside, made fit for a line of output: a terminal, a log, GitHub's runner.

Whatever the CMS, an HTTP answer, an event, a draft or another machine's store holds may steer a
terminal (escape sequences), forge a line (line breaks), reorder what is read (direction
characters) or repeat a secret. `clean_line` is for a value inside a message, `clean_lines` for a
message that was put together already and keeps its line breaks.
"""

from __future__ import annotations

from collections.abc import Iterable
import logging
import re
import unicodedata

LONGEST = 500

_SHORTEST_SECRET = 8  # what is shorter is also a word of its own
_MARGIN = 10_000
_JOINERS = "\u200c\u200d"  # Persian and emoji are written with them
_SPACES = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"


class _Replaced(dict[int, str]):
    """What each character of a text becomes, looked up in Unicode when it first comes."""

    def __missing__(self, number: int) -> str:
        sign = chr(number)
        unseen = unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        bad = (unseen and sign not in _JOINERS) or number & 0xFFFE == 0xFFFE
        self[number] = " " if sign in _SPACES else "\ufffd" if bad else sign
        return self[number]


_REPLACED = _Replaced({ord("\n"): "\n"})
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, the cursor
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"  # OSC: titles
    r"|\x1b[ -/]*[0-~]"
)
_secrets: set[str] = set()


def hide_secret(text: str | None) -> None:
    """Add a secret that is masked in every text from now on, whoever cleans it."""
    if text and len(text) >= _SHORTEST_SECRET:
        _secrets.add(text)


def clean_line(value: object, longest: int = LONGEST, *, secrets: Iterable[str] = ()) -> str:
    """Return a value as one line of text that steers nothing.

    Escape sequences are left out, line breaks become spaces, other control, format and direction
    characters and lone surrogates U+FFFD.

    Args:
        value: anything from outside; `str(value)` is cleaned.
        longest: how many characters are kept; an ellipsis stands for the rest.
        secrets: masked besides those of `hide_secret`.
    """
    raw = str(value)
    bounded = raw[: longest + _MARGIN]
    text = " ".join(clean_lines(bounded, secrets=secrets).split())
    if len(bounded) < len(raw):  # the end may be the half of a secret
        text = f"{text[: min(longest, max(0, len(text) - LONGEST))]}…"
    return text if len(text) <= longest else f"{text[:longest]}…"


def clean_lines(text: str, *, secrets: Iterable[str] = ()) -> str:
    """Return a text of several lines that steers nothing; line breaks and indents stay."""
    if not text.isprintable():
        text = _ESCAPES.sub("", text).translate(_REPLACED)
    for secret in (*_secrets, *secrets):
        if secret and secret in text:
            text = text.replace(secret, "***")
    return text


def is_clean(text: str) -> bool:
    """Return whether a text is one line that steers nothing, as it stands."""
    return clean_line(text, len(text)) == text


class CleanRecords(logging.Filter):
    """Cleans what is logged, whoever logs it: messages hold words of the CMS, the API and files."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Clean a record, and let it pass."""
        try:
            whole = record.getMessage()
        except Exception:  # noqa: BLE001  (of another's `__str__`: logging itself reports it)
            return True
        if isinstance(record.args, tuple):
            args = tuple(map(_clean_value, record.args))
            message = str(record.msg) % args if args else str(record.msg)
        else:
            message = whole
        message = clean_lines(message)
        if record.name.partition(".")[0] == "pelican_buttercms":
            message = message.replace("\n", " ")
        if message != whole:
            record.msg, record.args = message, ()
        return True


_RECORDS = CleanRecords()


def clean_logs() -> None:
    """Clean everything that the handlers of this process write; again when there are new ones."""
    for handler in logging.getLogger().handlers:
        handler.addFilter(_RECORDS)


def _clean_value(value: object) -> object:
    return clean_lines(value).replace("\n", " ") if isinstance(value, str) else value
