"""What a run of publish leaves behind when it is interrupted."""

from io import FileIO
import subprocess
import sys

import pytest

from pelican_buttercms.errors import StoreError
from pelican_buttercms.publish.apply.run_journal import RunJournal

HOLDER = """
import os, signal, sys, time
from pathlib import Path
from pelican_buttercms.publish.apply.run_journal import RunJournal
journal = RunJournal(Path(sys.argv[1]))
journal.append({"type": "sent", "what": "first"})
print("open", flush=True)
time.sleep(60)
"""


def test_entries_are_there_again_until_the_run_is_finished(tmp_path):
    """Another process finds them in their order; after the end there are none."""
    with RunJournal(tmp_path) as journal:
        assert journal.open_entries() == []
        journal.append({"type": "sent", "ids": ["7", "8"]})
        journal.append({"type": "done", "text": "Zeile\nzwei ✓"})
    with RunJournal(tmp_path) as journal:
        found = journal.open_entries()
        assert [entry["type"] for entry in found] == ["sent", "done"]
        assert found[1]["text"] == "Zeile\nzwei ✓"
        journal.finish()
        assert journal.open_entries() == []
        journal.finish()
    with RunJournal(tmp_path) as journal:
        assert journal.open_entries() == []


@pytest.mark.parametrize("tail", [b'{"type":"se', b'{"type":"sent"}', b"\0\0\0", b"\xff"])
def test_a_line_that_was_cut_off_is_dropped(tmp_path, tail):
    """It was never relied on, and the next entry begins a line of its own."""
    with RunJournal(tmp_path) as journal:
        journal.append({"type": "first"})
    with (tmp_path / "publish/journal.jsonl").open("ab") as file:
        file.write(tail)
    with RunJournal(tmp_path) as journal:
        assert journal.open_entries() == [{"type": "first"}]
        journal.append({"type": "second"})
    with RunJournal(tmp_path) as journal:
        assert journal.open_entries() == [{"type": "first"}, {"type": "second"}]


@pytest.mark.parametrize("line", [b"{", b"[]", b"\xff", b"[" * 100_000])
def test_damage_before_the_end_is_told(tmp_path, line):
    """What was sent is then not known: nothing goes on, and the lock is let go."""
    with RunJournal(tmp_path) as journal:
        journal.append({"type": "first"})
    path = tmp_path / "publish/journal.jsonl"
    path.write_bytes(line + b"\n" + path.read_bytes())
    for _ in range(2):
        with pytest.raises(StoreError, match=r"journal\.jsonl, is damaged.*Move it away"):
            RunJournal(tmp_path)


def test_an_entry_is_json_with_a_type(tmp_path):
    """Anything else is a mistake of the program's, and is not written."""
    with RunJournal(tmp_path) as journal:
        for entry in ({}, {"type": 1}, {"type": "x", "value": object()}):
            with pytest.raises(ValueError, match="entry of the journal"):
                journal.append(entry)
        assert journal.open_entries() == []


def test_one_publish_at_a_time(tmp_path):
    """A second one is told at once, and another folder is another matter."""
    with RunJournal(tmp_path):
        with pytest.raises(StoreError, match="Another publish is under way"):
            RunJournal(tmp_path)
        RunJournal(tmp_path / "other").close()
    RunJournal(tmp_path).close()


def test_the_lock_dies_with_its_process_and_the_entries_do_not(tmp_path):
    """A killed publish hinders nobody, and what it had sent is known."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "open\n"
        with pytest.raises(StoreError, match="Another publish is under way"):
            RunJournal(tmp_path)
        process.kill()
    with RunJournal(tmp_path) as journal:
        assert journal.open_entries() == [{"type": "sent", "what": "first"}]


def test_a_disk_that_fails_is_told(tmp_path):
    """Where nothing can be written, nothing may be sent."""
    (tmp_path / "publish").write_text("")
    with pytest.raises(StoreError, match="cannot be used"):
        RunJournal(tmp_path)
    (tmp_path / "publish").unlink()
    (tmp_path / "publish/lock").mkdir(parents=True)
    with pytest.raises(StoreError, match="cannot be used"):
        RunJournal(tmp_path)
    (tmp_path / "publish/lock").rmdir()
    (tmp_path / "publish/lock").write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError, match="cannot be used"):
        RunJournal(tmp_path)
    (tmp_path / "publish/lock").unlink()
    (tmp_path / "publish/journal.jsonl").mkdir()
    with pytest.raises(StoreError, match="cannot be used"):
        RunJournal(tmp_path)
    (tmp_path / "publish/journal.jsonl").rmdir()
    with RunJournal(tmp_path) as journal:
        (tmp_path / "publish/journal.jsonl").mkdir()
        with pytest.raises(StoreError, match="cannot be used"):
            journal.append({"type": "x"})
        with pytest.raises(StoreError, match="cannot be used"):
            journal.finish()


@pytest.mark.parametrize("failure", ["sync", "short"])
def test_half_a_line_is_taken_back(tmp_path, monkeypatch, failure):
    """A disk that is full spoils neither what is there nor what comes after."""

    def fail(_):
        raise OSError("no space left")

    class Short(FileIO):
        def write(self, data):
            return super().write(data[:5])

    with RunJournal(tmp_path) as journal:
        journal.append({"type": "first"})
        with monkeypatch.context() as patch:
            if failure == "sync":
                patch.setattr("pelican_buttercms.publish.apply.run_journal.os.fsync", fail)
            else:
                patch.setattr("pelican_buttercms.publish.apply.run_journal.FileIO", Short)
            with pytest.raises(StoreError, match="cannot be used"):
                journal.append({"type": "second"})
        assert journal.open_entries() == [{"type": "first"}]
        journal.append({"type": "third"})
    with RunJournal(tmp_path) as journal:
        assert [entry["type"] for entry in journal.open_entries()] == ["first", "third"]
