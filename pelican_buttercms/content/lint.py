"""Checks of content: alternative texts, SEO texts, titles, empty fields and links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
import mimetypes
import re
from typing import Any, Final, Literal

from pelican_buttercms.content.html_tokens import start_tags
from pelican_buttercms.content.media import read_media
from pelican_buttercms.content.raw_records import RawRecord
from pelican_buttercms.content.reference_syntax import embedded_key
from pelican_buttercms.settings.page_types import USUAL_FIELDS, PageType

Level = Literal["error", "warning", "info"]
LEVELS: Final[tuple[Level, ...]] = ("error", "warning", "info")
CHECKS: Final[dict[str, Level]] = {
    "link-to-nowhere": "error",
    "picture-without-alt": "warning",
    "description-missing": "warning",
    "description-long": "warning",
    "title-long": "warning",
    "title-duplicate": "warning",
    "seo-title-missing": "info",
    "field-empty": "info",
}
"""The level of each check."""

_LONGEST_TITLE, _LONGEST_DESCRIPTION = 60, 160  # what search engines show
_FEWEST, _MOST_SHARE = 5, 0.8  # a field that most records fill
_PLACES = {"post": "posts", "page": "pages", "item": "collections"}
_POST_FIELDS = ("summary", "featured_image", "author", "categories", "tags")
_OWN_FIELDS = frozenset(("meta", "status", "scheduled", "published", "updated", "locale"))
_LINKS = frozenset(("href", "src", "poster", "data"))


@dataclass(frozen=True, order=True)
class LintFinding:
    """Something that could be mended.

    Attributes:
        rank: the place of its level; the gravest have 0.
        record: such as `posts/hello`, `pages/landing/home` or `collections/faqs/3`.
        locale: of the version, "" for the account's default.
        path: of the field, such as `body[2].fields.image`; "" for the record as a whole.
        check: a name in `CHECKS`.
        text: what is wrong, and what to do.
    """

    rank: int
    record: str
    locale: str
    path: str
    check: str
    text: str

    @property
    def level(self) -> Level:
        """The level of its check."""
        return CHECKS[self.check]


@dataclass(frozen=True)
class Linter:
    """Looks at the records of an account.

    Attributes:
        page_types: those that have pages on the site.
        leads_nowhere: returns whether an address of the site has no page; other addresses have
            not.
    """

    page_types: Mapping[str, PageType]
    leads_nowhere: Callable[[str], bool]
    _found: list[LintFinding] = field(default_factory=list)

    def findings(self, records: Iterable[RawRecord]) -> list[LintFinding]:
        """Return everything that is found, the gravest first."""
        groups: dict[tuple[str, str, str], list[RawRecord]] = defaultdict(list)
        titles: dict[tuple[str, str], list[RawRecord]] = defaultdict(list)
        for raw in records:
            if raw.key.kind not in _PLACES:
                continue
            groups[raw.key.kind, raw.key.group, raw.locale].append(raw)
            self._look_at_values(raw)
            if self._has_page(raw):
                self._look_at_seo(raw)
                titles[raw.locale, self._title(raw).casefold()].append(raw)
        for (_, title), alike in titles.items():
            for raw in alike[1:] if title else ():
                text = f"has the same title as {name_of_record(alike[0])}: name each page apart"
                self._add("title-duplicate", raw, "title", text)
        for group in groups.values():
            self._look_for_empty(group)
        return sorted(set(self._found))

    def _add(self, check: str, raw: RawRecord, path: str, text: str) -> None:
        rank = LEVELS.index(CHECKS[check])
        record = name_of_record(raw)
        self._found.append(LintFinding(rank, record, raw.locale, path, check, text))

    def _has_page(self, raw: RawRecord) -> bool:
        kind = self.page_types.get(raw.key.group)
        return raw.key.kind == "post" or (
            raw.key.kind == "page" and kind is not None and kind.role != "data"
        )

    def _text(self, raw: RawRecord, target: str) -> tuple[str, str]:
        """Return the text and the path of what a page is mapped to, the first that has one."""
        if raw.key.kind == "post":
            path = {"description": "meta_description"}.get(target, target)
            return str(raw.data.get(path) or "").strip(), path
        mapped = self.page_types[raw.key.group].fields.get(target)
        paths = (mapped.removeprefix("fields."),) if mapped else USUAL_FIELDS.get(target, ())
        found = [(_at(_fields(raw), path), path) for path in paths]
        best = next((one for one in found if one[0]), None) or next(
            (one for one in found if one[0] is not None), (None, paths[0] if paths else target)
        )
        return str(best[0] or "").strip(), f"fields.{best[1]}"

    def _title(self, raw: RawRecord) -> str:
        own = self._text(raw, "seo_title")[0] or self._text(raw, "title")[0]
        return own or str(raw.data.get("name") or "").strip()

    def _look_at_seo(self, raw: RawRecord) -> None:
        seo_title, path = self._text(raw, "seo_title")
        if not seo_title:
            self._add("seo-title-missing", raw, path, "has no SEO title: its title stands for it")
        title = self._title(raw)
        if len(title) > _LONGEST_TITLE:
            text = f"is {len(title)} characters long; search engines show {_LONGEST_TITLE}"
            self._add("title-long", raw, path if seo_title else "title", text)
        description, path = self._text(raw, "description")
        if not description and not self._text(raw, "summary")[0]:
            self._add("description-missing", raw, path, "is empty, and there is no summary either")
        if len(description) > _LONGEST_DESCRIPTION:
            shown = _LONGEST_DESCRIPTION
            text = f"is {len(description)} characters long; search engines show {shown}"
            self._add("description-long", raw, path, text)

    def _look_at_values(self, raw: RawRecord) -> None:
        if raw.key.kind == "post":
            alt = str(raw.data.get("featured_image_alt") or "").strip()
            if raw.data.get("featured_image") and not alt:
                self._add("picture-without-alt", raw, "featured_image_alt", "is empty: describe it")
        for path, value in _leaves(raw.data):
            if isinstance(value, dict):
                if not value["alt"].strip():  # the API gives it for pages only
                    text = "has no alternative text: describe the picture"
                    self._add("picture-without-alt", raw, path, text)
                continue
            for tag in start_tags(value):
                if tag.name == "img" and tag.get("alt") is None:
                    text = f"has a picture without alt: {tag.value('src')}"
                    self._add("picture-without-alt", raw, path, text)
                for attribute in tag.attributes:
                    if attribute.name in _LINKS and self.leads_nowhere(attribute.value.strip()):
                        text = f"leads to {attribute.value.strip()}, which the site does not have"
                        self._add("link-to-nowhere", raw, path, text)

    def _look_for_empty(self, group: list[RawRecord]) -> None:
        names = dict.fromkeys(name for raw in group for name in _fields(raw))
        prefix = "fields." if group[0].key.kind == "page" else ""
        for name in names if len(group) >= _FEWEST else ():
            empty = [raw for raw in group if _fields(raw).get(name) in (None, "", [], {})]
            filled = len(group) - len(empty)
            for raw in empty if filled >= _MOST_SHARE * len(group) else ():
                text = f"is empty; {filled} of {len(group)} others of its kind have it"
                self._add("field-empty", raw, f"{prefix}{name}", text)


def name_of_record(raw: RawRecord) -> str:
    """Return the name of a record as `export` and `publish` take it."""
    return "/".join(part for part in (_PLACES[raw.key.kind], raw.key.group, raw.key.id) if part)


def _fields(raw: RawRecord) -> dict[str, Any]:
    """Return the fields that editors fill."""
    if raw.key.kind == "post":
        return {name: raw.data.get(name) for name in _POST_FIELDS}
    if raw.key.kind == "page":
        fields = raw.data.get("fields")
        return fields if isinstance(fields, dict) else {}
    return {name: value for name, value in raw.data.items() if name not in _OWN_FIELDS}


def _at(value: Any, path: str) -> Any:
    """Return what a dotted path leads to, None for nothing."""
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str) else None


def _leaves(data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the path and the value of each picture with its text, and of each text of HTML.

    Records that the API has expanded are left out: they are looked at themselves.
    """
    waiting: list[tuple[str, Any]] = [("", data)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str) and "<" in value:
            yield path, value
        elif isinstance(value, list):
            waiting += [(f"{path}[{number}]", one) for number, one in enumerate(value)]
        elif isinstance(value, dict) and not (path and embedded_key(value)):
            if path and (media := read_media(value)):
                kind, _ = mimetypes.guess_type(re.split("[?#]", media.url)[0])
                if kind is None or kind.startswith("image/"):
                    yield path, {"alt": media.alt}
                continue
            waiting += [(f"{path}.{name}" if path else name, one) for name, one in value.items()]
