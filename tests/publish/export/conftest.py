"""An account of a few records, a Pelican site beside it, and its export."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

from markdown import Markdown
from pelican.readers import MarkdownReader
from pelican.settings import DEFAULT_CONFIG, configure_settings
import pytest

from pelican_buttercms.content import RawRecord
from pelican_buttercms.plugin.published_drafts import local_draft
from pelican_buttercms.publish.base_versions import BaseVersions
from pelican_buttercms.publish.drafts.pelican_site import DraftSite
from pelican_buttercms.publish.drafts.read import read_drafts
from pelican_buttercms.publish.export.candidates import Candidates
from pelican_buttercms.publish.export.draft_changes import DraftEditor
from pelican_buttercms.publish.export.exporter import Exporter
from pelican_buttercms.publish.export.items import items_of
from pelican_buttercms.publish.export.roundtrip import RoundtripReader, differences
from pelican_buttercms.publish.resolve.account_schema import AccountSchema
from pelican_buttercms.publish.resolve.resolve import resolve
from pelican_buttercms.settings.locales import Locale

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Exports:
    """One account, and the folder into which it is exported."""

    def __init__(self, folder, options) -> None:
        self.folder = folder / "content" / "cms"
        self.folder.parent.mkdir(parents=True)
        self.options = options
        self.bases = BaseVersions(folder / "cache")
        self.settings = {
            "PATH": str(folder / "content"),
            "TIMEZONE": "Europe/London",
            "PLUGINS": [],  # not every one that is installed
        }
        self.live: dict[str, list[RawRecord]] | None = None

    @property
    def site(self) -> DraftSite:
        """The site of the drafts."""
        settings = configure_settings(DEFAULT_CONFIG | self.settings)
        locales = {one.lang: one.name for one in self.options.locales}
        return DraftSite(settings, locales, now=lambda: NOW)

    def run(self, versions, *, html=False, force=False):
        """Export the records of each locale, or of the one that there is."""
        if not isinstance(versions, dict):
            versions = {self.options.locales[0].name: versions}
        live = versions if self.live is None else self.live
        self.items = items_of(versions, live)
        records = [raw for raws in versions.values() for raw in raws]
        self.known, site = AccountSchema.from_records(records, self.options), self.site
        exporter = Exporter(
            self.folder,
            {one.name: one.lang for one in self.options.locales[1:]},
            Candidates(site, self.known, html=html),
            RoundtripReader(site, self.known),
            self.bases,
            DraftEditor(site, self.known),
            force=force,
        )
        return exporter.export(self.items)

    def read(self):
        """Read everything back as publish does; gives the drafts by target."""
        drafts, problems = resolve(read_drafts([self.folder], self.site), self.known, no_file)
        assert problems == []
        return {draft.target: draft for draft in drafts}

    def check(self) -> None:
        """Every item must come back as it was."""
        drafts = self.read()
        assert drafts.keys() == {item.target for item in self.items}
        for item in self.items:
            draft, values = drafts[item.target], item.version.values
            body = Candidates(self.site, self.known, html=True).body_of(item)
            assert differences(values, draft.values, body) == ()
            assert (draft.raw.id, draft.raw.base) == (item.target.key.id, item.version.digest)
            assert self.bases.get(draft.raw.base)

    def text(self, name) -> str:
        """Read a file."""
        return (self.folder / name).read_text()

    def by_pelican(self, name):
        """Read a file with Pelican's Markdown reader, as a build without publish does."""
        return MarkdownReader(self.site.settings).read(str(self.folder / name))

    def key_of(self, name):
        """Return what a build knows a file's item by."""
        _, metadata = self.by_pelican(name)
        return local_draft(metadata).key

    def files(self):
        """Name all files."""
        paths = self.folder.rglob("*")
        return sorted(str(one.relative_to(self.folder)) for one in paths if one.is_file())


def no_file(_words, _path):
    """Find no local file."""


@pytest.fixture
def exports(tmp_path, options):
    """Make exports, each of an account of its own."""
    numbers = count()

    def make(*locales, **settings):
        found = tuple(Locale(name, name.lower()) for name in locales) or (Locale("", "en"),)
        folder = tmp_path / f"account-{next(numbers)}"
        return Exports(folder, options(locales=found, **settings))

    return make


@pytest.fixture
def exported(exports):
    """An export of one locale."""
    return exports()


EXTENSIONS = ["markdown.extensions.extra", "markdown.extensions.meta"]


@pytest.fixture(scope="session", params=["codehilite", "plain"])
def render(request):
    """Render Markdown as Pelican does by default, and as a site that has no colours for code."""
    colours = ["markdown.extensions.codehilite"] if request.param == "codehilite" else []
    markdown = Markdown(extensions=EXTENSIONS + colours, output_format="html5")

    def convert(text):
        markdown.reset()
        return markdown.convert(text)

    return convert
