"""Merge what several machines saw of one account: of each record, what was asked for last counts.

An observation is a record's digest, or that it is gone, with the moment of asking. A full pull
observes every record, so only what was asked for alone later has a moment of its own. Merging is
commutative, associative and idempotent: machines that know of the same observations, in whatever
order they came, hold the same content.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pelican_buttercms.content import Key


@dataclass(frozen=True, slots=True)
class Observations:
    """The observed records of one locale.

    Attributes:
        observed_at: when everything was last asked for.
        manifest: the digest of every record that is there, by key.
        asked_at: the moments of those that were asked for alone since, also where one is gone.
    """

    observed_at: datetime
    manifest: Mapping[Key, str]
    asked_at: Mapping[Key, datetime]

    def moment(self, key: Key) -> datetime:
        """Return when a record was last asked for."""
        return self.asked_at.get(key, self.observed_at)

    def newest(self) -> datetime:
        """Return the moment of the newest observation."""
        return max((self.observed_at, *self.asked_at.values()))

    def merge(self, other: Observations) -> Observations:
        """Return both together; both must be of the same settings."""
        observed_at = max(self.observed_at, other.observed_at)
        manifest: dict[Key, str] = {}
        asked_at: dict[Key, datetime] = {}
        for key in sorted({*self.manifest, *other.manifest, *self.asked_at, *other.asked_at}):
            moment, digest = max(self._seen(key), other._seen(key))
            if digest:
                manifest[key] = digest
            if moment > observed_at:
                asked_at[key] = moment
        return Observations(observed_at, manifest, asked_at)

    def overlay(self, other: Observations) -> Observations:
        """Return these with what `other`, of other settings, has asked for alone since.

        Only of listings that these have: what else the other settings name is not wanted here.
        """
        listings = {(key.kind, key.group) for key in self.manifest}
        changed = {
            key: moment
            for key, moment in other.asked_at.items()
            if (key.kind, key.group) in listings and other._seen(key) > self._seen(key)
        }
        return self.amend({key: other.manifest.get(key, "") for key in changed}, changed)

    def amend(self, digests: Mapping[Key, str], asked_at: Mapping[Key, datetime]) -> Observations:
        """Return these with some records observed anew; an empty digest is one that is gone."""
        manifest = {**self.manifest, **digests}
        kept = {key: manifest[key] for key in sorted(manifest) if manifest[key]}
        return Observations(
            self.observed_at, kept, dict(sorted({**self.asked_at, **asked_at}.items()))
        )

    def bounded(self, moment: datetime) -> Observations:
        """Return these with no moment after another."""
        observed_at = min(self.observed_at, moment)
        asked_at = {key: min(at, moment) for key, at in self.asked_at.items()}
        later = {key: at for key, at in asked_at.items() if at > observed_at}
        return Observations(observed_at, self.manifest, later)

    def _seen(self, key: Key) -> tuple[datetime, str]:
        return self.moment(key), self.manifest.get(key, "")
