"""No file makes a command fail with a traceback: what is wrong in it is told, and where it is."""

from __future__ import annotations

import json
import os
import re

import pytest

from pelican_buttercms.errors import DraftError
from pelican_buttercms.publish.drafts.bounds import MAX_DRAFT_BYTES
from pelican_buttercms.publish.drafts.read import read_drafts

_LAUGHS = "  a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"  {chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 10)}]\n" for n in range(9)
)
VALUES = {
    "integer of 6,000 digits": "  price: " + "9" * 6000,
    "hexadecimal of 6,000 digits": "  price: 0x" + "f" * 6000,
    "integer of 100 digits": "  price: " + "9" * 100,
    "infinite number": "  price: 1e999",
    "no number": "  price: .nan",
    "number by its tag": "  price: !!int abc",
    "aliases of aliases": _LAUGHS,
    "aliases of a long text": f"  a: &a {'x' * 100_000}\n  b: [{', '.join(['*a'] * 2000)}]",
    "alias of itself": "  a: &a [*a]",
    "deep lists": "  a: " + "[" * 2000 + "]" * 2000,
    "lists of a middle depth": "  a: " + "[" * 90 + "]" * 90,
    "deep mappings": "  a: " + "{a: " * 300 + "1" + "}" * 300,
    "python object": "  a: !!python/object/apply:os.system [x]",
    "unknown tag": "  a: !x y",
    "key that is a list": "  ? [a, b]\n  : x",
    "key twice": "  a: x\n  a: y",
    "no alias": "  a: *nope",
    "unprintable": "  a: a\x00b",
    "broken binary": "  a: !!binary '%%%'",
}
JSONS = {
    "integer of 6,000 digits": "9" * 6000,
    "integer of 100 digits": "-" + "9" * 100,
    "infinite number": "1e999",
    "no number": "NaN",
    "deep objects": '{"a":' * 900 + "1" + "}" * 900,
    "deeper lists": "[" * 100_000 + "]" * 100_000,
    "lists of a middle depth": "[" * 60 + "]" * 60,
    "half a character": '"\\ud800"',
    "key twice": '{"a": 1, "a": 2}',
}
FILES: dict[str, tuple[str, str | bytes]] = {
    **{
        f"yaml, {name}": ("bad.yaml", f"page_type: news\ntitle: x\nfields:\n{text}\n")
        for name, text in VALUES.items()
    },
    **{
        f"front matter, {name}": ("bad.md", f"---\npage_type: news\nfields:\n{text}\n---\nx\n")
        for name, text in VALUES.items()
    },
    **{
        f"json, {name}": (
            "bad.json",
            f'{{"page_type": "news", "title": "x", "fields": {{"a": {text}}}}}',
        )
        for name, text in JSONS.items()
    },
    "json, a number": ("bad.json", "1"),
    "json, UTF-16": ("bad.json", '{"title": "x"}'.encode("utf-16")),
    "yaml, UTF-16": ("bad.yaml", "title: x".encode("utf-16")),
    "Latin-1": ("bad.md", "Title: é\n".encode("latin-1")),
    "too large": ("bad.md", b"Title: x\n\n" + b"x" * MAX_DRAFT_BYTES),
    "a day that is none": ("bad.md", "Title: x\nDate: 99999-99-99\n\nx"),
    "a day without end": ("bad.md", f"Title: x\nDate: {'9' * 5000}\n\nx"),
    "a link that is too long": ("bad.md", f"Title: x\n\n[x]({{filename}}{'b' * 5000}.md)"),
    "a picture with NUL": ("bad.md", "Title: x\nImage: a\x00b\n\nx"),
    "an address that is none": ("bad.md", "Title: x\n\n<a href='{filename}//[x'>"),
    "brackets that stay open": ("bad.md", "Title: x\n\n" + "[" * 20_000),
    "brackets in front matter": ("bad.md", "---\ntitle: x\n---\n" + "a [b ![" * 10_000),
    "rst that includes": ("bad.rst", "T\n=\n\n.. include:: /nowhere\n"),
    "deep rst": ("bad.rst", "T\n=\n\n" + "".join("   " * n + "* x\n\n" for n in range(400))),
}


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_a_problem_with_its_name(folder, name):
    """The other drafts are read all the same, and theirs is told with it."""
    file, text = FILES[name]
    folder.write("good.md", "Title: Good\n\nx\n")
    folder.write("odd.md", "Title: Odd\nStatus: odd\n\nx\n")
    path = folder.write(file, text)
    with pytest.raises(DraftError) as caught:
        read_drafts([folder.drafts], folder.site)
    told = [one for one in caught.value.problems if one.startswith(str(path))]
    assert told
    assert all(len(one) < 6000 for one in told)
    others = set(caught.value.problems) - set(told)
    assert [re.sub(r".*/", "", one)[:15] for one in others] == ["odd.md, line 2:"]


@pytest.mark.parametrize("end", ["", "\n"])
def test_lines_are_told_where_they_are_known(folder, end):
    """Of numbers, depth and aliases in YAML, and of numbers in JSON."""
    for file, text, line in (
        ("a.yaml", f"page_type: x\nfields:\n  a: {'9' * 5000}{end}", 3),
        ("a.yaml", f"page_type: x\nfields:\n  a: {'[' * 80}{']' * 80}{end}", 3),
        ("a.md", f"---\npage_type: x\nfields:\n  a: {'9' * 99}\n---{end}", 4),
        ("a.json", f'{{"page_type": "x",\n"fields": {{\n"a": {"9" * 99}}}}}{end}', 3),
    ):
        (found,) = folder.problems(file, text)
        assert found.startswith(f"{file}, line {line}: ")


def test_brackets_that_cost_nothing_are_read(folder):
    """Closed ones, escaped ones, and open ones in many paragraphs."""
    text = "[a](b) " * 2000 + "\n\n" + "[ ] x\r\n\r\n[ \n\n" * 500 + r"\[" * 3000
    assert folder.write("many.md", f"Title: x\n\n{text}\n")
    (draft,) = read_drafts([folder.drafts], folder.site)
    assert draft.body.count("[") > 3000


def test_a_pipe_is_never_waited_for(folder):
    """It may have no end, and nobody writes into it."""
    os.mkfifo(folder.drafts / "a.md")
    with pytest.raises(DraftError, match=r"a\.md: it is no regular file"):
        read_drafts([folder.drafts], folder.site)


@pytest.fixture
def filled(site, account):
    """A site whose store is filled."""
    account.post("hello")
    account.page("news", "first", title="x", price=3, a="x")
    site.configure(BUTTERCMS_PAGE_TYPES=["news"])
    site.build()
    return site


def put(site, path, text):
    """Write a file of any bytes."""
    target = site.folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text if isinstance(text, bytes) else text.encode())


COMMANDS = [f"{kind}, integer of 6,000 digits" for kind in ("yaml", "front matter", "json")]
COMMANDS += [
    "json, deep objects",
    "yaml, aliases of aliases",
    "Latin-1",
    "rst that includes",
]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_ends_in_one_paragraph(filled, name):
    """Publishing names the file; exporting leaves it as it is; building passes it over."""
    file, text = FILES[name]
    put(filled, f"content/{file}", text)
    env = {"BUTTERCMS_WRITE_TOKEN": "w" * 20}
    done = filled.command("publish", f"content/{file}", "--dry-run", env=env)
    printed = done.stdout + done.stderr
    assert done.returncode == 1, printed
    assert f"content/{file}" in printed
    assert "Traceback" not in printed
    exported = f"content/drafts/pages/news/first.{file.rpartition('.')[2]}"
    put(filled, exported, text)
    done = filled.command("export", "pages", "--to", "content/drafts", env=env)
    printed = done.stdout + done.stderr
    assert done.returncode in {0, 1}, printed
    assert "Traceback" not in printed
    kept = (filled.folder / exported).read_bytes()
    assert kept == (text if isinstance(text, bytes) else text.encode())
    folder = exported.rpartition("/")[0]
    made = f"{folder}/first.yaml"
    put(filled, made, text)
    done = filled.command("new", "page", "news", "first", "--to", folder)
    printed = done.stdout + done.stderr
    assert done.returncode == 2, printed
    assert "Traceback" not in printed
    kept = (filled.folder / made).read_bytes()
    assert kept == (text if isinstance(text, bytes) else text.encode())
    done = filled.pelican()
    assert done.returncode == 0
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "arguments",
    [("post", "a\udcff"), ("post", "x", "--slug", "a\nStatus: published")],
)
def test_new_refuses_what_no_draft_can_hold(filled, arguments):
    """Bytes that are not UTF-8, and a slug that would be a second line of metadata."""
    done = filled.command("new", *arguments)
    assert done.returncode == 2, done.stdout
    assert "Traceback" not in done.stderr
    assert not (filled.folder / "content/drafts").exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: "[" * 3000 + "]" * 3000,
        lambda plan: json.dumps(plan | {"steps": json.loads("[" * 200 + "]" * 200)}),
        lambda plan: json.dumps(plan)[:-1] + ', "x": ' + "9" * 6000 + "}",
        lambda plan: json.dumps(plan | {"steps": [{"action": "create"}]}),
        lambda plan: json.dumps(plan).replace('"draft": "', '"draft": "\\u0000'),
        lambda plan: json.dumps(plan).replace('"post"', '"author"'),
    ],
)
def test_a_hostile_plan_is_one_paragraph(filled, change):
    """Deep, incomplete, or with what no plan has."""
    filled.write("content/new.md", "Title: New\n\nx\n")
    env = {"BUTTERCMS_WRITE_TOKEN": "w" * 20}
    made = filled.command("publish", "content/new.md", "--out", "plan.json", env=env)
    assert made.returncode == 0, made.stderr
    plan = json.loads((filled.folder / "plan.json").read_text(encoding="utf-8"))
    filled.write("plan.json", change(plan))
    done = filled.command("publish", "plan.json", "--dry-run", env=env)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "plan.json" in done.stderr
    assert "Traceback" not in done.stderr
