"""The metadata of a file parsed into raw drafts, one for each version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pelican.readers import ensure_metadata_list

from pelican_buttercms.publish.drafts.identity import read_kind, read_slug
from pelican_buttercms.publish.drafts.links import LinkResolver
from pelican_buttercms.publish.drafts.locale_versions import LocaleVersion, locale_versions
from pelican_buttercms.publish.drafts.metadata import (
    ALIASES,
    COMMON,
    POST_TEXTS,
    UNPUBLISHED,
    DraftMetadata,
    normalize_key,
)
from pelican_buttercms.publish.drafts.pelican_site import DraftSite
from pelican_buttercms.publish.drafts.post_fields import (
    check_times,
    dates,
    post_fields,
    unsupported_metadata,
)
from pelican_buttercms.publish.drafts.raw_draft import DraftKind, LocalFile, RawDraft
from pelican_buttercms.publish.drafts.site_paths import is_page
from pelican_buttercms.publish.drafts.yaml_json import stringify
from pelican_buttercms.wording import nearest, suggest

_OF_POST = ("title", "slug", *POST_TEXTS)
_PELICANS = frozenset(("date", "modified", "category"))
"""What Pelican needs of a file, and pages and items do not have."""

_OF_ITEM = tuple(name for name in COMMON if name not in {"title", "slug"})


def parse_drafts(metadata: DraftMetadata, site: DraftSite, links: LinkResolver) -> list[RawDraft]:
    """Return the drafts of one file; problems are noted in its metadata."""
    kind, group = read_kind(metadata)
    if kind == "post" and not metadata.values.get("kind") and is_page(site, metadata.path):
        metadata.add_problem(
            "it lies where Pelican takes it for a page (PAGE_PATHS), and says no kind: add"
            " Page_type, with * for a single page, or Kind: post to make a post of it."
        )
    if kind == "post":
        _drop_repeated(metadata)
        metadata.rename(ALIASES)
        metadata.path_metadata = {
            ALIASES.get(name, name): value for name, value in metadata.path_metadata.items()
        }
    drafts = []
    for version in locale_versions(metadata, site):
        digest, *words = version.base.split() or [""]
        updated = next((word for word in words if word != UNPUBLISHED), "")
        draft = RawDraft(
            metadata.path,
            kind,
            group,
            id=metadata.text("id"),
            locale=version.locale,
            status=version.status,
            base=digest,
            updated=updated,
            body_field=metadata.text("body_field") or None,
            has_plain_fields=metadata.style in {"plain", "table"} and kind != "post",
            default_category=site.default_category,
        )
        fill = _post if kind == "post" else _other
        drafts.append(fill(draft, metadata, version, site, links))
    return drafts


def _drop_repeated(metadata: DraftMetadata) -> None:
    """Drop an author or a category, Pelican's one, that the list of all of them names too."""
    for one, several in (("author", "authors"), ("category", "categories")):
        name, names = metadata.values.get(one), metadata.values.get(several)
        if isinstance(names, str | list) and name in ensure_metadata_list(names):
            del metadata.values[one]


def _post(
    draft: RawDraft,
    metadata: DraftMetadata,
    version: LocaleVersion,
    site: DraftSite,
    links: LinkResolver,
) -> RawDraft:
    words = _with_fields(metadata, version.fields)
    check_times(words, site, draft.status)
    fields, files = post_fields(words, site)
    html = words.html
    if "body" in words.values:
        if html is not None:
            words.add_problem("the body is in the metadata and behind it: keep one.", "body")
        html = words.text("body")
    draft = _with_body(draft, words, html, links)
    title = words.text("title")
    date, future = dates(words, site)
    return replace(
        draft,
        title=title,
        slug=_slug(words, site, title),
        fields=fields,
        files=_once([*files, *draft.files]),
        date=date,
        future_date=future,
        unsupported=unsupported_metadata(words, site),
    )


def _with_fields(metadata: DraftMetadata, fields: Mapping[str, Any]) -> DraftMetadata:
    """Return the metadata with a post's `fields` merged into its top level."""
    inner = DraftMetadata(metadata.path, style=metadata.style, problems=metadata.problems)
    for name, value in fields.items():
        key = normalize_key(name)
        if ALIASES.get(key, key) in _OF_POST:
            inner.add(name, stringify(value))
        else:
            metadata.add_problem(
                f"fields: a post has no {name!r}{suggest(key, _OF_POST)}", "fields"
            )
    inner.rename(ALIASES)
    values, names = {**metadata.values, **inner.values}, {**metadata.names, **inner.names}
    return replace(metadata, values=values, names=names)


def _other(
    draft: RawDraft,
    metadata: DraftMetadata,
    version: LocaleVersion,
    site: DraftSite,
    links: LinkResolver,
) -> RawDraft:
    draft = _with_body(draft, metadata, metadata.html, links)
    known = COMMON if draft.kind == "page" else _OF_ITEM
    others = metadata.keys_except(known)
    if metadata.style == "plain":
        fields = {metadata.names[key]: _as_written(metadata.values[key]) for key in others}
    else:
        fields = dict(version.fields)
        for key in filter(lambda key: key not in _PELICANS, others):
            _complain_of_key(metadata, key, draft.kind, known)
    if draft.kind == "item":
        return replace(draft, fields=fields)
    title = metadata.text("title")
    return replace(draft, title=title, slug=_slug(metadata, site, title), fields=fields)


def _complain_of_key(
    metadata: DraftMetadata, key: str, kind: DraftKind, known: tuple[str, ...]
) -> None:
    if key in {"scheduled", "publish_at"}:
        hint = ", and the API has no scheduling: schedule it in the dashboard."
    elif key in {"title", "slug"}:
        hint = ": an item has none of its own; a field of that name stands under fields."
    else:
        near = nearest(normalize_key(key), known, cutoff=0.7)
        hint = f"; did you mean {near!r}?" if near else "."
        hint += " A field stands under fields."
    name = "an item" if kind == "item" else "a page"
    metadata.add_problem(f"{name} has no key {metadata.names[key]!r}{hint}", key)


def _as_written(value: Any) -> Any:
    return "\n".join(map(str, value)) if isinstance(value, list) else value


def _with_body(
    draft: RawDraft, metadata: DraftMetadata, html: str | None, links: LinkResolver
) -> RawDraft:
    if html is None:
        return draft
    done = links.resolve(html, metadata.path)
    for problem in done.problems:
        metadata.add_problem(problem)
    files, missing = tuple(done.files.values()), tuple(dict.fromkeys(done.missing))
    return replace(draft, body=done.html, files=files, missing=missing)


def _slug(metadata: DraftMetadata, site: DraftSite, title: str) -> str:
    slug = read_slug(metadata, site, title)
    if not slug and not metadata.problems:
        metadata.add_problem("no slug can be made: add a Title, or a Slug.", "title")
    return slug


def _once(files: list[LocalFile]) -> tuple[LocalFile, ...]:
    return tuple({file.url: file for file in files}.values())
