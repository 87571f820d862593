"""What `lint` finds in stored content, as a user sees it."""

import json

import pytest

PHOTO = "https://cdn.buttercms.com/AAA"
LONG = "x" * 200


def lint(site, *arguments, code=3, env=None):
    """Run `lint --json`, and return its report."""
    done = site.command("lint", "--json", *arguments, env=env)
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)


def found(report, check):
    """Return the places of what a check has found."""
    return [(f["record"], f["path"]) for f in report["findings"] if f["check"] == check]


@pytest.fixture
def sloppy(site, account):
    """A built site whose editors have left something of everything."""
    account.settings(locales=["en", "de"], default_locale="en")
    good = {"seo_title": "Good", "meta_description": "Fine", "summary": "S"}
    links = '<a href="/nowhere/">a</a> <a href="https://site.example/gone.html#x">b</a>'
    right = '<a href="/good.html">a</a> <a href="/pages/about">b</a> <a href="/?q=1">c</a>'
    right += '<a href="https://other.example/x">d</a> <a href="x.html">e</a> <a href="#x">f</a>'
    account.post("good", **good, body=right + '<img src="/good.html" alt="">')
    account.post("bad", title=LONG, body=f'{links}<img src="{PHOTO}">', featured_image=PHOTO)
    account.post("twin", title="good", **(good | {"seo_title": "", "meta_description": LONG}))
    account.post("third", **(good | {"seo_title": "good"}))
    account.translate("posts/good", "de", title="Good", body='<a href="/fehlt">x</a>')
    account.page("*", "about", image=PHOTO, sections=[{"photo": PHOTO, "text": "x"}])
    for number in range(6):
        fields = {"title": f"T{number}", "seo": {"title": f"S{number}", "description": "D"}}
        account.page("tea", f"t{number}", **fields, note="" if number == 2 else "n")
    account.collection("faqs", {"id": 3, "question": "Q", "answer": '<img src="x"> <p>'})
    site.configure(
        BUTTERCMS_LOCALES={"en": [], "de": ["en"]},
        BUTTERCMS_PAGE_TYPES=["*", "tea"],
        BUTTERCMS_COLLECTIONS=["faqs"],
        BUTTERCMS_MAX_AGE="*",
    )
    site.build()
    return site


def test_each_check_finds_its_own_and_nothing_else(sloppy):
    """With the record, the field and the level."""
    report = lint(sloppy, "--level", "info")
    assert found(report, "link-to-nowhere") == [
        *(("posts/bad", "body"), ("posts/bad", "body"), ("posts/good", "body"))
    ]
    assert set(found(report, "picture-without-alt")) == {
        ("posts/bad", "body"),
        ("posts/bad", "featured_image_alt"),
        ("pages/*/about", "fields.image"),
        ("pages/*/about", "fields.sections[0].photo"),
        ("collections/faqs/3", "answer"),
    }
    assert ("posts/bad", "meta_description") in found(report, "description-missing")
    assert found(report, "description-long") == [("posts/twin", "meta_description")]
    assert found(report, "title-long") == [("posts/bad", "title")]
    assert len(found(report, "title-duplicate")) == 2
    assert found(report, "field-empty") == [("pages/tea/t2", "fields.note")]
    assert ("posts/twin", "seo_title") in found(report, "seo-title-missing")
    assert ("pages/tea/t1", "fields.seo.title") not in found(report, "seo-title-missing")
    levels = [finding["level"] for finding in report["findings"]]
    assert levels == sorted(levels, key=["error", "warning", "info"].index)
    assert report["total"] == len(levels) == sum(report["counts"].values())
    german = [f for f in report["findings"] if f["locale"] == "de" and "fehlt" in f["text"]]
    assert [f["record"] for f in german] == ["posts/good"]


def test_levels_checks_and_limits_choose(sloppy):
    """And the exit code is that of what is shown."""
    errors = lint(sloppy, "--level", "error")
    assert {f["check"] for f in errors["findings"]} == {"link-to-nowhere"}
    lint(sloppy, "--level", "error", "--skip", "link-to-nowhere", code=0)
    report = lint(sloppy, "--limit", "1")
    assert len(report["findings"]) == 1
    assert report["total"] > 1


def test_the_text_and_the_annotations(sloppy):
    """One line for each; GitHub's annotations are levels of its own, also inside of Actions."""
    done = sloppy.command("lint", "--level", "error")
    assert done.returncode == 3
    line = "error posts/bad [en] body: leads to /nowhere/, which the site does not have"
    assert f"{line} (link-to-nowhere)" in done.stdout
    assert "Found 3 errors." in done.stderr
    done = sloppy.command("lint", "--format", "github", "--level", "info")
    assert "::error title=ButterCMS%3A link-to-nowhere::posts/bad" in done.stdout
    assert "::notice title=ButterCMS%3A field-empty::" in done.stdout
    done = sloppy.command(
        "lint", "--format", "github", "--level", "error", env={"GITHUB_ACTIONS": "true"}
    )
    assert "::error title=ButterCMS%3A link-to-nowhere::posts/bad" in done.stderr


def test_links_need_a_built_site_and_the_network_is_never_needed(sloppy, account):
    """Without the output folder links are left out, which is said; no request is sent."""
    for path in sorted(account.folder.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    assert lint(sloppy)["total"] > 0
    sloppy.output.rename(sloppy.folder / "elsewhere")
    done = sloppy.command("lint", "--level", "error")
    assert done.returncode == 0
    assert "Links were not looked at" in done.stderr


def test_a_site_below_a_folder_knows_its_own_addresses(sloppy):
    """An address beside the folder is another site's."""
    sloppy.configure(SITEURL="https://site.example/blog")
    lint(sloppy, "--level", "error", code=0)


def test_nothing_stored_is_one_sentence(site):
    """Which says what to do."""
    done = site.command("lint", env={"BUTTERCMS_READ_TOKEN": "x"})
    assert done.returncode in {1, 2}
    assert "Traceback" not in done.stderr
    assert "pelican-buttercms pull" in done.stderr


def test_hostile_texts_are_one_line(site, account):
    """No control character, no command of GitHub's runner, no endless line."""
    account.post("one", body=f'<a href="/a\x1b[31m\n::error::x{LONG * 5}">x</a>', summary="s")
    site.build()
    done = site.command("lint", "--format", "github", "--level", "error")
    assert "\x1b" not in done.stdout
    assert len(done.stdout.splitlines()) == 1
    assert len(done.stdout) < 500
