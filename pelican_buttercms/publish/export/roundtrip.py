"""The check of an exported draft: it is read as publish reads it, and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
import tempfile
from typing import Any

from pelican.utils import get_date
from ruamel.yaml.nodes import ScalarNode

from pelican_buttercms.publish.drafts.html_to_text import html_to_text
from pelican_buttercms.publish.drafts.links import LinkResolver
from pelican_buttercms.publish.drafts.pelican_site import STRUCTURED, DraftSite
from pelican_buttercms.publish.drafts.read import read_file
from pelican_buttercms.publish.drafts.yaml_json import ParseError, compose_yaml
from pelican_buttercms.publish.export.candidates import Candidate
from pelican_buttercms.publish.export.items import ExportItem
from pelican_buttercms.publish.html_compare import SameLink, same_html
from pelican_buttercms.publish.plan.equality import is_unset
from pelican_buttercms.publish.resolve.account_schema import AccountSchema
from pelican_buttercms.publish.resolve.resolve import resolve
from pelican_buttercms.publish.resolved_draft import Draft
from pelican_buttercms.publish.write_model import STATUS, FieldPath, Values, display_path


@dataclass(frozen=True)
class Verdict:
    """What is wrong with a draft; falsy if nothing is.

    Attributes:
        problems: why it cannot be published, or is of another item.
        paths: the values that differ.
    """

    problems: tuple[str, ...] = ()
    paths: tuple[FieldPath, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.problems or self.paths)

    def __str__(self) -> str:
        sentences = [*self.problems]
        if self.paths:
            names = ", ".join(display_path(path) for path in self.paths)
            sentences.append(f"these values would come back changed: {names}.")
        return " ".join(sentences)


_PELICANS = (
    "title", "slug", "status", "date", "modified", "category", "tags", "author", "authors", "lang",
    "summary", "template", "save_as", "url",
)  # fmt: skip
"""What decides about an article or a page of Pelican's."""


class RoundtripReader:
    """Reads drafts as publish does."""

    def __init__(self, site: DraftSite, known: AccountSchema) -> None:
        self._site = site
        self._known = known
        self._links = LinkResolver(site)

    def judge(
        self,
        item: ExportItem,
        wanted: Values,
        body: FieldPath | None,
        path: Path,
        candidate: Candidate,
    ) -> Verdict:
        """Compare a draft that is not written yet with the item.

        Args:
            item: the exported item.
            wanted: the values that the draft must have.
            body: the path of the value that is compared as HTML.
            path: where the draft is to be written; its name may hold the locale.
            candidate: what is to be written.
        """
        with tempfile.TemporaryDirectory() as folder:
            stored = Path(folder) / f"draft{path.suffix}"
            stored.write_bytes(str(candidate.text).encode())
            draft, problems = self._read(path, stored)
            differs = self._pelican_differs(path, stored, candidate.head)
        if draft is None:
            return Verdict(tuple(problems) or ("the file would be read as several drafts.",))
        if draft.target != item.target or draft.raw.id != item.target.key.id:
            return Verdict((f"the file would be read as a draft of {draft.target}.",))
        if (draft.raw.base, draft.raw.updated) != (item.version.digest, item.version.updated):
            return Verdict(("its base would not be read back.",))
        if paths := differences(wanted, draft.values, body, draft.is_same_link):
            return Verdict(paths=paths)
        if differs:
            return Verdict((f"Pelican would read its {differs} otherwise.",))
        return Verdict()

    def _pelican_differs(self, path: Path, stored: Path, head: Mapping[str, Any]) -> str:
        """Return the first key that Pelican without this plugin reads otherwise, "" if none."""
        if path.suffix.removeprefix(".") in STRUCTURED:
            return ""
        try:
            read = self._site.pelican_reading(path, stored)
        except (ValueError, OverflowError, KeyError, AttributeError, TypeError):
            return "metadata"
        is_page = head["kind"] != "post"
        read["title"] = html_to_text(str(read.get("title", "")))
        if is_page and read["title"] != head.get("title", ""):  # quotes are no harm
            read["title"] = _unquoted(read["title"])
        if "summary" in read and not is_page:
            read["summary"] = html_to_text(read["summary"])
        wanted = {**head, "title": head.get("title", "")}
        for name in ("date", "modified"):
            if name in wanted:
                wanted[name] = get_date(wanted[name])
        return next((n for n in _PELICANS if wanted.get(n) != read.get(n)), "")

    def read(self, path: Path) -> Draft | None:
        """Read an existing draft; None if it cannot be published as it is."""
        return self._read(path, None)[0]

    def read_all(self, path: Path) -> tuple[list[Draft], list[str]]:
        """Read all drafts of an existing file, and its problems; no drafts if there are any."""
        raws, problems = read_file(path, self._site, self._links)
        drafts, unclear = resolve(raws, self._known, self._site.local_file)
        problems = [*problems, *unclear]
        return ([] if problems else drafts), problems

    def _read(self, path: Path, stored: Path | None) -> tuple[Draft | None, list[str]]:
        raws, problems = read_file(path, self._site, self._links, stored)
        drafts, unclear = resolve(raws, self._known, self._site.local_file)
        problems = [*problems, *unclear]
        return (drafts[0] if len(drafts) == 1 and not problems else None), problems


def differences(
    wanted: Values, actual: Values, body: FieldPath | None, same_link: SameLink | None = None
) -> tuple[FieldPath, ...]:
    """Return the paths of values that differ; a draft may leave out what is unset."""
    is_kept = wanted.get(STATUS) == "scheduled" and actual.get(STATUS) in {"draft", None}
    implied = {STATUS} if is_kept else set()
    return tuple(
        path
        for path in dict.fromkeys([*wanted, *actual])
        if path not in implied
        and not _is_same(wanted.get(path), actual.get(path), same_link, is_body=path == body)
    )


def _is_same(first: Any, second: Any, same_link: SameLink | None, *, is_body: bool) -> bool:
    if is_body and isinstance(first or "", str) and isinstance(second or "", str):
        return same_html(first or "", second or "", same_link)
    if is_unset(first) or is_unset(second):
        return is_unset(first) and is_unset(second)
    return type(first) is type(second) and bool(first == second)


def _unquoted(text: str) -> str:
    try:
        node = compose_yaml(text)
    except ParseError:
        return text
    return html_to_text(node.value) if isinstance(node, ScalarNode) else text
