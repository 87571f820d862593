"""Storages of each kind, one of them a real S3 protocol server on loopback."""

import socket
import subprocess
import sys
import time
from urllib.request import Request, urlopen
from uuid import uuid4

import fsspec
import pytest

from .machines import BOTH, SECRET, Machine


@pytest.fixture(scope="session")
def s3_server():
    """A server that speaks S3, in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen([*command, "-p", str(port)], **quiet) as process:
        try:
            wait_for(f"{address}/moto-api/data.json", process)
            yield address
        finally:
            process.terminate()


def wait_for(url, process):
    """Wait until a server answers."""
    deadline = time.monotonic() + 60
    while process.poll() is None:
        try:
            return urlopen(url).close()
        except OSError:
            assert time.monotonic() < deadline, "the S3 server does not answer"
            time.sleep(0.1)
    raise AssertionError("the S3 server ended")


@pytest.fixture
def s3(s3_server, monkeypatch):
    """A new bucket, and the credentials for it in the environment."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    bucket = f"bucket-{uuid4().hex}"
    urlopen(Request(f"{s3_server}/{bucket}", method="PUT")).close()
    yield f"s3://{bucket}/stores/site"
    fsspec.get_filesystem_class("s3").clear_instance_cache()


@pytest.fixture(params=["file", "memory", "s3"])
def url(request, tmp_path):
    """Each kind of storage."""
    if request.param == "s3":
        return request.getfixturevalue("s3")
    if request.param == "memory":
        return f"memory://{uuid4().hex}/stores"
    return f"file://{tmp_path / 'shared'}"


@pytest.fixture
def machine(tmp_path, clock):
    """Return a function that builds a machine that shares at a URL."""
    made = []

    def make(url, scopes=BOTH):
        made.append(Machine(tmp_path / f"machine-{len(made)}", url, clock, scopes))
        return made[-1]

    yield make
    for first in made:
        first.store.close()
