"""An incremental preview shows what a whole one would, whatever was edited."""

from datetime import date

import pytest

from pelican_buttercms.preview.site import PreviewSite

ADDRESS = "http://localhost:8000"


@pytest.fixture
def opened(site, account, monkeypatch):
    """A site in preview that was built once, and the account that it is of."""
    account.post("hello", title="Hello", day="2024-01-01", tags=["tea"])
    account.post("later", title="Later", status="scheduled", scheduled="2031-02-03T04:05:00Z")
    account.post("edited", title="Edited one", day="2024-01-02")
    account.overlay("posts/edited", title="Edited twice")
    site.write("content/mine.md", "Title: Mine\nDate: 2024-01-03\n\nBefore")
    site.write("content/css/own.css", "p {}")
    site.write("templates/article.html", "<body>{{ article.title }} {{ article.content }}</body>")
    site.configure(STATIC_PATHS=["css"], THEME_TEMPLATES_OVERRIDES=["templates"])
    monkeypatch.chdir(site.folder)
    preview = PreviewSite(None, ADDRESS)
    preview.open()
    preview.build(None)
    yield preview
    preview.close()


def built(preview):
    """The bytes of all files of a build, by name; without the list of what the build wrote."""
    files = {name: path.read_bytes() for name, path in preview.build().items()}
    del files[".buttercms-preview"]
    return files


def whole(as_of=None):
    """What a preview that remembers nothing builds of the same content."""
    preview = PreviewSite(None, ADDRESS)
    try:
        preview.open()
        preview.show_as_of(as_of)
        return built(preview)
    finally:
        preview.close()


def same(preview, as_of=None):
    """Build, check that a whole build has the same files, and give them as text."""
    files = built(preview)
    other = whole(as_of)
    assert set(files) == set(other)
    assert [name for name in files if files[name] != other[name]] == []
    return {name: data.decode() for name, data in files.items()}


def test_after_each_edit_of_a_file(opened, site):
    """A text, a template, a stylesheet, a page that is added and one that is removed."""
    site.write("content/mine.md", "Title: Mine\nDate: 2024-01-03\n\nAfter")
    assert "After" in same(opened)["mine.html"]
    site.write("templates/article.html", "<body>A new look {{ article.title }}</body>")
    assert "A new look Hello" in same(opened)["hello.html"]
    css = site.folder / "content/css/own.css"
    css.write_text("p { color: red }")
    assert opened.replace_styles([css]) is not None
    assert "red" in same(opened)["css/own.css"]
    site.write("content/new.md", "Title: Newest\nDate: 2024-01-04\nStatus: draft\n\nx")
    assert "Newest" in same(opened)["drafts/index.html"]
    site.write("content/new.md", "Title: Newest\nDate: 2024-01-04\n\nx")
    files = same(opened)
    assert "Newest" in files["index.html"]
    assert "Newest" not in files["drafts/index.html"]
    (site.folder / "content/new.md").unlink()
    files = same(opened)
    assert "new.html" not in files
    assert "Newest" not in files["index.html"]


def test_after_each_change_of_drafts(opened, account):
    """One that is added, and a time of day that alone is another."""
    account.post("idea", title="Idea", status="draft", published=None)
    opened.pull()
    assert "Idea" in same(opened)["drafts/index.html"]
    account.post("later", title="Later", status="scheduled", scheduled="2031-02-03T05:06:00Z")
    opened.pull()
    assert "scheduled for 2031-02-03T05:06:00" in same(opened)["drafts/index.html"]


def test_a_list_of_drafts_that_shows_nothing_but_times_sees_a_change_of_one(opened, site, account):
    """It is told by the times alone, since it does not show when the content was pulled."""
    site.write(
        "templates/buttercms/drafts.html",
        "<body>{% for entry in entries %}{{ entry.draft.raw.data.scheduled }} {% endfor %}</body>",
    )
    assert "04:05:00" in same(opened)["drafts/index.html"]
    account.post("later", title="Later", status="scheduled", scheduled="2031-02-03T05:06:00Z")
    opened.pull()
    assert "05:06:00" in same(opened)["drafts/index.html"]


def test_after_each_switch_of_the_day(opened):
    """To a later day, to an earlier one, and back to all drafts."""
    for day, titles in (
        (date(2031, 2, 3), ("Later", "Edited one")),
        (date(2031, 2, 2), ("Edited one",)),
        (None, ("Later", "Edited twice")),
    ):
        opened.show_as_of(day)
        files = same(opened, day)
        assert ("later.html" in files) == ("Later" in titles)
        assert titles[-1] in files["edited.html"]
