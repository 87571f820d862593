"""The name of a file in the output folder, however its path is spelt."""

from pathlib import Path

import pytest

from pelican_buttercms.incremental.output.paths import name_of


@pytest.mark.parametrize(
    "spelt", ["{here}/output/a/b.html", "output/a/b.html", "output/./a//b.html"]
)
def test_a_file_has_one_name(tmp_path, monkeypatch, spelt):
    """OUTPUT_PATH is a relative path unless the settings name it."""
    monkeypatch.chdir(tmp_path)
    assert name_of(tmp_path / "output", spelt.format(here=tmp_path)) == "a/b.html"


def test_a_file_outside_leads_out(tmp_path, monkeypatch):
    """And not to a file of that name inside."""
    monkeypatch.chdir(tmp_path)
    assert name_of(tmp_path / "output", "output-2/b.html") == str(Path("../output-2/b.html"))
