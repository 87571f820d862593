"""Repairs: pulls that are not whole are dropped, and databases of no use are set aside.

What is stored is a cache: the next pull or build fetches again what ButterCMS still has. What is
dropped of the store stays in a copy beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from pelican_buttercms.errors import StoreError
from pelican_buttercms.store.generation_index import Branch, GenerationIndex
from pelican_buttercms.store.maintenance.raw_sqlite import RawDatabase
from pelican_buttercms.store.maintenance.verify import (
    CALL_LOG,
    DATABASES,
    MEDIA,
    STORE,
    WEBHOOKS,
    Damage,
    Examination,
    GenerationUse,
    Health,
    check,
    examine,
)
from pelican_buttercms.store.scope import Scope


@dataclass
class Repair:
    """The outcome of a repair; in a dry run, what it would be.

    Attributes:
        steps: each step, in the imperative.
        pull: whether builds then read older content than before, or none.
    """

    steps: list[str] = field(default_factory=list)
    pull: bool = False


_REPLACED: Final = {
    STORE: "begin a new store, empty until the next pull",
    CALL_LOG: "count the calls of this month anew, from 0",
    WEBHOOKS: "forget what webhooks reported, and which full pull is owed to them",
    MEDIA: "let the next build fetch the media files again",
}
"""What becomes of a database that is set aside."""


def doctor(cache: Path, moment: datetime, *, dry_run: bool = False) -> Repair:
    """Repair everything in a cache folder.

    Args:
        cache: the cache folder.
        moment: now, in UTC; becomes part of the name of what is set aside.
        dry_run: change nothing.

    Raises:
        StoreError: a newer version wrote it, or something else than damage stands in the way.
    """
    repair = Repair()
    for name in DATABASES:
        health, folder = Health(), cache / name
        aside = _free_name(folder.with_name(f"{name}.damaged-{moment:%Y%m%dT%H%M%SZ}"))
        if reason := check(folder, health):
            if not dry_run:
                _set_aside(folder, aside, reason)
            repair.steps.append(f"set {folder} aside as {aside.name}, because {reason}")
            repair.steps.append(_REPLACED[name])
            repair.pull |= name in {STORE, WEBHOOKS}
        elif health.damages and name == MEDIA:
            _drop_files(folder, health.damages, repair, dry_run=dry_run)
        elif health.damages:
            _drop_generations(folder, aside, repair, dry_run=dry_run)
    return repair


def _set_aside(folder: Path, aside: Path, reason: str) -> None:
    try:
        folder.rename(aside)
    except OSError as exc:
        raise StoreError(
            f"{folder} is damaged ({reason}), and could not be set aside ({exc}). Give this user"
            " the right to write there, end what else uses it, then try again."
        ) from exc


def _drop_files(folder: Path, damages: list[Damage], repair: Repair, *, dry_run: bool) -> None:
    repair.steps += [
        f"drop {_lower(damage.what)}, which is {damage.state}; a build fetches or makes it again"
        for damage in damages
    ]
    if not dry_run:
        with RawDatabase(folder, write=True) as raw:
            raw.drop(damage.entry for damage in damages)


def _drop_generations(folder: Path, aside: Path, repair: Repair, *, dry_run: bool) -> None:
    """Copy a store, then drop the generations that are not whole, and what nothing needs then."""
    with RawDatabase(folder, write=not dry_run) as raw:
        examination = examine(folder, raw)
        whole = _without_damaged(examination)
        if not dry_run:
            raw.copy(aside)
            needed = examination.needed(whole)
            raw.drop(name for name in raw.names() if name not in needed)
            raw.replace("catalogue", whole.encode())
    repair.steps.append(f"copy {folder} to {aside.name}")
    reasons: dict[GenerationUse, str] = {}
    for damage in examination.damages:
        for use in damage.uses:
            is_record = damage.what.startswith("The record")
            subject = _lower(damage.what) if is_record else "it"
            reasons.setdefault(use, f"{subject} is {damage.state}")
    repair.steps += [
        f"drop the generation {use.number} of {describe(use.scope)}, because {reason}"
        for use, reason in reasons.items()
    ]
    repair.pull |= any(
        branch.latest != whole.scopes.get(text, Branch()).latest
        for text, branch in examination.index.scopes.items()
    )


def _without_damaged(examination: Examination) -> GenerationIndex:
    """Return the index of what is whole; a scope whose generation in use is not reads its newest.

    Builds of several locales then read the newest pull that all of them have.
    """
    scopes = {}
    for text, branch in examination.index.scopes.items():
        whole = {n: d for n, d in branch.generations.items() if (text, n) in examination.whole}
        if whole:
            latest = branch.latest if branch.latest in whole else max(whole)
            scopes[text] = Branch(latest, whole, branch.pinned and latest == branch.latest)
    return GenerationIndex(examination.index.pulls, scopes, examination.index.accounts)


def describe(scope: Scope) -> str:
    """Return the name of a scope for people."""
    locale = f", locale {scope.locale}" if scope.locale else ""
    return f"account {scope.account}, {scope.mode}{locale}"


def _lower(text: str) -> str:
    return f"{text[:1].lower()}{text[1:]}"


def _free_name(path: Path) -> Path:
    """Return a name that is not taken."""
    number, candidate = 1, path
    while candidate.exists():
        number += 1
        candidate = path.with_name(f"{path.name}-{number}")
    return candidate
