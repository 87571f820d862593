"""The file of all addresses: people's own lines, damage, merges, and builds that are killed."""

import random

import pytest

from tests.incremental.up_to_date.conftest import rested
from tests.plugin.redirects.conftest import history, rename, rules


def sentence(log):
    """Return what was logged in one line, without the module at its end."""
    return " ".join(word for word in log.split() if not word.startswith("__init__.py:"))


def add(site, *lines):
    """Add lines to the history, as a person does."""
    with (site.folder / "redirects.csv").open("a") as file:
        file.writelines(f"{line}\n" for line in lines)


def test_lines_of_a_person(moving):
    """Of an old blog: to a page, to another site, gone, and after what is renamed later."""
    add(
        moving,
        "/2009/01/hello world.php,/second.html",
        "/shop/,https://shop.example/?from=blog#top",
        "/spam.html,",
        "/old.html,/first.html?a=b#top",
    )
    rename(moving, "first", "better")
    moving.remake()
    assert rules(moving) == [
        "/2009/01/hello%20world.php /second.html 301",
        "/first.html /better.html 301",
        "/old.html /better.html 301",
        "/shop/ https://shop.example/?from=blog#top 301",
        "/spam.html /404.html 410",
    ]
    assert "https://shop.example/?from=blog#top" in moving.read("shop/index.html")
    assert ["/spam.html", ""] in history(moving)
    assert [row[0] for row in history(moving)] == sorted(row[0] for row in history(moving))


def test_what_no_page_can_answer_is_told(moving):
    """HTML cannot stand at the address of a script."""
    add(moving, "/hello.php,/second.html")
    assert "cannot answer" in moving.make().log
    assert "hello.php" not in moving.files()


def test_a_line_for_an_address_that_is_real_waits(moving):
    """It is kept, and holds when the post leaves."""
    add(moving, "/third.html,/second.html")
    moving.remake()
    assert rules(moving) == []
    moving.account.delete("posts/third.json")
    moving.remake()
    assert rules(moving) == ["/third.html /second.html 301"]


def test_lines_that_lead_in_a_circle(moving):
    """They are told, and lead nowhere; the others do."""
    add(moving, "/a,/b", "/b,/c", "/c,/a", "/self,/self", "/d,/a", "/e,/second.html")
    log = moving.make().log
    assert "lead in a circle" in log
    assert rules(moving) == ["/e /second.html 301"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("<<<<<<< HEAD", "left from a merge"),
        ("old.html,/new.html", "begins with one slash"),
        ("//evil.example/a,/new.html", "begins with one slash"),
        ("/old.html?p=1,/new.html", "what follows `?`"),
        ("/a/../../b.html,/new.html", "no path of a file"),
        ("/old.html,javascript:alert(1)", "no address of a site"),
        ("/old.html,//evil.example", "no address of a site"),
        ("/old%0A/x.html,/new.html", "control character"),
        ('"/old.html","/new.html\n/b /c 301"', "control character"),
        ("/old.html", "has 1 fields"),
        ("/a.html,/b.html,301,x,y", "has 5 fields"),
        ('/a.html,"/b.html', "unexpected end of data"),
    ],
)
def test_a_line_that_is_none(moving, line, words):
    """Named with the line, before anything is written; the file stays as it is."""
    add(moving, line)
    before = (moving.folder / "redirects.csv").read_bytes()
    moving.account.post("new")
    code, build = moving.attempt()
    assert code == 2
    assert words in sentence(build.log)
    assert "Traceback" not in build.log
    assert "new.html" not in moving.files()
    assert (moving.folder / "redirects.csv").read_bytes() == before


@pytest.mark.parametrize("data", [b"\xff\xfe/a", b"/a.html\x00,/b.html"])
def test_a_file_that_is_no_text(moving, data):
    """One paragraph says so."""
    (moving.folder / "redirects.csv").write_bytes(data)
    code, build = moving.attempt()
    assert code == 2
    assert "redirects.csv" in build.log
    assert "Traceback" not in build.log


def test_a_merge_of_both_sides(moving):
    """Lines twice, in any order and with a spreadsheet's ends, are read, and sorted again."""
    path = moving.folder / "redirects.csv"
    head, *lines = path.read_text().splitlines()
    path.write_bytes("\ufeff".encode() + "\r\n".join([*lines[::-1], head, *lines, ""]).encode())
    moving.make()
    assert path.read_text().splitlines() == [head, *lines]


def test_nothing_changed_is_seen_at_once_and_a_new_line_too(moving):
    """The file is of the build's own, and of what it reads."""
    moving.rests = True
    rename(moving, "first", "better")
    moving.make()
    assert rested(moving)
    add(moving, "/a.html,/second.html")
    assert not rested(moving)
    assert "/a.html /second.html 301" in rules(moving)
    assert rested(moving)
    (moving.folder / "redirects.csv").unlink()
    assert not rested(moving)
    assert len(history(moving)) == 4


@pytest.mark.parametrize("seed", range(3))
def test_a_build_that_is_killed(moving, seed):
    """At any moment the file is whole, and the next build knows every address."""
    draw = random.Random(seed)
    name = "first"
    for number in range(4):
        rename(moving, name, name := f"name-{number}")
        moving.kill(draw.uniform(0.05, 0.6))
        assert history(moving)
        assert (moving.folder / "redirects.csv").read_bytes().endswith(b"\n")
    moving.remake()
    assert ["/first.html", f"post//{name}"] in [row[:2] for row in history(moving)]
    assert f"/first.html /{name}.html 301" in rules(moving)


def test_a_file_that_cannot_be_written(moving):
    """The site is built; the error names the file."""
    path = moving.folder / "elsewhere"
    path.write_text("a file")
    moving.settings["BUTTERCMS_REDIRECTS_FILE"] = "elsewhere/redirects.csv"
    code, build = moving.attempt()
    assert code == 1
    assert "history of addresses" in build.log
    assert "Traceback" not in build.log


@pytest.mark.parametrize("value", ["netlify", ["apache"], [1], ["netlify", "cloudflare"]])
def test_settings_that_are_none(moving, value):
    """Refused at once."""
    moving.settings["BUTTERCMS_REDIRECTS"] = value
    code, build = moving.attempt()
    assert code == 2
    assert "BUTTERCMS_REDIRECTS takes" in build.log


def test_a_content_folder_that_is_the_site(moving):
    """The file is not put beside the repository."""
    moving.source = "."
    moving.settings |= {"PATH": ".", "OUTPUT_PATH": "output", "ARTICLE_EXCLUDES": ["output"]}
    (moving.folder / "redirects.csv").unlink()
    moving.make()
    assert len(history(moving)) == 4
