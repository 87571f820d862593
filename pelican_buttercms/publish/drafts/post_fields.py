"""The values of a post's draft in the API's names, and what of it the API cannot hold."""

from __future__ import annotations

from datetime import datetime
import re
from typing import Any

from pelican.readers import ensure_metadata_list
from pelican.utils import get_date

from pelican_buttercms.publish.drafts.metadata import (
    COMMON,
    KNOWN,
    POST_TEXTS,
    TIMES,
    DraftMetadata,
    DraftSyntaxError,
    listed,
    normalize_key,
)
from pelican_buttercms.publish.drafts.pelican_site import DraftSite
from pelican_buttercms.publish.drafts.raw_draft import LocalFile
from pelican_buttercms.wording import nearest

TEXTS = ("summary", "seo_title", "meta_description", "featured_image_alt")
TERMS = ("categories", "tags")


def post_fields(metadata: DraftMetadata, site: DraftSite) -> tuple[dict[str, Any], list[LocalFile]]:
    """Return the post's values that the file names, and the local file among them."""
    fields: dict[str, Any] = {name: metadata.text(name) for name in TEXTS if _says(metadata, name)}
    for name in TERMS:
        if _says(metadata, name):
            fields[name] = _names(metadata, name, site)
    if authors := _names(metadata, "author", site):
        fields["author"] = authors[0]
    files: list[LocalFile] = []
    if _says(metadata, "featured_image"):
        fields["featured_image"], files = _image(metadata, site)
    return fields, files


def unsupported_metadata(metadata: DraftMetadata, site: DraftSite) -> tuple[str, ...]:
    """Return what the API has no place for, a sentence for each reason."""
    sentences = []
    if "modified" in metadata.values:
        sentences.append(f"{metadata.names['modified']} is not sent: the API sets it itself.")
    authors = _names(metadata, "author", site)
    if len(authors) > 1:
        sentences.append(
            f"A post has one author there: {authors[0]} is kept, and {listed(authors[1:])} not."
        )
    if others := metadata.keys_except((*COMMON, *POST_TEXTS, *TIMES)):
        names = [metadata.names[name] for name in others]
        stay, it = ("stays", "it") if len(names) == 1 else ("stay", "them")
        nears = (nearest(normalize_key(name), sorted(KNOWN), cutoff=0.75) for name in others)
        near = "".join(f" Did you mean {name}?" for name in dict.fromkeys(nears) if name)
        sentences.append(
            f"{listed(names)} {stay} in the file only: the API has no place for {it}.{near}"
        )
    return tuple(sentences)


def check_times(metadata: DraftMetadata, site: DraftSite, status: str | None) -> None:
    """Check that nothing asks for publishing later, which the API cannot do; problems are noted."""
    for name in ("scheduled", "publish_at"):
        if metadata.text(name):
            metadata.add_problem(
                f"{metadata.names[name]} cannot be sent: the API has no scheduling. Publish it as a"
                " draft and schedule it in the dashboard, and remove this line.",
                name,
            )
    try:
        date = _date(metadata, site)
    except (ValueError, OverflowError):
        text = metadata.text("date")
        metadata.add_problem(f"Date {text!r} is no date: write it as 2024-05-17 10:00.", "date")
        return
    is_there = bool(metadata.values.get("base"))  # what is published already may have any date
    if date and status == "published" and date > site.now() and not is_there:
        metadata.add_problem(
            f"Date {date:%Y-%m-%d %H:%M} is in the future and Status is published: the API cannot"
            " schedule and would publish it now. Say Status: draft and schedule it in the"
            " dashboard, or change the date.",
            "date",
        )


def dates(metadata: DraftMetadata, site: DraftSite) -> tuple[str, str]:
    """Return the date of a post if it is in the past, else "", and likewise if in the future."""
    try:
        date = _date(metadata, site)
    except (ValueError, OverflowError):
        return "", ""  # `check_times` has said so
    text = f"{date:%Y-%m-%d %H:%M}" if date else ""
    return ("", text) if date and date > site.now() else (text, "")


def _date(metadata: DraftMetadata, site: DraftSite) -> datetime | None:
    text = metadata.text("date")
    if not text:
        return None
    date: datetime = get_date(text.replace("_", " "))
    return date if date.tzinfo else date.replace(tzinfo=site.zone())


def _image(metadata: DraftMetadata, site: DraftSite) -> tuple[str, list[LocalFile]]:
    text = metadata.text("featured_image")
    if not text or re.match(r"(?:[a-z][a-z0-9+.-]*:|//)", text, re.IGNORECASE):
        return text, []
    path = site.find(text, metadata.path)
    if path is None:
        metadata.add_problem(
            f"there is no file {text!r} for the featured image{site.not_found(text, metadata.path)}"
            " Correct the path, or give an absolute URL.",
            "featured_image",
        )
        return text, []
    try:
        file = LocalFile(site.public_url(path), path, text)
    except DraftSyntaxError as exc:
        metadata.add_problem(str(exc), "featured_image")
        return text, []
    return file.url, [file]


def _says(metadata: DraftMetadata, name: str) -> bool:
    return name in metadata.values or bool(metadata.path_metadata.get(name))


def _names(metadata: DraftMetadata, name: str, site: DraftSite) -> list[str]:
    value = metadata.values.get(name, metadata.path_metadata.get(name, ""))
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return [str(one) for one in ensure_metadata_list(value)]
    if isinstance(value, str):
        return _split(metadata, name, value, site)
    metadata.add_problem(f"{metadata.names.get(name, name)!r} takes names.", name)
    return []


def _split(metadata: DraftMetadata, name: str, text: str, site: DraftSite) -> list[str]:
    """Split names as Pelican does: what `author` or `category` says is one name, comma or not."""
    if normalize_key(metadata.names.get(name, name)) in {"author", "category"}:
        several = name == "categories" and site.has_plugin("more_categories")
        names = text.split(",") if several else [text]
        return list(filter(None, (one.strip() for one in names)))
    return [str(one) for one in ensure_metadata_list(text)]
