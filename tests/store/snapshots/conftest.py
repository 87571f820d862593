"""A folder for a snapshot."""

import pytest


@pytest.fixture
def folder(tmp_path):
    """Name the folder of a snapshot that is not there yet."""
    return tmp_path / "snapshots" / "live"
