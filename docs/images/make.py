"""Takes the pictures of this folder anew: `make screenshots`.

Needs Chromium. The sample site has to be built into `sample_site/output`.
"""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
import shutil
from threading import Thread
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright

from pelican_buttercms.preview.live_reload import LiveReload
from pelican_buttercms.preview.server import PreviewServer, listening
from pelican_buttercms.preview.site import PreviewSite

HERE = Path(__file__).parent


class Picture(NamedTuple):
    """A picture: of which page, in which window, in which colours, on screen or on paper."""

    name: str
    path: str
    width: int
    height: int
    scheme: str = "light"
    media: str = "screen"


PICTURES = (
    Picture("home", "", 1280, 860),
    Picture("article-dark", "journal/salt-and-swell/", 1280, 1000, scheme="dark"),
    Picture("coffee", "de/coffee/la-vigia/", 1280, 1000),
    Picture("phone", "", 390, 844),
    Picture("print", "journal/a-french-press-for-four/", 794, 1123, media="print"),
)


def main() -> None:
    """Serve the site, and take each picture."""
    names = filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
    handler = partial(
        SimpleHTTPRequestHandler, directory=str(HERE.parents[1] / "sample_site" / "output")
    )
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=next(names), args=["--no-sandbox"])
        for picture in PICTURES:
            page = browser.new_page(
                viewport={"width": picture.width, "height": picture.height},
                color_scheme=picture.scheme,
            )
            page.goto(f"http://127.0.0.1:{server.server_address[1]}/{picture.path}")
            page.emulate_media(media=picture.media)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=HERE / f"{picture.name}.png")
            page.close()
        take_drafts(browser)
        browser.close()
    server.shutdown()


def take_drafts(browser: Browser) -> None:
    """Take the picture of the list of drafts in a preview of the sample site."""
    site = PreviewSite(str(HERE.parents[1] / "sample_site" / "pelicanconf.py"), "")
    try:
        site.open()
        app = PreviewServer(LiveReload(), site.find, lambda *_: None, (), describe=site.describe)
        app.files = site.build()
        with listening(app, "127.0.0.1", 0) as port:
            page = browser.new_page(viewport={"width": 1100, "height": 820})
            page.goto(f"http://127.0.0.1:{port}/drafts/")
            page.screenshot(path=HERE / "drafts.png")
            page.close()
    finally:
        site.close()


if __name__ == "__main__":
    main()
