"""Which versions does one file hold? One, or one for each locale that its `fields` name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pelican_buttercms.publish.drafts.identity import read_locale
from pelican_buttercms.publish.drafts.metadata import DraftMetadata
from pelican_buttercms.publish.drafts.pelican_site import DraftSite

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


def locale_versions(said: DraftMetadata, site: DraftSite) -> list[LocaleVersion]:
    """Take a file apart by locale; problems are noted."""
    fields = said.values.get("fields") or {}
    if not isinstance(fields, Mapping):
        how = "write them as YAML front matter" if said.style == "plain" else "write name: value"
        said.add_problem(f"{said.names['fields']} takes a mapping of field names to values: {how}.")
        fields = {}
    if not is_by_locale(fields, site):
        locale = read_locale(said, site)
        status, base = (_one(said, key) for key in ("status", "base"))
        return [LocaleVersion(locale, fields, _status(said, status), base)]
    for key in ("locale", "lang"):
        if said.text(key):
            said.add_problem(
                f"the fields are given for several locales, so {said.names.get(key, key)} has no"
                " meaning: remove it.",
                key,
            )
    if said.html is not None:
        said.add_problem(
            "the file has a body and fields for several locales, so it is not said whose body it"
            " is: move it into the fields of its locale."
        )
    return [
        LocaleVersion(
            locale,
            fields[locale],
            _status(said, _of_locale(said, "status", locale, fields)),
            _of_locale(said, "base", locale, fields),
        )
        for locale in fields
    ]


def is_by_locale(fields: Any, site: DraftSite) -> bool:
    """Tell whether fields are given for several locales."""
    names = set(filter(None, site.locales.values()))
    return (
        isinstance(fields, Mapping)
        and bool(fields)
        and all(name in names and isinstance(value, Mapping) for name, value in fields.items())
    )


def _one(said: DraftMetadata, key: str) -> str:
    if isinstance(said.values.get(key), Mapping):
        said.add_problem(
            f"{said.names[key]} is given by locale, and the fields are not: say one, or give the"
            " fields by locale too.",
            key,
        )
        return ""
    return said.text(key)


def _of_locale(said: DraftMetadata, key: str, locale: str, fields: Mapping[str, Any]) -> str:
    value = said.values.get(key)
    if not isinstance(value, Mapping):
        text = said.text(key)
        if text and key == "base":
            said.add_problem(f"{said.names[key]} is needed for each locale, as in en: …", key)
        return text
    for name in value:
        if name not in fields and locale == next(iter(fields)):
            said.add_problem(f"{said.names[key]} names {name!r}, and the fields do not.", key)
    text = value.get(locale, "")
    if not isinstance(text, str):
        said.add_problem(f"{said.names[key]} takes a text for each locale.", key)
        return ""
    return text.strip()


def _status(said: DraftMetadata, text: str) -> DraftStatus | None:
    word = text.lower()
    if word == "published":
        return "published"
    if word == "draft":
        return "draft"
    if word == "hidden":
        said.add_problem(
            "Status: hidden is Pelican's own: ButterCMS knows published and draft only. Say"
            " draft, or published if everyone may find it.",
            "status",
        )
    elif word:
        said.add_problem(
            f"Status {text!r} is none of published and draft: say one of them.", "status"
        )
    return None
