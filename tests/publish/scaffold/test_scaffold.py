from dataclasses import replace

from pelican.settings import read_settings
import pytest

from pelican_buttercms.publish.drafts.pelican_site import DraftSite
from pelican_buttercms.publish.drafts.read import read_drafts
from pelican_buttercms.publish.resolve.validate import validate
from pelican_buttercms.publish.scaffold.scaffold import new_item, new_page, new_post, slugify_title
from pelican_buttercms.publish.write_model import FIELDS

LOCALES = {"en": "en", "de": "de", "de-at": "de-AT"}


@pytest.fixture
def read(tmp_path, understand):
    """Write a skeleton, read it as a draft, and understand it; gives the draft and problems."""

    def run(skeleton, known):
        path = tmp_path / "content" / "drafts" / skeleton.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(skeleton.text)
        settings = read_settings(override={"PATH": str(tmp_path / "content"), "PLUGINS": []})
        (raw,) = read_drafts([path], DraftSite(settings, LOCALES))
        return understand(raw, known)

    return run


@pytest.mark.parametrize("group", ["coffee", "landing-page"])
def test_page_is_understood(sample_known, read, group):
    """A page's skeleton has every field of its type, each with the kind of value that fits."""
    skeleton = new_page(group, "A: new #page", "new-page", sample_known, locale="de")
    draft, problems = read(skeleton, sample_known)

    body = sample_known.body_field(draft.target)
    lacking = [f"{draft.raw.path}: `{body[1]}` is lacking"] if body else []
    wrong = validate(draft, sample_known, creating=True)
    assert problems == []
    assert [problem.split(":")[0] for problem in wrong] == [one.split(":")[0] for one in lacking]
    assert (draft.raw.title, draft.target.locale) == ("A: new #page", "de")
    names = {path[1] for path in draft.values if path[0] == FIELDS}
    shape = sample_known.schemas.of("page", group)
    assert names | ({body[1]} if body else set()) == set(shape.names())
    assert draft.raw.status == "draft"


def test_every_collection_is_understood(sample_known, read):
    """An item's skeleton can be published as it is, and its name is where a name goes."""
    for collection in sample_known.schemas.groups("item"):
        draft, problems = read(new_item(collection, "Bob", sample_known), sample_known)
        wrong = validate(draft, sample_known, creating=True)
        assert [*problems, *wrong] == []
        assert "Bob" in draft.values.values()


def test_post_is_understood(sample_known, read):
    """A post's skeleton is plain metadata, and what it cannot say in comments is told."""
    skeleton = new_post("Hello: there", "hello-there", sample_known)
    draft, problems = read(skeleton, sample_known)

    assert [*problems, *validate(draft, sample_known, creating=True)] == []
    assert skeleton.name == "hello-there.md"
    assert (draft.raw.title, draft.raw.slug) == ("Hello: there", "hello-there")
    assert ("author",) not in draft.values
    assert [note.split()[0] for note in skeleton.notes] == ["Authors:", "Categories:", "Tags:"]


def test_comments(known, page, item):
    """A field's comment tells its kind, an example of the account, and whether all fill it."""
    account = known(
        page("first", title="A\n#title " + "x" * 80, amount=3, up="/v2/pages/news/first", empty="",
             team=["/v2/content/?keys=team[_id=12]"], photo="https://cdn.buttercms.com/abc",
             rows=[{"label": "x"}], body="<p>x</p>", seo={"on": True},
             parts=[{"type": "hero", "fields": {"no": 1, "up": "/v2/pages/*/x"}}]),
        page("second", title="", amount=3),
        item("team", 12),
    )  # fmt: skip

    assert (
        new_page("news", "New", "new", account).text
        == f"""\
---
kind: page
page_type: news
title: New
slug: new
status: draft
body_field: body
fields:
  # a number, such as 3; filled everywhere
  amount: ""
  # nothing is known of it, as it is empty everywhere
  empty: ""
  # a list of components; optional
  # - hero:
  #     "no": ""  # a number
  #     up: ""  # the slug of a page
  parts: []
  # an image or another file: a URL, or the path of a local file, such as\
 https://cdn.buttercms.com/abc; optional
  photo: ""
  # a list of entries with fields; optional
  # - label: ""  # a text
  rows: []
  seo:
    # true or false, such as true; filled everywhere
    "on": false
  # a list of team:ID, such as [team:12]; optional
  team: []
  # a text, such as A #title {"x" * 50}…; optional
  title: ""
  # the slug of a page of news, such as first; optional
  up: ""
---

"""
    )


def test_nothing_is_known(sample_known, known, read):
    """Of an unknown type a draft without fields is made, and the nearest known name is offered."""
    skeleton = new_page("cofee", "New", "new", sample_known)

    assert skeleton.text.endswith("\nfields: {}\n")
    assert "Nothing is known of the page type 'cofee'; did you mean 'coffee'?" in skeleton.notes[0]
    assert "BUTTERCMS_COLLECTIONS" in new_item("team", "", known()).notes[0]
    assert "fields of its own" in new_page("*", "New", "new", sample_known).notes[0]
    draft, problems = read(skeleton, sample_known)
    assert (draft.target.key.group, problems) == ("cofee", [])


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Größe & Preis", "grosse-preis"), ("Hello,  There!", "hello-there"), ("!?", "untitled")],
)
def test_slug(title, slug):
    """A title becomes a slug as Pelican makes it."""
    assert slugify_title(title) == slug


# the command


@pytest.fixture
def desk(account, site, monkeypatch):
    """A site whose account has a page type and a collection, pulled or not."""
    account.page("news", "first", headline="A headline")
    account.collection("team", {"id": 12, "name": "Ada"})
    account.post("hello")
    site.configure(BUTTERCMS_PAGE_TYPES=["news"], BUTTERCMS_COLLECTIONS=["team"])

    def run(*arguments):
        from click.testing import CliRunner

        from pelican_buttercms.cli.new import new

        monkeypatch.chdir(site.folder)
        return CliRunner().invoke(new, arguments, obj=None)

    run.site = site
    return run


def _pull(site):
    done = site.command("pull")
    assert done.returncode == 0, done.stderr


def test_command_writes_drafts(desk):
    """Each kind of draft is written into the folder, with what the stored content teaches."""
    _pull(desk.site)
    for arguments, name in (
        (("post", "Hello there"), "hello-there.md"),
        (("page", "news", "New page"), "new-page.yaml"),
        (("page", "news", "New page", "--slug", "other"), "other.yaml"),
        (("item", "team", "Bob"), "team-bob.yaml"),
        (("item", "team"), "team-new.yaml"),
    ):
        done = desk(*arguments)
        assert done.exit_code == 0, done.output
        assert f"Wrote content/drafts/{name}." in done.output

    drafts = desk.site.folder / "content" / "drafts"
    assert 'headline: ""' in (drafts / "new-page.yaml").read_text()
    assert "name: Bob" in (drafts / "team-bob.yaml").read_text()
    assert "Author: Ada Lane\n" in (drafts / "hello-there.md").read_text()


def test_command_overwrites_nothing(desk):
    """A file that is there stays as it is, and the error says so."""
    desk("post", "Hello", "--to", "here")
    (desk.site.folder / "here" / "hello.md").write_text("mine")
    again = desk("post", "Hello", "--to", "here")

    assert "here/hello.md already exists and is not overwritten" in str(again.exception)
    assert again.exception.exitcode == 2
    assert (desk.site.folder / "here" / "hello.md").read_text() == "mine"


def test_command_without_stored_content(desk):
    """Without stored content the draft has no fields, that is told, and no store is made."""
    done = desk("page", "news", "New")

    assert done.exit_code == 0
    assert "Nothing is stored yet, so the fields are unknown" in done.output
    assert "Nothing is known of the page type 'news'" in done.output
    assert not (desk.site.folder / "cache").exists()


def test_command_with_another_locales_content(desk):
    """Content that cannot be read is no hindrance, and why it cannot is told."""
    _pull(desk.site)
    desk.site.configure(BUTTERCMS_LOCALES=["en", "de"])
    done = desk("post", "New")

    assert done.exit_code == 0
    assert "The fields of the account are unknown." in done.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("post", " "), "The title is empty"),
        (("page", "news", "New", "--slug", "a/b"), "has a slash"),
        (("post", "New", "--locale", "fr"), "does not name the locale 'fr'"),
        (("post", "New", "--to", "pelicanconf.py/below"), "cannot be written"),
        (("post", "New", "--to", "pelicanconf.py"), "--to takes a folder, and pelicanconf.py is a"),
    ],
)
def test_command_refuses(desk, arguments, told):
    """What cannot become a draft is refused, and nothing is written."""
    done = desk(*arguments)

    assert told in str(done.exception)
    assert not (desk.site.folder / "content" / "drafts").exists()


@pytest.mark.parametrize(
    ("folder", "path", "told"),
    [
        (".", "src", "src/drafts/new.md"),
        (".", None, "content/drafts/new.md"),
        ("elsewhere", "content", "{site}/content/drafts/new.md"),
        ("elsewhere", None, "{site}/content/drafts/new.md"),
    ],
)
def test_command_writes_into_the_content_folder(desk, monkeypatch, folder, path, told):
    """The settings file names it, wherever the command is run; without PATH it is `content`."""
    from click.testing import CliRunner

    from pelican_buttercms.cli.new import new

    site = desk.site
    site.configure(PATH=path)
    for name in ("src", "elsewhere"):
        (site.folder / name).mkdir()
    monkeypatch.chdir(site.folder / folder)
    arguments = ["post", "New", "-s", str(site.folder / "pelicanconf.py")]
    done = CliRunner().invoke(new, arguments, obj=None)

    written = told.format(site=site.folder)
    assert f"Wrote {written}." in done.output
    assert (site.folder / folder / written).is_file()


@pytest.mark.parametrize("group", ["coffee", "landing-page"])
def test_what_a_list_holds_may_be_copied_from_the_comment(sample_known, read, group):
    """The lines beside a list are its entries, whatever they hold: they are read as such."""
    skeleton = new_page(group, "New", "new", sample_known)
    lines, entries = [], []
    for line in skeleton.text.splitlines():
        if line.startswith(("  # - ", "  #   ")):
            entries.append(f"    {line[4:]}")
            continue
        name, colon, rest = line.partition(":")
        if entries and rest == " []":
            lines += [name + colon, *entries]
            entries = []
        else:
            lines.append(line)
    body = ["Body"] * skeleton.name.endswith(".md")
    text = "\n".join([*lines, *body, ""])
    draft, problems = read(replace(skeleton, text=text), sample_known)
    assert problems == []
    assert validate(draft, sample_known, creating=True) == []
    assert entries == []
    assert any(isinstance(value, list) and value for value in draft.values.values())
