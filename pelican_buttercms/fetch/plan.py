"""What will a pull cost? Told from what the last one brought, without asking the API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pelican_buttercms.content import SINGLE_PAGES, Key
from pelican_buttercms.fetch.catalogue import told
from pelican_buttercms.fetch.listings import PAGE_SIZE
from pelican_buttercms.fetch.wanted import Wanted
from pelican_buttercms.store import Generation


@dataclass(frozen=True)
class PlannedCalls:
    """The calls for one listing.

    Attributes:
        listing: its name, for people.
        calls: how many it takes.
        items: how many items it had; None when it was never pulled, and one page is assumed.
    """

    listing: str
    calls: int
    items: int | None


def plan(wanted: Wanted, generations: Sequence[Generation]) -> list[PlannedCalls]:
    """List the calls that a pull will make, if the account is as large as at the last pull.

    Exact where the account was pulled before for the same, does not pass a hundred items of a
    listing since then, and gives several collections in one call.

    Args:
        wanted: what is asked for.
        generations: what the last pull stored, one for each locale; empty when there was none.
    """
    sizes = {one.scope.locale: Counter(map(_listing, one.manifest)) for one in generations}
    planned: list[PlannedCalls] = []
    for locale in wanted.locales:
        planned += _of_locale(wanted, locale, sizes.get(locale))
    if wanted.posts:
        planned += [PlannedCalls(name, 1, None) for name in ("authors", "categories", "tags")]
    return planned


def _of_locale(
    wanted: Wanted, locale: str, sizes: Counter[tuple[str, str]] | None
) -> Iterator[PlannedCalls]:
    if wanted.posts:
        yield _paged(told("posts", locale), sizes, ("post", ""))
    types = list(wanted.page_types)
    keys = list(wanted.collections)
    yield from (_pages(name, locale, sizes) for name in types)
    yield from _collections(keys, locale, sizes)
    if wanted.discover and sizes:
        found = sorted(sizes)
        more = [group for kind, group in found if kind == "page" and group not in types]
        yield from (_pages(name, locale, sizes) for name in more)
        others = [group for kind, group in found if kind == "item" and group not in keys]
        yield from _collections(others, locale, sizes)


def _pages(name: str, locale: str, sizes: Counter[tuple[str, str]] | None) -> PlannedCalls:
    label = "single pages" if name == SINGLE_PAGES else name
    return _paged(told(label, locale), sizes, ("page", name))


def _collections(
    keys: list[str], locale: str, sizes: Counter[tuple[str, str]] | None
) -> Iterator[PlannedCalls]:
    """Several are asked for in one call, however large they are; one alone is paged."""
    if len(keys) == 1:
        yield _paged(told(keys[0], locale), sizes, ("item", keys[0]))
    elif keys:
        items = sum(sizes["item", key] for key in keys) if sizes is not None else None
        yield PlannedCalls(told(" + ".join(keys), locale), 1, items)


def _paged(
    name: str, sizes: Counter[tuple[str, str]] | None, listing: tuple[str, str]
) -> PlannedCalls:
    items = sizes[listing] if sizes is not None else None
    return PlannedCalls(name, max(1, -(-(items or 0) // PAGE_SIZE)), items)


def _listing(key: Key) -> tuple[str, str]:
    return key.kind, key.group
