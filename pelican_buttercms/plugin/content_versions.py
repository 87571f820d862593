"""The version of a content: with the same one, it answers the same.

An article of a post follows from the post, the authors and terms that there are, the settings, the
code and the machine. So nobody has to make it to know that it is as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self

from pelican_buttercms.content import Key
from pelican_buttercms.content.records import AnyRecord
from pelican_buttercms.digests import quick_digest
from pelican_buttercms.store import Generation, MediaFile

if TYPE_CHECKING:
    from pelican_buttercms.incremental.up_to_date import UpToDateCheck
    from pelican_buttercms.sync.load import LoadedContent

_TERMS = {"author", "category", "tag"}
"""What posts refer to; a page may refer to anything but posts."""
_DIGITS = 16


class ContentVersions:
    """The versions of the contents of one build.

    Args:
        inputs: what stands for everything that is no content of the CMS.
        generations: what is built from, one for each locale.
        media: the media files by their URLs.
    """

    def __init__(
        self,
        inputs: bytes,
        generations: Iterable[Generation],
        media: Mapping[str, MediaFile | None],
    ) -> None:
        self._manifests = {one.scope.locale: one.manifest for one in generations}
        files = sorted((url, file and file.version) for url, file in media.items())
        terms = [(key, digest) for key, digest in self._all() if key.kind in _TERMS]
        others = [(key, digest) for key, digest in self._all() if key.kind != "post"]
        self._of_posts = _number(repr((inputs, files, terms)))
        self._of_pages = _number(repr((inputs, files, others)))

    @classmethod
    def known(
        cls,
        settings: Mapping[str, Any],
        up_to_date_check: UpToDateCheck | None,
        stored: LoadedContent,
    ) -> Self | None:
        """Return those of a build; None if contents show what does not follow from their versions.

        That is what nobody knows of, and links to others in other metadata than summaries.
        """
        inputs = up_to_date_check.inputs if up_to_date_check else None
        if inputs is None or {*settings["FORMATTED_FIELDS"]} - {"summary"}:
            return None
        return cls(inputs, stored.generations, stored.media)

    def of(self, record: AnyRecord, locale: str) -> int:
        """Return the number of the version of what shows a record, 0 if nobody knows.

        Args:
            record: a post or a page.
            locale: the locale that shows it.
        """
        digest = self._manifests.get(locale, {}).get(record.key)
        if digest is None:  # of a snapshot, or it stands in for a missing translation
            return 0
        around = self._of_posts if record.key.kind == "post" else self._of_pages
        return int(digest[:_DIGITS], 16) ^ around

    def _all(self) -> Iterable[tuple[Key, str]]:
        return (pair for manifest in self._manifests.values() for pair in manifest.items())


def _number(text: str) -> int:
    return int.from_bytes(quick_digest(text, _DIGITS // 2), "big")
