"""Whatever happens to a database's bytes, doctor leaves a store that is whole."""

import random
import shutil

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from pelican_buttercms.errors import StoreError
from pelican_buttercms.store import Store
from pelican_buttercms.store.maintenance.repair import doctor
from pelican_buttercms.store.maintenance.verify import verify

from .stores import BOTH, DE, EN, MOMENT, clock, fill, record


def heal_and_read(folder):
    """Repair a store, read all that it gives, and store a pull in it."""
    layout = verify_or_newer(folder)
    if layout == "newer":
        return
    doctor(folder, MOMENT)
    assert verify(folder).damages == []
    with Store(folder, clock) as store:
        for scope in store.scopes():
            assert store.latest(scope) is not None
            for generation in store.generations(scope):
                assert len(list(store.records(generation))) == len(generation.manifest)
        store.latest_together(BOTH)
        store.commit_together({EN: [record(1, 9)], DE: [record(2, 9)]}, 1)
        assert len(store.latest_together(BOTH)) == 2
    assert verify(folder).damages == []


def verify_or_newer(folder):
    """Verify a store; returns "newer" when the damage is in the number of its layout."""
    try:
        verify(folder)
    except StoreError as exc:
        return "newer" if "newer version" in str(exc) else str(exc)
    return ""


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """The bytes of a store's database."""
    folder = fill(tmp_path_factory.mktemp("original"))
    return (folder / "store" / "cache.db").read_bytes()


def with_bytes(folder, data):
    """Write a store of these bytes."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "store").mkdir(parents=True)
    (folder / "store" / "cache.db").write_bytes(data)
    return folder


@settings(max_examples=60)
@given(cut=st.floats(0, 1, exclude_max=True))
def test_cut_anywhere(original, tmp_path_factory, cut):
    """After doctor, all that a store gives is whole, wherever its file was cut off."""
    folder = tmp_path_factory.mktemp("cut")
    heal_and_read(with_bytes(folder, original[: int(cut * len(original))]))


@settings(max_examples=150)
@given(
    seed=st.integers(0, 2**32),
    number=st.sampled_from([1, 1, 1, 3, 30]),
    early=st.booleans(),
)
def test_flipped_anywhere(original, tmp_path_factory, seed, number, early):
    """After doctor, all that a store gives is whole, whichever bytes were changed."""
    chance = random.Random(seed)
    data = bytearray(original)
    for _ in range(number):
        place = chance.randrange(8192 if early else len(data))  # the tables' own descriptions
        data[place] ^= 1 << chance.randrange(8)
    heal_and_read(with_bytes(tmp_path_factory.mktemp("flip"), bytes(data)))


@settings(max_examples=40)
@given(page=st.integers(0, 200), fill_with=st.sampled_from([b"\0", b"\xff"]))
def test_a_page_overwritten(original, tmp_path_factory, page, fill_with):
    """After doctor, all that a store gives is whole, whichever page of it was lost."""
    start = page * 4096 % len(original)
    data = original[:start] + fill_with * 4096 + original[start + 4096 :]
    heal_and_read(with_bytes(tmp_path_factory.mktemp("page"), data))
