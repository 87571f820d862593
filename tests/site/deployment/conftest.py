"""A checkout of the sample site, and GitHub for it."""

import pytest

from .checkout import Repository
from .runner import GitHub


@pytest.fixture
def repository(tmp_path):
    """A checkout of the sample site."""
    return Repository(tmp_path / "site")


@pytest.fixture
def github(repository, tmp_path):
    """GitHub, for that checkout."""
    return GitHub(repository, tmp_path / "github")
