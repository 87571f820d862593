"""A Pelican site with draft files, read by the real Pelican."""

from datetime import UTC, datetime
from pathlib import Path

from pelican.settings import read_settings
import pytest

from pelican_buttercms.errors import DraftError
from pelican_buttercms.publish.drafts.pelican_site import DraftSite
from pelican_buttercms.publish.drafts.raw_draft import RawDraft
from pelican_buttercms.publish.drafts.read import read_drafts

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)


class Folder:
    """A site's folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.content = path / "content"
        self.drafts = self.content / "drafts"
        self.drafts.mkdir(parents=True)
        self.locales = {"en": "en", "de-at": "de-AT", "fr": "fr"}
        self.settings = {
            "SITEURL": "https://site.example",
            "TIMEZONE": "America/New_York",
            "PLUGINS": [],
        }
        self._site: DraftSite | None = None

    def configure(self, **settings) -> None:
        """Change Pelican's settings."""
        self.settings |= settings
        self._site = None

    @property
    def site(self) -> DraftSite:
        """The site, made once for the settings."""
        if self._site is None:
            self._site = self.make()
        return self._site

    def make(self, **options) -> DraftSite:
        """Make the site anew."""
        settings = read_settings(
            override={"PATH": str(self.content), "DELETE_OUTPUT_DIRECTORY": False, **self.settings}
        )
        return DraftSite(settings, self.locales, now=lambda: NOW, **options)

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file below the drafts, or anywhere in the content with a leading slash."""
        path = self.content / name[1:] if name.startswith("/") else self.drafts / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def read(self, name: str, text: str | bytes) -> RawDraft:
        """Write a file that holds one draft, and read it."""
        (draft,) = self.read_all(name, text)
        return draft

    def read_all(self, name: str, text: str | bytes) -> list[RawDraft]:
        """Write a file, and read its drafts."""
        return read_drafts([self.write(name, text)], self.site)

    def problems(self, name: str, text: str | bytes) -> list[str]:
        """Write a file that is wrong; gives its problems without the folder."""
        path = self.write(name, text)
        with pytest.raises(DraftError) as caught:
            read_drafts([path], self.site)
        return [one.replace(f"{self.drafts}/", "") for one in caught.value.problems]


@pytest.fixture
def folder(tmp_path) -> Folder:
    """A site without drafts."""
    return Folder(tmp_path)
