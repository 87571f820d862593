"""What the style forbids is nowhere in the package, and the counting itself finds it."""

import ast

import pytest

from tests import counts


@pytest.fixture(scope="module")
def found():
    """The counts of the package."""
    return counts.count()


def test_the_package_has_nothing_that_the_style_forbids(found):
    """`make counts` prints the same; `python -m tests.counts --places` names each place."""
    places = {words: places for words, places in found.forbidden().items() if places}
    assert places == {}


def test_every_module_is_counted(found, root):
    """A count of nothing would hold, too."""
    assert found.modules == len(list((root / "pelican_buttercms").rglob("*.py"))) > 300
    assert found.lines > 10_000


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("from rich.live import _RefreshThread", ["_RefreshThread"]),
        ("from pelican.plugins._utils import load", ["_utils"]),
        ("import pelican.plugins._utils", ["_utils"]),
        ("from pelican.plugins import signals", []),
        ("from pelican_buttercms import _version", []),
        ("import __future__", []),
    ],
)
def test_private_names_of_libraries_are_found(code, names):
    """In every form of an import; those of this package are its own affair."""
    (statement,) = ast.parse(code).body
    assert list(counts._private_names(statement)) == names


def test_cycles_and_the_rest_are_found(tmp_path, monkeypatch):
    """In a package that has each of them."""
    package = tmp_path / "wrong"
    package.mkdir()
    (package / "__init__.py").write_text('"""Is it?"""\n')
    (package / "a.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from wrong import b\n"
        'class Same:\n    def f(self):\n        """Give it."""\n'
    )
    (package / "b.py").write_text("from wrong import a\nclass Same:\n    x = a\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(counts, "PACKAGE", package)
    assert {words: len(places) for words, places in counts.count().forbidden().items()} == {
        "module docstrings that are questions": 1,
        "function docstrings that begin with Give, Tell or Say": 1,
        "class names that exist twice": 2,
        "private names of libraries outside of their module": 0,
        "modules in import cycles, type-only ones included": 2,
    }
