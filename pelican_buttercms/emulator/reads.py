"""What does each read answer? One method for each kind of resource; names from the path.

Source: contract, sections 5 to 7.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
import re
from typing import Any

from pelican_buttercms.emulator import feeds
from pelican_buttercms.emulator.account import SINGLE, Account, Data
from pelican_buttercms.emulator.behaviour import Behaviour
from pelican_buttercms.emulator.blog import Blog
from pelican_buttercms.emulator.expand import Expander
from pelican_buttercms.emulator.failures import bad_request, not_found, unknown_locale
from pelican_buttercms.emulator.listing import in_order, matching, paginate, read_levels
from pelican_buttercms.emulator.versions import View, version, visible

_LONGEST_QUERY = 100
_FEEDS = {"rss": feeds.rss, "atom": feeds.atom, "sitemap": feeds.sitemap}


@dataclass(frozen=True)
class Reads:
    """The reads of one request."""

    account: Account
    behaviour: Behaviour
    query: Mapping[str, str]

    # pages

    def pages(self, page_type: str = SINGLE) -> Data:
        """List the pages of a type; `*` is single pages only."""
        if page_type not in self.account.pages:
            raise not_found("Page not found.")
        view = self._view()
        entries = visible(self.account.pages[page_type].values(), view)
        found = in_order(matching(entries, self.query, self.account), self.query)
        items, meta = paginate(found, self.query, self.behaviour)
        expand = self._expander(view)
        return {"meta": meta, "data": [expand.page(page) for page in items]}

    def page(self, page_type: str, slug: str) -> Data:
        """Give one page; under `*` it is looked for in all types."""
        view = self._view()
        types = self.account.pages if page_type == SINGLE else [page_type]
        entries = (self.account.pages.get(name, {}).get(slug) for name in types)
        found = (version(entry, view) for entry in entries if entry is not None)
        page = next((one for one in found if one is not None), None)
        if page is None:
            raise not_found("Page not found.")
        return {"data": self._expander(view).page(page)}

    def search_pages(self) -> Data:
        """Search the direct content of pages, by the number of words found."""
        view = self._view()
        wanted = self.query.get("page_type") or None
        types = [wanted] if wanted else list(self.account.pages)
        entries = [e for name in types for e in self.account.pages.get(name, {}).values()]
        ranked = _ranked(visible(entries, view), self._words(), ("name", "slug", "fields"))
        items, meta = paginate([page for _, page in ranked], self.query, self.behaviour)
        expand = self._expander(view)
        return {"meta": meta, "data": [expand.page(page) for page in items]}

    # collections

    def contents(self) -> Data:
        """Give collections by `keys`: none gives `{}`, one is paged, several come whole."""
        keys = [key for key in self.query.get("keys", "").split(",") if key]
        for key in keys:
            if key not in self.account.collections:
                raise not_found(f"Content key {key} not found")
        if not keys:
            return {}
        if len(keys) == 1:
            return self.content(keys[0])
        if self.behaviour.joined_keys == "refused":
            raise bad_request("Only one content key can be requested at a time")
        view = self._view(alias="test")
        expand = self._expander(view)
        return {"data": {key: [expand.item(i) for i in self._items(key, view)] for key in keys}}

    def content(self, key: str) -> Data:
        """List the items of a collection."""
        if key not in self.account.collections:
            raise not_found()
        view = self._view(alias="test")
        items, meta = paginate(self._items(key, view), self.query, self.behaviour)
        meta = {"count": meta.pop("count"), **meta}  # another order than pages have, as recorded
        expand = self._expander(view)
        return {"meta": meta, "data": {key: [expand.item(item) for item in items]}}

    def content_item(self, key: str, number: str) -> Data:
        """Give one item; listed in the documents only."""
        view = self._view(alias="test")
        entry = self.account.collections.get(key, {}).get(int(number) if number.isdigit() else -1)
        item = version(entry, view) if entry is not None else None
        if item is None:
            raise not_found()
        return {"data": self._expander(view).item(item)}

    def _items(self, key: str, view: View) -> list[Data]:
        entries = visible(self.account.collections[key].values(), view)
        ordered = sorted(entries, key=lambda item: int(item["meta"]["id"]))
        return in_order(matching(ordered, self.query, self.account), self.query)

    # posts

    def posts(self) -> Data:
        """List posts, newest published first."""
        blog = self._blog()
        found = self._filtered(blog)
        items, meta = paginate(found, self.query, self.behaviour)
        without = self.query.get("exclude_body", "").lower() in {"true", "1"}
        return {"meta": meta, "data": [blog.in_list(p, exclude_body=without) for p in items]}

    def post(self, slug: str) -> Data:
        """Give one post whatever its status, with its neighbours among the published ones."""
        blog = self._blog()
        entry, own = self._post_by_slug(slug)
        view = View(own, blog.view.preview) if self._locale_name() is None else blog.view
        post = version(entry, view, any_status=True) if entry is not None else None
        if post is None:
            raise not_found()
        published = [one["slug"] for one in Blog(self.account, self.behaviour, View()).posts()]
        return {"meta": self._neighbours(blog, slug, published), "data": blog.alone(post)}

    def _post_by_slug(self, slug: str) -> tuple[Data | None, str | None]:
        """Find a post by the slug of any of its versions, and that version's locale.

        A translated post may have another slug; each leads to the whole group.
        """
        if slug in self.account.posts:
            return self.account.posts[slug], None
        for entry in self.account.posts.values():
            for locale, own in entry.get("locales", {}).items():
                if own.get("slug") == slug:
                    return entry, locale
        return None, None

    def search_posts(self) -> Data:
        """Search the titles and bodies of posts, with a rank for each."""
        blog = self._blog()
        ranked = _ranked(blog.posts(), self._words(), ("title", "body"))
        pairs, meta = paginate(
            [{"rank": r, "post": p} for r, p in ranked], self.query, self.behaviour
        )
        return {"meta": meta, "data": [blog.alone(p["post"], p["rank"]) for p in pairs]}

    def _neighbours(self, blog: Blog, slug: str, published: list[str]) -> Data:
        at = published.index(slug) if slug in published else -1
        newer = self.account.posts[published[at - 1]] if at > 0 else None
        older = self.account.posts[published[at + 1]] if 0 <= at < len(published) - 1 else None
        return {"next_post": blog.neighbour(newer), "previous_post": blog.neighbour(older)}

    def _filtered(self, blog: Blog) -> list[Data]:
        wanted = {name: self.query.get(f"{name}_slug") for name in ("author", "category", "tag")}
        return [
            post
            for post in blog.posts()
            if wanted["author"] in {None, post.get("author")}
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
        """Give one author, category or tag."""
        entry = self.account.profiles[plural].get(slug)
        if entry is None:
            raise not_found()
        return {"data": self._blog().profile(plural, entry, recent=self._wants_recent())}

    def feed(self, name: str) -> Any:
        """Give a feed's XML."""
        if name not in _FEEDS:
            raise not_found()
        blog = self._blog()
        text = _FEEDS[name]([blog.in_list(post) for post in self._filtered(blog)])
        return {"data": text} if self.behaviour.feeds == "object" else text

    # what a request sees

    def _view(self, alias: str | None = None) -> View:
        names = {"preview", alias}
        preview = any(self.query.get(name or "") in {"1", "true", "True"} for name in names)
        return View(self._locale(), preview)

    def _locale_name(self) -> str | None:
        return self.query.get("locale") or None

    def _locale(self) -> str | None:
        locale = self._locale_name()
        if locale is not None and locale not in self.account.locales:
            raise unknown_locale(self.behaviour)
        return None if locale == self.account.default_locale else locale

    def _blog(self) -> Blog:
        return Blog(self.account, self.behaviour, self._view())

    def _expander(self, view: View) -> Expander:
        levels = read_levels(self.query, self.behaviour)
        alts = self.query.get("alt_media_text") in {"1", "true"}
        return Expander(self.account, self.behaviour, view, levels, alts)

    def _wants_recent(self) -> bool:
        return self.query.get("include") == "recent_posts"

    def _words(self) -> list[str]:
        text = self.query.get("query", "")
        if len(text) > _LONGEST_QUERY:
            raise bad_request(f"query parameter should be at most {_LONGEST_QUERY} characters")
        return text.lower().split()


def _ranked(
    entries: list[Data], words: list[str], where: tuple[str, ...]
) -> list[tuple[float, Data]]:
    """Give the entries that have every word, the most often hit first."""
    ranked = []
    for entry in entries:
        text = " ".join(_text(entry.get(name)) for name in where).lower()
        hits = [len(re.findall(rf"\b{re.escape(word)}", text)) for word in words]
        if hits and all(hits):
            ranked.append((round(sum(hits) / (len(text.split()) + 1) + 0.1, 8), entry))
    return sorted(ranked, key=lambda pair: -pair[0])


def _text(value: Any) -> str:
    """Collect the text of a value; references are not searched."""
    if isinstance(value, dict):
        return " ".join(_text(inner) for name, inner in value.items() if name != "$ref")
    if isinstance(value, list):
        return " ".join(map(_text, value))
    return str(value) if isinstance(value, str) else ""
