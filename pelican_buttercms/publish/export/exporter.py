"""Items become draft files, each in the first form that reads back to the same values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path as File

from pelican_buttercms.errors import PublishError
from pelican_buttercms.filesystem import (
    SafeFolder,
    UnsafePathError,
    explain,
    read_regular,
    write_whole,
)
from pelican_buttercms.publish.base_versions import BaseVersions
from pelican_buttercms.publish.export.candidates import Form, Forms
from pelican_buttercms.publish.export.file_names import place
from pelican_buttercms.publish.export.items import Item
from pelican_buttercms.publish.export.overwrite_check import Existing
from pelican_buttercms.publish.export.roundtrip import ReadingBack, Verdict
from pelican_buttercms.publish.write_model import Path, Values, encode_values, spell


@dataclass
class Outcome:
    """What an export did.

    Attributes:
        written: the files that were written.
        unchanged: the files that say it already.
        edited: the files that were left, because they hold edits.
        notes: values that a draft cannot say and that were left out, a sentence for each item.
        problems: why items could not be written, a sentence for each.
    """

    written: list[File] = field(default_factory=list)
    unchanged: list[File] = field(default_factory=list)
    edited: list[File] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Exporter:
    """Writes items below one folder.

    Attributes:
        folder: where everything is written.
        langs: the language in the names of a locale's files; none is there for the main locale.
        forms: writes the texts.
        reading: reads them back.
        bases: keeps what was exported, to compare with when it is published.
        force: whether edited files are written over.
    """

    folder: File
    langs: Mapping[str, str]
    forms: Forms
    reading: ReadingBack
    bases: BaseVersions
    force: bool = False

    def export(self, items: Iterable[Item]) -> Outcome:
        """Write all items that can be written; what failed is told, and the others go on.

        Raises:
            PublishError: the disk fails.
        """
        outcome = Outcome()
        for item in items:
            try:
                self._export(item, outcome)
            except OSError as exc:
                doing = f"{item.name} cannot be written below {self.folder}"
                raise PublishError(explain(exc, doing)) from exc
            except UnsafePathError as exc:
                raise PublishError(
                    f"{item.name} was not written: {exc}. Remove that link, or name the folder"
                    " that it leads to."
                ) from exc
        return outcome

    def _export(self, item: Item, outcome: Outcome) -> None:
        name = place(item.target, self.langs.get(item.target.locale, ""))
        stem = SafeFolder(self.folder).path_of(name.as_posix())
        existing = Existing(stem, item, self.reading, self.bases, self.forms.body_of(item))
        if not self.force and (edited := existing.edited()):
            outcome.edited += edited
            return
        form, left_out, verdict = self._form(item, stem)
        if form is None:
            outcome.problems.append(
                f"{item.name} cannot be written as a draft: {verdict or 'no form can hold it.'}"
                " Mend it in the dashboard, or keep it with `pelican-buttercms snapshot export`."
            )
            return
        if left_out:
            names = ", ".join(spell(path) for path in left_out)
            outcome.notes.append(
                f"{item.name}: no draft can say its {names}, which is left out and stays as it is."
            )
        suffix, text = form
        path = stem.with_name(stem.name + suffix)
        self._keep_base(item)
        is_new = _write(path, text)
        (outcome.written if is_new else outcome.unchanged).append(path)
        existing.remove_others(path)

    def _form(self, item: Item, stem: File) -> tuple[Form | None, tuple[Path, ...], Verdict]:
        """Find a form, if need be without the values that no draft can say."""
        values, body = dict(item.version.values), self.forms.body_of(item)
        form, verdict = self._first(item, values, stem)
        if form or verdict.problems or not verdict.paths or body in verdict.paths:
            return form, (), verdict
        said: Values = {path: one for path, one in values.items() if path not in verdict.paths}
        form, last = self._first(item, said, stem)
        return form, verdict.paths, last

    def _first(self, item: Item, values: Values, stem: File) -> tuple[Form | None, Verdict]:
        verdict = Verdict()
        body = self.forms.body_of(item)
        for suffix, text in self._encoded(item, values):
            path = stem.with_name(stem.name + suffix)
            verdict = self.reading.judge(item, values, body, path, text)
            if not verdict:
                return (suffix, text), verdict
        return None, verdict

    def _encoded(self, item: Item, values: Values) -> Iterator[Form]:
        """Leave out what UTF-8 cannot hold: half of a character, which JSON can escape."""
        for suffix, text in self.forms.of(item, values):
            try:
                text.encode()
            except UnicodeEncodeError:
                continue
            yield suffix, text

    def _keep_base(self, item: Item) -> None:
        self.bases.keep(item.version.digest, encode_values(item.version.values))


def _write(path: File, text: str) -> bool:
    """Write a file whole or not at all; false where it is the same already."""
    data = text.encode()
    if path.is_file() and read_regular(path) == data:
        return False
    write_whole(path, data)
    return True
