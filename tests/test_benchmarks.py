"""Benchmarks are run by people, seldom: here it is seen that what they import is there."""

from pathlib import Path
import subprocess
import sys

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "benchmarks"


def test_every_benchmark_can_be_imported():
    """Those that are copied into sites are imported from beside each other, as there."""
    names = sorted(path.stem for path in FOLDER.glob("*.py"))
    assert {"builds", "least", "from_disk", "records"} <= set(names)
    code = f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(FOLDER)!r}]\n"
    for name in names:
        code += f"import {name}, benchmarks.{name}\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
