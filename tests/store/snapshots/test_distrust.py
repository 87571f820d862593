"""What no export writes is read with distrust, and never written over."""

import json
import os
from pathlib import Path
import pickle

import pytest

from pelican_buttercms.errors import StoreError
from pelican_buttercms.store import read_snapshot
from pelican_buttercms.store.snapshots import filesystem as snapshot_files

from .files import POST, damage, files, plain, post, put, term, write


def link(place, target):
    """Put a symbolic link into the snapshot."""

    def apply(folder):
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.symlink_to(target)

    return apply


def sparse(folder):
    """Write a file that is huge, and takes no space."""
    with (folder / POST).open("wb") as file:
        file.truncate(2**40)


def deep(folder):
    """Create folders inside folders."""
    (folder / "default/page/a/b/c").mkdir(parents=True)


def fifo(folder):
    """Put a pipe where a file should be: whoever opens it waits for ever."""
    os.mkfifo(folder / "default/post/pipe.json")


class Bomb:
    """Would create a folder when it is unpickled."""

    def __reduce__(self):
        return os.mkdir, ("unpickled",)


AUTHOR = json.dumps({"key": "author//ada", "data": {"slug": "ada"}})
SPELT = '{"key": "item/%61/1", "data": {"meta": {"id": 1}}}'
HUGE_NUMBER = '{"key": "post//a", "data": {"slug": "a", "x": 1e999}}'
HALF_LETTER = '{"key": "post//a", "data": {"slug": "a", "x": "\\ud800"}}'
TWINS = '{"key": "post//a", "data": {"slug": "a", "title": "x", "title": "y"}}'
NESTED = '{"key": "post//a", "data": {"slug": "a", "x": %s}}'
OTHER_ABOUT = '{"format": %s, "mode": "live"}'


@pytest.mark.parametrize(
    ("attack", "problem"),
    [
        (link(POST, "/etc/passwd"), "a.json is a symbolic link"),
        (link("default/page", "/etc"), "default/page is a symbolic link"),
        (link("snapshot.json", "/etc/passwd"), "snapshot.json cannot be read"),
        (fifo, "pipe.json is not a regular file"),
        (sparse, "a.json is larger than 32 MiB"),
        (deep, "is a folder where a snapshot has none"),
        (put(POST, pickle.dumps(Bomb())), "a.json is not the JSON"),
        (put(POST, b""), "a.json is not the JSON"),
        (put(POST, "[]"), "a.json is not the JSON"),
        (put(POST, "[" * 100_000), "a.json is not the JSON"),
        (put(POST, NESTED % ("[" * 150 + "]" * 150)), "more than 100 deep"),
        (put(POST, HUGE_NUMBER), "out of range"),
        (put(POST, HALF_LETTER), "a.json is not the JSON"),
        (put(POST, TWINS), "name 'title' occurs twice"),
        (put(POST, "\xef\xbb\xbf{}"), "a.json is not the JSON"),
        (put(POST, '{"key": "post//a", "data": {"slug": "a"}, "more": 1}'), "unknown field"),
        (damage(POST, lambda file: file.update(key="post//../../x")), "which belongs elsewhere"),
        (damage(POST, lambda file: file.update(key="post//b")), "which belongs elsewhere"),
        (put("default/item/a/1.json", SPELT), "which belongs elsewhere"),
        (damage(POST, lambda file: file.update(key="post")), "has no key of a record"),
        (damage(POST, lambda file: file.update(key="nothing//a")), "has no key of a record"),
        (damage(POST, lambda file: file["data"].update(slug="b")), "and holds posts/b"),
        (damage(POST, lambda file: file["data"].update(status="draft")), "a.json holds a draft"),
        (damage(POST, lambda file: file["data"].update(title=1)), r"str.*got.*int.*title"),
        (damage(POST, lambda file: file["data"].update(published="x")), "pull stores"),
        (damage(POST, lambda file: file["data"].update(author={"slug": "a"})), "author.slug"),
        (damage(POST, lambda file: file["data"].update(tags=[1])), "tags"),
        (damage(POST, lambda file: file["data"].update(tags="x")), "tags"),
        (put("default/author/ada.json", AUTHOR), "ada.json is there a second time"),
        (put("en/author/bob.json", AUTHOR.replace("ada", "bob")), "no place for it"),
        (put("shared/post/b.json", AUTHOR.replace("author//ada", "post//b")), "no place for it"),
        (put("default/post/notes.txt", "mine"), "notes.txt is not the JSON"),
        (put("README.md", "mine"), "README.md is not the JSON"),
        (put("default/post/\x1b[31m.json", "mine"), r"'.*\\x1b\[31m.json' is not the JSON"),
        (put("snapshot.json", OTHER_ABOUT % 2), "written by a newer version .*: upgrade"),
        (put("snapshot.json", OTHER_ABOUT % "true"), "does not name a format"),
        (put("snapshot.json", OTHER_ABOUT % 1), "does not say what an export writes"),
        (put("snapshot.json", "[]"), "snapshot.json is not the JSON"),
        (damage("snapshot.json", lambda about: about.update(mode="all")), "does not say what"),
        (damage("snapshot.json", lambda about: about.update(locales=["", ""])), "locale twice"),
        (damage("snapshot.json", lambda about: about.update(locales=[])), "does not say what"),
        (damage("snapshot.json", lambda about: about.update(pulled_at="2026-11-21")), "pulled_at"),
        (
            damage("snapshot.json", lambda about: about.update(pulled_at="0001-01-01T00:00+23:59")),
            "does not say what",
        ),
    ],
)  # fmt: skip
def test_nothing_in_the_folder_is_trusted(folder, attack, problem):
    """What no export writes is an error that names the file and the way out, and does nothing."""
    write(folder, post("a"), term("author", "ada"))
    attack(folder)
    with pytest.raises(StoreError, match=problem) as caught:
        read_snapshot(folder)
    assert "Restore the snapshot from version control" in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert not Path("unpickled").exists()


def test_everything_has_a_bound(folder, monkeypatch):
    """Many files, many folders, many bytes and many locales end in an error, not in a full disk."""
    write(folder, post("a"), term("author", "ada"))
    monkeypatch.setattr(snapshot_files, "MAX_TOTAL", 300)
    with pytest.raises(StoreError, match="live holds more than 0 MiB"):
        read_snapshot(folder)
    monkeypatch.undo()
    monkeypatch.setattr(snapshot_files, "MAX_ENTRIES", 10)
    names = [str(number) for number in range(20)]
    damage("snapshot.json", lambda about: about.update(locales=["", *names]))(folder)
    with pytest.raises(StoreError, match="more than 10 records"):
        read_snapshot(folder)
    for number in range(20):
        (folder / f"default/{number}").mkdir()
    with pytest.raises(StoreError, match="more than 10 files"):
        read_snapshot(folder)


def test_a_link_to_a_snapshot_is_not_followed(tmp_path, folder):
    """Neither reading nor writing goes through a link; it stays."""
    write(folder, post("a"))
    linked = tmp_path / "linked"
    linked.symlink_to(folder)
    with pytest.raises(StoreError, match="linked is a symbolic link"):
        read_snapshot(linked)
    with pytest.raises(StoreError, match="linked is a symbolic link"):
        write(linked, post("b"))
    assert linked.is_symlink()
    assert plain(read_snapshot(folder).versions[""]) == plain([post("a")])


def test_what_a_file_manager_leaves_is_no_content(folder):
    """The files with which operating systems litter folders are overlooked, and replaced."""
    write(folder, post("a"))
    put("default/.DS_Store", b"\0\0")(folder)
    assert len(read_snapshot(folder).versions[""]) == 1
    write(folder, post("a"))


@pytest.mark.parametrize(
    "attack",
    [
        put("default/post/notes.txt", "mine"),
        put("README.md", "mine"),
        put("default/post/b.json", "{}"),
        put(".git/config", "mine"),
        put("snapshot.json", "mine"),
        put("snapshot.json", OTHER_ABOUT % 2),
        link("default/post/b.json", "/etc/passwd"),
    ],
)
def test_somebody_elses_files_stay(folder, attack):
    """A folder that holds anything but a snapshot is an error, and stays as it is."""
    write(folder, post("a"))
    attack(folder)
    before = files(folder)
    with pytest.raises(StoreError, match=r"something else is in the way.*Name another folder"):
        write(folder, post("b"))
    assert files(folder) == before
    assert list(folder.parent.iterdir()) == [folder]
