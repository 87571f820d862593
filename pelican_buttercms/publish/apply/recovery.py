"""Recovery of new items whose creation was interrupted, so that no item is created twice.

A later run finds posts and pages by their slugs. The API numbers a new item and does not return the
number, so each creation is logged on disk before it is sent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from pelican_buttercms.content import Key
from pelican_buttercms.publish.apply.item_creation import assign_ids
from pelican_buttercms.publish.apply.run_journal import RunJournal
from pelican_buttercms.publish.apply.types import WritableCms
from pelican_buttercms.publish.drafts.raw_draft import draft_file
from pelican_buttercms.publish.plan.equality import IsEqual
from pelican_buttercms.publish.plan.plan import Step
from pelican_buttercms.publish.resolved_draft import Draft
from pelican_buttercms.publish.write_model import ItemVersion, Values


@dataclass(frozen=True)
class PendingCreate:
    """A new item whose creation was started and not confirmed.

    Attributes:
        drafts: its drafts, one for each locale.
        collection: the collection's key.
        locale: the locale of `values`.
        before: the ids that the collection had.
        values: what was sent.
        logged_as: the drafts' files as logged, if they were renamed since.
    """

    drafts: tuple[Path, ...]
    collection: str
    locale: str
    before: frozenset[str]
    values: Values
    logged_as: tuple[Path, ...] = ()


class RunLog:
    """Logs the steps of a run, and returns what an earlier run left open.

    Args:
        journal: the log file in the cache folder, which several accounts may share.
        account: the account of this run; entries of others are left alone.
    """

    def __init__(self, journal: RunJournal, account: str) -> None:
        self._journal = journal
        self._account = account

    def begun(self, step: Step, before: Sequence[str]) -> None:
        """Log that a step is about to be sent; `before` are the collection's ids."""
        part = step.parts[0]
        self._journal.append(
            {
                "type": "begun",
                "account": self._account,
                "step": _step_name(step),
                "action": step.action,
                "drafts": [str(part.draft.resolve()) for part in step.parts],
                "collection": part.target.key.group,
                "locale": part.target.locale,
                "before": list(before),
                "values": [[list(path), value] for path, value in part.values.items()],
                "is_item": part.target.key.kind == "item" and step.action == "create",
            }
        )

    def accepted(self, step: Step) -> None:
        """Log that the API accepted a step."""
        self._write("accepted", _step_name(step))

    def done(self, step: Step, key: Key) -> None:
        """Log that a step shows and its drafts are updated."""
        self._write("done", _step_name(step), wrote=list(key))

    def refused(self, step: Step) -> None:
        """Log that the API refused a step, so that nothing of it can appear."""
        self._write("dropped", _step_name(step))

    def settled(self) -> set[Key]:
        """Return what this account's finished steps wrote: no open step can have created it."""
        own = (entry for entry in self._journal.open_entries() if entry["type"] == "done")
        return {Key(*entry["wrote"]) for entry in own if entry["account"] == self._account}

    def open(self) -> list[PendingCreate]:
        """Return this account's new items whose creation was not confirmed."""
        return [_read(entry) for entry in self._begun() if entry["account"] == self._account]

    def drop(self, pending: PendingCreate) -> None:
        """Log that an item is no longer looked for."""
        self._write("dropped", _entry_name("create", pending.logged_as or pending.drafts))

    def finish(self) -> None:
        """Clear the log, unless something is still open."""
        if not self._begun():
            self._journal.finish()

    def _begun(self) -> list[dict[str, Any]]:
        begun: dict[tuple[str, str], dict[str, Any]] = {}
        for entry in self._journal.open_entries():
            name = entry["account"], entry["step"]
            if entry["type"] == "begun" and entry["is_item"]:
                begun[name] = entry
            elif entry["type"] in {"done", "dropped"}:
                begun.pop(name, None)
        return list(begun.values())

    def _write(self, what: str, step: str, **more: Any) -> None:
        self._journal.append({"type": what, "account": self._account, "step": step, **more})


def recover_items(
    drafts: Sequence[Draft],
    run_log: RunLog,
    cms: WritableCms,
    is_equal: IsEqual,
    emit: Callable[[str], None],
) -> list[Draft]:
    """Return the drafts, with the ids of items that an interrupted run created from them."""
    drafts = list(drafts)
    sought: dict[tuple[str, str], list[PendingCreate]] = defaultdict(list)
    taken: set[Path] = set()
    for logged in run_log.open():
        if any(_has_id(d, logged, is_equal) for d in drafts):
            run_log.drop(logged)  # its draft has got its id since
            continue
        pending = _follow_rename(logged, [d for d in drafts if d.raw.path not in taken], is_equal)
        if concerned := [draft for draft in drafts if _is_of(draft, pending)]:
            path = concerned[0].raw.path
            taken.add(path)
            emit(f"an earlier run was interrupted: looking for the item of {path}")
            sought[pending.collection, pending.locale].append(pending)
    settled = {*run_log.settled(), *(draft.target.key for draft in drafts)}
    for (collection, locale), pendings in sought.items():
        others = {key.id for key in settled if (key.kind, key.group) == ("item", collection)}
        wanted = [(pending.values, pending.before | others) for pending in pendings]

        def has_all(items: Mapping[str, ItemVersion], wanted: Any = wanted) -> bool:
            return None not in assign_ids(wanted, items, is_equal)

        items = cms.wait_for_items(collection, locale, has_all, preview=True)
        for pending, number in zip(pendings, assign_ids(wanted, items, is_equal), strict=True):
            if number is None:
                emit("the item did not arrive, and is created now.")
                run_log.drop(pending)
                continue
            emit(f"the item arrived as {collection}:{number}.")
            found = partial(_with_item, pending=pending, number=number, version=items[number])
            drafts = [found(d) if _is_of(d, pending) else d for d in drafts]
    return drafts


def _has_id(draft: Draft, pending: PendingCreate, is_equal: IsEqual) -> bool:
    """Return whether a draft has its id since; another row may have taken a row's place."""
    is_there = draft.raw.path.resolve() in pending.drafts
    is_row = draft_file(draft.raw.path) != draft.raw.path
    is_own = not is_row or _says(draft, pending, is_equal)
    return bool(draft.target.key.id) and is_there and is_own


def _follow_rename(
    pending: PendingCreate, drafts: Sequence[Draft], is_equal: IsEqual
) -> PendingCreate:
    """Follow a renamed draft, or a row that moved: another draft has the same values."""
    is_row = any(draft_file(path) != path for path in pending.drafts)
    if not is_row and any(path.exists() for path in pending.drafts):
        return pending
    for draft in sorted(drafts, key=lambda one: one.raw.path.resolve() not in pending.drafts):
        if _is_new_in(draft, pending.collection) and _says(draft, pending, is_equal):
            return replace(pending, drafts=(draft.raw.path.resolve(),), logged_as=pending.drafts)
    return pending


def _says(draft: Draft, pending: PendingCreate, is_equal: IsEqual) -> bool:
    """Return whether a draft still has the values that were sent."""
    fields = [(path, value) for path, value in draft.values.items() if path[1:]]
    return all(is_equal(path, pending.values.get(path), value) for path, value in fields)


def _is_new_in(draft: Draft, collection: str) -> bool:
    key = draft.target.key
    return (key.kind, key.group, key.id) == ("item", collection, "")


def _is_of(draft: Draft, pending: PendingCreate) -> bool:
    return _is_new_in(draft, pending.collection) and draft.raw.path.resolve() in pending.drafts


def _with_item(draft: Draft, pending: PendingCreate, number: str, version: ItemVersion) -> Draft:
    """Return a draft with the id of its item, and the item's version as its base."""
    is_read = draft.target.locale == pending.locale
    raw = replace(draft.raw, id=number, base=version.digest if is_read else "")
    target = replace(draft.target, key=Key("item", pending.collection, number))
    return replace(draft, raw=raw, target=target)


def _step_name(step: Step) -> str:
    return _entry_name(step.action, tuple(part.draft.resolve() for part in step.parts))


def _entry_name(action: str, drafts: tuple[Path, ...]) -> str:
    return "\n".join([action, *map(str, drafts)])


def _read(entry: dict[str, Any]) -> PendingCreate:
    return PendingCreate(
        tuple(map(Path, entry["drafts"])),
        entry["collection"],
        entry["locale"],
        frozenset(entry["before"]),
        {tuple(path): value for path, value in entry["values"]},
    )
