"""What a storage refuses, and what is missing, is reported in one paragraph without secrets."""

import os
import subprocess
import sys
from urllib.request import Request, urlopen

import fsspec
import pytest

from pelican_buttercms.errors import SettingsError, StoreError
from pelican_buttercms.store.shared.object_storage import ObjectStorage

from .machines import SECRET


def check_credentials(server, after):
    """Make the server check credentials after that many calls."""
    headers = {"Content-Type": "text/plain"}
    url = f"{server}/moto-api/reset-auth"
    urlopen(Request(url, after.encode(), headers, method="POST")).close()


def test_a_wrong_bucket_is_told(s3, machine):
    """Without a traceback's words; nothing is made up, and the bucket is not created."""
    first = machine("s3://no-such-bucket-here/x")
    first.fill()
    before = first.content()
    for action in (first.push, lambda: first.pull(force=True)):
        with pytest.raises(StoreError, match=r"s3://no-such-bucket-here/x.*Check whether the URL"):
            action()
    assert first.content() == before


def test_refused_credentials_are_told_without_the_secret(s3, s3_server, machine):
    """A refused user reads which variables to check, and no secret."""
    first = machine(s3)
    first.fill()
    check_credentials(s3_server, after="0")
    try:
        with pytest.raises(StoreError, match="Give this machine credentials") as caught:
            first.push()
        with pytest.raises(StoreError, match="Give this machine credentials"):
            first.pull(force=True)
    finally:
        check_credentials(s3_server, after="inf")
    assert SECRET not in str(caught.value)
    assert os.environ["AWS_ACCESS_KEY_ID"] not in str(caught.value)


def test_credentials_are_written_nowhere(s3, site, account, tmp_path):
    """Two runners share over S3 and build the same; no file and no output has the secret."""
    account.post("one")
    other = type(site)(tmp_path / "other", account)
    site.build()
    commands = [site.command("store", "push", s3), other.command("store", "pull", s3)]
    assert [done.returncode for done in commands] == [0, 0], commands
    other.build(env={"BUTTERCMS_OFFLINE": "1"})
    assert other.files() == site.files()
    for name in site.files():
        assert (site.output / name).read_bytes() == (other.output / name).read_bytes()
    everything = [done.stdout.encode() + done.stderr.encode() for done in commands]
    everything += [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    remote = ObjectStorage(s3)
    everything += [remote.read(f"v1/{name}", 10**6) for name in remote.listing("v1")]
    assert len(everything) > 10
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        assert not any(os.environ[name].encode() in data for data in everything)


def test_words_of_a_storage_are_told_without_secrets(machine, monkeypatch):
    """Whatever an exception repeats: variables that are secret and signed URLs are not printed."""
    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", SECRET)
    first = machine("memory://words")

    def fail(*args, **options):
        raise RuntimeError(f"cannot open https://x.example/a?sig=abc with {SECRET}\x1b[31m")

    monkeypatch.setattr(first.remote._files, "find", fail, raising=False)
    with pytest.raises(StoreError, match=r"x\.example/a\?\*\*\* with \*\*\*") as caught:
        first.pull()
    assert "\x1b" not in str(caught.value)


def test_an_unreachable_storage_is_told(s3, machine, monkeypatch):
    """The network's failure is one paragraph."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    first = machine(s3)
    with pytest.raises(StoreError, match="storage can be reached"):
        first.pull()


def test_a_folder_that_may_not_be_written_is_told(machine, tmp_path):
    """A file where a folder should be, as a folder without permission, is reported."""
    (tmp_path / "file").write_text("x")
    first = machine(f"file://{tmp_path / 'file'}")
    first.fill()
    with pytest.raises(StoreError, match="The shared store file://"):
        first.push()


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", "is a URL such as"),
        ("bucket/folder", "is a URL such as"),
        ("s3://", "is a URL such as"),
        (f"s3://key:{SECRET}@bucket", "carries a user name"),
        (f"az://bucket/x?sig={SECRET}", "carries a user name"),
        ("https://bucket.s3.amazonaws.com/x", "is that of a web server"),
        ("simplecache::s3://bucket/x", "is a chain"),
        ("file:///", "is a URL such as"),
    ],
)
def test_a_wrong_url_is_refused(url, problem):
    """A URL with a secret is not repeated."""
    with pytest.raises(SettingsError, match=problem) as caught:
        ObjectStorage(url)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("missing", "url", "advice"),
    [
        ("fsspec", "s3://bucket/x", 'pip install "pelican-buttercms[remote]" s3fs`'),
        ("s3fs", "s3://bucket/x", 'pip install "pelican-buttercms[remote]" s3fs`'),
        ("gcsfs", "gs://bucket/x", 'pip install "pelican-buttercms[remote]" gcsfs`'),
        ("fsspec", "file:///x", 'pip install "pelican-buttercms[remote]"`'),
    ],
)
def test_a_missing_package_is_reported(missing, url, advice):
    """Storage packages are optional, and are named when they are missing."""
    program = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from pelican_buttercms.errors import StoreError\n"
        "from pelican_buttercms.store.shared.object_storage import ObjectStorage\n"
        "try:\n"
        f"    ObjectStorage({url!r})\n"
        "except StoreError as exc:\n"
        "    print(exc)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert advice in done.stdout, done.stderr


def test_an_unknown_storage_is_told():
    """A protocol that nobody speaks is no traceback."""
    with pytest.raises(StoreError, match="nosuch://bucket/x cannot be opened"):
        ObjectStorage("nosuch://bucket/x")


def test_nothing_is_imported_before_it_is_needed():
    """Who shares nothing loads no fsspec."""
    program = "import sys, pelican_buttercms.cli; print('fsspec' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"False"
