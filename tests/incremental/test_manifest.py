"""What the last build has left behind: kept, damaged, falsified, or cut off in the middle."""

from pathlib import Path
import random

import msgspec
import pytest

from .builds import Code


def ledger(site):
    """Return the file that a build leaves beside the store."""
    (path,) = (site.folder / "cache").rglob("outputs/*.pages")
    return path


def times(site):
    """Return when each file was changed."""
    return {name: (site.output / name).stat().st_mtime_ns for name in site.files()}


def test_files_with_the_same_bytes_keep_their_time(posts):
    """Whether they were rendered or not, and with reuse turned off."""
    posts.make()
    before = times(posts)
    posts.make()
    assert times(posts) == before
    ledger(posts).unlink()
    assert posts.make().kept == 0
    assert times(posts) == before
    posts.settings["BUTTERCMS_INCREMENTAL"] = False
    posts.make()
    assert times(posts) == before


DAMAGE = {
    "empty": lambda data: b"",
    "cut off": lambda data: data[: len(data) // 2],
    "one byte short": lambda data: data[:-1],
    "one byte more": lambda data: data + b"\x00",
    "another format": lambda data: data[:1] + bytes([data[1] + 1]) + data[2:],
    "random": lambda data: random.Random(1).randbytes(len(data)),
    "json": lambda data: b'{"pages": {}}',
    "another object": lambda data: msgspec.msgpack.encode([1, 2, 3]),
    "twice": lambda data: data + data,
}


def test_a_damaged_ledger_is_a_full_build(posts):
    """And no error; after it all is well again."""
    posts.make()
    path = ledger(posts)
    whole = path.read_bytes()
    for name, damage in DAMAGE.items():
        path.write_bytes(damage(whole))
        build = posts.make()
        assert build.kept == 0, name
        assert build.rendered > 20, name
    path.unlink()
    assert posts.remake().kept == 0
    assert posts.make().rendered == 0


def test_random_damage_is_a_full_build(posts):
    """Some bytes of it are others, as a failing disk leaves them."""
    posts.make()
    whole = ledger(posts).read_bytes()
    for seed in range(6):
        draw = random.Random(seed)
        data = bytearray(whole)
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
        ledger(posts).write_bytes(data)
        code, build = posts.attempt()
        assert code == 0, build.log
        assert build.kept == 0


READS = "def tell(text):\n    return open('words.txt').read()\n"


def test_verifying_finds_a_page_that_would_have_been_wrong(posts):
    """By a function that is said to be pure: the page is named, and made right."""
    posts.write("reading.py", READS)
    posts.settings["JINJA_FILTERS"] = Code("{'tell': __import__('reading').tell}")
    posts.settings["BUTTERCMS_PURE"] = ["tell"]
    posts.template("page.html", "{{ 1|tell }}")
    posts.write("words.txt", "one")
    posts.make()
    posts.write("words.txt", "two")
    posts.make()
    assert posts.read("pages/about.html") == "one"
    posts.settings["BUTTERCMS_INCREMENTAL"] = "verify"
    code, build = posts.attempt()
    assert code == 1
    assert "pages/about.html" in build.log
    assert "post-4.html" not in build.log
    assert posts.read("pages/about.html") == "two"
    code, build = posts.attempt()
    assert code == 0, build.log
    assert "rendered and compared" in build.log
    posts.is_right()


def test_verifying_a_right_site_finds_nothing(posts):
    """Every page is rendered, and none of them written."""
    posts.settings["BUTTERCMS_INCREMENTAL"] = "verify"
    posts.make()
    before = times(posts)
    build = posts.make()
    assert build.rendered > 20
    assert times(posts) == before
    posts.account.post("post-3", day="2024-01-03", title="Another")
    posts.remake()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_builds_that_were_killed_the_next_one_is_right(posts, seed):
    """At any moment; what only a killed build has written is gone if it no longer belongs."""
    draw = random.Random(seed)
    for number in range(9, 40):
        posts.account.post(f"post-{number}", day=f"2024-02-{number % 28 + 1:02}", tags=["many"])
    posts.write("content/local.md", "Title: L\nDate: 2024-01-01\nSlug: local\n\nx")
    posts.make()
    for number in range(2):
        posts.write(
            f"content/short-{number}.md", f"Title: S\nDate: 2024-01-01\nSlug: s{number}\n\nx"
        )
        posts.account.post(f"brief-{number}", day="2024-04-01", categories=["brief"], tags=["many"])
        posts.settings["SITENAME"] = f"Site {number}"
        posts.kill(draw.uniform(0.1, 0.45))
        posts.account.delete(f"posts/brief-{number}.json")
        (posts.folder / f"content/short-{number}.md").unlink()
    (posts.folder / "content/local.md").unlink()
    posts.remake()
    assert posts.remake().rendered == 0


def test_a_build_that_fails_in_the_middle(posts):
    """As one that was killed: what it alone has written is gone after the next."""
    posts.make()
    posts.write("content/short.md", "Title: S\nDate: 2024-01-01\nSlug: short\n\nx")
    posts.template("archives.html", "{{ 1 // 0 }}")
    code, _ = posts.attempt()
    assert code == 1
    assert "short.html" in posts.files()
    (posts.folder / "content/short.md").unlink()
    posts.template("archives.html", "well again")
    posts.remake()


def test_a_file_of_somebody_else_is_never_removed(posts):
    """Nor one of ours that somebody has changed, when its page is gone."""
    posts.write("content/a.md", "Title: A\nDate: 2024-01-01\nSlug: a\n\nx")
    posts.write("content/b.md", "Title: B\nDate: 2024-01-01\nSlug: b\n\nx")
    posts.write("output/mine.html", "mine")
    posts.make()
    (posts.output / "a.html").write_text("changed by hand")
    for name in "ab":
        (posts.folder / f"content/{name}.md").unlink()
    posts.make()
    assert {"a.html", "mine.html"} <= posts.files()
    assert "b.html" not in posts.files()


def test_a_path_that_is_spelt_in_another_way_is_the_same_file(posts):
    """It is not removed after it was written."""
    posts.write("content/l.md", "Title: L\nDate: 2024-01-01\nSlug: l\n\nx")
    posts.make()
    for pattern in ("./{slug}.html", "x/../{slug}.html", "{slug}.html", "x//{slug}.html"):
        posts.settings["ARTICLE_SAVE_AS"] = pattern
        posts.remake()


def test_a_file_becomes_a_folder_and_a_file_again(posts):
    """Of the output: what was there before makes room."""
    posts.write("content/l.md", "Title: L\nDate: 2024-01-01\nSlug: l\nSave_as: l/x.html\n\nx")
    posts.make()
    posts.write("content/l.md", "Title: L\nDate: 2024-01-01\nSlug: l\nSave_as: l/x/y.html\n\nx")
    posts.remake()


def test_a_local_page_takes_the_place_of_another(posts):
    """The same file, from another source or by another template."""
    posts.write("content/pages/l.md", "Title: L\nSave_as: extra.html\n\nFirst")
    posts.make()
    (posts.folder / "content/pages/l.md").rename(posts.folder / "content/pages/m.md")
    posts.remake()
    posts.write("content/pages/m.md", "Title: L\nSave_as: extra.html\nTemplate: tags\n\nFirst")
    posts.remake()
    (posts.folder / "content/pages/m.md").unlink()
    posts.write("content/n.md", "Title: L\nDate: 2024-01-01\nSave_as: extra.html\n\nFirst")
    posts.remake()


def test_a_page_over_the_index_keeps_its_time(posts):
    """BUTTERCMS_FRONT_PAGE writes index.html a second time, with the same bytes as ever."""
    posts.settings["BUTTERCMS_FRONT_PAGE"] = "*/about"
    posts.make()
    assert posts.changed() == set()
    posts.is_right()


def test_links_inside_of_the_output_folder(posts):
    """One that leads back up has no end."""
    posts.make()
    for name in "ab":
        (posts.output / name).symlink_to(".")
    assert posts.make().rendered == 0


def test_a_ledger_is_beside_the_store(posts):
    """Nothing of it is in the output folder, which is deployed."""
    posts.make()
    assert ledger(posts).is_relative_to(Path(posts.folder) / "cache")
    assert not [name for name in posts.files() if name.endswith((".pages", ".started"))]


def test_a_ledger_grows_no_longer_than_the_site(posts, account):
    """What was known of posts that are gone is forgotten, and nothing is known twice."""
    posts.settings["BUTTERCMS_MAX_DELETIONS"] = {"share": 1, "number": 100}
    posts.make()
    size = ledger(posts).stat().st_size
    for number in range(40):
        account.post(f"more-{number}", day=f"2023-01-{number % 28 + 1:02}", tags=["more"])
    posts.make()
    assert ledger(posts).stat().st_size > 2 * size
    for number in range(40):
        account.delete(f"posts/more-{number}.json")
    posts.make()
    assert ledger(posts).stat().st_size < 1.1 * size
    for number in range(3):
        account.post("post-1", day="2024-01-01", summary=f"Another summary {number}.")
        assert posts.make().rendered
    assert ledger(posts).stat().st_size < 1.1 * size


def test_a_ledger_forgets_lists_as_they_were(posts, account):
    """Each new post makes other lists; what they were before is of no use to anybody."""
    loop = "{% for one in articles %}{{ one.title }}{{ one.url }}{{ one.date }}{% endfor %}"
    posts.template("article.html", loop)
    posts.make()
    size = ledger(posts).stat().st_size
    for number in range(12):
        account.post(f"new-{number}", day="2025-01-01", summary="New.")
        if number:
            account.delete(f"posts/new-{number - 1}.json")
        assert posts.make().rendered
    assert ledger(posts).stat().st_size < 1.3 * size
    posts.is_right()
