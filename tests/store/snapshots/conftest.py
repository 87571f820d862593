"""A folder for a snapshot."""

import pytest


@pytest.fixture
def folder(tmp_path):
    """Return the folder of a snapshot that does not exist yet."""
    return tmp_path / "snapshots" / "live"
