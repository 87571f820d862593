"""Updates of draft files after a write: their ids and bases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from pelican_buttercms.publish.apply.types import Written
from pelican_buttercms.publish.base_versions import BaseVersions
from pelican_buttercms.publish.drafts.pelican_site import DraftSite
from pelican_buttercms.publish.drafts.raw_draft import RawDraft
from pelican_buttercms.publish.drafts.write_back import remove_identity, write_back
from pelican_buttercms.publish.plan.plan import Unchanged
from pelican_buttercms.publish.write_model import Values, WriteTarget, digest_values, encode_values


class DraftUpdater:
    """Writes ids and bases into draft files.

    Args:
        raws: the drafts as they were read.
        site: the Pelican site that they belong to.
        bases: stores what the CMS holds, for the next comparison.
        main_locale: the locale of drafts without one.
    """

    def __init__(
        self, raws: Iterable[RawDraft], site: DraftSite, bases: BaseVersions, main_locale: str
    ) -> None:
        self._site = site
        self._bases = bases
        self._main = main_locale
        self._raws = {(raw.path.resolve(), raw.locale or main_locale): raw for raw in raws}
        paths = Counter(path for path, _ in self._raws)
        self._shared = {path: "" for path, number in paths.items() if number > 1}

    def record(self, written: Written) -> None:
        """Write id and base into a draft, or remove them after a deletion.

        Raises:
            DraftError: the file cannot be written; it is unchanged.
        """
        raw = self._raw(written.part.draft, written.target)
        if written.version is None:
            if raw:
                remove_identity(raw, self._site)
            return
        # where the CMS's newer value stays, the draft is still based on its own
        values: Values = {**written.version.values, **dict(written.part.kept)}
        self._write(raw, written.target, values, written.version.updated)

    def adopt(self, unchanged: Unchanged) -> None:
        """Write the base into a draft that equals what the CMS holds."""
        raw = self._raw(unchanged.draft.raw.path, unchanged.target)
        target, version = unchanged.target, unchanged.version
        is_current = raw and (raw.id, raw.base) == (self._id(raw, target), version.digest)
        if not is_current and not unchanged.kept:
            self._write(raw, target, version.values, version.updated)

    def _write(
        self, raw: RawDraft | None, target: WriteTarget, values: Values, updated: str
    ) -> None:
        digest = digest_values(values)
        self._bases.keep(digest, encode_values(values))
        if raw is not None:
            id_ = self._id(raw, target)
            write_back(raw, self._site, id=id_, base=digest, updated=updated)

    def _id(self, raw: RawDraft, target: WriteTarget) -> str:
        """Return the id for a file; of several versions of a post that is the original's slug."""
        path = raw.path.resolve()
        if path not in self._shared:
            return target.key.id
        self._shared[path] = self._shared[path] or raw.id or target.key.id
        return self._shared[path]

    def _raw(self, draft: Path, target: WriteTarget) -> RawDraft | None:
        return self._raws.get((draft.resolve(), target.locale or self._main))
