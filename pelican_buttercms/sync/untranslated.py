"""Posts and pages whose locale the account ignores: they are kept once, and not as translations.

Older accounts ignore `locale` on posts, and give the same listing for every locale. The rule by
which that is told: in every locale that was asked for, the whole listing is the same, and so is
every record of it, down to the time of its last change. A localised account cannot give that for
posts, whose slugs are unique in the blog; that a few posts or pages are the same in two locales
proves nothing. Pages have one slug in all locales, so they are judged by the whole account: all
page types, all collections and all posts have to be the same. Source: contract, section 15.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pelican_buttercms.content import Key
from pelican_buttercms.errors import APIError
from pelican_buttercms.store import Generation
from pelican_buttercms.sync.pull_spec import PullSpec

Judged = Literal["post", "page"]

PROBE_EVERY = 8
"""Pulls after which posts are asked for in another locale again, by one call for one post."""

_MARKS: Mapping[Judged, str] = {"post": "posts in one locale", "page": "pages in one locale"}
_PLURALS: Mapping[Judged, str] = {"post": "posts", "page": "pages"}


def is_marked(generation: Generation, kind: str) -> bool:
    """Return whether the last pull found that the account ignores the locale of these."""
    marks = [mark for judged, mark in _MARKS.items() if judged == kind]
    return any(name.startswith(mark) for name in generation.wanted for mark in marks)


def home_of(latest: Sequence[Generation], kind: str) -> str:
    """Return the locale that has the posts or pages that the account does not translate."""
    counts = {
        generation.scope.locale: sum(key.kind == kind for key in generation.manifest)
        for generation in latest
    }
    return max(counts, key=lambda name: counts[name])


@dataclass(frozen=True)
class PostLocales:
    """The locales in which a pull asks for posts.

    Attributes:
        locales: the API slugs.
        probe: the locale in which one post is asked for, to see whether posts are translated now.
        pulls: since when that was last looked at, in pulls; None where the account is not known
            to ignore the locale.
    """

    locales: tuple[str, ...]
    probe: str | None = None
    pulls: int | None = None

    @classmethod
    def of(cls, latest: Sequence[Generation], spec: PullSpec) -> PostLocales:
        """Return the locales by what the last pull found.

        That is outdated once a post is stored in another locale: an event brought it.
        """
        home = spec.home
        others = [name for name in spec.locales if name != home]
        translated = any(
            key.kind == "post"
            for generation in latest
            if generation.scope.locale != home
            for key in generation.manifest
        )
        marks = [_pulls(generation) for generation in latest]
        if not others or not marks or translated or marks[0] is None:
            return cls(spec.locales)
        pulls = marks[0] + 1
        return cls((home,), others[0] if pulls >= PROBE_EVERY else None, pulls)


def _pulls(generation: Generation) -> int | None:
    mark = f"{_MARKS['post']} "
    counts = [name.removeprefix(mark) for name in generation.wanted if name.startswith(mark)]
    return int(counts[0]) if counts and counts[0].isdecimal() and len(counts[0]) < 4 else None


@dataclass
class LocaleCheck:
    """What the listings of one pull show about the account's locales.

    Attributes:
        spec: what is pulled.
        posts: in which locales posts are asked for.
        unknown: the API's answer by the locale that it does not know.
        without: the API's answer by the locale that it refuses for posts alone.
    """

    spec: PullSpec
    posts: PostLocales
    unknown: dict[str, APIError] = field(default_factory=dict)
    without: dict[str, APIError] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)
    _seen: dict[str, dict[str, dict[Key, str]]] = field(default_factory=dict)

    def refuse(self, kind: str, locale: str, exc: APIError) -> None:
        """Note that a listing was refused because of its locale."""
        place = self.without if kind == "post" else self.unknown
        place.setdefault(locale, exc)

    def accept(self, kind: str, locale: str | None) -> None:
        """Note that a listing was answered; posts may be answered whatever the locale."""
        if locale is not None and kind != "post":
            self._known.add(locale)

    def note(self, locale: str, records: Iterable[tuple[Key, str]]) -> None:
        """Note the key and the digest of records."""
        for key, digest in records:
            if key.kind in {"post", "page", "item"}:
                self._seen.setdefault(key.kind, {}).setdefault(locale, {})[key] = digest

    def unknown_locales(self) -> dict[str, APIError]:
        """Return the API's answer by each locale that the account does not have.

        One that pages or collections have is a locale of the account: it has no posts.
        """
        posts = {name: exc for name, exc in self.without.items() if name not in self._known}
        return {**posts, **self.unknown}

    def are_posts_in_one(self) -> bool:
        """Return whether the account ignores, or refuses, the locale of posts."""
        if self.posts.pulls is not None and self.posts.locales == (self.spec.home,):
            return True
        return bool(self.without) or self._are_same("post")

    def are_pages_in_one(self) -> bool:
        """Return whether the account ignores the locale of everything."""
        items = not self._seen.get("item") or self._are_same("item")
        posts = not self._seen.get("post") or self.are_posts_in_one()
        return self._are_same("page") and items and posts

    def _are_same(self, kind: str) -> bool:
        """Return whether there are several locales, and all of them have the same records."""
        seen = self._seen.get(kind, {})
        first = seen.get(self.spec.home)
        several = len(self.spec.locales) > 1
        return bool(several and first) and all(
            seen.get(name) == first for name in self.spec.locales
        )

    def is_stored(self, key: Key | None, count: int | None) -> bool:
        """Return whether a probe shows what the home locale has, too."""
        posts = self._seen.get("post", {}).get(self.spec.home, {})
        return count == len(posts) and (key in posts if key else not posts)

    def verdict(self) -> tuple[list[Judged], tuple[str, ...], list[str]]:
        """Return what is kept in one locale, the marks for the store, and what is new of it."""
        kinds: list[Judged] = []
        if self.are_posts_in_one():
            kinds.append("post")
        if self.are_pages_in_one():
            kinds.append("page")
        marks = [_MARKS[kind] for kind in kinds if kind != "post"]
        if "post" in kinds:
            marks.append(f"{_MARKS['post']} {self.posts.pulls or 0}")
        new = [kind for kind in kinds if kind != "post" or self.posts.pulls is None]
        return kinds, tuple(marks), [self._describe(kind) for kind in new]

    def _describe(self, kind: Judged) -> str:
        what, home = _PLURALS[kind], self.spec.home
        refused = kind == "post" and self.without
        why = "refuses their locale" if refused else "gives the same ones for every locale"
        rest = ", ".join(name for name in self.spec.locales if name != home)
        return (
            f"This account has no translations of {what}: it {why}. They are kept once, in {home},"
            f" and not as translations; {rest} can show them by a fallback in BUTTERCMS_LOCALES."
        )
