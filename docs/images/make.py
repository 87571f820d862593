"""Takes the pictures of this folder anew: `make screenshots`.

Needs Chromium and Pillow. The sample site has to be built into `sample_site/output`; the page in
Arabic is of a small site that is built here, the list of drafts of a preview.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
import shutil
import subprocess
import sys
from tempfile import TemporaryDirectory
from threading import Thread
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from pelican_buttercms import theme_path
from pelican_buttercms.preview.live_reload import LiveReload
from pelican_buttercms.preview.server import PreviewServer, listening
from pelican_buttercms.preview.site import PreviewSite

HERE = Path(__file__).parent
ARABIC = """Title: قهوة من المرفأ
Date: 2026-03-02
Category: دفتر
Tags: قهوة, بن
Slug: arabic
Summary: كيف نحمّص القهوة قرب الماء، ولماذا ننتظر.

نحمّص ثلاثة أيام في الأسبوع، ونكتب ما تعلّمناه.

## ما تحتاج إليه

- ستة غرامات من البن لكل مئة مليلتر من الماء
- ماء على درجة 94

| النوع | الماء | الوقت |
|---|---|---|
| تقطير | 300 | 3:00 |
| مكبس | 400 | 4:00 |

    :::python
    print(60 / 1000 * water)
"""
SETTINGS = f"""
PLUGINS = []
SITENAME, AUTHOR, DEFAULT_LANG, TIMEZONE = "قهوة المرفأ", "ليلى", "ar", "UTC"
THEME, DEFAULT_DATE_FORMAT = {str(theme_path())!r}, "%Y-%m-%d"
LABELS = {{"ar": {{"Copy": "نسخ", "Archives": "الأرشيف", "Categories": "التصنيفات",
    "Tags": "الوسوم", "Authors": "الكتّاب", "Feed": "خلاصة"}}}}
"""


class Picture(NamedTuple):
    """A picture: of which page, in which window, in which colours, on screen or on paper.

    Attributes:
        words: what is searched for, if the search is open.
    """

    name: str
    path: str
    width: int
    height: int
    scheme: str = "light"
    media: str = "screen"
    words: str = ""


PICTURES = (
    Picture("home", "", 1280, 860),
    Picture("article-dark", "journal/salt-and-swell/", 1280, 1000, scheme="dark"),
    Picture("coffee", "de/coffee/la-vigia/", 1280, 1000),
    Picture("phone", "", 390, 844),
    Picture("print", "journal/a-french-press-for-four/", 794, 1123, media="print"),
    Picture("search", "journal/", 1280, 860, words="water"),
)
OF_ARABIC = (Picture("arabic", "arabic.html", 1280, 1000),)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder; yield its address, with a slash at the end."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def take(browser: Browser, picture: Picture, address: str) -> None:
    """Take a picture of a page."""
    page = browser.new_page(
        viewport={"width": picture.width, "height": picture.height}, color_scheme=picture.scheme
    )
    page.goto(f"{address}{picture.path}")
    page.emulate_media(media=picture.media)
    page.wait_for_load_state("networkidle")
    if picture.words:
        page.keyboard.press("/")
        page.keyboard.type(picture.words)
        page.wait_for_selector(".search-results li")
    save(page, picture.name)


def save(page: Page, name: str) -> None:
    """Save what a page shows in the 256 colours that are nearest, a third of its size; close it."""
    path = HERE / f"{name}.png"
    page.screenshot(path=path)
    page.close()
    with Image.open(path) as taken:
        taken.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> None:
    """Build the Arabic site, serve both, and take each picture."""
    names = filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
    with sync_playwright() as playwright, TemporaryDirectory() as name:
        browser = playwright.chromium.launch(executable_path=next(names), args=["--no-sandbox"])
        folder = Path(name)
        (folder / "content").mkdir()
        (folder / "content/one.md").write_text(ARABIC, encoding="utf-8")
        (folder / "conf.py").write_text(SETTINGS, encoding="utf-8")
        command = [sys.executable, "-m", "pelican", "content", "-s", "conf.py", "-q"]
        subprocess.run(command, cwd=folder, check=True)  # noqa: S603
        sites = (
            (HERE.parents[1] / "sample_site" / "output", PICTURES),
            (folder / "output", OF_ARABIC),
        )
        for output, pictures in sites:
            with serving(output) as address:
                for picture in pictures:
                    take(browser, picture, address)
        take_drafts(browser)
        browser.close()


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
            save(page, "drafts")
    finally:
        site.close()


if __name__ == "__main__":
    main()
