"""Prints the oldest versions that pyproject.toml allows, as pip takes them: `make compat`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
import re
import sys
import tomllib

_BOUND = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?>=([^,;]+)")
PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


def oldest() -> Iterator[str]:
    """Yield each dependency, those of the extras as well, pinned to its lower bound."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    named = list(project["dependencies"])
    for more in project["optional-dependencies"].values():
        named += more
    for requirement in named:
        bound = _BOUND.match(requirement)
        if bound is None:
            raise ValueError(f"{requirement} has no lower bound")
        yield f"{bound[1]}=={bound[2]}"


if __name__ == "__main__":
    sys.stdout.writelines(f"{one}\n" for one in oldest())
