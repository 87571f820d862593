"""What a relay is told, and what it says when that is not enough."""

import pytest

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.settings import Environment
from pelican_buttercms.webhooks.config import RelayOptions, is_loopback
from pelican_buttercms.webhooks.factory import create_app, list_targets

GOOD = {
    "BUTTERCMS_WEBHOOK_SECRET": "a-secret",
    "BUTTERCMS_RELAY_GITHUB": "me/site",
    "BUTTERCMS_GITHUB_TOKEN": "gh-s3cret",
}


def read(environ, **given):
    """Read options."""
    return RelayOptions.read(Environment(environ), given)


def test_a_secret_and_a_target_are_enough():
    """The rest has defaults."""
    options = read(GOOD)
    assert (options.quiet, options.longest, options.lease) == (10, 60, 15)
    assert options.header == "X-Buttercms-Secret"
    assert options.event_type == "buttercms"
    assert options.max_body == 65536
    assert [target.name for target in list_targets(options)] == ["github"]
    assert "gh-s3cret" not in repr(options)
    assert "a-secret" not in repr(options)


def test_what_is_given_counts_more_than_the_environment():
    """An option left out is not given."""
    environ = GOOD | {"BUTTERCMS_RELAY_QUIET": "2s", "BUTTERCMS_RELAY_LONGEST": "1m"}
    options = read(environ, quiet="0.5", longest=None)
    assert (options.quiet, options.longest) == (0.5, 60)


def test_all_targets_at_once():
    """Each is delivered on its own."""
    environ = GOOD | {
        "BUTTERCMS_NETLIFY_HOOK": "https://api.netlify.example/x",
        "BUTTERCMS_DEPLOY_HOOK": "https://api.vercel.example/x",
        "BUTTERCMS_RELAY_NETLIFY": "1",
        "BUTTERCMS_RELAY_DEPLOY_HOOK": "yes",
        "BUTTERCMS_RELAY_RUN": "make site",
    }
    names = [target.name for target in list_targets(read(environ))]
    assert names == ["github", "netlify", "deploy-hook", "run"]


def test_every_problem_is_told_at_once():
    """With what is missing, where it was looked for, and what an option takes."""
    with pytest.raises(SettingsError) as result:
        read(
            {"BUTTERCMS_DEPLOY_HOOK": "ftp://s3cret", "GITHUB_API_URL": "http://ghe.example"},
            github="no-slash",
            netlify=True,
            deploy_hook=True,
            quiet="soon",
            longest="3d",
            header="X Y",
            path="hook",
            max_body="0",
            run="make 'site",
        )
    text = str(result.value)
    for report in (
        "There is no BUTTERCMS_WEBHOOK_SECRET in the environment",
        "--github (or BUTTERCMS_RELAY_GITHUB) takes OWNER/REPO, not 'no-slash'",
        "--github needs a token in BUTTERCMS_GITHUB_TOKEN",
        "--netlify needs a build hook's URL in BUTTERCMS_NETLIFY_HOOK",
        "BUTTERCMS_DEPLOY_HOOK is not an https:// address",
        "GITHUB_API_URL is not an https:// address",
        "--quiet (or",
        "--longest (or",
        "--header (or",
        "--path (or",
        "--max-body (or",
        "--run (or",
    ):
        assert report in text
    assert "s3cret" not in text


@pytest.mark.parametrize(
    ("environ", "given", "report"),
    [
        ({"BUTTERCMS_WEBHOOK_SECRET": "x"}, {}, "no place to start builds"),
        (GOOD, {"quiet": "2m"}, "--quiet is longer than --longest"),
        (GOOD | {"BUTTERCMS_WEBHOOK_SECRET": " , "}, {}, "no BUTTERCMS_WEBHOOK_SECRET"),
    ],
)
def test_what_makes_no_sense_is_refused(environ, given, report):
    """Before anything is listened to."""
    with pytest.raises(SettingsError, match=report):
        read(environ, **given)


def test_a_host_makes_it_from_the_environment_alone(tmp_path, monkeypatch):
    """As gunicorn would; without a thread where there is none to be had."""
    monkeypatch.chdir(tmp_path)
    environ = GOOD | {"BUTTERCMS_RELAY_QUEUE": "queue"}
    relay = create_app(environ, runs=False)
    relay.worker.deliver_now()
    relay.close()
    assert (tmp_path / "queue" / "queue.sqlite").exists()
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    (tmp_path / ".env").write_text("BUTTERCMS_RELAY_PATH=/hook\n")
    relay = create_app()
    assert relay.worker.targets[0].name == "github"
    relay.close()
    with pytest.raises(SettingsError):
        create_app({})


def test_only_this_machine_is_this_machine():
    """All of its own addresses, and no other."""
    assert all(map(is_loopback, ["localhost", "127.0.0.1", "127.1.2.3", "::1"]))
    assert not any(map(is_loopback, ["0.0.0.0", "::", "10.0.0.1", "relay.example"]))
