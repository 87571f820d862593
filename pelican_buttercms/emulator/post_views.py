"""Posts, authors, categories and tags as answers show them, key by key.

The list of posts has other keys, in another order, than every other place that shows a post.
Source: contract, "Post object", and the recorded responses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from pelican_buttercms.emulator.account import Data, EmulatedAccount
from pelican_buttercms.emulator.quirks import Behaviour
from pelican_buttercms.emulator.versions import View, by_publication, version

_IN_LIST = (
    *("status", "created", "updated", "published", "title", "slug", "body", "summary"),
    *("seo_title", "meta_description", "featured_image_alt", "url", "scheduled", "featured_image"),
    *("author", "tags", "categories"),
)
_ELSEWHERE = (
    *("created", "published", "url", "scheduled", "slug", "featured_image", "featured_image_alt"),
    *("author", "tags", "categories", "rank", "title", "body", "summary", "updated"),
    *("deleted", "seo_title", "meta_description", "status"),
)
_AUTHOR = (
    *("first_name", "last_name", "email", "slug", "bio", "title", "linkedin_url"),
    *("facebook_url", "instagram_url", "pinterest_url", "twitter_handle", "profile_image"),
)
_AUTHOR_IN_LIST = (
    *("bio", "slug", "email", "title", "last_name", "first_name", "facebook_url"),
    *("linkedin_url", "instagram_url", "pinterest_url", "profile_image", "twitter_handle"),
)
_NULL_WHEN_UNSET = {
    *("featured_image", "created", "updated", "published", "scheduled", "deleted", "author"),
}
_RECENT = 10
_BASE_URL = "https://site.example"


@dataclass(frozen=True)
class PostViews:
    """The posts, authors and terms of an account, as one request sees them."""

    account: EmulatedAccount
    behaviour: Behaviour
    view: View

    def version(self, entry: Data, *, any_status: bool = False) -> Data | None:
        """Return the version of a group of translations that the view sees."""
        view = self.view
        if self.behaviour.post_locales == "ignored":
            view = replace(view, locale=None)
        elif "locale" in entry:  # the post itself is not in the default locale
            wanted = view.locale or self.account.default_locale
            own = self.account.locale_of(entry) == wanted
            view = replace(view, locale=None if own else wanted)
        return version(entry, view, any_status=any_status)

    def posts(self) -> list[Data]:
        """Return the visible posts in their stored form, newest published first."""
        versions = (self.version(entry) for entry in self.account.posts.values())
        posts = [post for post in versions if post is not None]
        return sorted(posts, key=by_publication, reverse=True)

    def in_list(self, post: Data, *, exclude_body: bool = False) -> Data:
        """Return a post as the list of posts shows it."""
        shown = self._shown(post, _IN_LIST, in_list=True)
        if exclude_body:
            del shown["body"]
        return shown

    def alone(self, post: Data, rank: float | None = None) -> Data:
        """Return a post as every other answer shows it."""
        shown = self._shown(post, _ELSEWHERE, in_list=False)
        if rank is None:
            del shown["rank"]
        else:
            shown["rank"] = rank
        return shown

    def profile(self, plural: str, entry: Data, *, recent: bool) -> Data:
        """Return an author, a category or a tag, with its newest posts if wanted."""
        shown = self._author(entry, _AUTHOR) if plural == "authors" else _term(entry)
        if recent:
            posts = [post for post in self.posts() if _belongs(post, plural, entry["slug"])]
            shown["recent_posts"] = [self.alone(post) for post in posts[:_RECENT]]
        return shown

    def neighbour(self, post: Data | None) -> Data | None:
        """Return the next or previous post as the meta of a single post shows it."""
        if post is None:
            return None
        return {name: post.get(name) for name in ("slug", "title", "featured_image")}

    def _shown(self, post: Data, names: tuple[str, ...], *, in_list: bool) -> Data:
        shown = {name: self._value(post, name, in_list=in_list) for name in names}
        if self.behaviour.page_status == "absent":
            del shown["scheduled"]
        shown["url"] = self._url(post, in_list=in_list)
        return shown

    def _url(self, post: Data, *, in_list: bool) -> str | None:
        kind, slug = self.behaviour.post_url, post["slug"]
        if kind == "slug":
            return str(slug)
        if kind == "absolute":
            base = str(self.account.config.get("base_url") or _BASE_URL)
            return f"{base.rstrip('/')}/{slug}"
        return f"/{slug}" if in_list or kind == "path" else None

    def _value(self, post: Data, name: str, *, in_list: bool) -> Any:
        if name == "author" and post.get("author") is None:
            return None
        if name == "author":
            author = self.account.profiles["authors"].get(post["author"])
            order = _AUTHOR_IN_LIST if in_list else _AUTHOR
            return self._author(author, order) if author else None
        if name in {"tags", "categories"}:
            known = self.account.profiles[name]
            return [_term(known[slug]) for slug in post.get(name) or () if slug in known]
        return post.get(name) if name in _NULL_WHEN_UNSET else post.get(name) or ""

    @staticmethod
    def _author(author: Data, order: tuple[str, ...]) -> Data:
        return {name: author.get(name, "") for name in order}


def _term(entry: Data) -> Data:
    return {"name": entry.get("name", entry["slug"]), "slug": entry["slug"]}


def _belongs(post: Data, plural: str, slug: str) -> bool:
    return post.get("author") == slug if plural == "authors" else slug in (post.get(plural) or ())
