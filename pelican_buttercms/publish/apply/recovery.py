"""What did an earlier run send and not see? So that nothing is made twice.

Posts and pages have slugs, by which a run finds what another one made. A new item has nothing: the
API numbers it and does not tell the number. So what is about to be made is written down first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path as File
from typing import Any, Protocol

from pelican_buttercms.content import Key
from pelican_buttercms.publish.apply.run_journal import RunJournal
from pelican_buttercms.publish.plan.equality import look_up
from pelican_buttercms.publish.plan.plan import Step
from pelican_buttercms.publish.plan.three_way_merge import Same
from pelican_buttercms.publish.resolved_draft import Draft
from pelican_buttercms.publish.write_model import Path, Values, Version


@dataclass(frozen=True)
class Sent:
    """A new item whose creation was begun and not seen to end.

    Attributes:
        drafts: its drafts, one for each locale.
        collection: the collection's key.
        locale: the locale of `values`.
        before: the ids that the collection had.
        values: what was sent.
        known_as: the drafts' files as the journal has them, where they were renamed since.
    """

    drafts: tuple[File, ...]
    collection: str
    locale: str
    before: frozenset[str]
    values: Values
    known_as: tuple[File, ...] = ()


class Memory:
    """Writes down each step of a run, and tells what an earlier one left open.

    Args:
        journal: lies in the cache folder, which several accounts may share.
        account: names the account of this run; what is open in others stays so.
    """

    def __init__(self, journal: RunJournal, account: str) -> None:
        self._journal = journal
        self._account = account

    def begun(self, step: Step, before: Sequence[str]) -> None:
        """Write down that a step is about to be sent; `before` are the collection's ids."""
        part = step.parts[0]
        self._journal.append(
            {
                "type": "begun",
                "account": self._account,
                "step": _name(step),
                "action": step.action,
                "drafts": [str(one.draft.resolve()) for one in step.parts],
                "collection": part.target.key.group,
                "locale": part.target.locale,
                "before": list(before),
                "values": [[list(path), value] for path, value in part.values.items()],
                "is_item": part.target.key.kind == "item" and step.action == "create",
            }
        )

    def accepted(self, step: Step) -> None:
        """Write down that the API took it."""
        self._write("accepted", _name(step))

    def done(self, step: Step) -> None:
        """Write down that it shows, and that its drafts know it."""
        self._write("done", _name(step))

    def open(self) -> list[Sent]:
        """Give this account's new items that were begun and not seen to end."""
        return [_read(entry) for entry in self._begun() if entry["account"] == self._account]

    def drop(self, sent: Sent) -> None:
        """Write down that something is not looked for any more."""
        self._write("dropped", _named("create", sent.known_as or sent.drafts))

    def finish(self) -> None:
        """Forget everything, unless something is still open."""
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

    def _write(self, what: str, step: str) -> None:
        self._journal.append({"type": what, "account": self._account, "step": step})


class Collections(Protocol):
    """Where new items are looked for."""

    def wait_for_item(
        self, collection: str, locale: str, accept: Callable[[str, Version], bool]
    ) -> tuple[str, Version] | None:
        """Read a collection until it has an item that is accepted, or the bound passes."""


def recognised(
    drafts: Sequence[Draft],
    memory: Memory,
    remote: Collections,
    same: Same,
    say: Callable[[str], None],
) -> list[Draft]:
    """Give drafts the ids of what an earlier run made of them."""
    found = list(drafts)
    for left in memory.open():
        if any(one.target.key.id and one.raw.path.resolve() in left.drafts for one in found):
            memory.drop(left)  # its draft has learnt its id since
            continue
        sent = _moved(left, found, same)
        mine = [one for one in found if _is_of(one, sent)]
        if not mine:
            continue
        say(f"an earlier run was interrupted: looking for the new item of {mine[0].raw.path}")
        arrived = remote.wait_for_item(sent.collection, sent.locale, _Arrival(sent, same))
        if arrived is None:
            say("it did not arrive, and is made now.")
            memory.drop(sent)
            continue
        say(f"it arrived as {sent.collection}:{arrived[0]}.")
        found = [_known_as(one, sent, *arrived) if _is_of(one, sent) else one for one in found]
    return found


def _moved(sent: Sent, drafts: Sequence[Draft], same: Same) -> Sent:
    """Follow a draft whose file was renamed since: the old one is gone, and another says it all."""
    if any(path.exists() for path in sent.drafts):
        return sent
    for one in drafts:
        key = one.target.key
        is_new = key.kind == "item" and key.group == sent.collection and not key.id
        if is_new and all(same(p, sent.values.get(p), v) for p, v in one.values.items() if p[1:]):
            return replace(sent, drafts=(one.raw.path.resolve(),), known_as=sent.drafts)
    return sent


class _Arrival:
    """Says whether an item is the one that was sent."""

    def __init__(self, sent: Sent, same: Same) -> None:
        self._sent = sent
        self._same = same

    def __call__(self, number: str, version: Version) -> bool:
        """Compare it with what was sent; what was there before is another one."""
        pairs: list[tuple[Path, Any]] = list(self._sent.values.items())
        return number not in self._sent.before and all(
            self._same(path, value, look_up(version.values, path)) for path, value in pairs
        )


def _is_of(draft: Draft, sent: Sent) -> bool:
    key = draft.target.key
    is_new = key.kind == "item" and key.group == sent.collection and not key.id
    return is_new and draft.raw.path.resolve() in sent.drafts


def _known_as(draft: Draft, sent: Sent, number: str, version: Version) -> Draft:
    """Give a draft the id that it did not live to see, and what it has become as its base."""
    is_seen = draft.target.locale == sent.locale
    raw = replace(draft.raw, id=number, base=version.digest if is_seen else "")
    target = replace(draft.target, key=Key("item", sent.collection, number))
    return replace(draft, raw=raw, target=target)


def _name(step: Step) -> str:
    return _named(step.action, tuple(part.draft.resolve() for part in step.parts))


def _named(action: str, drafts: tuple[File, ...]) -> str:
    return "\n".join([action, *map(str, drafts)])


def _read(entry: dict[str, Any]) -> Sent:
    return Sent(
        tuple(map(File, entry["drafts"])),
        entry["collection"],
        entry["locale"],
        frozenset(entry["before"]),
        {tuple(path): value for path, value in entry["values"]},
    )
