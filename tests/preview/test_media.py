"""Media files that cannot be fetched, while somebody edits."""

import pytest

from pelican_buttercms.preview.site import PreviewSite


@pytest.fixture
def asked(monkeypatch):
    """The addresses that were asked for in each build; none of them can be fetched."""
    asked = []

    def fetch(urls, *_, **__):
        asked.append(sorted(urls))
        return set(urls)

    monkeypatch.setattr("pelican_buttercms.sync.media_download.fetch_media", fetch)
    return asked


def test_what_is_missing_is_asked_for_with_the_content_and_not_after_each_edit(
    site, account, asked, monkeypatch
):
    """An edit of a local file is no reason to try again."""
    url = "https://cdn.buttercms.com/gone.jpg"
    account.post("p", body=f'<img src="{url}">')
    site.configure(BUTTERCMS_API_URL=f"emulator:{account.folder}", BUTTERCMS_MEDIA="download")
    monkeypatch.chdir(site.folder)
    preview = PreviewSite(None, "http://localhost:8000")
    try:
        preview.open()
        preview.build()
        preview.build(asks_media=False)
        assert asked == [[url]]
        preview.build()
        assert asked == [[url], [url]]
    finally:
        preview.close()
