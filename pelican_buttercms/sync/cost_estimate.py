"""The estimate of a pull's calls, from what the last pull brought; it makes no call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pelican_buttercms.content import SINGLE_PAGES, RawRecord
from pelican_buttercms.content.raw_records import UNLISTED
from pelican_buttercms.sync.discovery import referenced
from pelican_buttercms.sync.listings import listing_label
from pelican_buttercms.sync.pagination import calls_for
from pelican_buttercms.sync.pull_spec import ListingName, PullSpec
from pelican_buttercms.sync.untranslated import PostLocales

Sizes = Counter[ListingName]


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


def estimate_calls(
    spec: PullSpec,
    stored: Mapping[str, Sequence[RawRecord]],
    posts: PostLocales | None = None,
) -> list[PlannedCalls]:
    """Return the calls that a pull will make, if the account is as it was at the last pull.

    The rounds of a pull are simulated on what is stored: what is named, then what that refers to,
    and so on. Exact where the account was pulled before for the same, passes no hundred items
    of a listing since then, and gives several collections in one call.

    Args:
        spec: what is asked for.
        stored: the records of the last pull by locale; empty when there was none.
        posts: in which locales posts are asked for, if not in all.
    """
    sizes = {
        name: Sizes(raw.key[:2] for raw in raws if raw.place != UNLISTED)
        for name, raws in stored.items()
    }
    posts = posts or PostLocales(spec.locales)
    estimated = [
        _paged(listing_label("posts", name), sizes.get(name), ("post", ""))
        for name in posts.locales
    ]
    if posts.probe is not None:
        estimated.append(PlannedCalls(listing_label("one post", posts.probe), 1, None))
    estimated += [PlannedCalls(name, 1, None) for name in ("authors", "categories", "tags")]
    if not spec.posts:
        estimated.clear()
    asked: set[ListingName] = set()
    names: Sequence[ListingName] = spec.named
    while names:
        asked |= set(names)
        for locale in spec.locales:
            types = (name for kind, name in names if kind == "page")
            estimated += [_pages(name, locale, sizes.get(locale)) for name in types]
            keys = [name for kind, name in names if kind == "item"]
            alone = [key for key in keys if ("item", key) in spec.selections]
            for some in (*([key] for key in alone), [key for key in keys if key not in alone]):
                estimated += _collections(some, locale, sizes.get(locale))
        seen = (raw for raws in stored.values() for raw in raws if raw.key[:2] in asked)
        names = sorted(referenced(seen) - asked) if spec.discover else ()
    for locale, raws in stored.items():
        for name in sorted({raw.key[:2] for raw in raws if raw.place == UNLISTED}):
            label = listing_label(f"all of {name[1]}, to which others refer", locale)
            estimated.append(PlannedCalls(label, 1, None))
    return estimated


def _pages(name: str, locale: str, sizes: Sizes | None) -> PlannedCalls:
    label = "single pages" if name == SINGLE_PAGES else name
    return _paged(listing_label(label, locale), sizes, ("page", name))


def _collections(keys: list[str], locale: str, sizes: Sizes | None) -> Iterator[PlannedCalls]:
    """Yield one call for several collections, however large; one alone is paged."""
    if len(keys) == 1:
        yield _paged(listing_label(keys[0], locale), sizes, ("item", keys[0]))
    elif keys:
        items = sum(sizes["item", key] for key in keys) if sizes is not None else None
        yield PlannedCalls(listing_label(" + ".join(keys), locale), 1, items)


def _paged(name: str, sizes: Sizes | None, listing: ListingName) -> PlannedCalls:
    items = sizes[listing] if sizes is not None else None
    return PlannedCalls(name, calls_for(items or 0), items)
