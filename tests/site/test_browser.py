"""The sample site in a real headless browser."""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

PAGES = (
    "",
    "journal/",
    "journal/page/2/",
    "journal/example-post/",
    "coffee/la-vigia/",
    "about/",
    "landing-page-with-components/",
    "author/maren-tolliver/",
    "category/brewing/",
    "tag/v60/",
    "archives.html",
)


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a word."""

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture(scope="module")
def address(local):
    """The site as `make serve` shows it, on a free port."""
    handler = partial(Quiet, directory=str(local.output))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class Visit:
    """One page in the browser, and what happened while it loaded."""

    def __init__(self, browser, url, **options):
        self.page = browser.new_page(**options)
        self.problems = []
        self.hosts = set()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", lambda request: self.hosts.add(request.url.split("/")[2]))
        self.page.on("response", self._response)
        self.page.goto(url, wait_until="networkidle")

    def _console(self, message):
        if message.type in {"error", "warning"}:
            self.problems.append(message.text)

    def _response(self, response):
        if response.status >= 400:
            self.problems.append(f"{response.status} {response.url}")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.page.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_without_an_error_or_an_outside_request(browser, address, path):
    """No console error, no missing file, every picture shown, nothing from another host."""
    with Visit(browser, address + path) as visit:
        assert visit.problems == []
        assert visit.hosts == {address.split("/")[2]}
        visit.page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        visit.page.wait_for_load_state("networkidle")
        broken = "[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src)"
        assert visit.page.evaluate(broken) == []
        assert visit.page.locator("h1").count() == 1
        assert visit.page.title()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_a_page_fits_its_window_and_can_be_read(browser, address, scheme, width):
    """No sideways scrolling on phone or desk, and text stands out from its ground in both modes."""
    options = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    contrast = """() => {
        const options = {willReadFrequently: true};
        const canvas = document.createElement('canvas').getContext('2d', options);
        const rgb = colour => {
            canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data];
        };
        const light = c => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
            const v = c[i] / 255;
            return sum + weight * (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        }, 0);
        const paragraph = document.querySelector('main p');
        const text = light(rgb(getComputedStyle(paragraph).color));
        const ground = light(rgb(getComputedStyle(document.body).backgroundColor));
        return (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
    }"""
    for path in ("", "journal/example-post/", "coffee/la-vigia/"):
        with Visit(browser, address + path, **options) as visit:
            overflow = "document.documentElement.scrollWidth - window.innerWidth"
            assert visit.page.evaluate(overflow) <= 0, path
    with Visit(browser, address + "journal/example-post/", **options) as visit:
        assert visit.page.evaluate(contrast) >= 4.5


def test_the_circular_reference_can_be_walked_by_links(browser, address):
    """From a coffee to one that it pairs with, and back: both pages name the other."""
    with Visit(browser, address + "coffee/la-vigia/") as visit:
        links = visit.page.locator("main a[href*='/coffee/']")
        hrefs = set(links.evaluate_all("links => links.map(link => link.getAttribute('href'))"))
        assert hrefs
        returned = []
        for href in sorted(hrefs):
            visit.page.goto(address.rstrip("/") + href)
            returned.append(visit.page.locator("main a[href*='/coffee/la-vigia/']").count() > 0)
        assert any(returned)
