"""What became of a draft is put into its metadata, and nothing else in the file changes."""

from dataclasses import replace
import re

import pytest

from pelican_buttercms.errors import DraftError
from pelican_buttercms.publish.drafts.read import read_drafts
from pelican_buttercms.publish.drafts.write_back import remove_identity, write_back

BASE = {"base": "0123456789012345", "updated": "2024-05-17T10:00:00.000001Z"}
LINE = "0123456789012345 2024-05-17T10:00:00.000001Z"


def written(folder, name, text, locale=None, **changes):
    """Write a draft, write back into it, and give its new text."""
    path = folder.write(name, text)
    raws = read_drafts([path], folder.site)
    raw = next(one for one in raws if locale in {None, one.locale})
    write_back(raw, folder.site, **({"id": "tea"} | BASE | changes))
    return path.read_bytes().decode()


CASES = [
    ("a.md", "Title: Tea\n\nx\n", f"Title: Tea\nId: tea\nBase: {LINE}\nSlug: tea\n\nx\n"),
    (
        "a.md",
        "Title: Tea\nid: o\n    p\n\nx\n",
        f"Title: Tea\nid: tea\nBase: {LINE}\nSlug: tea\n\nx\n",
    ),
    ("a.md", "title: Tea", f"title: Tea\nid: tea\nbase: {LINE}\nslug: tea"),
    (
        "a.md",
        "---\nTitle: @Tea: x\nSLUG:  a\nID:old\nBase: a\n---\nx",
        f"---\nTitle: @Tea: x\nSLUG:  a\nID: tea\nBase: {LINE}\n---\nx",
    ),
    (
        "a.rst",
        "Tea\n===\n\n:tags: a,\n  b\n:id:  old\n\nx\n",
        f"Tea\n===\n\n:tags: a,\n  b\n:id:  tea\n:base: {LINE}\n:slug: tea\n\nx\n",
    ),
    (
        "a.rst",
        ".. note to self\n\nTea\n---\n\nx\n\n:not: it\n",
        f".. note to self\n\nTea\n---\n\n:id: tea\n:base: {LINE}\n:slug: tea\n\nx\n\n:not: it\n",
    ),
    (
        "a.rst",
        "===\nTea\n===\nx\n",
        f"===\nTea\n===\n\n:id: tea\n:base: {LINE}\n:slug: tea\n\nx\n",
    ),
    (
        "a.html",
        (
            "<html><head><title>T</title>\n  <!-- <meta name='id'> -->\n"
            "  <META name='ID' content='o' />\n</head><body>x</body></html>"
        ),
        (
            "<html><head><title>T</title>\n  <!-- <meta name='id'> -->\n"
            "  <META name='ID' content='tea' />"
            f'\n  <meta name="base" content="{LINE}" />\n  <meta name="slug" content="tea" />'
            "\n</head><body>x</body></html>"
        ),
    ),
    (
        "a.md",
        "---\ntitle: Tea\nkind: post # it\nslug: 'a'\nid:  # none\n\n# end\n---\nx\n",
        (
            f"---\ntitle: Tea\nkind: post # it\nslug: 'a'\nid: tea  # none\nbase: {LINE}\n"
            "\n# end\n---\nx\n"
        ),
    ),
    (
        "a.yaml",
        "Kind: page\nPage_type: x\nTitle: Tea\nfields:\n  a: |\n    text",
        (
            f"Id: tea\nBase: {LINE}\nSlug: tea\nKind: page\nPage_type: x\nTitle: Tea\nfields:\n"
            "  a: |\n    text"
        ),
    ),
    (
        "a.yaml",
        "{title: Tea, id: 'o'}\n",
        f"{{title: Tea, id: 'tea', base: \"{LINE}\", slug: tea}}\n",
    ),
    (
        "a.json",
        '{\n\t"title" : "Tea",\n\t"id" : "o"\n}\n',
        f'{{\n\t"title" : "Tea",\n\t"id" : "tea",\n\t"base" : "{LINE}",\n\t"slug" : "tea"\n}}\n',
    ),
    (
        "a.json",
        '{"title": "Tea"}',
        f'{{"title": "Tea", "id": "tea", "base": "{LINE}", "slug": "tea"}}',
    ),
]


@pytest.mark.parametrize(("name", "before", "after"), CASES)
def test_lines_are_replaced_in_place_and_added_at_the_end(folder, name, before, after):
    """In the file's own style; a second time changes nothing."""
    assert written(folder, name, before) == after
    assert written(folder, name, after) == after
    if "\n" not in before:
        return
    assert written(folder, name, "\ufeff" + before.replace("\n", "\r\n")) == "\ufeff" + (
        after.replace("\n", "\r\n")
    )


@pytest.mark.parametrize(("name", "before", "after"), CASES)
def test_what_was_written_can_be_forgotten(folder, name, before, after):
    """Id and Base go with their lines, and nothing brings the post back; the rest stays."""
    path = folder.write(name, after)
    (raw,) = read_drafts([path], folder.site)
    remove_identity(raw, folder.site)
    (now,) = read_drafts([path], folder.site)
    assert now == replace(raw, id="", base="", updated="", status="draft")
    assert LINE not in path.read_bytes().decode()
    kept = [one for one in before.splitlines() if not re.search("(?i)id|base|^    p", one)]
    assert len(kept) < 2 or all(line.strip(",") in path.read_bytes().decode() for line in kept)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        (
            "a.yaml",
            "collection: x\nfields: {en: {a: 1}, fr: {a: 2}}\n",
            'collection: x\nfields: {en: {a: 1}, fr: {a: 2}}\nid: 12\nbase: {fr: "LINE"}\n',
        ),
        (
            "a.yaml",
            "collection: x\nid: 3\nbase: {en: a b}\nfields: {en: {a: 1}, fr: {a: 2}}\n",
            (
                'collection: x\nid: 12\nbase: {en: a b, fr: "LINE"}\n'
                "fields: {en: {a: 1}, fr: {a: 2}}\n"
            ),
        ),
        (
            "a.yaml",
            "collection: x\nbase:\n  en: a b\n  fr: c # old\nfields: {en: {a: 1}, fr: {a: 2}}\n",
            (
                'collection: x\nbase:\n  en: a b\n  fr: "LINE" # old\n'
                "fields: {en: {a: 1}, fr: {a: 2}}\nid: 12\n"
            ),
        ),
        (
            "a.json",
            '{"collection": "x", "fields": {"en": {}, "fr": {}}, "base": {"en": "a"}}',
            (
                '{"collection": "x", "fields": {"en": {}, "fr": {}},'
                ' "base": {"en": "a", "fr": "LINE"}, "id": "12"}'
            ),
        ),
    ],
)
def test_each_locale_of_a_file_has_its_base(folder, name, before, after):
    """The id is one for all."""
    after = after.replace("LINE", LINE)
    assert written(folder, name, before, "fr", id="12") == after
    raws = read_drafts([folder.drafts / name], folder.site)
    assert [one.id for one in raws] == ["12", "12"]
    remove_identity(raws[0], folder.site)
    assert [one.base for one in read_drafts([folder.drafts / name], folder.site)] == ["", ""]


def test_the_file_is_edited_as_it_is_now(folder):
    """What was changed since it was read is kept."""
    path = folder.write("a.md", "Title: Tea\n\nx\n")
    (raw,) = read_drafts([path], folder.site)
    folder.write("a.md", "Title: Tea\nTags: new\n\ny\n")
    write_back(raw, folder.site, id="tea", **BASE)
    text = path.read_text()
    assert text == f"Title: Tea\nTags: new\nId: tea\nBase: {LINE}\nSlug: tea\n\ny\n"


def test_permissions_are_kept_and_links_are_followed(folder):
    """The file that a link leads to is edited, and no other file is left behind."""
    target = folder.write("real/a.md", "Title: Tea\n\nx\n")
    target.chmod(0o640)
    link = folder.drafts / "link.md"
    link.symlink_to(target)
    (raw,) = read_drafts([link], folder.site)
    write_back(raw, folder.site, id="tea", **BASE)
    assert link.is_symlink()
    assert "Id: tea" in target.read_text()
    assert target.stat().st_mode & 0o777 == 0o640
    assert [one.name for one in (folder.drafts / "real").iterdir()] == ["a.md"]


def test_what_cannot_be_written_back_is_left_as_it_is(folder):
    """Read-only, broken since, without the locale, or not to be edited safely."""
    path = folder.write("a.md", "Title: Tea\n\nx\n")
    (raw,) = read_drafts([path], folder.site)
    path.chmod(0o444)
    with pytest.raises(DraftError, match=r"it is read-only\). Add by hand: Id: tea, Base: 0123"):
        write_back(raw, folder.site, id="tea", **BASE)
    path.chmod(0o644)
    with pytest.raises(DraftError, match="the locale 'fr' is no longer in the file"):
        write_back(replace(raw, locale="fr"), folder.site, id="tea", **BASE)
    path.write_text("Title: Tea\nStatus: odd\n")
    with pytest.raises(DraftError, match="Status 'odd'"):
        write_back(raw, folder.site, id="tea", **BASE)
    alias = "title: &a Tea\nid: *a\n"
    path = folder.write("b.yaml", alias)
    (raw,) = read_drafts([path], folder.site)
    with pytest.raises(DraftError, match="cannot be changed without changing more"):
        write_back(raw, folder.site, id="tea", **BASE)
    assert path.read_text() == alias
    assert sorted(one.name for one in folder.drafts.iterdir()) == ["a.md", "b.yaml"]
