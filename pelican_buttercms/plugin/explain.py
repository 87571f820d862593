"""Why a record is on the site, or is not, and what a written page was rendered from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
import posixpath
from typing import Any
from urllib.parse import unquote, urlsplit

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.content.fallbacks import LOCALISED, shown
from pelican_buttercms.content.raw_records import UNLISTED
from pelican_buttercms.content.record_names import find_keys
from pelican_buttercms.content.reference_syntax import targets
from pelican_buttercms.content.status import is_published
from pelican_buttercms.errors import ButterCMSError
from pelican_buttercms.incremental import manifest
from pelican_buttercms.incremental.fingerprint import RECORD
from pelican_buttercms.incremental.output import record
from pelican_buttercms.incremental.output.paths import RECORDS
from pelican_buttercms.settings import Settings
from pelican_buttercms.settings.durations import spell_duration
from pelican_buttercms.sync import load
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.progress import Progress
from pelican_buttercms.sync.selected import passes, setting_of

_NAMED = 3
_ROLES = {"post": "article", "author": "author", "category": "category", "tag": "tag"}


@dataclass(frozen=True)
class WrittenPage:
    """A page of the output folder, as the last build knows it.

    Attributes:
        path: in the output folder.
        template: its name; "" if the build could not follow what the page reads.
        sources: the names of what it was rendered from: records, and paths of local files.
    """

    path: str
    template: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """Why something is on the site or is not.

    Attributes:
        name: the name of a record, or the path of a file.
        reasons: a sentence each, without addresses of this machine.
        pages: the pages that show it, its own first.
    """

    name: str
    reasons: tuple[str, ...]
    pages: tuple[WrittenPage, ...] = ()


def explain(word: str, source: Source, settings: Mapping[str, Any]) -> list[Explanation]:
    """Explain a URL of the site, a path, or a record's name or slug; nothing if none is known.

    Reads what is stored and sends no request. The preview's page 404 can show the same.

    Args:
        word: the URL, path, name or slug.
        source: the account.
        settings: Pelican's.
    """
    base = _path_of(settings.get("SITEURL") or "")
    path = _path_of(word).removeprefix(base).strip("/")
    contents = {mode: _stored(source, preview=mode == "preview") for mode in ("live", "preview")}
    keys = {key for s in contents.values() if s for raws in s.versions.values() for key in raws}
    pages = list(_written(settings, source.options))
    found = [page for page in pages if page.path in _files(path)]
    own = {name for page in found for name in page.sources if _is_of(page.path, name)}
    if found and (front := source.options.front_page) and path in ("", "index.html"):
        own = {str(Key("page", *front))}
    meant = [key for key in keys if str(key) in own] or find_keys(word, keys)
    if not meant and not found:
        stem = posixpath.splitext(path.removesuffix("/index.html"))[0]
        meant = find_keys(stem, keys) or find_keys(posixpath.basename(stem), keys)
    answers = [
        Explanation(
            str(key),
            tuple(_reasons(key, contents, source.options)),
            tuple(sorted((p for p in pages if str(key) in p.sources), key=_first(key))),
        )
        for key in sorted(meant)
    ]
    if not answers and found:
        answers = [Explanation(p.path, ("The last build wrote this file.",), (p,)) for p in found]
    return answers


def _path_of(url: str) -> str:
    try:
        return unquote(urlsplit(url.strip()).path)
    except ValueError:  # such as https://[
        return url


@dataclass(frozen=True)
class _StoredMode:
    """What is stored in one mode: what each locale shows, and since when."""

    versions: Mapping[str, Mapping[Key, RawRecord]]
    pulled_at: datetime


def _stored(source: Source, *, preview: bool) -> _StoredMode | None:
    asked = source.with_options(offline=True, preview=preview)
    if asked.options.snapshot is None and not asked.options.cache_path.is_dir():
        return None
    try:
        loaded = load.read_content(asked, lambda _: None, Progress())
    except ButterCMSError:
        return None
    versions = {
        locale.name: {raw.key: raw for raw in shown(loaded.versions, locale.name, locale.chain)}
        for locale in asked.options.locales
    }
    return _StoredMode(versions, loaded.generation.pulled_at)


def _reasons(
    key: Key, contents: Mapping[str, _StoredMode | None], options: Settings
) -> Iterator[str]:
    for locale in options.locales if key.kind in LOCALISED else (options.main_locale,):
        where = f"In {locale.lang}: " if len(options.locales) > 1 else ""
        live = _version(key, contents["live"], locale.name)
        if live is None:
            draft = _version(key, contents["preview"], locale.name)
            yield f"{where}{_why_not_live(draft, contents, options)}"
        elif live.place == UNLISTED:
            yield f"{where}{_why_unlisted(key, contents['live'], locale.name, options)}"
        elif live.locale != locale.name:
            yield (
                f"{where}it is not translated, and the version in {live.locale!r} stands in for it"
                " (BUTTERCMS_LOCALES)."
            )
        else:
            yield f"{where}{_status(live)}"
    yield _role(key, contents, options)
    for mode, stored in contents.items():
        if stored:
            age = spell_duration(datetime.now(UTC) - stored.pulled_at)
            yield f"ButterCMS was last asked for {mode} content {age} ago."


def _version(key: Key, stored: _StoredMode | None, locale: str) -> RawRecord | None:
    return stored.versions[locale].get(key) if stored else None


def _why_unlisted(key: Key, live: _StoredMode | None, locale: str, options: Settings) -> str:
    records = live.versions[locale] if live else {}
    holders = [
        str(owner)
        for owner, raw in sorted(records.items())
        if owner != key and any(target.key == key for target in targets(raw.data))
    ]
    others = f" and {len(holders) - _NAMED:,} more" if len(holders) > _NAMED else ""
    by = f": {', '.join(holders[:_NAMED])}{others}" if holders else ""
    return (
        f"{_filters(key, options)} leaves it out. It was pulled only because something refers to"
        f" it{by}."
    )


def _filters(key: Key, options: Settings) -> str:
    """Return the setting that selects a part of a key's listing, with what it selects."""
    return f"{setting_of(key[:2])} ({options.selections[key[:2]]})"


def _why_not_live(
    draft: RawRecord | None, contents: Mapping[str, _StoredMode | None], options: Settings
) -> str:
    if contents["live"] is None:
        return "no live content is stored: run `pelican-buttercms pull`."
    if draft is None:
        return "it is not there: there is no version in this language, nor one to stand in for it."
    if not is_published(draft.data):
        status, due = draft.data.get("status"), draft.data.get("scheduled")
        return f"its status is {status!r}{f', due {due}' if due else ''}, so only previews show it."
    selection = options.selections.get(draft.key[:2])
    if selection and (draft.place == UNLISTED or not passes(draft, selection)):
        return f"{_filters(draft.key, options)} leaves it out."
    return "only the preview content has it: the last pull of live content did not bring it."


def _status(raw: RawRecord) -> str:
    since = raw.data.get("published")
    return f"it is live{f', published {since}' if isinstance(since, str) and since else ''}."


def _role(key: Key, contents: Mapping[str, _StoredMode | None], options: Settings) -> str:
    """Return what the settings make of a record."""
    selection = options.selections.get(key[:2])
    live = contents["live"].versions.values() if contents["live"] else ()
    versions = [records[key] for records in live if key in records]
    if versions and all(raw.place == UNLISTED for raw in versions):
        return "So it is data for the templates of what refers to it, without a page of its own."
    made = _made_of(key, options)
    if selection and selection.is_narrow and versions:
        return f"{_filters(key, options)} takes it. {made}"
    return made


def _made_of(key: Key, options: Settings) -> str:
    if key.kind == "item":
        return "Collection items are data for templates and have no page of their own."
    if key.kind == "post" and not options.posts:
        return "BUTTERCMS_POSTS is off, so posts have no pages."
    if key.kind != "page":
        return f"It is shown by the template {_ROLES[key.kind]!r}."
    page_type = options.page_types.get(key.group)
    if page_type is None:
        return f"BUTTERCMS_PAGE_TYPES does not name {key.group!r}, so it has no page of its own."
    if page_type.role == "data":
        return f"BUTTERCMS_PAGE_TYPES makes {key.group!r} data for templates, without pages."
    return f"It is shown by the template {page_type.template or page_type.role!r}."


def _written(settings: Mapping[str, Any], options: Settings) -> Iterator[WrittenPage]:
    """Yield the pages that the last build knows, by what it has remembered."""
    output, content = (Path(settings[name]).absolute() for name in ("OUTPUT_PATH", "PATH"))
    path = record.path_of(options.cache_path / RECORDS, output, output, content)
    known = manifest.read_any(path.with_suffix(".pages"))
    for name in record.load(path).files:
        page = known.pages.get(name)
        objects = known.facts.objects_of(page.numbers) if page else ()
        names = dict.fromkeys(filter(None, map(_source, objects)))
        yield WrittenPage(name, page.template if page else "", tuple(sorted(names)))


def _source(name: str) -> str:
    """Return the name of a record, or the path of a file, from the name of an object; else ""."""
    if name.startswith(RECORD) and name.count("|") >= 4:
        _, _, kind, group, number = name.split("|", 4)
        return str(Key(kind, group, number))  # type: ignore[arg-type]
    kind, _, rest = name.partition("|")
    path = rest.rpartition("|")[0]
    if kind not in {"Article", "Page"} or not path:
        return ""
    _, is_own, below = path.partition("buttercms/")
    if not is_own or path.startswith(tuple("/.")):
        return path
    first, _, more = below.partition("/")
    below = below if first in {"posts", "pages"} else more
    parts = below.split("/")
    return f"pages/*/{parts[1]}" if len(parts) == 2 and parts[0] == "pages" else below


def _files(path: str) -> set[str]:
    return {path, f"{path}.html", posixpath.join(path, "index.html")}


def _is_of(path: str, name: str) -> bool:
    """Return whether a page is the own page of a source, by its slug."""
    slug = name.rpartition("/")[2]
    return any(
        part == slug or part.startswith((f"{slug}.", f"{slug}-")) for part in path.split("/")
    )


def _first(key: Key) -> Any:
    name = str(key)
    return lambda page: (not _is_of(page.path, name), page.path)
