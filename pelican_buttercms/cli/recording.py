"""The recording of an account: what was pulled, as a folder that the emulator plays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
import json
from pathlib import Path
import re
import secrets
import shutil
from typing import Any

from pelican_buttercms.content import SINGLE_PAGES, RawRecord
from pelican_buttercms.content.fallbacks import identified
from pelican_buttercms.content.media_addresses import media_urls
from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.emulator.reference_expansion import MEDIA
from pelican_buttercms.errors import SettingsError
from pelican_buttercms.filesystem import SafeFolder, is_safe_name, write_whole
from pelican_buttercms.store import Generation, MediaStore, Store
from pelican_buttercms.sync.account import Source

Data = dict[str, Any]
Entries = dict[tuple[str, str, str], Data]

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PLURALS = {"author": "authors", "category": "categories", "tag": "tags"}


def check_target(folder: Path) -> None:
    """Check, before the first call, that a recording can go into a folder.

    Raises:
        SettingsError: something is there already, or there is nothing to put it into.
    """
    is_free = not folder.is_symlink() and (
        not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    )
    if not is_free:
        raise SettingsError(f"--record makes a new folder, and {folder} is there already.")
    if not folder.absolute().parent.is_dir():
        raise SettingsError(f"--record {folder}: there is no folder {folder.absolute().parent}.")


def record_account(
    source: Source, generations: Sequence[Generation], folder: Path, *, anonymise: bool
) -> int:
    """Write generations that were pulled together as an account's folder; appears whole.

    What is published is recorded, and what of its media is stored. Drafts are only named, where
    something refers to them. No token is written.

    Args:
        source: the account.
        generations: one for each locale.
        folder: the folder, checked by `check_target`.
        anonymise: whether e-mail addresses are replaced, each by the same one everywhere.

    Returns:
        How many files were written.
    """
    with Store(source.options.cache_path, source.now) as store:
        versions = {
            generation.scope.locale: list(
                identified(store.records(generation), {}, generation.post_groups)
            )
            for generation in generations
        }
    home = source.pull_spec().home
    files = _files(_entries(versions, home), source, versions, home)
    texts = {name: json.dumps(data, ensure_ascii=False, indent=2) for name, data in files.items()}
    if anonymise:
        texts = _without_addresses(texts)
    aside = folder.with_name(f".new-{secrets.token_hex(8)}")
    try:
        safe = SafeFolder(aside)
        for name, text in texts.items():
            write_whole(safe.path_of(name), f"{text}\n".encode(errors="surrogatepass"))
        for group in {key[1] for key in source.pull_spec().named if key[0] == "page"}:
            if group != SINGLE_PAGES:
                safe.path_of(f"pages/{group}").mkdir(parents=True, exist_ok=True)
        number = len(texts) + _write_media(source, versions, safe)
        aside.replace(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return number


def _entries(versions: Mapping[str, Sequence[RawRecord]], home: str) -> Entries:
    """Return each item once, with its versions in other locales inside."""
    entries: Entries = {}
    for locale in sorted(versions, key=lambda name: name != home):
        for record in versions[locale]:
            kind, group, _ = record.key
            name = (kind, group, record.identity)
            data = dict(record.data)
            if kind == "page":
                data.pop("page_type", None)
            if kind in {"page", "item", "post"}:
                data.setdefault("status", "published")
            if locale == home or kind in _PLURALS:
                entries.setdefault(name, data)
                continue
            if name not in entries:  # nothing of it is in the main locale
                own: Data = {n: data[n] for n in ("slug", "meta") if n in data}
                entries[name] = {**own, "status": "draft"}
            entries[name].setdefault("locales", {})[locale] = data
    return entries


def _files(
    entries: Entries, source: Source, versions: Mapping[str, Sequence[RawRecord]], home: str
) -> dict[str, Any]:
    """Return the JSON of each file by its path."""
    files: dict[str, Any] = {f"{plural}.json": [] for plural in _PLURALS.values()}
    for kind, key in source.pull_spec().named:
        if kind == "item":
            files[_path("collections", key)] = []
    for (kind, group, _), data in entries.items():
        if kind in _PLURALS:
            files[f"{_PLURALS[kind]}.json"].append(data)
        elif kind == "item":
            files.setdefault(_path("collections", group), []).append(data)
        elif kind == "post":
            files[_path("posts", data["slug"])] = data
        else:
            folder = "single_pages" if group == SINGLE_PAGES else f"pages/{group}"
            files[_path(folder, data["slug"])] = data
    named = any("status" in r.data for rs in versions.values() for r in rs if r.key.kind == "page")
    account: Data = {"read_token": None, "write_token": None}
    if home:
        account |= {"locales": [home, *(n for n in versions if n != home)], "default_locale": home}
    if not named:
        account["behaviour"] = {"page_status": "absent"}
    alts: dict[str, str] = {}
    files = {name: _plain_media(data, alts) for name, data in files.items()}
    return files | {"media/alts.json": alts, "account.json": account}


def _plain_media(value: Any, alts: dict[str, str]) -> Any:
    """Return a value with media as addresses, as the library has them; fills their texts.

    Args:
        value: JSON, in which the API gives a medium as an object if alternative texts are wanted.
        alts: the alternative text of each handle; the first one counts.
    """
    if isinstance(value, list):
        return [_plain_media(entry, alts) for entry in value]
    if not isinstance(value, dict):
        return value
    url = value.get("url")
    if isinstance(url, str) and value.keys() <= {"url", "alt"} and (match := MEDIA.fullmatch(url)):
        if isinstance(value.get("alt"), str):
            alts.setdefault(match[1], value["alt"])
        return url
    return {name: _plain_media(entry, alts) for name, entry in value.items()}


def _path(folder: str, name: str) -> str:
    """Return a file's path; a slug that is no file name is replaced by its digest.

    A collection's file has to have its name: the emulator knows it by that.
    """
    fits = "/" not in name and is_safe_name(f"{name}.json") and len(name.encode()) < 200
    if folder == "collections" and not fits:
        raise SettingsError(f"The collection {name!r} cannot be recorded: no file can be named so.")
    return f"{folder}/{name if fits else sha256_hex(name.encode(errors='surrogatepass'), 16)}.json"


def _without_addresses(texts: Mapping[str, str]) -> dict[str, str]:
    found = {address for text in texts.values() for address in _ADDRESS.findall(text)}
    known = {name: f"person-{n}@example.com" for n, name in enumerate(sorted(found), start=1)}
    return {name: _ADDRESS.sub(lambda match: known[match[0]], text) for name, text in texts.items()}


def _write_media(
    source: Source, versions: Mapping[str, Sequence[RawRecord]], folder: SafeFolder
) -> int:
    """Write the media files that are stored; returns how many."""
    if not (source.options.cache_path / "media").is_dir():
        return 0
    number = 0
    with closing(MediaStore(source.options.cache_path)) as media:
        for url in media_urls(record for records in versions.values() for record in records):
            match, file = MEDIA.fullmatch(url), media.get(url)
            if match and file is not None:
                name = f"media/{match[1]}{Path(file.name).suffix}"
                write_whole(folder.path_of(name), file.read())
                number += 1
    return number
