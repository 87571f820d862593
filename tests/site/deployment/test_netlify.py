"""The commands and the plugin of netlify.toml, run as Netlify runs them."""

import json
import shutil

import pytest

from pelican_buttercms.api.webhook_events.payload import to_payload

from .checkout import CLOCK, TOKEN
from .files import NETLIFY


def netlify(repository, context, code=0, **env):
    """Run the command of a deploy context, as Netlify does; it ends with that exit code."""
    chosen = NETLIFY["context"][context]
    command = chosen.get("command", NETLIFY["build"]["command"])
    env = {"NETLIFY": "true", "CONTEXT": context, **env, **NETLIFY["build"]["environment"]}
    url = f"https://{context}--harbour.netlify.app"
    env |= {"DEPLOY_PRIME_URL": url, **chosen["environment"]}
    done = repository.bash(command, **env)
    assert done.returncode == code, done.stdout + done.stderr
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


def test_netlify_tries_a_build_again_whose_event_could_not_be_taken_in(
    repository, make_event, tmp_path
):
    """Three pauses, then the deploy fails; the next build of any kind takes the event in."""
    netlify(repository, "production", BUTTERCMS_READ_TOKEN=TOKEN)
    repository.edit(CLOCK, title="Told by a hook")
    repository.fail("quota")
    repository.program("sleep", f'echo "$1" >> {tmp_path}/pauses')
    body = json.dumps(to_payload([make_event("post.published", CLOCK)]))
    told = {"BUTTERCMS_READ_TOKEN": TOKEN, "INCOMING_HOOK_BODY": body}
    netlify(repository, "production", code=75, **told)
    assert (tmp_path / "pauses").read_text().split() == ["30", "90", "240"]
    assert "Told by a hook" not in repository.read(f"journal/{CLOCK}/index.html")
    repository.fail()
    netlify(repository, "production", BUTTERCMS_READ_TOKEN=TOKEN)
    assert "Told by a hook" in repository.read(f"journal/{CLOCK}/index.html")


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
