"""Stores and shared places that earlier versions wrote are read, and lose no edit."""

from itertools import count

import msgspec
import pytest

from pelican_buttercms.content import Key
from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.store.record_encoding import encode, generation_name

from .machines import EN, page, pull_files

A = Key("page", "*", "a")
NEW_FIELDS = {"cause", "parents", "created_at", "full_pull_calls", "observed_at", "asked_at"}


def age_store(machine):
    """Write all generations as earlier versions did: no moments but that of the full pull."""
    store = machine.store
    with store._database.transaction():
        index = store._index()
        branch = index.branch(EN)
        for number in branch.generations:
            name = generation_name(number, str(EN))
            stored = msgspec.json.decode(store._database.get(name))
            data = msgspec.json.encode({k: v for k, v in stored.items() if k not in NEW_FIELDS})
            store._database.set(name, data)
            branch.generations[number] = sha256_hex(data)
        store._database.set("catalogue", index.encode())


def age_shared(machine):
    """Write the only manifest as earlier versions did."""
    (name,) = pull_files(machine.remote)
    folder = f"v1/pulls/{EN.account}/live"
    stored = msgspec.json.decode(machine.remote.read(f"{folder}/{name}", 10**6))
    old = {key: stored[key] for key in ("pulled_at", "wanted", "locales")} | {"format": 1}
    data = msgspec.json.encode(old)
    machine.remote.remove(f"{folder}/{name}")
    machine.remote.write(f"{folder}/{name.partition('-')[0]}-{sha256_hex(data)}.json", data)


def edit_with_digest(larger):
    """Build an edit whose digest is larger or smaller than that of what was pulled."""
    first = encode(page("a", n=0, locale="en")).digest
    edits = (page("a", n=f"edited {number}") for number in count())
    return next(machine_a for machine_a in edits if (encode(machine_a).digest > first) is larger)


@pytest.mark.parametrize("larger", [False, True])
@pytest.mark.parametrize("again", [False, True])
def test_an_edit_that_an_earlier_version_took_in_is_shared(tmp_path, machine, larger, again):
    """It has the moment of the full pull that is shared already, whatever its digest."""
    edit = edit_with_digest(larger)
    url = f"file://{tmp_path / 'shared'}"
    machine_a, machine_b = machine(url, [EN]), machine(url, [EN])
    machine_a.fill(0)
    machine_a.push()
    age_shared(machine_a)
    machine_a.clock.move(minutes=1)
    machine_a.store.apply_changes({EN: {A: edit}})
    age_store(machine_a)
    if again:
        machine_a.store.apply_changes({EN: {Key("page", "*", "p1"): page("p1", body="new")}})
    assert machine_b.pull().done
    assert machine_a.push().done
    assert machine_b.pull().done
    (generation,) = machine_b.store.latest_together([EN])
    assert machine_b.store.record(generation, A).data == edit.data
