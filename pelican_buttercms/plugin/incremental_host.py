"""What incremental rendering is told about ButterCMS's content."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from types import MethodType
from typing import Any

from jinja2.compiler import CodeGenerator

from pelican_buttercms.content import Key
from pelican_buttercms.content.addresses import AddressPattern
from pelican_buttercms.content.fields import Component, FieldMethod, Fields, Media
from pelican_buttercms.content.graph import Graph
from pelican_buttercms.content.records import (
    Author,
    Category,
    Item,
    Page,
    Post,
    Referrer,
    Tag,
)
from pelican_buttercms.digests import quick_digest
from pelican_buttercms.incremental import fingerprint
from pelican_buttercms.incremental.fingerprint import RECORD, Describe, Fingerprinter
from pelican_buttercms.incremental.host import SITE, ContentState, Options, SiteInputs
from pelican_buttercms.incremental.introspection import UntrackableError
from pelican_buttercms.incremental.output.paths import RECORDS
from pelican_buttercms.incremental.recorder import note_names
from pelican_buttercms.plugin.cms_text import CmsText
from pelican_buttercms.plugin.drafts.draft_banner import MARKED_BY, is_page, marked
from pelican_buttercms.plugin.drafts.draft_status import Unpublished
from pelican_buttercms.plugin.jinja_filters import FILTERS
from pelican_buttercms.plugin.local_media import LocalMedia
from pelican_buttercms.plugin.own_files import OwnFilesGenerator
from pelican_buttercms.plugin.page_body import RenderedBody
from pelican_buttercms.plugin.sitemap import SitemapGenerator
from pelican_buttercms.plugin.template_context import SiteContent
from pelican_buttercms.plugin.text_filters import ConcatGenerator
from pelican_buttercms.plugin.validation import OUR_NAMES
from pelican_buttercms.settings import Locale, Settings
from pelican_buttercms.store import Generation, MediaFile
from pelican_buttercms.sync.load import MediaOf

_OPTIONS = f"{SITE}*"  # which is no language
_TEMPLATES = Path(__file__).parent / "templates"
_NUMBERS = "_BUTTERCMS_"  # in Pelican's settings, see `registry`
_DATED = ("BUTTERCMS_PAGE_TYPES",)
_OF_PULL = frozenset({"generation", "pulled_at", "live_at", "stale"})
_OF_CLOCK = frozenset({"age"})
_WITHOUT_EFFECT = {  # on how a page looks
    *("cache_path", "max_age", "max_stale", "reconcile", "max_calls", "max_deletions", "offline"),
    *("strict", "concurrency", "snapshot", "store_url", "incremental", "workers", "changed_files"),
}


class CMSHost:
    """ButterCMS's content in one build.

    Args:
        editions: the content of each language.
        versions: the versions of contents by `id()`.
        media: the downloaded files.
        wrote: is called with the path and the context of each page that was written.
        preview: whether drafts are shown.
    """

    unversioned = frozenset(
        (
            *("translations", "fallback_of", "private"),
            *("next_post", "previous_post", "related_articles"),
        )
    )
    filters: Mapping[str, Any] = FILTERS
    compilers: Collection[type] = frozenset({CodeGenerator, ConcatGenerator})

    def __init__(
        self,
        editions: Mapping[str, SiteContent],
        versions: Mapping[int, int],
        media: LocalMedia,
        wrote: Callable[[str, dict[str, Any]], None],
        *,
        preview: bool,
    ) -> None:
        self._editions, self._media, self._preview = editions, media, preview
        self.on_page = wrote
        self.key = "preview" if preview else "live"
        self.objects: dict[str, Any] = {f"{SITE}{lang}": one for lang, one in editions.items()}
        self.objects[_OPTIONS] = next(iter(editions.values())).options  # asked setting by setting
        self.versions = versions
        self.fingerprints = FINGERPRINTS
        self.keys = KEYS

    def records(self) -> Iterator[tuple[str, Any]]:
        """Yield every record of every language with its name."""
        for lang, edition in self._editions.items():
            for record in edition.graph.records:
                key = record.key
                yield f"{RECORD}{lang}|{key.kind}|{key.group}|{key.id}", record

    def find_record(self, name: str) -> Any:
        """Return the record of a name; None if it is gone."""
        if name.count("|") < 4:
            return None
        _, lang, kind, group, number = name.split("|", 4)
        edition = self._editions.get(lang)
        return edition and edition.graph.get(Key(kind, group, number))  # type: ignore[arg-type]

    def containers(self) -> Iterator[Any]:
        """Yield what records and languages hold."""
        for edition in self._editions.values():
            yield vars(edition)
            for record in edition.graph.records:
                yield from (getattr(record, one.name, None) for one in fields(record))

    def is_own(self, content: Any) -> bool:
        """Return whether a content was made of a record."""
        return "butter" in vars(content)

    def files(self, generators: Iterable[Any]) -> Iterator[str]:
        """Yield the media files that pages show, the sitemap, and other files of our own."""
        yield from self._media.used
        for generator in generators:
            if isinstance(generator, SitemapGenerator):
                yield "sitemap.xml"
            elif isinstance(generator, OwnFilesGenerator):
                yield from generator.files

    def finish_page(self, path: str, text: str, context: dict[str, Any]) -> str:
        """Return a page with its banner, if it is a preview's."""
        if not (self._preview and is_page(path)):
            return text
        note_names(MARKED_BY)
        return marked(text, context)

    def record_files(self, note: Callable[[str], None] | None) -> None:
        """Report each media file that a page shows."""
        self._media.shown = note

    def show_file(self, name: str) -> None:
        """Note that a page shows a media file."""
        self._media.path(name)


def render_options(options: Settings) -> Options:
    """Return how a site is rendered, by its settings."""
    return Options(
        records=options.cache_path / RECORDS,
        mode=options.incremental,
        pure=options.pure,
        plugins=options.known_plugins,
        workers=options.workers,
        prefix="BUTTERCMS_",
    )


def site_inputs(options: Settings) -> SiteInputs:
    """Return what a build reads, as far as the settings tell."""
    has_more = options.preview or options.snapshot is not None
    return SiteInputs(
        key=fingerprint.fingerprint(options, FINGERPRINTS),
        plugins=OUR_NAMES,
        ignored=lambda name: name.startswith(_NUMBERS),
        dated=_DATED,
        folders=(_TEMPLATES,),
        kept=(Path(options.redirects_file),) if options.redirects else (),
        of_version=_OF_PULL,
        of_clock=_OF_CLOCK,
        obstacle="a preview or a snapshot" if has_more else None,
        fingerprints=FINGERPRINTS,
        is_own=lambda content: hasattr(content, "butter"),
    )


def content_state(generations: Sequence[Generation], media_of: MediaOf) -> ContentState:
    """Return what a build would be made from.

    Args:
        generations: one for each locale.
        media_of: returns the media files of addresses, as they are now; the CMS's server may be
            asked for them.
    """
    manifests = (
        "".join([f"{one.scope}\n", *(f"{k.stored} {name}\n" for k, name in one.manifest.items())])
        for one in generations
    )
    first = generations[0]
    lists = repr(sorted(first.listed.items()))  # an order may change alone
    return ContentState(
        digest=quick_digest(b"".join(map(quick_digest, (*manifests, lists)))),
        version=f"{first.id} {first.pulled_at}",
        digests_of=lambda names: media_digests(media_of(names)),
    )


def media_digests(media: Mapping[str, MediaFile | None]) -> dict[str, str | None]:
    """Return the version of each media file by its address, None for one that is missing."""
    return {url: file.version if file else None for url, file in media.items()}


def _describe_method(fingerprinter: Fingerprinter, value: MethodType, depth: int) -> str:
    """Return the text of the method that prints a term: `Taxonomy` gives terms that of their name.

    Raises:
        UntrackableError: it is any other method.
    """
    if value.__func__ is not CmsText.__html__:
        raise UntrackableError(f"the method {value.__qualname__}")
    return f"H{fingerprinter.fingerprint(value.__self__, depth)}"


def _describe_graph(fingerprinter: Fingerprinter, value: Graph, _depth: int) -> str:
    records = (*value.records, *value.posts)
    return fingerprinter.once(value, lambda: repr([one.key.stored for one in records]))


def _describe_media(fingerprinter: Fingerprinter, value: LocalMedia, _depth: int) -> str:
    return fingerprinter.once(
        value, lambda: repr(sorted((u, f.version) for u, f in value.files.items()))
    )


def _describe_settings(fingerprinter: Fingerprinter, value: Settings, _depth: int) -> str:
    names = [field.name for field in fields(value) if field.name not in _WITHOUT_EFFECT]
    parts = (fingerprint.fingerprint(getattr(value, name), FINGERPRINTS) for name in names)
    return fingerprinter.once(value, lambda: repr(list(parts)))


FINGERPRINTS: Mapping[type, Describe] = {
    # records are named only when something is rendered
    **dict.fromkeys(
        (Post, Page, Item, Author, Category, Tag),
        lambda _, value, __: f"@{value.key.stored} {value.locale}",
    ),
    **dict.fromkeys((Key, Locale), fingerprint.describe_plainly),
    AddressPattern: fingerprint.describe_text,
    CmsText: lambda _, value, __: f"T{value.parts!r}",
    Media: lambda _, value, __: f"M{len(value)}:{value}{value.alt}",
    Fields: lambda fingerprinter, value, depth: f"F{fingerprinter.mapping(value._data, depth)}",
    FieldMethod: lambda *_: fingerprint.MISSING,
    Component: lambda fingerprinter, value, depth: (
        f"C{fingerprinter.fingerprint(value.type)}{fingerprinter.fingerprint(value.fields, depth)}"
    ),
    Referrer: lambda fingerprinter, value, depth: (
        f"R{fingerprinter.fingerprint(value.owner, depth)}{fingerprinter.fingerprint(value.path)}"
    ),
    MethodType: _describe_method,
    Graph: _describe_graph,
    LocalMedia: _describe_media,
    Settings: _describe_settings,
    Generation: lambda _, value, __: f"G{value.id}{value.pulled_at}",
    # what it reads of its content, and of records, is followed when it is called
    RenderedBody: lambda fingerprinter, value, depth: (
        f"B{fingerprinter.fingerprint(value.content, depth)}"
        f"{fingerprinter.fingerprint(value.body, depth)}{fingerprinter.fingerprint(value.seen)}"
    ),
    Unpublished: lambda fingerprinter, value, _: fingerprinter.once(value, lambda: repr(value)),
}
"""Texts that tell apart the values of ButterCMS's types."""

KEYS: Mapping[type, Callable[[Any], Hashable]] = {
    CmsText: lambda value: value.parts,
    AddressPattern: lambda value: value,
}
"""What tells apart the values of types that do not change."""
