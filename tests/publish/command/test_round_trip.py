"""Export, then publish: without an edit there is nothing to do, whatever the account holds."""

from contextlib import contextmanager
import os
from pathlib import Path
import sys

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
import pytest

from pelican_buttercms.cli import main

TEXTS = st.one_of(
    st.text(max_size=8),
    st.sampled_from([
        "no", "1:30", "2024-01-01", "007", "Key: value", "<b>bold</b>", "a  b", "team:1", "other",
        "/v2/pages/news/other", "https://cdn.buttercms.com/abc", "{% raw %}", "{static}/x.png",
        "<p>One</p>\n\n<div class='x'>two</div>", "# no heading", "<iframe src=https://x></iframe>",
    ]),
)  # fmt: skip
VALUES = st.recursive(
    st.one_of(TEXTS, st.booleans(), st.integers(-9, 9), st.floats(0, 9).map(lambda x: round(x, 1))),
    lambda inside: st.one_of(
        st.lists(inside, max_size=2),
        st.dictionaries(st.sampled_from(["a", "url", "alt", "ref"]), inside, max_size=2),
        st.builds(
            lambda kind, fields: {"type": kind, "fields": fields},
            st.sampled_from(["hero", "quote"]),
            st.dictionaries(st.sampled_from(["x", "y"]), inside, max_size=2),
        ),
        st.sampled_from([{"$ref": "item:team/1"}, {"$ref": "page:news/other"}]),
    ),
    max_leaves=4,
)
FIELDS = st.dictionaries(st.sampled_from(["body", "lead", "de", "1"]), VALUES, max_size=4)
PARTS = st.fixed_dictionaries({
    "page": FIELDS,
    "german": st.none() | FIELDS,
    "draft": st.none() | FIELDS,
    "item": FIELDS,
    "post": st.fixed_dictionaries({}, optional={
        "body": TEXTS, "summary": TEXTS, "tags": st.just(["a", "b"]),
        "status": st.sampled_from(["draft", "scheduled"]), "seo_title": TEXTS,
    }),
    "preview": st.booleans(),
})  # fmt: skip


@contextmanager
def _inside(site):
    """Run the command in this process, in the site's folder."""
    before, argv = Path.cwd(), sys.argv
    os.chdir(site.folder)
    try:

        def run(*arguments):
            sys.argv = ["pelican-buttercms", *arguments]
            try:
                main()
            except SystemExit as exc:
                return exc.code or 0
            return 0

        yield run
    finally:
        os.chdir(before)
        sys.argv = argv


@settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(parts=PARTS)
def test_any_content_comes_back_as_it_is(sandbox, capfd, parts):
    """Exported, live or with drafts, no file plans a change, a conflict or a problem."""
    site, account = sandbox()
    account.settings(locales=["en", "de"], default_locale="en")
    account.page("news", "other", body="x")
    account.page("news", "hello", **parts["page"])
    if parts["german"] is not None:
        account.translate("pages/news/hello", "de", fields=parts["german"])
    if parts["draft"] is not None:
        account.overlay("pages/news/hello", fields=parts["draft"], status="draft")
    account.collection("team", {"id": 1, **parts["item"]})
    account.post("first", **parts["post"])
    site.configure(
        BUTTERCMS_LOCALES=["en", "de"],
        BUTTERCMS_PAGE_TYPES=["news"],
        BUTTERCMS_COLLECTIONS=["team"],
    )
    with _inside(site) as run:
        options = ["--preview"] if parts["preview"] else []
        assert run("export", "--html", "--to", "out", *options) == 0, capfd.readouterr()
        code = run("publish", "--dry-run", "--exit-code", "out")
        assert code == 0, capfd.readouterr()
    capfd.readouterr()


@pytest.mark.parametrize("options", [["--preview"], [], ["--html"]])
def test_the_sample_account_comes_back_as_it_is(site, root, capfd, options):
    """147 files of three locales, Markdown or HTML, with drafts or without."""
    sample = root / "sample_site"
    site.configure(
        BUTTERCMS_API_URL=f"emulator:{sample / 'cms'}",
        BUTTERCMS_LOCALES=["en", "de", "de-AT"],
        BUTTERCMS_PAGE_TYPES=["landing-page", "coffee", "*"],
    )
    with _inside(site) as run:
        assert run("export", "--to", "out", *options) == 0, capfd.readouterr()
        code = run("publish", "--dry-run", "--exit-code", "out")
        out, err = capfd.readouterr()
    assert code == 0, out + err
    assert " unchanged" in out
