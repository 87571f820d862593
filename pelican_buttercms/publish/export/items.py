"""The items to export: all versions of posts, pages and collection items, or selected ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.content.fallbacks import LOCALISED
from pelican_buttercms.content.raw_records import UNLISTED
from pelican_buttercms.errors import SettingsError
from pelican_buttercms.publish.write_model import ItemVersion, WriteTarget, parse_version
from pelican_buttercms.wording import nearest

_LISTED = 12


@dataclass(frozen=True)
class ExportItem:
    """One version of an exported item.

    Attributes:
        target: the item and locale.
        version: what the CMS holds.
        data: the API's object, for its dates, which cannot be written.
    """

    target: WriteTarget
    version: ItemVersion
    data: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Return the command line's name, such as `posts/hello` or `collections/team/7 [de]`."""
        where = f" [{self.target.locale}]" if self.target.locale else ""
        return f"{self.target.key}{where}"


def items_of(
    versions: Mapping[str, Iterable[RawRecord]], live: Mapping[str, Iterable[RawRecord]]
) -> list[ExportItem]:
    """Return all versions, sorted.

    Args:
        versions: the records of each locale, as preview shows them if drafts are exported.
        live: the live records of each locale.
    """
    items = []
    for locale, raws in versions.items():
        live_data = {raw.key: raw.data for raw in live.get(locale, ()) if raw.key.kind in LOCALISED}
        for raw in raws:
            if raw.key.kind in LOCALISED and raw.place != UNLISTED:
                version = parse_version(raw.key, raw.data, live_data.get(raw.key))
                items.append(ExportItem(WriteTarget(raw.key, locale), version, raw.data))
    return sorted(items, key=lambda item: item.target)


def select_items(items: Sequence[ExportItem], what: Sequence[str]) -> list[ExportItem]:
    """Return the selected items, all of them if nothing is named.

    Args:
        items: all items.
        what: `posts`, `posts/<slug>`, `pages/<page type>/<slug>`, `collections/<key>/<id>`, or the
            beginning of such a name.

    Raises:
        SettingsError: with every unknown name.
    """
    if not what:
        return list(items)
    names: dict[str, set[Key]] = {}
    for item in items:
        for name in _names(item.target.key):
            names.setdefault(name, set()).add(item.target.key)
    wanted = [word.rstrip("/") for word in what]
    if unknown := [word for word in wanted if word not in names]:
        raise SettingsError([_unknown(word, list(names)) for word in unknown])
    keys = set().union(*(names[word] for word in wanted))
    return [item for item in items if item.target.key in keys]


def _names(key: Key) -> list[str]:
    whole = str(key)
    kind = LOCALISED[key.kind]
    return [kind, f"{kind}/{key.group}", whole] if key.group else [kind, whole]


def _unknown(word: str, names: list[str]) -> str:
    missing = f"There is no {word!r} in what was pulled"
    if near := nearest(word, names):
        return f"{missing}; did you mean {near!r}?"
    groups = sorted({"/".join(name.split("/")[:2]) for name in names if name.count("/")})
    groups = [name for name in groups if not name.startswith("posts/")]
    known = ["posts", *groups][:_LISTED]
    return f"{missing}. Name one of {', '.join(known)}, or set what is pulled in the settings file."
