"""What does a machine share with others, and what is here already? Pushes, and what they leave.

Nothing in the shared place is ever changed: records are named by their digest, and each pull has a
file of its own that is written last. So no push can harm another, nor leave half of itself behind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pelican_buttercms.content import Key
from pelican_buttercms.errors import NoContentError, StoreError
from pelican_buttercms.store.entries import digest_of, record_name
from pelican_buttercms.store.generation import Generation
from pelican_buttercms.store.scope import Scope
from pelican_buttercms.store.shared import pulls
from pelican_buttercms.store.shared.parallel import in_parallel
from pelican_buttercms.store.shared.pulls import MalformedError, RemotePull
from pelican_buttercms.store.shared.remote import INCOMING, Entry, MissingError, Remote
from pelican_buttercms.store.store import Store

KEEP: Final = 10
_GARBAGE_AGE: Final = timedelta(days=1)
_FRESH: Final = _GARBAGE_AGE / 2


@dataclass(frozen=True, slots=True)
class Travelled:
    """What a push or a pull did.

    Attributes:
        done: whether there was anything to do; otherwise the other side is as new.
        pulled_at: when the content was pulled from ButterCMS.
        records: how many records travelled.
        bytes: how many bytes they have.
        skipped: how many records were there already.
    """

    done: bool
    pulled_at: datetime
    records: int = 0
    bytes: int = 0
    skipped: int = 0


@dataclass(frozen=True)
class Sharing:
    """A local store, and the place where it is shared.

    Attributes:
        store: the local store.
        remote: the shared place.
        scopes: what travels together: all locales of one account and mode.
        wanted: what the settings want, as in `Generation.wanted`.
        now: the moment.
    """

    store: Store
    remote: Remote
    scopes: Sequence[Scope]
    wanted: Sequence[str]
    now: datetime

    @property
    def mode(self) -> str:
        """Name the half of the account that travels."""
        return self.scopes[0].mode

    def record_here(self, digest: str) -> bytes | None:
        """Read a record's bytes here, of whatever generation; None if they are not there whole."""
        data = self.store._database.get(record_name(digest))
        return data if data is not None and digest_of(data) == digest else None

    def newest_here(self) -> datetime | None:
        """Say when the newest content here was pulled, though builds may read an older one."""
        moments = []
        for number in self.store.pulls(self.scopes):
            try:
                moments.append(self.store.together(self.scopes, number)[0].pulled_at)
            except StoreError:  # a damaged one is no content
                continue
        return max(moments, default=None)

    def pulls_there(self) -> list[str]:
        """Name the shared pulls of this account and mode, newest first."""
        return pulls.names(self.remote, self.scopes[0])

    def read_or_none(self, name: str) -> RemotePull | None:
        """Read a pull for comparing, where a malformed one is none: a push goes past it."""
        try:
            return pulls.read(self.remote, name, self.now)
        except (MalformedError, MissingError):
            return None


def push(sharing: Sharing) -> Travelled:
    """Share what builds read here, unless content as new is shared already.

    Raises:
        NoContentError: nothing is stored here.
        StoreError: a storage fails; what was shared before is as it was.
    """
    generations = sharing.store.latest_together(sharing.scopes)
    if generations is None:
        raise NoContentError(
            f"There is nothing to push: this store holds no {sharing.mode} content of this account"
            " in all of its locales. Run `pelican-buttercms pull` first."
        )
    pulled_at = generations[0].pulled_at
    name, data = pulls.encode(generations)
    there = sharing.pulls_there()
    if name in there or _has_newer(sharing, there, generations[0]):
        return Travelled(done=False, pulled_at=pulled_at)
    digests = {digest: key for one in generations for key, digest in one.manifest.items()}
    missing = _missing_there(sharing, digests, there)
    sizes = list(in_parallel(lambda record: _upload(sharing.remote, *record), missing))
    sharing.remote.write(name, data)
    for old in sorted({name, *there}, reverse=True)[KEEP:]:
        if old != name:
            sharing.remote.remove(old)
    return Travelled(
        done=True,
        pulled_at=pulled_at,
        records=len(sizes),
        bytes=sum(sizes),
        skipped=len(digests) - len(sizes),
    )


def collect_garbage(remote: Remote, now: datetime) -> int:
    """Remove the shared records that no pull of any account names; gives their number.

    Young ones stay: another machine may be about to name them. Records are listed before pulls,
    so that a push in between is seen.

    Raises:
        StoreError: the storage fails, or a pull cannot be read; then nothing was removed.
    """
    records = remote.listing(pulls.RECORDS)
    parts = remote.listing(INCOMING)
    named: set[str] = set()
    for name in filter(pulls.is_pull, remote.listing(pulls.PULLS)):
        try:
            named |= pulls.read(remote, f"{pulls.PULLS}/{name}", now).digests()
        except MissingError:  # another machine removed an old pull meanwhile
            continue
    garbage = [
        f"{pulls.RECORDS}/{name}"
        for name, entry in records.items()
        if (digest := pulls.record_digest(name)) and digest not in named and _is_old(entry, now)
    ]
    garbage += [f"{INCOMING}/{name}" for name, entry in parts.items() if _is_old(entry, now)]
    return len(list(in_parallel(remote.remove, garbage)))


def _has_newer(sharing: Sharing, there: Sequence[str], generation: Generation) -> bool:
    """Say whether content that is as new is shared, and can do for us what ours does."""
    ours = pulls.spell_moment(generation.pulled_at)
    for name in there:
        if pulls.moment_of(name) < ours:
            return False
        found = sharing.read_or_none(name)
        if found and found.fits(sharing.scopes, generation.wanted):
            return True
    return False


def _missing_there(
    sharing: Sharing, digests: Mapping[str, Key], there: Sequence[str]
) -> Iterator[tuple[str, bytes]]:
    """Give the records that the shared place lacks.

    One that the newest pull does not name may be removed as garbage before ours names it, unless
    it is fresh: it is written again. So is one of a wrong size.
    """
    newest = sharing.read_or_none(there[0]) if there else None
    named = newest.digests() if newest else set()
    held = sharing.remote.listing(pulls.RECORDS)
    for digest, key in digests.items():
        data = sharing.record_here(digest)
        if data is None or len(data) > pulls.MAX_RECORD:
            state = "missing or damaged" if data is None else "too large to be shared"
            raise StoreError(
                f"{key} is {state} in the store on this machine, so nothing was pushed. Run"
                " `pelican-buttercms pull` to refill it."
            )
        entry = held.get(f"{digest[:2]}/{digest}")
        stays = entry is not None and (digest in named or _is_fresh(entry, sharing.now))
        if entry is None or not stays or entry.size != len(data):
            yield digest, data


def _upload(remote: Remote, digest: str, data: bytes) -> int:
    remote.write(pulls.record_path(digest), data)
    return len(data)


def _is_old(entry: Entry, now: datetime) -> bool:
    return entry.modified is not None and now - entry.modified > _GARBAGE_AGE


def _is_fresh(entry: Entry, now: datetime) -> bool:
    return entry.modified is not None and now - entry.modified < _FRESH
