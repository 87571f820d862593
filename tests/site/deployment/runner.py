"""GitHub's own part of a job: variables, expressions, caches, and what each step leaves."""

import json
import re
import shutil

from .files import WORKFLOWS, load


class GitHub:
    """Runs the steps of a job as GitHub's runner does, with its cache."""

    def __init__(self, repository, folder):
        self.repository, self.folder = repository, folder
        self.caches = {}
        folder.mkdir()

    def run(self, name, event, number, payload=None, **secrets):
        """Run the first job of a workflow; return outcomes, summary and what was printed."""
        for cached in ("cache/buttercms", "cache/schedule"):
            shutil.rmtree(self.repository.folder / cached, ignore_errors=True)
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
        """Return the folder that an action is about."""
        return self.github.repository.folder / given["path"]

    def restore(self, step, given):
        """Bring back the cache of a key, or the newest one whose key begins so."""
        start = given.get("restore-keys")
        exact = [key for key in self.github.caches if key == given["key"]]
        keys = exact or [key for key in self.github.caches if start and key.startswith(start)]
        if keys:
            for folder in given["path"].split():
                source = self.github.caches[keys[-1]] / folder
                if source.exists():
                    shutil.copytree(source, self.github.repository.folder / folder)
            self.values[f"steps.{step.get('id')}.outputs.cache-matched-key"] = keys[-1]
            self.values[f"steps.{step.get('id')}.outputs.cache-hit"] = str(bool(exact)).lower()

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
