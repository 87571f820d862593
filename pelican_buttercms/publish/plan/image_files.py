"""The comparison of local image files with those that the CMS has or could fetch.

The API takes no uploads. It fetches a file from a URL and keeps a copy under a URL of its own, so
only the bytes show whether a picture changed. Which file became which copy is remembered.
Source: contract, "Write API".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import msgspec

from pelican_buttercms.content.html_tokens import edited, start_tags
from pelican_buttercms.content.media import Media
from pelican_buttercms.content.reference_syntax import walk
from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.errors import StoreError
from pelican_buttercms.filesystem import read_regular
from pelican_buttercms.publish.base_versions import BaseVersions
from pelican_buttercms.publish.drafts.raw_draft import LocalFile
from pelican_buttercms.publish.html_compare import link_targets
from pelican_buttercms.publish.plan.equality import look_up
from pelican_buttercms.publish.plan.plan import Step, StepPart

Download = Callable[[str], bytes | None]

_GONE = ""
"""The digest of what is surely not there."""


class ImageFiles:
    """Compares files by their URLs.

    Args:
        download: returns what a URL serves, no bytes if nothing is there, None if nobody can say.
        memory: keeps the digest of the file that became a copy in the library.

    Attributes:
        notes: which pictures could not be compared, sentences.
    """

    def __init__(self, download: Download, memory: BaseVersions) -> None:
        self._download = download
        self._memory = memory
        self._files: dict[str, LocalFile] = {}
        self._links: set[tuple[str, str]] = set()
        self._digests: dict[str, str] = {}
        self.notes: list[str] = []

    def add(self, files: Mapping[str, LocalFile]) -> None:
        """Add the local files of drafts, by the URLs where they are or will be public."""
        self._files |= files
        self._links |= {(url, file.link) for url, file in files.items()}

    def is_same_file(self, first: str, second: str) -> bool:
        """Return whether two URLs serve the same file, one of them from the CMS's library.

        What cannot be compared is taken for the same, and noted: a picture that would be sent for
        no reason becomes a second copy, with a new address and without its alternative text.
        """
        if first == second or {(first, second), (second, first)} & self._links:
            return True  # the CMS may hold the very words of the draft
        same = self._compare(first, second)
        if same is None:
            library, other = _in_order(first, second)
            self._note(
                f"{library} could not be compared with {self._name(other)}, and is taken for the"
                " same picture."
            )
        return same is not False

    def _compare(self, first: str, second: str) -> bool | None:
        """Return whether two URLs serve the same file, None if that cannot be found out."""
        library, other = _in_order(first, second)
        if not _is_copy(library) or _is_copy(other) or not _is_url(other):
            return False  # two entries of the library are two files, even with equal bytes
        own, copy = self._digest(other), self._digest_of_copy(library)
        if own is None or (own == _GONE and other not in self._files) or copy is None:
            return None
        if own == copy:
            with suppress(StoreError):  # it is asked for again next time
                self._memory.keep(*_remembered(library, own))
        return own == copy

    def problem(self, url: str) -> str | None:
        """Return why the CMS cannot fetch a file, None if it can."""
        local = self._files.get(url)
        served = self._served(url)
        if local is None:
            return None if served else f"nothing is at {url}"
        if not served:
            return (
                f"{local.link} is not public yet: the CMS would fetch it from {url}, and nothing is"
                " there. Deploy the site first, or set BUTTERCMS_FILES_URL to where the content"
                " folder's files are public"
            )
        if served != self._digest(url):
            return f"{local.link} differs from the public file at {url}. Deploy the site first"
        return None

    def keep_copies(self, step: Step) -> Step:
        """Return a step that sends, for each picture that the CMS has already, its own address.

        A list and a text are sent whole, and so with the pictures in them that did not change.
        """
        return replace(step, parts=tuple(map(self._keep_in_part, step.parts)))

    def _keep_in_part(self, part: StepPart) -> StepPart:
        if part.before is None:
            return part
        copies = dict.fromkeys(filter(_is_copy, _addresses(list(part.before.values.values()))))
        values = {
            path: self._keep(value, look_up(part.before.values, path), list(copies))
            for path, value in part.values.items()
        }
        return replace(part, values=values)

    def _keep(self, value: Any, there: Any, copies: list[str]) -> Any:
        """Return a value with the addresses of copies.

        Args:
            value: what is to be sent.
            there: what the CMS has in its place, anything if it has nothing there.
            copies: all that the CMS has of the item.
        """
        if isinstance(value, str):
            if "<" in value:
                return self._keep_in_html(value, there, copies)
            return self._copy_of(value, there, copies) if _is_url(value) else value
        if isinstance(value, Mapping):
            inner = there if isinstance(there, Mapping) else {}
            return {name: self._keep(one, inner.get(name), copies) for name, one in value.items()}
        if isinstance(value, list):
            pairs = _pairs(value, there if isinstance(there, list) else [])
            return [self._keep(one, partner, copies) for one, partner in pairs]
        return value

    def _keep_in_html(self, html: str, there: Any, copies: list[str]) -> str:
        links = [a for tag in start_tags(html) for a in tag.attributes if a.value in self._files]
        old = [*filter(_is_copy, link_targets(there))] if isinstance(there, str) else []
        partners = old if len(old) == len(links) else [None] * len(links)
        found = (
            (link, self._copy_of(link.value, partner, copies))
            for link, partner in zip(links, partners, strict=True)
        )
        return edited(html, [link.replaced(url) for link, url in found if url != link.value])

    def _copy_of(self, url: str, partner: Any, copies: list[str]) -> str:
        """Return the address of a file's copy, its own if there is none."""
        if _is_copy(url):
            return url
        same = self._compare(url, partner) if isinstance(partner, str) else False
        if same:
            return str(partner)
        if url in self._files and (
            copy := next((c for c in copies if self._compare(url, c)), None)
        ):
            return copy
        return str(partner) if same is None else url

    def _name(self, url: str) -> str:
        return self._files[url].link if url in self._files else url

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def _digest(self, url: str) -> str | None:
        local = self._files.get(url)
        return sha256_hex(read_regular(local.path)) if local else self._served(url)

    def _digest_of_copy(self, url: str) -> str | None:
        name, _ = _remembered(url, "")
        if (data := self._memory.get(name)) is not None:
            return str(msgspec.json.decode(data)["file"])
        return self._served(url)

    def _served(self, url: str) -> str | None:
        """Return the digest of what a URL serves; a new copy may show up a little later."""
        if url not in self._digests:
            data = self._download(url)
            if not data:
                return _GONE if data is not None else None
            self._digests[url] = sha256_hex(data)
        return self._digests[url]


def _remembered(url: str, digest: str) -> tuple[str, bytes]:
    """Return what is kept of a copy, and the name under which it is kept."""
    return sha256_hex(url.encode()), msgspec.json.encode({"copy": url, "file": digest})


def _pairs(values: list[Any], there: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Yield each entry of a list with the old entry of the same words, else of the same place."""
    left = [(_words(entry), entry) for entry in there]
    for number, value in enumerate(values):
        words = _words(value)
        at = next((n for n, (old, _) in enumerate(left) if old == words), None)
        if at is not None and words:
            yield value, left.pop(at)[1]
        else:
            yield value, there[number] if len(values) == len(there) else None


def _words(entry: Any) -> Any:
    """Return what an entry says besides its pictures, in a form that can be compared."""
    if isinstance(entry, Mapping):
        pairs = ((name, _words(value)) for name, value in sorted(entry.items()))
        return [pair for pair in pairs if pair[1] not in ("", [])]
    if isinstance(entry, list):
        return [_words(value) for value in entry]
    is_picture = isinstance(entry, str) and (_is_url(entry) or "<" in entry)
    return "" if entry is None or is_picture else entry


def _addresses(values: list[Any]) -> Iterator[str]:
    for leaf in walk(values):
        if isinstance(leaf, str):
            yield from link_targets(leaf) if "<" in leaf else [leaf]


def _in_order(first: str, second: str) -> tuple[str, str]:
    return (first, second) if _is_copy(first) else (second, first)


def _is_copy(text: str) -> bool:
    return bool(Media(text).handle)


def _is_url(text: str) -> bool:
    return text.startswith(("https://", "http://")) and not any(c.isspace() for c in text)
