"""Pages and items as answers show them: references as objects down to `levels`, then as URIs.

Source: contract, "References and `levels`".
"""

from __future__ import annotations

from dataclasses import dataclass
import re
from typing import Any

from pelican_buttercms.emulator.account import SINGLE, Data, EmulatedAccount
from pelican_buttercms.emulator.quirks import Behaviour
from pelican_buttercms.emulator.versions import View, version
from pelican_buttercms.emulator.write_fields import (
    in_schema_order,
    schema_of_collection,
    schema_of_page,
)

MEDIA = re.compile(
    r"https://(?:cdn\.buttercms\.com|d2wzhk7xhrnk1x\.cloudfront\.net|d2devwt40at1e2\.cloudfront\.net)"
    r"/(?:[^\s/]+/)*([A-Za-z0-9]+)(?:_[^\s/]*)?"
)


@dataclass(frozen=True)
class Expander:
    """The expansion of references for one request."""

    account: EmulatedAccount
    behaviour: Behaviour
    view: View
    levels: int = 2
    alt_media_text: bool = False

    def page(self, page: Data) -> Data:
        """Return a page as answers show it, with the keys in the recorded order."""
        return self._page(page, self._depth(), alts=self.alt_media_text)

    def item(self, key: str, item: Data) -> Data:
        """Return an item of a collection as answers show it, without its status."""
        return self._item(key, item, self._depth())

    def _depth(self) -> int:
        return max(2, self.levels) if self.behaviour.expand == "object" else self.levels

    def _page(self, page: Data, levels: int, *, alts: bool = False) -> Data:
        shown = {
            "slug": page["slug"],
            "name": page.get("name", page["slug"]),
            "published": page.get("published"),
            "updated": page.get("updated"),
            "page_type": page.get("page_type"),
        }
        if self.behaviour.page_status == "present":
            shown |= {"status": page["status"], "scheduled": page.get("scheduled")}
        schema = schema_of_page(self.account, page.get("page_type") or SINGLE, page["slug"])
        fields = in_schema_order(self.account, page.get("fields", {}), schema)
        shown["fields"] = self._value(fields, levels, alts=alts)
        return shown

    def _item(self, key: str, item: Data, levels: int) -> Data:
        hidden = {"meta", "status", "scheduled"}
        fields = {name: value for name, value in item.items() if name not in hidden}
        fields = in_schema_order(self.account, fields, schema_of_collection(self.account, key))
        return {"meta": item["meta"], **self._value(fields, levels, alts=False)}

    def _value(self, value: Any, levels: int, *, alts: bool) -> Any:
        if isinstance(value, dict):
            if value.keys() == {"$ref"}:
                return self._one_to_one(value["$ref"], levels)
            return {name: self._value(v, levels, alts=alts) for name, v in value.items()}
        if isinstance(value, list):
            return [self._entry(v, levels, alts=alts) for v in value]
        return self._media(value) if alts and isinstance(value, str) else value

    def _entry(self, value: Any, levels: int, *, alts: bool) -> Any:
        if isinstance(value, dict) and value.keys() == {"$ref"}:
            return self._reference(value["$ref"], levels)
        return self._value(value, levels, alts=alts)

    def _one_to_one(self, reference: str, levels: int) -> Any:
        shown = self._reference(reference, levels)
        return [shown] if self.behaviour.one_to_one == "list" else shown

    def _reference(self, reference: str, levels: int) -> Any:
        kind, _, rest = reference.partition(":")
        group, _, name = rest.partition("/")
        entry = self.account.find_reference(reference)
        shown = None if entry is None else version(entry, self.view)
        if shown is None or levels <= 1:
            return uri(kind, group, name)
        if kind == "page":
            return self._page(shown, levels - 1)
        return self._item(group, shown, levels - 1)

    def _media(self, value: str) -> Any:
        match = MEDIA.fullmatch(value)
        if match is None:
            return value
        alt = self.account.alts.get(match[1])
        return {"url": value} | ({"alt": alt} if alt else {})


def uri(kind: str, group: str, name: str) -> str:
    """Return the URI of an item, for references beyond `levels`."""
    if kind == "page":
        return f"/v2/pages/{group}/{name}"
    return f"/v2/content/?keys={group}[_id={name}]"
