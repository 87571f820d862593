"""Builds from a snapshot: committed files instead of a token, a store and an API."""

import pytest

SNAPSHOT = {"BUTTERCMS_SNAPSHOT": "snapshot"}


@pytest.fixture
def exported(site, account):
    """A site that was built once from its account, and exported."""
    account.settings(locales=["en", "de"])
    account.post("hello", title="Hello", tags=["tea"])
    account.translate("posts/hello", "de", title="Hallo")
    account.post("secret", title="Secretword", status="draft")
    account.page("*", "about", text="About", link={"$ref": "item:faqs/1"})
    account.collection("faqs", {"id": 1, "q": "Why?"})
    site.configure(BUTTERCMS_LOCALES={"en": [], "de": ["en"]}, BUTTERCMS_PAGE_TYPES=["*"])
    site.build()
    assert site.command("snapshot", "export", "snapshot").returncode == 0
    return site


def output(site):
    """Return every file of the output."""
    return {path: (site.output / path).read_bytes() for path in site.files()}


def test_a_build_from_a_snapshot_equals_the_one_that_it_was_exported_from(exported):
    """With no token, no store and no network: a pull request needs no secret."""
    before = output(exported)
    exported.configure(BUTTERCMS_API_URL="https://api.buttercms.com/v2/", BUTTERCMS_CACHE_PATH="x")
    printed = exported.build("-d", env=SNAPSHOT)
    assert "snapshot snapshot, content of" in printed
    assert "0 API calls made" in printed
    assert output(exported) == before


def test_a_snapshot_that_does_not_fit_is_told(exported):
    """Another locale, another wish, or live content for a preview: what, and what to do."""
    exported.configure(BUTTERCMS_LOCALES={"en": [], "de": [], "fr": []})
    done = exported.pelican(env=SNAPSHOT)
    assert done.returncode == 2
    assert "The snapshot in snapshot has no fr" in done.stdout
    exported.configure(BUTTERCMS_LOCALES={"en": [], "de": []}, BUTTERCMS_PAGE_TYPES=["*", "news"])
    done = exported.pelican(env=SNAPSHOT)
    assert done.returncode == 1
    assert "was exported without page type news" in done.stdout
    exported.configure(BUTTERCMS_PAGE_TYPES=["*"])
    done = exported.pelican(env=SNAPSHOT | {"BUTTERCMS_PREVIEW": "1"})
    assert done.returncode == 2
    assert "holds live content, and this is a preview build" in done.stdout
    done = exported.pelican(env={"BUTTERCMS_SNAPSHOT": "nowhere"})
    assert done.returncode in {1, 2}
    assert "nowhere" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_reviewed_change_in_a_snapshot_is_on_the_site(exported):
    """The files are what they look like."""
    (file,) = (exported.folder / "snapshot").glob("**/en/post/hello.json")
    text = file.read_text()
    assert "Secretword" not in "".join(
        path.read_text() for path in (exported.folder / "snapshot").rglob("*.json")
    )
    file.write_text(text.replace('"Hello"', '"Hello again"'))
    exported.build(env=SNAPSHOT)
    assert "Hello again" in exported.read("hello.html")
