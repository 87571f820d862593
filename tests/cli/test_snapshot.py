"""`pelican-buttercms snapshot`, as a user runs it."""

import json

import pytest


@pytest.fixture
def filled(site, account):
    """Return a site whose store holds live content, and drafts apart from it."""
    account.post("one")
    account.post("two", tags=["t"])
    account.post("draft", title="Secret plans", status="draft")
    account.page("*", "about", text="Us")
    account.collection("faqs", {"id": 1, "question": "Why?"})
    site.configure(BUTTERCMS_PAGE_TYPES=["*"], BUTTERCMS_COLLECTIONS=["faqs"])
    for env in ({}, {"BUTTERCMS_PREVIEW": "1"}):
        assert site.command("pull", env=env).returncode == 0
    return site


def run(site, *arguments, code=0, env=None):
    """Run a snapshot command; give what it printed."""
    done = site.command("snapshot", *arguments, env=env)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout if code == 0 else done.stderr


def text_of(folder):
    """Return all names and bytes of a folder as one text."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return "".join(f"{path}\n{path.read_text()}" for path in sorted(found))


def scopes(site):
    """Return what is stored, by mode."""
    report = json.loads(site.command("status", "--json").stdout)
    return {scope["mode"]: scope for scope in report["scopes"]}


def test_from_one_store_to_another(filled):
    """What was exported and imported is the same content, of the same age, and builds offline."""
    told = run(filled, "export", "snap")
    assert told.startswith("Exported live content of ")
    assert "to snap: posts: 2, pages: 1, collection items: 1, authors: 1, categories: 1" in told
    assert told.count("\n") == 1
    before = scopes(filled)["live"]
    (filled.folder / "cache").rename(filled.folder / "old-cache")
    told = run(filled, "import", "snap")
    assert told.startswith("Imported live content of ")
    after = scopes(filled)
    assert list(after) == ["live"]
    assert (after["live"]["pulled_at"], after["live"]["records"]) == (
        before["pulled_at"],
        before["records"],
    )
    filled.build(env={"BUTTERCMS_OFFLINE": "1"})
    assert "two.html" in filled.files()
    exported = text_of(filled.folder / "snap")
    run(filled, "export", "snap")
    assert text_of(filled.folder / "snap") == exported


def test_both_print_json(filled):
    """`--json` has the folder, the mode, the moment and the records per kind."""
    filled.fresh = True  # a process as a user starts it
    exported = json.loads(run(filled, "export", "--json", "snap"))
    imported = json.loads(run(filled, "import", "snap", "--json"))
    assert exported["records"] == imported["records"]
    assert exported["records"]["post"] == 2
    assert exported["pulled_at"] == imported["pulled_at"]
    assert (exported["mode"], exported["locales"], exported["folder"]) == ("live", [""], "snap")
    assert imported["generation"] > exported["generation"]


def test_drafts_are_exported_by_name_only(filled):
    """BUTTERCMS_PREVIEW makes no difference; `--preview` does, and says what the folder holds."""
    run(filled, "export", "live", env={"BUTTERCMS_PREVIEW": "1"})
    assert "Secret plans" not in text_of(filled.folder / "live")
    done = filled.command("snapshot", "export", "--preview", "drafts")
    assert done.returncode == 0
    assert "drafts holds drafts: keep it out of public" in done.stderr
    assert "Secret plans" in text_of(filled.folder / "drafts")


def test_drafts_are_imported_by_name_only(filled):
    """A snapshot of the other mode is refused, and nothing is stored."""
    run(filled, "export", "live")
    run(filled, "export", "--preview", "drafts")
    before = scopes(filled)
    for env in ({}, {"BUTTERCMS_PREVIEW": "1"}):
        assert "is of preview content" in run(filled, "import", "drafts", code=1, env=env)
    assert "Remove --preview" in run(filled, "import", "--preview", "live", code=1)
    assert scopes(filled) == before
    assert "Imported content with drafts of " in run(filled, "import", "--preview", "drafts")


def test_production_has_no_drafts(filled):
    """Where a build would be public, `--preview` is refused like the setting."""
    run(filled, "export", "--preview", "drafts")
    production = {"BUTTERCMS_ENVIRONMENT": "production"}
    for command in ("export", "import"):
        told = run(filled, command, "--preview", "drafts", code=2, env=production)
        assert "BUTTERCMS_ENVIRONMENT=staging" in told
    run(filled, "export", "live", env=production)


def test_nothing_is_stored(site, account):
    """There is nothing to export, and looking makes no store."""
    account.post("one")
    told = run(site, "export", "snap", code=1)
    assert "holds no live content of this account. Run `pelican-buttercms pull` first" in told
    assert not (site.folder / "cache").exists()
    site.command("pull")
    told = run(site, "export", "--preview", "snap", code=1)
    assert "`BUTTERCMS_PREVIEW=1 pelican-buttercms pull`" in told
    assert not (site.folder / "snap").exists()


def test_new_content_is_not_replaced_by_old(filled, account):
    """An older snapshot than the store is refused, unless it is forced."""
    run(filled, "export", "snap")
    account.delete("posts/two.json")
    filled.command("pull")
    assert "Add --force" in run(filled, "import", "snap", code=1)
    assert scopes(filled)["live"]["records"]["post"] == 1
    run(filled, "import", "--force", "snap")
    assert scopes(filled)["live"]["records"]["post"] == 2


def test_the_locales_are_those_of_the_settings(site, account):
    """All locales travel together; a snapshot of others is refused by name."""
    account.settings(locales=["en", "de"])
    account.post("one")
    account.translate("posts/one", "de", title="Eins")
    site.configure(BUTTERCMS_LOCALES=["en", "de"])
    site.command("pull")
    assert "posts: 2, authors: 1, categories: 1" in run(site, "export", "snap")
    run(site, "import", "snap")
    site.configure(BUTTERCMS_LOCALES=["en"])
    told = run(site, "import", "snap", code=1)
    assert "has the locales 'de', 'en', and the settings ask for the locales 'en'" in told
    assert "holds no live content of this account in fr" in run(
        _with_locale(site, "fr"), "export", "other", code=1
    )
    site.configure(BUTTERCMS_LOCALES=None, DEFAULT_LANG="en")
    told = run(site, "import", "snap", code=1)
    assert "ask for the account's default locale" in told


def _with_locale(site, name):
    site.configure(BUTTERCMS_LOCALES=[name], DEFAULT_LANG=name)
    return site


def test_a_damaged_snapshot_is_not_imported(filled):
    """What is wrong is named, and the store is as it was."""
    run(filled, "export", "snap")
    (filled.folder / "snap/default/post/one.json").write_text("{}")
    before = scopes(filled)
    told = run(filled, "import", "snap", code=1)
    assert "snap/default/post/one.json is not the JSON that an export writes" in told
    assert "There is no snapshot in" in run(filled, "import", "nowhere", code=1)
    assert scopes(filled) == before


def test_somebody_elses_folder_is_left_alone(filled):
    """An export into the site's own content is refused."""
    filled.write("content/article.md", "Title: Mine\n\nText")
    assert "something else is in the way" in run(filled, "export", "content", code=1)
    assert filled.folder.joinpath("content/article.md").exists()


def test_nothing_secret_is_in_a_snapshot(site, account):
    """Neither the token nor the account's fingerprint is in any file; no token is needed."""
    account.post("one")
    token = "5ec7e7d0c0ffee5ec7e7d0c0ffee"
    site.write(".env", f"BUTTERCMS_READ_TOKEN={token}\n")
    site.command("pull")
    (fingerprint,) = {scope["account"] for scope in scopes(site).values()}
    run(site, "export", "snap")
    text = text_of(site.folder / "snap")
    assert "one" in text
    assert token not in text
    assert fingerprint not in text


def test_one_stored_account_needs_no_token(filled):
    """The store tells the account when it holds one only; without a store, the token does."""
    run(filled, "export", "snap")
    real = {"BUTTERCMS_API_URL": "https://api.buttercms.com/v2/"}
    assert "Exported live" in run(filled, "export", "snap2", env=real)
    assert "Imported live" in run(filled, "import", "snap", env=real)
    (filled.folder / "cache").rename(filled.folder / "old-cache")
    assert "There is no read token" in run(filled, "import", "snap", code=2, env=real)


@pytest.mark.parametrize("command", [[], ["export"], ["import"]])
def test_help_is_there(site, command):
    """Each command explains itself."""
    assert "Usage:" in run(site, *command, "--help")
