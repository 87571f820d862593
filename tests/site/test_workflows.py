"""The files that a user copies for GitHub Actions and Netlify: checked, and their commands run.

Only what is GitHub's or Netlify's is played here: variables, caches, and the installation.
"""

from __future__ import annotations

from itertools import pairwise
import json
import os
from pathlib import Path
import re
import shutil
import subprocess
import sys
import tomllib

import pytest
from ruamel.yaml import YAML

from pelican_buttercms.events.payload import to_payload

SAMPLE = Path(__file__).resolve().parents[2] / "sample_site"
WORKFLOWS = SAMPLE / ".github/workflows"
FILES = sorted(WORKFLOWS.glob("*.yml"))
KEPT = {"a-note-on-the-harbour-clock.json", "decaf-deserves-better.json"}
TOKEN = "the-read-token"


def load(path):
    """Read a workflow; YAML 1.2 leaves `on` a word."""
    return YAML(typ="safe", pure=True).load(path)


class Repository:
    """A copy of the sample site in a checkout of its own, with an account that is quick to pull."""

    def __init__(self, folder):
        self.folder = folder
        ignored = shutil.ignore_patterns("output", "screenshots", "cache", "__pycache__")
        shutil.copytree(SAMPLE, folder, ignore=ignored)
        for post in (folder / "cms/posts").glob("*.json"):
            if post.name not in KEPT:
                post.unlink()
        with (folder / "pelicanconf.py").open("a") as conf:
            conf.write(
                "\nfrom pelican_buttercms import theme_path\n"
                "THEME, CACHE_PATH = theme_path(), str(HERE / 'cache')\n"
                "BUTTERCMS_LOCALES, BUTTERCMS_MEDIA = [], 'cdn'\n"
            )
        self.program("python", f'[ "$2" = pip ] && exit 0\nexec {sys.executable} "$@"')
        self.program("pelican", f'exec {sys.executable} -m pelican "$@"')
        self.program("pelican-buttercms", f'exec {sys.executable} -m pelican_buttercms "$@"')

    @property
    def tools(self):
        """Where programs are, beside the checkout."""
        return self.folder.with_name("bin")

    def program(self, name, lines):
        """Put a program on the PATH."""
        self.tools.mkdir(exist_ok=True)
        (self.tools / name).write_text(f"#!/bin/sh\n{lines}\n")
        (self.tools / name).chmod(0o755)

    def bash(self, script, *options, **env):
        """Run a script in the checkout."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("BUTTERCMS_", "GITHUB_"))}
        path = f"{self.tools}:{os.environ['PATH']}"
        return subprocess.run(
            ["bash", *options, "-c", script],
            cwd=self.folder,
            env={**kept, "PATH": path, "CI": "true", "COLUMNS": "10000", **env},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def edit(self, slug, **values):
        """Change a post at the account."""
        path = self.folder / f"cms/posts/{slug}.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | values))

    def read(self, path):
        """Read a file of the output."""
        return (self.folder / "output" / path).read_text()

    def snapshot(self):
        """Commit a snapshot, that of the whole sample account, and take the account away."""
        committed = SAMPLE.parent / "cache/snapshots/harbour-lane"
        shutil.copytree(committed, self.folder / "cache/snapshots/live")
        shutil.rmtree(self.folder / "cms")
        (self.folder / "cms").mkdir()
        with (self.folder / "pelicanconf.py").open("a") as conf:
            conf.write('BUTTERCMS_LOCALES = {"en": [], "de": ["en"], "de-AT": ["de", "en"]}\n')


class GitHub:
    """Runs the steps of a job as GitHub's runner does, with its cache."""

    def __init__(self, repository, folder):
        self.repository, self.folder = repository, folder
        self.caches = {}
        folder.mkdir()

    def run(self, name, event, number, payload=None, **secrets):
        """Run the first job of a workflow; gives the outcomes, the summary and what was printed."""
        shutil.rmtree(self.repository.folder / "cache/buttercms", ignore_errors=True)
        shutil.rmtree(self.repository.folder / "output", ignore_errors=True)
        job = Job(self, event, number, payload or {}, secrets)
        for step in next(iter(load(WORKFLOWS / name)["jobs"].values()))["steps"]:
            job.step(step)
        return job


class Job:
    """One job under way."""

    def __init__(self, github, event, number, payload, secrets):
        self.github, self.failed, self.printed = github, False, ""
        self.files = {name: github.folder / f"{name}-{number}" for name in ("env", "out", "sum")}
        for path in self.files.values():
            path.write_text("")
        event_path = github.folder / "event.json"
        event_path.write_text(json.dumps(payload))
        self.env = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(event_path),
            "GITHUB_RUN_NUMBER": str(number),
            "GITHUB_REPOSITORY": "harbour/lane",
            "GITHUB_REF_NAME": "main",
            "GITHUB_ENV": str(self.files["env"]),
            "GITHUB_OUTPUT": str(self.files["out"]),
            "GITHUB_STEP_SUMMARY": str(self.files["sum"]),
            "RUNNER_TEMP": str(github.folder),
        }
        self.values = {f"secrets.{name}": value for name, value in secrets.items()}
        self.values |= {"github.run_number": str(number), "github.run_attempt": "1"}
        self.values |= {"github.token": "a-github-token"}

    @property
    def summary(self):
        """The job's summary, with its character references resolved."""
        text = self.files["sum"].read_text()
        return re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), text)

    def evaluate(self, text):
        """Evaluate the few forms of expressions that the workflows have."""
        parts = re.split(r"('[^']*')", text.replace("&&", " and ").replace("||", " or "))
        names = re.compile(r"\b(?:steps|github|secrets)\.[\w.-]+")
        code = "".join(
            part if part.startswith("'") else names.sub(lambda name: f"get('{name[0]}', '')", part)
            for part in parts
        )
        return eval(code, {"get": self.values.get, "always": lambda: True})

    def fill(self, text):
        """Put values for expressions."""
        return re.sub(r"\$\{\{(.*?)\}\}", lambda e: str(self.evaluate(e[1].strip())), str(text))

    def step(self, step):
        """Run a step, unless it is to be skipped."""
        condition = step.get("if", "")
        skipped = self.failed and "always()" not in condition
        if skipped or (condition and not self.evaluate(condition)):
            return self.end(step, "skipped")
        if "run" in step:
            return self.shell(step)
        name = step["uses"].partition("@")[0]
        given = {key: self.fill(value) for key, value in step.get("with", {}).items()}
        if name == "actions/cache/restore":
            self.restore(step, given)
        elif name == "actions/cache/save":
            assert given["key"] not in self.github.caches, "a cache never changes"
            for folder in given["path"].split():
                source = self.github.repository.folder / folder
                if source.exists():
                    shutil.copytree(source, self.github.folder / given["key"] / folder)
            self.github.caches[given["key"]] = self.github.folder / given["key"]
        elif name == "actions/upload-pages-artifact":
            assert self.path(given).is_dir()
        return self.end(step, "success")

    def path(self, given):
        """Give the folder that an action is about."""
        return self.github.repository.folder / given["path"]

    def restore(self, step, given):
        """Bring back the newest cache whose key begins so."""
        keys = [key for key in self.github.caches if key.startswith(given["restore-keys"])]
        if keys:
            for folder in given["path"].split():
                source = self.github.caches[keys[-1]] / folder
                if source.exists():
                    shutil.copytree(source, self.github.repository.folder / folder)
            self.values[f"steps.{step.get('id')}.outputs.cache-matched-key"] = keys[-1]

    def shell(self, step):
        """Run a script, with the variables that it may see."""
        env = self.env | {k: self.fill(v) for k, v in step.get("env", {}).items()}
        done = self.github.repository.bash(step["run"], "-e", **env)
        self.printed += done.stdout + done.stderr
        for line in self.files["env"].read_text().splitlines():
            self.env.update([line.split("=", 1)])
        for line in self.files["out"].read_text().splitlines():
            name, value = line.split("=", 1)
            self.values[f"steps.{step['id']}.outputs.{name}"] = value
        self.files["out"].write_text("")
        self.end(step, "failure" if done.returncode else "success")

    def end(self, step, outcome):
        """Note how a step ended."""
        self.failed |= outcome == "failure"
        self.values[f"steps.{step.get('id')}.outcome"] = outcome


@pytest.fixture
def repository(tmp_path):
    """A checkout of the sample site."""
    return Repository(tmp_path / "site")


@pytest.fixture
def github(repository, tmp_path):
    """GitHub, for that checkout."""
    return GitHub(repository, tmp_path / "github")


def steps():
    """Give every step of every job, with its file."""
    return [
        (path, step)
        for path in FILES
        for job in load(path)["jobs"].values()
        for step in job["steps"]
    ]


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
        assert not secret or step["name"] in {"Build the site", "Look whether something is due"}
    assert "secrets." not in (WORKFLOWS / "pull-request.yml").read_text()
    assert load(WORKFLOWS / "pull-request.yml")["on"] == "pull_request"


def test_this_repository_does_not_run_them(root):
    """They are where a user finds them, and GitHub does not look."""
    assert not {path.name for path in FILES} & {p.name for p in (root / ".github").rglob("*")}


def event_of(make_event, *slugs):
    """Make what a relay dispatches."""
    events = [make_event("post.published", slug) for slug in slugs]
    return {"action": "buttercms", "client_payload": to_payload(events)}


CLOCK, DECAF = "a-note-on-the-harbour-clock", "decaf-deserves-better"


def test_from_push_to_push_no_event_is_lost(github, make_event):
    """A push pulls everything, an event one item; after a cancelled run, everything again."""
    job = github.run("publish.yml", "push", 41, BUTTERCMS_READ_TOKEN=TOKEN)
    assert not job.failed, job.printed
    assert list(github.caches) == ["buttercms-41-1"]
    assert "The first change" not in github.repository.read(f"journal/{CLOCK}/index.html")

    github.repository.edit(CLOCK, title="The first change")
    event = event_of(make_event, CLOCK)
    job = github.run("publish.yml", "repository_dispatch", 42, event, BUTTERCMS_READ_TOKEN=TOKEN)
    assert not job.failed, job.printed
    assert "The first change" in github.repository.read(f"journal/{CLOCK}/index.html")
    assert "| API calls | 1 made" in job.summary
    assert f"**1** The first change (post//{CLOCK})" in job.summary

    github.repository.edit(CLOCK, title="The change whose run was cancelled")
    github.repository.edit(DECAF, title="The third change")
    event = event_of(make_event, DECAF)
    job = github.run("publish.yml", "repository_dispatch", 44, event, BUTTERCMS_READ_TOKEN=TOKEN)
    assert not job.failed, job.printed
    assert "whose run was cancelled" in github.repository.read(f"journal/{CLOCK}/index.html")
    assert "The third change" in github.repository.read(f"journal/{DECAF}/index.html")
    assert list(github.caches) == ["buttercms-41-1", "buttercms-42-1", "buttercms-44-1"]
    assert TOKEN not in job.printed + job.summary


def test_nobody_counts_on_what_a_failed_build_left(github, make_event):
    """It is stored, but the next build asks for everything; the summary says what failed."""
    (github.repository.folder / "cms/posts" / f"{CLOCK}.json").write_text("{")
    event = event_of(make_event, CLOCK)
    job = github.run("publish.yml", "repository_dispatch", 7, event, BUTTERCMS_READ_TOKEN=TOKEN)
    assert job.values["steps.build.outcome"] == "failure"
    assert all(key.startswith("buttercms-incomplete-7-1") for key in github.caches)
    assert "the build stopped" in job.summary
    assert "::error title=" in job.printed


def test_a_pull_request_is_built_without_any_secret(github):
    """From the committed snapshot, though the account is out of reach."""
    github.repository.snapshot()
    job = github.run("pull-request.yml", "pull_request", 5)
    assert not job.failed, job.printed
    assert github.repository.read(f"journal/{CLOCK}/index.html")
    assert "| API calls | 0 made" in job.summary


def test_scheduled_content_starts_a_build_when_it_is_due(github):
    """Nothing is started before the time has come, and then one build."""
    github.repository.program("gh", f'echo "$GH_TOKEN $*" >> {github.folder}/gh.txt')
    started = github.folder / "gh.txt"
    at = {"status": "scheduled", "published": None}
    github.repository.edit(CLOCK, **at, scheduled="2999-01-01T00:00:00Z")
    job = github.run("scheduled.yml", "schedule", 1, BUTTERCMS_READ_TOKEN=TOKEN)
    assert not job.failed, job.printed
    assert not started.exists()
    github.repository.edit(CLOCK, **at, scheduled="2020-01-01T00:00:00Z")
    job = github.run("scheduled.yml", "schedule", 2, BUTTERCMS_READ_TOKEN=TOKEN)
    assert not job.failed, job.printed
    workflow = "workflow run publish.yml --repo harbour/lane --ref main"
    assert started.read_text() == f"a-github-token {workflow}\n"


NETLIFY = tomllib.loads((SAMPLE / "netlify.toml").read_text())


def netlify(repository, context, **env):
    """Run the command of a deploy context, as Netlify does."""
    chosen = NETLIFY["context"][context]
    command = chosen.get("command", NETLIFY["build"]["command"])
    env = {"NETLIFY": "true", "CONTEXT": context, **env, **NETLIFY["build"]["environment"]}
    url = f"https://{context}--harbour.netlify.app"
    env |= {"DEPLOY_PRIME_URL": url, **chosen["environment"]}
    done = repository.bash(command, **env)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_netlify_builds_the_site_and_then_what_a_hook_names(repository, make_event):
    """The body of a build hook is the event; one call for a post."""
    netlify(repository, "production", BUTTERCMS_READ_TOKEN=TOKEN)
    repository.edit(CLOCK, title="Told by a hook")
    body = json.dumps(to_payload([make_event("post.published", CLOCK)]))
    printed = netlify(repository, "production", BUTTERCMS_READ_TOKEN=TOKEN, INCOMING_HOOK_BODY=body)
    assert "1 API call made" in printed
    assert "Told by a hook" in repository.read(f"journal/{CLOCK}/index.html")
    assert "::" not in printed


def test_netlify_shows_a_pull_request_from_the_snapshot(repository):
    """Without a token, even one that was set for all contexts; under the preview's own address."""
    repository.snapshot()
    netlify(repository, "deploy-preview", BUTTERCMS_READ_TOKEN=TOKEN)
    page = repository.read(f"journal/{CLOCK}/index.html")
    assert "https://deploy-preview--harbour.netlify.app" in page
    assert NETLIFY["context"]["deploy-preview"]["environment"]["BUTTERCMS_READ_TOKEN"] == ""


def test_netlify_stages_drafts_away_from_search_engines(repository):
    """A branch shows what is not published, and says noindex for every file."""
    repository.edit(CLOCK, status="draft", title="Not yet public")
    netlify(repository, "branch-deploy", BUTTERCMS_READ_TOKEN=TOKEN)
    assert "noindex" in repository.read(f"journal/{CLOCK}/index.html")
    assert repository.read("_headers") == "/*\n  X-Robots-Tag: noindex\n"


def test_netlify_toml_names_what_is_there():
    """Folders, functions and the publish folder; no setting that Netlify does not know."""
    assert set(NETLIFY) == {"build", "plugins", "functions", "context"}
    assert set(NETLIFY["context"]) == {"production", "deploy-preview", "branch-deploy"}
    assert NETLIFY["build"]["publish"] == "output"
    (plugin,) = NETLIFY["plugins"]
    assert (SAMPLE / plugin["package"].lstrip("/") / "manifest.yml").is_file()
    functions = SAMPLE / NETLIFY["functions"]["directory"]
    assert (functions / "reconcile.mjs").is_file()
    assert NETLIFY["functions"]["reconcile"]["schedule"] == "@daily"


NODE = """
const plugin = require("./netlify/buttercms-store");
const calls = [];
const say = (what) => (path) => calls.push(what + path);
const utils = { cache: { save: say("save "), restore: say("get ") } };
(async () => {
  for (const name of ["onPreBuild", "onPostBuild", "onError"]) await plugin[name]({ utils });
  console.log(JSON.stringify(calls));
})();
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="no node, which Netlify's plugins run in")
def test_the_store_outlives_a_netlify_build(repository):
    """It is restored before a build and saved after it, also when that failed."""
    store = "cache/buttercms,output"
    done = repository.bash(f"node -e '{NODE}'")
    assert json.loads(done.stdout) == [f"get {store}", f"save {store}", f"save {store}"]
    done = repository.bash(f"node -e '{NODE}'", BUTTERCMS_SNAPSHOT="cache/snapshots/live")
    assert json.loads(done.stdout) == []


def test_the_files_say_one_thing_each_way(root):
    """GitHub and Netlify build with the same command, from the same snapshot folder."""
    builds = [step["run"] for _, step in steps() if step.get("name") == "Build the site"]
    assert all(one == other for one, other in pairwise(builds))
    assert builds[0] in NETLIFY["build"]["command"]
