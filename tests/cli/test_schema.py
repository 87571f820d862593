"""`pelican-buttercms schema`: the fields of stored content, what changed, and templates."""

import json

import jsonschema
import pytest

ODD = {"my-field": "1", "items": "2", 'quo"te': "3", "a%}b}}": "4", "class": "5", "{{ 1/0 }}": "6"}


def _fill(account):
    account.collection("farms", {"id": 3, "name": "La Vigía", "area": 4.5})
    account.page("landing-page", "about", hero={"title": "About", "text": ""})
    account.page(
        "landing-page",
        "home",
        hero={"title": "Up <3", "text": "<p>bold</p>"},
        parts=[{"type": "call", "fields": {"label": "Go", "odd/type~": True, **ODD}}],
        steps=[{"name": "first", "deep": [{"x": 7}]}, {"name": "second", "deep": []}],
        words=["one", "two"],
        farm={"$ref": "item:farms/3"},
        friends=[{"$ref": "page:landing-page/about"}],
        picture="https://cdn.buttercms.com/AAA",
        never="",
        shown=True,
        **ODD,
    )
    account.page("*", "contact", phone="+49 40")


@pytest.fixture
def stocked(site, account, root):
    """A pulled site with the shipped theme and a page of every kind of value."""
    _fill(account)
    site.configure(
        BUTTERCMS_PAGE_TYPES={"landing-page": {"template": "landing-page"}, "*": {}},
        BUTTERCMS_COLLECTIONS=["farms"],
        THEME=str(root / "themes/buttercms"),
        THEME_TEMPLATES_OVERRIDES=["templates"],
    )
    assert site.command("pull").returncode == 0
    return site


def test_the_file_is_json_schema_that_the_content_passes(stocked):
    """The same bytes each time, by `jsonschema`, with references between the definitions."""
    done = stocked.command("schema")
    assert done.returncode == 0, done.stderr
    written = (stocked.folder / "schema.json").read_bytes()
    assert stocked.command("schema").stdout == ""
    assert (stocked.folder / "schema.json").read_bytes() == written
    known = json.loads(written)
    jsonschema.Draft202012Validator.check_schema(known)
    assert list(known["$defs"]) == [
        "collections/farms",
        "components/call",
        "pages/*/contact",
        "pages/landing-page",
    ]
    fields = known["$defs"]["pages/landing-page"]["properties"]
    assert fields["farm"]["x-references"] == ["collections/farms"]
    assert fields["hero"]["properties"]["text"]["contentMediaType"] == "text/html"
    page = {**known, "$ref": "#/$defs/pages~1landing-page"}
    entry = {"type": "call", "fields": {"label": "x"}}
    farm = "/v2/content/?keys=farms[_id=3]"
    for wrong in ({"parts": [{"type": "cal", "fields": {}}]}, {"words": 3}, {"hero": "text"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, page)
    jsonschema.validate({"farm": farm, "parts": [entry], "shown": False}, page)


def test_check_says_in_words_what_changed(stocked, account):
    """Fields gone, new and of another type, in pages, components and collections; exit code 3."""
    missing = stocked.command("schema", "--check")
    assert missing.returncode == 2
    assert "run `pelican-buttercms schema`" in missing.stderr
    assert stocked.command("schema").returncode == 0
    written = (stocked.folder / "schema.json").read_bytes()
    same = stocked.command("schema", "--check")
    assert (same.returncode, same.stdout) == (0, ""), same.stderr
    account.page("landing-page", "about", hero={"headline": "About", "text": 5})
    account.page(
        "landing-page",
        "home",
        hero={"headline": "Up", "text": 6},
        parts=[{"type": "call", "fields": {"text": "Go"}}, {"type": "form", "fields": {"a": "b"}}],
        steps=[{"name": "first", "deep": [{"x": "seven"}]}],
        words=["one"],
        farm=[{"$ref": "item:farms/3"}],
        friends=[{"$ref": "item:farms/3"}],
        picture="",
        never="filled",
    )
    account.collection("farms", {"id": 3, "name": "La Vigía"})
    account.delete("single_pages/contact.json")
    assert stocked.command("pull", "--allow-deletions").returncode == 0
    changed = stocked.command("schema", "--check")
    assert changed.returncode == 3, changed.stderr
    lines = changed.stdout.splitlines()
    page, farms = "pages/landing-page: the field", "collections/farms"
    many = "a list of references to"
    for line in (
        "collections/farms: the field area is gone; it was a number.",
        "components/call: the field text is new: a text.",
        "components/form is new.",
        "pages/*/contact is gone: no stored content has it any more.",
        f"{page} farm is a list of references to {farms} now; it was a reference to {farms}.",
        f"{page} friends is {many} {farms} now; it was {many} pages/landing-page.",
        f"{page} hero.headline is new: a text.",
        f"{page} hero.text is a number now; it was HTML.",
        f"{page} hero.title is gone; it was a text.",
        f"{page} shown is gone; it was true or false.",
        f"{page} steps[].deep[].x is a text now; it was a number.",
    ):
        assert line in lines, (line, lines)
    assert not any("never" in line or "picture" in line or "words" in line for line in lines)
    assert (stocked.folder / "schema.json").read_bytes() == written
    assert stocked.command("schema").stdout == changed.stdout
    assert stocked.command("schema", "--check").returncode == 0


@pytest.mark.parametrize("text", ["{", "[]", '{"a": 1}', "[" * 100_000, "\x00"])
def test_a_file_of_somebody_else_is_not_written_over(stocked, text):
    """A clear error, for both; `--file` names another."""
    stocked.write("schema.json", text)
    for arguments in ((), ("--check",)):
        done = stocked.command("schema", *arguments)
        assert done.returncode == 2
        assert "--file" in done.stderr
        assert "Traceback" not in done.stderr
    assert (stocked.folder / "schema.json").read_text() == text
    assert stocked.command("schema", "--file", "fields.json").returncode == 0
    assert stocked.command("schema", "--file", "fields.json", "--check").returncode == 0


def test_a_changed_file_that_is_odd_ends_in_words(stocked):
    """What is missing or of another form in the saved file is a change, never a traceback."""
    assert stocked.command("schema").returncode == 0
    known = json.loads((stocked.folder / "schema.json").read_text())
    known["$defs"] |= {"pages/landing-page": {"properties": {"hero": [], "x": {"x-kinds": 5}}}}
    stocked.write("schema.json", json.dumps(known))
    done = stocked.command("schema", "--check")
    assert done.returncode == 3
    assert "the field x is gone; it was empty everywhere" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_template_builds_in_the_shipped_theme(stocked):
    """Every value is on the page, in a page of its own and in a component of odd names."""
    for name, place in (("landing-page", "landing-page.html"), ("call", "components/call.html")):
        done = stocked.command("schema", "--template", name)
        assert done.returncode == 0, done.stderr
        assert f"Save it as {place} among" in done.stderr
        stocked.write(f"templates/{place}", done.stdout)
    single = stocked.command("schema", "--template", "contact")
    stocked.write("templates/page.html", single.stdout)
    stocked.build()
    page = stocked.read("pages/home.html")
    for text in (
        "<h1>Home</h1>",
        "<p>Up &lt;3</p>",
        "<p>bold</p>",
        "<p>Go</p>",
        "<p>odd/type~</p>",
        "<p>first</p>",
        "<p>7</p>",
        "<p>one</p>",
        "<p>La Vigía</p>",
        '<a href="https://site.example/pages/about.html">',
        '<img src="https://cdn.buttercms.com/',
        "<p>shown</p>",
        *(f"<p>{number}</p>" for number in ODD.values()),
    ):
        assert text in page, text
    assert "<p>About</p>" in stocked.read("pages/about.html")  # most of its fields are missing
    assert "<p>+49 40</p>" in stocked.read("pages/contact.html")


def test_an_article_of_a_page_type_and_names_that_have_no_template(stocked, account):
    """The template reads `article` where pages become articles; each refusal says what to write."""
    stocked.configure(BUTTERCMS_PAGE_TYPES={"landing-page": {"as": "article"}, "*": {}})
    printed = stocked.command("schema", "--template", "pages/landing-page").stdout
    assert "{% set fields = article.butter.fields %}" in printed
    for name, words in (
        ("landing-pag", "Did you mean 'pages/landing-page'?"),
        ("collections/farms", "its items are data for others"),
        ("\x1b[31m", "No page type or component"),
    ):
        done = stocked.command("schema", "--template", name)
        assert done.returncode == 2
        assert words in done.stderr
        assert "Traceback" not in done.stderr
    account.page("call", "x", a="b")
    stocked.configure(BUTTERCMS_PAGE_TYPES=["landing-page", "call"])
    assert stocked.command("pull").returncode == 0
    assert (
        "can be components/call, pages/call"
        in stocked.command("schema", "--template", "call").stderr
    )
    assert stocked.command("schema", "--template", "x", "--check").returncode == 2


def test_nothing_is_stored(site):
    """The next command is named, and nothing is written."""
    done = site.command("schema")
    assert done.returncode == 1
    assert "pelican-buttercms pull" in done.stderr
    assert not (site.folder / "schema.json").exists()
