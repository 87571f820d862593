"""The export of items as draft files, each as the first candidate that reads back equal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pelican_buttercms.errors import DraftError, PublishError
from pelican_buttercms.filesystem import (
    SafeFolder,
    UnsafePathError,
    explain,
    read_regular,
    write_whole,
)
from pelican_buttercms.publish.base_versions import BaseVersions
from pelican_buttercms.publish.drafts.site_paths import is_article
from pelican_buttercms.publish.drafts.write_back import withdraw
from pelican_buttercms.publish.export.candidates import Candidate, Candidates
from pelican_buttercms.publish.export.draft_changes import DraftEditor, changed_values
from pelican_buttercms.publish.export.file_names import file_path
from pelican_buttercms.publish.export.items import ExportItem
from pelican_buttercms.publish.export.overwrite_check import ExistingFiles, files_of
from pelican_buttercms.publish.export.roundtrip import RoundtripReader, Verdict, differences
from pelican_buttercms.publish.resolved_draft import Draft
from pelican_buttercms.publish.write_model import (
    FieldPath,
    Values,
    WriteTarget,
    decode_values,
    display_path,
    encode_values,
)

_NO_PAGES = (
    "{folder} is not in PAGE_PATHS, and Pelican would make articles of Markdown there, so the pages"
    " are YAML. Add it to PAGE_PATHS to have them as Markdown, and as pages of Pelican's."
)


@dataclass
class ExportReport:
    """What an export did.

    Attributes:
        written: the files that were written.
        unchanged: the files that were up to date.
        edited: the files that were left alone because of edits.
        notes: values that a draft cannot hold and that were left out, a sentence for each item.
        updated: the drafts elsewhere that have the CMS's values now.
        withdrawn: the files whose items are not live any more, and which are drafts now.
        problems: why items could not be written, a sentence for each.
    """

    written: list[Path] = field(default_factory=list)
    unchanged: list[Path] = field(default_factory=list)
    edited: list[Path] = field(default_factory=list)
    updated: list[Path] = field(default_factory=list)
    withdrawn: list[Path] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Exporter:
    """Writes items below one folder.

    Attributes:
        folder: where all files are written.
        langs: the language in the file names of each locale; the main locale has none.
        candidates: builds the texts.
        roundtrip: reads the texts back.
        bases: stores what was exported, for the comparison when it is published.
        editor: writes values into drafts that exist.
        drafts: the drafts that exist, by target.
        force: whether edited files are overwritten.
    """

    folder: Path
    langs: Mapping[str, str]
    candidates: Candidates
    roundtrip: RoundtripReader
    bases: BaseVersions
    editor: DraftEditor
    drafts: Mapping[WriteTarget, Draft] = field(default_factory=dict)
    force: bool = False

    def export(self, items: Iterable[ExportItem]) -> ExportReport:
        """Write all items that can be written; report the others.

        Raises:
            PublishError: the disk fails.
        """
        report = ExportReport()
        for item in items:
            try:
                self._export(item, report)
            except OSError as exc:
                doing = f"{item.name} cannot be written below {self.folder}"
                raise PublishError(explain(exc, doing)) from exc
            except UnsafePathError as exc:
                raise PublishError(
                    f"{item.name} was not written: {exc}. Remove that link, or name its target"
                    " folder."
                ) from exc
        return report

    def withdraw(self, held: Collection[WriteTarget], report: ExportReport) -> None:
        """Make the published drafts of what is not among these items drafts.

        Args:
            held: what is not withdrawn.
            report: receives the files.
        """
        for target, draft in self.drafts.items():
            is_public = target.key.kind != "item" and draft.raw.status != "draft"
            if target in held or not is_public:
                continue
            try:
                withdraw(draft.raw, self.editor.site)
            except DraftError as exc:
                report.problems.append(str(exc))
            else:
                report.withdrawn.append(draft.raw.path)

    def _update(self, draft: Draft, item: ExportItem, report: ExportReport) -> None:
        """Take the CMS's values into a draft that is no export; one with edits is left."""
        path, digest = draft.raw.path, item.version.digest
        data = self.bases.get(draft.raw.base)
        base = decode_values(data) if data else None
        body = self.candidates.body_of(item)
        unnamed = {path: v for path, v in (base or {}).items() if path not in draft.values}
        same = draft.is_same_link
        if draft.raw.base == digest and not self.force:
            report.unchanged.append(path)
        elif not self.force and (
            base is None or differences(base, unnamed | draft.values, body, same)
        ):
            report.edited.append(path)
        else:
            values = changed_values(draft, None if self.force else base, item.version)
            self._keep_base(item)
            try:
                self.editor.take(draft, item.target, item.version, values)
            except DraftError as exc:
                report.problems.append(str(exc))
            else:
                report.updated.append(path)

    def _export(self, item: ExportItem, report: ExportReport) -> None:
        name = file_path(item.target, self.langs.get(item.target.locale, ""))
        stem = SafeFolder(self.folder).path_of(name.as_posix())
        draft = self.drafts.get(item.target)
        own = {file.resolve() for file in files_of(stem)}
        if draft is not None and draft.raw.path.resolve() not in own:
            self._update(draft, item, report)
            return
        existing = ExistingFiles(
            stem, item, self.roundtrip, self.bases, self.candidates.body_of(item)
        )
        if not self.force and (edited := existing.edited()):
            report.edited += edited
            return
        candidate, left_out, verdict = self._choose(item, stem)
        if candidate is None:
            report.problems.append(
                f"{item.name} cannot be written as a draft:"
                f" {verdict or 'no file format can hold it.'} Correct it in the dashboard, or keep"
                " it with `pelican-buttercms snapshot export`."
            )
            return
        if left_out:
            names = ", ".join(display_path(path) for path in left_out)
            report.notes.append(
                f"{item.name}: no draft can hold its {names}, so it is left out and unchanged."
            )
        path = stem.with_name(stem.name + candidate.suffix)
        if item.target.key.kind == "page" and self._is_foreign_article(
            item, path.with_suffix(".md")
        ):
            note = _NO_PAGES.format(folder=self.folder / "pages")
            report.notes += [note] if note not in report.notes else []
        self._keep_base(item)
        is_changed = _write(path, str(candidate.text))
        (report.written if is_changed else report.unchanged).append(path)
        existing.remove_others(path)

    def _choose(
        self, item: ExportItem, stem: Path
    ) -> tuple[Candidate | None, tuple[FieldPath, ...], Verdict]:
        """Find a candidate, if need be without the values that no draft can hold."""
        values, body = dict(item.version.values), self.candidates.body_of(item)
        candidate, verdict = self._first(item, values, stem)
        if candidate or verdict.problems or not verdict.paths or body in verdict.paths:
            return candidate, (), verdict
        held: Values = {path: value for path, value in values.items() if path not in verdict.paths}
        candidate, last = self._first(item, held, stem)
        return candidate, verdict.paths, last

    def _first(
        self, item: ExportItem, values: Values, stem: Path
    ) -> tuple[Candidate | None, Verdict]:
        """Return the first candidate that reads back, else what the nearest one lacks."""
        verdicts: list[Verdict] = []
        body = self.candidates.body_of(item)
        for candidate in self._encoded(item, values):
            path = stem.with_name(stem.name + candidate.suffix)
            if self._is_foreign_article(item, path):
                continue
            verdict = self.roundtrip.judge(item, values, body, path, candidate)
            if not verdict:
                return candidate, verdict
            verdicts.append(verdict)
        near = [one for one in verdicts if one.paths and body not in one.paths]
        last = verdicts[-1] if verdicts else Verdict()
        return None, min(near, key=lambda one: len(one.paths), default=last)

    def _is_foreign_article(self, item: ExportItem, path: Path) -> bool:
        """Return whether Pelican without this plugin would make an article of a page or an item."""
        return item.target.key.kind != "post" and is_article(self.editor.site, path)

    def _encoded(self, item: ExportItem, values: Values) -> Iterator[Candidate]:
        """Yield the candidates that UTF-8 can hold; only JSON can escape half of a character."""
        for candidate in self.candidates.of(item, values):
            with suppress(UnicodeEncodeError):
                str(candidate.text).encode()
                yield candidate

    def _keep_base(self, item: ExportItem) -> None:
        self.bases.keep(item.version.digest, encode_values(item.version.values))


def _write(path: Path, text: str) -> bool:
    """Write a file atomically; return False if it is unchanged."""
    data = text.encode()
    if path.is_file() and read_regular(path) == data:
        return False
    write_whole(path, data)
    return True
