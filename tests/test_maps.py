"""The maps of the rooms name what is there: `__init__` lists each module of its folder, by name."""

import ast
from pathlib import Path
import re

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "pelican_buttercms"
MANY = 8
"""A folder of more modules needs a map."""

_ROW = re.compile(r"\| (`[^|]+`) \|")
_NAMES = re.compile(r"(?:    )?([a-z_]+/?(?:, [a-z_]+/?)*)(?:  +\S|: [a-z]|$)")


def named(docstring: str) -> set[str]:
    """Return the modules that a map names: rows of a table, or lines that begin with them."""
    found: set[str] = set()
    for line in docstring.splitlines():
        if row := _ROW.match(line):
            found.update(re.findall(r"`([a-z_]+)/?`", row[1]))
        elif (names := _NAMES.match(line)) and (names.end() < len(line) or "," in names[1]):
            found.update(name.rstrip("/") for name in names[1].split(", "))
    return found


def modules(folder: Path) -> set[str]:
    """Return the modules and inner rooms of a folder, without private ones."""
    inner = {path.parent.name for path in folder.glob("*/__init__.py")}
    return inner | {path.stem for path in folder.glob("*.py") if not path.stem.startswith("_")}


ROOMS = sorted(path.parent for path in PACKAGE.rglob("__init__.py") if path.parent != PACKAGE)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: str(room.relative_to(PACKAGE)))
def test_a_map_is_true(room):
    """Nothing is missing, and nothing is named that is not there."""
    docstring = ast.get_docstring(ast.parse((room / "__init__.py").read_text())) or ""
    names, there = named(docstring), modules(room)
    if names & there or len(there) > MANY:
        assert names == there


def test_maps_are_read():
    """In each of their three forms; prose is none."""
    table = "Holds it.\n\n| module | what |\n|---|---|\n| `one`, `two` | text |\n| `more/` | x |"
    assert named(table) == {"one", "two", "more"}
    assert named("Holds it.\n\none, two   texts\nmore/  folder") == {"one", "two", "more"}
    assert named("Holds it.\n\none: a text.\nPart:\n    two, more") == {"one", "two", "more"}
    assert named("Holds what is\nleft of it. Then\nmore follows, and so on.\nend") == set()
