"""The answers to reads: one method for each kind of resource.

Source: contract, sections 5 to 7.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
import re
from typing import Any

from pelican_buttercms.emulator import feeds
from pelican_buttercms.emulator.account import SINGLE, Data, EmulatedAccount
from pelican_buttercms.emulator.error_responses import bad_request, not_found, unknown_locale
from pelican_buttercms.emulator.filtering import (
    in_order,
    matching,
    paginate,
    read_levels,
    refuse_on_single_pages,
    refuse_unknown_filters,
)
from pelican_buttercms.emulator.post_views import PostViews
from pelican_buttercms.emulator.quirks import Behaviour
from pelican_buttercms.emulator.reference_expansion import Expander
from pelican_buttercms.emulator.versions import View, by_publication, version, visible

_LONGEST_QUERY = 100
_FEEDS = {"rss": feeds.rss, "atom": feeds.atom, "sitemap": feeds.sitemap}


@dataclass(frozen=True)
class ReadHandler:
    """The handler of one read request."""

    account: EmulatedAccount
    behaviour: Behaviour
    query: Mapping[str, str]

    # pages

    def pages(self, page_type: str = SINGLE) -> Data:
        """List the pages of a type; `*` is single pages only."""
        if page_type not in self.account.pages:
            raise not_found("Page not found.")
        view = self._view()
        entries = self._newest_first(visible(self.account.pages[page_type].values(), view))
        pages = entries if page_type == SINGLE else self._filter_and_sort(entries)
        if page_type == SINGLE:
            refuse_on_single_pages(self.query)
        items, meta = paginate(pages, self.query)
        expand = self._expander(view)
        return {"meta": meta, "data": [expand.page(page) for page in items]}

    def page(self, page_type: str, slug: str) -> Data:
        """Return one page; `*` searches all types."""
        view = self._view()
        types = self.account.pages if page_type == SINGLE else [page_type]
        entries = (self.account.pages.get(name, {}).get(slug) for name in types)
        versions = (version(entry, view) for entry in entries if entry is not None)
        page = next((shown for shown in versions if shown is not None), None)
        if page is None:
            raise not_found("Page not found.")
        return {"data": self._expander(view).page(page)}

    def search_pages(self) -> Data:
        """Search the direct content of pages, by the number of words found."""
        view = self._view()
        wanted = self.query.get("page_type") or None
        types = [wanted] if wanted else list(self.account.pages)
        entries = [e for name in types for e in self.account.pages.get(name, {}).values()]
        pages = self._newest_first(visible(entries, view))
        ranked = self._ranked(pages, ("name", "slug", "fields"))
        items, meta = paginate([page for _, page in ranked], self.query)
        expand = self._expander(view)
        return {"meta": meta, "data": [expand.page(page) for page in items]}

    def _newest_first(self, pages: list[Data]) -> list[Data]:
        """Sort by first publication, unpublished pages first; then by slug, which is arbitrary."""
        by_slug = sorted(pages, key=lambda page: str(page["slug"]))
        return sorted(by_slug, key=by_publication, reverse=True)

    def _filter_and_sort(self, entries: list[Data]) -> list[Data]:
        if self.behaviour.filters == "ignore":
            return entries
        if self.behaviour.filters == "refuse":
            refuse_unknown_filters(entries, self.query)
        return in_order(matching(entries, self.query, self.account), self.query)

    # collections

    def contents(self) -> Data:
        """Return collections by `keys`: none gives `{}`, one is paged, several come whole."""
        keys = [key for key in self.query.get("keys", "").split(",") if key]
        for key in keys:
            if key not in self.account.collections and key not in self.account.values:
                raise not_found(f"Content key {key} not found")
        if not keys:
            return {}
        if len(keys) == 1:
            return self.content(keys[0])
        if self.behaviour.joined_keys == "refused":
            raise bad_request("Only one content key can be requested at a time")
        view = self._view()
        expand = self._expander(view)
        return {"data": {key: self._whole(key, view, expand) for key in keys}}

    def _whole(self, key: str, view: View, expand: Expander) -> Any:
        if key in self.account.values:
            return self.account.values[key]
        return [expand.item(key, item) for item in self._items(key, view)]

    def content(self, key: str) -> Data:
        """List the items of a collection, or return the value of a legacy content field."""
        if "," in key:
            return replace(self, query={**self.query, "keys": key}).contents()
        if key in self.account.values:
            return {"data": {key: self.account.values[key]}}
        if key not in self.account.collections:
            raise not_found()
        view = self._view()
        items, meta = paginate(self._items(key, view), self.query)
        meta = {"count": meta.pop("count"), **meta}  # another order than pages have, as recorded
        expand = self._expander(view)
        return {"meta": meta, "data": {key: [expand.item(key, item) for item in items]}}

    def content_item(self, key: str, number: str) -> Data:
        """Return one item; listed in the documents only."""
        view = self._view()
        entry = self.account.find_item(key, number)
        item = version(entry, view) if entry is not None else None
        if item is None:
            raise not_found()
        return {"data": self._expander(view).item(key, item)}

    def _items(self, key: str, view: View) -> list[Data]:
        entries = visible(self.account.collections[key].values(), view)
        descending = self.behaviour.item_order == "descending"
        entries.sort(key=lambda item: int(item["meta"]["id"]), reverse=descending)
        return self._filter_and_sort(entries)

    # posts

    def posts(self) -> Data:
        """List posts, newest published first."""
        blog = self._blog()
        items, meta = paginate(self._filtered(blog), self.query)
        without = self.query.get("exclude_body", "").lower() in {"true", "1"}
        return {"meta": meta, "data": [blog.in_list(p, exclude_body=without) for p in items]}

    def post(self, slug: str) -> Data:
        """Return one post whatever its status, with its neighbours among the published ones.

        A slug identifies a group of translations: `locale` chooses one of them, which may have
        another slug; the default is the slug's own locale.
        """
        group = self.account.find_post(slug)
        view = self._blog().view
        if group is not None and view.locale is None and not self.query.get("locale"):
            own = group[1]
            view = replace(view, locale=None if own == self.account.default_locale else own)
        blog = PostViews(self.account, self.behaviour, view)
        post = blog.version(group[0], any_status=True) if group is not None else None
        if post is None or (self._without_translations and post["slug"] != slug):
            raise not_found()
        return {"meta": self._neighbours(blog, post["slug"]), "data": blog.alone(post)}

    def search_posts(self) -> Data:
        """Search the titles and bodies of posts, with a rank for each."""
        blog = self._blog()
        ranked = self._ranked(blog.posts(), ("title", "body"))
        pairs, meta = paginate([{"rank": r, "post": p} for r, p in ranked], self.query)
        return {"meta": meta, "data": [blog.alone(p["post"], p["rank"]) for p in pairs]}

    def _neighbours(self, blog: PostViews, slug: str) -> Data:
        live = replace(blog, view=View(blog.view.locale)).posts()
        at = next((n for n, post in enumerate(live) if post["slug"] == slug), None)
        newer = live[at - 1] if at else None
        older = live[at + 1] if at is not None and at + 1 < len(live) else None
        return {"next_post": blog.neighbour(newer), "previous_post": blog.neighbour(older)}

    def _filtered(self, blog: PostViews) -> list[Data]:
        if self.behaviour.filters == "ignore":
            return blog.posts()
        wanted = {name: self.query.get(f"{name}_slug") for name in ("author", "category", "tag")}
        return [
            post
            for post in blog.posts()
            if (not wanted["author"] or wanted["author"] == post.get("author"))
            and (not wanted["category"] or wanted["category"] in (post.get("categories") or ()))
            and (not wanted["tag"] or wanted["tag"] in (post.get("tags") or ()))
        ]

    # authors, categories, tags, feeds

    def profiles(self, plural: str) -> Data:
        """List all authors, categories or tags; never paged."""
        blog, recent = self._blog(), self._wants_recent()
        entries = self.account.profiles[plural].values()
        return {"data": [blog.profile(plural, entry, recent=recent) for entry in entries]}

    def profile(self, plural: str, slug: str) -> Data:
        """Return one author, category or tag."""
        entry = self.account.profiles[plural].get(slug)
        if entry is None:
            raise not_found()
        return {"data": self._blog().profile(plural, entry, recent=self._wants_recent())}

    def feed(self, name: str) -> Any:
        """Return a feed's XML."""
        if name not in _FEEDS:
            raise not_found()
        blog = self._blog()
        text = _FEEDS[name]([blog.in_list(post) for post in self._filtered(blog)])
        return {"data": text} if self.behaviour.feeds == "object" else text

    # what a request sees

    def _view(self) -> View:
        preview = any(self.query.get(n) in {"1", "true", "True"} for n in ("preview", "test"))
        return View(self._locale(), preview, self.behaviour.live_status == "current")

    def _locale(self) -> str | None:
        locale = self.query.get("locale") or None
        if locale is not None and locale not in self.account.locales:
            raise unknown_locale(self.behaviour)
        return None if locale == self.account.default_locale else locale

    @property
    def _without_translations(self) -> bool:
        return self.behaviour.post_locales == "ignored"

    def _blog(self) -> PostViews:
        query = self.query
        if self._without_translations:
            query = {name: value for name, value in query.items() if name != "locale"}
        return PostViews(self.account, self.behaviour, replace(self, query=query)._view())

    def _expander(self, view: View) -> Expander:
        levels = read_levels(self.query, self.behaviour)
        alts = self.query.get("alt_media_text") in {"1", "true"}
        return Expander(self.account, self.behaviour, view, levels, alts)

    def _wants_recent(self) -> bool:
        return self.query.get("include") == "recent_posts"

    def _ranked(self, entries: list[Data], where: tuple[str, ...]) -> list[tuple[float, Data]]:
        """Return the entries with every word of the query, sorted by the number of hits."""
        query = self.query.get("query", "")
        if len(query) > _LONGEST_QUERY:
            raise bad_request(f"query parameter should be at most {_LONGEST_QUERY} characters")
        words = query.lower().split()
        if not words:
            return []
        ranked = []
        for entry in entries:
            text = " ".join(_text(entry.get(name)) for name in where).lower()
            hits = [len(re.findall(rf"\b{re.escape(word)}", text)) for word in words]
            if all(hits):
                ranked.append((round(sum(hits) / (len(text.split()) + 1) + 0.1, 8), entry))
        return sorted(ranked, key=lambda pair: -pair[0])


def _text(value: Any) -> str:
    """Return the text of a value, without that of references."""
    if isinstance(value, dict):
        return " ".join(_text(inner) for name, inner in value.items() if name != "$ref")
    if isinstance(value, list):
        return " ".join(map(_text, value))
    return str(value) if isinstance(value, str) else ""
