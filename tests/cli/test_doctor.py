"""`doctor`: each fault is found and comes with its mending, and nothing is changed."""

import json

import pytest

from pelican_buttercms.emulator import create_app
from tests.servers import serving_app


def examine(site, *words, code=0, env=None):
    """Run `doctor --json`; gives the findings that are not fine, as (check, level, text)."""
    done = site.command("doctor", "--json", *words, env=env)
    assert done.returncode == code, done.stdout + done.stderr
    findings = json.loads(done.stdout)["findings"]
    return [
        (finding["check"], finding["level"], f"{finding['text']} {finding['mending']}")
        for finding in findings
        if finding["level"] != "ok" and finding["check"] != "versions"
    ]


def test_a_site_without_faults(site, account):
    """Every check is listed, and the exit code is 0."""
    account.post("one")
    account.page("news", "first")
    site.configure(BUTTERCMS_PAGE_TYPES=["news"])
    site.build()
    assert examine(site) == []
    done = site.command("doctor")
    for check in ("versions", "settings", "store", "token", "names", "calls"):
        assert f"ok       {check}: " in done.stdout
    assert done.stdout.endswith("0 problems, 0 warnings.\n")


def test_names_and_locales_that_the_account_does_not_have(site, account):
    """Each is named, with the nearest that there is."""
    account.page("news", "first", rel={"$ref": "item:people/7"})
    account.collection("people", {"id": 7, "name": "Ada"})
    site.configure(
        BUTTERCMS_PAGE_TYPES=["news", "new"],
        BUTTERCMS_COLLECTIONS=["peopel"],
        BUTTERCMS_LOCALES={"en": [], "xx": ["en"]},
    )
    found = examine(site, code=1)
    assert [(check, level) for check, level, _ in found] == [
        ("names", "problem"),
        ("names", "problem"),
        ("locales", "problem"),
    ]
    texts = [text for _, _, text in found]
    assert "page type 'new'. Did you mean 'news'?" in texts[0]
    assert "collection 'peopel'. Did you mean 'people'?" in texts[1]
    assert "names 'xx'" in texts[2]


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        ({}, ("token", "there is no BUTTERCMS_READ_TOKEN")),
        ({"BUTTERCMS_READ_TOKEN": "wrong-one"}, ("token", "401")),
        (
            {"BUTTERCMS_READ_TOKEN": "read-one", "BUTTERCMS_WRITE_TOKEN": "wrong-one"},
            ("write token", "BUTTERCMS_WRITE_TOKEN"),
        ),
    ],
)
def test_tokens(site, account, tokens, expected):
    """A missing one and a wrong one are problems; neither is printed."""
    tell = {"read_token": "read-one", "write_token": "write-one"}
    (account.folder / "account.json").write_text(json.dumps(tell))
    app = create_app(account.folder)
    with serving_app(app) as url:
        site.configure(BUTTERCMS_API_URL=f"{url}/v2/")
        ((check, level, text),) = examine(site, code=1, env=tokens)
        right = {"BUTTERCMS_READ_TOKEN": "read-one", "BUTTERCMS_WRITE_TOKEN": "write-one"}
        assert examine(site, env=right) == []
    assert (check, level) == (expected[0], "problem")
    assert expected[1] in text
    assert "wrong-one" not in text
    assert {call.method for call in app.calls} == {"GET"}


def test_settings_and_variables_that_nobody_reads(site, account):
    """Misspelt ones, settings among the variables, and what publishconf.py alone says."""
    site.configure(BUTTERCM_MAX_AGE="1d")
    site.write(".env", "BUTTERCMS_READ_TOKN=0123\nBUTTERCMS_MAX_AGE=1d\n")
    (site.folder / ".env").chmod(0o644)
    site.write("publishconf.py", "from pelicanconf import *\nBUTTERCMS_MEDIA = 'download'\n")
    found = examine(site, "--offline", env={"PYTHONPATH": "."})
    assert {level for _, level, _ in found} == {"warning"}
    text = "\n".join(text for _, _, text in found)
    for expected in (
        "BUTTERCM_MAX_AGE Did you mean BUTTERCMS_MAX_AGE?",
        "Did you mean BUTTERCMS_READ_TOKEN?",
        "BUTTERCMS_MAX_AGE is a setting: write it into the settings file",
        "sets BUTTERCMS_MEDIA differently",
        "chmod 600",
    ):
        assert expected in text
    assert "0123" not in text


def test_wrong_settings_templates_and_the_relay(site, account):
    """Wrong settings are all listed; so are a missing template and a relay without a target."""
    site.configure(BUTTERCMS_MAX_AGE="soon", BUTTERCMS_LEVELS=9)
    found = examine(site, code=1)
    assert [check for check, _, _ in found] == ["settings", "settings"]
    types = {"news": {"template": "missing"}, "facts": {"template": "page"}}
    site.configure(BUTTERCMS_MAX_AGE=None, BUTTERCMS_LEVELS=None, BUTTERCMS_PAGE_TYPES=types)
    found = examine(site, "--offline", code=1, env={"BUTTERCMS_WEBHOOK_SECRET": "short"})
    assert "'missing'" in found[0][2]
    assert {check for check, _, _ in found} == {"templates", "webhooks"}


def test_it_changes_nothing(site, account):
    """A damaged store stays as it is, and the mending is `doctor --repair`."""
    account.post("one")
    site.build()
    database = site.folder / "cache/buttercms/store/cache.db"
    database.write_bytes(b"something else" * 1000)
    ((check, _, text),) = examine(site, "--offline", code=1)
    assert check == "store"
    assert "`pelican-buttercms doctor --repair`" in text
    assert database.read_bytes().startswith(b"something else")
    assert site.command("doctor", "--repair").returncode == 0
    assert examine(site, "--offline") == []


def test_offline_asks_nothing(site, account):
    """The emulated account counts no call."""
    site.build()
    before = json.loads(site.command("status", "--json").stdout)["calls"]
    site.command("doctor", "--offline")
    assert json.loads(site.command("status", "--json").stdout)["calls"] == before
    site.command("doctor")
    assert json.loads(site.command("status", "--json").stdout)["calls"] > before
