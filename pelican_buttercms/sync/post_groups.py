"""Which posts of different locales are translations of each other, where their slugs differ.

A listing does not say it; the API follows the slug of any post of a group to its translation in
another locale, or answers with a 404. That is asked once for each post that may have one, and
remembered with the content. Source: contract, section 15, 1.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import combinations
import logging
from typing import TYPE_CHECKING

from pelican_buttercms.api import read_requests
from pelican_buttercms.api.query import is_name
from pelican_buttercms.api.responses import decode_item
from pelican_buttercms.content import Key
from pelican_buttercms.content.fallbacks import post_name
from pelican_buttercms.errors import ButterCMSError, NotFoundError
from pelican_buttercms.sync.pull_spec import PullSpec

if TYPE_CHECKING:
    from pelican_buttercms.sync.http.client import Client

logger = logging.getLogger(__name__)

Slugs = Mapping[str, Collection[str]]
"""The slugs of all posts by locale, the site's main one first."""


def link_posts(
    client: Client, keys: Mapping[str, Iterable[Key]], known: Mapping[str, str], spec: PullSpec
) -> dict[str, str]:
    """Return the group of each post by its name, "" for a post that has no other slug elsewhere.

    A group is named by the slug of its post in the first locale that has one. Of two locales the
    posts are asked for from the side that takes fewer calls.

    Args:
        client: asks the account.
        keys: the keys of everything by locale.
        known: what an earlier call returned; nothing of it is asked for again.
        spec: how posts are asked for. Where the user names a field for it, nothing is asked.
    """
    if not spec.link_posts or len(spec.locales) < 2:
        return {}
    order = [spec.home, *(name for name in spec.locales if name != spec.home)]
    slugs: Slugs = {
        locale: [key.id for key in keys[locale] if key.kind == "post" and is_name(key.id)]
        for locale in order
    }
    there = {post_name(locale, slug) for locale, of in slugs.items() for slug in of}
    groups = {name: group for name, group in known.items() if name in there}
    for first, second in combinations(slugs, 2):
        sides = _alone(groups, slugs, first, second), _alone(groups, slugs, second, first)
        if not all(sides):
            continue
        new = [
            [slug for slug in side if post_name(locale, slug) not in known]
            for locale, side in zip((first, second), sides, strict=True)
        ]
        both = [(first, second, new[0]), (second, first, new[1])]
        choices = [both, [(first, second, sides[0])], [(second, first, sides[1])]]
        asked = min(choices, key=lambda choice: sum(len(slugs) for _, _, slugs in choice))
        try:
            for locale, other, of in asked:
                answers = _translations(client, of, other, preview=spec.preview)
                _join(groups, slugs, locale, other, answers)
        except ButterCMSError as exc:
            logger.warning(
                "It is not known which posts of %s are translations of which in %s (%s). They are"
                " looked for again by the next pull.",
                *(first, second, exc),
            )
            continue
        for locale, side in zip((first, second), sides, strict=True):
            for slug in side:
                groups.setdefault(post_name(locale, slug), "")
    return groups


def _alone(groups: Mapping[str, str], slugs: Slugs, locale: str, other: str) -> list[str]:
    """Return the posts of a locale of which no translation in another one is known."""
    linked = {groups.get(post_name(other, slug)) for slug in slugs[other]} - {"", None}
    same = set(slugs[other])
    return [
        slug
        for slug in slugs[locale]
        if slug not in same and groups.get(post_name(locale, slug)) not in linked
    ]


def _translations(
    client: Client, slugs: Iterable[str], locale: str, *, preview: bool
) -> dict[str, str]:
    """Return the slug that each post has in another locale, where it has one."""
    started = [
        (slug, client.start(read_requests.post(slug, preview=preview, locale=locale), decode_item))
        for slug in slugs
    ]
    answers: dict[str, str] = {}
    for slug, answer in started:
        try:
            answers[slug] = str(answer.result().get("slug") or "")
        except NotFoundError:
            continue
    return answers


def _join(
    groups: dict[str, str], slugs: Slugs, locale: str, other: str, answers: Mapping[str, str]
) -> None:
    for slug, translation in answers.items():
        # an account that ignores the locale answers with the post itself
        if translation == slug or translation not in slugs[other]:
            continue
        own, theirs = post_name(locale, slug), post_name(other, translation)
        earlier = min(
            (locale, slug), (other, translation), key=lambda post: [*slugs].index(post[0])
        )
        group = groups.get(own) or groups.get(theirs) or earlier[1]
        groups[own] = groups[theirs] = group
