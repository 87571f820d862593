"""Which content is one that the history knows, and where each of its addresses leads now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from pelican_buttercms.plugin.redirects.history import AddressOwner, History, canonical


class ShownRecord(NamedTuple):
    """A post or a page that this build shows, and where."""

    owner: AddressOwner
    address: str


class Redirects(NamedTuple):
    """Where old addresses lead.

    Attributes:
        moved: the new address of each old one: of this site, or of another.
        gone: the old addresses of what is no more.
        loops: old addresses that lead in a circle.
    """

    moved: dict[str, str]
    gone: list[str]
    loops: list[str]


_Identity = tuple[str, str]
_Birth = tuple[str, str, str]


def _identity(owner: AddressOwner) -> _Identity:
    return owner.to, owner.locale


def _birth(owner: AddressOwner) -> _Birth:
    """Return what stays of a post or a page when it gets another slug."""
    return owner.to.rpartition("/")[0] if owner.to.startswith("page/") else "post", *owner[1:]


def follow(history: Mapping[str, AddressOwner], shown: Iterable[ShownRecord]) -> History:
    """Return the history with what this build shows.

    A post or page that is not there any more, and one that is new, are the same where nothing else
    was created at that very moment. An address belongs to the last that had it. What a person has
    written stays as it is.
    """
    shown = list(shown)
    now = {_identity(one.owner): one.owner for one in shown}
    before = {_identity(owner): owner for owner in history.values() if owner.is_record}
    births = Counter(map(_birth, now.values()))
    births_before = Counter(map(_birth, before.values()))
    unclaimed = {
        _birth(owner): owner for owner in now.values() if before.get(_identity(owner)) != owner
    }
    renamed = {
        owner: unclaimed[birth]
        for owner in before.values()
        if (birth := _birth(owner)) in unclaimed
        and owner.created
        and now.get(_identity(owner)) != owner
        and births[birth] == births_before[birth] == 1
    }
    found = {address: renamed.get(owner, owner) for address, owner in history.items()}
    for one in shown:
        if one.address not in found or found[one.address].is_record:
            found[one.address] = one.owner
    return found


def resolve(
    history: Mapping[str, AddressOwner],
    shown: Iterable[ShownRecord],
    is_real: Callable[[str], bool],
) -> Redirects:
    """Return where each address of the history leads, in one step.

    Args:
        history: with what this build shows.
        shown: what it shows.
        is_real: returns whether a file of the site has an address; such an address leads nowhere.
    """
    places = {_identity(one.owner): one.address for one in shown}
    found = Redirects({}, [], [])
    for address in sorted(history):
        if is_real(address):
            continue
        target = _target(address, history, places, is_real)
        if target is None:
            found.loops.append(address)
        elif target:
            found.moved[address] = target
        else:
            found.gone.append(address)
    return found


def _target(
    address: str,
    history: Mapping[str, AddressOwner],
    places: Mapping[_Identity, str],
    is_real: Callable[[str], bool],
) -> str | None:
    """Return where an address leads in the end, "" for what is gone, None for a circle."""
    passed = set()
    while address not in passed:
        passed.add(address)
        owner = history[address]
        if owner.is_record:
            return places.get(_identity(owner), "")
        path = canonical(owner.to.partition("?")[0].partition("#")[0])
        if path not in history or is_real(path):
            return owner.to
        address = path
    return None
