"""The documentation says what the code does."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
import re

import pytest

from pelican_buttercms import errors
from pelican_buttercms.api.webhook_events.event import Event
from pelican_buttercms.plugin.jinja_filters import FILTERS
from pelican_buttercms.settings import DEFAULTS

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs").rglob("*.md"))


def load(path):
    """Import a script of the documentation."""
    spec = spec_from_file_location(path.stem, path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATE = load(ROOT / "docs" / "generate.py")


def read(name):
    """Read a page."""
    return (ROOT / "docs" / name).read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_made_from_the_code_is_as_the_code_has_it(page):
    """`make docs` was run after the last change of a setting, a command or a filter."""
    assert GENERATE.generated(page.read_text()) == page.read_text()


def test_every_part_is_on_a_page():
    """No part is made that nobody reads."""
    begun = {name for page in PAGES for name in re.findall(r"begin: (\w+)", page.read_text())}
    assert begun == set(GENERATE.PARTS)


def test_every_setting_filter_and_exit_code_has_its_line():
    """In the reference."""
    settings, templates = read("reference/settings.md"), read("reference/templates.md")
    assert [name for name in DEFAULTS if f"| `{name}` |" not in settings] == []
    assert [name for name in FILTERS if name.startswith("butter_") and name not in templates] == []
    codes = {one.exitcode for one in vars(errors).values() if hasattr(one, "exitcode")} | {0, 3}
    page = read("reference/exit-codes.md")
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.M)} == codes


def test_the_events_do_what_their_table_says():
    """Each event of the table is known, and only those that say so cost a live build nothing."""
    rows = re.findall(r"^\| (`.*?) \| (.*?) \| (.*?) \|$", read("reference/events.md"), re.M)
    assert len(rows) > 5
    data = {
        "id": "people",
        "page_type": "b",
        "itemid": "/v2/content/?keys=people[_id=1]",
        "locale": "en",
    }
    for names, asked, calls in rows:
        for name in re.findall(r"`([\w.]+)`", names):
            event = Event.of(name if "." in name else f"{name}.updated", data)
            assert event.effect("live") in {"look", "nothing"}, name
            if event.kind not in {"media"}:
                nothing = asked.startswith("nothing")
                assert (event.effect("live") == "nothing") == (nothing and "0" in calls), name


def test_links_lead_somewhere():
    """To a page, a file of this repository or a heading, on GitHub and in the built documents."""
    for page in (*PAGES, ROOT / "README.md", ROOT / "CONTRIBUTING.md"):
        text = re.sub(r"(?s)```.*?```", "", page.read_text())
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if re.match(r"https?:|mailto:|\{", target):
                continue
            path, _, anchor = target.partition("#")
            file = (page.parent / path).resolve() if path else page
            assert file.exists(), (page.name, target)
            if anchor:
                headings = re.findall(r"(?m)^#+ (.*)$", file.read_text())
                slugs = {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}
                assert anchor in slugs, (page.name, target)


def test_links_out_of_the_documents_are_named_when_they_are_built():
    """A file of the repository is a path there; a broken link stays one, and is refused."""
    links = load(ROOT / "docs" / "links.py")

    class Found:
        def get_file_from_path(self, path):
            return path == "reference/settings.md"

    class Shown:
        class file:  # noqa: N801
            src_uri = "how-to/a.md"

    def shown(text):
        return links.on_page_markdown(text, Shown, None, Found())

    assert shown("[the file](../../sample_site/x.py)") == "the file (`sample_site/x.py`)"
    assert shown("[`sample_site/x.py`](../../sample_site/x.py)") == "`sample_site/x.py`"
    assert shown("[s](../reference/settings.md#a)") == "[s](../reference/settings.md#a)"
    assert shown("[s](../reference/none.md)") == "[s](../reference/none.md)"
