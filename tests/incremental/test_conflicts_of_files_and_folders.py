"""A file where the last build has left a folder, and a folder where it has left a file."""

import re
import shutil

import pytest

PAGE = "Title: {0}\nDate: 2024-03-02\nSlug: {1}\nSave_as: {0}\nUrl: {0}\n\nx"
FIRST = {"pages": ["b", "c/x.html", "e/f/g.html"], "files": ["a", "d/t"]}
THEN = {"pages": ["a/x.html", "b/x.html", "c", "e"], "files": ["d"]}


def put(site, places):
    """Write local content for some places in the output, and nothing else."""
    shutil.rmtree(site.folder / "content", ignore_errors=True)
    for name in places["pages"]:
        slug = name.replace("/", "-").replace(".", "-")
        site.write(f"content/{slug}.md", PAGE.format(name, slug))
    paths = {f"static/{name.replace('/', '-')}": {"path": name} for name in places["files"]}
    for name in paths:
        site.write(f"content/{name}", name)
    site.settings["EXTRA_PATH_METADATA"] = paths


def said(build):
    """Return what a build has printed in one line, without the places that a terminal shows."""
    return " ".join(re.sub(r"\w+\.py:\d+", "", build.log).split())


@pytest.mark.parametrize(("wiped", "workers"), [(False, 1), (True, 2)])
def test_what_is_in_the_way_goes(plain, wiped, workers):
    """Also where what may be used again stays in a folder that is wiped."""
    plain.settings |= {"DELETE_OUTPUT_DIRECTORY": wiped, "BUTTERCMS_WORKERS": workers}
    for places in (FIRST, THEN, FIRST):
        put(plain, places)
        plain.remake()
        assert {*places["pages"], *places["files"]} <= plain.files()


@pytest.mark.parametrize("wiped", [False, True])
def test_what_somebody_else_has_put_there_stays(plain, wiped):
    """A folder that is wiped has nothing of anybody."""
    plain.settings["DELETE_OUTPUT_DIRECTORY"] = wiped
    put(plain, FIRST)
    plain.make()
    (plain.output / "b").write_text("by hand")
    (plain.output / "c/notes.txt").write_text("by hand")
    for name in ("b/x.html", "c"):
        put(plain, {"pages": [name], "files": []})
        code, build = plain.attempt()
        if wiped:
            plain.is_right()
            continue
        assert code != 0
        log = said(build)
        assert "Traceback" not in log
        assert "Somebody else has written" in log
        assert "give one of the two another address" in log
    if not wiped:
        assert plain.read("b") == plain.read("c/notes.txt") == "by hand"


def test_what_a_subsite_has_there_stays(plain):
    """Its pages are written before those of the main site."""
    plain.settings |= {"BUTTERCMS_LOCALES": {"en": [], "de": []}}
    plain.account.settings(locales=["en", "de"], default_locale="en")
    plain.account.translate("posts/post-1", "de", title="Eins", body="<p>Eins</p>")
    plain.settings |= {"PLUGINS": ["pelican_buttercms", "i18n_subsites"]}
    plain.settings |= {"I18N_SUBSITES": {"de": {"ARTICLE_SAVE_AS": "{slug}"}}}
    plain.make()
    assert "de/post-1" in plain.files()
    put(plain, {"pages": ["de/post-1/x.html"], "files": []})
    code, build = plain.attempt()
    assert code != 0
    assert "A sub-site has written" in said(build)
    assert "Eins" in plain.read("de/post-1")
