"""The lower bounds of pyproject.toml are what `make compat` tries."""

import re
import tomllib

from tests import oldest


def test_every_dependency_is_pinned_to_its_lower_bound():
    """Also those of the extras; no upper bound and no comment is taken along."""
    pins = list(oldest.oldest())
    project = tomllib.loads(oldest.PROJECT.read_text())["project"]
    extras = [one for more in project["optional-dependencies"].values() for one in more]
    assert len(pins) == len(project["dependencies"]) + len(extras)
    assert all(re.fullmatch(r"[\w.-]+==[\d.]+", pin) for pin in pins)
    assert "httpcore==1" in pins
