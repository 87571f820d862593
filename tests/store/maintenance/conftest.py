"""A store with three pulls."""

import pytest

from .stores import fill


@pytest.fixture
def filled(tmp_path):
    """A cache folder with three pulls of two locales."""
    return fill(tmp_path / "cache")
