"""Files are opened if they are files, and written whole or not at all."""

from __future__ import annotations

import errno
import os
import resource

import pytest

from pelican_buttercms.errors import FileSystemError
from pelican_buttercms.filesystem import (
    NotRegularError,
    explain,
    open_to_append,
    read_regular,
    write_over,
    write_whole,
    written_aside,
)


@pytest.fixture(params=["fifo", "folder", "device", "socket"])
def special(request, tmp_path):
    """Something that is no regular file."""
    path = tmp_path / "special"
    if request.param == "fifo":
        os.mkfifo(path)
    elif request.param == "folder":
        path.mkdir()
    elif request.param == "device":
        path.symlink_to("/dev/zero")
    else:
        import socket

        os.chdir(tmp_path)
        with socket.socket(socket.AF_UNIX) as item:
            item.bind("special")
            yield path
        return
    yield path


@pytest.fixture
def small():
    """A process that can write files of 2000 bytes at most."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_only_regular_files_are_read(special):
    """Nothing waits for ever at a FIFO, or reads a device without end."""
    with pytest.raises(OSError):  # noqa: PT011  (a socket cannot be opened at all)
        read_regular(special)


def test_what_is_no_regular_file_is_said(tmp_path):
    """The error is one of the disk's, so that whoever expects those needs nothing more."""
    os.mkfifo(tmp_path / "x")
    with pytest.raises(NotRegularError) as caught:
        read_regular(tmp_path / "x")
    assert isinstance(caught.value, OSError)
    assert f"at {tmp_path}/x (it is no regular file)" in explain(caught.value, "Reading failed")


def test_a_file_elsewhere_is_not_appended_to(tmp_path):
    """A link or a FIFO in the place of a file of ours goes."""
    (tmp_path / "theirs").write_text("theirs")
    (tmp_path / "link").symlink_to("theirs")
    os.mkfifo(tmp_path / "fifo")
    for name in ("link", "fifo", "new/ours"):
        for text in (b"a", b"b"):
            number = open_to_append(tmp_path / name)
            os.write(number, text)
            os.close(number)
        assert (tmp_path / name).read_bytes() == b"ab"
    assert (tmp_path / "theirs").read_text() == "theirs"


@pytest.mark.parametrize("before", [None, b"", b"old", b"o" * 1500])
def test_a_full_disk_leaves_what_was_there(tmp_path, small, before):
    """No file is half of the new one."""
    path = tmp_path / "page.html"
    if before is not None:
        path.write_bytes(before)
    with pytest.raises(FileSystemError, match=r"page\.html .*File too large.* as it was before"):
        write_over(str(path), b"n" * 3000)
    assert (path.read_bytes() if path.exists() else None) == (before or None)
    with pytest.raises(OSError, match="File too large"):
        write_whole(path, b"n" * 3000)
    assert (path.read_bytes() if path.exists() else None) == (before or None)
    assert [item.name for item in tmp_path.iterdir()] == (["page.html"] if before else [])


@pytest.mark.parametrize("size", [0, 3, 5, 9])
def test_a_file_is_written_over(tmp_path, size):
    """Its place and its rights stay."""
    path = tmp_path / "page.html"
    path.write_bytes(b"12345")
    path.chmod(0o640)
    number = path.stat().st_ino
    assert write_over(str(path), b"n" * size).st_size == size
    assert path.read_bytes() == b"n" * size
    assert (path.stat().st_ino, path.stat().st_mode & 0o777) == (number, 0o640)


@pytest.mark.parametrize("link", ["symlink_to", "hardlink_to"])
def test_a_page_never_writes_into_a_file_elsewhere(tmp_path, link):
    """A link in the output goes; what it leads to is somebody's source."""
    (tmp_path / "source.md").write_text("source")
    getattr(tmp_path / "page.html", link)(tmp_path / "source.md")
    write_over(str(tmp_path / "page.html"), b"page")
    assert (tmp_path / "source.md").read_text() == "source"
    assert (tmp_path / "page.html").read_text() == "page"


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "Free some space"),
        (errno.EACCES, "the right to read and write"),
        (errno.EROFS, "read-only"),
        (errno.ENAMETOOLONG, "Shorten the slug"),
        (errno.EISDIR, "A folder is where a file belongs"),
        (errno.EMFILE, "Too many files are open"),
        (errno.EIO, "That disk fails"),
        (12345, "Look at that disk"),
    ],
)
def test_an_error_says_where_why_and_what_to_do(number, advice):
    """Names from anywhere do not reach a terminal as they are."""
    report = explain(OSError(number, "the reason", "/a/\x1bb"), "It failed")
    assert report.startswith("It failed at '/a/\\x1bb' (the reason). ")
    assert advice in report


@pytest.mark.parametrize("taken", [True, False])
def test_a_file_written_aside_takes_the_place_or_is_removed(tmp_path, taken):
    """With the rights that it was given, whatever the umask is."""
    path = tmp_path / "draft.md"
    path.write_bytes(b"old")
    with written_aside(path, b"n", b"ew", suffix=".md", mode=0o666, durable=True) as aside:
        assert (path.read_bytes(), aside.read_bytes()) == (b"old", b"new")
        assert aside.suffix == ".md"
        if taken:
            aside.replace(path)
    assert path.read_bytes() == (b"new" if taken else b"old")
    assert (path.stat().st_mode & 0o777 == 0o666) or not taken
    assert list(tmp_path.iterdir()) == [path]
