"""Values of the CMS taken into a draft's own file: only what changes is edited, and read back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.publish.drafts.edit_lines import Changes
from pelican_buttercms.publish.drafts.locale_versions import is_by_locale
from pelican_buttercms.publish.drafts.metadata import ALIASES, DraftMetadata, normalize_key
from pelican_buttercms.publish.drafts.pelican_site import DraftSite
from pelican_buttercms.publish.drafts.raw_draft import RawDraft
from pelican_buttercms.publish.drafts.write_back import identity_changes, update_values
from pelican_buttercms.publish.export.candidates import Candidates
from pelican_buttercms.publish.export.roundtrip import differences
from pelican_buttercms.publish.resolve.account_schema import AccountSchema, parse_field_path
from pelican_buttercms.publish.resolve.field_serializer import serialize_fields
from pelican_buttercms.publish.resolve.resolve import resolve
from pelican_buttercms.publish.resolved_draft import Draft
from pelican_buttercms.publish.write_model import (
    FIELDS,
    SLUG,
    STATUS,
    TITLE,
    FieldPath,
    ItemVersion,
    Values,
    WriteTarget,
)

_BODY: FieldPath = ("body",)
_FIRST_NAMES = {"meta_description": "description", "categories": "category"}
"""The names of a post's values that are written where a file has none."""


class DraftEditor:
    """Takes values of the CMS into draft files.

    Args:
        site: the Pelican site of the drafts.
        known: the account.
    """

    def __init__(self, site: DraftSite, known: AccountSchema) -> None:
        self.site = site
        self._known = known

    def resolve(self, raws: list[RawDraft], locale: str) -> Draft | None:
        """Return what a file says in a locale; None if it cannot be published as it is."""
        drafts, problems = resolve(raws, self._known, self.site.local_file)
        found = (draft for draft in drafts if draft.raw.locale == locale)
        return None if problems else next(found, None)

    def take(self, draft: Draft, target: WriteTarget, version: ItemVersion, values: Values) -> None:
        """Write values of a version into the file of a draft that is based on that version.

        Args:
            draft: the draft, as it was read.
            target: the item.
            version: what the CMS holds.
            values: which of its values are written; unset ones are taken away.

        Raises:
            DraftError: the file cannot be changed, or not without changing more; it is as it was.
        """
        raw = draft.raw
        body = self._body_of(draft, target)
        expected = {**draft.values, **values}

        def accept(after: list[RawDraft]) -> bool:
            new = self.resolve([one for one in after if one.path == raw.path], raw.locale)
            if new is None or (new.raw.id, new.raw.base) != (target.key.id, version.digest):
                return False
            wanted = {**expected, SLUG: new.values.get(SLUG)} if SLUG not in expected else expected
            return not differences(wanted, new.values, body, new.is_same_link)

        def build(metadata: DraftMetadata) -> Changes:
            of_file = _FileChanges(metadata, raw, self.site, self._known)
            changes: dict[tuple[str, ...], Any] = {}
            for path, value in of_file.changes(target, version, values, body):
                changes[path] = value
            base = f"{version.digest} {version.updated}".strip()
            return changes | identity_changes(raw, metadata, self.site, id=target.key.id, base=base)

        is_body = body in values and raw.body is not None
        html = str(values.get(body) or "") if body else ""
        bodies = self._bodies(html) if is_body else ()
        update_values(raw, self.site, build, accept, bodies)

    def _bodies(self, html: str) -> Iterator[str]:
        for keeps_html in (False, True):
            try:
                yield from Candidates(self.site, self._known, html=keeps_html).bodies(html)
            except SettingsError:  # markdownify is not installed
                continue
        yield html

    def _body_of(self, draft: Draft, target: WriteTarget) -> FieldPath | None:
        if target.key.kind == "post":
            return _BODY
        if draft.raw.body is None:
            return None
        if draft.raw.body_field:
            shape = self._known.fields_of(target.key)
            return parse_field_path(draft.raw.body_field, shape)
        return self._known.body_field(target)


class _FileChanges:
    """The changes of one file's metadata, in the names and places that it has already."""

    def __init__(
        self, metadata: DraftMetadata, raw: RawDraft, site: DraftSite, known: AccountSchema
    ) -> None:
        self._metadata = metadata
        self._raw = raw
        self._known = known
        self._names = {normalize_key(name) for name in metadata.values}
        fields = metadata.values.get("fields")
        self._fields: tuple[str, ...] = ("fields",)
        self._inner = fields if isinstance(fields, dict) else {}
        if is_by_locale(fields, site):
            self._fields = ("fields", raw.locale)
            self._inner = self._inner[raw.locale]

    def changes(
        self, target: WriteTarget, version: ItemVersion, values: Values, body: FieldPath | None
    ) -> Iterator[tuple[tuple[str, ...], Any]]:
        spelled = serialize_fields({**version.values, **values}, self._known, target.key)
        for path, value in values.items():
            if path == body and self._raw.body is not None and "body" not in self._names:
                continue
            if path == STATUS:
                yield from self._status(str(value))
            elif path in {TITLE, SLUG} or path == _BODY:
                yield self._place(path[0]), value or None
            elif path[0] == FIELDS:
                place = (*self._fields, *path[1:])
                is_plain = self._raw.has_plain_fields
                yield (path[1:] if is_plain else place), _look_up(spelled, path[1:])
            elif path[0] == "categories":
                yield from self._categories(spelled["categories"])
            else:
                yield from self._post_value(path[0], spelled[path[0]])

    def _status(self, value: str) -> Iterator[tuple[tuple[str, ...], str]]:
        several = isinstance(self._metadata.values.get("status"), dict)
        place = ("status", self._raw.locale) if several else ("status",)
        yield place, "published" if value == "published" else "draft"

    def _place(self, name: str) -> tuple[str, ...]:
        return (*self._fields, name) if name in self._inner else (name,)

    def _post_value(self, name: str, value: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
        spellings = [name, *(alias for alias, api in ALIASES.items() if api == name)]
        own = [one for one in spellings if one in self._names or one in self._inner]
        first = "author" if name == "author" else next(iter(own), _FIRST_NAMES.get(name, name))
        yield self._place(first), value or None
        yield from ((self._place(one), None) for one in own if one != first)

    def _categories(self, names: list[str]) -> Iterator[tuple[tuple[str, ...], Any]]:
        if "categories" in self._names and "category" not in self._names and len(names) != 1:
            yield ("categories",), names or None
            return
        yield self._place("category"), names[0] if names else self._raw.default_category
        if len(names) > 1 or "categories" in self._names:
            yield ("categories",), names if len(names) > 1 else None


def _look_up(spelled: dict[str, Any], path: FieldPath) -> Any:
    value: Any = spelled
    for name in path:
        value = value.get(name, "") if isinstance(value, dict) else ""
    return value


def changed_values(draft: Draft, base: Values | None, version: ItemVersion) -> Values:
    """Return the values of a version that a draft has otherwise, or should have since its base."""
    body = _BODY if draft.target.key.kind == "post" else None
    return {
        path: version.values.get(path, "")
        for path in differences(version.values, draft.values, body, draft.is_same_link)
        if path in draft.values or base is None or base.get(path) != version.values.get(path)
    }
