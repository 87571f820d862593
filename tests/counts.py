"""Counts of what the package's style forbids: `make counts` prints them, a test keeps them at 0."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
import sys

import grimp

PACKAGE = Path(__file__).resolve().parent.parent / "pelican_buttercms"
LIBRARIES = {"click", "diskcache", "httpx", "jinja2", "markdown", "pelican", "rich", "waitress"}
NO_VERBS = ("Give ", "Gives ", "Tell ", "Tells ", "Say ", "Says ", "Name ", "Be ")
GUARD = "pelican_buttercms/pelican_internals.py"
"""The one module that may use private names of libraries: it tries them before use."""


@dataclass
class Counts:
    """Places, as `file:line`, of each kind.

    Attributes:
        questions: module docstrings that ask instead of stating.
        vague_verbs: function docstrings that begin with a verb that says nothing.
        duplicate_classes: classes whose name another class of the package has.
        private_imports: private names of libraries, imported outside of the guard.
        cycles: modules that import each other, in a circle, for types or at run time.
        lines: lines of the package.
        modules: modules of the package.
    """

    questions: list[str] = field(default_factory=list)
    vague_verbs: list[str] = field(default_factory=list)
    duplicate_classes: list[str] = field(default_factory=list)
    private_imports: list[str] = field(default_factory=list)
    cycles: list[str] = field(default_factory=list)
    lines: int = 0
    modules: int = 0

    def forbidden(self) -> dict[str, list[str]]:
        """Return the places by the words for their kind."""
        return {
            "module docstrings that are questions": self.questions,
            "function docstrings that begin with Give, Tell or Say": self.vague_verbs,
            "class names that exist twice": self.duplicate_classes,
            "private names of libraries outside of their module": self.private_imports,
            "modules in import cycles, type-only ones included": self.cycles,
        }


def count() -> Counts:
    """Read the whole package, and return what was found."""
    counts = Counts()
    classes: dict[str, list[str]] = defaultdict(list)
    for file in sorted(PACKAGE.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        tree, name = ast.parse(text), str(file.relative_to(PACKAGE.parent))
        counts.lines += len(text.splitlines())
        counts.modules += 1
        if "?" in (ast.get_docstring(tree) or "").split("\n")[0]:
            counts.questions.append(name)
        for node in ast.walk(tree):
            place = f"{name}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                if (ast.get_docstring(node) or "").startswith(NO_VERBS):
                    counts.vague_verbs.append(place)
            elif isinstance(node, ast.ClassDef):
                classes[node.name].append(f"{place} {node.name}")
            elif name != GUARD and any(_private_names(node)):
                counts.private_imports.append(place)
    counts.duplicate_classes = [one for each in classes.values() if len(each) > 1 for one in each]
    counts.cycles = sorted(_cycles())
    return counts


def _private_names(node: ast.AST) -> Iterator[str]:
    """Return the private names of libraries that a statement imports."""
    if isinstance(node, ast.ImportFrom):
        names = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
    elif isinstance(node, ast.Import):
        names = [part for alias in node.names for part in alias.name.split(".")]
    else:
        return
    if names[0] in LIBRARIES:
        yield from (name for name in names if name.startswith("_") and not name.startswith("__"))


def _cycles() -> set[str]:
    """Return every module that imports itself by way of others."""
    graph = grimp.build_graph(PACKAGE.name, cache_dir=None)
    return {
        module
        for module in graph.modules
        if any(
            module in graph.find_upstream_modules(imported)
            for imported in graph.find_modules_directly_imported_by(module)
        )
    }


def main() -> None:
    """Print the counts, and with `--places` each place."""
    counts = count()
    for words, places in counts.forbidden().items():
        sys.stdout.write(f"{len(places):6}  {words}\n")
        if "--places" in sys.argv:
            sys.stdout.writelines(f"        {place}\n" for place in places)
    sys.stdout.write(f"{counts.lines:6,}  lines in {counts.modules} modules\n")


if __name__ == "__main__":
    main()
