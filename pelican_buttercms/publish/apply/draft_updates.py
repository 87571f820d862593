"""Updates of draft files after a write: their ids and bases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from pathlib import Path

from pelican_buttercms.errors import DraftError
from pelican_buttercms.publish.apply.types import Written
from pelican_buttercms.publish.base_versions import BaseVersions
from pelican_buttercms.publish.drafts.pelican_site import DraftSite
from pelican_buttercms.publish.drafts.raw_draft import RawDraft, draft_file
from pelican_buttercms.publish.drafts.write_back import remove_identity, write_back
from pelican_buttercms.publish.export.draft_changes import DraftEditor, changed_values
from pelican_buttercms.publish.plan.plan import Unchanged
from pelican_buttercms.publish.plan.three_way_merge import Policy
from pelican_buttercms.publish.resolve.account_schema import AccountSchema
from pelican_buttercms.publish.write_model import (
    FieldPath,
    ItemVersion,
    WriteTarget,
    display_path,
    encode_values,
)


class DraftUpdater:
    """Writes ids and bases into draft files.

    Args:
        raws: the drafts as they were read.
        site: the Pelican site that they belong to.
        bases: stores what the CMS holds, for the next comparison.
        known: the account.
        policy: what the user wants where the CMS has changed since.
        emit: receives a line about each change beyond Id and Base.
    """

    def __init__(
        self,
        raws: Iterable[RawDraft],
        site: DraftSite,
        bases: BaseVersions,
        known: AccountSchema,
        *,
        policy: Policy,
        emit: Callable[[str], None],
    ) -> None:
        self._site = site
        self._bases = bases
        self._main = known.main_locale
        self._editor = DraftEditor(site, known)
        self._policy = policy
        self._emit = emit
        self._raws = {(raw.path.resolve(), raw.locale or self._main): raw for raw in raws}
        paths = Counter(path for path, _ in self._raws)
        self._shared = {path: "" for path, number in paths.items() if number > 1}

    def record(self, written: Written) -> None:
        """Write id and base into a draft, and what was merged; after a deletion, withdraw it.

        Raises:
            DraftError: the file cannot be written; it is unchanged.
        """
        raw = self._raw(written.part.draft, written.target)
        version = written.version
        if version is None:
            if raw:
                remove_identity(raw, self._site)
                if raw.kind != "item" and draft_file(raw.path) == raw.path:
                    self._emit(f"{raw.path}: Status is draft now, so that no build brings it back.")
            return
        kept = dict(written.part.kept)
        if kept and raw and self._take(raw, written.target, version, kept):
            return
        # where the CMS's newer value stays, the draft is still based on its own
        held = replace(version, values={**version.values, **kept})
        self._write(raw, written.target, held)

    def adopt(self, unchanged: Unchanged) -> None:
        """Write the base into a draft that equals what the CMS holds, or is to be as it is there.

        Raises:
            DraftError: the file cannot be written; it is unchanged.
        """
        raw = self._raw(unchanged.draft.raw.path, unchanged.target)
        target, version = unchanged.target, unchanged.version
        is_theirs = self._policy.wins == "theirs"
        takes = is_theirs or (unchanged.kept and self._policy.merge)
        if raw and takes and self._take(raw, target, version, dict(unchanged.kept)):
            return
        is_current = raw and (raw.id, raw.base) == (self._id(raw, target), version.digest)
        if not is_current and not unchanged.kept:
            self._write(raw, target, version)

    def _take(
        self, raw: RawDraft, target: WriteTarget, version: ItemVersion, kept: Collection[FieldPath]
    ) -> bool:
        """Take the CMS's values into a file; with `--theirs` all of them. Return whether it did."""
        draft = self._editor.resolve([raw], raw.locale)
        if draft is None:
            return False
        values = {path: version.values.get(path, "") for path in kept}
        if self._policy.wins == "theirs":
            values |= changed_values(draft, None, version)
        if not values:
            return False
        self._bases.keep(version.digest, encode_values(version.values))
        try:
            self._editor.take(draft, target, version, values)
        except DraftError as exc:
            self._emit(f"{raw.path} keeps its older text of {_names(values)}: {exc}")
            return False
        self._emit(f"{raw.path} has the CMS's {_names(values)} now.")
        return True

    def _write(self, raw: RawDraft | None, target: WriteTarget, version: ItemVersion) -> None:
        self._bases.keep(version.digest, encode_values(version.values))
        if raw is not None:
            id_ = self._id(raw, target)
            write_back(
                raw,
                self._site,
                id=id_,
                base=version.digest,
                updated=version.updated,
                status=version.status,
                published=version.published,
            )

    def _id(self, raw: RawDraft, target: WriteTarget) -> str:
        """Return the id for a file; of several versions of a post that is the original's slug."""
        path = raw.path.resolve()
        if path not in self._shared:
            return target.key.id
        self._shared[path] = self._shared[path] or raw.id or target.key.id
        return self._shared[path]

    def _raw(self, draft: Path, target: WriteTarget) -> RawDraft | None:
        return self._raws.get((draft.resolve(), target.locale or self._main))


def _names(paths: Iterable[FieldPath]) -> str:
    return ", ".join(map(display_path, paths))
