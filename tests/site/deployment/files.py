"""The files that a user copies for GitHub Actions and Netlify."""

from pathlib import Path
import tomllib

from ruamel.yaml import YAML

SAMPLE = Path(__file__).resolve().parents[3] / "sample_site"
WORKFLOWS = SAMPLE / ".github/workflows"
FILES = sorted(WORKFLOWS.glob("*.yml"))
NETLIFY = tomllib.loads((SAMPLE / "netlify.toml").read_text())


def load(path):
    """Read a workflow; YAML 1.2 leaves `on` a word."""
    return YAML(typ="safe", pure=True).load(path)


def steps():
    """Return every step of every job, with its file."""
    return [
        (path, step)
        for path in FILES
        for job in load(path)["jobs"].values()
        for step in job["steps"]
    ]
