"""The sample site from its committed snapshot: what a pull request's build does."""

import json
import os
from pathlib import Path
import subprocess
import sys

from tests.site.conftest import build

SNAPSHOT = Path("cache/snapshots/harbour-lane")


def test_the_sample_site_builds_from_its_snapshot(root, built, tmp_path, monkeypatch):
    """Every file is the same, byte for byte, as from the account itself."""
    monkeypatch.setenv("BUTTERCMS_SNAPSHOT", str(root / SNAPSHOT))
    again = build(root, tmp_path)
    assert "snapshot" in again.printed
    assert again.files() == built.files()
    different = [
        name
        for name in again.files()
        if (again.output / name).read_bytes() != (built.output / name).read_bytes()
    ]
    assert different == []


def test_the_snapshot_is_that_of_the_account(root, tmp_path):
    """An edit of the sample account belongs into its snapshot: `make snapshot`."""
    conf = tmp_path / "conf.py"
    conf.write_text(
        f"import sys\nsys.path.insert(0, {str(root / 'sample_site')!r})\n"
        f"from pelicanconf import *\nCACHE_PATH = {str(tmp_path / 'cache')!r}\n"
    )
    for command in (["pull"], ["snapshot", "export", str(tmp_path / "new")]):
        done = subprocess.run(
            [sys.executable, "-m", "pelican_buttercms", "-s", str(conf), *command],
            cwd=root,
            env=os.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "new") == contents(root / SNAPSHOT), "run `make snapshot`"


def contents(folder):
    """Read every file of a snapshot, without the moment of the pull."""
    found = {
        str(path.relative_to(folder)): json.loads(path.read_text())
        for path in folder.rglob("*.json")
    }
    del found["snapshot.json"]["pulled_at"]
    return found
