"""What do drafts learn from being published? Their ids, and what the CMS held then."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path as File

from pelican_buttercms.publish.apply.types import Written
from pelican_buttercms.publish.base_versions import BaseVersions
from pelican_buttercms.publish.drafts.pelican_site import DraftSite
from pelican_buttercms.publish.drafts.raw_draft import RawDraft
from pelican_buttercms.publish.drafts.write_back import forget, write_back
from pelican_buttercms.publish.plan.plan import Unchanged
from pelican_buttercms.publish.write_model import Target, Values, digest_of, encode_values


class Notebook:
    """Writes into drafts what they have become.

    Args:
        raws: the drafts as they were read.
        site: the Pelican site that they belong to.
        bases: keeps what the CMS holds, for the next comparison.
        main_locale: the locale of drafts that name none.
    """

    def __init__(
        self, raws: Iterable[RawDraft], site: DraftSite, bases: BaseVersions, main_locale: str
    ) -> None:
        self._site = site
        self._bases = bases
        self._main = main_locale
        self._raws = {(one.path.resolve(), one.locale or main_locale): one for one in raws}

    def note(self, written: Written) -> None:
        """Write id and base into a draft, or take them out after a deletion.

        Raises:
            DraftError: the file cannot be written; it is as it was.
        """
        raw = self._raw(written.part.draft, written.target)
        if written.version is None:
            if raw:
                forget(raw, self._site)
            return
        # where the CMS's newer value stayed, the draft was still made from what it has
        values: Values = {**written.version.values, **dict(written.part.kept)}
        self._note(raw, written.target, values, written.version.updated)

    def adopt(self, one: Unchanged) -> None:
        """Write the base into a draft that says just what the CMS holds."""
        raw = self._raw(one.draft.raw.path, one.target)
        knows_it = raw and (raw.id, raw.base) == (one.target.key.id, one.version.digest)
        if not knows_it and not one.kept:
            self._note(raw, one.target, one.version.values, one.version.updated)

    def _note(self, raw: RawDraft | None, target: Target, values: Values, updated: str) -> None:
        digest = digest_of(values)
        self._bases.keep(digest, encode_values(values))
        if raw is not None:
            write_back(raw, self._site, id=target.key.id, base=digest, updated=updated)

    def _raw(self, draft: File, target: Target) -> RawDraft | None:
        return self._raws.get((draft.resolve(), target.locale or self._main))
