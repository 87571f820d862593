"""The file of all addresses that a site has ever had, and whose they were last.

It is committed beside the settings, so that it outlives the cache, and people add lines to it. So
it is one line for each address, sorted, and a merge may take the lines of both sides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
import csv
import io
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.content.addresses import encode_path
from pelican_buttercms.errors import SettingsError
from pelican_buttercms.filesystem import explained, is_safe_name, read_regular, written_aside

_HEADER: Final = ("address", "to", "locale", "created")
_LARGEST: Final = 50 * 2**20
_MOST_PROBLEMS: Final = 5
_RECORDS: Final = ("post/", "page/")
_OF_MERGES: Final = ("<<<<<<<", "=======", ">>>>>>>")
_WEB: Final = ("https://", "http://")
_IN_TARGETS: Final = "/%:?#[]@!&()*+,;=~"


class AddressOwner(NamedTuple):
    """Where an address leads.

    Attributes:
        to: the key of a post or a page; what a person has written: an address of the site, or of
            another one; or "" for what is gone.
        locale: the locale that shows the post or page.
        created: when it was created or, for a page, first published: that stays when it is renamed.
    """

    to: str
    locale: str = ""
    created: str = ""

    @property
    def is_record(self) -> bool:
        """Whether it is a post or a page, and not what a person has written."""
        return self.to.startswith(_RECORDS)


History = dict[str, AddressOwner]
"""By address, which begins with a slash below the site's root."""


def canonical(address: str) -> str:
    """Return an address in its one spelling: percent-encoded once."""
    return encode_path(unquote(address))


def read(path: Path) -> History:
    """Read the file; none is empty.

    Raises:
        SettingsError: it is damaged; names the lines.
        FileSystemError: it cannot be read.
    """
    if not path.exists():
        return {}
    with explained("The history of addresses cannot be read", path):
        data = read_regular(path, _LARGEST + 1)
    history: History = {}
    problems = [f"it has more than {_LARGEST >> 20} MiB"] if len(data) > _LARGEST else []
    try:
        for line, fields in _rows(data.decode("utf-8-sig")):
            if complaint := _complaint(fields):
                problems.append(f"line {line} {complaint}")
            else:
                history[canonical(fields[0])] = AddressOwner(_spelt(fields[1]), *fields[2:])
    except (csv.Error, ValueError) as exc:
        problems.append(str(exc))
    if problems:
        more = f", and {len(problems) - _MOST_PROBLEMS} more" * (len(problems) > _MOST_PROBLEMS)
        raise SettingsError(
            f"The history of addresses, {path}, cannot be used:"
            f" {'; '.join(problems[:_MOST_PROBLEMS])}{more}. A line of yours is"
            " `/old/address.html,/new/address.html`. Nothing was written."
        )
    return history


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    for fields in reader:
        if fields and tuple(fields) != _HEADER:
            yield reader.line_num, fields


def _complaint(fields: list[str]) -> str | None:
    """Return what is wrong with a line, None if nothing is."""
    address, to = fields[0], fields[1] if len(fields) > 1 else ""
    path, shown = unquote(address), repr(clean_line(address, 100))
    complaints = {
        "is left from a merge: keep the lines of both sides": address.startswith(_OF_MERGES),
        f"has {len(fields)} fields, where two belong: the old address and the new one": (
            not 2 <= len(fields) <= len(_HEADER)
        ),
        f"begins with {shown}, which is no address that begins with one slash": (
            not address.startswith("/") or address.startswith("//")
        ),
        f"has the address {shown}: what follows `?` or `#` cannot be redirected": (
            "?" in address or "#" in address
        ),
        f"has a control character in {shown} or where that leads": (
            not f"{path}{to}".isprintable()
        ),
        f"has the address {shown}, which is no path of a file": (
            path != "/" and not is_safe_name(path[1:].removesuffix("/"))
        ),
        f"leads {shown} to {clean_line(to, 100)!r}, which is no address of a site": (
            to.startswith("//") or (to != "" and not to.startswith(("/", *_RECORDS, *_WEB)))
        ),
    }
    return next((complaint for complaint, is_so in complaints.items() if is_so), None)


def _spelt(to: str) -> str:
    """Return an address that a person has written as it may stand in files and headers."""
    return to if to.startswith(_RECORDS) else quote(to, safe=_IN_TARGETS)


def write(path: Path, history: Mapping[str, AddressOwner]) -> None:
    """Write the file, whole or not at all, unless it is the same.

    Raises:
        FileSystemError: it cannot be written.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADER)
    for address, owner in sorted(history.items()):
        writer.writerow([address, *owner] if owner.is_record else [address, owner.to])
    data = text.getvalue().encode()
    with explained("The site is built, but its history of addresses cannot be kept", path):
        if path.exists() and read_regular(path) == data:
            return
        place = path.resolve()
        place.parent.mkdir(parents=True, exist_ok=True)
        with written_aside(place, data, durable=True) as aside:
            aside.replace(place)
