"""`pull --record`: an account becomes a folder, and a site that is built from it is the same."""

import json
import shutil

import pytest

from tests.sites import Site


def outputs(folder):
    """Return the bytes of every file of an output."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_the_sample_site_from_its_recording_is_the_same(root, tmp_path, account):
    """Byte for byte: three languages, references in circles, pictures, and a menu."""
    for name in ("sample_site", "themes"):
        shutil.copytree(root / name, tmp_path / name, ignore=shutil.ignore_patterns("output"))
    site = Site(tmp_path / "unused", account)
    site.folder = tmp_path / "sample_site"
    site.output = site.folder / "output"
    now = {"SOURCE_DATE_EPOCH": "1760000000"}
    site.build(env=now)
    done = site.command("pull", "--record", "../recorded")
    assert done.returncode == 0, done.stderr
    before = outputs(site.output)
    shutil.rmtree(site.output)
    shutil.rmtree(tmp_path / "cache")
    site.build(env={**now, "BUTTERCMS_API_URL": f"emulator:{tmp_path / 'recorded'}"})
    after = outputs(site.output)
    assert sorted(after) == sorted(before)
    assert [name for name in after if after[name] != before[name]] == []
    files = outputs(tmp_path / "recorded")
    drafts = json.loads((root / "sample_site/cms/posts/a-letter-to-2031.json").read_text())
    assert drafts["status"] != "published"
    assert not any(drafts["title"].encode() in data for data in files.values())


def test_accounts_with_odd_names_versions_and_values(site, account, tmp_path):
    """Slugs that are no file names, other slugs in another locale, empty listings, plain values."""
    config = {"locales": ["en", "de"], "default_locale": "en"}
    (account.folder / "account.json").write_text(json.dumps(config))
    account.post("über-uns", body="<p>It's ä.</p>")
    account.page("news", "..", name="Dots")
    account.page("news", "both", text="English")
    account.translate("pages/news/both", "de", fields={"text": "Deutsch"})
    account.post("hello")
    account.translate("posts/hello", "de", slug="hallo", title="Hallo")
    account.value("phone", "0123")
    account.collection("empty")
    site.configure(
        BUTTERCMS_PAGE_TYPES={"news": {"as": "data"}},
        BUTTERCMS_COLLECTIONS=["phone", "empty"],
        BUTTERCMS_LOCALES={"en": [], "de": ["en"]},
    )
    done = site.command("pull", "--record", str(tmp_path / "recorded"))
    assert done.returncode == 0, done.stderr
    site.command("snapshot", "export", "first")
    shutil.rmtree(site.folder / "cache")
    env = {"BUTTERCMS_API_URL": f"emulator:{tmp_path / 'recorded'}"}
    assert site.command("pull", env=env).returncode == 0
    site.command("snapshot", "export", "second", env=env)
    first, second = (outputs(site.folder / name) for name in ("first", "second"))
    records = [name for name in first if "manifest" not in name and "snapshot.json" not in name]
    assert len(records) > 8
    assert [name for name in records if first[name] != second.get(name)] == []


def test_addresses_are_replaced_on_request(site, account, tmp_path):
    """Each by the same one everywhere; without it, they stay, and no token is ever written."""
    account.term("authors", "ada-lane", email="ada@people.example", first_name="Ada")
    account.post("one", body="<p>Write to ada@people.example or bea@people.example.</p>")
    for name, options in (("plain", ()), ("anonymous", ("--anonymise",))):
        folder = str(tmp_path / name)
        env = {"BUTTERCMS_READ_TOKEN": "secret-token"}
        done = site.command("pull", "--record", folder, *options, env=env)
        assert done.returncode == 0, done.stderr
    plain, anonymous = (
        b"".join(outputs(tmp_path / name).values()) for name in ("plain", "anonymous")
    )
    assert plain.count(b"ada@people.example") == 2
    assert b"people.example" not in anonymous
    assert anonymous.count(b"person-1@example.com") == 2
    assert b"secret-token" not in plain


@pytest.mark.parametrize("there", ["a file", "a folder with a file"])
def test_what_is_there_is_never_overwritten(site, account, tmp_path, there):
    """It ends before the first call."""
    target = tmp_path / "there"
    if there == "a file":
        target.write_text("mine")
    else:
        target.mkdir()
        (target / "account.json").write_text("mine")
    before = outputs(tmp_path)
    done = site.command("pull", "--record", str(target))
    assert done.returncode == 2
    assert "is there already" in done.stderr
    assert {n: d for n, d in outputs(tmp_path).items() if n in before} == before
    assert not (site.folder / "cache").exists()
