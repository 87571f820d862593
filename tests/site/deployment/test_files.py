"""What the files for GitHub Actions and Netlify say, without running them."""

from itertools import pairwise
import re
import subprocess
import sys

from pelican_buttercms.errors import EventsPendingError
from pelican_buttercms.sync.deletion_guard import SECOND_LOOK

from .files import FILES, NETLIFY, SAMPLE, WORKFLOWS, load, steps


def test_the_workflows_are_as_their_schema_says():
    """The published schema of GitHub's workflow files accepts them."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]
    done = subprocess.run(
        [*command, "vendor.github-workflows", *FILES], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(FILES) == 3


def test_a_step_may_do_no_more_than_it_must():
    """Least permissions, time-outs, pinned actions; secrets in one step; no text becomes code."""
    for path in FILES:
        workflow = load(path)
        assert workflow["permissions"]["contents"] == "read"
        assert "env" not in workflow
        for job in workflow["jobs"].values():
            assert job["timeout-minutes"] <= 20
            assert "env" not in job
    for path, step in steps():
        assert "${{" not in step.get("run", ""), path
        assert re.fullmatch(r"actions/[a-z/-]+@v\d+", step.get("uses", "actions/x@v1"))
        others = {key: value for key, value in step.items() if key != "env"}
        assert "secrets." not in str(others)
        secret = "secrets." in str(step.get("env", ""))
        assert not secret or step["name"] in {"Build the site", "Ask when the next item is due"}
    assert "secrets." not in (WORKFLOWS / "pull-request.yml").read_text()
    assert load(WORKFLOWS / "pull-request.yml")["on"] == "pull_request"


def test_this_repository_does_not_run_them(root):
    """They are where a user finds them, and GitHub does not look."""
    assert not {path.name for path in FILES} & {p.name for p in (root / ".github").rglob("*")}


def test_netlify_toml_names_what_is_there():
    """Folders, functions and the publish folder; no setting that Netlify does not know."""
    assert set(NETLIFY) == {"build", "plugins", "functions", "context", "redirects"}
    assert set(NETLIFY["context"]) == {"production", "deploy-preview", "branch-deploy"}
    assert NETLIFY["build"]["publish"] == "output"
    languages = [entry["from"].strip("/*") for entry in NETLIFY["redirects"]]
    assert languages == ["de", "de-at"]  # those of the sample site beside its main one
    assert all(
        (entry["to"], entry["status"]) == (f"/{lang}/404.html", 404)
        for lang, entry in zip(languages, NETLIFY["redirects"], strict=True)
    )
    (plugin,) = NETLIFY["plugins"]
    assert (SAMPLE / plugin["package"].lstrip("/") / "manifest.yml").is_file()
    functions = SAMPLE / NETLIFY["functions"]["directory"]
    assert (functions / "reconcile.mjs").is_file()
    assert NETLIFY["functions"]["reconcile"]["schedule"] == "@daily"


def test_the_files_say_one_thing_each_way(root):
    """GitHub and Netlify build with the same command, from the same snapshot folder."""
    named = [step["run"] for _, step in steps() if step.get("name") == "Build the site"]
    texts = [*named, NETLIFY["build"]["command"]]
    builds = [re.search(r"pelican content .*--fatal errors", text)[0] for text in texts]
    assert len(builds) == 3
    assert all(one == other for one, other in pairwise(builds))


def test_what_an_event_starts_is_tried_again_for_longer_than_a_second_look_takes():
    """Deletions that are held back are believed then; both ask for the exit code of the package."""
    (step,) = (s for p, s in steps() if p.stem == "publish" and s.get("id") == "build")
    for script in (step["run"], NETLIFY["build"]["command"]):
        pauses = list(map(int, re.search(r"for pause in ([\d ]+);", script)[1].split()))
        assert pauses == [*sorted(pauses[:-1]), 0]
        assert sum(pauses) > SECOND_LOOK.total_seconds()
        assert f'"$status" -ne {EventsPendingError.exitcode} ]' in script
