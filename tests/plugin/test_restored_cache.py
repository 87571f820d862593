"""A cache that somebody else wrote: no build deletes, reads or writes a file outside for it."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import msgspec
import pytest

from pelican_buttercms.incremental import checksummed_file, manifest
from pelican_buttercms.incremental.output import record
from pelican_buttercms.incremental.output.file_state import BEGUN

LIES = (
    "../precious.txt",
    "{site}/precious.txt",
    "away/precious.txt",
    "..",
    "",
    "a/../../precious.txt",
)


@pytest.fixture
def restored(site, account):
    """A site that was built, with a file beside it, and a link in the output that leads there."""
    account.post("kept")
    account.post("changing", tags=["t"])
    site.configure(BUTTERCMS_MAX_AGE=0)
    site.build()
    site.write("elsewhere/precious.txt", "mine")
    site.write("precious.txt", "mine")
    (site.output / "away").symlink_to(site.folder / "elsewhere")
    site.records = site.folder / "cache/buttercms/outputs"
    return site


def lies(site) -> list[str]:
    """Return names that lead out of the output folder."""
    return [name.format(site=site.folder) for name in LIES]


def started(site):
    """What a killed build has begun."""
    path = record_of(site).with_suffix(".started")
    path.write_bytes("".join(f"{name}\n" for name in lies(site)).encode() + b"\xff\0\n")


def left(site):
    """How the last build has left its files."""
    write_record(site, dict.fromkeys(lies(site), BEGUN))


def pages(site):
    """What was rendered."""
    change(site, lambda data: data.pages.update(dict.fromkeys(lies(site), data.pages["kept.html"])))


def subsite(site):
    """The folder of a sub-site that is gone."""
    write_record(site, {"precious.txt": BEGUN}, str(site.folder), "-0123456789abcdef")


def subsite_by_dots(site):
    """The same, and its folder seems to lie inside."""
    write_record(site, {"precious.txt": BEGUN}, f"{site.output}/..", "-0123456789abcdef")


def site_that_is_gone(site):
    """Another one in the same output folder, whose content is nowhere."""
    for output in (str(site.folder), f"{site.output}/..", str(site.output)):
        files = dict.fromkeys(["precious.txt", *lies(site)], BEGUN)
        path = write_record(site, files, output, content="/nowhere")
        first, _ = path.stem.split("-")
        path.rename(path.with_name(f"{first}-0123456789abcdef.files"))
        left(site)


def orphans(site):
    """The pages of what is in the CMS."""
    path = of_earlier_version(site)
    files = dict.fromkeys(lies(site), -1)
    path.write_text(json.dumps({"format": 2, "output": "x", "files": files}))


def orphans_of_before(site):
    """The same as an earlier version kept them."""
    path = of_earlier_version(site)
    path.write_text(json.dumps({"output": "x", "files": lies(site)}))


def preview_list(site):
    """What a preview has written."""
    text = "".join(f"{name}\n" for name in lies(site))
    (site.output / ".buttercms-preview").write_text(f"A head.\n{text}")


def links_for_files(site):
    """Links in the place of every file of ours, to a file elsewhere."""
    for path in list(site.records.iterdir()):
        path.unlink()
        path.symlink_to(site.folder / "precious.txt")
    stem = next(site.records.glob("*.pages")).stem
    (site.records / f"{stem}.started").symlink_to(site.folder / "precious.txt")


def fifos_for_files(site):
    """FIFOs in their place."""
    for path in list(site.records.iterdir()):
        path.unlink()
        os.mkfifo(path)
    stem = next(site.records.glob("*.pages")).stem
    os.mkfifo(site.records / f"{stem}.started")


def no_records(site):
    """Nothing is known of the output folder."""
    for path in list(site.records.iterdir()):
        path.unlink()


def record_of(site) -> Path:
    """Return the record of the output folder."""
    return next(site.records.glob("*.files"))


def write_record(site, files, output="", more="", content="") -> Path:
    """Write a record with a right checksum, as whoever means harm does."""
    path = record_of(site)
    known = record.load(path)
    lie = record.OutputRecord(output or known.output, content or known.content, files)
    path = path.with_stem(f"{path.stem}{more}")
    checksummed_file.write(path, msgspec.msgpack.encode(lie))
    return path


def of_earlier_version(site) -> Path:
    """Return where earlier versions listed the pages of the CMS's content."""
    name = hashlib.sha256(str(site.output).encode()).hexdigest()[:16]
    return site.records / f"{name}.json"


def read(site) -> manifest._Data:
    """Read the ledger as it was written."""
    (path,) = site.records.glob("*.pages")
    return msgspec.msgpack.decode(checksummed_file.read(path), type=manifest._Data)


def write(site, data, name="") -> None:
    """Write a ledger with a right checksum, as whoever means harm does."""
    (path,) = site.records.glob("*.pages")
    checksummed_file.write(path.with_stem(f"{path.stem}{name}"), msgspec.msgpack.encode(data))


def change(site, how) -> None:
    """Change the ledger."""
    data = read(site)
    how(data)
    write(site, data)


WAYS = (
    *(started, left, pages, subsite, subsite_by_dots, orphans, orphans_of_before, preview_list),
    *(site_that_is_gone, links_for_files, fifos_for_files, no_records),
)


@pytest.mark.parametrize("incremental", [True, False])
@pytest.mark.parametrize("way", WAYS)
def test_nothing_outside_is_touched(restored, account, way, incremental):
    """By whatever file of the cache, with and without incremental builds; the site is built."""
    way(restored)
    restored.configure(BUTTERCMS_INCREMENTAL=incremental)
    account.post("changing", title="Changed", tags=["t"])
    for _ in range(2):
        restored.build()
    assert "Changed" in restored.read("changing.html")
    assert (restored.folder / "precious.txt").read_text() == "mine"
    assert (restored.folder / "elsewhere/precious.txt").read_text() == "mine"
    assert (restored.output / "away").is_symlink()


def swap(name, value):
    """Return what puts a value in the place of one of the ledger's."""
    return lambda data: setattr(data, name, value)


def of_page(**values):
    """Return what puts values in the place of those of every page."""

    def change_pages(data):
        for name, page in data.pages.items():
            data.pages[name] = msgspec.structs.replace(page, **values)

    return change_pages


FALSE = {
    "half a number": swap("answers", b"\1\2\3"),
    "more answers": lambda data: swap("answers", data.answers * 2)(data),
    "facts of no object": lambda data: swap("fact_objects", b"\xff" * len(data.fact_objects))(data),
    "facts of no question": swap("questions", []),
    "no objects": swap("objects", []),
    "odd names": lambda data: swap("objects", ["record|x", *data.objects[1:]])(data),
    "odd questions": lambda data: swap(
        "questions", ["1:2:0", "x:y", "__class__.__mro__", *data.questions[3:]]
    )(data),
    "groups of nothing": swap("groups", [b"\xff\xff\xff\x7f", b"\1"]),
    "pages of no facts": of_page(facts=b"\xff\xff\xff\xff\xff\xff\xff\x7f"),
    "half a fact": of_page(facts=b"\1"),
    "questions to nobody": of_page(asks="article.page(0).x\nx.y.z\n\n.", brief=b""),
    "methods": of_page(effects=(("again", "list|articles", "clear", ()),)),
    "other methods": of_page(effects=(("again", "Article|x|en", "__class__", ("x",)),)),
    "unknown effects": of_page(effects=(("x",), (), 1, ("media",), ("media", 5))),
    "warnings that cannot be told": of_page(effects=(("warned", "x", "%d %s", ("x",)),)),
    "warnings without end": of_page(effects=(("warned", "x", "%999999999d", (1,)),)),
    "odd stamps": of_page(stamp=(-1, 2**63 - 1, 0)),
    "another version": swap("format", 10**9),
    "an extent": swap("tidied", manifest.Extent(-1, -1)),
}  # fmt: skip


@pytest.mark.parametrize("lie", FALSE)
def test_a_ledger_of_lies_ends_no_build(restored, account, lie):
    """What contradicts itself is not believed, and every page that shows a change is right."""
    change(restored, FALSE[lie])
    account.post("changing", title="Changed", tags=["t"])
    out = restored.build()
    assert "Traceback" not in out
    assert "Logging error" not in out
    if lie != "pages of no facts":  # which are as good as pages that depend on nothing
        assert "Changed" in restored.read("index.html")
        assert "Changed" in restored.read("changing.html")


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 40, b"\xc1", b"\x91" * 100_000, b"\xdd\xff\xff\xff\xff"]
)
def test_any_bytes_are_no_ledger(restored, account, data):
    """Damaged, cut off, nested without end, or larger than it is."""
    (path,) = restored.records.glob("*.pages")
    for one in (data, hashlib.blake2b(data, digest_size=16).digest() + data):
        for suffix in (".pages", ".still", ".files", ".started"):
            path.with_suffix(suffix).write_bytes(one)
        of_earlier_version(restored).write_bytes(one)
        assert "Traceback" not in restored.build()


def test_a_journal_that_is_a_link_is_refused(restored):
    """Appending to it, or cutting its last line, would change a file elsewhere."""
    folder = restored.folder / "cache/buttercms/publish"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "journal.jsonl").symlink_to(restored.folder / "precious.txt")
    restored.write("content/drafts/d.md", "Title: D\nDate: 2024-01-01\nSlug: d\n\nText")
    done = restored.command(
        "publish", "--yes", "content/drafts", env={"BUTTERCMS_WRITE_TOKEN": "w" * 20}
    )
    assert done.returncode == 1
    assert "journal.jsonl cannot be used" in done.stderr
    assert "Traceback" not in done.stderr
    assert (restored.folder / "precious.txt").read_text() == "mine"


def test_what_was_compressed_goes_with_its_page(restored, account):
    """And the folder that is empty then; what else is there stays."""
    restored.configure(ARTICLE_SAVE_AS="blog/{slug}/index.html", ARTICLE_URL="blog/{slug}/")
    restored.build()
    folder = restored.output / "blog/changing"
    for extension in (".gz", ".br", ".zst"):
        (folder / f"index.html{extension}").write_bytes(b"x")
    restored.write("output/blog/by-hand.txt", "mine")
    account.delete("posts/changing.json")
    restored.build()
    assert not folder.exists()
    assert (restored.output / "blog/by-hand.txt").exists()
    account.delete("posts/kept.json")
    restored.configure(BUTTERCMS_MAX_DELETIONS=None)
    restored.build()
    assert [path.name for path in (restored.output / "blog").iterdir()] == ["by-hand.txt"]


def test_a_page_that_somebody_changed_is_left_and_told(restored, account):
    """Without incremental builds as well; a second build says it again."""
    restored.configure(BUTTERCMS_INCREMENTAL=False)
    restored.build()
    with Path(restored.output / "changing.html").open("a") as file:
        file.write("by somebody else")
    account.delete("posts/changing.json")
    for _ in range(2):
        assert "left in the output: changing.html. Delete them by hand." in restored.build()
    assert "changing.html" in restored.files()
    (restored.output / "changing.html").unlink()
    assert "Delete them by hand" not in restored.build()
