"""The versions in one draft file: one, or one for each locale that its `fields` name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
import re
from typing import Any, Literal

from pelican_buttercms.publish.drafts.identity import read_locale
from pelican_buttercms.publish.drafts.metadata import DraftMetadata, listed
from pelican_buttercms.publish.drafts.pelican_site import DraftSite

_LOCALE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})*")

DraftStatus = Literal["published", "draft"]


@dataclass(frozen=True)
class LocaleVersion:
    """One version in a file.

    Attributes:
        locale: its locale's API slug, "" where the file names none.
        fields: what stands under `fields` for it.
        status: published or draft, None where the file does not say.
        base: the digest and the time of what it is based on.
    """

    locale: str
    fields: Mapping[str, Any]
    status: DraftStatus | None
    base: str


def locale_versions(metadata: DraftMetadata, site: DraftSite) -> list[LocaleVersion]:
    """Return the versions of a file, one for each locale; problems are noted."""
    fields = metadata.values.get("fields") or {}
    if not isinstance(fields, Mapping):
        how = (
            "write them as YAML front matter" if metadata.style == "plain" else "write name: value"
        )
        what = ", and this is a list, so leave out the dashes" if isinstance(fields, list) else ""
        metadata.add_problem(
            f"{metadata.names['fields']} takes a mapping of field names to values{what}: {how}.",
            "fields",
        )
        fields = {}
    if unknown := _unknown_locales(fields, site):
        metadata.add_problem(
            f"{metadata.names['fields']} are given by locale, and {listed(unknown)} is none of"
            f" BUTTERCMS_LOCALES ({', '.join(sorted(filter(None, site.locales.values())))}):"
            " correct it, or add the locale there.",
            "fields",
        )
        fields = {name: value for name, value in fields.items() if name not in unknown}
    if not is_by_locale(fields, site):
        locale = read_locale(metadata, site)
        status, base = (_one(metadata, key) for key in ("status", "base"))
        return [LocaleVersion(locale, fields, _status(metadata, status), base)]
    for key in ("locale", "lang"):
        if metadata.text(key):
            metadata.add_problem(
                f"the fields are grouped by locale, so {metadata.names.get(key, key)} has no"
                " meaning: remove it.",
                key,
            )
    if metadata.html is not None:
        metadata.add_problem(
            "the file has a body and fields for several locales, so the locale of the body is"
            " unknown: move it into the fields of its locale."
        )
    return [
        LocaleVersion(
            locale,
            fields[locale],
            _status(metadata, _of_locale(metadata, "status", locale, fields)),
            _of_locale(metadata, "base", locale, fields),
        )
        for locale in fields
    ]


def is_by_locale(fields: Any, site: DraftSite) -> bool:
    """Return whether fields are grouped by locale."""
    names = set(filter(None, site.locales.values()))
    return (
        isinstance(fields, Mapping)
        and bool(fields)
        and all(name in names and isinstance(value, Mapping) for name, value in fields.items())
    )


def _unknown_locales(fields: Mapping[str, Any], site: DraftSite) -> list[str]:
    """Return what looks like a locale among fields by locale, and is none of the site's."""
    names = set(filter(None, site.locales.values()))
    are_objects = all(isinstance(value, Mapping) for value in fields.values())
    unknown = [name for name in fields if name not in names]
    is_by_name = are_objects and names & fields.keys() and all(map(_LOCALE.fullmatch, unknown))
    return unknown if is_by_name else []


def _one(metadata: DraftMetadata, key: str) -> str:
    if isinstance(metadata.values.get(key), Mapping):
        metadata.add_problem(
            f"{metadata.names[key]} is given by locale, and the fields are not: give one value, or"
            " give the fields by locale too.",
            key,
        )
        return ""
    return metadata.text(key)


def _of_locale(metadata: DraftMetadata, key: str, locale: str, fields: Mapping[str, Any]) -> str:
    value = metadata.values.get(key)
    if not isinstance(value, Mapping):
        text = metadata.text(key)
        if text and key == "base":
            metadata.add_problem(
                f"{metadata.names[key]} is needed for each locale, as in en: …", key
            )
        return text
    for name in value:
        if name not in fields and locale == next(iter(fields)):
            metadata.add_problem(
                f"{metadata.names[key]} names {name!r}, and the fields do not.", key
            )
    text = value.get(locale, "")
    if not isinstance(text, str):
        metadata.add_problem(f"{metadata.names[key]} takes a text for each locale.", key)
        return ""
    return text.strip()


def _status(metadata: DraftMetadata, text: str) -> DraftStatus | None:
    word = text.lower()
    if word == "published":
        return "published"
    if word == "draft":
        return "draft"
    if word == "hidden":
        metadata.add_problem(
            "Status: hidden is Pelican's own: ButterCMS knows published and draft only. Say"
            " draft, or published if everyone may find it.",
            "status",
        )
    elif word:
        metadata.add_problem(
            f"Status {text!r} is none of published and draft: write one of them.", "status"
        )
    return None
